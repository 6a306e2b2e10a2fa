// Fits on halves of the molecules: their difference is a standard normal number exactly where the model is true.

import Chemistry
import Statistics
import SyntheticFamilies
import Testing
import TorsionModel

@testable import Validation

@Suite struct SplitHalvesTests {
  /// z of alkanes of one truth, or of two: the longer half's energies come from other torsions.
  private func z(seed: UInt64, effectivePoints: Double, withTwoTruths: Bool = false) async throws -> [Double] {
    var family = SyntheticFamily(
      carbons: [4, 5, 6, 7], points: 12, energyNoise: 0.1, forceNoise: 0.3, seed: seed
    ).family()
    if withTwoTruths {
      var other = SyntheticFamily(carbons: [6, 7], points: 12, energyNoise: 0.1, forceNoise: 0.3, seed: seed)
      other.truth = TorsionParameters([
        TorsionType("c3", "c3", "c3", "c3"): [TorsionTerm(periodicity: 3, phase: 0, forceConstant: 1.5)],
        TorsionType("hc", "c3", "c3", "c3"): [TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.3)],
      ])
      family.molecules = Array(family.molecules.prefix(2)) + other.family().molecules
    }
    let options = quickOptions {
      $0.seed = seed
      $0.model.effectivePoints = effectivePoints
    }
    return try await SplitHalves(family, options: options, count: 1).z
  }

  private func rms(_ z: [Double]) -> Double {
    (z.reduce(0) { $0 + $1 * $1 } / Double(z.count)).squareRoot()
  }

  @Test func halvesOfOneTruthDifferByWhatTheirPosteriorsAllow() async throws {
    var all: [Double] = []
    for seed in 1...12 as ClosedRange<UInt64> {
      all += try await z(seed: seed, effectivePoints: .infinity)
    }
    // Directions of one split are independent: n of them have an rms of 1 ± 1/√(2n).
    #expect(all.count > 40)
    #expect(abs(rms(all) - 1) < 4 / (2 * Double(all.count)).squareRoot(), "\(rms(all)) of \(all.count)")
  }

  @Test func halvesThatDifferShow() async throws {
    var all: [Double] = []
    for seed in 1...6 as ClosedRange<UInt64> {
      all += try await z(seed: seed, effectivePoints: .infinity, withTwoTruths: true)
    }
    #expect(rms(all) > 2, "\(rms(all)) of \(all.count)")
  }

  /// No halving counts twice, the other way round either, and where there are few all are taken.
  @Test func halvingsDiffer() {
    var stream = RandomStream(seed: 5)
    for (names, ways) in [("abcd", 3), ("abcde", 10), ("abcdef", 10), ("abcdefgh", 12)] {
      let names = names.map(String.init)
      let halves = distinctHalves(of: names, count: 12, using: &stream)
      #expect(halves.count == ways)
      let partitions = halves.map { first in
        first.count * 2 == names.count && !first.contains("a") ? names.filter { !first.contains($0) } : first
      }
      #expect(Set(partitions).count == ways)
      #expect(halves.allSatisfy { $0.count == names.count / 2 && $0 == $0.sorted() })
    }
  }

  @Test func threeMoleculesCannotBeHalved() async throws {
    let family = SyntheticFamily(carbons: [4, 5, 6], points: 12).family()
    await #expect(throws: ModelError.self) { try await SplitHalves(family, options: quickOptions()) }
  }
}
