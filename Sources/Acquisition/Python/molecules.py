# SPDX-License-Identifier: GPL-3.0-or-later
"""Molecules from files and SMILES, what is refused with which words, and their start geometry."""
import re
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem

SEED = 20240229
CONFORMERS = 30
# So many of the lowest by MMFF are relaxed at the level of the start geometry.
RELAXED = 4
# Relaxed conformers are the same when their energies differ by less, kcal/mol.
SAME_ENERGY = 1e-4
ELEMENTS = {"H", "C", "N", "O", "F", "P", "S", "Cl", "Br", "I"}


class Refused(Exception):
    """A molecule that cannot be taken, in words for its owner."""


def read(source):
    """(name, molecule or None, words if None) of everything in a source: {"path": ...} or {"smiles": ..., "name": ...}."""
    if "smiles" in source:
        text, _, name = source["smiles"].strip().partition(" ")
        return [_smiles(text, source.get("name") or name.strip())]
    path = Path(source["path"])
    kind = path.suffix.lower()
    if kind in (".smi", ".smiles"):
        lines = [line.split(maxsplit=1) for line in path.read_text().splitlines() if line.strip()]
        return [_smiles(line[0], line[1].strip() if len(line) > 1 else "") for line in lines]
    if kind in (".sdf", ".sd", ".mol"):
        found = []
        for number, mol in enumerate(Chem.SDMolSupplier(str(path), removeHs=False), 1):
            if mol is None:
                found.append((f"{path.stem}-{number}", None, f"record {number} of {path} is no molecule RDKit can read"))
            else:
                found.append((_title(mol) or path.stem, mol, None))
        return found or [(path.stem, None, f"{path} has no molecule")]
    if kind == ".mol2":
        blocks = re.split(r"(?=@<TRIPOS>MOLECULE)", path.read_text())
        found = []
        for number, block in enumerate((b for b in blocks if b.startswith("@<TRIPOS>MOLECULE")), 1):
            mol = Chem.MolFromMol2Block(block, removeHs=False)
            words = None if mol else (f"molecule {number} of {path} is none RDKit can read: it wants Corina's atom types, "
                                      "not GAFF's; an SDF is safer")
            found.append(((_title(mol) if mol else "") or path.stem, mol, words))
        return found or [(path.stem, None, f"{path} has no @<TRIPOS>MOLECULE")]
    return [(path.stem, None, f"{path}: known are .sdf, .mol, .mol2, .smi and SMILES")]


def _title(mol):
    title = mol.GetProp("_Name").strip() if mol.HasProp("_Name") else ""
    return "" if title in ("*****", "RDKit") else title


def _smiles(text, name):
    mol = Chem.MolFromSmiles(text)
    return (name, mol, None if mol else f'"{text}" is neither a file that is there nor a SMILES RDKit can read')


def checked(mol, largest):
    """The molecule with all its hydrogens, and notes.

    Raises Refused.
    """
    parts = Chem.GetMolFrags(mol)
    if len(parts) > 1:
        sizes = " + ".join(Chem.MolToSmiles(part) for part in Chem.GetMolFrags(mol, asMols=True))
        raise Refused(f"is {len(parts)} separate parts ({sizes}): a salt, a solvate or a mixture; give one part alone")
    mol = Chem.Mol(mol)
    for atom in mol.GetAtoms():
        atom.SetAtomMapNum(0)
    notes = []
    before = mol.GetNumAtoms()
    full = Chem.AddHs(mol, addCoords=mol.GetNumConformers() > 0)
    if before > mol.GetNumHeavyAtoms() and full.GetNumAtoms() > before:
        notes.append(f"{full.GetNumAtoms() - before} hydrogens were missing and stand after the other atoms")
    heavy = full.GetNumHeavyAtoms()
    if heavy > largest:
        raise Refused(f"has {heavy} heavy atoms, more than {largest}: raise --largest (it is driven in fragments), "
                      "or give fragments around the bonds of interest")
    foreign = sorted({a.GetSymbol() for a in full.GetAtoms()} - ELEMENTS)
    if foreign:
        raise Refused(f"holds {', '.join(foreign)}: GAFF and Sage know {', '.join(sorted(ELEMENTS))} only")
    if any(a.GetNumRadicalElectrons() for a in full.GetAtoms()):
        raise Refused("has an unpaired electron: only closed shells can be computed; is a hydrogen or a charge missing?")
    charge = Chem.GetFormalCharge(full)
    if charge:
        raise Refused(f"has the charge {charge:+d}: a scan in vacuum would be ruled by it; give the neutral form")
    if _is_zwitterion(full):
        raise Refused("is a zwitterion, which would move a proton in vacuum; give the neutral form")
    centres = Chem.FindMolChiralCenters(full, includeUnassigned=True, useLegacyImplementation=False)
    unknown = [str(index) for index, label in centres if label == "?"]
    if unknown:
        notes.append(f"the configuration at atom {', '.join(unknown)} is not given: one was taken")
    from rdkit.Chem.MolStandardize import rdMolStandardize
    drawn = Chem.MolToSmiles(Chem.RemoveHs(full))
    try:
        usual = Chem.MolToSmiles(rdMolStandardize.TautomerEnumerator().Canonicalize(Chem.RemoveHs(full)))
        if Chem.CanonSmiles(usual, useChiral=False) != Chem.CanonSmiles(drawn, useChiral=False):
            notes.append(f"the tautomer is taken as drawn; RDKit's usual one is {usual}")
    except Exception:  # an enumerator that gives up says nothing about the molecule
        pass
    for atom in full.GetAtoms():
        atom.SetIntProp("swivel", atom.GetIdx())
    return full, notes


def _is_zwitterion(mol):
    """Whether a positive atom without a negative neighbour and a negative atom without a positive one are both there."""
    def lone(sign):
        return any(a.GetFormalCharge() * sign > 0 and not any(n.GetFormalCharge() * sign < 0 for n in a.GetNeighbors())
                   for a in mol.GetAtoms())
    return lone(1) and lone(-1)


def starts(mol, level, bonds, count):
    """At most `count` conformers relaxed with GFN2-xTB that differ, the lowest first: positions in angstrom.

    Raises Refused.
    """
    from levels import Level, QuantumError
    from relaxation import Broken, relaxed
    symbols = [a.GetSymbol() for a in mol.GetAtoms()]
    found, words = [], "no conformer kept its bonds"
    for conformer in _conformers(mol)[:max(RELAXED, 2 * count)]:
        try:
            one = Level(level, symbols, Chem.GetFormalCharge(mol), 0, 2)
            positions = relaxed(symbols, bonds, conformer, one, 0)
            energy, _ = one.energy_and_forces(positions)
        except (Broken, QuantumError) as error:
            words = str(error)
            continue
        # Equal energies are copies or mirror images, and the first of them is taken.
        if all(abs(energy - other) > SAME_ENERGY for other, _ in found):
            found.append((energy, positions))
    if not found:
        raise Refused(f"could not be relaxed: {words}")
    return [np.round(positions, 8) for _, positions in sorted(found, key=lambda entry: entry[0])[:count]]


def _conformers(mol):
    """Conformers by ETKDG and MMFF that differ, the lowest by MMFF first: positions in angstrom.

    Raises Refused.
    """
    settings = AllChem.ETKDGv3()
    settings.randomSeed = SEED
    work = Chem.Mol(mol)
    work.RemoveAllConformers()
    ids = list(AllChem.EmbedMultipleConfs(work, CONFORMERS, settings))
    if not ids:
        settings.useRandomCoords = True
        ids = list(AllChem.EmbedMultipleConfs(work, CONFORMERS, settings))
    if not ids:
        raise Refused("RDKit finds no geometry for it: is the configuration possible?")
    energies = [energy for _, energy in AllChem.MMFFOptimizeMoleculeConfs(work, maxIters=2000)] \
        if AllChem.MMFFHasAllMoleculeParams(work) else [0.0] * len(ids)
    return [work.GetConformer(conformer).GetPositions() for _, conformer in _different(sorted(zip(energies, ids)))]


def _different(conformers):
    """Of conformers sorted by energy those that are not mirror images or copies of the one before (1e-3 kcal/mol)."""
    kept = []
    for energy, conformer in conformers:
        if not kept or energy - kept[-1][0] > 1e-3 or energy == 0.0:
            kept.append((energy, conformer))
    return kept
