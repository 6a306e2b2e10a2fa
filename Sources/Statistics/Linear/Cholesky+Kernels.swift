// The two ways of factorising: plain loops for small matrices, BLAS for the bulk of large ones.

import CGSL

/// Factorising and solving on rows of `stride` numbers.
enum CholeskyKernels {
  // Microseconds of CPU for one factorisation, filling included, and for one solve (two AMD EPYC cores, AVX-512):
  //
  //     order                          12    24    30    40    60    80   120
  //     factor, plain loops          0.35   1.0   1.8   2.9   7.7    16    47
  //     factor, blocks of 32 by BLAS    –     –     –   3.0   6.5    12    31
  //     factor, GSL over OpenBLAS    0.89   2.3   4.0   5.6    13    21    49
  //     solve, plain loops           0.16  0.30  0.43  0.58   1.0   1.6   3.0
  //     solve, GSL over OpenBLAS     0.34  0.69  0.87   1.2   2.0   2.7   5.2
  //
  // The plain loops give the same bits on every x86-64 processor, so they have the orders where BLAS gains little.
  static var largestPlainOrder: Int { 64 }
  // A multiple of 4, so that the spill of `factorPlainly` stays inside a block that is not the last.
  static var blockOrder: Int { 32 }

  /// Factorises the block of `count` rows at `a` in place; false at a pivot that is not positive.
  ///
  /// Four rows at a time, so that each number loaded serves four products, and four columns at a time. Where
  /// `count` is no multiple of 4, the last columns of a row spill into the start of the next, below its
  /// diagonal, and the last rows into the padding: nobody reads there.
  static func factorPlainly(
    _ a: UnsafeMutablePointer<Double>, stride: Int, count: Int, reciprocalPivots: UnsafeMutablePointer<Double>
  ) -> Bool {
    for top in Swift.stride(from: 0, to: count, by: 4) {
      var diagonal = rows(at: top, column: top, of: a, stride: stride)
      var reciprocals = SIMD4<Double>.zero
      for i in 0..<min(4, count - top) {
        let pivot = diagonal[i][i]
        guard pivot > 0, pivot.isFinite else { return false }
        reciprocals[i] = 1 / pivot.squareRoot()
        diagonal[i] *= reciprocals[i]
        for k in i + 1..<4 { diagonal[k] -= diagonal[i][k] * diagonal[i] }
      }
      for column in Swift.stride(from: top + 4, to: count, by: 4) {
        var x = rows(at: top, column: column, of: a, stride: stride)
        x.r0 *= reciprocals[0]
        x.r1 = (x.r1 - diagonal.r0[1] * x.r0) * reciprocals[1]
        x.r2 = (x.r2 - diagonal.r0[2] * x.r0 - diagonal.r1[2] * x.r1) * reciprocals[2]
        x.r3 = x.r3 - diagonal.r0[3] * x.r0 - diagonal.r1[3] * x.r1 - diagonal.r2[3] * x.r2
        x.r3 *= reciprocals[3]
        x.store(a + top * stride + column, stride: stride)
      }
      // Last, and row after row, since in the first four rows the spill reaches the diagonal block.
      diagonal.store(a + top * stride + top, stride: stride)
      store4(reciprocals, reciprocalPivots + top)
    }
    return true
  }

  /// Four rows and columns of the block `a`, less the products of the rows of U above them.
  @inline(__always)
  private static func rows(
    at top: Int, column: Int, of a: UnsafeMutablePointer<Double>, stride: Int
  ) -> FourRows {
    var result = FourRows(a + top * stride + column, stride: stride)
    var source = UnsafePointer(a)
    for _ in 0..<top {
      let (u, s) = (lanes4(source + column), lanes4(source + top))
      result.r0 -= s[0] * u
      result.r1 -= s[1] * u
      result.r2 -= s[2] * u
      result.r3 -= s[3] * u
      source += stride
    }
    return result
  }

  /// Factorises all of a matrix of `order` columns, one diagonal block after another; BLAS updates what is to the
  /// right.
  static func factorByBlocks(
    _ upper: UnsafeMutablePointer<Double>, order: Int, reciprocalPivots: UnsafeMutablePointer<Double>
  ) -> Bool {
    let stride = Int32(order)
    for start in Swift.stride(from: 0, to: order, by: blockOrder) {
      let count = min(blockOrder, order - start)
      let rest = order - start - count
      let diagonal = upper + start * order + start
      guard
        factorPlainly(diagonal, stride: order, count: count, reciprocalPivots: reciprocalPivots + start)
      else { return false }
      guard rest > 0 else { break }
      let right = diagonal + count
      let remainder = right + count * order
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, Int32(count), Int32(rest), 1,
        diagonal, stride, right, stride)
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasTrans, Int32(rest), Int32(count), -1, right, stride,
        1, remainder, stride)
    }
    return true
  }

  /// x ← U⁻ᵀ x over the first `pivots` rows of U, which have `width` columns; of what is right of them, U's product is
  /// subtracted.
  static func substituteForward(
    _ upper: UnsafePointer<Double>, pivots: Int, width: Int, reciprocalPivots: UnsafePointer<Double>,
    _ x: UnsafeMutablePointer<Double>
  ) {
    var i = 0
    while i + 4 <= pivots {
      let u = upper + i * width
      let (u0, u1, u2, u3) = (u, u + width, u + 2 * width, u + 3 * width)
      let x0 = x[i] * reciprocalPivots[i]
      let x1 = (x[i + 1] - u0[i + 1] * x0) * reciprocalPivots[i + 1]
      let x2 = (x[i + 2] - u0[i + 2] * x0 - u1[i + 2] * x1) * reciprocalPivots[i + 2]
      let x3 = (x[i + 3] - u0[i + 3] * x0 - u1[i + 3] * x1 - u2[i + 3] * x2) * reciprocalPivots[i + 3]
      store4(SIMD4(x0, x1, x2, x3), x + i)
      i += 4
      var j = i
      while j + 4 <= width {
        let first = x0 * lanes4(u0 + j) + x1 * lanes4(u1 + j)
        store4(lanes4(x + j) - (first + (x2 * lanes4(u2 + j) + x3 * lanes4(u3 + j))), x + j)
        j += 4
      }
      while j < width {
        x[j] -= (x0 * u0[j] + x1 * u1[j]) + (x2 * u2[j] + x3 * u3[j])
        j += 1
      }
    }
    while i < pivots {
      x[i] *= reciprocalPivots[i]
      for j in i + 1..<max(i + 1, width) { x[j] -= upper[i * width + j] * x[i] }
      i += 1
    }
  }

  /// x ← U⁻¹ x over the first `pivots` rows of U, which have `width` columns; what is right of them is known.
  static func substituteBackward(
    _ upper: UnsafePointer<Double>, pivots: Int, width: Int, reciprocalPivots: UnsafePointer<Double>,
    _ x: UnsafeMutablePointer<Double>
  ) {
    let whole = pivots & ~3
    for i in (whole..<pivots).reversed() {
      for j in i + 1..<max(i + 1, width) { x[i] -= upper[i * width + j] * x[j] }
      x[i] *= reciprocalPivots[i]
    }
    var i = whole
    while i > 0 {
      i -= 4
      let u = upper + i * width
      let (u0, u1, u2, u3) = (u, u + width, u + 2 * width, u + 3 * width)
      var sums = FourRows.zero
      var j = i + 4
      while j + 4 <= width {
        let v = lanes4(x + j)
        sums.r0 += lanes4(u0 + j) * v
        sums.r1 += lanes4(u1 + j) * v
        sums.r2 += lanes4(u2 + j) * v
        sums.r3 += lanes4(u3 + j) * v
        j += 4
      }
      var (x0, x1) = (x[i] - sums.r0.sum(), x[i + 1] - sums.r1.sum())
      var (x2, x3) = (x[i + 2] - sums.r2.sum(), x[i + 3] - sums.r3.sum())
      while j < width {
        x0 -= u0[j] * x[j]
        x1 -= u1[j] * x[j]
        x2 -= u2[j] * x[j]
        x3 -= u3[j] * x[j]
        j += 1
      }
      x3 *= reciprocalPivots[i + 3]
      x2 = (x2 - u2[i + 3] * x3) * reciprocalPivots[i + 2]
      x1 = (x1 - u1[i + 2] * x2 - u1[i + 3] * x3) * reciprocalPivots[i + 1]
      x0 = (x0 - u0[i + 1] * x1 - u0[i + 2] * x2 - u0[i + 3] * x3) * reciprocalPivots[i]
      store4(SIMD4(x0, x1, x2, x3), x + i)
    }
  }
}

/// Four neighbouring columns of four rows, in registers.
private struct FourRows {
  var r0, r1, r2, r3: SIMD4<Double>

  static var zero: FourRows { FourRows(r0: .zero, r1: .zero, r2: .zero, r3: .zero) }

  @inline(__always)
  init(r0: SIMD4<Double>, r1: SIMD4<Double>, r2: SIMD4<Double>, r3: SIMD4<Double>) {
    (self.r0, self.r1, self.r2, self.r3) = (r0, r1, r2, r3)
  }

  @inline(__always)
  init(_ p: UnsafePointer<Double>, stride: Int) {
    (r0, r1, r2, r3) = (lanes4(p), lanes4(p + stride), lanes4(p + 2 * stride), lanes4(p + 3 * stride))
  }

  @inline(__always)
  func store(_ p: UnsafeMutablePointer<Double>, stride: Int) {
    store4(r0, p)
    store4(r1, p + stride)
    store4(r2, p + 2 * stride)
    store4(r3, p + 3 * stride)
  }

  @inline(__always)
  subscript(row: Int) -> SIMD4<Double> {
    get { row == 0 ? r0 : row == 1 ? r1 : row == 2 ? r2 : r3 }
    set {
      switch row {
      case 0: r0 = newValue
      case 1: r1 = newValue
      case 2: r2 = newValue
      default: r3 = newValue
      }
    }
  }
}
