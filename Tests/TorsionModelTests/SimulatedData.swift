// Force constants drawn from the prior and data drawn from the model, for tests of the sampler as a whole.

import Foundation
import Statistics

@testable import TorsionModel

extension PreparedFamily {
  /// The prior's standard deviation of a force constant at the scales.
  func priorDeviation(ofColumn index: Int, layout: ScaleLayout, scales: [Double]) -> Double {
    let group = classTable.groups[classTable.classIndex(ofColumn: index)]
    return exp(scales[layout.priorIndex(group: group)]) / Double(table.parameters[index].periodicity)
  }

  /// Force constants drawn from the prior at the scales, and what terms are kept.
  func drawnForceConstants(
    layout: ScaleLayout, scales: [Double], latent: Augmentation? = nil, using stream: inout RandomStream
  ) -> [Double] {
    table.parameters.indices.map { index in
      // Where terms are selected the coordinates are the force constants.
      let factor = latent?.priorFactors.count == table.parameters.count ? latent!.priorFactors[index] : 1
      return table.base[index]
        + priorDeviation(ofColumn: index, layout: layout, scales: scales) / factor.squareRoot()
        * stream.normal()
    }
  }

  /// The designs with targets drawn from the model.
  /// - Parameter noiseFactor: multiplies all noise; other than 1 it is the error of a sampler that must be found.
  func simulated(
    _ designs: [ScanDesign], layout: ScaleLayout, scales: [Double], forceConstants k: [Double],
    latent: Augmentation? = nil, noiseModel: NoiseModel = .normal, noiseFactor: Double = 1,
    using stream: inout RandomStream
  ) -> [ScanDesign] {
    var own = molecules.map { _ in k }
    if layout.hasDeviation {
      let shape = DeviationShape(classes: classTable.classes, family: self, designs: designs)
      for m in molecules.indices {
        for (c, bondClass) in classTable.classes.enumerated() {
          let tau = exp(scales[layout.deviationStart + classTable.groups[c]])
          let factor = shape.factor(class: c, places: Array(0..<bondClass.columns.count))
          let z = bondClass.columns.map { _ in stream.normal() }
          for (column, value) in zip(bondClass.columns, factor.times(z)) { own[m][column] += tau * value }
        }
      }
    }
    var result = designs
    for (s, index) in scans.enumerated() {
      let columns = molecules[index.molecule].basis.columns
      let driven = molecules[index.molecule].molecule.topology.type(of: scan(index).driven)
      let offset = -1000 + 10 * stream.normal()
      var coefficients: [Int: [Double]] = [:]
      for (place, kind) in layout.kinds.enumerated() {
        guard let rows = designs[s].fitted[kind] else { continue }
        let noise = noiseFactor * (exp(2 * scales[place]) + MixedPosterior.noiseFloor).squareRoot()
        for i in rows.y.indices {
          var y = kind == .energy ? offset : 0
          y += zip(rows.x[i], columns).reduce(0) { $0 + $1.0 * own[index.molecule][$1.1] }
          if layout.hasDiscrepancy, kind.discrepancyCount > 0 {
            let effect = rows.effects[i]
            let scale = exp(
              scales[
                effect == 0
                  ? layout.discrepancyStart + classTable.group(of: driven)
                  : layout.idleDiscrepancyStart])
            let values =
              coefficients[effect] ?? (0..<kind.discrepancyCount).map { _ in scale * stream.normal() }
            coefficients[effect] = values
            y += zip(rows.z[i], values).reduce(0) { $0 + $1.0 * $1.1 }
          }
          let weight =
            switch noiseModel {
            case .normal: 1.0
            case .byScan: latent!.weights[s][kind == .otherTorque ? 1 : 0]
            case .studentT: latent!.weights[s][rows.points[i]]
            }
          result[s].fitted[kind]!.y[i] = y + noise / weight.squareRoot() * stream.normal()
        }
      }
    }
    return result
  }
}

extension Augmentation {
  /// Latent variables drawn from their prior.
  static func drawn(for posterior: MixedPosterior, using stream: inout RandomStream) -> Augmentation {
    var result = Augmentation(posterior)
    if posterior.noise != .normal {
      let nu = drawFreedom(using: &stream)
      result.logFreedom = log(nu)
      for each in result.used {
        result.weights[each.scan][each.unit] = stream.gamma(shape: nu / 2, scale: 2 / nu)
      }
    }
    if posterior.selectsTerms {
      for i in result.priorFactors.indices {
        result.priorFactors[i] = stream.uniform() < 0.5 ? 1 : spikePrecision
      }
    }
    return result
  }
}
