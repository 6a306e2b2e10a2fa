// How many independent draws a set of correlated chains is worth for a mean, and how far the chains differ.

import CGSL

/// Chains of equal length, one after another in one array.
struct Chains {
  let values: [Double]
  let count: Int
  var length: Int { values.count / count }

  init(_ values: [Double], count: Int) {
    (self.values, self.count) = (values, count)
  }

  /// The effective sample size for the mean, from autocovariances summed as far as Geyer's initial monotone
  /// sequence (doi:10.1214/ss/1177011137), as in Stan and ArviZ; nil when all values are equal.
  ///
  /// Autocovariances are computed one lag at a time, since a chain that mixes needs few: O(length · lags).
  func effectiveSampleSize() -> Double? {
    guard length > 1, let first = values.first, values.contains(where: { $0 != first }) else { return nil }
    let n = length
    let means = means()
    var centred = values
    for chain in 0..<count { for i in 0..<n { centred[chain * n + i] -= means[chain] } }
    func autocovariance(_ lag: Int) -> Double {
      centred.withUnsafeBufferPointer { buffer in
        var sum = 0.0
        for chain in 0..<count {
          let start = buffer.baseAddress! + chain * n
          sum += dot(start, start + lag, n - lag)
        }
        return sum / Double(n * count)
      }
    }
    let biased = autocovariance(0)
    let within = biased * Double(n) / Double(n - 1)
    let total = biased + (variance(means) ?? 0)
    guard total > 0, total.isFinite else { return nil }
    func correlation(_ lag: Int) -> Double { 1 - (within - autocovariance(lag)) / total }

    // Correlations at lags 2k and 2k + 1 form pairs, whose sums are positive and fall with k for the true ones:
    // so stop at the first that is not positive and let none exceed the one before. The last pair enters with
    // its even lag alone.
    var even = 1.0
    var pair = 1 + correlation(1)
    var smallestPair = pair
    var time = -1.0
    var lag = 2
    while pair > 0, lag + 2 < n {
      smallestPair = min(smallestPair, pair)
      time += 2 * smallestPair
      even = correlation(lag)
      pair = even + correlation(lag + 1)
      lag += 2
    }
    time += pair < 0 ? max(0, even) : even
    // Antithetic chains can beat independent draws, but no more than log₁₀ of their number times.
    let draws = Double(values.count)
    return draws / max(time, 1 / log10(draws))
  }

  /// √(variance over all chains / variance within chains); infinite or NaN when no chain varies.
  func potentialScaleReduction() -> Double {
    let n = Double(length)
    var within = 0.0
    for chain in 0..<count { within += variance(Array(self[chain])) ?? .nan }
    let between = n * (variance(means()) ?? .nan)
    return ((between / (within / Double(count)) + n - 1) / n).squareRoot()
  }

  private subscript(chain: Int) -> ArraySlice<Double> { values[chain * length..<(chain + 1) * length] }

  private func means() -> [Double] { (0..<count).map { self[$0].reduce(0, +) / Double(length) } }
}
