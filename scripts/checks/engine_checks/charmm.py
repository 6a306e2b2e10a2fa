# SPDX-License-Identifier: GPL-3.0-or-later
"""CHARMM's PSF and parameter files as OpenMM's CharmmPsfFile takes them, energies by term."""
from pathlib import Path

import numpy as np
from openmm import Context, NonbondedForce, Platform, VerletIntegrator, app, unit

# OpenMM's force groups of CharmmPsfFile.
GROUPS = {0: "bond", 1: "angle", 2: "dihedral", 3: "angle", 4: "improper"}


def energies(psf: Path, parameters: list[Path], positions: np.ndarray) -> list[dict[str, float]]:
    """Energies of every frame (angstrom), kcal/mol; Coulomb with OpenMM's constant."""
    files = app.CharmmParameterSet(*map(str, parameters))
    structure = app.CharmmPsfFile(str(psf))
    system = structure.createSystem(files, nonbondedMethod=app.NoCutoff)
    uncharged = structure.createSystem(files, nonbondedMethod=app.NoCutoff)
    for force in uncharged.getForces():
        if isinstance(force, NonbondedForce):
            for i in range(force.getNumParticles()):
                _, sigma, epsilon = force.getParticleParameters(i)
                force.setParticleParameters(i, 0, sigma, epsilon)
            for i in range(force.getNumExceptions()):
                a, b, _, sigma, epsilon = force.getExceptionParameters(i)
                force.setExceptionParameters(i, a, b, 0, sigma, epsilon)
    contexts = [Context(s, VerletIntegrator(0.001), Platform.getPlatformByName("Reference"))
                for s in (system, uncharged)]
    result = []
    for frame in positions:
        for context in contexts:
            context.setPositions(frame * 0.1)
        terms = dict.fromkeys([*GROUPS.values(), "lj", "coulomb"], 0.0)
        for group, term in GROUPS.items():
            terms[term] += energy(contexts[0], group)
        terms["lj"] = energy(contexts[1], 6)
        terms["coulomb"] = energy(contexts[0], 6) - terms["lj"]
        result.append(terms)
    return result


def energy(context: Context, group: int) -> float:
    state = context.getState(getEnergy=True, groups=1 << group)
    return state.getPotentialEnergy().value_in_unit(unit.kilocalories_per_mole)
