// Geweke's joint distribution test (2004, doi:10.1198/016214504000001132): a chain that in turn draws data from the model
// and moves scales and force constants by the sampler has the prior for its marginal, if both are right.

import Chemistry
import Foundation
import Statistics
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct GewekeTests {
  struct Option: Sendable, CustomTestStringConvertible {
    var noise = NoiseModel.normal
    var noiseFactor = 1.0
    var testDescription: String { "noise \(noise.rawValue)" + (noiseFactor == 1 ? "" : ", wrong noise") }
  }

  /// `make validate` asks for more chains. Many short ones rather than a few long ones: each begins with a draw from the
  /// prior, so their averages are independent numbers whatever the correlation within, and give a standard error that
  /// can be trusted. (Effective sizes of long chains could not: noise scales forget so slowly that 8000 transitions
  /// were worth 60 draws.)
  private static let chains =
    ProcessInfo.processInfo.environment["SWIVEL_GEWEKE_CHAINS"].flatMap(Int.init) ?? 180
  private static let steps = 12

  /// The largest |z| allowed. About 140 quantities are compared: of that many normal numbers one is beyond 4.7 once in
  /// 2500 times (Bonferroni: 140 · 2.6·10⁻⁶), of Student-t ones of 179 degrees of freedom twice as often.
  private static let bound = 4.7

  static let options = [
    Option(), Option(noise: .byScan), Option(noise: .studentT),
  ]

  @Test(arguments: options)
  func successiveAndMarginalSimulatorsAgree(_ option: Option) async throws {
    for (name, z) in try await Self.scores(option) {
      #expect(abs(z) < Self.bound, "\(option.testDescription): \(name) is off by \(z) standard errors")
    }
  }

  /// Data that scatter 1.3 times as much as the sampler believes are found.
  @Test func wrongNoiseIsFound() async throws {
    let scores = try await Self.scores(
      Option(noiseFactor: 1.3), chains: Self.chains / 3)
    #expect(scores.contains { abs($0.value) > Self.bound }, "\(scores)")
  }

  /// z of the mean and the second moment of every quantity, by name.
  private static func scores(_ option: Option, chains: Int = chains) async throws -> [String: Double] {
    let options = quickOptions {
      $0.model.noise = option.noise
      // A likelihood raised to a power generates no data.
      $0.model.effectivePoints = .infinity
    }
    // The fewer data, the sooner the chain forgets where it was.
    let family = try PreparedFamily(SyntheticFamily(points: 3).family(), options: options)
    let geometries = await family.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await family.designs(
      at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    let prior = family.posterior(designs, options: options)
    let layout = prior.layout

    /// The log scales less typical ones, and the force constants in units of what their prior allows at those scales:
    /// as they are, their squares have no useful standard error under scales that vary by factors. Log scales of noise have
    /// a long lower tail, which few chains begin in and none leaves soon; they are cut off where they have little effect.
    @Sendable func quantities(_ scales: [Double], _ k: [Double]) -> [Double] {
      let deviations = prior.prior.marginalVariances(layout.priorScales(scales)).map { $0.squareRoot() }
      return zip(scales, layout.start).map { max($0 - $1, -2) }
        + k.indices.map {
          (k[$0] - family.table.base[$0]) / deviations[$0]
        }
    }
    let names = layout.roles.map { "ln " + $0.name } + family.table.parameters.map(\.label)

    var stream = RandomStream(seed: 5)
    let marginal = (0..<30_000).map { _ in
      let scales = layout.drawPrior(using: &stream)
      return quantities(
        scales, prior.prior.draw(layout.priorScales(scales), using: &stream))
    }
    let successive = await parallelMap(chains, threads: 2) { chain in
      // From a draw of the prior a right chain is where it belongs from the start.
      var stream = RandomStream(seed: 6, stream: UInt64(chain))
      var scales = layout.drawPrior(using: &stream)
      var latent = Augmentation.drawn(for: prior, using: &stream)
      var k = prior.prior.draw(layout.priorScales(scales), using: &stream)
      return (0..<steps).map { step in
        let data = family.simulated(
          designs, layout: layout, scales: scales, forceConstants: k, latent: latent,
          noiseModel: option.noise, noiseFactor: option.noiseFactor, using: &stream)
        (scales, k, latent) = family.posterior(data, options: options)
          .moved(scales, latent, turn: step, using: &stream)
        return quantities(scales, k)
      }
    }

    var result: [String: Double] = [:]
    for (index, name) in names.enumerated() {
      for power in 1...2 {
        func value(_ each: [Double]) -> Double { pow(each[index], Double(power)) }
        let expected = marginal.map(value)
        let n = Double(expected.count)
        let mean = expected.reduce(0, +) / n
        let variance = expected.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        let averages = successive.map { $0.reduce(0) { $0 + value($1) } / Double(steps) }
        let count = Double(averages.count)
        let average = averages.reduce(0, +) / count
        let spread = averages.reduce(0) { $0 + ($1 - average) * ($1 - average) } / (count - 1)
        result[power == 1 ? name : name + " squared"] =
          (average - mean) / (variance / n + spread / count).squareRoot()
      }
    }
    return result
  }
}

extension TorsionPosterior {
  /// One transition of the chains that a fit runs, from log scales: new ones, and force constants given those. The
  /// proposals come from the normal approximation at the mode, which the data alone decide, so that the
  /// transition leaves the posterior as it is.
  fileprivate func moved(
    _ scales: [Double], _ latent: Augmentation, turn: Int, using stream: inout RandomStream
  ) -> ([Double], [Double], Augmentation) {
    let mode = self.mode()
    var workspace = PosteriorWorkspace(self)
    guard var position = ChainPosition(scales, latent: latent, of: self, &workspace) else {
      preconditionFailure("the density is finite at scales that made the data")
    }
    let sampler = IndependenceSampler(mean: mode.logScales, precision: mode.precision())
    let k = advance(&position, by: sampler, turn: turn, &workspace, using: &stream)!.draw
    return (position.state.position, k, position.latent)
  }
}
