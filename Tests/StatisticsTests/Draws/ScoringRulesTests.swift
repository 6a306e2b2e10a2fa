// Scores against closed forms, against their definition, and where they are undefined.

import Testing

@testable import Statistics

struct ScoringRulesTests {
  private func byDefinition(_ draws: [Double], observed: Double, pairs: Double) -> Double {
    var (error, spread) = (0.0, 0.0)
    for x in draws {
      error += abs(x - observed)
      for y in draws { spread += abs(x - y) }
    }
    return error / Double(draws.count) - spread / (2 * pairs)
  }

  @Test(arguments: [-3.0, 0.2, 1e6])
  func drawsEqualTheDefinition(observed: Double) throws {
    var stream = RandomStream(seed: 41)
    let draws = (0..<50).map { _ in stream.normal() } + [0.5, 0.5]
    let fair = try #require(RankedProbabilityScore.ofDraws(draws, observed: observed))
    #expect(agree(fair, byDefinition(draws, observed: observed, pairs: 52 * 51)))
    let plain = try #require(RankedProbabilityScore.ofDraws(draws, observed: observed, fair: false))
    #expect(agree(plain, byDefinition(draws, observed: observed, pairs: 52 * 52)))
  }

  @Test func drawsApproachTheNormal() throws {
    var stream = RandomStream(seed: 42)
    let draws = (0..<200_000).map { _ in 1 + 2 * stream.normal() }
    for observed in [1.0, -4, 8] {
      let exact = try #require(
        RankedProbabilityScore.ofNormal(mean: 1, standardDeviation: 2, observed: observed))
      let sampled = try #require(RankedProbabilityScore.ofDraws(draws, observed: observed))
      #expect(abs(exact - sampled) < 0.02)
    }
  }

  @Test func closedForms() {
    // At the mean of a standard normal: (√2 − 1) / √π.
    let centre = RankedProbabilityScore.ofNormal(mean: 0, standardDeviation: 1, observed: 0)
    #expect(agree(centre, (2.0.squareRoot() - 1) / Double.pi.squareRoot(), within: 1e-14))
    #expect(RankedProbabilityScore.ofNormal(mean: 1, standardDeviation: 0, observed: 4) == 3)
    #expect(RankedProbabilityScore.ofDraws([2], observed: 5, fair: false) == 3)
    #expect(RankedProbabilityScore.ofDraws([2, 2], observed: 5) == 3)
    // Far away the score is the distance less half the mean difference.
    let far = RankedProbabilityScore.ofNormal(mean: 0, standardDeviation: 1, observed: 1e3)
    #expect(agree(far, 1e3 - 1 / Double.pi.squareRoot(), within: 1e-12))
  }

  @Test func fairScoreDoesNotDependOnTheNumberOfDraws() throws {
    var stream = RandomStream(seed: 43)
    let exact = try #require(RankedProbabilityScore.ofNormal(mean: 0, standardDeviation: 1, observed: 0.7))
    let scores = (0..<40_000).map { _ in
      RankedProbabilityScore.ofDraws((0..<3).map { _ in stream.normal() }, observed: 0.7)!
    }
    let error = try #require(standardDeviation(scores)) / 200
    #expect(abs(try #require(mean(scores)) - exact) < 4 * error)
  }

  @Test func undefinedIsNil() {
    #expect(RankedProbabilityScore.ofDraws([], observed: 0) == nil)
    #expect(RankedProbabilityScore.ofDraws([1], observed: 0) == nil)
    #expect(RankedProbabilityScore.ofDraws([1, .nan], observed: 0) == nil)
    #expect(RankedProbabilityScore.ofDraws([1, 2], observed: .nan) == nil)
    #expect(RankedProbabilityScore.ofNormal(mean: 0, standardDeviation: -1, observed: 0) == nil)
    #expect(RankedProbabilityScore.ofNormal(mean: 0, standardDeviation: 1, observed: .infinity) == nil)
    #expect(coverage(of: [], by: []) == nil)
  }

  @Test func coverageCounts() {
    #expect(coverage(of: [0, 1, 2, 3], by: [0...1, 2...3, 1...2, 0...1]) == 0.5)
  }
}
