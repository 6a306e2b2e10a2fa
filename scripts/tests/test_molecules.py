# SPDX-License-Identifier: GPL-3.0-or-later
"""Which dihedrals are driven, mirror images, and whether the recipes in families.yaml make sense."""
import re
from collections import Counter

import numpy as np
import pytest
import yaml
from conftest import SCRIPTS, embedded

from family_builder.geometry import dihedral, handedness, turned
from family_builder.molecules import Molecule, driven_quartets, methyl_quartet, mirror_relabelling, mirrored

RECIPES = yaml.safe_load((SCRIPTS / "families" / "families.yaml").read_text())


def driven(smiles, **options):
    return driven_quartets(Molecule("x", "x", smiles), **options)


@pytest.mark.parametrize("smiles, quartets", [
    ("CCCC", [(0, 1, 2, 3)]),
    ("CCCCC", [(0, 1, 2, 3)]),  # the other bond is its image
    ("CCCCCC", [(0, 1, 2, 3), (1, 2, 3, 4)]),
    ("CC", []),
    ("C1CCCCC1", []),  # rings are not driven
    ("CC=CC", []),  # nor are double bonds
    ("c1ccccc1-c1ccccc1", [(4, 5, 6, 7)]),
])
def test_driven_quartets_are_one_a_kind_of_bond(smiles, quartets):
    assert [tuple(sorted(q[1:3])) for q in driven(smiles)] == [tuple(sorted(q[1:3])) for q in quartets]
    bonds = Molecule("x", "x", smiles).bonds
    assert all(frozenset(pair) in bonds for q in driven(smiles) for pair in zip(q, q[1:]))


def test_hydroxyl_groups_are_driven_on_request_only():
    assert driven("CCO") == []
    (quartet,) = driven("CCO", hydroxyl=True)
    molecule = Molecule("ethanol", "ethanol", "CCO")
    assert [molecule.symbols[atom] for atom in quartet] in (["C", "C", "O", "H"], ["H", "O", "C", "C"])


def test_methyl_quartet_is_the_first_methyl_group():
    molecule = Molecule("x", "x", "CC(=O)NC")
    quartet = methyl_quartet(molecule)
    assert [molecule.symbols[atom] for atom in quartet[:3]] == ["H", "C", "C"] and quartet[1] == 0


def test_ions_are_refused():
    with pytest.raises(ValueError, match="neutral"):
        Molecule("x", "x", "CC(=O)[O-]").graph


@pytest.mark.parametrize("smiles, quartet, is_symmetric", [
    ("CCCC", (0, 1, 2, 3), True),
    ("CC(C)CC", (0, 1, 3, 4), False),  # the mirror image exchanges the two methyl groups, which are told apart
    ("CC[C@H](C)O", (0, 1, 2, 4), False),
])
def test_mirror_image_with_new_labels_is_the_same_labelled_molecule(smiles, quartet, is_symmetric):
    molecule = Molecule("x", "x", smiles)
    positions = turned(embedded(molecule), molecule.bonds, quartet, 50.0)
    relabelling = mirror_relabelling(molecule, quartet, positions)
    assert (relabelling is not None) == is_symmetric
    if is_symmetric:
        image = mirrored(positions, relabelling)
        assert molecule.is_intact(image)
        assert handedness(image, molecule.bonds) == handedness(positions, molecule.bonds)
        assert dihedral(image, quartet) == pytest.approx(-50.0, abs=1e-9)


def test_molblock_holds_the_coordinates_in_the_molecules_order(butane, butane_positions):
    rows = [line.split() for line in butane.molblock(butane_positions).splitlines()[4:4 + len(butane.symbols)]]
    assert [row[3] for row in rows] == butane.symbols
    assert np.allclose([[float(x) for x in row[:3]] for row in rows], butane_positions, atol=1e-4)  # four decimals


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_is_complete(name):
    recipe = RECIPES[name]
    ids = [item["id"] for item in recipe["molecules"]]
    assert len(ids) >= 5 and max(Counter(ids).values()) == 1
    assert all(re.fullmatch(r"[a-z0-9-]+", id) for id in ids)
    assert recipe["methyl_rotor"] in ids
    for item in recipe["molecules"]:
        molecule = Molecule(item["id"], item["name"], item["smiles"])
        quartets = driven_quartets(molecule, hydroxyl=recipe.get("hydroxyl_rotors", False))
        assert quartets or recipe["methyl_rotor"] == molecule.id, f"{molecule.id} has nothing to drive"
