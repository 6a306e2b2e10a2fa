# SPDX-License-Identifier: GPL-3.0-or-later
"""The scan algorithm on an invented molecule-wide energy, in place of xtb: exact angles, smoothness, breakage."""
import numpy as np
import pytest

from family_builder import scan, xtb
from family_builder.geometry import dihedral, turned, wrapped

QUARTET = (0, 1, 2, 3)
BARRIER = 1.5  # kcal/mol, of cos 3x
STIFFNESS = 300.0  # kcal/mol/rad², of a restraint of 1: up to 0.9 degrees off its centre
WIDTH = 0.05  # radian, of a bump at 0


def energy(angle, bump=0.0):
    """Invented energy, kcal/mol, at a dihedral angle in (-pi, pi], with a bump at 0 of that height."""
    return BARRIER * (1 + np.cos(3 * angle)) + bump * np.exp(-(angle / WIDTH) ** 2)


def slope(angle, bump=0.0):
    return -3 * BARRIER * np.sin(3 * angle) - 2 * bump * angle / WIDTH ** 2 * np.exp(-(angle / WIDTH) ** 2)


def invent_xtb(monkeypatch, molecule, bump=0.0):
    """A rigid molecule with that energy; a restraint gives way to it, as xtb's does."""

    def energy_and_forces(symbols, positions):
        angle = np.radians(dihedral(positions, QUARTET))
        axis = positions[2] - positions[1]
        axis /= np.linalg.norm(axis)
        lever = np.cross(axis, positions[3] - positions[1])
        forces = np.zeros_like(positions)
        forces[3] = -slope(angle, bump) * lever / (lever @ lever)
        return energy(angle, bump), forces

    def optimised(symbols, positions, quartet=None, centre=None, restraint=1.0):
        off = np.radians(wrapped(dihedral(positions, QUARTET) - centre)) + 1e-6  # not to balance on a top
        spring = restraint * STIFFNESS
        for _ in range(1000):  # small steps downhill to the nearest minimum
            angle = np.radians(wrapped(centre + np.degrees(off)))
            off -= (slope(angle, bump) + spring * off) / (spring + 1000)
        return turned(positions, molecule.bonds, QUARTET, centre + np.degrees(off))

    monkeypatch.setattr(xtb, "energy_and_forces", energy_and_forces)
    monkeypatch.setattr(xtb, "optimised", optimised)


@pytest.fixture()
def invented_xtb(monkeypatch, butane):
    invent_xtb(monkeypatch, butane)


def test_a_scan_is_smooth_and_on_its_grid_although_the_restraint_gives_way(invented_xtb, butane, butane_positions):
    result = scan.relaxed_scan(butane, QUARTET, [butane_positions])
    assert [point.angle for point in result.points] == list(scan.GRID)
    assert (result.starts, result.rounds) == (1, 0)
    for point in result.points:
        assert abs(wrapped(dihedral(point.positions, QUARTET) - point.angle)) < scan.ANGLE_TOLERANCE
        # The slope is at most 3 BARRIER a radian, and the angle is within 0.01 degrees.
        assert point.energy == pytest.approx(energy(np.radians(point.angle)), abs=1e-3)


def test_a_grid_point_that_always_breaks_is_an_error_which_names_it(invented_xtb, monkeypatch, butane,
                                                                     butane_positions):
    whole = xtb.optimised

    def breaking(symbols, positions, *restraint):
        result = whole(symbols, positions, *restraint)
        if abs(wrapped(dihedral(result, QUARTET) - 30.0)) < 7:
            result[4] += 3.0
        return result

    monkeypatch.setattr(xtb, "optimised", breaking)
    with pytest.raises(scan.BrokenScan, match=r"butane 0-1-2-3: .*\[30\.0\]"):
        scan.relaxed_scan(butane, QUARTET, [butane_positions])


def test_where_the_molecule_overcomes_the_restraint_a_stiffer_one_holds_it(monkeypatch, butane, butane_positions):
    # The top is curved by -2 bump / WIDTH² - 9 BARRIER = -333 kcal/mol/rad²: between the restraints of 300 and 900.
    bump = 0.4
    invent_xtb(monkeypatch, butane, bump)
    result = scan.relaxed_scan(butane, QUARTET, [butane_positions])
    for point in result.points:
        assert point.energy == pytest.approx(energy(np.radians(point.angle), bump), abs=1e-3)
    monkeypatch.setattr(xtb, "RESTRAINTS", xtb.RESTRAINTS[:1])
    with pytest.raises(scan.BrokenScan, match=r"at \[0\.0\] degrees"):
        scan.relaxed_scan(butane, QUARTET, [butane_positions])
