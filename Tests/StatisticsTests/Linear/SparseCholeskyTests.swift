// The sparse factorisation against the dense one.

import Foundation
import Testing

@testable import Statistics

struct SparseCholeskyTests {
  /// A positive-definite matrix that is a sum of products over cliques, dense and by its structure.
  private static func matrix(order: Int, cliques: [[Int]], seed: UInt64) -> (
    Matrix, SparseStructure, [Double]
  ) {
    var stream = RandomStream(seed: seed)
    let structure = SparseStructure(order: order, cliques: cliques)
    var dense = Matrix(diagonal: (0..<order).map { _ in 0.5 + stream.uniform() })
    for clique in cliques {
      for _ in 0..<3 {
        let row = clique.map { _ in stream.normal() }
        for (a, i) in clique.enumerated() {
          for (b, j) in clique.enumerated() { dense[i, j] += row[a] * row[b] }
        }
      }
    }
    var elements = [Double](repeating: 0, count: structure.count)
    for i in 0..<order { elements[structure.place(i, i)] = dense[i, i] }
    for clique in cliques {
      for i in clique { for j in clique { elements[structure.place(i, j)] = dense[i, j] } }
    }
    return (dense, structure, elements)
  }

  /// Random groups of columns, small and large, on some of the columns.
  private static func cliques(order: Int, count: Int, seed: UInt64) -> [[Int]] {
    var stream = RandomStream(seed: seed, stream: 5)
    return (0..<count).map { c in
      let size = 1 + stream.integer(below: c % 7 == 0 ? max(1, order / 3) : 6)
      let start = stream.integer(below: order)
      var all = Set((0..<size).map { min(order - 1, start + 2 * $0) })
      if c % 5 == 0 { all.insert(stream.integer(below: order)) }
      return all.sorted()
    }
  }

  @Test(arguments: [(0, 0), (1, 0), (3, 1), (9, 4), (40, 9), (90, 30), (150, 12), (260, 120), (330, 4)])
  func equalsTheDenseOne(order: Int, count: Int) {
    let cliques = Self.cliques(order: max(1, order), count: count, seed: UInt64(order + 1))
    let (dense, structure, elements) = Self.matrix(order: order, cliques: cliques, seed: 3)
    var sparse = SparseCholeskyWorkspace(structure)
    var plain = CholeskyWorkspace(order: order)
    // Twice, as memory is used again.
    for _ in 0..<2 {
      let factored = sparse.factor { for i in $0.indices { $0[i] = elements[i] } }
      let first = plain.factor(dense)
      #expect(factored && first)
    }
    #expect(agree(sparse.logDeterminant, plain.logDeterminant, within: 1e-11))
    let vector = (0..<order).map { sin(Double($0)) }
    var (ours, theirs, other) = (vector, vector, vector)
    sparse.solveLower(&ours, &other)
    plain.solveLower(&theirs)
    #expect(agree(ours.reduce(0) { $0 + $1 * $1 }, theirs.reduce(0) { $0 + $1 * $1 }, within: 1e-10))
    sparse.solveLowerTransposed(&ours, &other)
    plain.solveLowerTransposed(&theirs)
    #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) < 1e-9 })
    let inverse = plain.inverse()
    var (found, scratch) = ([Double](repeating: 0, count: structure.count), [Double]())
    sparse.invert(into: &found, &scratch)
    for clique in cliques {
      for i in clique {
        for j in clique { #expect(abs(found[structure.place(i, j)] - inverse[i, j]) < 1e-9) }
      }
    }
    // tr A A⁻¹, and with a square added.
    #expect(abs(sparse.product(elements, found) - Double(order)) < 1e-8 * Double(order + 1))
    sparse.addSquare(of: vector, to: &found)
    let square = zip(vector, dense.times(vector)).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(
      abs(sparse.product(elements, found) - Double(order) - square) < 1e-8 * (abs(square) + Double(order + 1))
    )
    let all = structure.dense(elements, columns: Array(0..<order))
    #expect(zip(all.elements, dense.elements).allSatisfy { $0 == $1 })
  }

  @Test func componentsShareNoClique() {
    let structure = SparseStructure(order: 9, cliques: [[0, 4], [4, 7], [1, 2], [3, 5, 6], [6, 8]])
    #expect(structure.components == [[0, 4, 7], [1, 2], [3, 5, 6, 8]])
  }

  @Test func anIndefiniteMatrixHasNoFactor() {
    let structure = SparseStructure(order: 4, cliques: [[0, 1], [2, 3]])
    var workspace = SparseCholeskyWorkspace(structure)
    var elements = [Double](repeating: 0, count: structure.count)
    for i in 0..<4 { elements[structure.place(i, i)] = 1 }
    elements[structure.place(2, 3)] = 2
    let factored = workspace.factor { for i in $0.indices { $0[i] = elements[i] } }
    #expect(!factored && !workspace.isFactored)
  }

  /// A chain of small cliques takes memory in proportion to its length.
  @Test func chainsStaySparse() {
    func count(_ n: Int) -> Int {
      SparseStructure(order: n, cliques: (0..<(n - 3)).map { Array($0..<($0 + 3)) }).count
    }
    #expect(count(1000) < 15 * count(100))
  }
}
