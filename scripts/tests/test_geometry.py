# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws of the builder's geometry: angles, rigid turns, torques, bonds and handedness."""
import numpy as np
import pytest

from family_builder.geometry import (SMOOTH, bond_graph, contradiction, dihedral, handedness, torque, turned,
                                     turning_side, wrapped)

QUARTET = (0, 1, 2, 3)


def distances(positions):
    return np.linalg.norm(positions[:, None] - positions[None, :], axis=-1)


@pytest.mark.parametrize("angle, expected", [(0, 0), (180, 180), (-180, 180), (190, -170), (-190, 170), (720, 0)])
def test_wrapped_keeps_the_angle_and_is_half_open(angle, expected):
    assert wrapped(angle) == expected


@pytest.mark.parametrize("degrees", [-170.0, -90.0, 0.0, 60.0, 180.0])
def test_dihedral_of_four_points_built_for_it(degrees):
    # Seen along the middle bond (z), the last point is clockwise of the first by the angle (IUPAC).
    turn = np.radians(degrees)
    points = np.array([[1, 0, 0], [0, 0, 0], [0, 0, 1], [np.cos(turn), np.sin(turn), 1]], dtype=float)
    assert dihedral(points, QUARTET) == pytest.approx(degrees, abs=1e-10)


def test_dihedral_is_the_same_reversed_and_negative_in_the_mirror(butane_positions):
    angle = dihedral(butane_positions, QUARTET)
    assert dihedral(butane_positions, QUARTET[::-1]) == pytest.approx(angle, abs=1e-9)
    assert wrapped(dihedral(butane_positions * [-1, 1, 1], QUARTET) + angle) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("target", [-165.0, -60.0, 0.0, 180.0])
def test_turned_reaches_the_target_and_keeps_both_sides_rigid(butane, butane_positions, target):
    result = turned(butane_positions, butane.bonds, QUARTET, target)
    assert wrapped(dihedral(result, QUARTET) - target) == pytest.approx(0, abs=1e-9)
    side = turning_side(butane.bonds, QUARTET)
    rest = [atom for atom in range(len(result)) if atom not in side]
    assert np.array_equal(result[rest], butane_positions[rest])
    for part in (side + [1, 2], rest):
        assert np.allclose(distances(result[part]), distances(butane_positions[part]), atol=1e-10)


def test_turning_side_is_what_hangs_on_the_third_atom(butane):
    expected = [3, *sorted(b for bond in butane.bonds for b in bond if b > 3 and bond & {2, 3})]
    assert turning_side(butane.bonds, QUARTET) == expected


def test_turning_side_refuses_a_bond_in_a_ring():
    ring = {frozenset(pair) for pair in ((0, 1), (1, 2), (2, 3), (3, 0))}
    with pytest.raises(ValueError, match="ring"):
        turning_side(ring, QUARTET)


def test_torque_is_the_derivative_of_the_energy_of_a_rigid_turn(butane, butane_positions):
    stiffness = np.random.default_rng(3).normal(size=butane_positions.shape)

    def energy(positions):
        return float(np.sum(stiffness * positions ** 2))

    step, angle = 1e-4, dihedral(butane_positions, QUARTET)
    higher, lower = (energy(turned(butane_positions, butane.bonds, QUARTET, angle + sign * np.degrees(step)))
                     for sign in (1, -1))
    expected = -(higher - lower) / (2 * step)
    # The error of a central difference is of the order step² = 1e-8 of the energy.
    assert torque(butane_positions, -2 * stiffness * butane_positions, butane.bonds, QUARTET) == pytest.approx(
        expected, rel=1e-6)


def test_contradiction_is_small_on_a_smooth_profile_and_large_where_it_jumps():
    angles = np.radians(np.arange(-165, 181, 15))
    energies = 1.5 * (1 + np.cos(3 * angles)) + 0.4 * (1 - np.cos(2 * angles))
    torques = 4.5 * np.sin(3 * angles) - 0.8 * np.sin(2 * angles)
    assert contradiction(energies, torques).max() < SMOOTH
    assert contradiction(energies + 100, torques) == pytest.approx(contradiction(energies, torques), abs=1e-9)
    jumped = energies.copy()
    jumped[10:] += 1.0
    assert set(np.flatnonzero(contradiction(jumped, torques) > SMOOTH)) == {9, 10, 23, 0}
    assert contradiction(energies, -torques).max() > SMOOTH


def test_bond_graph_finds_the_bonds_and_notices_a_broken_one(butane, butane_positions):
    assert bond_graph(butane.symbols, butane_positions) == butane.bonds
    broken = butane_positions.copy()
    broken[4] += 1.5 * (broken[4] - broken[0])
    assert bond_graph(butane.symbols, broken) == butane.bonds - {frozenset((0, 4))}


def test_handedness_changes_in_the_mirror_and_with_an_exchange(butane, butane_positions):
    hand = handedness(butane_positions, butane.bonds)
    assert len(hand) == 4  # the carbon atoms
    assert handedness(butane_positions * [-1, 1, 1], butane.bonds) == [-sign for sign in hand]
    exchanged = butane_positions.copy()
    exchanged[[4, 5]] = exchanged[[5, 4]]
    assert handedness(exchanged, butane.bonds) == [-hand[0], *hand[1:]]
