// Laws of the energy and its forces: derivatives, invariances, closed forms.

import Chemistry
import Foundation
import Support
import Testing

@testable import Mechanics

@Suite struct EnergyLaws {
  /// Central differences of the total energy at step h have an error of h²/6 · E‴; with h = 1e-4 Å and the cube of a
  /// stiff bond that is below 1e-6 of the largest force.
  static func largestForceError(_ model: EnergyModel, _ x: [Vector3]) -> Double {
    let forces = model.energyAndForces(of: x).forces
    let scale = forces.map(\.norm).max()!
    let h = 1e-4
    var worst = 0.0
    for atom in x.indices {
      for axis in [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)] {
        func energy(_ steps: Double) -> Double {
          var moved = x
          moved[atom] += axis * (steps * h)
          return model.energy(of: moved).total
        }
        // Fourth order: the third derivative drops out.
        let slope = (8 * (energy(1) - energy(-1)) - (energy(2) - energy(-2))) / (12 * h)
        worst = max(worst, abs(-slope - forces[atom].dot(axis)))
      }
    }
    return worst / scale
  }

  @Test(arguments: [2, 4, 7]) func forcesAreTheGradient(carbons: Int) {
    let alkane = Alkane(carbons: carbons)
    let model = EnergyModel(alkane.topology)
    var random = SeededGenerator(seed: 11)
    for _ in 0..<5 {
      #expect(Self.largestForceError(model, random.shaken(alkane.coordinates, by: 0.1)) < 1e-6)
    }
  }

  @Test func forcesOfFreePhasesAndImpropersAreTheGradient() {
    let alkane = Alkane(carbons: 4)
    var topology = alkane.topology
    for index in topology.torsions.indices {
      topology.torsions[index].terms = (1...6).map {
        TorsionTerm(periodicity: $0, phase: 0.3 * Double($0), forceConstant: 1.5 - 0.4 * Double($0))
      }
    }
    topology.impropers = [
      Torsion(Quartet(0, 4, 5, 6), terms: [TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 10.5)]),
      Torsion(Quartet(1, 7, 8, 2), terms: [TorsionTerm(periodicity: 2, phase: 1, forceConstant: 1.1)]),
    ]
    let model = EnergyModel(topology)
    var random = SeededGenerator(seed: 5)
    for _ in 0..<5 {
      #expect(Self.largestForceError(model, random.shaken(alkane.coordinates, by: 0.15)) < 1e-6)
    }
  }

  @Test func harmonicImpropersAndUreyBradleysAreTheirDefinition() {
    let alkane = Alkane(carbons: 4)
    var topology = alkane.topology
    let bare = EnergyModel(topology)
    // An angle near 180° from a value near −180°: the difference must not be a whole turn.
    topology.harmonicImpropers = [
      HarmonicImproper(Quartet(0, 4, 5, 6), forceConstant: 12, angle: 0.1),
      HarmonicImproper(Quartet(0, 1, 2, 3), forceConstant: 3, angle: -3.1),
    ]
    topology.ureyBradleys = [HarmonicBond(i: 0, j: 2, forceConstant: 20, length: 2.3)]
    let model = EnergyModel(topology)
    var random = SeededGenerator(seed: 6)
    for _ in 0..<5 {
      let x = random.shaken(alkane.coordinates, by: 0.1)
      #expect(Self.largestForceError(model, x) < 1e-6)
      let (a, b) = (model.energy(of: x), bare.energy(of: x))
      let expected = topology.harmonicImpropers.reduce(0) { sum, improper in
        let angle = dihedralAngle(improper.quartet, in: x) - improper.angle
        let least = [angle, angle - 2 * .pi, angle + 2 * .pi].map { $0 * $0 }.min()!
        return sum + improper.forceConstant * least
      }
      #expect(abs(a.improper - b.improper - expected) < 1e-10)
      #expect(abs(a.angle - b.angle - 20 * pow((x[0] - x[2]).norm - 2.3, 2)) < 1e-10)
    }
  }

  /// Angles far from equilibrium take the library's arc tangent: the same law must hold there.
  @Test func strainedAnglesAreTheGradient() {
    let angle = HarmonicAngle(i: 0, j: 1, k: 2, forceConstant: 50, angle: 109.5 * Units.degree)
    let atoms = (0..<3).map {
      Atom(name: "C\($0)", type: "c3", element: Element(symbol: "C")!, charge: 0)
    }
    let topology = Topology(
      atoms: atoms, bonds: [], angles: [angle], torsions: [], impropers: [], pairs: [], coulombConstant: 332,
      oneFourScalings: [])
    let model = EnergyModel(topology)
    for degrees in stride(from: 20.0, through: 179.0, by: 3) {
      let theta = degrees * Units.degree
      let x = [Vector3(1.4, 0, 0), Vector3.zero, Vector3(1.5 * cos(theta), 1.5 * sin(theta), 0)]
      let expected = 50 * pow(theta - angle.angle, 2)
      #expect(abs(model.energy(of: x).angle - expected) <= 1e-12 * max(1, expected))
      if degrees < 177 { #expect(Self.largestForceError(model, x) < 1e-6) }
    }
  }

  @Test func energyDoesNotChangeUnderRotationAndTranslation() {
    let alkane = Alkane(carbons: 5)
    let model = EnergyModel(alkane.topology)
    var random = SeededGenerator(seed: 3)
    let x = random.shaken(alkane.coordinates, by: 0.1)
    let y = moved(x, axis: Vector3(1, -2, 0.5), angle: 1.1, by: Vector3(30, -7, 4))
    let (a, b) = (model.energy(of: x), model.energy(of: y))
    #expect(abs(a.total - b.total) < 1e-9 * abs(a.total) + 1e-9)
    #expect(abs(a.torsion - b.torsion) < 1e-10)
  }

  @Test func mirrorImagesHaveEqualEnergyWithoutFreePhases() {
    let alkane = Alkane(carbons: 5)
    let model = EnergyModel(alkane.topology)
    var random = SeededGenerator(seed: 8)
    let x = random.shaken(alkane.coordinates, by: 0.2)
    let mirrored = x.map { Vector3($0.x, $0.y, -$0.z) }
    #expect(abs(model.energy(of: x).total - model.energy(of: mirrored).total) < 1e-10)
  }

  @Test func reversedQuartetsAreTheSameTorsion() {
    let alkane = Alkane(carbons: 4)
    var reversed = alkane.topology
    for index in reversed.torsions.indices {
      reversed.torsions[index].quartet = reversed.torsions[index].quartet.reversed
    }
    var random = SeededGenerator(seed: 2)
    let x = random.shaken(alkane.coordinates, by: 0.2)
    let (a, b) = (EnergyModel(alkane.topology).energy(of: x), EnergyModel(reversed).energy(of: x))
    #expect(abs(a.torsion - b.torsion) < 1e-12)
  }

  @Test func torsionEnergyIsItsDefinition() {
    // One torsion of six terms with any phase against the cosine sum itself.
    let terms =
      (1...6).map {
        TorsionTerm(
          periodicity: $0, phase: 37.5 * Units.degree * Double($0), forceConstant: 2 - 0.7 * Double($0))
      } + [TorsionTerm(periodicity: 0, phase: 0, forceConstant: 0.4)]
    let atoms = (0..<4).map {
      Atom(name: "C\($0)", type: "c3", element: Element(symbol: "C")!, charge: 0)
    }
    let topology = Topology(
      atoms: atoms, bonds: [], angles: [], torsions: [Torsion(Quartet(0, 1, 2, 3), terms: terms)],
      impropers: [], pairs: [], coulombConstant: 332, oneFourScalings: [])
    let model = EnergyModel(topology)
    for degrees in stride(from: -180.0, through: 180, by: 7.5) {
      let phi = degrees * Units.degree
      let x = [
        Vector3(1, 0.2, 0), Vector3.zero, Vector3(0, 0, 1.5), Vector3(cos(phi), sin(phi), 1.9),
      ]
      let angle = dihedralAngle(Quartet(0, 1, 2, 3), in: x)
      let expected = terms.reduce(0.0) {
        $0 + $1.forceConstant * (1 + cos(Double($1.periodicity) * angle - $1.phase))
      }
      #expect(abs(model.energy(of: x).torsion - expected) < 1e-11)
    }
  }

  @Test func smallArcSineAgreesWithTheLibrary() {
    for x in stride(from: 1e-4, through: smallArcSineLimit, by: 1e-4) {
      let both = smallArcSine(Lanes(x, -x))
      #expect(abs(both[0] - asin(x)) <= 1e-15 * abs(asin(x)))
      #expect(both[1] == -both[0])
    }
  }

  @Test func coincidingAtomsGiveNoTrap() {
    let alkane = Alkane(carbons: 3)
    var x = alkane.coordinates
    x[0] = x[5]
    #expect(!EnergyModel(alkane.topology).energy(of: x).total.isFinite)
  }
}
