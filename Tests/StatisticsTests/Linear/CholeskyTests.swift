// The factorisation and its solves: against a naive one, in round trips, and for matrices that have none.

import Foundation
import Testing

@testable import Statistics

// A macro such as #expect cannot hold a call on a value that cannot be copied, hence the constants.
struct CholeskyTests {
  /// A well-conditioned positive-definite matrix.
  private func matrix(order: Int, seed: UInt64 = 1) -> Matrix {
    var stream = RandomStream(seed: seed, stream: UInt64(order))
    let rows = order + 4
    let factor = Matrix(
      rows: rows, columns: order, elements: (0..<rows * order).map { _ in stream.normal() })
    var result = factor.gram()
    for i in 0..<order { result[i, i] += 1 }
    return result
  }

  private func naiveFactor(_ a: Matrix) -> Matrix {
    var l = Matrix(rows: a.rows, columns: a.rows)
    for j in 0..<a.rows {
      var pivot = a[j, j]
      for k in 0..<j { pivot -= l[j, k] * l[j, k] }
      l[j, j] = pivot.squareRoot()
      for i in j + 1..<max(j + 1, a.rows) {
        var sum = a[i, j]
        for k in 0..<j { sum -= l[i, k] * l[j, k] }
        l[i, j] = sum / l[j, j]
      }
    }
    return l
  }

  private func largestDifference(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  // Every remainder by 4, both ways of factorising, and blocks with every remainder.
  @Test(arguments: Array(0...70) + [95, 96, 97, 98, 99, 128, 131])
  func equalsNaiveFactor(order: Int) {
    let a = matrix(order: order)
    var workspace = CholeskyWorkspace(order: order)
    let isDefinite = workspace.factor(a)
    #expect(isDefinite)
    let expected = naiveFactor(a)
    #expect(largestDifference(workspace.lowerFactor(), expected) < 1e-11 * Double(order + 1))
    let logDeterminant = (0..<order).reduce(0) { $0 + 2 * log(expected[$1, $1]) }
    #expect(agree(workspace.logDeterminant, logDeterminant, within: 1e-12))

    let x = (0..<order).map { Double($0 % 5) - 1.5 }
    var solution = a.times(x)
    workspace.solve(&solution)
    #expect(zip(solution, x).allSatisfy { agree($0, $1, within: 1e-10) })
    var v = expected.times(x)
    workspace.solveLower(&v)
    #expect(zip(v, x).allSatisfy { agree($0, $1, within: 1e-10) })
    v = expected.transposedTimes(x)
    workspace.solveLowerTransposed(&v)
    #expect(zip(v, x).allSatisfy { agree($0, $1, within: 1e-10) })
    let identity = a.times(workspace.inverse())
    #expect(largestDifference(identity, Matrix(diagonal: Array(repeating: 1, count: order))) < 1e-10)
  }

  @Test(arguments: [5, 30, 70])
  func memoryIsReused(order: Int) {
    var workspace = CholeskyWorkspace(order: order)
    let (a, b) = (matrix(order: order, seed: 2), matrix(order: order, seed: 3))
    let firstIsDefinite = workspace.factor(a)
    #expect(firstIsDefinite)
    let first = workspace.lowerFactor()
    let secondIsDefinite = workspace.factor(b)
    #expect(secondIsDefinite)
    #expect(workspace.lowerFactor() != first)
    let thirdIsDefinite = workspace.factor { $0.update(repeating: -1) }
    #expect(!thirdIsDefinite)
    let holdsFactor = workspace.isFactored
    #expect(!holdsFactor)
    // Only the upper triangle is read, whatever an earlier matrix left below.
    let succeeded = workspace.factor { target in
      for i in 0..<order { for j in 0..<order { target[i * order + j] = j < i ? .nan : a[i, j] } }
    }
    #expect(succeeded && workspace.lowerFactor() == first)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 11, 64, 80])
  func notPositiveDefiniteIsFalse(order: Int) {
    var workspace = CholeskyWorkspace(order: order)
    for bad in [0, order / 2, order - 1] {
      for value in [0, -1, Double.nan, .infinity, -.infinity] {
        var a = matrix(order: order)
        a[bad, bad] = value
        let isDefinite = workspace.factor(a)
        #expect(!isDefinite)
        guard order > 1, !value.isFinite else { continue }
        a = matrix(order: order)
        a[0, order - 1] = value
        let isStillDefinite = workspace.factor(a)
        #expect(!isStillDefinite)
      }
    }
    guard order > 1 else { return }
    // Positive diagonal, but one eigenvalue negative.
    var indefinite = Matrix(diagonal: Array(repeating: 1, count: order))
    indefinite[0, order - 1] = 1.0000001
    let isDefinite = workspace.factor(indefinite)
    #expect(!isDefinite)
  }

  @Test func logDeterminantNeitherOverflowsNorUnderflows() {
    for exponent in [-150.0, 150.0] {
      let value = exponent < 0 ? 1e-150 : 1e150
      var workspace = CholeskyWorkspace(order: 50)
      let isDefinite = workspace.factor(Matrix(diagonal: Array(repeating: value, count: 50)))
      #expect(isDefinite)
      #expect(agreeRelatively(workspace.logDeterminant, 50 * exponent * log(10), within: 1e-13))
    }
  }

  @Test func drawsHaveTheInverseAsCovariance() {
    var stream = RandomStream(seed: 12)
    let order = 6
    var workspace = CholeskyWorkspace(order: order)
    let isDefinite = workspace.factor(matrix(order: order))
    #expect(isDefinite)
    let count = 100_000
    let elements = (0..<count).flatMap { _ in
      var z = (0..<order).map { _ in stream.normal() }
      workspace.solveLowerTransposed(&z)
      return z
    }
    let covariance = Matrix(rows: count, columns: order, elements: elements).gram()
    let inverse = workspace.inverse()
    for i in 0..<order {
      for j in 0..<order {
        let error = ((inverse[i, i] * inverse[j, j] + inverse[i, j] * inverse[i, j]) / Double(count))
          .squareRoot()
        #expect(abs(covariance[i, j] / Double(count) - inverse[i, j]) < 5 * error)
      }
    }
  }
}
