// Memory for evaluating one posterior again and again; one a chain.

import CMath
import Statistics

/// Scratch memory of ``TorsionPosterior``: no matrix is allocated in an evaluation.
struct PosteriorWorkspace: ~Copyable {
  var cholesky: SparseCholeskyWorkspace
  /// The linear term, then whatever is solved for.
  var right: [Double]
  /// Memory for solves.
  var other: [Double]
  /// Precisions of each kind of row.
  var precisions: [Double]
  /// The squares of the prior's scales.
  var priorScales: PriorScales
  /// Memory for the prior's largest part.
  var part: [Double]
  /// The inverse of the precision, and memory to find it; empty until a gradient is asked for.
  var inverse: [Double] = []
  var inverseScratch: [Double] = []

  /// - Parameters:
  ///   - structure: where the posterior's precision has elements.
  ///   - columns: the number of columns of w.
  ///   - layout: the scales.
  ///   - widest: the number of columns of the prior's largest part.
  init(structure: SparseStructure, columns: Int, layout: ScaleLayout, widest: Int) {
    cholesky = SparseCholeskyWorkspace(structure)
    right = [Double](repeating: 0, count: columns)
    other = right
    precisions = layout.kinds.map { _ in 1 }
    priorScales = layout.priorScales(layout.start)
    part = [Double](repeating: 0, count: widest * widest)
  }
}
