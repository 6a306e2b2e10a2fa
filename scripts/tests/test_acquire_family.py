# SPDX-License-Identifier: GPL-3.0-or-later
"""A family of acquired.yaml is prepared once, acquired with the options behind --, and described from what was computed."""
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/families/acquire_family.py"
SWIVEL = """#!/usr/bin/env python3
import json, os, pathlib, sys
folder = pathlib.Path(os.environ["FAMILY"])
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] == "prepare":
    for part in ("molecules", "scans"):
        (folder / part).mkdir(parents=True)
    (folder / "family.yaml").write_text("molecules: []\\n")
    (folder / "drives.json").write_text(json.dumps({"spacing": 15, "molecules": [
        {"id": name.split()[1].replace(",", "-"), "smiles": name.split()[0], "symbols": ["C"] * 4,
         "drives": [{"quartet": [0, 1, 2, 3]}]} for name in sys.argv[2:sys.argv.index("--output")]]}))
sys.exit(int(os.environ.get("RC", 0)) if sys.argv[1] == "acquire" else 0)
"""


@pytest.fixture()
def run(tmp_path):
    swivel = tmp_path / "swivel"
    swivel.write_text(SWIVEL)
    swivel.chmod(0o755)

    def run(*options, rc=0):
        environment = {**os.environ, "CALLS": str(tmp_path / "calls"), "RC": str(rc),
                       "FAMILY": str(tmp_path / "work/alkanes-dft")}
        return subprocess.run([sys.executable, SCRIPT, "alkanes-dft", "--swivel", swivel, "--work", tmp_path / "work",
                               "--output", tmp_path / "out", *options], env=environment, capture_output=True, text=True)
    return run


def ledger(tmp_path):
    path = tmp_path / "work/alkanes-dft/acquire/a-level/ledger.sqlite"
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as table:
        table.execute("CREATE TABLE job (state, provenance, endedAt)")
        table.executemany("INSERT INTO job VALUES (?, ?, ?)", [
            ("done", "pyscf 2.14.0, QCEngine 0.52.0", 0), ("done", None, 86400), ("parked", "xtb 6.5", 10 * 86400)])


def test_a_family_is_made_and_goes_on(run, tmp_path):
    failed = run("--", "--workers", "2", rc=1)
    assert failed.returncode == 1 and "the same command goes on" in failed.stderr
    assert not (tmp_path / "out").exists()
    ledger(tmp_path)
    made = run("--", "--workers", "2")
    assert made.returncode == 0, made.stderr
    calls = [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]
    assert [call[0] for call in calls] == ["prepare", "acquire", "acquire"]
    assert "CCCC butane" in calls[0] and calls[2][-2:] == ["--workers", "2"]
    readme = (tmp_path / "out/README.md").read_text()
    assert "| 2-3-dimethylbutane | 2,3-dimethylbutane | `CC(C)C(C)C` | C0-C1-C2-C3 |" in readme
    assert "QCEngine 0.52.0, pyscf 2.14.0." in readme and "1970-01-01 to 1970-01-02" in readme and "xtb" not in readme.lower().replace(
        "gfn2-xtb", "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "README.md", "drives.json", "family.yaml", "molecules", "scans"]


def test_shipped_families_are_those_of_the_list():
    table = yaml.safe_load((SCRIPT.parent / "acquired.yaml").read_text())["families"]
    for folder in (ROOT / "families").glob("*-dft"):
        smiles = {m["smiles"] for m in json.loads((folder / "drives.json").read_text())["molecules"]}
        assert len(smiles) == len(table[folder.name]["molecules"])
        assert "level_of_theory: B3LYP-D3BJ/DZVP//GFN2-xTB" in (folder / "family.yaml").read_text()
