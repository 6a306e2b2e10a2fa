// The scales of highest density: where chains start, and what rounds of relaxation go on from.

import Statistics

/// The scales of highest density and, where latent variables are part of the model, the posterior given those.
struct PosteriorMode: Sendable {
  var logScales: [Double]
  var latent: Augmentation
  /// The posterior given the latent variables.
  var posterior: TorsionPosterior

  /// The precision of the normal density that fits that of the log scales there.
  func precision() -> Matrix {
    var workspace = PosteriorWorkspace(posterior)
    return Maximum.precision(of: { posterior.logDensity($0, &workspace) }, at: logScales)
  }

  /// The mean of the force constants there.
  func mean() -> [Double] {
    var workspace = PosteriorWorkspace(posterior)
    return posterior.conditionalMean(logScales, &workspace)
  }
}

extension TorsionPosterior {
  /// The log scales of highest density, from `start` or from typical ones.
  func mode(from start: [Double]? = nil) -> PosteriorMode {
    var result = PosteriorMode(
      logScales: start ?? layout.start, latent: Augmentation(self), posterior: self)
    // Few EM steps come close enough: chains start from here, and rounds of relaxation go on from here.
    for step in 0..<(noise.weighs != .nothing ? 6 : 1) {
      var workspace = PosteriorWorkspace(result.posterior)
      if step > 0 {
        let w = result.posterior.coordinates(result.logScales, &workspace) { 0 }
        settle(&result.latent, logScales: result.logScales, w: w)
        result.posterior = conditional(on: result.latent)
      }
      func logDensity(_ scales: [Double]) -> Double { result.posterior.logDensity(scales, &workspace) }
      func gradient(_ scales: [Double]) -> [Double]? { result.posterior.gradient(scales, &workspace) }
      guard
        let best = Maximum(of: logDensity, gradient: gradient, from: result.logScales, tolerance: 0.05)
      else {
        preconditionFailure("the density is finite at scales of ordinary size")
      }
      result.logScales = best.position
    }
    return result
  }
}
