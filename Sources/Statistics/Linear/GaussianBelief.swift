// What a normal posterior would gain from measurements that are linear in its parameters, before they are made.

import CMath

/// A normal distribution's covariance, and what linear measurements do to it.
///
/// A measurement is y = Xk + ε with ε normal; its expected information about k is the mutual information
/// ½ log det(I + N⁻¹ X Σ Xᵀ), whatever its outcome (Lindley 1956, doi:10.1214/aoms/1177728069).
public struct GaussianBelief: Sendable {
  /// Σ, shape (parameters, parameters).
  public private(set) var covariance: Matrix

  /// A belief.
  /// - Parameter covariance: symmetric, positive semidefinite, shape (parameters, parameters).
  public init(covariance: Matrix) {
    precondition(covariance.rows == covariance.columns, "a covariance is square")
    self.covariance = covariance
  }

  /// The belief after a measurement; nil when a matrix is not positive definite in floating point.
  /// - Parameters:
  ///   - rows: X, shape (measurements, parameters).
  ///   - noise: N, the covariance of ε, shape (measurements, measurements).
  public func after(_ rows: Matrix, noise: Matrix) -> GaussianBelief? {
    var work = CholeskyWorkspace(order: rows.rows)
    guard work.factor(sum(rows, noise)) else { return nil }
    // Σ − WᵀW with W = L⁻¹ X Σ, column by column.
    let crossed = covariance.times(rows.transposed)
    var solved: [Double] = []
    for parameter in 0..<covariance.rows {
      var column = Array(crossed.row(parameter))
      work.solveLower(&column)
      solved += column
    }
    var next = covariance
    let columns = Matrix(rows: covariance.rows, columns: rows.rows, elements: solved)
    next.add(columns.transposed.gram(), times: -1)
    return GaussianBelief(covariance: next)
  }

  /// The expected information of a measurement in nats; nil when a matrix is not positive definite in floating point.
  /// - Parameters:
  ///   - rows: X, shape (measurements, parameters).
  ///   - noise: N, shape (measurements, measurements).
  ///   - about: the parameters that the information is about, by column; nil for all.
  public func gain(_ rows: Matrix, noise: Matrix, about: [Int]? = nil) -> Double? {
    if let about {
      guard let next = after(rows, noise: noise), let before = logDeterminant(block(about)),
        let left = logDeterminant(next.block(about))
      else { return nil }
      return max(0, (before - left) / 2)
    }
    guard let with = logDeterminant(sum(rows, noise)), let without = logDeterminant(noise) else { return nil }
    return max(0, (with - without) / 2)
  }

  /// X Σ Xᵀ + N.
  private func sum(_ rows: Matrix, _ noise: Matrix) -> Matrix {
    var total = rows.times(covariance).times(rows.transposed)
    total.add(noise)
    return total
  }

  private func block(_ indices: [Int]) -> Matrix {
    Matrix(
      rows: indices.count, columns: indices.count,
      elements: indices.flatMap { row in indices.map { covariance[row, $0] } })
  }

  private func logDeterminant(_ matrix: Matrix) -> Double? {
    var work = CholeskyWorkspace(order: matrix.rows)
    return work.factor(matrix) ? work.logDeterminant : nil
  }
}
