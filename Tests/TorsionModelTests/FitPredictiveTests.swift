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

  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func replicatesHaveTheMomentsOfTheDenseModel(deviations: Bool, discrepancies: Bool) async throws {
    let fit = try await fitted {
      $0.model.moleculeEffects = deviations
      $0.model.discrepancy = discrepancies
    }
    let scan = try #require(fit.predictive.scans.last)
    let n = scan.points.count
    #expect(scan.smooth.isSmooth == (deviations || discrepancies))
    #expect(scan.power == (discrepancies ? 1 : ModelOptions().effectivePoints / 12))
    let (k, scales) = (fit.draws.forceConstants[0][9], fit.draws.scales[0][9])
    let r = residual(scan, k)
    let noise = scan.smooth.noise(scales)
    let variance = noise * noise + MixedPosterior.noiseFloor
    // Offset and smooth parts f given r = f + ε; the offset as a wide normal about the mean.
    let centre = r.reduce(0, +) / Double(n)
    var prior = scan.smooth.covariance(scales, noise: 0)
    for i in 0..<n { for j in 0..<n { prior[i, j] += 1e4 } }
    var total = prior
    for i in 0..<n { total[i, i] += variance / scan.power }
    var cholesky = CholeskyWorkspace(order: n)
    let isFactored = cholesky.factor(total)
    #expect(isFactored)
    let gain = prior.times(cholesky.inverse())
    let mean = gain.times(r.map { $0 - centre })
    var spread = prior
    spread.add(gain.times(prior), times: -1)

    var replicator = ScanReplicator(scan, draws: 4000)
    var stream = RandomStream(seed: 5)
    let count = 4000
    for _ in 0..<count { replicator.add(forceConstants: k, scales: scales, stream: &stream) }
    let result = replicator.result
    for i in 0..<n {
      let draws = (0..<count).map { Double(result.energies[$0 * n + i]) }
      let expected = scan.points[i].energy - r[i] + centre + mean[i]
      let own = spread[i, i] + variance
      let found = draws.reduce(0, +) / Double(count)
      let foundVariance = draws.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(count)
      #expect(abs(found - expected) < 5 * (own / Double(count)).squareRoot())
      let tolerance = 5 * (2 / Double(count)).squareRoot()
      #expect(abs(foundVariance / own - 1) < tolerance)
    }
    // The sum of f over points against the dense one ties the offset to the smooth parts.
    let offset = result.offsets.reduce(0, +) / Double(count)
    let offsets = result.offsets.reduce(0) { $0 + ($1 - offset) * ($1 - offset) } / Double(count)
    let ones = [Double](repeating: 1, count: n)
    var smoothTotal = scan.smooth.covariance(scales, noise: variance / scan.power)
    _ = cholesky.factor(smoothTotal)
    smoothTotal = cholesky.inverse()
    let weights = smoothTotal.times(ones)
    let weight = weights.reduce(0, +)
    let best = zip(weights, r).reduce(0) { $0 + $1.0 * $1.1 } / weight
    #expect(abs(offset - best) < 5 / (weight * Double(count)).squareRoot())
    let tolerance = 5 * (2 / Double(count)).squareRoot()
    #expect(abs(offsets * weight - 1) < tolerance)
  }

  @Test func likelihoodsOfIndependentPointsAreNormal() async throws {
    let fit = try await fitted()
    let parts = await fit.predictive.replicates(
      ofScans: 0..<fit.predictive.scans.count, draws: fit.draws, threads: 2)
    for (scan, part) in zip(fit.predictive.scans, parts) {
      let n = scan.points.count
      for (d, (k, scales)) in zip(fit.draws.forceConstants.joined(), fit.draws.scales.joined()).enumerated() {
        let variance = pow(scan.smooth.noise(scales), 2) + 1e-6
        for (i, value) in residual(scan, k).enumerated() {
          let error = value - part.offsets[d]
          let expected = -0.5 * scan.power * (error * error / variance + log(2 * .pi * variance))
          #expect(abs(Double(part.logLikelihoods[d * n + i]) - expected) < 1e-6 * max(1, abs(expected)))
        }
      }
    }
  }

  @Test(arguments: [(true, false), (false, true), (true, true)])
  func likelihoodsOfDependentPointsAreConditional(deviations: Bool, discrepancies: Bool) async throws {
    let fit = try await fitted {
      $0.model.moleculeEffects = deviations
      $0.model.discrepancy = discrepancies
    }
    let scan = fit.predictive.scans[0]
    let n = scan.points.count
    let parts = await fit.predictive.replicates(ofScans: 0..<1, draws: fit.draws, threads: 1)
    for d in [0, 17, 100] {
      let k = Array(fit.draws.forceConstants.joined())[d]
      let scales = Array(fit.draws.scales.joined())[d]
      let r = residual(scan, k)
      let centre = r.reduce(0, +) / Double(n)
      let variance = pow(scan.smooth.noise(scales), 2) + 1e-6
      for i in 0..<n {
        // The point given the others, by deleting it: its smooth part and offset predicted, its own noise added.
        let others = (0..<n).filter { $0 != i }
        var prior = scan.smooth.covariance(scales, noise: 0)
        for a in 0..<n { for b in 0..<n { prior[a, b] += 1e6 } }
        var rest = Matrix(rows: n - 1, columns: n - 1)
        for (a, first) in others.enumerated() {
          for (b, second) in others.enumerated() { rest[a, b] = prior[first, second] }
          rest[a, a] += variance / scan.power
        }
        var cholesky = CholeskyWorkspace(order: n - 1)
        let isFactored = cholesky.factor(rest)
        #expect(isFactored)
        var weights = others.map { prior[i, $0] }
        cholesky.solve(&weights)
        let mean = zip(weights, others).reduce(0) { $0 + $1.0 * (r[$1.1] - centre) }
        let spread = prior[i, i] - zip(weights, others).reduce(0) { $0 + $1.0 * prior[i, $1.1] } + variance
        let error = r[i] - centre - mean
        let expected = -0.5 * scan.power * (error * error / spread + log(2 * .pi * spread))
        let found = Double(parts[0].logLikelihoods[d * n + i])
        #expect(abs(found - expected) < 1e-3 * max(1, abs(expected)))
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
    let prior = fit.predictive.priorDraws(2000)
    let index = try #require(fit.draws.scaleRoles.firstIndex(of: .prior("")))
    for (p, parameter) in fit.parameters.enumerated() {
      // In units of its scale a force constant is standard normal about the base.
      let n = Double(parameter.parameter.periodicity)
      let z = prior.map { draw -> Double in
        (draw.forceConstants[p] - parameter.base) * n / draw.scales[index]
      }
      let mean = z.reduce(0, +) / 2000
      let square = z.reduce(0) { $0 + $1 * $1 } / 2000
      #expect(abs(mean) < 5 / 2000.0.squareRoot())
      #expect(abs(square - 1) < 5 * (2 / 2000.0).squareRoot())
    }
  }
}
