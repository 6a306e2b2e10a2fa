// Whether intervals of the constants that molecules share hold what is said, where molecules have constants of their own: with
// bagging over molecules, and without.

import Foundation
import Statistics
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct BaggedIntervalTests {
  /// `make validate` asks for more; the number of families is in the environment.
  private static let families =
    ProcessInfo.processInfo.environment["SWIVEL_BAGGING_FAMILIES"].flatMap(Int.init) ?? 12
  private static let levels = [0.5, 0.9, 0.95]

  /// How often intervals hold the shared constants, level by level.
  private struct Coverage: CustomStringConvertible {
    var inside = [0.0, 0.0, 0.0]
    var count = 0.0
    var shares: [Double] { inside.map { $0 / max(1, count) } }
    var description: String { shares.map { String(format: "%.3f", $0) }.joined(separator: " ") }

    mutating func add(_ draws: [Double], truth: Double) {
      let sorted = SortedDraws(draws)!
      for (i, level) in BaggedIntervalTests.levels.enumerated() {
        if sorted.centralInterval(level).contains(truth) { inside[i] += 1 }
      }
      count += 1
    }
  }

  /// Data in which each molecule's constants are off the shared ones by `spread`/n, noise as the model has it.
  private static func data(
    _ family: PreparedFamily, _ designs: [ScanDesign], _ posterior: TorsionPosterior, shared: [Double],
    spread: Double, using stream: inout RandomStream
  ) -> [ScanDesign] {
    let latent = Augmentation.drawn(for: posterior, using: &stream)
    var result = designs
    for m in family.molecules.indices {
      let own = zip(shared, posterior.prior.unit).map { $0 + spread * $1 * stream.normal() }
      let all = family.simulated(
        designs, layout: posterior.layout, scales: posterior.layout.start, forceConstants: own,
        latent: latent, noiseModel: posterior.noise, using: &stream)
      for (s, index) in family.scans.enumerated() where index.molecule == m { result[s] = all[s] }
    }
    return result
  }

  /// Coverage without and with bagging, of the constants that the data tell (their standard deviation is less than half of
  /// the prior's).
  private static func coverage(spread: Double) async throws -> (plain: Coverage, bagged: Coverage) {
    var options = quickOptions {
      $0.model.noise = .byScan
      $0.extendsChains = false
      $0.threads = 2
    }
    let synthetic = SyntheticFamily(carbons: [4, 5, 6, 7, 8, 9, 10, 11], points: 12)
    let family = try PreparedFamily(synthetic.family(), options: options)
    let geometries = await family.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await family.designs(at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    let model = family.posterior(designs, options: options)
    var result = (plain: Coverage(), bagged: Coverage())
    for number in 0..<families {
      var stream = RandomStream(seed: 1600, stream: UInt64(number))
      let shared = model.prior.draw(model.layout.priorScales(model.layout.start), using: &stream)
      let data = Self.data(family, designs, model, shared: shared, spread: spread, using: &stream)
      options.seed = UInt64(number + 1)
      let posterior = family.posterior(data, options: options)
      for bags in [false, true] {
        options.model.bagsMolecules = bags
        var draws = await posterior.sample(options)
        draws.centreOnConditionalMean()
        let priorSDs = posterior.prior.deviations(draws)
        for p in shared.indices {
          let own = Array(draws.chains(ofParameter: p).joined())
          guard drawSummary(own).sd < 0.5 * priorSDs[p] else { continue }
          if bags {
            result.bagged.add(own, truth: shared[p])
          } else {
            result.plain.add(own, truth: shared[p])
          }
        }
      }
    }
    return result
  }

  @Test(arguments: [0.0, 0.15, 0.3, 0.8]) func baggedIntervalsHoldTheSharedConstants(spread: Double)
    async throws
  {
    let (plain, bagged) = try await Self.coverage(spread: spread)
    print(
      "molecules off by \(spread): \(Self.families) families of 8, coverage of 50/90/95 % intervals:",
      "plain \(plain) of \(Int(plain.count)), bagged \(bagged) of \(Int(bagged.count))")
    #expect(plain.count > 3 * Double(Self.families) && bagged.count > 2 * Double(Self.families))
    // Constants of one family hang together: bounds for a few families are wide.
    if spread < 0.5 { #expect(bagged.shares[1] > 0.75 && plain.shares[1] > 0.75) }
    #expect(bagged.shares[1] > plain.shares[1] - 0.04)
  }
}
