# SPDX-License-Identifier: GPL-3.0-or-later
"""Geometry of one molecule: dihedral angles, rigid turns about a bond, what is bonded to what.

Positions are (atoms, 3) arrays in angstrom, angles in degrees (IUPAC: cis 0, trans 180), indices zero-based; a quartet
(i, j, k, l) is the dihedral of the planes ijk and jkl; bonds are a set of sorted pairs.
"""
import numpy as np
from rdkit import Chem

# A pair is bonded when it is closer than this many times the sum of its covalent radii.
BOND_FACTOR = 1.25


def wrapped(angle):
    """The same angle in (-180, 180]."""
    return 180.0 - (180.0 - angle) % 360.0


def dihedral(positions, quartet):
    """The dihedral angle of `quartet`, in (-180, 180]."""
    i, j, k, l = positions[list(quartet)]
    axis, first, second = k - j, np.cross(j - i, k - j), np.cross(k - j, l - k)
    return wrapped(np.degrees(np.arctan2(np.cross(first, second) @ axis / np.linalg.norm(axis), first @ second)))


def neighbours(bonds, atoms):
    """The bonded atoms of each atom, ascending."""
    result = [[] for _ in range(atoms)]
    for a, b in bonds:
        result[a].append(b)
        result[b].append(a)
    return [sorted(row) for row in result]


def turning_side(bonds, atoms, quartet):
    """The atoms on the k side of the bond j-k, without k: those which a turn about the bond moves."""
    _, j, k, _ = quartet
    beside = neighbours(bonds, atoms)
    seen, edge = {j, k}, [k]
    while edge:
        atom = edge.pop()
        if atom != k and j in beside[atom]:
            raise ValueError(f"the bond {j}-{k} is in a ring")
        new = [b for b in beside[atom] if b not in seen]
        seen.update(new)
        edge += new
    return sorted(seen - {j, k})


def turned(positions, bonds, quartet, target):
    """The geometry with one side turned rigidly about j-k until the dihedral is `target`."""
    angle = np.radians(target - dihedral(positions, quartet))
    side = turning_side(bonds, len(positions), quartet)
    origin = positions[quartet[1]]
    axis = positions[quartet[2]] - origin
    axis = axis / np.linalg.norm(axis)
    arm = positions[side] - origin
    result = positions.copy()
    result[side] = origin + (arm * np.cos(angle) + np.cross(axis, arm) * np.sin(angle)
                             + np.outer(arm @ axis, axis) * (1 - np.cos(angle)))
    return result


def bond_graph(symbols, positions):
    """The pairs of atoms which are close enough to be bonded."""
    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(symbol) for symbol in symbols])
    reach = BOND_FACTOR * (radii[:, None] + radii[None, :])
    distance = np.linalg.norm(positions[:, None] - positions[None, :], axis=-1)
    return {(int(a), int(b)) for a, b in np.argwhere(np.triu(distance < reach, 1))}


def handedness(positions, bonds):
    """+1 or -1 for each atom with four neighbours: the handedness of the neighbours in index order."""
    result = []
    for row in neighbours(bonds, len(positions)):
        if len(row) == 4:
            a, b, c, d = positions[row]
            result.append(1 if np.dot(np.cross(b - a, c - a), d - a) > 0 else -1)
    return result
