// Rotors stay in the well that they start in: the walls, and relaxations within them.

import Chemistry
import Foundation
import Support
import Testing

@testable import Mechanics

@Suite struct WellTests {
  private let alkane = Alkane(carbons: 6)
  private let driven = Quartet(0, 1, 2, 3)
  private let rotor = Quartet(2, 3, 4, 5)
  private var rotors: Rotors { Rotors(of: alkane.topology).besides(driven) }
  private let free = RelaxationOptions(wellHalfWidth: .infinity)

  private func turn(_ quartet: Quartet, _ a: [Vector3], _ b: [Vector3]) -> Double {
    abs(wrapped(dihedralAngle(quartet, in: a) - dihedralAngle(quartet, in: b)))
  }

  /// Central differences of 1e-5 Å are good to about 1e-6 of a gradient of order 100.
  @Test(arguments: [20.0, 29, 31, 45, 170])
  func wallsHaveTheGradientOfTheirEnergy(degrees: Double) {
    let restrained = EnergyModel(alkane.topology).restrained(
      to: alkane.coordinates, rotors: rotors, options: RelaxationOptions())
    var x = flattened(alkane.turned(bond: 3, by: degrees * Units.degree))
    var gradient = [Double](repeating: 0, count: x.count)
    var unused = gradient
    _ = restrained.evaluate(x, gradient: &gradient)
    for i in x.indices {
      let old = x[i]
      x[i] = old + 1e-5
      let up = restrained.evaluate(x, gradient: &unused)
      x[i] = old - 1e-5
      let down = restrained.evaluate(x, gradient: &unused)
      x[i] = old
      #expect(abs((up - down) / 2e-5 - gradient[i]) < 1e-3, "coordinate \(i)")
    }
  }

  @Test func wallsBeginAtTheirEdgeAndAreContinuous() {
    let model = EnergyModel(alkane.topology)
    func wall(_ degrees: Double) -> Double {
      let x = alkane.turned(bond: 3, by: degrees * Units.degree)
      var gradient = [Double](repeating: 0, count: 3 * x.count)
      return model.restrained(to: alkane.coordinates, rotors: rotors, options: RelaxationOptions())
        .evaluate(flattened(x), gradient: &gradient) - model.energy(of: x).total
    }
    #expect(abs(wall(29.99)) < 1e-9)
    #expect(abs(wall(-29.99)) < 1e-9)
    // Nine dihedrals about the bond.
    let excess = 10 * Units.degree
    #expect(abs(wall(40) - 900 * excess * excess) < 1e-6)
    #expect(abs(wall(-40) - 900 * excess * excess) < 1e-6)
  }

  @Test func insideTheWellWallsChangeNothing() {
    let model = EnergyModel(alkane.topology)
    for degrees in [0.0, 70, 125] {
      let start = alkane.turned(bond: 1, by: degrees * Units.degree)
      let walled = model.relaxed(start, holding: driven, rotors: rotors, options: RelaxationOptions())
      let without = model.relaxed(start, holding: driven, rotors: rotors, options: free)
      #expect(walled.converged && without.converged)
      let energies = [walled, without].map { model.energy(of: $0.coordinates).total }
      #expect(abs(energies[0] - energies[1]) < 1e-6, "turned by \(degrees)°")
      #expect(walled.evaluations < 2 * without.evaluations + 20)
    }
  }

  /// At 100° from trans the rotor runs some forty degrees to gauche.
  @Test func aRotorThatWouldLeaveStaysAtTheEdge() {
    let model = EnergyModel(alkane.topology)
    let start = alkane.turned(bond: 3, by: 75 * Units.degree)
    let without = model.relaxed(start, holding: driven, rotors: rotors, options: free)
    #expect(turn(rotor, start, without.coordinates) > 35 * Units.degree)
    let walled = model.relaxed(start, holding: driven, rotors: rotors, options: RelaxationOptions())
    #expect(walled.converged)
    #expect((29 * Units.degree...35 * Units.degree).contains(turn(rotor, start, walled.coordinates)))
    // A start across the edge, as a draw's may be, is brought back to the well of the reference.
    let across = model.relaxed(
      without.coordinates, holding: driven, rotors: rotors, about: start, options: RelaxationOptions())
    #expect(across.converged)
    #expect(turn(rotor, start, across.coordinates) < 35 * Units.degree)
    #expect(turn(driven, start, across.coordinates) < 0.001 * Units.degree)
  }

  @Test func neitherTurnsOfTheMoleculeNorLabelsMatter() {
    let start = alkane.turned(bond: 3, by: 75 * Units.degree)
    func energy(_ topology: Topology, _ x: [Vector3], _ held: Quartet) -> Double {
      // Nudges go by the order of the bonds; here nothing starts on a saddle.
      var rotors = Rotors(of: topology).besides(held)
      rotors.turns = []
      let model = EnergyModel(topology)
      let relaxed = model.relaxed(x, holding: held, rotors: rotors, options: RelaxationOptions())
      #expect(relaxed.converged)
      return model.energy(of: relaxed.coordinates).total
    }
    let given = energy(alkane.topology, start, driven)
    let turned = start.map { rotated($0, about: Vector3(0.36, 0.48, 0.8), through: Vector3(3, 1, 2), by: 1) }
    #expect(abs(energy(alkane.topology, turned, driven) - given) < 1e-5)
    // Atoms in reverse order.
    let last = start.count - 1
    var topology = alkane.topology
    topology.atoms.reverse()
    func renamed(_ q: Quartet) -> Quartet { Quartet(last - q.i, last - q.j, last - q.k, last - q.l) }
    for i in topology.bonds.indices {
      (topology.bonds[i].i, topology.bonds[i].j) = (last - topology.bonds[i].j, last - topology.bonds[i].i)
    }
    for i in topology.angles.indices {
      topology.angles[i].i = last - topology.angles[i].i
      topology.angles[i].j = last - topology.angles[i].j
      topology.angles[i].k = last - topology.angles[i].k
    }
    for i in topology.torsions.indices {
      topology.torsions[i].quartet = renamed(topology.torsions[i].quartet)
    }
    for i in topology.pairs.indices {
      (topology.pairs[i].i, topology.pairs[i].j) = (last - topology.pairs[i].j, last - topology.pairs[i].i)
    }
    #expect(alkane.topology.impropers.isEmpty && alkane.topology.ureyBradleys.isEmpty)
    #expect(abs(energy(topology, start.reversed(), renamed(driven)) - given) < 1e-5)
  }

  @Test func dihedralsOnALineHaveNoWall() {
    var x = alkane.coordinates
    x[5] = x[4] + (x[4] - x[3])
    #expect(DihedralWall(rotor, at: x, halfWidth: 0.5) == nil)
    #expect(DihedralWall(rotor, at: alkane.coordinates, halfWidth: 0.5) != nil)
  }
}
