// Offsets, replicates and pointwise likelihoods against the same distributions written out as dense normal ones.

import Foundation
import Statistics
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct FitPredictiveTests {
  /// One scan of a family with noise.
  private func fitted(_ change: (inout FitOptions) -> Void = { _ in }) async throws -> Fit {
    let options = quickOptions {
      $0.draws = 60
      $0.model.noise = .normal
      $0.extendsChains = false
      change(&$0)
    }
    return try await fit(SyntheticFamily(points: 12, energyNoise: 0.05).family(), options: options)
  }

  /// r = E_QM − E_rest − X k of a draw.
  private func residual(_ scan: FittedScan, _ k: [Double]) -> [Double] {
    zip(scan.targets, scan.rows).map { target, row in
      zip(row, scan.columns).reduce(target) { $0 - $1.0 * k[$1.1] }
    }
  }

  @Test func replicatesHaveTheMomentsOfTheModel() async throws {
    let fit = try await fitted()
    let scan = try #require(fit.predictive.scans.last)
    let n = scan.points.count
    #expect(scan.power == ModelOptions().effectivePoints / 12)
    let (k, scales) = (fit.draws.forceConstants[0][9], fit.draws.scales[0][9])
    let r = residual(scan, k)
    let variance = noiseVariance(scan, scales)
    let centre = r.reduce(0, +) / Double(n)
    // Of the offset.
    let spread = variance / (scan.power * Double(n))
    var replicator = ScanReplicator(scan, draws: 4000)
    var stream = RandomStream(seed: 5)
    let count = 4000
    for _ in 0..<count { replicator.add(forceConstants: k, scales: scales, stream: &stream) }
    let result = replicator.result
    let tolerance = 5 * (2 / Double(count)).squareRoot()
    for i in 0..<n {
      let draws = (0..<count).map { Double(result.energies[$0 * n + i]) }
      let expected = scan.points[i].energy - r[i] + centre
      let own = spread + variance
      let found = draws.reduce(0, +) / Double(count)
      let foundVariance = draws.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(count)
      #expect(abs(found - expected) < 5 * (own / Double(count)).squareRoot())
      #expect(abs(foundVariance / own - 1) < tolerance)
    }
    let offset = result.offsets.reduce(0, +) / Double(count)
    let offsets = result.offsets.reduce(0) { $0 + ($1 - offset) * ($1 - offset) } / Double(count)
    #expect(abs(offset - centre) < 5 * (spread / Double(count)).squareRoot())
    #expect(abs(offsets / spread - 1) < tolerance)
  }

  /// σ² of a scan's energies.
  private func noiseVariance(_ scan: FittedScan, _ scales: [Double]) -> Double {
    scan.noiseIndex.map { 1 / TorsionPosterior.precision(log(scales[$0])) } ?? 0
  }

  @Test func likelihoodsOfIndependentPointsAreNormal() async throws {
    let fit = try await fitted()
    let parts = await fit.predictive.replicates(
      ofScans: 0..<fit.predictive.scans.count, draws: fit.draws, threads: 2)
    for (scan, part) in zip(fit.predictive.scans, parts) {
      let n = scan.points.count
      for (d, (k, scales)) in zip(fit.draws.forceConstants.joined(), fit.draws.scales.joined()).enumerated() {
        let variance = noiseVariance(scan, scales)
        for (i, value) in residual(scan, k).enumerated() {
          let error = value - part.offsets[d]
          let expected = -0.5 * scan.power * (error * error / variance + log(2 * .pi * variance))
          #expect(abs(Double(part.logLikelihoods[d * n + i]) - expected) < 1e-6 * max(1, abs(expected)))
        }
      }
    }
  }

  @Test func drawsDoNotDependOnThreadsAndFollowThePrior() async throws {
    let fit = try await fitted { $0.every = 2 }
    let range = 0..<fit.predictive.scans.count
    #expect(fit.predictive.scans.allSatisfy { $0.points.count == 6 })
    let one = await fit.predictive.replicates(ofScans: range, draws: fit.draws, threads: 1)
    #expect(await fit.predictive.replicates(ofScans: range, draws: fit.draws, threads: 3) == one)
    #expect(await fit.predictive.replicates(ofScans: 1..<2, draws: fit.draws, threads: 3) == [one[1]])
    // Draws of a force constant are normal about the base at the scales of each draw: on average over draws of the scales its
    // square is that of the prior, which heavy tails of the scales make rough.
    let prior = fit.predictive.priorDraws(4000)
    for (p, parameter) in fit.parameters.enumerated() {
      let signs = prior.count { $0.forceConstants[p] > parameter.base }
      #expect(abs(Double(signs) - 2000) < 5 * 1000.0.squareRoot())
    }
    let index = try #require(fit.draws.scaleRoles.firstIndex(of: .prior))
    let logs = prior.map { log($0.scales[index]) }
    let expected = ScaleLayout.prior(of: .prior)
    let mean = logs.reduce(0, +) / 4000
    #expect(abs(mean - log(expected.median)) < 5 * expected.spread / 4000.0.squareRoot())
  }
}
