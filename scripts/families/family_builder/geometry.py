# SPDX-License-Identifier: GPL-3.0-or-later
"""Geometry of one molecule: dihedral angles, rigid turns about a bond, what is bonded to what.

Positions are (atoms, 3) arrays in angstrom, angles are in degrees (IUPAC: cis 0, trans 180), atom indices are
zero-based, and a quartet (i, j, k, l) is the dihedral of the planes ijk and jkl.
"""
import numpy as np
from rdkit import Chem

# A pair is bonded when it is closer than this many times the sum of its covalent radii.
BOND_FACTOR = 1.25
TORQUE_FLOOR = 2.0  # kcal/mol/rad
# A profile is one smooth branch where energies and torques contradict each other by less than this.
SMOOTH = 0.03


def wrapped(angle: float) -> float:
    """The same angle in (-180, 180]."""
    return 180.0 - (180.0 - angle) % 360.0


def dihedral(positions: np.ndarray, quartet: tuple[int, ...]) -> float:
    """The dihedral angle of `quartet`, in (-180, 180]."""
    i, j, k, l = positions[list(quartet)]
    axis, first, second = k - j, np.cross(j - i, k - j), np.cross(k - j, l - k)
    return wrapped(np.degrees(np.arctan2(np.cross(first, second) @ axis / np.linalg.norm(axis), first @ second)))


def turning_side(bonds: set[frozenset[int]], quartet: tuple[int, ...]) -> list[int]:
    """The atoms on the k side of the bond j-k (without k): those which a turn about the bond moves."""
    _, j, k, _ = quartet
    seen, edge = {j, k}, [k]
    while edge:
        atom = edge.pop()
        if atom != k and frozenset((atom, j)) in bonds:
            raise ValueError(f"the bond {j}-{k} is in a ring")
        neighbours = {b for bond in bonds if atom in bond for b in bond} - seen
        seen |= neighbours
        edge += neighbours
    return sorted(seen - {j, k})


def turned(positions: np.ndarray, bonds: set[frozenset[int]], quartet: tuple[int, ...], target: float) -> np.ndarray:
    """The geometry with one side turned rigidly about j-k until the dihedral is `target`."""
    angle = np.radians(target - dihedral(positions, quartet))
    side = turning_side(bonds, quartet)
    origin = positions[quartet[1]]
    axis = positions[quartet[2]] - origin
    axis = axis / np.linalg.norm(axis)
    arm = positions[side] - origin
    result = positions.copy()
    result[side] = origin + (arm * np.cos(angle) + np.cross(axis, arm) * np.sin(angle)
                             + np.outer(arm @ axis, axis) * (1 - np.cos(angle)))
    return result


def torque(positions: np.ndarray, forces: np.ndarray, bonds: set[frozenset[int]], quartet: tuple[int, ...]) -> float:
    """-dE/d(dihedral) of a rigid turn of one side about j-k, in force unit times angstrom per radian."""
    side = turning_side(bonds, quartet)
    origin = positions[quartet[1]]
    axis = positions[quartet[2]] - origin
    axis = axis / np.linalg.norm(axis)
    return float(np.sum(forces[side] * np.cross(axis, positions[side] - origin)))


def contradiction(energies: np.ndarray, torques: np.ndarray) -> np.ndarray:
    """How far the energies of a periodic profile contradict its torques at each grid point, torques being the unit.

    From one neighbour to the other the energy must rise by the integral of minus the torque (Simpson's rule), or the
    profile goes over to another branch there. The unit is the profile's largest torque, TORQUE_FLOOR at least.
    """
    step = 2 * np.pi / len(energies)
    rise = np.roll(energies, -1) - np.roll(energies, 1)
    expected = -step / 3 * (np.roll(torques, -1) + 4 * torques + np.roll(torques, 1))
    return np.abs(rise - expected) / (2 * step) / max(np.abs(torques).max(), TORQUE_FLOOR)


def bond_graph(symbols: list[str], positions: np.ndarray) -> set[frozenset[int]]:
    """The pairs of atoms which are close enough to be bonded."""
    table = Chem.GetPeriodicTable()
    radii = np.array([table.GetRcovalent(symbol) for symbol in symbols])
    reach = BOND_FACTOR * (radii[:, None] + radii[None, :])
    distance = np.linalg.norm(positions[:, None] - positions[None, :], axis=-1)
    return {frozenset((int(a), int(b))) for a, b in np.argwhere(np.triu(distance < reach, 1))}


def handedness(positions: np.ndarray, bonds: set[frozenset[int]]) -> list[int]:
    """+1 or -1 for each atom with four neighbours: the handedness of the neighbours in index order."""
    result = []
    for atom in range(len(positions)):
        neighbours = sorted(b for bond in bonds if atom in bond for b in bond if b != atom)
        if len(neighbours) == 4:
            a, b, c, d = positions[neighbours]
            result.append(1 if np.dot(np.cross(b - a, c - a), d - a) > 0 else -1)
    return result
