// Plain least squares: what the posterior is compared with.

import Statistics

extension PreparedFamily {
  /// The force constants (kcal/mol, in the table's order) that fit the energies of all fitted scans best, each scan
  /// with an offset of its own; of all that do, those of smallest norm, as `numpy.linalg.lstsq(rcond=0.01)` gives them.
  func leastSquares(_ designs: [ScanDesign]) -> [Double] {
    let (gram, right) = normalEquations(designs) { _, kind, _ in kind == .energy ? 1 : 0 }
    return smallestSolution(gram, right)
  }

  /// The same for rows weighed in another way, parameters that no molecule links apart: directions are left out within
  /// each such block for itself.
  ///
  /// - Parameter weight: of a scan's row beside its energy's: scan, kind, row.
  func leastSquaresByBlock(_ designs: [ScanDesign], weight: (Int, RowKind, Int) -> Double) -> [Double] {
    let (gram, right) = normalEquations(designs, weight: weight)
    var result = right.map { _ in 0.0 }
    let linked = molecules.filter { !$0.isHeldOut }.map(\.basis.columns)
    for block in SparseStructure(order: right.count, cliques: linked).components {
      var own = Matrix(rows: block.count, columns: block.count)
      for (a, i) in block.enumerated() { for (b, j) in block.enumerated() { own[a, b] = gram[i, j] } }
      for (i, value) in zip(block, smallestSolution(own, block.map { right[$0] })) { result[i] = value }
    }
    return result
  }

  /// XᵀWX and XᵀWy over all fitted rows, offsets of energies taken out.
  private func normalEquations(
    _ designs: [ScanDesign], weight: (Int, RowKind, Int) -> Double
  ) -> (gram: Matrix, right: [Double]) {
    let count = table.parameters.count
    var gram = Matrix(rows: count, columns: count)
    var right = [Double](repeating: 0, count: count)
    for (s, index) in scans.enumerated() where !molecules[index.molecule].isHeldOut {
      let columns = molecules[index.molecule].basis.columns
      for kind in RowKind.allCases {
        guard let rows = designs[s].fitted[kind] else { continue }
        var sums = RowStatistics(columns: columns.count)
        for i in rows.y.indices {
          let own = rows.weights[i] * weight(s, kind, i)
          if own > 0 { sums.add(rows.x[i], rows.y[i], weight: own) }
        }
        guard sums.count > 0 else { continue }
        let own = sums.gram(freeOffset: kind.hasOffset)
        let order = columns.count + 1
        for (a, first) in columns.enumerated() {
          for (b, second) in columns.enumerated() { gram[first, second] += own[a * order + b] }
          right[first] += own[a * order + columns.count]
        }
      }
    }
    return (gram, right)
  }
}

/// The solution of smallest norm of normal equations.
///
/// Directions with singular values below a hundredth of the largest are left out: what relaxation does to the rows
/// there is no information, and force constants along them would run to hundreds of kcal/mol.
func smallestSolution(_ gram: Matrix, _ right: [Double]) -> [Double] {
  guard let eigen = SymmetricEigen(gram), let largest = eigen.values.first, largest > 0 else {
    return right.map { _ in 0 }
  }
  let weights = eigen.vectors.transposedTimes(right)
  let solved = zip(weights, eigen.values).map { $1 > 1e-4 * largest ? $0 / $1 : 0 }
  return eigen.vectors.times(solved)
}
