// Relaxation: the held dihedral stays, everything else reaches a minimum, trouble is reported.

import Chemistry
import Foundation
import Support
import Testing

@testable import Mechanics

@Suite struct RelaxationLaws {
  @Test func heldDihedralStaysAndForcesVanishOtherwise() {
    let alkane = Alkane(carbons: 5)
    let model = EnergyModel(alkane.topology)
    let held = Quartet(0, 1, 2, 3)
    let graph = alkane.topology.bondGraph
    for degrees in stride(from: 0.0, to: 360, by: 45) {
      let start = alkane.turned(bond: 1, by: degrees * Units.degree)
      let result = model.relaxed(start, holding: held, options: RelaxationOptions())
      #expect(result.converged)
      let drift = wrapped(dihedralAngle(held, in: result.coordinates) - dihedralAngle(held, in: start))
      #expect(abs(drift) < 0.1 * Units.degree)
      // What force is left lies along the gradient of the held dihedral alone.
      let forces = model.energyAndForces(of: result.coordinates).forces
      let x = result.coordinates
      let g = dihedralAngleAndGradient(x[0], x[1], x[2], x[3]).gradient
      let square = [g.i, g.j, g.k, g.l].reduce(0) { $0 + $1.dot($1) }
      let along = zip([g.i, g.j, g.k, g.l], forces).reduce(0) { $0 + $1.0.dot($1.1) } / square
      var rest = forces
      for (atom, vector) in zip(0..<4, [g.i, g.j, g.k, g.l]) { rest[atom] -= vector * along }
      #expect(rest.map(\.norm).max()! < 0.05)
      // And its size is the torque: the slope of the relaxed profile.
      let turn = BondTurn(bond: BondIndex(1, 2), quartet: held, graph: graph)
      #expect(abs(along - turn.torque(of: forces, in: x)) < 0.05)
    }
  }

  @Test func restraintsPullBack() {
    let alkane = Alkane(carbons: 6)
    let model = EnergyModel(alkane.topology)
    let held = Quartet(0, 1, 2, 3)
    let start = alkane.turned(bond: 3, by: 100 * Units.degree)
    let rotor = Quartet(2, 3, 4, 5)
    func drift(_ options: RelaxationOptions) -> Double {
      let x = model.relaxed(start, holding: held, rotors: Rotors(restrained: [rotor]), options: options)
        .coordinates
      return abs(wrapped(dihedralAngle(rotor, in: x) - dihedralAngle(rotor, in: start)))
    }
    let free = drift(RelaxationOptions())
    #expect(free > 10 * Units.degree)
    #expect(drift(RelaxationOptions(torsionRestraint: 200)) < 2 * Units.degree)
    #expect(drift(RelaxationOptions(cartesianRestraint: 10)) < free / 2)
  }

  /// All that a rotation and a last bit may not change.
  private func distances(_ x: [Vector3]) -> [Double] {
    x.indices.flatMap { i in x.indices.filter { $0 > i }.map { (x[i] - x[$0]).norm } }
  }

  @Test func theSameMinimumIsReachedFromTurnedAndShakenStarts() {
    let alkane = Alkane(carbons: 6)
    let model = EnergyModel(alkane.topology)
    let held = Quartet(1, 2, 3, 4)
    var generator = SeededGenerator(seed: 5)
    for degrees in [0.0, 75, 120, 180] {
      let start = alkane.turned(bond: 2, by: degrees * Units.degree)
      let relaxed = model.relaxed(start, holding: held, options: RelaxationOptions())
      // Some way along each rotor no energy is lost, so soft ones show what the tolerance leaves.
      let axis = Vector3(0.36, 0.48, 0.8)
      let turned = start.map { rotated($0, about: axis, through: Vector3(3, 1, 2), by: 1) }
      let again = model.relaxed(turned, holding: held, options: RelaxationOptions())
      let difference = zip(distances(relaxed.coordinates), distances(again.coordinates)).map { abs($0 - $1) }
      #expect(difference.max()! < 1e-3, "turned at \(degrees)°")
      // Other last digits: what another processor does to sums.
      let third = model.relaxed(
        generator.shaken(start, by: 1e-11), holding: held, options: RelaxationOptions())
      #expect(
        abs(model.energy(of: third.coordinates).total - model.energy(of: relaxed.coordinates).total) < 1e-5,
        "shaken at \(degrees)°")
      #expect(relaxed.evaluations < 60)
    }
  }

  @Test func aStartOnASaddleIsLeft() {
    // Butane with a methyl group eclipsed: by symmetry no force turns it back.
    let alkane = Alkane(carbons: 4)
    let model = EnergyModel(alkane.topology)
    let held = Quartet(0, 1, 2, 3)
    let start = alkane.turned(bond: 0, by: 60 * Units.degree)
    let graph = alkane.topology.bondGraph
    let turns = graph.rotorTurns.filter { $0.bond != held.centralBond }
    #expect(turns.count == 2)
    func energy(_ x: RelaxedGeometry) -> Double { model.energy(of: x.coordinates).total }
    let lowest = model.relaxed(alkane.coordinates, holding: held, options: RelaxationOptions())
    // Every bond turns by another angle, and nothing else changes.
    let nudged = start.nudged(turns)
    let angles = turns.map { turn in
      let quartet = graph.quartets(about: turn.bond)[0]
      return abs(wrapped(dihedralAngle(quartet, in: nudged) - dihedralAngle(quartet, in: start)))
    }
    #expect(angles.allSatisfy { (0.99 * Units.degree...3.01 * Units.degree).contains($0) })
    #expect(abs(angles[0] - angles[1]) > 0.1 * Units.degree)
    for bond in alkane.topology.bonds {
      #expect(abs((nudged[bond.i] - nudged[bond.j]).norm - (start[bond.i] - start[bond.j]).norm) < 1e-12)
    }
    #expect(model.energy(of: start).total - energy(lowest) > 1)
    let free = model.relaxed(start, holding: held, rotors: Rotors(turns: turns), options: RelaxationOptions())
    #expect(abs(energy(free) - energy(lowest)) < 1e-5)
    // A start at its minimum stays there.
    let same = model.relaxed(
      alkane.coordinates, holding: held, rotors: Rotors(turns: turns), options: RelaxationOptions())
    #expect(abs(energy(same) - energy(lowest)) < 1e-6)
  }

  @Test func relaxationIsDeterministicAndBounded() {
    let alkane = Alkane(carbons: 6)
    let model = EnergyModel(alkane.topology)
    let start = alkane.turned(bond: 2, by: 2)
    let a = model.relaxed(start, holding: Quartet(1, 2, 3, 4), options: RelaxationOptions())
    let b = model.relaxed(start, holding: Quartet(1, 2, 3, 4), options: RelaxationOptions())
    #expect(a == b)
    let short = model.relaxed(
      start, holding: Quartet(1, 2, 3, 4), options: RelaxationOptions(maxEvaluations: 5))
    #expect(!short.converged)
    #expect(short.evaluations <= 6)
  }

  @Test func hopelessGeometriesAreReported() {
    let alkane = Alkane(carbons: 4)
    let model = EnergyModel(alkane.topology)
    var coinciding = alkane.coordinates
    coinciding[4] = coinciding[13]
    #expect(
      !model.relaxed(coinciding, holding: Quartet(0, 1, 2, 3), options: RelaxationOptions()).converged)
    // Three atoms on a line: the held dihedral is undefined.
    var straight = alkane.coordinates
    straight[0] = Vector3(0, 0, 0)
    straight[1] = Vector3(1.5, 0, 0)
    straight[2] = Vector3(3, 0, 0)
    #expect(!model.relaxed(straight, holding: Quartet(0, 1, 2, 3), options: RelaxationOptions()).converged)
  }
}
