// What is known of a scan's noise weight before its residuals, and after them: ordinary scans, and rare broken ones.

import CMath
import Statistics

/// The prior of a scan's weight λ and what follows from it.
///
/// λ ~ Gamma(ν/2, ν/2) for scans that torsions describe more or less well, and one scan in a thousand is broken: its
/// noise is Cauchy-distributed about ten times as large. Without such a class, one scan of nonsense would teach ν,
/// which all scans share, that tails are heavy, and the common noise that it is large; and others' weights would
/// follow. Of fewer than three scans none counts as broken: there is nothing to tell it by, and nobody to protect.
struct ScanWeight: Hashable, Sendable {
  /// The share of broken scans, where there are others.
  private static let brokenShare = 0.001
  private static let leastScans = 3
  private static let brokenFreedom = 1.0
  /// The square of ten.
  private static let brokenVariance = 100.0

  private let brokenShare: Double

  /// The prior in a fit of so many scans.
  init(scans: Int) { brokenShare = scans < Self.leastScans ? 0 : Self.brokenShare }

  /// ln of the likelihood of `count` residuals with a sum of squares, λ integrated out, up to what depends on `count`
  /// alone.
  func logLikelihood(count: Double, square: Double, freedom nu: Double) -> Double {
    let (ordinary, broken) = logs(count: count, square: square, freedom: nu)
    return max(ordinary, broken) + log1p(exp(-abs(ordinary - broken)))
  }

  /// The mean of λ given residuals.
  func mean(count: Double, square: Double, freedom nu: Double) -> Double {
    let (ordinary, broken) = logs(count: count, square: square, freedom: nu)
    let share = 1 / (1 + exp(ordinary - broken))
    return (1 - share) * (nu + count) / (nu + square)
      + share * (Self.brokenFreedom + count) / (Self.brokenFreedom * Self.brokenVariance + square)
  }

  /// λ drawn given residuals; of none from its prior.
  func draw(
    count: Double = 0, square: Double = 0, freedom nu: Double, using stream: inout RandomStream
  ) -> Double {
    let (ordinary, broken) = logs(count: count, square: square, freedom: nu)
    let isBroken = stream.uniform() < 1 / (1 + exp(ordinary - broken))
    let (freedom, scale) = isBroken ? (Self.brokenFreedom, Self.brokenVariance) : (nu, 1)
    return stream.gamma(shape: (freedom + count) / 2, scale: 2 / (freedom * scale + square))
  }

  private func logs(
    count: Double, square: Double, freedom nu: Double
  ) -> (ordinary: Double, broken: Double) {
    func tail(_ freedom: Double, _ variance: Double) -> Double {
      let gamma: Double = lgamma((freedom + count) / 2)
      let constant: Double = lgamma(freedom / 2)
      return gamma - constant - 0.5 * count * log(freedom * variance)
        - 0.5 * (freedom + count) * log1p(square / (freedom * variance))
    }
    return (
      log(1 - brokenShare) + tail(nu, 1),
      log(brokenShare) + tail(Self.brokenFreedom, Self.brokenVariance)
    )
  }
}
