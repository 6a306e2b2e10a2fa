#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Energies by term of shipped AMBER topologies at shipped geometries, by OpenMM's reader and its Reference platform.

    .venv/bin/python Tests/Fixtures/amber/make.py            writes energies.json beside this file, kcal/mol

OpenMM's Coulomb constant is 332.06371 kcal/mol·Å/e², AMBER's 18.2223² = 332.05221: the test divides by their ratio.
"""
import json
from pathlib import Path

import openmm
from openmm import app, unit

HERE = Path(__file__).resolve().parent
FAMILIES = HERE.parents[2] / "families"


def frames(path: Path) -> list[list[list[float]]]:
    """Coordinates of every frame of an extended XYZ, Å."""
    lines, found = path.read_text().split("\n"), []
    while lines and lines[0].strip():
        count = int(lines[0])
        found.append([[float(word) for word in line.split()[1:4]] for line in lines[2:2 + count]])
        lines = lines[2 + count:]
    return found


def main() -> None:
    result = {}
    for topology in sorted(FAMILIES.glob("*/molecules/*.prmtop")):
        name = f"{topology.parent.parent.name}/{topology.stem}"
        if name not in WANTED:
            continue
        scan = sorted((topology.parent.parent / "scans").glob(f"{topology.stem}-*.extxyz"))[0]
        prmtop = app.AmberPrmtopFile(str(topology))
        system = prmtop.createSystem(nonbondedMethod=app.NoCutoff, constraints=None, rigidWater=False, removeCMMotion=False)
        # One group a kind; charges and Lennard-Jones are told apart by switching the charges off.
        names = []
        for force in system.getForces():
            names.append(type(force).__name__)
            force.setForceGroup(len(names))
        rows = []
        for number in (0, 5, 11):
            positions = frames(scan)[number] * unit.angstrom
            energies = terms(system, names, positions)
            rows.append({"frame": number} | {key: round(value, 7) for key, value in energies.items()})
        result[name] = {"scan": str(scan.relative_to(FAMILIES.parent)), "frames": rows}
    (HERE / "energies.json").write_text(json.dumps(result, indent=1) + "\n")


def terms(system: openmm.System, names: list[str], positions: unit.Quantity) -> dict[str, float]:
    def energy(which: openmm.System, group: int) -> float:
        context = openmm.Context(which, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
        context.setPositions(positions)
        return context.getState(getEnergy=True, groups={group}).getPotentialEnergy().value_in_unit(unit.kilocalorie_per_mole)

    found = {name: energy(system, names.index(name) + 1)
             for name in ("HarmonicBondForce", "HarmonicAngleForce", "PeriodicTorsionForce")}
    bare = openmm.XmlSerializer.deserialize(openmm.XmlSerializer.serialize(system))
    place = names.index("NonbondedForce")
    force = bare.getForce(place)
    for atom in range(force.getNumParticles()):
        _, sigma, epsilon = force.getParticleParameters(atom)
        force.setParticleParameters(atom, 0, sigma, epsilon)
    for pair in range(force.getNumExceptions()):
        a, b, _, sigma, epsilon = force.getExceptionParameters(pair)
        force.setExceptionParameters(pair, a, b, 0, sigma, epsilon)
    lennard_jones = energy(bare, place + 1)
    return {"bond": found["HarmonicBondForce"], "angle": found["HarmonicAngleForce"], "torsion": found["PeriodicTorsionForce"],
            "lennard_jones": lennard_jones, "coulomb": energy(system, place + 1) - lennard_jones}


WANTED = {"alkanes/butane", "alcohols/1-propanol", "amides/n-methylacetamide", "esters/methyl-acetate", "biaryls/2-pyridylpyrazine"}

if __name__ == "__main__":
    main()
