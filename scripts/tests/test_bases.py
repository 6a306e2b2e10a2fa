# SPDX-License-Identifier: GPL-3.0-or-later
"""Families under OpenFF Sage, OPLS-AA, CGenFF and AMBER's protein types: fitted, exported, and loaded in their engines."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine_checks import bases, routes

SWIVEL = Path(__file__).resolve().parents[2] / ".build/release/swivel"
LIMIT = 1e-4  # kcal/mol
NEEDS = {"sage": ["gmx_d", "sander"], "opls": ["gmx_d"], "charmm": ["gmx_d"], "amber": ["tleap", "sander", "gmx_d"]}

# Routes on which the engine or the export must stop, and what it says.
STOPS = {"OpenMM, a force field of other classes": "has atom classes of the family"}

pytestmark = pytest.mark.skipif(not SWIVEL.exists(), reason="needs .build/release/swivel (make build)")


@pytest.fixture(scope="module", params=bases.BASES)
def family(request, tmp_path_factory):
    # AmberTools lie beside the interpreter.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for program in NEEDS[request.param]:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")
    if request.param == "sage":
        pytest.importorskip("openforcefields")
    return bases.fitted(request.param, SWIVEL, tmp_path_factory.mktemp(request.param))


def test_every_route_gives_the_fitted_energies_or_stops(family):
    for route in bases.ROUTES[family.name]:
        try:
            assert bases.largest(family, route) <= LIMIT, route
        except routes.Stopped as error:
            assert route in STOPS and STOPS[route] in str(error), route


def test_the_fit_moved_the_energies(family):
    """Otherwise the routes would tell nothing."""
    entry = family.manifest["molecules"][0]
    ours, _ = family.ours(entry, 1)
    folder = bases.FOLDER / family.name
    command = [SWIVEL, "energy", "--topology", folder / entry["topology"], "--coordinates", folder / entry["scans"][0], "--json"]
    if "parameters" in entry:
        command += ["--topology-parameters", folder / entry["parameters"]]
    base = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["frames"]
    assert max(abs(a["torsion"] - b["torsion"]) for a, b in zip(ours, base)) > 0.05


def test_the_itp_has_the_function_of_the_topology(family):
    """grompp passes over types of another function without a word."""
    rows = [line.split() for line in family.file("itp").read_text().splitlines() if line.startswith("  ")] \
        if family.file("itp").exists() else []
    if family.name in ("opls", "amber", "charmm"):
        assert rows and {row[4] for row in rows} == {"3" if family.name == "opls" else "9"}


def test_predict_judges_coverage_by_patterns(tmp_path):
    """Interchange's types are names of atoms: none of one molecule is another's."""
    pytest.importorskip("openforcefields")
    folder = bases.FOLDER / "sage"
    subprocess.run([SWIVEL, "fit", folder, "--draws", "300", "--quiet", "--hold-out", "methyl-propyl-ether", "--output", tmp_path / "report",
                    "--forcefields", tmp_path / "files"], capture_output=True, timeout=600)
    scans = bases.ROOT / "families/ethers/scans"

    def coverage(molecule: str, scan: str) -> str:
        done = subprocess.run([SWIVEL, "predict", tmp_path / "report", "--topology", folder / f"{molecule}.top", "--structure",
                               folder / f"{molecule}.sdf", "--scan", scans / f"{molecule}-{scan}.extxyz", "--json"],
                              capture_output=True, text=True, check=True, timeout=600)
        return json.loads(done.stdout)["coverage"]

    assert coverage("methyl-ethyl-ether", "0-1-2-3") == "inside"
    # C-O-C-C with one more carbon behind, which no fitted scan has.
    assert coverage("methyl-propyl-ether", "0-1-2-3") == "near"
