# SPDX-License-Identifier: GPL-3.0-or-later
"""A relaxed torsion scan: the lowest geometry found at each grid angle, with its energy and forces.

Two sweeps, one in each direction, from the lowest conformer. When both give the same profile, and its energies and
torques do not contradict each other, it is one smooth branch and is kept. Otherwise another torsion hopped on
the way, and the next conformer is tried. When none gives a smooth profile the lower envelope of all is taken: each
grid point is tried again from its neighbours' kept geometries (and from the mirror image of the opposite grid
point, where the molecule has that symmetry) until nothing becomes lower.
"""
import logging
from dataclasses import dataclass

import numpy as np

from . import xtb
from .geometry import SMOOTH, contradiction, dihedral, handedness, torque, turned, wrapped
from .molecules import Molecule, mirror_relabelling, mirrored

SPACING = 15
GRID = tuple(float(angle) for angle in range(-180 + SPACING, 181, SPACING))
MAXIMUM_STARTS = 8
MAXIMUM_ROUNDS = 8
# Differences in energy (kcal/mol): a lower geometry replaces the kept one; sweeps or rounds agree.
LOWER = 1e-4
SETTLED = 1e-2
# Largest difference (degree) of a kept geometry's dihedral from its grid angle.
ANGLE_TOLERANCE = 0.01
log = logging.getLogger("build_family")


class BrokenScan(Exception):
    """A grid point whose molecule could not be kept intact."""


@dataclass(frozen=True)
class GridPoint:
    """Angle in degrees, positions in angstrom, energy in kcal/mol, forces -dE/dx in kcal/mol/angstrom."""

    angle: float
    positions: np.ndarray
    energy: float
    forces: np.ndarray


@dataclass(frozen=True)
class Scan:
    """Grid points by ascending angle; how many conformers were tried, and rounds of the lower envelope (0: smooth)."""

    molecule: Molecule
    quartet: tuple[int, int, int, int]
    points: list[GridPoint]
    starts: int
    rounds: int


def relaxed_scan(molecule: Molecule, quartet: tuple[int, int, int, int], conformers: list[np.ndarray]) -> Scan:
    """The relaxed scan of `quartet` from the first of the optimised `conformers` which gives a smooth profile."""
    kept: dict[float, GridPoint] = {}
    for starts, conformer in enumerate(conformers[:MAXIMUM_STARTS], 1):
        points, hysteresis = _swept(molecule, quartet, conformer)
        if len(points) == len(GRID) and hysteresis < SETTLED and _is_smooth(molecule, quartet, points):
            return Scan(molecule, quartet, [points[angle] for angle in GRID], starts, 0)
        kept = _lower(kept, points)

    name = f"{molecule.id} {'-'.join(map(str, quartet))}"
    relabelling = mirror_relabelling(molecule, quartet, conformers[0])
    for rounds in range(1, MAXIMUM_ROUNDS + 1):
        gain = _improve(molecule, quartet, kept, relabelling)
        if gain < SETTLED:
            break
    else:
        log.warning("%s: not settled after %d rounds, the last gained %.3f kcal/mol", name, rounds, gain)
    missing = [angle for angle in GRID if angle not in kept]
    if missing:
        raise BrokenScan(f"{name}: the molecule breaks, or xtb does not hold it, at {missing} degrees from every neighbour")
    return Scan(molecule, quartet, [kept[angle] for angle in GRID], starts, rounds)


def _swept(molecule: Molecule, quartet: tuple[int, ...], start: np.ndarray) -> tuple[dict[float, GridPoint], float]:
    """The lower points of a sweep in each direction, and the largest difference of their energies in kcal/mol."""
    first = min(range(len(GRID)), key=lambda n: abs(wrapped(GRID[n] - dihedral(start, quartet))))
    upwards = [GRID[(first + n) % len(GRID)] for n in range(len(GRID))]
    downwards = upwards[:1] + upwards[:0:-1]
    one, other = (_sweep(molecule, quartet, start, angles) for angles in (upwards, downwards))
    hysteresis = max((abs(one[a].energy - other[a].energy) for a in one.keys() & other.keys()), default=float("inf"))
    return _lower(one, other), hysteresis


def _lower(one: dict[float, GridPoint], other: dict[float, GridPoint]) -> dict[float, GridPoint]:
    """At each angle the lower of the points there are."""
    result = dict(one)
    for angle, point in other.items():
        if angle not in result or point.energy < result[angle].energy:
            result[angle] = point
    return result


def _sweep(molecule: Molecule, quartet: tuple[int, ...], start: np.ndarray,
           angles: list[float]) -> dict[float, GridPoint]:
    """Grid points each started from the one before; one that breaks is left out, the next starts from the last good."""
    points, positions = {}, start
    for angle in angles:
        point = _relaxed(molecule, quartet, positions, angle)
        if point is not None:
            points[angle], positions = point, point.positions
    return points


def _is_smooth(molecule: Molecule, quartet: tuple[int, ...], kept: dict[float, GridPoint]) -> bool:
    """Whether energies and torques about the driven bond agree all the way round."""
    energies = np.array([kept[angle].energy for angle in GRID])
    torques = np.array([torque(kept[angle].positions, kept[angle].forces, molecule.bonds, quartet) for angle in GRID])
    return bool(contradiction(energies, torques).max() < SMOOTH)


def _improve(molecule: Molecule, quartet: tuple[int, ...], kept: dict[float, GridPoint],
             relabelling: list[int] | None) -> float:
    """Try each grid point again from its neighbours, there and back; returns the largest gain in kcal/mol."""
    largest = 0.0
    for step in (SPACING, -SPACING):
        for angle in GRID[::1 if step > 0 else -1]:
            sources = []
            neighbour = kept.get(wrapped(angle - step))
            if neighbour is not None:
                sources.append(neighbour.positions)
            opposite = kept.get(wrapped(-angle))
            here = kept[angle].energy if angle in kept else float("inf")
            if relabelling is not None and opposite is not None and opposite.energy < here - LOWER:
                sources.append(mirrored(opposite.positions, relabelling))
            for source in sources:
                point = _relaxed(molecule, quartet, source, angle)
                here = kept[angle].energy if angle in kept else float("inf")
                if point is not None and point.energy < here - LOWER:
                    largest = max(largest, here - point.energy)
                    kept[angle] = point
    return largest


def _relaxed(molecule: Molecule, quartet: tuple[int, ...], start: np.ndarray, angle: float) -> GridPoint | None:
    """The geometry relaxed with the dihedral at `angle`; None when the molecule broke or xtb failed."""
    try:
        for restraint in xtb.RESTRAINTS:
            positions = _held(molecule, quartet, start, angle, restraint)
            if positions is not None:
                break
            log.warning("%s %s at %g: a restraint of %g does not hold it", molecule.id, quartet, angle, restraint)
        else:
            return None
        if not molecule.is_intact(positions):
            log.warning("%s %s at %g: bonds changed", molecule.id, quartet, angle)
            return None
        if handedness(positions, molecule.bonds) != handedness(start, molecule.bonds):
            log.warning("%s %s at %g: a centre was inverted", molecule.id, quartet, angle)
            return None
        # What the file will hold is what the energy belongs to.
        positions = np.round(positions, 8)
        return GridPoint(angle, positions, *xtb.energy_and_forces(molecule.symbols, positions))
    except xtb.XtbError as error:
        log.warning("%s %s at %g: %s", molecule.id, quartet, angle, error)
        return None


def _held(molecule: Molecule, quartet: tuple[int, ...], start: np.ndarray, angle: float,
          restraint: float) -> np.ndarray | None:
    """The geometry relaxed with the dihedral at `angle`, or one whose bonds have changed; None when it does not settle.

    xtb restrains softly, so the barrier pulls the dihedral off its target: the restraint's centre is moved by what is
    missing until the dihedral is right. The relaxed geometry is then a true constrained minimum.
    """
    centre, positions = angle, start
    for _ in range(8):
        positions = turned(positions, molecule.bonds, quartet, angle)
        positions = xtb.optimised(molecule.symbols, positions, quartet, wrapped(centre), restraint)
        missing = wrapped(angle - dihedral(positions, quartet))
        if abs(missing) < ANGLE_TOLERANCE or not molecule.is_intact(positions):
            return positions
        centre += missing
    return None
