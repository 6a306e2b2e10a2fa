// Whether a step of the rounds is taken: by the robust posterior at relaxed geometries, so that no one scan decides for all.

import Chemistry
import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Judges force constants by the energies of grid points relaxed under them.
///
/// Scales are those of highest density; every scan's misfit has Student-t tails, so that one that relaxation or a broken
/// point throws far off counts for a bounded amount, and another scan's gain outweighs it.
struct StepJudge {
  private let family: PreparedFamily
  private let density: TorsionPosterior
  private let logScales: [Double]
  private let options: FitOptions

  /// A gain of ln posterior density below which the rounds have settled, for a family of up to thirty scans; in proportion for
  /// larger ones.
  private static let settledGain = 0.1

  /// The same for this family.
  var settledGain: Double {
    let scans = family.scans.count { !family.molecules[$0.molecule].isHeldOut }
    return Self.settledGain * max(1, Double(scans) / 30)
  }

  init(_ family: PreparedFamily, density: TorsionPosterior, logScales: [Double], options: FitOptions) {
    self.family = family
    self.density = density
    self.logScales = logScales
    self.options = options
  }

  /// ln of the posterior density of force constants (kcal/mol) at these scales, up to a constant.
  func logPosterior(_ forceConstants: [Double], _ relaxed: [RelaxedScan]) -> Double {
    var value = density.prior.logKernel(forceConstants, density.layout.priorScales(logScales))
    guard let energy = density.layout.kinds.firstIndex(of: .energy) else { return value }
    let precision = TorsionPosterior.precision(logScales[energy])
    for (s, index) in family.scans.enumerated() where !family.molecules[index.molecule].isHeldOut {
      let points = family.scan(index).points
      let weights = options.energyWeighting.weights(of: points.map(\.energy))
      let used = points.indices.filter { $0 % options.every == 0 && relaxed[s].energies[$0] != nil }
      let residuals = used.map { points[$0].energy - relaxed[s].energies[$0]! }
      let total = used.reduce(0) { $0 + weights[$1] }
      guard used.count > 1, total > 0 else { continue }
      let square = squaresAboutMean(residuals, weights: used.map { weights[$0] })
      let power = options.model.power(points: used.count)
      let misfit = power * square * precision
      let nu = exp(Augmentation.freedomCentre)
      switch options.model.noise {
      case .normal: value -= 0.5 * misfit
      case .byScan:
        value += density.scanWeight.logLikelihood(count: power * total - 1, square: misfit, freedom: nu)
      case .studentT: value -= 0.5 * (nu + power * total - 1) * log1p(misfit / nu)
      }
    }
    return value
  }
}
