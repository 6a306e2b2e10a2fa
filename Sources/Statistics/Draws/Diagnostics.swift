// Whether chains agree, and how precise their averages and quantiles are.

import CGSL

/// Convergence diagnostics of the draws of one quantity: rank-normalised split R̂, effective sample sizes and
/// Monte Carlo standard errors (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, doi:10.1214/20-BA1221).
///
/// Equal to ArviZ 0.23 within 10⁻¹⁰ relative wherever both are defined. They differ in that R̂ of a single chain
/// is defined here (its halves are compared), and that what is undefined is nil here: ArviZ calls an R̂ infinite
/// and an effective sample size of constants the number of draws.
public struct Diagnostics: Sendable {
  private let chains: Chains
  private let split: Chains
  private let sorted: SortedDraws
  /// The places in `split` of its values in ascending order.
  private let order: [Int]
  /// `split` with each value replaced by the normal score of its rank.
  private let scores: Chains

  /// Sorts the draws of `chains` (one array a chain, in the order drawn).
  ///
  /// Nil when there is no chain, the chains differ in length, have fewer than four draws, a draw is not finite,
  /// or all draws are equal.
  public init?(_ chains: [[Double]]) {
    guard let length = chains.first?.count, length >= 4, chains.allSatisfy({ $0.count == length }) else {
      return nil
    }
    let all = chains.flatMap { $0 }
    guard all.allSatisfy(\.isFinite), all.contains(where: { $0 != all[0] }) else { return nil }
    NumericalLibraries.configure()
    self.chains = Chains(all, count: chains.count)
    split = self.chains.halved()
    // Sorting takes most of the time, so it is done once, and with the values beside their places.
    var ranked = all.enumerated().map { (value: $1, place: $0) }
    ranked.sort { $0.value < $1.value }
    sorted = SortedDraws(sorted: ranked.map(\.value))
    let (half, isOdd) = (length / 2, !length.isMultiple(of: 2))
    order = ranked.compactMap { _, place in
      guard isOdd else { return place }
      let (chain, draw) = place.quotientAndRemainder(dividingBy: length)
      return draw == half ? nil : place - chain - (draw > half ? 1 : 0)  // less the middle draws before it
    }
    let values = split.values
    scores = Chains(normalScores(order) { values[$0] }, count: split.count)
  }

  /// R̂, the larger of those of the ranks and of the ranks of distances from the median: 1 when the chains
  /// agree, worrying above 1.01. Nil when no half-chain varies, so that it would be infinite.
  public var rhat: Double? {
    let (bulk, tail) = (scores.potentialScaleReduction(), foldedScores().potentialScaleReduction())
    // Two values that are equally frequent lie equally far from the median; NaN says so, and only bulk counts.
    let largest = Double.maximum(bulk, tail)
    return largest.isFinite ? largest : nil
  }

  /// The effective sample size in the bulk: that of the mean of the normal scores.
  public var essBulk: Double? { scores.effectiveSampleSize() }

  /// The effective sample size in the tails: the smaller of those of the 5 % and 95 % quantiles; nil when so
  /// many draws are equal that one of the two is undefined.
  public var essTail: Double? {
    guard let lower = essQuantile(0.05), let upper = essQuantile(0.95) else { return nil }
    return min(lower, upper)
  }

  /// The effective sample size for the mean.
  public var essMean: Double? { split.effectiveSampleSize() }

  /// The effective sample size for the quantile at `probability`; nil when the draws lie all on one side of it.
  public func essQuantile(_ probability: Double) -> Double? {
    let quantile = sorted.quantile(probability)
    return Chains(split.values.map { $0 <= quantile ? 1 : 0 }, count: split.count).effectiveSampleSize()
  }

  /// The Monte Carlo standard error of the mean, in the unit of the draws.
  public var mcseMean: Double? {
    guard let ess = essMean, let variance = variance(chains.values) else { return nil }
    return (variance / ess).squareRoot()
  }

  /// The Monte Carlo standard error of the standard deviation, in the unit of the draws, from that of
  /// the squared deviations (as in Stan's posterior package).
  public var mcseSD: Double? {
    guard let mean = mean(chains.values) else { return nil }
    let squares = Chains(chains.values.map { ($0 - mean) * ($0 - mean) }, count: chains.count)
    let fourths = squares.values.reduce(0) { $0 + $1 * $1 } / Double(squares.values.count)
    guard let ess = squares.halved().effectiveSampleSize(), let second = Statistics.mean(squares.values)
    else {
      return nil
    }
    return ((fourths - second * second) / ess / second / 4).squareRoot()
  }

  /// The Monte Carlo standard error of the quantile at `probability`, in the unit of the draws: half the
  /// distance of the order statistics that bound the quantile with probability 0.68.
  public func mcseQuantile(_ probability: Double) -> Double? {
    essQuantile(probability).flatMap { mcseQuantile(probability, ess: $0) }
  }

  /// The same where the effective sample size for that quantile is known already.
  public func mcseQuantile(_ probability: Double, ess: Double) -> Double? {
    let (a, b) = (ess * probability + 1, ess * (1 - probability) + 1)
    guard let lower = betaQuantile(0.1586553, a, b), let upper = betaQuantile(0.8413447, a, b) else {
      return nil
    }
    let n = Double(sorted.values.count)
    let first = Int(max(0, (lower * n - 1).rounded(.down)))
    let last = Int(min(n - 1, (upper * n - 1).rounded(.up)))
    return (sorted.values[last] - sorted.values[first]) / 2
  }

  /// The quantile of a beta distribution by bisection, as GSL's own gives up when a and b are some thousands.
  private func betaQuantile(_ probability: Double, _ a: Double, _ b: Double) -> Double? {
    var (lower, upper) = (0.0, 1.0)
    for _ in 0..<48 {
      let middle = (lower + upper) / 2
      let value = gsl_cdf_beta_P(middle, a, b)
      guard !value.isNaN else { return nil }
      if value < probability { lower = middle } else { upper = middle }
    }
    return (lower + upper) / 2
  }

  /// The normal scores of the ranks of the split draws' distances from their median.
  private func foldedScores() -> Chains {
    let values = split.values
    let half = order.count / 2  // the number of values is even, since each chain gives two halves
    let median = (values[order[half - 1]] + values[order[half]]) / 2
    func distance(_ index: Int) -> Double { abs(values[index] - median) }
    // On each side of the median the order is known already, so merging replaces sorting.
    var folded: [Int] = []
    folded.reserveCapacity(order.count)
    var (down, up) = (half - 1, half)
    while down >= 0 || up < order.count {
      let takesLower = up == order.count || down >= 0 && distance(order[down]) <= distance(order[up])
      folded.append(order[takesLower ? down : up])
      if takesLower { down -= 1 } else { up += 1 }
    }
    return Chains(normalScores(folded, of: distance), count: split.count)
  }
}

/// Normal scores Φ⁻¹((r − 3/8) / (S + 1/4)) of the ranks r of S values, at the places that `order` lists from the
/// smallest to the largest; equal values share the mean of their ranks.
private func normalScores(_ order: [Int], of value: (Int) -> Double) -> [Double] {
  var result = [Double](repeating: 0, count: order.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, value(order[end]) == value(order[start]) { end += 1 }
    let rank = Double(start + 1 + end) / 2
    let score = gsl_cdf_ugaussian_Pinv((rank - 0.375) / (Double(order.count) + 0.25))
    for i in start..<end { result[order[i]] = score }
    start = end
  }
  return result
}

extension Chains {
  /// Each chain cut into its first and last half; the middle draw of an odd number is left out.
  fileprivate func halved() -> Chains {
    let half = length / 2
    var result: [Double] = []
    result.reserveCapacity(2 * count * half)
    for start in stride(from: 0, to: values.count, by: length) {
      result += values[start..<start + half]
      result += values[start + length - half..<start + length]
    }
    return Chains(result, count: 2 * count)
  }
}
