// Sufficient statistics of rows of a linear model: they add up, so data can be reduced anywhere and merged.

/// Sums over rows (x, y): enough for every Gaussian linear model on them, with or without a free offset.
///
/// Kept about the mean and merged by the formulas of Chan, Golub & LeVeque (1983, doi:10.1080/00031305.1983.10483115),
/// so that total energies of −10⁶ kcal/mol lose no digits.
struct RowStatistics: Sendable {
  /// The number of rows.
  private(set) var count = 0
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

  /// Adds one row.
  mutating func add(_ x: [Double], _ y: Double) {
    let weight = Double(count) / Double(count + 1)
    addSpread(zip(x, meanX).map { $0 - $1 }, y - meanY, weight: weight, share: 1 / Double(count + 1))
    count += 1
  }

  /// Adds the rows of another.
  mutating func merge(_ other: RowStatistics) {
    guard other.count > 0 else { return }
    let share = Double(other.count) / Double(count + other.count)
    for index in xx.indices { xx[index] += other.xx[index] }
    for index in xy.indices { xy[index] += other.xy[index] }
    yy += other.yy
    addSpread(
      zip(other.meanX, meanX).map { $0 - $1 }, other.meanY - meanY, weight: Double(count) * share, share: share)
    count += other.count
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

  /// The normal equations with a free offset integrated out: one degree of freedom fewer.
  var withFreeOffset: NormalEquations {
    NormalEquations(xx: xx, xy: xy, yy: yy, degreesOfFreedom: max(0, count - 1))
  }

  /// The normal equations about zero.
  var aboutZero: NormalEquations {
    let p = meanX.count
    let n = Double(count)
    var result = NormalEquations(xx: xx, xy: xy, yy: yy + n * meanY * meanY, degreesOfFreedom: count)
    for a in 0..<p {
      for b in 0..<p { result.xx[a * p + b] += n * meanX[a] * meanX[b] }
      result.xy[a] += n * meanX[a] * meanY
    }
    return result
  }
}

/// XᵀX, Xᵀy, yᵀy and the degrees of freedom of rows that share one noise scale.
struct NormalEquations: Sendable {
  /// p × p, row-major, both triangles.
  var xx: [Double]
  var xy: [Double]
  var yy: Double
  var degreesOfFreedom: Int

  /// No rows of `columns` columns.
  init(columns: Int) {
    self.init(
      xx: [Double](repeating: 0, count: columns * columns), xy: [Double](repeating: 0, count: columns), yy: 0,
      degreesOfFreedom: 0)
  }

  init(xx: [Double], xy: [Double], yy: Double, degreesOfFreedom: Int) {
    self.xx = xx
    self.xy = xy
    self.yy = yy
    self.degreesOfFreedom = degreesOfFreedom
  }

  mutating func add(_ other: NormalEquations) {
    for index in xx.indices { xx[index] += other.xx[index] }
    for index in xy.indices { xy[index] += other.xy[index] }
    yy += other.yy
    degreesOfFreedom += other.degreesOfFreedom
  }

  /// The same rows with y replaced by y − X·centre.
  func shifted(by centre: [Double]) -> NormalEquations {
    let p = xy.count
    var result = self
    var quadratic = 0.0
    for a in 0..<p {
      var sum = 0.0
      for b in 0..<p { sum += xx[a * p + b] * centre[b] }
      result.xy[a] -= sum
      quadratic += centre[a] * (sum - 2 * xy[a])
    }
    result.yy = max(0, yy + quadratic)
    return result
  }
}
