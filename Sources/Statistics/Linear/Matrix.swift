// Dense matrices: what a Gaussian linear model needs of them, by CBLAS.

import CGSL

/// A dense matrix of `rows` × `columns` numbers, row after row.
public struct Matrix: Sendable, Hashable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  @usableFromInline var storage: [Double]

  /// All elements, row after row; element (i, j) is number i · columns + j.
  @inlinable
  public var elements: [Double] { storage }

  /// A matrix with every element equal to `value`.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// A matrix of the `rows` · `columns` elements given, row after row.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(elements.count == rows * columns, "a matrix needs rows × columns elements")
    NumericalLibraries.configure()
    (self.rows, self.columns, storage) = (rows, columns, elements)
  }

  /// The square matrix with `diagonal` on its diagonal and zeros elsewhere.
  public init(diagonal: [Double]) {
    self.init(rows: diagonal.count, columns: diagonal.count)
    for (i, value) in diagonal.enumerated() { self[i, i] = value }
  }

  /// The element in `row` and `column`, both from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(column < columns, "no such column")
      return storage[row * columns + column]
    }
    _modify {
      precondition(column < columns, "no such column")
      yield &storage[row * columns + column]
    }
  }

  /// Row `index`, `columns` numbers.
  public func row(_ index: Int) -> ArraySlice<Double> { elements[index * columns..<(index + 1) * columns] }

  /// The matrix with rows and columns exchanged.
  public var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  /// XᵀX, `columns` × `columns`, exactly symmetric.
  public func gram() -> Matrix {
    var result = Matrix(rows: columns, columns: columns)
    guard rows > 0, columns > 0 else { return result }
    result.withElements { p in
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasTrans, Int32(columns), Int32(rows), 1, elements, Int32(columns), 0, p,
        Int32(columns))
      for i in 0..<columns { for j in 0..<i { p[i * columns + j] = p[j * columns + i] } }
    }
    return result
  }

  /// XᵀY, `columns` × `other.columns`; both must have the same number of rows.
  public func transposedTimes(_ other: Matrix) -> Matrix { product(CblasTrans, other) }

  /// XY, `rows` × `other.columns`; `other` must have as many rows as this matrix has columns.
  public func times(_ other: Matrix) -> Matrix { product(CblasNoTrans, other) }

  private func product(_ transposition: CBLAS_TRANSPOSE, _ other: Matrix) -> Matrix {
    let (count, inner) = transposition == CblasTrans ? (columns, rows) : (rows, columns)
    precondition(inner == other.rows, "the shapes of the factors do not match")
    var result = Matrix(rows: count, columns: other.columns)
    guard count > 0, inner > 0, other.columns > 0 else { return result }
    result.withElements { p in
      cblas_dgemm(
        CblasRowMajor, transposition, CblasNoTrans, Int32(count), Int32(other.columns), Int32(inner), 1,
        elements, Int32(columns), other.elements, Int32(other.columns), 0, p, Int32(other.columns))
    }
    return result
  }

  /// Xv, `rows` numbers, from `columns` numbers.
  public func times(_ vector: [Double]) -> [Double] { product(CblasNoTrans, vector) }

  /// Xᵀv, `columns` numbers, from `rows` numbers.
  public func transposedTimes(_ vector: [Double]) -> [Double] { product(CblasTrans, vector) }

  private func product(_ transposition: CBLAS_TRANSPOSE, _ vector: [Double]) -> [Double] {
    let (count, inner) = transposition == CblasTrans ? (columns, rows) : (rows, columns)
    precondition(inner == vector.count, "the shapes of the factors do not match")
    var result = [Double](repeating: 0, count: count)
    guard count > 0, inner > 0 else { return result }
    cblas_dgemv(
      CblasRowMajor, transposition, Int32(rows), Int32(columns), 1, elements, Int32(columns), vector, 1,
      0, &result, 1)
    return result
  }

  /// The matrix with row i multiplied by `factors[i]`; `factors` holds one number a row.
  public func scalingRows(by factors: [Double]) -> Matrix {
    precondition(factors.count == rows, "one factor a row")
    var result = self
    result.withElements { p in
      for i in 0..<rows { for j in 0..<columns { p[i * columns + j] *= factors[i] } }
    }
    return result
  }

  /// Adds `other`, of the same shape, `factor` times.
  public mutating func add(_ other: Matrix, times factor: Double = 1) {
    precondition(rows == other.rows && columns == other.columns, "the shapes of the terms do not match")
    withElements { p in for i in other.elements.indices { p[i] += factor * other.elements[i] } }
  }

  private mutating func withElements(_ body: (UnsafeMutablePointer<Double>) -> Void) {
    storage.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(base) } }
  }
}
