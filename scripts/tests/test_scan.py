# SPDX-License-Identifier: GPL-3.0-or-later
"""The scan algorithm on an invented molecule-wide energy, in place of xtb: exact angles, smoothness, breakage."""
import numpy as np
import pytest

from family_builder import scan, xtb
from family_builder.geometry import dihedral, turned, wrapped

QUARTET = (0, 1, 2, 3)
BARRIER = 1.5  # kcal/mol, of cos 3x
STIFFNESS = 300.0  # kcal/mol/rad², of the restraint: up to 0.9 degrees off its centre


@pytest.fixture()
def invented_xtb(monkeypatch, butane, butane_positions):
    """Rigid butane with the energy BARRIER (1 + cos 3x); a restraint gives way to it as xtb's does."""

    def energy_and_forces(symbols, positions):
        angle = np.radians(dihedral(positions, QUARTET))
        axis = positions[2] - positions[1]
        axis /= np.linalg.norm(axis)
        lever = np.cross(axis, positions[3] - positions[1])
        forces = np.zeros_like(positions)
        forces[3] = 3 * BARRIER * np.sin(3 * angle) * lever / (lever @ lever)
        return BARRIER * (1 + np.cos(3 * angle)), forces

    def optimised(symbols, positions, quartet=None, centre=None):
        angle = centre
        for _ in range(100):
            angle = centre + np.degrees(3 * BARRIER * np.sin(3 * np.radians(angle)) / STIFFNESS)
        return turned(positions, butane.bonds, QUARTET, angle)

    monkeypatch.setattr(xtb, "energy_and_forces", energy_and_forces)
    monkeypatch.setattr(xtb, "optimised", optimised)


def test_a_scan_is_smooth_and_on_its_grid_although_the_restraint_gives_way(invented_xtb, butane, butane_positions):
    result = scan.relaxed_scan(butane, QUARTET, [butane_positions])
    assert [point.angle for point in result.points] == list(scan.GRID)
    assert (result.starts, result.rounds) == (1, 0)
    for point in result.points:
        assert abs(wrapped(dihedral(point.positions, QUARTET) - point.angle)) < scan.ANGLE_TOLERANCE
        # The slope is at most 3 BARRIER a radian, and the angle is within 0.01 degrees.
        assert point.energy == pytest.approx(BARRIER * (1 + np.cos(3 * np.radians(point.angle))), abs=1e-3)


def test_a_grid_point_that_always_breaks_is_an_error_which_names_it(invented_xtb, monkeypatch, butane,
                                                                     butane_positions):
    whole = xtb.optimised

    def breaking(symbols, positions, quartet=None, centre=None):
        result = whole(symbols, positions, quartet, centre)
        if abs(wrapped(dihedral(result, QUARTET) - 30.0)) < 7:
            result[4] += 3.0
        return result

    monkeypatch.setattr(xtb, "optimised", breaking)
    with pytest.raises(scan.BrokenScan, match=r"butane 0-1-2-3: .*\[30\.0\]"):
        scan.relaxed_scan(butane, QUARTET, [butane_positions])
