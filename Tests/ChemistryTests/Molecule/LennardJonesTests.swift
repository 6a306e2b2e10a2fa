// Lennard-Jones parameters and pairs by bonds.

import Chemistry
import Foundation
import Testing

@Suite struct LennardJonesTests {
  @Test func coefficientsAndParametersAreTheSameEnergy() {
    for (sigma, epsilon) in [(3.4, 0.1094), (1.07, 0.0157), (2.5e-3, 40), (9.7, 1e-9)] {
      let atom = LennardJones(sigma: sigma, epsilon: epsilon)
      let back = LennardJones(repulsion: atom.repulsion, dispersion: atom.dispersion)
      #expect(abs(back.sigma / sigma - 1) < 1e-14 && abs(back.epsilon / epsilon - 1) < 1e-13)
      // At the minimum the energy is −ε.
      let minimum = 2 * atom.halfMinimum
      #expect(
        abs(atom.repulsion / pow(minimum, 12) - atom.dispersion / pow(minimum, 6) + epsilon) < 1e-13 * epsilon
      )
      #expect(abs(LennardJones(halfMinimum: atom.halfMinimum, epsilon: epsilon).sigma / sigma - 1) < 1e-15)
    }
    #expect(LennardJones(repulsion: 0, dispersion: 0) == LennardJones(sigma: 0, epsilon: 0))
  }

  @Test func unlikeAtomsCombineByTheRule() {
    let (a, b) = (LennardJones(sigma: 2, epsilon: 0.1), LennardJones(sigma: 8, epsilon: 0.4))
    #expect(a.combined(with: b, by: .lorentzBerthelot) == LennardJones(sigma: 5, epsilon: 0.2))
    #expect(a.combined(with: b, by: .geometric) == LennardJones(sigma: 4, epsilon: 0.2))
  }

  @Test func pairsByBonds() {
    // Cyclobutane-like: 1-3 atoms are also two bonds the other way; nothing is 1-4.
    let ring = BondGraph(
      atomCount: 4, bonds: [BondIndex(0, 1), BondIndex(1, 2), BondIndex(2, 3), BondIndex(3, 0)])
    #expect(ring.nearPairs.oneFour.isEmpty && ring.nearPairs.excluded.count == 6)
    let chain = BondGraph(atomCount: 5, bonds: (0..<4).map { BondIndex($0, $0 + 1) })
    #expect(chain.nearPairs.oneFour == [BondIndex(0, 3), BondIndex(1, 4)])
    #expect(chain.nearPairs.excluded.count == 7)
  }
}
