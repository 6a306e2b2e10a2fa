// How molecules may deviate from shared force constants: the shape of that distribution, in function space.

import Chemistry
import Statistics

/// The covariance, up to the scale τ², of a molecule's deviation from the shared force constants of one bond class:
/// (G + diag n²)⁻¹, with G the Gram matrix of the class's energy rows per grid point.
///
/// Directions of coefficient space that change the energy have the variance τ² there; directions that hardly change it
/// are held by the second term. On all collinear coefficients alike the deviation would be unbounded in the latter.
struct DeviationShape: Sendable {
  /// For each class, columns × columns.
  let covariances: [Matrix]

  /// The shapes that the energy rows of the fitted molecules give.
  init(classes: [BondClass], family: PreparedFamily, designs: [ScanDesign]) {
    covariances = classes.map { bondClass in
      let count = bondClass.columns.count
      var gram = Matrix(rows: count, columns: count)
      var points = 0
      // Scans that drive the class say what its columns do; without any, all scans do.
      for onlyDriven in [true, false] where points == 0 {
        for (s, index) in family.scans.enumerated() where !family.molecules[index.molecule].isHeldOut {
          let prepared = family.molecules[index.molecule]
          let driven = prepared.molecule.topology.type(of: family.scan(index).driven)
          guard !onlyDriven || driven.bondClass == bondClass.types else { continue }
          let local = prepared.basis.columns.enumerated().filter { bondClass.columns.contains($0.element) }
          guard !local.isEmpty, designs[s].points.count > 1 else { continue }
          let rows = designs[s].energyRows
          var sums = RowStatistics(columns: local.count)
          for row in rows { sums.add(local.map { row[$0.offset] }, 0) }
          let own = sums.gram(freeOffset: true)
          for (a, first) in local.enumerated() {
            for (b, second) in local.enumerated() {
              gram[
                first.element - bondClass.columns.lowerBound, second.element - bondClass.columns.lowerBound] +=
                own[a * (local.count + 1) + b]
            }
          }
          points += rows.count
        }
      }
      var precision = Matrix(rows: count, columns: count)
      if points > 0 { precision.add(gram, times: 1 / Double(points)) }
      for (offset, column) in bondClass.columns.enumerated() {
        let n = Double(family.table.parameters[column].periodicity)
        precision[offset, offset] += n * n
      }
      var cholesky = CholeskyWorkspace(order: count)
      let factored = cholesky.factor(precision)
      precondition(factored, "a Gram matrix plus a positive diagonal")
      return cholesky.inverse()
    }
  }

  /// F with F Fᵀ the covariance of some columns of a class, given by their places in it: the marginal of the whole.
  func factor(class index: Int, places: [Int]) -> Matrix {
    var block = Matrix(rows: places.count, columns: places.count)
    for (a, first) in places.enumerated() {
      for (b, second) in places.enumerated() { block[a, b] = covariances[index][first, second] }
    }
    var cholesky = CholeskyWorkspace(order: places.count)
    let factored = cholesky.factor(block)
    precondition(factored, "a principal block of a positive-definite matrix")
    return cholesky.lowerFactor()
  }
}

/// An orthonormal basis (columns) of the directions that a positive semi-definite matrix sees, and of those it does not.
func seenDirections(_ gram: Matrix) -> (basis: Matrix, seen: Int) {
  guard let eigen = SymmetricEigen(gram) else {
    preconditionFailure("readers and relaxation let only finite numbers into the design")
  }
  let largest = max(eigen.values.first ?? 0, 0)
  return (eigen.vectors, largest > 0 ? eigen.values.prefix { $0 > 1e-11 * largest }.count : 0)
}
