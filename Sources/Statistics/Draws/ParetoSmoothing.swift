// How far importance weights can be trusted, and weights that can be trusted further.

import CGSL

/// Pareto-smoothed importance sampling (Vehtari, Simpson, Gelman, Yao and Gabry 2024, Journal of Machine Learning
/// Research 25(72), 1–58, doi:10.48550/arXiv.1507.02646); equal to ArviZ 0.23's `psislw` within 10⁻⁸.
public struct ParetoSmoothing: Sendable, Hashable {
  /// The estimated shape k̂ of the weights' tail: below `reliableShape` averages with the smoothed weights are
  /// reliable. Nil when fewer than five large weights stand out, or when no tail can be fitted to them.
  public let shape: Double?
  /// The logarithms of the smoothed weights, in the order given, normalised to Σ exp = 1; plain where `shape` is nil.
  public let logWeights: [Double]

  /// Smooths the weights whose logarithms, up to one constant, are `logWeights`.
  ///
  /// −∞ is a weight of zero. `relativeEfficiency` is the effective sample size of the draws over their number.
  /// Nil when there are fewer than two weights, one is NaN or +∞, or all are zero.
  public init?(logWeights: [Double], relativeEfficiency: Double = 1) {
    precondition(relativeEfficiency > 0, "the relative efficiency must be positive")
    let count = logWeights.count
    guard count > 1, !logWeights.contains(where: \.isNaN), let largest = logWeights.max(), largest.isFinite
    else { return nil }
    var smoothed = logWeights.map { $0 - largest }
    let order = smoothed.indices.sorted { smoothed[$0] < smoothed[$1] }
    let draws = Double(count)
    let tailLength = Int(min(draws / 5, 3 * (draws / relativeEfficiency).squareRoot()).rounded(.up))
    let cutoff = max(smoothed[order[count - 1 - tailLength]], log(Double.leastNormalMagnitude))
    let tail = order.drop { smoothed[$0] <= cutoff }
    let threshold = exp(cutoff)
    if tail.count > 4, let pareto = GeneralizedPareto(fitting: tail.map { exp(smoothed[$0]) - threshold }) {
      for (rank, index) in tail.enumerated() {
        let quantile = pareto.quantile((Double(rank) + 0.5) / Double(tail.count))
        smoothed[index] = min(0, log(quantile + threshold))
      }
      shape = pareto.shape
    } else {
      shape = nil
    }
    let logSum = log(smoothed.reduce(0) { $0 + exp($1) })
    self.logWeights = smoothed.map { $0 - logSum }
  }

  /// The largest shape that `draws` draws can tell from one without finite error: min(1 − 1 / log₁₀ draws, 0.7).
  public static func reliableShape(draws: Int) -> Double { min(1 - 1 / log10(Double(draws)), 0.7) }

  /// The effective number of draws under the smoothed weights, 1 / Σ w².
  public var effectiveSampleSize: Double { 1 / logWeights.reduce(0) { $0 + exp(2 * $1) } }
}

/// The generalised Pareto distribution of excesses over a threshold.
struct GeneralizedPareto {
  let shape: Double
  let scale: Double

  /// The empirical-Bayes fit of Zhang and Stephens (2009, doi:10.1198/tech.2009.08017) to positive, ascending
  /// `excesses`, with the shape drawn to 0.5 as by ten more observations; nil when the fit is not finite.
  init?(fitting excesses: [Double]) {
    let n = Double(excesses.count)
    let gridCount = 30 + Int(n.squareRoot())
    let quartile = excesses[Int(n / 4 + 0.5) - 1]
    func shape(at b: Double) -> Double { excesses.reduce(0) { $0 + log1p(-b * $1) } / n }
    let grid = (1...gridCount).map { j -> Double in
      let step = 1 - (Double(gridCount) / (Double(j) - 0.5)).squareRoot()
      return 1 / excesses[excesses.count - 1] + step / (3 * quartile)
    }
    let logLikelihoods = grid.map { b -> Double in
      let k = shape(at: b)
      return n * (log(-b / k) - k - 1)
    }
    var weights = logLikelihoods.map { own -> Double in
      1 / logLikelihoods.reduce(0) { $0 + exp($1 - own) }
    }
    for j in weights.indices where weights[j] < 10 * Double.ulpOfOne { weights[j] = 0 }
    let total = weights.reduce(0, +)
    let b = zip(grid, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    let k = shape(at: b)
    self.shape = (n * k + 5) / (n + 10)
    scale = -k / b
    guard self.shape.isFinite, scale.isFinite, scale > 0 else { return nil }
  }

  func quantile(_ probability: Double) -> Double {
    let exponent = -log1p(-probability)
    return scale * (abs(shape) < Double.ulpOfOne ? exponent : expm1(shape * exponent) / shape)
  }
}
