// Products of matrices against their definition, and the eigen-decomposition by its laws.

import Testing

@testable import Statistics

struct MatrixTests {
  private func random(rows: Int, columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed)
    return Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in stream.normal() })
  }

  private func naiveProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
    var result = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for j in 0..<b.columns { for k in 0..<a.columns { result[i, j] += a[i, k] * b[k, j] } }
    }
    return result
  }

  private func agreeing(_ a: Matrix, _ b: Matrix) -> Bool {
    a.rows == b.rows && a.columns == b.columns
      && zip(a.elements, b.elements).allSatisfy { agree($0, $1, within: 1e-12) }
  }

  @Test func productsEqualTheirDefinition() {
    let (x, y) = (random(rows: 7, columns: 3, seed: 1), random(rows: 7, columns: 4, seed: 2))
    #expect(agreeing(x.transposedTimes(y), naiveProduct(x.transposed, y)))
    #expect(agreeing(x.transposed.times(y), naiveProduct(x.transposed, y)))
    #expect(agreeing(x.gram(), naiveProduct(x.transposed, x)))
    #expect(x.gram() == x.gram().transposed)
    let v = [1.0, -2, 0.5]
    #expect(
      agreeing(
        Matrix(rows: 7, columns: 1, elements: x.times(v)), x.times(Matrix(rows: 3, columns: 1, elements: v))))
    #expect(x.transposedTimes(x.times(v)).count == 3)
  }

  @Test func scalingRowsWeighsTheGram() {
    let x = random(rows: 5, columns: 2, seed: 3)
    let weights = [1.0, 4, 9, 0, 16]
    let expected = naiveProduct(x.transposed.times(Matrix(diagonal: weights)), x)
    #expect(agreeing(x.scalingRows(by: [1, 2, 3, 0, 4]).gram(), expected))
  }

  @Test func halvesAddUp() {
    let x = random(rows: 6, columns: 3, seed: 4)
    let (top, bottom) = (Array(x.elements.prefix(9)), Array(x.elements.suffix(9)))
    var sum = Matrix(rows: 3, columns: 3, elements: top).gram()
    sum.add(Matrix(rows: 3, columns: 3, elements: bottom).gram(), times: 1)
    #expect(agreeing(sum, x.gram()))
  }

  @Test func emptyMatrices() {
    let tall = Matrix(rows: 3, columns: 0)
    #expect(tall.gram().elements.isEmpty && tall.times([]) == [0, 0, 0])
    #expect(Matrix(rows: 0, columns: 2).gram() == Matrix(rows: 2, columns: 2))
    #expect(Matrix(rows: 0, columns: 2).transposedTimes([]) == [0, 0])
    #expect(SymmetricEigen(Matrix(rows: 0, columns: 0))?.values == [])
  }

  @Test(arguments: [1, 2, 5, 30])
  func eigenDecompositionReproducesTheMatrix(order: Int) throws {
    let a = random(rows: order, columns: order, seed: 5)
    var symmetric = a
    symmetric.add(a.transposed)  // indefinite
    let eigen = try #require(SymmetricEigen(symmetric))
    #expect(eigen.values == eigen.values.sorted(by: >))
    let v = eigen.vectors
    #expect(agreeing(v.transposed.times(v), Matrix(diagonal: Array(repeating: 1, count: order))))
    #expect(agreeing(v.times(Matrix(diagonal: eigen.values)).times(v.transposed), symmetric))
  }

  @Test func eigenvaluesOfKnownMatrices() throws {
    #expect(SymmetricEigen(Matrix(rows: 2, columns: 2, elements: [1, .nan, .nan, 1])) == nil)
    let swap = try #require(SymmetricEigen(Matrix(rows: 2, columns: 2, elements: [0, 1, 1, 0])))
    #expect(agree(swap.values[0], 1) && agree(swap.values[1], -1))
    let singular = try #require(SymmetricEigen(Matrix(rows: 3, columns: 3, repeating: 1)))
    #expect(agree(singular.values[0], 3) && agree(singular.values[1], 0) && agree(singular.values[2], 0))
    let v = singular.vectors
    #expect(agreeing(v.transposed.times(v), Matrix(diagonal: [1, 1, 1])))
    let zero = try #require(SymmetricEigen(Matrix(rows: 2, columns: 2)))
    #expect(zero.values == [0, 0])
  }
}
