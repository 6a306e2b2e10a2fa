// Pareto smoothing: against ArviZ, on tails of known shape, and where it is undefined.

import Foundation
import Testing

@testable import Statistics

struct ParetoSmoothingTests {
  @Test(arguments: Reference.arviz.weights)
  func equalsArviZ(_ reference: Reference.Weights) throws {
    let smoothing = try #require(
      ParetoSmoothing(logWeights: reference.logWeights, relativeEfficiency: reference.relativeEfficiency))
    #expect(agree(smoothing.shape, reference.shape, within: 1e-8))
    #expect(zip(smoothing.logWeights, reference.smoothed).allSatisfy { agree($0, $1, within: 1e-8) })
  }

  @Test(arguments: [0.2, 0.5, 0.9])
  func findsTheShapeOfAParetoTail(shape: Double) throws {
    var stream = RandomStream(seed: 31)
    let weights = (0..<40_000).map { _ in shape * stream.exponential() }
    let found = try #require(ParetoSmoothing(logWeights: weights)?.shape)
    #expect(abs(found - shape) < 0.15)
  }

  @Test func weightsAreNormalisedAndShiftsDoNotMatter() throws {
    var stream = RandomStream(seed: 32)
    let weights = (0..<500).map { _ in stream.normal() }
    let plain = try #require(ParetoSmoothing(logWeights: weights))
    let shifted = try #require(ParetoSmoothing(logWeights: weights.map { $0 + 1000 }))
    #expect(agree(plain.logWeights.reduce(0) { $0 + exp($1) }, 1, within: 1e-12))
    #expect(agree(plain.shape, shifted.shape, within: 1e-8))
    #expect(plain.effectiveSampleSize > 1 && plain.effectiveSampleSize < 500)
  }

  @Test func equalWeightsHaveNoTail() throws {
    let smoothing = try #require(ParetoSmoothing(logWeights: Array(repeating: -3, count: 100)))
    #expect(smoothing.shape == nil)
    #expect(agree(smoothing.effectiveSampleSize, 100))
  }

  @Test func zeroWeightsStayZero() throws {
    var stream = RandomStream(seed: 33)
    let weights = (0..<200).map { $0 < 50 ? -Double.infinity : stream.normal() }
    let smoothing = try #require(ParetoSmoothing(logWeights: weights))
    #expect(smoothing.logWeights.prefix(50).allSatisfy { $0 == -.infinity })
    #expect(smoothing.shape != nil && !smoothing.logWeights.contains { $0.isNaN })
  }

  @Test(arguments: [[], [1], [1, .nan, 2], [.infinity, 1], [-Double.infinity, -Double.infinity]])
  func undefinedIsNil(_ weights: [Double]) {
    #expect(ParetoSmoothing(logWeights: weights) == nil)
  }

  @Test func reliableShapeGrowsWithTheDraws() {
    #expect(agree(ParetoSmoothing.reliableShape(draws: 100), 0.5))
    #expect(ParetoSmoothing.reliableShape(draws: 100_000) == 0.7)
  }
}
