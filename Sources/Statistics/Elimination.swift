// Integrating Gaussian variables out of a quadratic form, a few at a time: the first steps of a Cholesky factorisation.

import CGSL

/// Eliminates the first `count` variables of a symmetric matrix in place and returns ln det of their block; nil at a
/// pivot that is not positive.
///
/// Of the `order` × `order` matrix, row after row, the upper triangle is read. Afterwards its first `count` rows hold
/// U and U⁻ᵀB of the blocks [A B; · C] with A = UᵀU, and the rest holds the Schur complement C − BᵀA⁻¹B: with A the
/// precision of a Gaussian and B its couplings, the quadratic form after the integral over it (Golub & Van Loan,
/// Matrix Computations, 4th ed., sections 4.2 and 3.2.11).
public func eliminate(_ matrix: UnsafeMutablePointer<Double>, order: Int, first count: Int) -> Double? {
  var (significand, exponent) = (1.0, 0)
  for i in 0..<count {
    let row = matrix + i * order
    let pivot = row[i]
    guard pivot > 0, pivot.isFinite else { return nil }
    // One logarithm for all pivots.
    significand *= pivot
    exponent += Int(significand.exponent)
    significand = significand.significand
    let reciprocal = 1 / pivot.squareRoot()
    for j in i..<order { row[j] *= reciprocal }
    for k in (i + 1)..<max(order, i + 1) {
      let factor = row[k]
      guard factor != 0 else { continue }
      addScaled(row + k, -factor, to: matrix + k * order + k, count: order - k)
    }
  }
  return log(significand) + Double(exponent) * log(2)
}

/// Adds `factor` · `source` to `target`, `count` numbers each, which must not overlap; four at a time.
@inlinable
@inline(__always)
public func addScaled(
  _ source: UnsafePointer<Double>, _ factor: Double, to target: UnsafeMutablePointer<Double>, count: Int
) {
  var i = 0
  while i + 4 <= count {
    let x = UnsafeRawPointer(source + i).loadUnaligned(as: SIMD4<Double>.self)
    let y = UnsafeRawPointer(target + i).loadUnaligned(as: SIMD4<Double>.self)
    UnsafeMutableRawPointer(target + i).storeBytes(of: y + factor * x, as: SIMD4<Double>.self)
    i += 4
  }
  while i < count {
    target[i] += factor * source[i]
    i += 1
  }
}

/// Replaces `x` by U⁻¹ `x`, U the upper triangle in the first `count` rows of an eliminated matrix of `order` columns.
public func substituteBack(
  _ matrix: UnsafePointer<Double>, order: Int, first count: Int, _ x: inout [Double]
) {
  for i in stride(from: count - 1, through: 0, by: -1) {
    var sum = x[i]
    for j in (i + 1)..<max(count, i + 1) { sum -= matrix[i * order + j] * x[j] }
    x[i] = sum / matrix[i * order + i]
  }
}
