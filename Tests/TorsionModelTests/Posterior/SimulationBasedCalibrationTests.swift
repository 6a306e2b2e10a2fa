// Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788): truths drawn from the prior have uniform ranks among
// the draws of the posteriors of data made from them, for every option of the model.

import Chemistry
import Foundation
import Statistics
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct SimulationBasedCalibrationTests {
  /// `make validate` asks for more; the number of simulations is in the environment.
  private static let simulations =
    ProcessInfo.processInfo.environment["SWIVEL_SBC_SIMULATIONS"].flatMap(Int.init) ?? 60

  struct Option: Sendable, CustomTestStringConvertible {
    var likelihood: LikelihoodKind
    var noise = NoiseModel.normal
    /// Whether the longer molecule's scans are of another level of theory.
    var hasLevels = false
    var testDescription: String {
      "\(likelihood.rawValue), noise \(noise.rawValue)\(hasLevels ? ", two levels" : "")"
    }
  }

  static let options = [
    Option(likelihood: .energyAndTorque), Option(likelihood: .energy), Option(likelihood: .energyAndForces),
    Option(likelihood: .energyAndTorque, noise: .byScan),
    Option(likelihood: .energyAndTorque, noise: .studentT),
    Option(likelihood: .energyAndTorque, hasLevels: true),
    Option(likelihood: .energyAndTorque, noise: .byScan, hasLevels: true),
  ]

  @Test(arguments: options) func ranksAreUniform(_ option: Option) async throws {
    let options = quickOptions {
      $0.likelihood = option.likelihood
      $0.model.noise = option.noise
      $0.model.effectivePoints = .infinity
      $0.extendsChains = false
      $0.draws = 100
    }
    var molecules = SyntheticFamily(points: 9).family()
    if option.hasLevels {
      for s in molecules.molecules[1].scans.indices { molecules.molecules[1].scans[s].level = "cheap" }
    }
    let family = try PreparedFamily(molecules, options: options)
    let geometries = await family.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await family.designs(
      at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    let prior = family.posterior(designs, options: options)
    let layout = prior.layout
    var ranks: [String: [Double]] = [:]
    for number in 0..<Self.simulations {
      var stream = RandomStream(seed: 77, stream: UInt64(number))
      let scales = layout.drawPrior(using: &stream)
      let latent = Augmentation.drawn(for: prior, using: &stream)
      let k = prior.prior.draw(layout.priorScales(scales), using: &stream)
      let data = family.simulated(
        designs, layout: layout, scales: scales, forceConstants: k, latent: latent, noiseModel: option.noise,
        using: &stream)
      var own = options
      own.seed = UInt64(number + 1)
      let draws = await family.posterior(data, options: own).sample(own)
      let scaleDraws = Array(draws.scales.joined())
      let constants = Array(draws.forceConstants.joined())
      // Every fourth of 400 draws: nearly independent.
      let kept = stride(from: 0, to: scaleDraws.count, by: 4)
      for (index, role) in layout.roles.enumerated() {
        let below = kept.count { scaleDraws[$0][index] < exp(scales[index]) }
        ranks[role.name, default: []].append(Double(below))
      }
      if option.noise != .normal {
        let below = kept.count { scaleDraws[$0].last! < latent.degreesOfFreedom }
        ranks["degrees of freedom", default: []].append(Double(below))
      }
      for index in [0, 2, prior.parameterCount - 1] {
        let below = kept.count { constants[$0][index] < k[index] }
        ranks["k\(index)", default: []].append(Double(below))
        for (l, level) in draws.levels.enumerated() {
          let differences = Array(level.differences.joined())
          let truth = k[(l + 1) * prior.parameterCount + index]
          ranks["u\(index)", default: []].append(Double(kept.count { differences[$0][index] < truth }))
        }
      }
    }
    for (name, values) in ranks {
      // Kolmogorov's statistic √N D exceeds 2.2 once in 8000 times where ranks are uniform on 0 … 100.
      let sorted = values.sorted()
      let n = Double(sorted.count)
      let distance = sorted.enumerated().map { index, rank in
        max(abs((rank + 1) / 101 - Double(index) / n), abs(rank / 101 - Double(index + 1) / n))
      }.max()!
      #expect(n.squareRoot() * distance < 2.2, "\(option.testDescription): \(name) \(sorted)")
    }
  }
}
