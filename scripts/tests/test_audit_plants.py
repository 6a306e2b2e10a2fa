# SPDX-License-Identifier: GPL-3.0-or-later
"""`swivel audit` at the command line: faults planted in an exported file of every format end with exit code 1, and are named with
their line; files of others are audited for what can be told. One table of format and plant."""
import html
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SWIVEL = ROOT / ".build/release/swivel"
NUMBER = r"-?\d+\.\d+"
# Format → extension, what begins a line of terms, the first force constant of such a line, its phase.
FORMATS = {
    "amber": ("frcmod", r"^\S\S?\s?-", rf"(  1  +)({NUMBER})", rf"(  1  +{NUMBER}  +)({NUMBER})"),
    "gromacs": ("itp", r"^  \w+ +\w+ +\w+ +\w+ +9 ", rf"( 9  +{NUMBER} +)({NUMBER})", rf"( 9  +)({NUMBER})"),
    # C1 holds n = 1 and 3; there is no phase but the signs.
    "gromacs-rb": ("rb.itp", r"^  \w+ +\w+ +\w+ +\w+ +3 ", rf"( 3  +{NUMBER} +)({NUMBER})", rf"( 3  +{NUMBER} +{NUMBER} +)({NUMBER})"),
    "openmm": ("xml", r"<Proper ", rf'( k1=")({NUMBER})', rf'( phase1=")({NUMBER})'),
    "charmm": ("prm", rf"^\w+ +\w+ +\w+ +\w+ +{NUMBER}", rf"^((?:\w+ +){{4}})({NUMBER})", rf"^((?:\w+ +){{4}}{NUMBER} +\d +)({NUMBER})"),
    "lammps": ("lmp", r"dihedral_coeff", rf"(dihedral_coeff +\S+ +(?:fourier +)?\d+ +)({NUMBER})",
               rf"(dihedral_coeff +\S+ +(?:fourier +)?\d+ +{NUMBER} +\d +)({NUMBER})"),
    "smirnoff": ("offxml", r"<Proper ", rf'( k1=")({NUMBER})', rf'( phase1=")({NUMBER})'),
    "tinker": ("key", r"^torsion ", rf"(torsion +(?:\d+ +){{4}})({NUMBER})", rf"(torsion +(?:\d+ +){{4}}{NUMBER} +)({NUMBER})"),
}

pytestmark = pytest.mark.skipif(not SWIVEL.exists(), reason="needs .build/release/swivel (make build)")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    # Exit code 3: draws fewer than convergence asks for, which is of no interest here.
    subprocess.run([SWIVEL, "fit", ROOT / "families/ethers", "--seed", "1", "--draws", "300", "--quiet", "--output", folder / "report",
                    "--forcefields", folder / "files"], capture_output=True, timeout=600)
    subprocess.run([SWIVEL, "export", folder / "report", "--quiet", "--no-molecules", "--output", folder / "files", "--format",
                    ",".join(FORMATS)], check=True, capture_output=True, timeout=600)
    return folder / "files"


def audit(text: str, folder: Path, extension: str) -> tuple[int, str]:
    file = folder / f"planted.{extension}"
    file.write_text(text)
    done = subprocess.run([SWIVEL, "audit", file], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def changed(line: str, pattern: str, by: float) -> str:
    new, count = re.subn(pattern, lambda m: f"{m[1]}{float(m[2]) + by:.{len(m[2].split('.')[1])}f}", line, count=1)
    assert count == 1, line
    return new


PLANTS = {
    "a constant off by 0.8": lambda line, k, phase: [changed(line, k, 0.8)],
    "a constant off by 0.1": lambda line, k, phase: [changed(line, k, 0.1)],
    "a phase of 180 degrees": lambda line, k, phase: [changed(line, phase, 3.141592653589793 if "<Proper class" in line else 180.0)],
    "a line taken out": lambda line, k, phase: [],
    "a line added without a remark": lambda line, k, phase: [line, re.sub(r"[!;] (mean|not fitted).*", "", changed(line, k, 0.3))],
}


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("name", FORMATS)
def test_a_planted_fault_ends_with_one(exported, tmp_path, name, plant):
    extension, start, k, phase = FORMATS[name]
    text = (exported / f"ethers.{extension}").read_text()
    code, said = audit(text, tmp_path, extension)
    assert code == 0 and "nothing amiss" in said, said
    lines = text.split("\n")
    terms = [i for i, line in enumerate(lines) if re.search(start, line)]
    # A term in the middle: LAMMPS says each type in both directions, the first of which counts.
    place = terms[len(terms) // 2 // 2 * 2]
    lines[place:place + 1] = PLANTS[plant](lines[place], k, phase)
    code, said = audit("\n".join(lines), tmp_path, extension)
    assert code == 1, said
    assert re.search(rf"planted\.{re.escape(extension)}(:\d+)?", said), said


FOREIGN = {
    "large": ("c3-c3-c3-c3   1    45.000         0.000           3.000\n", "large"),
    "odd phase": ("c3-c3-c3-c3   1     0.200        37.500           3.000\n", "odd-phase"),
    "duplicate": ("c3-c3-c3-c3   1     0.200         0.000           3.000\nhc-c3-c3-hc   1     0.1   0.0   3.0\n"
                  "c3-c3-c3-c3   1     0.300         0.000           3.000\n", "duplicate"),
    "unreachable": ("X -c3-c3-c3   1     0.200         0.000           3.000\n", "unreachable"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_files_of_others_are_audited(tmp_path, name):
    lines, kind = FOREIGN[name]
    clean = "someone's\nMASS\n\nDIHE\nc3-c3-c3-os   1     0.160         0.000           3.000\n{}\n\n"
    assert audit(clean.format("").replace("\n\n\n", "\n\n"), tmp_path, "frcmod")[0] == 0
    code, said = audit(clean.format(lines), tmp_path, "frcmod")
    assert code == 1 and kind in html.unescape(said), said
