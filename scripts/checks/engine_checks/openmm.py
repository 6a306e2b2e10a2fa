# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenMM: a force field file of the molecule's base parameters and the exported one, resolved by OpenMM's own parser."""
import tempfile
from pathlib import Path

import parmed
from openmm import Context, Platform, VerletIntegrator, app, unit
from parmed.modeller import ResidueTemplate
from parmed.openmm import OpenMMParameterSet

from .molecule import Frames

FORCES = {"HarmonicBondForce": "bond", "HarmonicAngleForce": "angle", "PeriodicTorsionForce": "proper",
          "NonbondedForce": "nonbonded"}


def energies(molecule: Frames, parameters: Path) -> list[dict[str, float]]:
    """Energies by term of every frame without impropers; Lennard-Jones and Coulomb together as `nonbonded`."""
    structure = molecule.structure
    for residue in structure.residues:
        residue.name = "MOL"
    with tempfile.TemporaryDirectory(prefix="swivel-openmm-") as folder:
        base = Path(folder, "base.xml")
        fields = OpenMMParameterSet.from_structure(structure)
        fields.residues["MOL"] = ResidueTemplate.from_residue(structure.residues[0])
        fields.write(str(base), provenance={}, write_unused=True, separate_ljforce=False)
        # Impropers are not fitted, and by type alone OpenMM orders their atoms otherwise than AMBER.
        base.write_text("\n".join(x for x in base.read_text().splitlines() if "<Improper" not in x))
        force_field = app.ForceField(str(base), str(parameters))
        system = force_field.createSystem(structure.topology, nonbondedMethod=app.NoCutoff)
    return system_energies(system, molecule)


def system_energies(system, molecule: Frames, forces: dict[str, str] = FORCES) -> list[dict[str, float]]:
    """Energies of every frame, the system's forces gathered by what they are."""
    for number, force in enumerate(system.getForces()):
        force.setForceGroup(number)
    context = Context(system, VerletIntegrator(0.001), Platform.getPlatformByName("Reference"))
    result = []
    for positions in molecule.positions:
        context.setPositions(positions * 0.1)
        terms = dict.fromkeys(forces.values(), 0.0)
        for number, force in enumerate(system.getForces()):
            name = forces.get(type(force).__name__)
            energy = context.getState(getEnergy=True, groups=1 << number).getPotentialEnergy()
            value = energy.value_in_unit(unit.kilocalories_per_mole)
            if name is None and abs(value) > 0:
                raise RuntimeError(f"{molecule.name}: energy of an unexpected {type(force).__name__}")
            if name is not None:
                terms[name] += value
        result.append(terms)
    return result
