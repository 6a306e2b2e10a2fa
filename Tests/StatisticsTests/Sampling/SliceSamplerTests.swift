// The slice sampler: known targets, reproducibility, tuning, and densities that are not numbers.

import Foundation
import Testing

@testable import Statistics

struct SliceSamplerTests {
  private struct NoState: Error {}

  private func sample(
    from start: [Double], tuning: SliceSampler.Tuning, warmUp: Int = 500, draws: Int, chains: Int = 4,
    seed: UInt64, logDensity: ([Double]) -> Double
  ) throws -> (chains: [[[Double]]], evaluations: Int, tuning: SliceSampler.Tuning) {
    var (evaluations, tuned) = (0, tuning)
    let result = try (0..<chains).map { chain in
      var stream = RandomStream(seed: seed, stream: UInt64(chain))
      guard var state = SliceSampler.State(at: start, logDensity: logDensity) else { throw NoState() }
      tuned = SliceSampler.warmUp(
        &state, tuning: tuning, steps: warmUp, stream: &stream, logDensity: logDensity)
      return (0..<draws).map { _ in
        let info = SliceSampler.step(&state, tuning: tuned, stream: &stream, logDensity: logDensity)
        evaluations += info.evaluations
        return state.position
      }
    }
    return (result, evaluations, tuned)
  }

  /// A normal with correlation 0.6 and standard deviations 1 and 10, and the logarithm of an exponential.
  private func target(_ x: [Double]) -> Double {
    let (a, b) = (x[0] - 1, x[1] / 10)
    return -(a * a - 1.2 * a * b + b * b) / (2 * 0.64) + x[2] - exp(x[2])
  }

  @Test func recoversAKnownTarget() throws {
    let (chains, _, _) = try sample(
      from: [0, 0, 0], tuning: .init(widths: [0.05, 0.05, 50]), draws: 8000, seed: 21, logDensity: target)
    func coordinate(_ f: ([Double]) -> Double) -> [[Double]] { chains.map { $0.map(f) } }
    // Mean and standard deviation of ln of an exponential: −γ and π/√6.
    for (i, expectedMean, expectedSD) in [
      (0, 1.0, 1.0), (1, 0.0, 10.0), (2, -0.577_215_664_901_532_9, .pi / 6.0.squareRoot()),
    ] {
      let draws = coordinate { $0[i] }
      let diagnostics = try #require(Diagnostics(draws))
      let summary = try #require(DrawSummary(draws.flatMap { $0 }))
      #expect(try #require(diagnostics.rhat) < 1.01)
      #expect(abs(summary.mean - expectedMean) < 4 * (try #require(diagnostics.mcseMean)))
      #expect(abs(summary.sd - expectedSD) < 4 * (try #require(diagnostics.mcseSD)))
    }
    let products = coordinate { ($0[0] - 1) * $0[1] / 10 }
    let error = try #require(Diagnostics(products)?.mcseMean)
    #expect(abs(try #require(mean(products.flatMap { $0 })) - 0.6) < 4 * error)
  }

  @Test(arguments: [1, 2, 32])
  func distributionIsTheTargetWhateverTheLimit(largestInterval: Int) throws {
    var tuning = SliceSampler.Tuning(widths: [4])
    tuning.largestInterval = largestInterval
    // A mixture of two normals, kept apart enough to make the steps matter.
    func logDensity(_ x: [Double]) -> Double {
      log(0.3 * exp(-x[0] * x[0] / 2) + 0.7 * exp(-(x[0] - 3) * (x[0] - 3) / 2))
    }
    let (chains, _, _) = try sample(
      from: [0], tuning: tuning, warmUp: 0, draws: 40_000, chains: 1, seed: 22, logDensity: logDensity)
    // Every 20th draw is as good as independent.
    let thinned = stride(from: 0, to: 40_000, by: 20).map { chains[0][$0][0] }
    func normal(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
    #expect(kolmogorovSmirnov(thinned) { 0.3 * normal($0) + 0.7 * normal($0 - 3) } < 1.95)
  }

  @Test func sameSeedGivesTheSameBytes() throws {
    func run(_ seed: UInt64) throws -> [[[Double]]] {
      try sample(
        from: [0, 0, 0], tuning: .init(widths: [1, 1, 1]), draws: 200, seed: seed, logDensity: target
      ).chains
    }
    #expect(try run(23) == run(23))
    #expect(try run(23) != run(24))
  }

  @Test func warmUpFindsWidthsFromFarOff() throws {
    for start in [1e-3, 1e3] {
      let (_, evaluations, tuning) = try sample(
        from: [0, 0, 0], tuning: .init(widths: [start, start, start]), draws: 500, seed: 25,
        logDensity: target)
      #expect(tuning.widths[0] > 2 && tuning.widths[0] < 6)
      #expect(tuning.widths[1] > 20 && tuning.widths[1] < 60)
      #expect(Double(evaluations) / (4 * 500 * 3) < 6)
    }
  }

  @Test func neverGoesWhereTheDensityIsNotANumber() throws {
    func logDensity(_ x: [Double]) -> Double {
      x[0] < 0 ? .nan : x[0] > 1 ? .infinity : x[0] > 0.9 ? -.infinity : 0
    }
    let (chains, _, _) = try sample(
      from: [0.5], tuning: .init(widths: [0.3]), draws: 2000, seed: 26, logDensity: logDensity)
    let draws = chains.flatMap { $0.map { $0[0] } }
    #expect(draws.allSatisfy { $0 >= 0 && $0 <= 0.9 })
    #expect(abs(try #require(mean(draws)) - 0.45) < 0.02)
    #expect(SliceSampler.State(at: [-1], logDensity: logDensity) == nil)
    #expect(SliceSampler.State(at: [2], logDensity: logDensity) == nil)
    #expect(SliceSampler.State(at: [.nan]) { _ in 0 } == nil)
  }

  @Test func workIsBounded() throws {
    // Not a function: no point is ever accepted, and every end of an interval lies in the slice.
    var calls = 0
    var state = try #require(SliceSampler.State(at: [0.25]) { _ in 0 })
    var stream = RandomStream(seed: 27)
    var tuning = SliceSampler.Tuning(widths: [1])
    (tuning.largestInterval, tuning.largestShrinkage) = (8, 20)
    let info = SliceSampler.step(&state, tuning: tuning, stream: &stream) { _ in
      calls += 1
      return calls <= 7 ? 0 : -.infinity
    }
    #expect(info.stuck == 1 && state.position == [0.25] && state.logDensity == 0)
    #expect(calls <= 7 + 20 + 2 && info.evaluations == calls)
  }

  /// The way the model uses it: the density factorises a matrix in memory of its own.
  @Test func densityMayOwnAWorkspace() throws {
    var workspace = CholeskyWorkspace(order: 2)
    var stream = RandomStream(seed: 28)
    var failures = 0
    func logDensity(_ x: [Double]) -> Double {
      let positive = workspace.factor {
        ($0[0], $0[1], $0[3]) = (exp(x[0]), 0.1, 1)
      }
      failures += positive ? 0 : 1
      return positive ? workspace.logDeterminant - x[0] * x[0] : -.infinity
    }
    var state = try #require(SliceSampler.State(at: [0], logDensity: logDensity))
    for _ in 0..<1000 {
      SliceSampler.step(&state, tuning: .init(widths: [3]), stream: &stream, logDensity: logDensity)
      // The memory holds the factor of the new position.
      #expect(agree(workspace.logDeterminant, log(exp(state.position[0]) - 0.01), within: 1e-9))
    }
    #expect(failures > 0)
    #expect(state.position[0] > log(0.01) && state.logDensity.isFinite)
  }
}
