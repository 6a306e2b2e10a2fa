// Whether a fit differs from an earlier one of the same family for a reason with a probability.

import CMath

/// What a fit may differ by.
public struct RegressionLimits: Hashable, Sendable {
  /// By how much an error may grow, kcal/mol.
  public var tolerance = 0.02
  /// With which probability an error must have grown by more.
  public var probability = 0.95
  /// How far the posterior mean may move over all determined directions, in posterior standard deviations.
  public var shift = 0.5
  /// The normal quantile of Monte Carlo error that a shift must exceed: 4.75 leaves one false alarm in a million.
  public var monteCarloQuantile = 4.75
  /// Standard deviation of a held-out error over seeds, kcal/mol.
  public var heldOutSD = 0.003
  /// Independent grid points that a scan counts as where coverage is compared.
  public var effectivePoints = 5.0

  /// The default limits.
  public init() {}
}

/// One reason why a fit is not the one it was.
public struct RegressionFailure: Hashable, Sendable {
  /// The gates.
  public enum Gate: String, Codable, CaseIterable, Sendable {
    /// An input file has another hash, is new, or is gone; raised by who reads files.
    case input
    /// Scans or grid points are gone or new, or quantum chemistry's numbers at one changed.
    case data
    /// Force constants are gone or new.
    case parameters
    /// A term of the base force field has another value, whether it is fitted or not.
    case base
    /// The error grew.
    case error
    /// A parameter left its joint posterior region.
    case posterior
    /// Coverage on molecules left out left its band.
    case coverage
    /// The error on molecules left out grew.
    case heldOut = "held-out error"
    /// The chains missed their limits.
    case diagnostics
  }

  /// Which gate.
  public var gate: Gate
  /// What it is about: a parameter, a scan, a file.
  public var subject: String
  /// One line: what, where, by how much.
  public var message: String
  /// With which probability it is so; nil where it is plain.
  public var probability: Double?
  /// The number that changed; nil where it is no single one.
  public var change: Change?

  /// A number that changed.
  public struct Change: Hashable, Sendable {
    /// In the baseline.
    public var before: Double
    /// Now.
    public var after: Double
    /// Of both; empty where they have none.
    public var unit: String
  }

  /// A reason of its parts.
  public init(
    _ gate: Gate, _ subject: String, _ message: String, probability: Double? = nil, change: Change? = nil
  ) {
    self.gate = gate
    self.subject = subject
    self.message = message
    self.probability = probability
    self.change = change
  }
}

/// How far a posterior mean moved.
public struct PosteriorShift: Hashable, Sendable {
  /// In posterior standard deviations, over all determined directions.
  public var distance: Double
  /// What Monte Carlo error alone may account for, with all but one chance in a million at the default limits.
  public var noise: Double
  /// The directions counted.
  public var directions: Int

  /// How far `now` is from `baseline` in the baseline's determined directions; nil where the parameters differ, or
  /// there are no directions or no effective number of draws.
  ///
  /// Both means have Monte Carlo error: along each direction a variance of 1/N + 1/N′, N the effective number of draws,
  /// so that the squared distance of equal posteriors is that times a χ² number. Whatever of the distance exceeds the
  /// square root of its quantile is a true shift (the triangle inequality).
  public init?(from baseline: FitDigest, to now: FitDigest, quantile: Double = 4.75) {
    guard baseline.parameters.map(\.label) == now.parameters.map(\.label), !baseline.directions.isEmpty,
      let before = baseline.minESS, let after = now.minESS, before > 0, after > 0
    else { return nil }
    let change = zip(baseline.parameters, now.parameters).map { $1.mean - $0.mean }
    let squares = baseline.directions.map { direction in
      let along = zip(direction, change).reduce(0) { $0 + $1.0 * $1.1 }
      return along * along
    }
    directions = squares.count
    distance = squares.reduce(0, +).squareRoot()
    noise = ((1 / before + 1 / after) * chiSquareQuantile(directions, normalQuantile: quantile)).squareRoot()
  }
}

/// A quantile of χ² with `count` degrees of freedom, by the normal quantile of the same probability (Wilson & Hilferty
/// 1931, doi:10.1073/pnas.17.12.684; within a few percent far out, which errs on the large side for few degrees).
func chiSquareQuantile(_ count: Int, normalQuantile z: Double) -> Double {
  let n = Double(count)
  let root = 1 - 2 / (9 * n) + z * (2 / (9 * n)).squareRoot()
  return n * root * root * root
}

/// The probability that an error grew by more than `tolerance`, from two posteriors that are near normal.
public func probabilityOfGrowth(
  from before: FitDigest.ErrorDigest, to after: FitDigest.ErrorDigest, beyond tolerance: Double
) -> Double {
  let sd = (before.sd * before.sd + after.sd * after.sd).squareRoot()
  let excess = after.mean - before.mean - tolerance
  guard sd > 0 else { return excess > 0 ? 1 : 0 }
  return 0.5 * erfc(-excess / sd / 2.0.squareRoot())
}
