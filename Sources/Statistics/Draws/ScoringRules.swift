// How good probabilistic predictions were, seen from what happened.

import CGSL

/// Continuous ranked probability scores, in the unit of the quantity; smaller is better, and for a certain
/// prediction it is the absolute error (Gneiting and Raftery 2007, doi:10.1198/016214506000001437).
public enum RankedProbabilityScore {
  /// The score of `draws` from the prediction, seen `observed`: mean |x − y| − ½ mean |x − x′|, in O(n log n).
  ///
  /// `fair` leaves the pairs of a draw with itself out of the second mean, so that the score's expectation does
  /// not depend on the number of draws (Ferro 2014, doi:10.1002/qj.2270); a single score can then be negative.
  /// Nil without draws (or with one, when fair), or when a number is not finite.
  public static func ofDraws(_ draws: [Double], observed: Double, fair: Bool = true) -> Double? {
    guard observed.isFinite, draws.count > (fair ? 1 : 0), let sorted = SortedDraws(draws) else { return nil }
    let n = Double(draws.count)
    var (error, spread) = (0.0, 0.0)
    for (i, draw) in sorted.values.enumerated() {
      let deviation = draw - observed
      error += abs(deviation)
      spread += (2 * Double(i) + 1 - n) * deviation  // sums to Σ |xᵢ − xⱼ| over pairs i < j
    }
    return error / n - spread / (n * (fair ? n - 1 : n))
  }

  /// The score of a normal prediction, seen `observed`; nil when the standard deviation is negative or a number
  /// is not finite.
  public static func ofNormal(mean: Double, standardDeviation: Double, observed: Double) -> Double? {
    guard mean.isFinite, observed.isFinite, standardDeviation.isFinite, standardDeviation >= 0 else {
      return nil
    }
    guard standardDeviation > 0 else { return abs(observed - mean) }
    let z = (observed - mean) / standardDeviation
    let error = z * (2 * gsl_cdf_ugaussian_P(z) - 1) + 2 * gsl_ran_ugaussian_pdf(z)
    return standardDeviation * (error - 1 / Double.pi.squareRoot())
  }
}

/// The share of `observed` that lies in its interval, in 0 ... 1; nil when there are none. One interval a value.
public func coverage(of observed: [Double], by intervals: [ClosedRange<Double>]) -> Double? {
  precondition(observed.count == intervals.count, "one interval a value")
  guard !observed.isEmpty else { return nil }
  return Double(zip(intervals, observed).count { $0.contains($1) }) / Double(observed.count)
}
