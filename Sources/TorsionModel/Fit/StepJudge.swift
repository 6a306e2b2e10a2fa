// Whether a step of the rounds is taken: by the robust posterior at relaxed geometries, so that no one scan decides for
// all.

import Chemistry
import Statistics

/// Judges force constants by the energies and torques of grid points relaxed under them.
///
/// Scales are those of highest density; every scan's misfit has Student-t tails, so that one that relaxation or a
/// broken point throws far off counts for a bounded amount, and another scan's gain outweighs it.
struct StepJudge {
  private let prior: CoherentPrior
  private let logScales: [Double]
  private let scales: PriorScales

  /// A gain of ln posterior density below which the rounds have settled, for a family of up to thirty scans; in
  /// proportion for larger ones.
  let settledGain: Double

  /// By how much ln posterior density may lie below what linear energies promise where no step raises it, in a family
  /// of up to thirty scans; in proportion for larger ones.
  let roughness: Double

  private static let settledGain = 0.1
  private static let roughness = 2.0

  /// - Parameters:
  ///   - density: the posterior that steps are taken in.
  ///   - logScales: its scales.
  ///   - scans: how many scans are fitted.
  init(_ density: TorsionPosterior, logScales: [Double], scans: Int) {
    prior = density.prior
    self.logScales = logScales
    scales = density.layout.priorScales(logScales)
    let size = max(1, Double(scans) / 30)
    settledGain = Self.settledGain * size
    roughness = Self.roughness * size
  }

  /// ln of the posterior density of force constants (kcal/mol) at these scales, up to a constant.
  ///
  /// - Parameter relaxed: the rows at geometries relaxed under them: energies there are linear in the force constants.
  func logPosterior(_ forceConstants: [Double], relaxed: TorsionPosterior) -> Double {
    prior.logKernel(forceConstants, scales)
      + relaxed.logLikelihood(of: relaxed.coordinates(of: forceConstants), logScales: logScales)
  }
}
