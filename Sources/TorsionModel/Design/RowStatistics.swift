// Sufficient statistics of rows of a linear model: they add up, so data can be reduced anywhere and merged.

/// Sums over rows (x, y): enough for every Gaussian linear model on them, with or without a free offset.
///
/// Kept about the mean and merged by the formulas of Chan, Golub & LeVeque (1983, doi:10.1080/00031305.1983.10483115),
/// so that total energies of −10⁶ kcal/mol lose no digits.
struct RowStatistics: Sendable {
  /// The number of rows.
  private(set) var count = 0
  /// The sum of their weights.
  private(set) var weight = 0.0
  /// Means of the columns.
  private(set) var meanX: [Double]
  /// Mean of y.
  private(set) var meanY = 0.0
  /// Σ (x − x̄)(x − x̄)ᵀ, p × p row-major, both triangles.
  private(set) var xx: [Double]
  /// Σ (x − x̄)(y − ȳ).
  private(set) var xy: [Double]
  /// Σ (y − ȳ)².
  private(set) var yy = 0.0

  /// No rows of `columns` columns.
  init(columns: Int) {
    meanX = [Double](repeating: 0, count: columns)
    xx = [Double](repeating: 0, count: columns * columns)
    xy = meanX
  }

  /// Adds one row that counts as `weight` rows.
  mutating func add(_ x: [Double], _ y: Double, weight added: Double = 1) {
    let share = added / (weight + added)
    addSpread(zip(x, meanX).map { $0 - $1 }, y - meanY, weight: weight * share, share: share)
    count += 1
    weight += added
  }

  /// Adds the rows of another.
  mutating func merge(_ other: RowStatistics) {
    guard other.count > 0 else { return }
    let share = other.weight / (weight + other.weight)
    for index in xx.indices { xx[index] += other.xx[index] }
    for index in xy.indices { xy[index] += other.xy[index] }
    yy += other.yy
    addSpread(
      zip(other.meanX, meanX).map { $0 - $1 }, other.meanY - meanY, weight: weight * share, share: share)
    count += other.count
    weight += other.weight
  }

  /// Adds weight · (dx, dy)(dx, dy)ᵀ to the sums and moves the means by `share` of (dx, dy).
  private mutating func addSpread(_ dx: [Double], _ dy: Double, weight: Double, share: Double) {
    let p = dx.count
    // Few columns belong to one molecule: skip the rest.
    let active = dx.indices.filter { dx[$0] != 0 }
    for a in active {
      let scaled = weight * dx[a]
      for b in active { xx[a * p + b] += scaled * dx[b] }
      xy[a] += scaled * dy
      meanX[a] += share * dx[a]
    }
    yy += weight * dy * dy
    meanY += share * dy
  }

  /// Degrees of freedom: the weight of the rows, one less with a free offset.
  func degreesOfFreedom(freeOffset: Bool) -> Double { freeOffset ? max(0, weight - 1) : weight }

  /// The sums over (x, y)(x, y)ᵀ as one matrix of one column more than x, row-major, both triangles; y last. With a
  /// free offset about the means, which integrates the offset out; else about zero.
  func gram(freeOffset: Bool) -> [Double] {
    let p = meanX.count
    let order = p + 1
    let n = freeOffset ? 0 : weight
    var result = [Double](repeating: 0, count: order * order)
    for a in 0..<p {
      for b in 0..<p { result[a * order + b] = xx[a * p + b] + n * meanX[a] * meanX[b] }
      result[a * order + p] = xy[a] + n * meanX[a] * meanY
      result[p * order + a] = result[a * order + p]
    }
    result[p * order + p] = yy + n * meanY * meanY
    return result
  }
}

/// The weighted sum of squares of numbers about their weighted mean; the weights must not all be zero.
func squaresAboutMean(_ values: [Double], weights: [Double]) -> Double {
  let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
  return zip(values, weights).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
}
