// How molecules may deviate from shared force constants: the shape of that distribution, in function space; for
// estimates of what tells molecules apart.

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
      var precision = family.energyGram(of: bondClass, designs: designs)
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
