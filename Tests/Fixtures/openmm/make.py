# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes amide.xml, amide.pdb and energies.json with OpenMM: python make.py. All parameters are made up.

The molecule is that of ../tinker/amide.xyz. Beside ordinary terms the System has a Ryckaert-Bellemans torsion, harmonic
impropers in OpenMM's spelling for CHARMM, Urey-Bradley terms in a force of their own, and a CMMotionRemover.
"""
import itertools
import json
import random
from copy import deepcopy
from pathlib import Path

import openmm as mm
from openmm import app, unit

HERE = Path(__file__).parent
MASS = {"C": 12.011, "N": 14.007, "O": 15.999, "H": 1.008}


def system(rows, near):
    value = random.Random(7).uniform
    result = mm.System()
    for row in rows:
        result.addParticle(MASS[row[1]])
    bonds = [(i, j) for i, js in enumerate(near) for j in js if i < j]
    force = mm.HarmonicBondForce()
    for i, j in bonds:
        force.addBond(i, j, 0.109 if "H" in (rows[i][1], rows[j][1]) else 0.14, value(2e5, 4e5))
    result.addForce(force)
    angles = [(i, j, k) for j, js in enumerate(near) for i, k in itertools.combinations(js, 2)]
    force, urey = mm.HarmonicAngleForce(), mm.HarmonicBondForce()
    urey.setName("UreyBradley")
    for number, (i, j, k) in enumerate(angles):
        force.addAngle(i, j, k, value(1.9, 2.1), value(300, 600))
        if number % 4 == 0:
            urey.addBond(i, k, value(0.2, 0.25), value(3000, 20000))
    result.addForce(force)
    force, rb, pairs = mm.PeriodicTorsionForce(), mm.RBTorsionForce(), set()
    for j, k in bonds:
        for i, l in itertools.product(near[j], near[k]):
            if i in (k, l) or l == j:
                continue
            pairs.add((min(i, l), max(i, l)))
            if (j, k) == (2, 4):
                rb.addTorsion(i, j, k, l, *(value(-8, 8) for _ in range(6)))
                continue
            for n in (1, 3):
                force.addTorsion(i, j, k, l, n, value(-3.14, 3.14), value(-2, 4))
    force.addTorsion(1, 3, 2, 4, 2, 3.14159265, 11.0)
    improper = mm.CustomTorsionForce("k*min(dtheta, 2*pi-dtheta)^2; dtheta = abs(theta-theta0);pi = 3.141593")
    improper.addPerTorsionParameter("k")
    improper.addPerTorsionParameter("theta0")
    improper.addTorsion(4, 2, 5, 9, (12.0, 0.1))
    for each in (force, rb, improper, urey):
        result.addForce(each)
    force = mm.NonbondedForce()
    atoms = [(value(-0.5, 0.5), value(0.1, 0.35), value(0.05, 0.6)) for _ in rows]
    for atom in atoms:
        force.addParticle(*atom)
    force.createExceptionsFromBonds(bonds, 1 / 1.2, 0.5)
    result.addForce(force)
    result.addForce(mm.CMMotionRemover())
    return result


def energy(source, positions, kinds, uncharged=False):
    result = deepcopy(source)
    for number, force in enumerate(result.getForces()):
        force.setForceGroup(1 if type(force).__name__ in kinds else 0)
        if uncharged and isinstance(force, mm.NonbondedForce):
            for i in range(force.getNumParticles()):
                force.setParticleParameters(i, 0, *force.getParticleParameters(i)[1:])
            for i in range(force.getNumExceptions()):
                a, b, _, sigma, epsilon = force.getExceptionParameters(i)
                force.setExceptionParameters(i, a, b, 0, sigma, epsilon)
    context = mm.Context(result, mm.VerletIntegrator(0.001), mm.Platform.getPlatformByName("Reference"))
    context.setPositions(positions)
    return context.getState(getEnergy=True, groups=2).getPotentialEnergy().value_in_unit(unit.kilocalories_per_mole)


def main():
    lines = (HERE.parent / "tinker/amide.xyz").read_text().splitlines()
    rows = [line.split() for line in lines[1:]]
    near = [[int(x) - 1 for x in row[6:]] for row in rows]
    made = system(rows, near)
    (HERE / "amide.xml").write_text(mm.XmlSerializer.serialize(made))
    topology = app.Topology()
    residue = topology.addResidue("AMD", topology.addChain())
    atoms = [topology.addAtom(f"{row[1]}{n + 1}", app.Element.getBySymbol(row[1]), residue) for n, row in enumerate(rows)]
    for i, js in enumerate(near):
        for j in js:
            if i < j:
                topology.addBond(atoms[i], atoms[j])
    positions = [[float(x) / 10 for x in row[2:5]] for row in rows]
    with open(HERE / "amide.pdb", "w", encoding="utf-8") as file:
        app.PDBFile.writeFile(topology, positions * unit.nanometer, file)
    lj = energy(made, positions, ("NonbondedForce",), uncharged=True)
    energies = {
        "bonded2": energy(made, positions, ("HarmonicBondForce", "HarmonicAngleForce")),
        "torsions": energy(made, positions, ("PeriodicTorsionForce", "RBTorsionForce", "CustomTorsionForce")),
        "lj": lj, "coulomb": energy(made, positions, ("NonbondedForce",)) - lj}
    (HERE / "energies.json").write_text(json.dumps({"openmm": mm.__version__, **energies}, indent=1) + "\n")


if __name__ == "__main__":
    main()
