# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenFF: which definition of an exported offxml each torsion gets, and energies of a molecule that has all its terms in one."""
import importlib.metadata
import importlib.util
import warnings
from functools import cache
from pathlib import Path

from rdkit import Chem
from rdkit.Chem import AllChem

from .molecule import Frames
from .openmm import system_energies

# The packages on PyPI have other names than the ones they ask for their versions.
NAMES = {"openff.toolkit": "acellera-openff-toolkit", "openff.interchange": "openff-interchange"}


@cache
def toolkit():
    """openff.toolkit, imported late: it takes seconds."""
    version = importlib.metadata.version
    importlib.metadata.version = lambda name: version(NAMES.get(name, name))
    warnings.filterwarnings("ignore")
    import openff.toolkit
    return openff.toolkit


def released(name: str) -> Path:
    """A force field that OpenFF released, such as openff-2.2.1.offxml."""
    found = importlib.util.find_spec("openforcefields")
    if found is None or found.origin is None:
        raise FileNotFoundError("the package openforcefields is not there")
    return Path(found.origin).parent / "offxml" / name


def openff_molecule(molecule: Frames, smiles: str):
    """The molecule in its topology's atom order, with bond orders from the SMILES."""
    editable = Chem.RWMol()
    for atom in molecule.structure.atoms:
        new = Chem.Atom(atom.atomic_number)
        new.SetNoImplicit(True)
        editable.AddAtom(new)
    for bond in molecule.structure.bonds:
        editable.AddBond(bond.atom1.idx, bond.atom2.idx, Chem.BondType.SINGLE)
    template = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assigned = AllChem.AssignBondOrdersFromTemplate(template, editable.GetMol())
    Chem.SanitizeMol(assigned)
    return toolkit().Molecule.from_rdkit(assigned, allow_undefined_stereo=True, hydrogens_are_explicit=True)


def torsion_differences(molecule: Frames, smiles: str, offxml: Path, expected: dict) -> tuple[int, float]:
    """The torsions that the file defines, and the largest difference of a term from what is expected.

    expected: canonical type quadruple → {periodicity: (k in kcal/mol, phase in degree)}.
    """
    off = toolkit()
    labels = off.ForceField(str(offxml)).label_molecules(openff_molecule(molecule, smiles).to_topology())[0]
    types = [atom.type for atom in molecule.structure.atoms]
    found, worst = 0, 0.0
    assigned = {min(key, key[::-1]): value for key, value in dict(labels["ProperTorsions"]).items()}
    for torsion in propers(molecule):
        names = [types[i] for i in torsion]
        wanted = expected.get(min(tuple(names), tuple(names)[::-1]))
        parameter = assigned.get(min(torsion, torsion[::-1]))
        if wanted is None or parameter is None:
            if (wanted is None) != (parameter is None):
                raise RuntimeError(f"{molecule.name}: torsion {torsion} {names}: {wanted} in one file, {parameter} in the other")
            continue
        found += 1
        have = {n: (k.m_as("kilocalorie / mole") / float(d), p.m_as("degree")) for n, k, p, d in
                zip(parameter.periodicity, parameter.k, parameter.phase, parameter.idivf)}
        if have.keys() != wanted.keys():
            raise RuntimeError(f"{molecule.name}: torsion {torsion} {names} has periodicities {sorted(have)}, not {sorted(wanted)}")
        worst = max([worst] + [abs(a - b) for n in have for a, b in zip(have[n], wanted[n])])
    return found, worst


def propers(molecule: Frames) -> list[tuple[int, ...]]:
    """Every chain of four bonded atoms."""
    neighbours = {a.idx: {b.idx for b in a.bond_partners} for a in molecule.structure.atoms}
    return [(i, j, k, l) for bond in molecule.structure.bonds for j, k in [(bond.atom1.idx, bond.atom2.idx)]
            for i in neighbours[j] - {k} for l in neighbours[k] - {j} if i != l]


def energies(molecule: Frames, smiles: str, offxml: Path) -> list[dict[str, float]]:
    """Energies by term of every frame from a file that has every term of the molecule."""
    off = toolkit()
    topology = openff_molecule(molecule, smiles).to_topology()
    system = off.ForceField(str(offxml)).create_interchange(topology).to_openmm()
    return system_energies(system, molecule)
