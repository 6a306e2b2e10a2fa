// Plain least squares on energies: what the posterior is compared with.

import Statistics

extension PreparedFamily {
  /// The force constants (kcal/mol, in the table's order) that fit the energies of all fitted scans best, each scan with
  /// an offset of its own; of all that do, those of smallest norm, as `numpy.linalg.lstsq(rcond=0.01)` gives them.
  func leastSquares(_ designs: [ScanDesign]) -> [Double] {
    let count = table.parameters.count
    var gram = Matrix(rows: count, columns: count)
    var right = [Double](repeating: 0, count: count)
    for (s, index) in scans.enumerated() where !molecules[index.molecule].isHeldOut {
      guard let rows = designs[s].fitted[.energy] else { continue }
      let columns = molecules[index.molecule].basis.columns
      var sums = RowStatistics(columns: columns.count)
      for i in rows.y.indices { sums.add(rows.x[i], rows.y[i], weight: rows.weights[i]) }
      let own = sums.gram(freeOffset: true)
      let order = columns.count + 1
      for (a, first) in columns.enumerated() {
        for (b, second) in columns.enumerated() { gram[first, second] += own[a * order + b] }
        right[first] += own[a * order + columns.count]
      }
    }
    guard let eigen = SymmetricEigen(gram), let largest = eigen.values.first, largest > 0 else {
      return right.map { _ in 0 }
    }
    // Directions with singular values below a hundredth of the largest are left out: what relaxation does to the rows there
    // is no information, and force constants along them would run to hundreds of kcal/mol.
    let weights = eigen.vectors.transposedTimes(right)
    let solved = zip(weights, eigen.values).map { $1 > 1e-4 * largest ? $0 / $1 : 0 }
    return eigen.vectors.times(solved)
  }
}
