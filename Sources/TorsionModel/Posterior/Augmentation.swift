// Latent variables that make mixtures of normal noise Gaussian: weights of scans or of grid points.

import CMath
import Statistics

/// What a chain holds beside scales and force constants where noise is a mixture of normal densities: precisions times
/// λ with λ ~ Gamma(ν/2, ν/2), one a scan (and kind of torque) or one a grid point, so that noise is Student-t with ν
/// degrees of freedom scan-wise or point-wise (West 1987, doi:10.1093/biomet/74.3.646); ν is sampled too. A few scans
/// may be broken: see ``ScanWeight``.
struct Augmentation: Sendable {
  /// λ: for each scan one number for energies and driven torques and one for the others, or one a grid point.
  var weights: NoiseWeights
  /// ln ν.
  var logFreedom: Double

  /// ln ν is normal about ln 10: a scan ten times as far off as others counts for a hundredth, and one twice as far off
  /// for most.
  static let freedomCentre = log(10.0)
  static let freedom = Density.normal(mean: freedomCentre, standardDeviation: freedomSpread)
  private static let freedomSpread = 0.15

  /// ν drawn from its prior.
  static func drawFreedom(using stream: inout RandomStream) -> Double {
    exp(freedomCentre + freedomSpread * stream.normal())
  }

  /// ν.
  var degreesOfFreedom: Double { exp(logFreedom) }
}
