// Data drawn from the model, for tests of the sampler as a whole.

import Foundation
import Statistics

@testable import TorsionModel

extension PreparedFamily {
  /// The designs with targets drawn from the model.
  /// - Parameter noiseFactor: multiplies all noise; other than 1 it is the error of a sampler that must be found.
  func simulated(
    _ designs: [ScanDesign], layout: ScaleLayout, scales: [Double], forceConstants k: [Double],
    latent: Augmentation? = nil, noiseModel: NoiseModel = .normal, noiseFactor: Double = 1,
    using stream: inout RandomStream
  ) -> [ScanDesign] {
    var result = designs
    for (s, index) in scans.enumerated() {
      let columns = molecules[index.molecule].basis.columns
      let level = level(ofScan: s)
      let own = k.forceConstants(ofLevel: level, count: table.parameters.count)
      let offset = -1000 + 10 * stream.normal()
      for (place, kind) in layout.kinds.enumerated() where layout.levels[place] == level {
        guard let rows = designs[s].fitted[kind] else { continue }
        let noise = noiseFactor * (exp(2 * scales[place]) + TorsionPosterior.noiseFloor).squareRoot()
        for i in rows.y.indices {
          var y = kind == .energy ? offset : 0
          y += zip(rows.x[i], columns).reduce(0) { $0 + $1.0 * own[$1.1] }
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
  static func drawn(for posterior: TorsionPosterior, using stream: inout RandomStream) -> Augmentation {
    var result = Augmentation(posterior)
    if posterior.noise != .normal {
      let nu = drawFreedom(using: &stream)
      result.logFreedom = log(nu)
      for s in result.weights.indices {
        for u in result.weights[s].indices {
          result.weights[s][u] =
            posterior.noise == .byScan
            ? posterior.scanWeight.draw(freedom: nu, using: &stream)
            : stream.gamma(shape: nu / 2, scale: 2 / nu)
        }
      }
    }
    return result
  }
}
