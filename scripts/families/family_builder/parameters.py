# SPDX-License-Identifier: GPL-3.0-or-later
"""The force field of a family's topologies: equal types must have equal parameters, in and between the topologies."""
from collections import defaultdict
from collections.abc import Iterator

import parmed

# A kind of parameter and the atom types it is for: in chain order with the lesser end first, of an improper torsion
# the three outer ones in alphabetical order and then the central one.
Key = tuple[str, tuple[str, ...]]
DIGITS = 6  # a prmtop holds nine significant digits


def parameters(structure: parmed.Structure) -> Iterator[tuple[Key, tuple[float, ...]]]:
    """Each parameter of a topology: kcal/mol, angstrom and degrees, the terms of a torsion by ascending periodicity."""
    for atom in structure.atoms:
        yield ("Lennard-Jones", (atom.type,)), _rounded(atom.rmin, atom.epsilon)
    for bond in structure.bonds:
        yield ("bond", _chain(bond.atom1, bond.atom2)), _rounded(bond.type.k, bond.type.req)
    for angle in structure.angles:
        yield ("angle", _chain(angle.atom1, angle.atom2, angle.atom3)), _rounded(angle.type.k, angle.type.theteq)
    terms = defaultdict(list)
    for torsion in structure.dihedrals:
        atoms = torsion.atom1, torsion.atom2, torsion.atom3, torsion.atom4
        indices = tuple(atom.idx for atom in atoms)
        if torsion.improper:
            types = (*sorted((atoms[0].type, atoms[1].type, atoms[3].type)), atoms[2].type)
            key = "improper torsion", types
        else:
            indices = min(indices, indices[::-1])
            key = "torsion", _chain(*atoms)
        terms[key, indices].append(_rounded(torsion.type.per, torsion.type.phi_k, torsion.type.phase))
    for (key, _), values in terms.items():
        yield key, tuple(number for term in sorted(values) for number in term)


def contradictions(structures: dict[str, parmed.Structure]) -> list[str]:
    """A sentence on each parameter of which equal types have more than one value; `structures` by molecule."""
    found = defaultdict(lambda: defaultdict(set))
    for molecule, structure in structures.items():
        for key, values in parameters(structure):
            found[key][values].add(molecule)
    sentences = []
    for (kind, types), variants in sorted(found.items()):
        if len(variants) > 1:
            listed = "; ".join(f"{' '.join(f'{value:g}' for value in values)} in {', '.join(sorted(molecules))}"
                               for values, molecules in sorted(variants.items()))
            sentences.append(f"{kind} {'-'.join(types)} has different parameters: {listed}")
    return sentences


def _chain(*atoms: parmed.Atom) -> tuple[str, ...]:
    types = tuple(atom.type for atom in atoms)
    return min(types, types[::-1])


def _rounded(*values: float) -> tuple[float, ...]:
    return tuple(round(float(value), DIGITS) for value in values)
