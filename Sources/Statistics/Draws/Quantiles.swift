// Location, spread and quantiles of a set of draws.

/// A set of draws in ascending order; all are finite and there is at least one.
public struct SortedDraws: Sendable, Hashable {
  /// The draws, ascending.
  public let values: [Double]

  /// `draws` sorted; nil when there are none or one is not finite.
  public init?(_ draws: some Sequence<Double>) {
    // An array's own sort is compiled for numbers; a sequence's is not, and took a fifth of a leave-one-out.
    var sorted = Array(draws)
    sorted.sort()
    guard !sorted.isEmpty, sorted.allSatisfy(\.isFinite) else { return nil }
    values = sorted
  }

  init(sorted values: [Double]) { self.values = values }

  /// The quantile at `probability` in 0 ... 1, linear between order statistics: type 7 of Hyndman and Fan
  /// (doi:10.1080/00031305.1996.10473566), the default of R and NumPy.
  public func quantile(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "a probability lies in 0 ... 1")
    // SciPy's way to write 1 + (n − 1) p; whether a draw is at or below the quantile can hang on its last bit.
    let position = max(1, Double(values.count) * probability + (1 - probability))
    let below = min(Int(position), values.count) - 1
    guard below + 1 < values.count else { return values[below] }
    let (lower, upper) = (values[below], values[below + 1])
    return min(upper, lower + (position - Double(below + 1)) * (upper - lower))
  }

  /// The median.
  public var median: Double { quantile(0.5) }

  /// The central interval that holds `mass`, in 0 ... 1, of the draws.
  public func centralInterval(_ mass: Double) -> ClosedRange<Double> {
    quantile((1 - mass) / 2)...quantile((1 + mass) / 2)
  }
}

/// What a table shows of the draws of one quantity, in its unit.
public struct DrawSummary: Sendable, Hashable {
  /// The number of draws.
  public let count: Int
  /// The mean.
  public let mean: Double
  /// The standard deviation, with divisor n − 1.
  public let sd: Double
  /// The median.
  public let median: Double
  /// The central 50 % interval.
  public let interval50: ClosedRange<Double>
  /// The central 90 % interval.
  public let interval90: ClosedRange<Double>
  /// The central 95 % interval.
  public let interval95: ClosedRange<Double>

  /// The summary of `draws`; nil for fewer than two, or when one is not finite.
  public init?(_ draws: [Double]) {
    guard let sorted = SortedDraws(draws), let mean = Statistics.mean(draws),
      let deviation = Statistics.standardDeviation(draws)
    else { return nil }
    count = draws.count
    self.mean = mean
    sd = deviation
    median = sorted.median
    interval50 = sorted.centralInterval(0.5)
    interval90 = sorted.centralInterval(0.9)
    interval95 = sorted.centralInterval(0.95)
  }
}

/// The mean; nil when there are no values or the mean is not finite.
public func mean(_ values: [Double]) -> Double? {
  let rough = values.reduce(0, +) / Double(values.count)
  // The mean of the residuals takes the rounding of the long sum back out.
  let mean = rough + values.reduce(0) { $0 + ($1 - rough) } / Double(values.count)
  return mean.isFinite ? mean : nil
}

/// The variance with divisor n − 1; nil for fewer than two values, or when it is not finite.
public func variance(_ values: [Double]) -> Double? {
  guard values.count > 1, let mean = mean(values) else { return nil }
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  return variance.isFinite ? variance : nil
}

/// The standard deviation with divisor n − 1; nil for fewer than two values, or when it is not finite.
public func standardDeviation(_ values: [Double]) -> Double? { variance(values)?.squareRoot() }
