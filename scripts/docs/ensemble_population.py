#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The trans population of a torsion with its uncertainty, from an ensemble that `swivel export --draws` wrote.

    swivel export reports/alkanes --format openmm --output ensemble --draws 20 --molecules butane
    .venv/bin/python scripts/docs/ensemble_population.py ensemble butane --dihedral 0 1 2 3

One run of Langevin dynamics with the torsions about the bond switched off, so that it turns freely; its frames are then weighed
by their energies under every draw. Populations thus differ by the force fields and not by the luck of separate runs.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from openmm import (Context, LangevinMiddleIntegrator, LocalEnergyMinimizer, PeriodicTorsionForce, Platform, VerletIntegrator,
                    XmlSerializer, app, unit)


def systems(folder: Path, molecule: str) -> list[tuple[object, Path]]:
    """The systems of an ensemble in the manifest's order, each with the path of its coordinates."""
    manifest = json.loads((folder / "manifest.json").read_text())
    found = []
    for member in manifest["members"]:
        path = folder / f"molecules/openmm/{molecule}-draw{member['number']}.system.xml"
        found.append((XmlSerializer.deserialize(path.read_text()), path.with_name(path.name.replace(".system.xml", ".pdb"))))
    return found


def without_torsions(system, bond: set[int]):
    """A copy of a system whose periodic torsions about a bond have no energy."""
    copy = XmlSerializer.deserialize(XmlSerializer.serialize(system))
    for force in copy.getForces():
        if isinstance(force, PeriodicTorsionForce):
            for index in range(force.getNumTorsions()):
                i, j, k, l, n, phase, _ = force.getTorsionParameters(index)
                if {j, k} == bond:
                    force.setTorsionParameters(index, i, j, k, l, n, phase, 0.0)
    return copy


def sample(system, coordinates: Path, steps: int, every: int, kelvin: float, seed: int) -> np.ndarray:
    """Positions in nm, frame by frame."""
    integrator = LangevinMiddleIntegrator(kelvin, 5 / unit.picosecond, 0.5 * unit.femtosecond)
    integrator.setRandomNumberSeed(seed)
    context = Context(system, integrator, Platform.getPlatformByName("Reference"))
    context.setPositions(app.PDBFile(str(coordinates)).positions)
    LocalEnergyMinimizer.minimize(context)
    context.setVelocitiesToTemperature(kelvin, seed)
    frames = []
    for _ in range(steps // every):
        integrator.step(every)
        frames.append(context.getState(getPositions=True).getPositions(asNumpy=True).value_in_unit(unit.nanometer))
    return np.array(frames)


def energies(system, frames: np.ndarray) -> np.ndarray:
    """kJ/mol of every frame."""
    context = Context(system, VerletIntegrator(0.001), Platform.getPlatformByName("Reference"))
    result = []
    for frame in frames:
        context.setPositions(frame)
        result.append(context.getState(getEnergy=True).getPotentialEnergy().value_in_unit(unit.kilojoules_per_mole))
    return np.array(result)


def dihedrals(frames: np.ndarray, atoms: list[int]) -> np.ndarray:
    """Degrees, 180 is trans."""
    i, j, k, l = (frames[:, a] for a in atoms)
    m, n, axis = np.cross(i - j, k - j), np.cross(k - j, k - l), k - j
    length = np.linalg.norm(axis, axis=1)
    return np.degrees(np.arctan2(length * np.einsum("fx,fx->f", i - j, n), np.einsum("fx,fx->f", m, n)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ensemble", type=Path)
    parser.add_argument("molecule")
    parser.add_argument("--dihedral", nargs=4, type=int, required=True, help="atoms from 0")
    parser.add_argument("--kelvin", type=float, default=298.15)
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    members = systems(arguments.ensemble, arguments.molecule)
    free = without_torsions(members[0][0], set(arguments.dihedral[1:3]))
    frames = sample(free, members[0][1], arguments.steps, 100, arguments.kelvin, arguments.seed)
    trans = np.abs(dihedrals(frames, arguments.dihedral)) > 120
    thermal = 0.00831446261815324 * arguments.kelvin  # kJ/mol
    sampled = energies(free, frames)
    populations, effective = [], []
    for system, _ in members:
        exponent = -(energies(system, frames) - sampled) / thermal
        weights = np.exp(exponent - exponent.max())
        populations.append(float(np.sum(weights * trans) / np.sum(weights)))
        effective.append(np.sum(weights) ** 2 / np.sum(weights ** 2))
    low, high = np.quantile(populations, [0.05, 0.95])
    print(f"trans {np.mean(populations):.3f}, 90 % interval of the force field [{low:.3f}, {high:.3f}], "
          f"{len(frames)} frames (as good as {min(effective):.0f} at least), {len(populations)} force fields")


if __name__ == "__main__":
    main()
