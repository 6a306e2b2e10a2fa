// The posterior with the force constants integrated out: a density of a few scales, and exact draws given them.

import CMath
import Statistics

/// The linear model y = c + X k + ε of docs/model.md given its scales, and given weights where noise is a mixture.
///
/// With w = n (k − centre) the data are quadratic forms in w, one a kind of row, and the prior another; their sum is
/// factorised for every density and every draw (Lindley & Smith 1972, doi:10.1111/j.2517-6161.1972.tb00885.x). It has
/// elements between columns of one molecule or of one bond class, and only those are kept: see ``SparseStructure``.
struct TorsionPosterior: Sendable {
  let layout: ScaleLayout
  let prior: CoherentPrior
  let blocks: [MoleculeBlock]
  let noise: NoiseModel
  /// The prior of scans' weights.
  let scanWeight: ScanWeight
  /// Degrees of freedom of each kind of row.
  let degreesOfFreedom: [Double]
  /// Where the sum of the forms has elements.
  let structure: SparseStructure
  /// Where the upper triangle of each block's columns stands in it, and that of each part of the prior.
  private let blockPlaces: [[Int32]]
  let partPlaces: [[Int32]]
  /// The forms of each molecule's pieces, and by what they are multiplied, at the present weights.
  private var forms: [[PackedForm]]
  private var factors: [[Double]]
  /// All molecules' rows as one form a kind, at the present weights.
  private var pooled: [PooledForm]

  /// The quadratic form [J h; · q] of one kind of row, at a precision of one.
  private struct PooledForm: Sendable {
    /// By the structure.
    var quadratic: [Double]
    var linear: [Double]
    var square: Double

    /// Adds a form of some columns.
    mutating func add(_ form: PackedForm, times factor: Double, columns: [Int], places: [Int32]) {
      quadratic.withUnsafeMutableBufferPointer {
        form.addQuadratic(times: factor, to: $0.baseAddress!, places)
      }
      for (column, value) in zip(columns, form.linear) { linear[column] += factor * value }
      square += factor * form.square
    }
  }

  /// One piece's form over (w, y) of its molecule's columns: the upper triangle of w's part row after row, and the
  /// rest.
  private struct PackedForm: Sendable {
    var triangle: [Double]
    var linear: [Double]
    var square: Double

    /// - Parameter form: both triangles, row after row, y last.
    init(_ form: [Double], columns count: Int) {
      let width = count + 1
      triangle = (0..<count).flatMap { a in form[(a * width + a)..<(a * width + count)] }
      linear = (0..<count).map { form[$0 * width + count] }
      square = form[width * width - 1]
    }

    func addQuadratic(times factor: Double, to matrix: UnsafeMutablePointer<Double>, _ places: [Int32]) {
      triangle.withUnsafeBufferPointer { triangle in
        places.withUnsafeBufferPointer { places in
          for i in triangle.indices { matrix[Int(places[i])] += factor * triangle[i] }
        }
      }
    }
  }

  /// The number of force constants, the first columns of w.
  var parameterCount: Int { prior.forceConstantCount }
  /// The number of columns of w: force constants, then each other level's differences.
  var columnCount: Int { prior.centre.count }

  init(layout: ScaleLayout, prior: CoherentPrior, blocks: [MoleculeBlock], noise: NoiseModel) {
    self.layout = layout
    self.prior = prior
    self.blocks = blocks
    self.noise = noise
    scanWeight = ScanWeight(scans: Set(blocks.flatMap(\.pieces).map(\.scan)).count)
    let parts = prior.parts.map { Array($0.columns) }
    let structure = SparseStructure(order: prior.centre.count, cliques: blocks.map(\.columns) + parts)
    self.structure = structure
    blockPlaces = blocks.map { structure.places(of: $0.columns) }
    partPlaces = parts.map { structure.places(of: $0) }
    degreesOfFreedom = layout.kinds.indices.map { k in
      blocks.reduce(0) { $1.pieces.reduce($0) { $1.kind == k ? $0 + $1.degreesOfFreedom : $0 } }
    }
    forms = blocks.map { block in block.forms.map { PackedForm($0, columns: block.columns.count) } }
    factors = blocks.map { $0.pieces.map { _ in 1 } }
    pooled = []
    pool()
  }

  /// Variance of the noise floor, so that data without any noise cannot make a density infinite: (10⁻³)².
  static let noiseFloor = 1e-6

  /// The variance of noise of a scale.
  static func variance(ofNoise scale: Double) -> Double { scale * scale + noiseFloor }

  /// Sums the molecules' forms.
  private mutating func pool() {
    if pooled.isEmpty {
      let empty = PooledForm(
        quadratic: [Double](repeating: 0, count: structure.count),
        linear: [Double](repeating: 0, count: columnCount), square: 0)
      pooled = layout.kinds.map { _ in empty }
    } else {
      for k in pooled.indices {
        pooled[k].square = 0
        for i in pooled[k].linear.indices { pooled[k].linear[i] = 0 }
        for i in pooled[k].quadratic.indices { pooled[k].quadratic[i] = 0 }
      }
    }
    for m in blocks.indices {
      for p in blocks[m].pieces.indices {
        pooled[blocks[m].pieces[p].kind].add(
          forms[m][p], times: factors[m][p], columns: blocks[m].columns, places: blockPlaces[m])
      }
    }
  }

  /// The posterior given the latent variables.
  func conditional(on latent: Augmentation) -> TorsionPosterior {
    guard noise.weighs != .nothing else { return self }
    var result = self
    if noise.weighs == .points {
      result.forms = blocks.map { block in
        block.pieces.map {
          PackedForm($0.gram(weights: latent.weights[$0.scan]), columns: block.columns.count)
        }
      }
    } else {
      result.factors = blocks.map { block in block.pieces.map { latent.weights[$0.scan][$0.group] } }
    }
    result.pool()
    return result
  }

  /// The number of directions of the force constants that the data see at all.
  var rank: Int {
    // Kinds of rows weigh alike.
    let traces = pooled.map { form in
      (0..<parameterCount).reduce(0.0) { $0 + form.quadratic[structure.place($1, $1)] }
    }
    var sum = [Double](repeating: 0, count: structure.count)
    for (form, trace) in zip(pooled, traces) where trace > 0 {
      addScaled(form.quadratic, 1 / trace, to: &sum, count: sum.count)
    }
    var values: [Double] = []
    for component in structure.components {
      let columns = component.filter { $0 < parameterCount }
      guard !columns.isEmpty else { continue }
      guard let eigen = SymmetricEigen(structure.dense(sum, columns: columns)) else { return 0 }
      values += eigen.values
    }
    guard let largest = values.max(), largest > 0 else { return 0 }
    return values.count { $0 > 1e-11 * largest }
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

  /// The derivatives of ``logDensity(_:_:)`` by the log scales; nil where it cannot be computed.
  ///
  /// By Fisher's identity they are those of the density with w known, averaged over w given the scales.
  func gradient(_ logScales: [Double], _ workspace: inout PosteriorWorkspace) -> [Double]? {
    guard layout.logPrior(logScales).isFinite, workspace.setScales(logScales, layout),
      assemble(&workspace) != nil
    else { return nil }
    workspace.cholesky.solveLowerTransposed(&workspace.right, &workspace.other)
    if workspace.inverse.isEmpty {
      workspace.inverse = [Double](repeating: 0, count: structure.count)
    }
    workspace.cholesky.invert(into: &workspace.inverse, &workspace.inverseScratch)
    workspace.cholesky.addSquare(of: workspace.right, to: &workspace.inverse)
    var result = zip(layout.priors, logScales).map { $0.slope(ofLog: $1) }
    for (k, form) in pooled.enumerated() {
      let misfit =
        form.square - 2 * zip(form.linear, workspace.right).reduce(0) { $0 + $1.0 * $1.1 }
        + workspace.cholesky.product(form.quadratic, workspace.inverse)
      let precision = workspace.precisions[k]
      let slope = 0.5 * (degreesOfFreedom[k] / precision - misfit)
      result[k] += slope * -2 * exp(2 * logScales[k]) * precision * precision
    }
    let scales = workspace.priorScales
    var (floor, coherent) = (0.0, [Double](repeating: 0, count: scales.coherent.count))
    prior.addDerivatives(
      scales, moment: workspace.inverse, places: partPlaces, floor: &floor, coherent: &coherent)
    result[layout.priorIndex] += 2 * scales.floor * floor
    for (g, slope) in coherent.enumerated() {
      result[layout.priorIndex + 1 + g] += 2 * scales.coherent[g] * slope
    }
    return result
  }

  /// Factorises the precision of w: ln of the determinants that the Gaussian integrals leave, and the quadratic form's
  /// value.
  ///
  /// - Parameter weights: how many times each molecule's rows count, by index in the family; nil for once.
  private func assemble(
    _ workspace: inout PosteriorWorkspace, molecules weights: [Double]? = nil
  ) -> (Double, Double)? {
    let order = columnCount
    var square = 0.0
    let (precisions, priorScales) = (workspace.precisions, workspace.priorScales)
    for i in 0..<order { workspace.right[i] = 0 }
    if let weights {
      eachForm(weights, precisions) { form, factor, m in
        for (column, value) in zip(blocks[m].columns, form.linear) {
          workspace.right[column] += factor * value
        }
        square += factor * form.square
      }
    } else {
      for (k, form) in pooled.enumerated() {
        for i in 0..<order { workspace.right[i] += precisions[k] * form.linear[i] }
        square += precisions[k] * form.square
      }
    }
    var logDeterminants = 0.0
    let count = structure.count
    var part: [Double] = []
    swap(&part, &workspace.part)
    let factored = workspace.cholesky.factor { a in
      guard let a = a.baseAddress else { return }
      for i in 0..<count { a[i] = 0 }
      if let weights {
        eachForm(weights, precisions) { $0.addQuadratic(times: $1, to: a, blockPlaces[$2]) }
      } else {
        for (k, form) in pooled.enumerated() {
          addScaled(form.quadratic, precisions[k], to: a, count: count)
        }
      }
      logDeterminants = prior.addPrecision(priorScales, to: a, places: partPlaces, &part)
    }
    swap(&part, &workspace.part)
    guard factored else { return nil }
    logDeterminants += workspace.cholesky.logDeterminant
    workspace.cholesky.solveLower(&workspace.right, &workspace.other)
    for entry in workspace.right { square -= entry * entry }
    return (logDeterminants, square)
  }

  /// The variance of every column of k given the scales, kcal/mol².
  ///
  /// - Parameter level: a level of theory whose rows do not count; nil for none.
  func variances(_ logScales: [Double], without level: Int?) -> [Double] {
    var workspace = PosteriorWorkspace(self)
    var ready = workspace.setScales(logScales, layout)
    for k in layout.kinds.indices where layout.levels[k] == level { workspace.precisions[k] = 0 }
    ready = ready && assemble(&workspace) != nil
    precondition(ready, "the density was finite here")
    workspace.inverse = [Double](repeating: 0, count: structure.count)
    workspace.cholesky.invert(into: &workspace.inverse, &workspace.inverseScratch)
    return (0..<columnCount).map {
      prior.unit[$0] * prior.unit[$0] * workspace.inverse[structure.place($0, $0)]
    }
  }

  /// Every piece's form, by what it is multiplied, and its block.
  private func eachForm(
    _ weights: [Double], _ precisions: [Double], _ body: (PackedForm, Double, Int) -> Void
  ) {
    for m in blocks.indices {
      for p in blocks[m].pieces.indices {
        body(
          forms[m][p],
          precisions[blocks[m].pieces[p].kind] * factors[m][p] * weights[blocks[m].molecule], m)
      }
    }
  }

  /// The mean of k given the scales, kcal/mol.
  ///
  /// - Parameter weights: how many times each molecule's rows count, by index in the family; nil for once.
  func conditionalMean(
    _ logScales: [Double], molecules weights: [Double]? = nil, _ workspace: inout PosteriorWorkspace
  ) -> [Double] {
    forceConstants(coordinates(logScales, molecules: weights, &workspace) { 0 })
  }

  /// An exact draw of k given the scales, kcal/mol; `weights` as for the mean.
  func draw(
    _ logScales: [Double], molecules weights: [Double]? = nil, _ workspace: inout PosteriorWorkspace,
    using stream: inout RandomStream
  ) -> [Double] {
    forceConstants(coordinates(logScales, molecules: weights, &workspace) { stream.normal() })
  }

  /// Mean plus L⁻ᵀ·noise of w.
  func coordinates(
    _ logScales: [Double], molecules weights: [Double]? = nil, _ workspace: inout PosteriorWorkspace,
    noise: () -> Double
  ) -> [Double] {
    let ready = workspace.setScales(logScales, layout) && assemble(&workspace, molecules: weights) != nil
    precondition(ready, "the density was finite here")
    for i in workspace.right.indices { workspace.right[i] += noise() }
    workspace.cholesky.solveLowerTransposed(&workspace.right, &workspace.other)
    return workspace.right
  }

  /// The mean of w given the scales, and an exact draw about it.
  func meanAndDraw(
    _ logScales: [Double], _ workspace: inout PosteriorWorkspace, using stream: inout RandomStream
  ) -> (mean: [Double], draw: [Double]) {
    let mean = coordinates(logScales, &workspace) { 0 }
    var z = mean.map { _ in stream.normal() }
    workspace.cholesky.solveLowerTransposed(&z, &workspace.other)
    return (mean, zip(mean, z).map { $0 + $1 })
  }

  /// k = centre + w/n, kcal/mol; then the differences of levels.
  func forceConstants(_ w: [Double]) -> [Double] {
    w.indices.map { prior.centre[$0] + prior.unit[$0] * w[$0] }
  }

  /// w = n (k − centre) of the same.
  func coordinates(of forceConstants: [Double]) -> [Double] {
    forceConstants.indices.map { (forceConstants[$0] - prior.centre[$0]) / prior.unit[$0] }
  }
}

extension PosteriorWorkspace {
  init(_ posterior: TorsionPosterior) {
    self.init(
      structure: posterior.structure, columns: posterior.columnCount, layout: posterior.layout,
      widest: posterior.prior.parts.map(\.columns.count).max() ?? 0)
  }

  /// Turns log scales into precisions and squares; false when one is out of range.
  mutating func setScales(_ logScales: [Double], _ layout: ScaleLayout) -> Bool {
    for k in layout.kinds.indices { precisions[k] = TorsionPosterior.precision(logScales[k]) }
    priorScales = layout.priorScales(logScales)
    func usable(_ values: [Double]) -> Bool { values.allSatisfy { $0 > 1e-12 && $0 < 1e12 } }
    return usable(precisions) && usable(priorScales.coherent) && usable([priorScales.floor])
  }
}
