# SPDX-License-Identifier: GPL-3.0-or-later
"""The command in each exported file's header by which a user sees that the file took effect: run, and compared."""
import html
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SWIVEL = ROOT / ".build/release/swivel"
FORMATS = {"amber": "frcmod", "gromacs": "itp", "gromacs-rb": "rb.itp", "openmm": "xml", "charmm": "prm", "lammps": "lmp",
           "smirnoff": "offxml", "tinker": "key"}
LINE = re.compile(r"`(swivel energy [^`]*)` prints for frame (\d+) the torsion energy (\S+) kcal/mol; "
                  r"a topology or System that this file did not reach has (\S+), as without -p")

pytestmark = pytest.mark.skipif(not SWIVEL.exists(), reason="needs .build/release/swivel (make build)")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Every format of a fit of the ethers, and a copy of the family."""
    folder = tmp_path_factory.mktemp("effect")
    shutil.copytree(ROOT / "families/ethers", folder / "ethers")
    # Exit code 3: draws fewer than convergence asks for, which is of no interest here.
    subprocess.run([SWIVEL, "fit", folder / "ethers", "--seed", "1", "--draws", "300", "--quiet", "--output", folder / "report",
                    "--forcefields", folder / "files"], capture_output=True, timeout=600)
    subprocess.run([SWIVEL, "export", folder / "report", "--quiet", "--output", folder / "files", "--format", ",".join(FORMATS)],
                   check=True, capture_output=True, timeout=600)
    return folder


def torsion(command: list[str], folder: Path, frame: int) -> float:
    done = subprocess.run([SWIVEL, *command[1:], "--json"], cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["frames"][frame - 1]["torsion"]


@pytest.mark.parametrize("extension", FORMATS.values())
def test_the_command_of_the_header_prints_its_energy(exported, extension):
    file = exported / "files" / f"ethers.{extension}"
    found = LINE.search(html.unescape(file.read_text()))
    assert found, file.read_text()[:2000]
    command, frame = shlex.split(found[1]), int(found[2])
    shutil.copy(file, exported / "ethers")
    assert abs(torsion(command, exported / "ethers", frame) - float(found[3])) < 1e-4
    without = command[:command.index("-p")]
    assert abs(torsion(without, exported / "ethers", frame) - float(found[4])) < 1e-4
    # A file without effect must be seen.
    assert abs(float(found[3]) - float(found[4])) > 0.5


def test_apply_says_which_torsions_have_the_terms(exported):
    prmtop = exported / "ethers/molecules/diethyl-ether.prmtop"
    options = ["--parameters", exported / "files/ethers.frcmod"]
    subprocess.run([SWIVEL, "apply", prmtop, *options, "--output", exported / "applied"], check=True, capture_output=True)
    counts = []
    for topology in (prmtop, exported / "applied" / prmtop.name):
        done = subprocess.run([SWIVEL, "apply", topology, *options, "--dry-run", "--json"], check=True, capture_output=True, text=True)
        counts.append(json.loads(done.stdout)["topologies"][0]["counts"])
    assert counts[0]["replaced"] > 0 and counts[1]["replaced"] == 0 and counts[1]["already"] >= counts[0]["replaced"]
