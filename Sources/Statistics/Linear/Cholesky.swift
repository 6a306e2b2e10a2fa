// Factorising one positive-definite matrix after another in the same memory, and solving with the factor.

import CGSL

/// Memory for the Cholesky factorisation A = L Lᵀ of matrices of one order, used again for each matrix.
///
/// Made for loops that factorise 10⁵ to 10⁶ matrices: nothing is allocated after `init`. A solve before the
/// first successful `factor`, or after a failed one, is a programming error.
public struct CholeskyWorkspace: ~Copyable, @unchecked Sendable {
  // Sendable because the struct is the only owner of its memory.

  /// The number of rows, and of columns, of each matrix.
  public let order: Int
  /// Whether the memory holds the factor of a matrix.
  public private(set) var isFactored = false
  // U = Lᵀ in the upper triangle, row after row: row i of U is column i of L, so every loop below runs over
  // consecutive memory.
  let upper: UnsafeMutablePointer<Double>
  let reciprocalPivots: UnsafeMutablePointer<Double>

  /// Memory for matrices of `order` × `order`.
  public init(order: Int) {
    NumericalLibraries.configure()
    self.order = order
    // The kernels take four rows and columns at a time and may pass the end by three of each.
    let capacity = (order + 3) * order + 4
    upper = .allocate(capacity: capacity)
    upper.initialize(repeating: 0, count: capacity)
    reciprocalPivots = .allocate(capacity: order + 4)
    reciprocalPivots.initialize(repeating: 0, count: order + 4)
  }

  deinit {
    upper.deallocate()
    reciprocalPivots.deallocate()
  }

  /// Factorises the matrix that `fill` writes; false when it is not positive definite or not finite.
  ///
  /// `fill` gets `order` · `order` numbers, row after row, with undefined contents, and must set the upper
  /// triangle with the diagonal; what it writes below the diagonal is not read.
  /// - Throws: what `fill` throws.
  public mutating func factor(_ fill: (UnsafeMutableBufferPointer<Double>) throws -> Void) rethrows -> Bool {
    isFactored = false
    try fill(UnsafeMutableBufferPointer(start: upper, count: order * order))
    isFactored =
      order <= CholeskyKernels.largestPlainOrder
      ? CholeskyKernels.factorPlainly(
        upper, stride: order, count: order, reciprocalPivots: reciprocalPivots)
      : CholeskyKernels.factorByBlocks(upper, order: order, reciprocalPivots: reciprocalPivots)
    return isFactored
  }

  /// Factorises `matrix`, of which the upper triangle is read; false when it is not positive definite.
  public mutating func factor(_ matrix: borrowing Matrix) -> Bool {
    precondition(matrix.rows == order && matrix.columns == order, "the workspace is for another order")
    let elements = matrix.elements
    // A loop, since memcpy takes ten times as long when both buffers lie alike on their memory pages.
    return factor { for i in $0.indices { $0[i] = elements[i] } }
  }

  /// ln det A.
  public var logDeterminant: Double {
    precondition(isFactored, "no matrix is factorised")
    // One logarithm for all pivots: the product of significands, and the sum of exponents.
    var (significand, exponent) = (1.0, 0)
    for i in 0..<order {
      significand *= upper[i * order + i]
      exponent += Int(significand.exponent)
      significand = significand.significand
    }
    return 2 * (log(significand) + Double(exponent) * log(2))
  }

  /// Replaces `vector`, of `order` numbers, by A⁻¹ `vector`.
  public func solve(_ vector: inout [Double]) {
    solveLower(&vector)
    solveLowerTransposed(&vector)
  }

  /// Replaces `vector` by L⁻¹ `vector`; the sum of squares of the result is `vector`ᵀ A⁻¹ `vector`.
  public func solveLower(_ vector: inout [Double]) {
    checkUse(vector)
    vector.withUnsafeMutableBufferPointer {
      guard let x = $0.baseAddress else { return }
      CholeskyKernels.substituteForward(
        upper, pivots: order, width: order, reciprocalPivots: reciprocalPivots, x)
    }
  }

  /// Replaces `vector` by L⁻ᵀ `vector`; of standard normal numbers that makes a draw with covariance A⁻¹.
  public func solveLowerTransposed(_ vector: inout [Double]) {
    checkUse(vector)
    vector.withUnsafeMutableBufferPointer {
      guard let x = $0.baseAddress else { return }
      CholeskyKernels.substituteBackward(
        upper, pivots: order, width: order, reciprocalPivots: reciprocalPivots, x)
    }
  }

  /// A⁻¹, exactly symmetric; allocates.
  public func inverse() -> Matrix {
    var result = Matrix(rows: order, columns: order)
    for i in 0..<order {
      var column = [Double](repeating: 0, count: order)
      column[i] = 1
      solve(&column)
      for j in 0...i {
        result[i, j] = column[j]
        result[j, i] = column[j]
      }
    }
    return result
  }

  /// L, with zeros above the diagonal; allocates.
  public func lowerFactor() -> Matrix {
    precondition(isFactored, "no matrix is factorised")
    var result = Matrix(rows: order, columns: order)
    for i in 0..<order { for j in 0...i { result[i, j] = upper[j * order + i] } }
    return result
  }

  private func checkUse(_ vector: [Double]) {
    precondition(isFactored, "no matrix is factorised")
    precondition(vector.count == order, "the vector is of another order")
  }
}
