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
    var deviations: Bool
    var discrepancies: Bool
    var likelihood: LikelihoodKind
    var testDescription: String {
      "\(likelihood.rawValue), deviations \(deviations), discrepancies \(discrepancies)"
    }
  }

  static let options = [
    Option(deviations: false, discrepancies: false, likelihood: .energyAndTorque),
    Option(deviations: true, discrepancies: false, likelihood: .energyAndTorque),
    Option(deviations: false, discrepancies: true, likelihood: .energyAndTorque),
    Option(deviations: true, discrepancies: true, likelihood: .energyAndTorque),
    Option(deviations: false, discrepancies: false, likelihood: .energy),
    Option(deviations: false, discrepancies: false, likelihood: .energyAndForces),
  ]

  @Test(arguments: options) func ranksAreUniform(_ option: Option) async throws {
    let options = quickOptions {
      $0.likelihood = option.likelihood
      $0.model.moleculeEffects = option.deviations
      $0.model.discrepancy = option.discrepancies
      $0.model.effectivePoints = .infinity
      $0.extendsChains = false
      $0.draws = 100
    }
    let family = try PreparedFamily(SyntheticFamily(points: 9).family(), options: options)
    let geometries = await family.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await family.designs(
      at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    let layout = family.posterior(designs, options: options).layout
    var ranks: [String: [Double]] = [:]
    for number in 0..<Self.simulations {
      var stream = RandomStream(seed: 77, stream: UInt64(number))
      let scales = layout.drawPrior(using: &stream)
      let k = Self.forceConstants(family, layout: layout, scales: scales, stream: &stream)
      let data = Self.simulated(
        family, designs: designs, layout: layout, scales: scales, forceConstants: k, stream: &stream)
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
      for index in [0, 2, k.count - 1] {
        let below = kept.count { constants[$0][index] < k[index] }
        ranks["k\(index)", default: []].append(Double(below))
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

  /// Force constants drawn from the prior at the scales.
  private static func forceConstants(
    _ family: PreparedFamily, layout: ScaleLayout, scales: [Double], stream: inout RandomStream
  ) -> [Double] {
    family.table.parameters.indices.map { index in
      let group = family.classTable.groups[family.classTable.classIndex(ofColumn: index)]
      let scale = exp(scales[layout.priorIndex(group: group)])
      return family.table.base[index]
        + scale / Double(family.table.parameters[index].periodicity) * stream.normal()
    }
  }

  /// The designs with targets drawn from the model.
  private static func simulated(
    _ family: PreparedFamily, designs: [ScanDesign], layout: ScaleLayout, scales: [Double],
    forceConstants k: [Double], stream: inout RandomStream
  ) -> [ScanDesign] {
    let shape = DeviationShape(classes: family.classTable.classes, family: family, designs: designs)
    var own = family.molecules.map { _ in k }
    if layout.hasDeviation {
      for m in family.molecules.indices {
        for (c, bondClass) in family.classTable.classes.enumerated() {
          let tau = exp(scales[layout.deviationStart + family.classTable.groups[c]])
          let factor = shape.factor(class: c, places: Array(0..<bondClass.columns.count))
          let z = bondClass.columns.map { _ in stream.normal() }
          for (column, value) in zip(bondClass.columns, factor.times(z)) { own[m][column] += tau * value }
        }
      }
    }
    var result = designs
    for (s, index) in family.scans.enumerated() {
      let columns = family.molecules[index.molecule].basis.columns
      let driven = family.molecules[index.molecule].molecule.topology.type(of: family.scan(index).driven)
      let offset = -1000 + 10 * stream.normal()
      var coefficients: [Int: [Double]] = [:]
      for (place, kind) in layout.kinds.enumerated() {
        guard let rows = designs[s].fitted[kind] else { continue }
        let noise = (exp(2 * scales[place]) + MixedPosterior.noiseFloor).squareRoot()
        for i in rows.y.indices {
          var y = kind == .energy ? offset : 0
          y += zip(rows.x[i], columns).reduce(0) { $0 + $1.0 * own[index.molecule][$1.1] }
          if layout.hasDiscrepancy, kind.discrepancyCount > 0 {
            let effect = rows.effects[i]
            let scale = exp(
              scales[
                effect == 0
                  ? layout.discrepancyStart + family.classTable.group(of: driven)
                  : layout.idleDiscrepancyStart])
            let values =
              coefficients[effect] ?? (0..<kind.discrepancyCount).map { _ in scale * stream.normal() }
            coefficients[effect] = values
            y += zip(rows.z[i], values).reduce(0) { $0 + $1.0 * $1.1 }
          }
          result[s].fitted[kind]!.y[i] = y + noise * stream.normal()
        }
      }
    }
    return result
  }
}
