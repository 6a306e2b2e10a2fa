# SPDX-License-Identifier: GPL-3.0-or-later
"""Fragments of a large molecule about each driven bond, and which atom of the molecule each of theirs is.

The rule is that of Rai et al. (10.1021/acs.jcim.9b00373) as OpenFF's fragmenter has it: the bond and all neighbours of its
atoms, rings and functional groups among them whole, with substituents ortho to the bond, cut bonds capped by hydrogen. The
fragmenter's other scheme, by Wiberg bond orders, needs AM1 calculations of minutes for each molecule and is not used.
"""
from rdkit import Chem

from molecules import Refused
from open_force_field import NEEDED, molecule


def about(mol, bonds):
    """(fragment with all hydrogens, atom of `mol` for each of its atoms or None, bond) for each bond of two atoms of `mol`.

    Raises Refused.
    """
    own = molecule(mol)
    try:
        from openff.fragmenter.fragment import PfizerFragmenter
    except ImportError as error:
        raise Refused(f"{NEEDED} ({error})") from None
    try:
        # All bonds that could be driven: SMARTS find bonds by what they look like and not by place.
        result = PfizerFragmenter().fragment(own, target_bond_smarts=["[!#1!D1:1]-!@[!#1!D1:2]"])
    except Exception as error:  # the fragmenter raises of all kinds
        raise Refused(f"could not be cut into fragments: {' '.join(str(error).split())[:300]}") from None
    place = _places(Chem.MolFromSmiles(result.parent_smiles, _explicit()), mol)
    found = {tuple(sorted(place[index] for index in fragment.bond_indices)): fragment.smiles for fragment in result.fragments}
    cut = []
    for bond in bonds:
        if tuple(sorted(bond)) not in found:
            raise Refused(f"could not be cut about the bond {bond[0]}-{bond[1]}")
        piece = Chem.MolFromSmiles(found[tuple(sorted(bond))], _explicit())
        atoms = [place.get(atom.GetAtomMapNum()) for atom in piece.GetAtoms()]
        # Heavy atoms first, in the molecule's order, and what caps cut bonds last.
        order = sorted(range(len(atoms)), key=lambda a: (
            piece.GetAtomWithIdx(a).GetAtomicNum() == 1, atoms[a] is None, atoms[a] or 0, a))
        for atom in piece.GetAtoms():
            atom.SetAtomMapNum(0)
        cut.append((Chem.RenumberAtoms(piece, order), [atoms[a] for a in order], bond))
    return cut


def _explicit():
    settings = Chem.SmilesParserParams()
    settings.removeHs = False
    return settings


def _places(mapped, mol):
    """The atom of `mol` for each map number of the fragmenter's copy of it."""
    plain = Chem.Mol(mapped)
    for atom in plain.GetAtoms():
        atom.SetAtomMapNum(0)
    match = mol.GetSubstructMatch(plain)
    if len(match) != mol.GetNumAtoms():
        raise Refused("could not be cut into fragments: the fragmenter reads another molecule")
    return {atom.GetAtomMapNum(): match[atom.GetIdx()] for atom in mapped.GetAtoms()}


def onto(piece, atoms, known):
    """The atoms of an equal molecule in place of those of a fragment: what `atoms` says, in the order of `known`."""
    match = piece.GetSubstructMatch(known, useChirality=True) or piece.GetSubstructMatch(known)
    return [atoms[a] for a in match]
