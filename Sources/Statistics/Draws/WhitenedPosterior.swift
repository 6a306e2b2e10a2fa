// How far two fits of disjoint data lie apart, in units of what their posteriors allow.

/// A normal posterior in units of the prior: the prior's mean is zero and its covariance one.
public struct WhitenedPosterior: Sendable {
  /// The posterior mean.
  public var mean: [Double]
  /// The posterior covariance.
  public var covariance: Matrix

  /// A posterior of its parts.
  public init(mean: [Double], covariance: Matrix) {
    self.mean = mean
    self.covariance = covariance
  }
}

/// z in the directions whose variance both halves more than halve on average: standard normal numbers where posteriors
/// are honest.
///
/// Posterior means are drawn to the prior's: with a and b the variances that the halves leave of the prior's one, the
/// difference of the means has the variance (1 − a) + (1 − b) − 2(1 − a)(1 − b) = a + b − 2ab.
public func standardisedDifferences(_ a: WhitenedPosterior, _ b: WhitenedPosterior) -> [Double] {
  let count = a.mean.count
  guard count > 0 else { return [] }
  var average = Matrix(rows: count, columns: count)
  average.add(a.covariance, times: 0.5)
  average.add(b.covariance, times: 0.5)
  guard let eigen = SymmetricEigen(average) else { return [] }
  return (0..<count).filter { eigen.values[$0] < 0.5 }.compactMap { column in
    let v = (0..<count).map { eigen.vectors[$0, column] }
    func variance(_ covariance: Matrix) -> Double {
      zip(v, covariance.times(v)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (left, right) = (variance(a.covariance), variance(b.covariance))
    let spread = left + right - 2 * left * right
    guard left < 1, right < 1, spread > 0 else { return nil }
    let difference = (0..<count).reduce(0.0) { $0 + v[$1] * (a.mean[$1] - b.mean[$1]) }
    return difference / spread.squareRoot()
  }
}
