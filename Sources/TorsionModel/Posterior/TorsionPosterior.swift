// The posterior with the force constants integrated out: a density of a few scales, and exact draws given them.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The linear model y = c + X k + ε of docs/model.md given its scales, and given weights where noise is a mixture.
///
/// With w = n (k − centre) the data are quadratic forms in w, one a kind of row, and the prior another; their sum is
/// factorised for every density and every draw (Lindley & Smith 1972, doi:10.1111/j.2517-6161.1972.tb00885.x).
struct TorsionPosterior: Sendable {
  let layout: ScaleLayout
  let prior: CoherentPrior
  let blocks: [MoleculeBlock]
  let noise: NoiseModel
  /// Degrees of freedom of each kind of row.
  let degreesOfFreedom: [Double]
  /// The forms of each molecule's pieces, and by what they are multiplied, at the present weights.
  private var forms: [[[Double]]]
  private var factors: [[Double]]
  /// All molecules' rows as one form a kind, at the present weights.
  private var pooled: [PooledForm]

  /// The quadratic form [J h; · q] of one kind of row, at a precision of one.
  private struct PooledForm: Sendable {
    /// Upper triangle, row by row.
    var quadratic: [Double]
    var linear: [Double]
    var square: Double
  }

  /// The number of force constants.
  var parameterCount: Int { prior.centre.count }

  init(layout: ScaleLayout, prior: CoherentPrior, blocks: [MoleculeBlock], noise: NoiseModel) {
    self.layout = layout
    self.prior = prior
    self.blocks = blocks
    self.noise = noise
    degreesOfFreedom = layout.kinds.indices.map { k in
      blocks.reduce(0) { $1.pieces.reduce($0) { $1.kind == k ? $0 + $1.degreesOfFreedom : $0 } }
    }
    forms = blocks.map(\.forms)
    factors = blocks.map { $0.pieces.map { _ in 1 } }
    pooled = []
    pool()
  }

  /// Variance of the noise floor, so that data without any noise cannot make a density infinite: (10⁻³)².
  static let noiseFloor = 1e-6

  /// Sums the molecules' forms.
  private mutating func pool() {
    let order = parameterCount
    let empty = PooledForm(
      quadratic: [Double](repeating: 0, count: order * order), linear: [Double](repeating: 0, count: order),
      square: 0)
    pooled = layout.kinds.map { _ in empty }
    for m in blocks.indices {
      let columns = blocks[m].columns
      let width = columns.count + 1
      for p in blocks[m].pieces.indices {
        let factor = factors[m][p]
        let kind = blocks[m].pieces[p].kind
        forms[m][p].withUnsafeBufferPointer { form in
          pooled[kind].quadratic.withUnsafeMutableBufferPointer { quadratic in
            for (a, first) in columns.enumerated() {
              for b in a..<columns.count {
                quadratic[first * order + columns[b]] += factor * form[a * width + b]
              }
            }
          }
          for (a, first) in columns.enumerated() {
            pooled[kind].linear[first] += factor * form[a * width + columns.count]
          }
          pooled[kind].square += factor * form[width * width - 1]
        }
      }
    }
  }

  /// The posterior given the latent variables.
  func conditional(on latent: Augmentation) -> TorsionPosterior {
    guard noise != .normal else { return self }
    var result = self
    if noise == .studentT {
      result.forms = blocks.map { block in block.pieces.map { $0.gram(weights: latent.weights[$0.scan]) } }
    } else {
      result.factors = blocks.map { block in block.pieces.map { latent.weights[$0.scan][$0.group] } }
    }
    result.pool()
    return result
  }

  /// The posterior with every molecule's rows counted `weights` times, by index in the family.
  func weighing(molecules weights: [Double]) -> TorsionPosterior {
    var result = self
    for m in blocks.indices {
      for p in result.factors[m].indices { result.factors[m][p] *= weights[blocks[m].molecule] }
    }
    result.pool()
    return result
  }

  /// The number of directions of the force constants that the data see at all.
  var rank: Int {
    let order = parameterCount
    var gram = Matrix(rows: order, columns: order)
    for form in pooled {
      let trace = (0..<order).reduce(0.0) { $0 + form.quadratic[$1 * order + $1] }
      guard trace > 0 else { continue }
      for i in 0..<order {
        for j in i..<order {
          let value = form.quadratic[i * order + j] / trace
          gram[i, j] += value
          if j > i { gram[j, i] += value }
        }
      }
    }
    guard let eigen = SymmetricEigen(gram), let largest = eigen.values.first, largest > 0 else { return 0 }
    return eigen.values.prefix { $0 > 1e-11 * largest }.count
  }

  /// ln p(scales | data, weights) up to a constant, in the log scales; −∞ where it cannot be computed.
  func logDensity(_ logScales: [Double], _ workspace: inout PosteriorWorkspace) -> Double {
    var value = layout.logPrior(logScales)
    guard value.isFinite, workspace.setScales(logScales, layout) else { return -.infinity }
    guard let (logDeterminants, square) = assemble(&workspace) else { return -.infinity }
    for k in layout.kinds.indices { value += 0.5 * degreesOfFreedom[k] * log(workspace.precisions[k]) }
    value -= 0.5 * (logDeterminants + square)
    return value.isNaN ? -.infinity : value
  }

  /// Factorises the precision of w: ln of the determinants that the Gaussian integrals leave, and the quadratic form's value.
  private func assemble(_ workspace: inout PosteriorWorkspace) -> (Double, Double)? {
    let order = parameterCount
    var square = 0.0
    for i in 0..<order { workspace.right[i] = 0 }
    for (k, form) in pooled.enumerated() {
      let precision = workspace.precisions[k]
      for i in 0..<order { workspace.right[i] += precision * form.linear[i] }
      square += precision * form.square
    }
    var logDeterminants = 0.0
    let (precisions, priorScales) = (workspace.precisions, workspace.priorScales)
    let factored = workspace.cholesky.factor { a in
      guard let a = a.baseAddress else { return }
      for i in 0..<(order * order) { a[i] = 0 }
      logDeterminants = prior.addPrecision(priorScales, to: a)
      for (k, form) in pooled.enumerated() {
        addScaled(form.quadratic, precisions[k], to: a, count: order * order)
      }
    }
    guard factored else { return nil }
    logDeterminants += workspace.cholesky.logDeterminant
    workspace.cholesky.solveLower(&workspace.right)
    for entry in workspace.right { square -= entry * entry }
    return (logDeterminants, square)
  }

  /// The mean of k given the scales, kcal/mol.
  func conditionalMean(_ logScales: [Double], _ workspace: inout PosteriorWorkspace) -> [Double] {
    forceConstants(coordinates(logScales, &workspace) { 0 })
  }

  /// An exact draw of k given the scales, kcal/mol.
  func draw(
    _ logScales: [Double], _ workspace: inout PosteriorWorkspace, using stream: inout RandomStream
  ) -> [Double] {
    forceConstants(coordinates(logScales, &workspace) { stream.normal() })
  }

  /// Mean plus L⁻ᵀ·noise of w.
  func coordinates(
    _ logScales: [Double], _ workspace: inout PosteriorWorkspace, noise: () -> Double
  ) -> [Double] {
    let ready = workspace.setScales(logScales, layout) && assemble(&workspace) != nil
    precondition(ready, "the density was finite here")
    for i in workspace.right.indices { workspace.right[i] += noise() }
    workspace.cholesky.solveLowerTransposed(&workspace.right)
    return workspace.right
  }

  /// The mean of w given the scales, and an exact draw about it.
  func meanAndDraw(
    _ logScales: [Double], _ workspace: inout PosteriorWorkspace, using stream: inout RandomStream
  ) -> (mean: [Double], draw: [Double]) {
    let mean = coordinates(logScales, &workspace) { 0 }
    var z = mean.map { _ in stream.normal() }
    workspace.cholesky.solveLowerTransposed(&z)
    return (mean, zip(mean, z).map { $0 + $1 })
  }

  /// k = centre + w/n, kcal/mol.
  func forceConstants(_ w: [Double]) -> [Double] {
    w.indices.map { prior.centre[$0] + prior.unit[$0] * w[$0] }
  }
}
