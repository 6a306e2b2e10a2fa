// Means and covariance of rows of numbers, such as draws of parameters.

/// The means of columns of numbers and their sample covariance.
public struct SampleMoments: Hashable, Sendable {
  /// The mean of each column; zero without rows.
  public var mean: [Double]
  /// The sample covariance (divisor n − 1); zero for fewer than two rows.
  public var covariance: Matrix

  /// The moments of rows, each of `count` numbers.
  ///
  /// - Parameters:
  ///   - rows: shape (rows, columns).
  ///   - count: how many columns there are, which no rows would not tell.
  ///   - units: what each column is divided by, the mean not; nil for ones.
  public init(_ rows: [[Double]], count: Int, units: [Double]? = nil) {
    mean = [Double](repeating: 0, count: count)
    covariance = Matrix(rows: count, columns: count)
    guard !rows.isEmpty else { return }
    let n = Double(rows.count)
    let means = (0..<count).map { column in rows.reduce(0) { $0 + $1[column] } / n }
    mean = means
    guard rows.count > 1 else { return }
    let centred = Matrix(
      rows: rows.count, columns: count,
      elements: rows.flatMap { row in
        (0..<count).map { column in
          let difference = row[column] - means[column]
          return if let units { difference / units[column] } else { difference }
        }
      })
    covariance.add(centred.gram(), times: 1 / (n - 1))
  }
}
