# SPDX-License-Identifier: GPL-3.0-or-later
"""acquire on a QCFractal server: a fake one in a folder (fake_qcportal), the worker's GFN2-xTB and the command are real.

scripts/checks/check_fractal.py does the same with a real server and compute manager.
"""
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from conftest import HANGS_AFTER, SCRIPTS
from test_acquire import PYTHON, SOURCES, SWIVEL, in_environment, needs_python

FAKE = SCRIPTS / "tests" / "fake_qcportal"
ADDRESS = "http://fake:7777"


def command(*arguments) -> list[str]:
    return [str(word) for word in (SWIVEL, "acquire", *arguments, "--no-store")]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A prepared family, and the same with its scan as local workers make it."""
    folder = tmp_path_factory.mktemp("fractal")
    known = os.environ | {"SWIVEL_CACHE": str(folder / "cache"), "SWIVEL_PYTHON": PYTHON}
    subprocess.run([SWIVEL, "prepare", "CCCO propanol", "--output", folder / "mine", "--spacing", "60"], env=known, check=True,
                   capture_output=True, timeout=HANGS_AFTER)
    shutil.copytree(folder / "mine", folder / "local")
    subprocess.run(command(folder / "local"), env=known, check=True, capture_output=True, timeout=HANGS_AFTER)
    return folder


class Fractal:
    """One family and the folder of its server."""

    def __init__(self, prepared: Path, folder: Path):
        self.prepared, self.family, self.server = prepared, folder / "mine", folder / "server"
        shutil.copytree(prepared / "mine", self.family)
        self.server.mkdir()
        self.environment = os.environ | {
            "SWIVEL_CACHE": str(prepared / "cache"), "SWIVEL_PYTHON": PYTHON, "PYTHONPATH": str(FAKE),
            "FAKE_QCFRACTAL": str(self.server), "SWIVEL_QCFRACTAL_PERIOD": "0.05", "SWIVEL_QCFRACTAL_PATIENCE": "0.2"}
        self.words = command(self.family, "--executor", "qcfractal", "--server", ADDRESS)

    def acquire(self, *arguments, status=0, **environment) -> str:
        """Runs to the end; returns what it says."""
        outcome = subprocess.run([*self.words, *arguments], env=self.environment | environment, capture_output=True, text=True,
                                 timeout=HANGS_AFTER)
        assert outcome.returncode == status, outcome.stdout + outcome.stderr
        return outcome.stderr

    def records(self) -> list[dict]:
        return [json.loads(path.read_text()) for path in sorted(self.server.glob("record-*.json"))]

    def done(self) -> int:
        """Finished jobs in the ledger."""
        path, = self.family.glob("acquire/*/ledger.sqlite")
        with sqlite3.connect(path) as ledger:
            return ledger.execute("SELECT COUNT(*) FROM job WHERE state = 'done'").fetchone()[0]

    def same_as_local(self) -> bool:
        return all((self.family / path).read_bytes() == (self.prepared / "local" / path).read_bytes()
                   for path in ("family.yaml", "scans/propanol-0-1-2-3.extxyz"))


@pytest.fixture
def fractal(prepared, tmp_path) -> Fractal:
    return Fractal(prepared, tmp_path)


@needs_python
def test_the_same_files_as_local_after_kills_and_a_server_that_was_away(fractal):
    """Killed with records under way, then the server goes; each record is computed once, and the files are those of local."""
    first = subprocess.Popen(fractal.words, env=fractal.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ends = time.monotonic() + HANGS_AFTER
    while not fractal.records():
        assert first.poll() is None and time.monotonic() < ends
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    (fractal.server / "goes-down-after").write_text("4")
    said = fractal.acquire(status=2)
    assert f"note: {ADDRESS} does not answer (Connection refused)" in said
    assert f"error: {ADDRESS} does not answer: Connection refused" in said and "nothing is lost" in said
    assert 1 <= fractal.done() <= 5
    (fractal.server / "down").unlink()
    fractal.acquire()
    assert fractal.same_as_local()
    assert len(fractal.records()) == fractal.done() and {record["computed"] for record in fractal.records()} <= {1, 2}
    # Only what was computed when the kill came may have been computed twice: the fake computes in the client's process.
    assert sum(record["computed"] for record in fractal.records()) <= fractal.done() + 1


@needs_python
def test_failed_records_are_tried_again_and_parked(fractal):
    (fractal.server / "fails").write_text("QCEngine Unknown Error: Broken: a centre was inverted")
    said = fractal.acquire("--attempts", "2", status=1)
    assert "once more, gentler: propanol 0-1-2-3 seed: Broken: a centre was inverted" in said and "parked: propanol" in said
    seeds = [json.loads(record["asked"])[2]["keywords"]["attempt"] for record in fractal.records()]
    assert seeds[:2] == [0, 1] and set(seeds) == {0, 1}
    (fractal.server / "fails").unlink()
    fractal.acquire("--retry")
    assert fractal.same_as_local()


@needs_python
def test_two_levels_are_optimisations_and_single_points(fractal, prepared):
    level = ["--level", "GFN1-xTB//GFN2-xTB"]
    fractal.acquire(*level)
    subprocess.run(command(prepared / "local", *level), env=fractal.environment, check=True, capture_output=True,
                   timeout=HANGS_AFTER)
    assert fractal.same_as_local()
    asked = [json.loads(record["asked"]) for record in fractal.records()]
    assert {(kind, one["program"], one["method"]) for kind, _, one in asked} == {
        ("swivel", "swivel-tblite", "gfn2-xtb"), ("swivel-tblite", "swivel-tblite", "gfn1-xtb")}


@needs_python
def test_what_is_refused_says_why(fractal, tmp_path):
    credentials = {"QCPORTAL_USERNAME": "me", "QCPORTAL_PASSWORD": "wrong"}
    assert "Incorrect username or password" in (said := fractal.acquire(status=2, **credentials))
    assert "QCPORTAL_PASSWORD" in said
    (fractal.server / "refuses").write_text("403 Role 'read' may not add")
    assert "Role 'read' may not add" in (said := fractal.acquire(status=2)) and "QCPORTAL_USERNAME" in said
    (fractal.server / "refuses").unlink()
    (fractal.server / "programs").write_text('{"swivel": ["0123456789ab"]}')
    assert "another Swivel: 0123456789ab" in (said := fractal.acquire(status=2)) and "--qcengine-plugin" in said
    (fractal.server / "programs").write_text('{"psi4": ["1.9"]}')
    (fractal.server / "goes-down-after").write_text("0")
    assert "no compute manager" in (said := fractal.acquire(status=2)) and "jobs wait" in said
    assert "Connection refused" in fractal.acquire(status=2)
    (tmp_path / "qcportal.py").write_text("raise ModuleNotFoundError('no', name='qcportal')")
    assert "-m pip install qcportal==" in fractal.acquire(status=2, PYTHONPATH=str(tmp_path))
    fractal.words = command(fractal.family, "--executor", "qcfractal")
    assert "--server" in fractal.acquire(status=2)
    assert "qcportal_config.yaml" in fractal.acquire("--server", "nosuch", status=2)
    fractal.words = command(fractal.family)
    assert "--executor qcfractal" in fractal.acquire("--server", ADDRESS, status=2)


@needs_python
def test_the_plugin_gives_the_workers_bits_in_qcengine(fractal, tmp_path):
    """The wheel, unpacked where Python finds it, makes QCEngine run a record's job as the worker does."""
    wheel = subprocess.run([SWIVEL, "doctor", "--qcengine-plugin", tmp_path], env=fractal.environment, check=True, text=True,
                           capture_output=True, timeout=HANGS_AFTER).stdout.strip()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        metadata, = (name for name in archive.namelist() if name.endswith("METADATA"))
        pins = re.findall(r"Requires-Dist: (.*)", archive.read(metadata).decode())
    assert set(pins) <= set((SOURCES / "requirements.txt").read_text().splitlines()) and len(pins) == 9
    family = json.loads((fractal.family / "drives.json").read_text())["molecules"][0]
    job = {key: family[key] for key in ("symbols", "bonds", "charge", "positions")} | {
        "kind": "relax", "quartet": family["drives"][0]["quartet"], "angle": 60.0, "attempt": 0, "memory": 2.0,
        "level": {"program": "tblite", "method": "GFN2-xTB", "basis": None}}
    printed = in_environment(f"""
import json, site
site.addsitedir({str(tmp_path / 'site')!r})
import qcengine, fractal_plugin, worker, relaxation
job = json.loads({json.dumps(json.dumps(job))})
molecule = {{"symbols": job["symbols"], "geometry": fractal_plugin.geometry(job["positions"]), "fix_com": True,
            "fix_orientation": True}}
asked = {{"schema_name": "qcschema_optimization_input", "initial_molecule": molecule,
         "keywords": fractal_plugin.keywords(job, 600) | {{"program": "swivel-tblite"}}, "protocols": {{"trajectory": "none"}},
         "input_specification": {{"driver": "gradient", "model": {{"method": "gfn2-xtb"}}}}}}
got = qcengine.compute(asked, "swivel", return_version=2)
relaxation.quiet()
mine = worker.result(job)
theirs = got.extras["swivel"]
print([mine[key] == theirs[key] for key in ("energy", "positions", "forces")])
print(abs(got.properties.return_energy * 627.5095 - mine["energy"]) < 0.01)
asked["keywords"]["sources"] = "of another"
print(qcengine.compute(asked, "swivel", return_version=2).error.error_message)
""").splitlines()
    assert printed[:2] == ["[True, True, True]", "True"] and "the manager's plugin is of another Swivel" in printed[2]


@needs_python
def test_records_hold_geometries_to_the_last_decimal():
    """Angstrom with 8 decimals to bohr with 8 decimals and back; the constants and names that two files have are the same."""
    printed = in_environment("""
import random, fractal_plugin, levels
stream = random.Random(1)
rows = [[round(stream.uniform(-40, 40), 8) for _ in range(3)] for _ in range(100000)]
print(fractal_plugin.positions(fractal_plugin.geometry(rows)) == rows, fractal_plugin.BOHR == levels.BOHR)
print(*sorted(fractal_plugin.METHODS.values()))
""").splitlines()
    assert printed[0] == "True True"
    known = (SOURCES.parent / "Plan" / "LevelOfTheory.swift").read_text().split("tightBinding = [")[1].split("]")[0]
    assert printed[1].split() == sorted(set(re.findall(r': "([^"]+)"', known)))
