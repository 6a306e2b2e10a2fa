// Torques: a torque is the slope of the energy under a rigid turn, and knows nothing of bonds and angles.

import Chemistry
import Foundation
import Support
import Testing

@testable import Mechanics

@Suite struct TorqueLaws {
  @Test func torqueIsTheSlopeUnderARigidTurn() {
    let alkane = Alkane(carbons: 5)
    let model = EnergyModel(alkane.topology)
    let graph = alkane.topology.bondGraph
    var random = SeededGenerator(seed: 21)
    for bond in graph.rotatableBonds {
      let x = random.shaken(alkane.coordinates, by: 0.1)
      let turn = BondTurn(bond: bond, quartet: graph.quartets(about: bond)[0], graph: graph)
      let torque = turn.torque(of: model.energyAndForces(of: x).forces, in: x)
      let h = 1e-4
      func energy(_ angle: Double) -> Double {
        let side = graph.side(of: bond.b, awayFrom: bond.a)!
        let axis = (x[bond.b] - x[bond.a]).normalized
        var y = x
        for atom in side { y[atom] = rotated(x[atom], about: axis, through: x[bond.a], by: angle) }
        return model.energy(of: y).total
      }
      let slope = (8 * (energy(h) - energy(-h)) - (energy(2 * h) - energy(-2 * h))) / (12 * h)
      #expect(abs(torque + slope) < 1e-6 * max(1, abs(torque)))
    }
  }

  @Test func bondsAndAnglesDropOut() {
    let alkane = Alkane(carbons: 4)
    var stiff = alkane.topology
    for index in stiff.bonds.indices { stiff.bonds[index].length += 0.05 }
    for index in stiff.angles.indices { stiff.angles[index].angle += 0.1 }
    let graph = alkane.topology.bondGraph
    var random = SeededGenerator(seed: 4)
    let x = random.shaken(alkane.coordinates, by: 0.1)
    for bond in graph.rotatableBonds {
      let turn = BondTurn(bond: bond, quartet: graph.quartets(about: bond)[0], graph: graph)
      let a = turn.torque(of: EnergyModel(alkane.topology).energyAndForces(of: x).forces, in: x)
      let b = turn.torque(of: EnergyModel(stiff).energyAndForces(of: x).forces, in: x)
      #expect(abs(a - b) < 1e-9)
    }
  }

  @Test func aTurnChangesItsOwnDihedralsOnly() {
    let alkane = Alkane(carbons: 5)
    let graph = alkane.topology.bondGraph
    var random = SeededGenerator(seed: 9)
    let x = random.shaken(alkane.coordinates, by: 0.1)
    let bond = BondIndex(1, 2)
    let turn = BondTurn(bond: bond, quartet: graph.quartets(about: bond)[0], graph: graph)
    let h = 1e-6
    var y = x
    for (atom, vector) in turn.displacements(in: x) { y[atom] += vector * h }
    for torsion in alkane.topology.torsions {
      let change = wrapped(dihedralAngle(torsion.quartet, in: y) - dihedralAngle(torsion.quartet, in: x)) / h
      #expect(abs(change - turn.rate(of: torsion.quartet, in: x)) < 1e-4)
    }
  }

  /// In a ring the turn is along the gradient of the dihedral, which grows by one a unit.
  @Test func ringTurnsGrowTheDihedralByOne() {
    let x = (0..<6).map { index -> Vector3 in
      let a = Double(index) * 60 * Units.degree
      return Vector3(1.5 * cos(a), 1.5 * sin(a), index % 2 == 0 ? 0.25 : -0.25)
    }
    let graph = BondGraph(atomCount: 6, bonds: (0..<6).map { BondIndex($0, ($0 + 1) % 6) })
    let turn = BondTurn(bond: BondIndex(1, 2), quartet: Quartet(0, 1, 2, 3), graph: graph)
    #expect(!turn.isRigid)
    #expect(abs(turn.rate(of: Quartet(0, 1, 2, 3), in: x) - 1) < 1e-12)
    let h = 1e-6
    var y = x
    for (atom, vector) in turn.displacements(in: x) { y[atom] += vector * h }
    for start in 0..<6 {
      let q = Quartet(start, (start + 1) % 6, (start + 2) % 6, (start + 3) % 6)
      let change = wrapped(dihedralAngle(q, in: y) - dihedralAngle(q, in: x)) / h
      #expect(abs(change - turn.rate(of: q, in: x)) < 1e-4)
    }
  }
}
