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

  init(_ posterior: TorsionPosterior) {
    cholesky = SparseCholeskyWorkspace(posterior.structure)
    right = [Double](repeating: 0, count: posterior.columnCount)
    other = right
    precisions = posterior.layout.kinds.map { _ in 1 }
    priorScales = posterior.layout.priorScales(posterior.layout.start)
    let widest = posterior.prior.parts.map(\.columns.count).max() ?? 0
    part = [Double](repeating: 0, count: widest * widest)
  }

  /// Turns log scales into precisions and squares; false when one is out of range.
  mutating func setScales(_ logScales: [Double], _ layout: ScaleLayout) -> Bool {
    for k in layout.kinds.indices { precisions[k] = TorsionPosterior.precision(logScales[k]) }
    priorScales = layout.priorScales(logScales)
    func usable(_ values: [Double]) -> Bool { values.allSatisfy { $0 > 1e-12 && $0 < 1e12 } }
    return usable(precisions) && usable(priorScales.coherent) && usable([priorScales.floor])
  }
}
