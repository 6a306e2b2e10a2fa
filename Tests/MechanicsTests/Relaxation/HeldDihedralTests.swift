// Several dihedrals held while a geometry relaxes.

import Chemistry
import Support
import Testing

@testable import Mechanics

@Suite struct HeldDihedralTests {
  private let alkane = Alkane(carbons: 5)
  private let first = Quartet(0, 1, 2, 3)
  private let second = Quartet(1, 2, 3, 4)

  @Test(arguments: [20.0, 75, 130]) func bothStayAndTheRestRelaxes(degrees: Double) {
    let model = EnergyModel(alkane.topology)
    let start = alkane.turned(bond: 1, by: degrees * Units.degree)
    var turned = start
    for atom in alkane.topology.bondGraph.side(of: 3, awayFrom: 2)! {
      turned[atom] = rotated(
        start[atom], about: (start[3] - start[2]).normalized, through: start[2],
        by: -0.7 * degrees * Units.degree)
    }
    let one = model.relaxed(turned, holding: first, options: RelaxationOptions())
    let both = model.relaxed(turned, holding: first, and: [second], options: RelaxationOptions())
    let swapped = model.relaxed(turned, holding: second, and: [first], options: RelaxationOptions())
    #expect(both.converged && one.converged && swapped.converged)
    for quartet in [first, second] {
      let off = wrapped(dihedralAngle(quartet, in: both.coordinates) - dihedralAngle(quartet, in: turned))
      #expect(abs(off) < 1e-4 * Units.degree)
    }
    func energy(_ geometry: RelaxedGeometry) -> Double { model.energy(of: geometry.coordinates).total }
    // More freedom never costs energy; the order of what is held says nothing.
    #expect(energy(one) <= energy(both) + 1e-6 && energy(both) < model.energy(of: turned).total)
    #expect(abs(energy(both) - energy(swapped)) < 1e-5)
  }

  @Test func undefinedDihedralsDoNotConverge() {
    var straight = alkane.coordinates
    straight[4] = straight[3] + (straight[3] - straight[2])
    let result = EnergyModel(alkane.topology).relaxed(
      straight, holding: first, and: [second], options: RelaxationOptions())
    #expect(!result.converged)
  }

  @Test func heldBondsAreNoRotors() {
    let all = Rotors(of: alkane.topology)
    let rest = all.besides(first, and: [second])
    #expect(!rest.turns.contains { [first.centralBond, second.centralBond].contains($0.bond) })
    #expect(rest.turns.count == all.turns.count - 2)
  }
}
