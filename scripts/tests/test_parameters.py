# SPDX-License-Identifier: GPL-3.0-or-later
"""Topologies of one force field agree, and one altered parameter of each kind is noticed."""
import parmed
import pytest

from family_builder.parameters import contradictions, parameters


@pytest.fixture()
def structures(families):
    return {path.stem: parmed.load_file(str(path)) for path in sorted(families.glob("*/molecules/*.prmtop"))}


def test_shipped_topologies_agree_in_and_between_the_families(structures):
    assert len(structures) >= 14
    assert contradictions(structures) == []


@pytest.mark.parametrize("change, kind", [
    (lambda s: setattr(s.bonds[0].type, "k", s.bonds[0].type.k + 1), "bond c3-c3"),
    (lambda s: setattr(s.angles[0].type, "theteq", s.angles[0].type.theteq + 1), "angle"),
    (lambda s: setattr(s.dihedrals[0].type, "phase", 180.0 - s.dihedrals[0].type.phase), "torsion"),
    (lambda s: setattr(s.atoms[0].atom_type, "rmin", 2.5) or setattr(s.atoms[0], "rmin", 2.5), "Lennard-Jones c3"),
])
def test_an_altered_parameter_is_named_with_its_molecules(structures, change, kind):
    pair = {id: structures[id] for id in ("butane", "pentane")}
    change(pair["butane"])
    sentences = contradictions(pair)
    assert sentences and all(sentence.startswith(kind) for sentence in sentences)
    assert all("in butane" in sentence and "in pentane" in sentence.replace("butane, ", "") for sentence in sentences)


def test_terms_of_a_torsion_are_one_parameter(structures):
    (values,) = {v for key, v in parameters(structures["methyl-ethyl-ether"])
                 if key == ("torsion", ("c3", "c3", "os", "c3"))}
    assert values[::3] == (1, 2, 3)  # periodicities
