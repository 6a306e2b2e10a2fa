// The densities that serve as priors on coefficients and on scales.

import CGSL

/// A probability density on the real line or on its positive half, normalised.
public struct Density: Sendable, Hashable {
  private enum Family: Sendable, Hashable {
    case normal, halfNormal, halfStudentT, logNormal
  }
  private let family: Family
  private let location: Double
  private let scale: Double
  private let degreesOfFreedom: Double
  private let logConstant: Double

  private init(_ family: Family, location: Double = 0, scale: Double, degreesOfFreedom: Double = .infinity) {
    precondition(location.isFinite && scale.isFinite, "a density needs finite parameters")
    precondition(scale > 0 && degreesOfFreedom > 0, "a density needs a positive scale")
    (self.family, self.location) = (family, location)
    (self.scale, self.degreesOfFreedom) = (scale, degreesOfFreedom)
    let half = log(Double.pi) / 2
    switch family {
    case .normal, .logNormal: logConstant = -half - log(2) / 2 - log(scale)
    case .halfNormal: logConstant = -half + log(2) / 2 - log(scale)
    case .halfStudentT:
      let nu = degreesOfFreedom
      let gammas = lgamma((nu + 1) / 2) - lgamma(nu / 2)
      logConstant = gammas + log(2) - half - log(nu) / 2 - log(scale)
    }
  }

  /// The normal density with this mean and standard deviation, the latter positive.
  public static func normal(mean: Double, standardDeviation: Double) -> Density {
    Density(.normal, location: mean, scale: standardDeviation)
  }

  /// The density of |x| for normal x with mean zero; `scale`, positive, is the standard deviation of x.
  public static func halfNormal(scale: Double) -> Density { Density(.halfNormal, scale: scale) }

  /// The density of |x| for Student-t distributed x / `scale` (Gelman 2006, doi:10.1214/06-BA117A); both arguments
  /// positive, the first finite.
  public static func halfStudentT(degreesOfFreedom: Double, scale: Double) -> Density {
    precondition(degreesOfFreedom.isFinite, "infinite degrees of freedom are a half-normal density")
    return Density(.halfStudentT, scale: scale, degreesOfFreedom: degreesOfFreedom)
  }

  /// The density of exp(x) for normal x; `median` is that of exp(x), `logStandardDeviation` belongs to x; both
  /// positive.
  public static func logNormal(median: Double, logStandardDeviation: Double) -> Density {
    Density(.logNormal, location: log(median), scale: logStandardDeviation)
  }

  /// The logarithm of the density at `x`; −∞ outside the support and for NaN.
  public func logDensity(_ x: Double) -> Double {
    switch family {
    case .normal:
      let z = (x - location) / scale
      return z.isNaN ? -.infinity : logConstant - z * z / 2
    case .halfNormal, .halfStudentT:
      guard x >= 0 else { return -.infinity }
      let z = x / scale
      guard family == .halfStudentT else { return logConstant - z * z / 2 }
      return logConstant - (degreesOfFreedom + 1) / 2 * log1p(z * z / degreesOfFreedom)
    case .logNormal:
      guard x > 0 else { return -.infinity }
      return logDensity(ofLog: log(x)) - log(x)
    }
  }

  /// The logarithm of the density of u = ln x at `u`, which includes the Jacobian u: for sampling a positive scale
  /// on an unconstrained axis. Meaningless for `normal`.
  public func logDensity(ofLog u: Double) -> Double {
    guard family == .logNormal else {
      precondition(family != .normal, "the logarithm of a variable that can be negative")
      let value = logDensity(exp(u)) + u
      return value.isNaN ? -.infinity : value
    }
    let z = (u - location) / scale
    return z.isNaN ? -.infinity : logConstant - z * z / 2
  }
}
