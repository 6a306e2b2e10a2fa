// The posterior with everything Gaussian integrated out: a density of a few scales, and exact draws given them.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The linear mixed model of DESIGN.md §3, y = c + X(k + u) + δ + ε, given its scales.
///
/// Discrepancies are integrated out scan by scan, deviations molecule by molecule, the shared force constants last
/// (Lindley & Smith 1972, doi:10.1111/j.2517-6161.1972.tb00885.x), each as an elimination of its variables from the
/// quadratic form that is left.
struct MixedPosterior: Sendable {
  let layout: ScaleLayout
  private(set) var blocks: [MoleculeBlock]
  /// The number of force constants.
  let parameterCount: Int
  /// The number of directions of the force constants that the data see.
  let rank: Int
  let centre: [Double]
  /// 1/n of each column: prior standard deviations at scale one.
  let unit: [Double]
  /// For each bond class: its columns, its group, where its coordinates start, and the basis in units of the prior.
  let classes: [ClassCoordinates]
  /// Degrees of freedom of each kind of row.
  private(set) var degreesOfFreedom: [Double]
  /// The group of each coordinate.
  let groupOfCoordinate: [Int]
  /// Factors of each coordinate's prior precision: ones, but where terms are selected.
  var priorFactors: [Double]
  let noise: NoiseModel
  let selectsTerms: Bool
  /// All molecules' rows as one form a kind; nil where something of a molecule's own has to be integrated out first.
  private var pooled: [PooledForm]?

  /// The quadratic form of the shared force constants [J h; · q] of one kind of row, at a precision of one.
  private struct PooledForm: Sendable {
    var kind: Int
    /// Upper triangle, row by row.
    var quadratic: [Double]
    var linear: [Double]
    var square: Double
  }

  struct ClassCoordinates: Sendable {
    var columns: Range<Int>
    var group: Int
    var start: Int
    var basis: Matrix
    var seen: Int
  }

  init(_ builder: BlockBuilder, blocks: [MoleculeBlock]) {
    layout = builder.layout
    self.blocks = blocks
    let table = builder.family.table
    parameterCount = table.parameters.count
    rank = builder.rank
    centre = builder.centre
    unit = table.parameters.map { 1 / Double($0.periodicity) }
    let all = builder.classTable.classes.indices.map { index in
      ClassCoordinates(
        columns: builder.classTable.classes[index].columns, group: builder.classTable.groups[index],
        start: builder.starts[index], basis: builder.bases[index].basis, seen: builder.bases[index].seen)
    }
    classes = all
    var groups = [Int](repeating: 0, count: builder.rank)
    for each in all { for i in each.start..<(each.start + each.seen) { groups[i] = each.group } }
    groupOfCoordinate = groups
    priorFactors = groups.map { _ in 1 }
    noise = builder.options.noise
    selectsTerms = builder.options.selectsTerms
    degreesOfFreedom = builder.layout.kinds.indices.map { k in
      blocks.reduce(0) { $0 + $1.degreesOfFreedom[k] }
    }
    pooled = pooledForms()
  }

  /// The molecules' forms summed kind by kind, so that an evaluation need not go through the molecules: `swivel check amides
  /// --no-cache` takes 36 instead of 65 s of CPU. Not with Student-t noise, under which forms change all the time.
  private func pooledForms() -> [PooledForm]? {
    guard !layout.hasDeviation, noise == .normal, blocks.allSatisfy(\.effects.isEmpty) else { return nil }
    var workspace = PosteriorWorkspace(self)
    return layout.kinds.indices.map { kind in
      workspace.clearShared()
      var square = 0.0
      for block in blocks {
        let order = block.rank + 1
        let form = workspace.form(order: order)
        for (own, gram) in block.plain where own == kind {
          addScaled(gram, 1, to: form, count: order * order)
        }
        square += workspace.addToShared(block)
      }
      return PooledForm(
        kind: kind, quadratic: (0..<(rank * rank)).map { workspace.shared[$0] }, linear: workspace.right,
        square: square)
    }
  }

  /// Variance of the noise floor, so that data without any noise cannot make a density infinite: (10⁻³)².
  static let noiseFloor = 1e-6

  /// ln p(scales | data) up to a constant, in the log scales; −∞ where it cannot be computed.
  func logDensity(_ logScales: [Double], _ workspace: inout PosteriorWorkspace) -> Double {
    var value = layout.logPrior(logScales)
    guard value.isFinite, workspace.setScales(logScales, layout) else { return -.infinity }
    guard let (logDeterminants, square) = assemble(&workspace) else { return -.infinity }
    for k in layout.kinds.indices { value += 0.5 * degreesOfFreedom[k] * log(workspace.precisions[k]) }
    value -= 0.5 * (logDeterminants + square)
    return value.isNaN ? -.infinity : value
  }

  /// Integrates everything out: ln of the determinants that the Gaussian integrals leave, and the quadratic form's
  /// value; the factor of the shared force constants' precision stays in the workspace.
  private func assemble(_ workspace: inout PosteriorWorkspace) -> (Double, Double)? {
    let order = rank
    var logDeterminants = 0.0
    var square = 0.0
    workspace.clearShared()
    let shared = workspace.shared
    if let pooled {
      for form in pooled {
        let precision = workspace.precisions[form.kind]
        addScaled(form.quadratic, precision, to: shared, count: order * order)
        for i in 0..<order { workspace.right[i] += precision * form.linear[i] }
        square += precision * form.square
      }
    } else {
      for index in blocks.indices {
        guard let value = eliminateMolecule(index, &workspace) else { return nil }
        logDeterminants += value
        square += workspace.addToShared(blocks[index])
      }
    }
    let priors = workspace.priorPrecisions
    let groups = groupOfCoordinate
    let factors = priorFactors
    for i in 0..<order { logDeterminants -= log(priors[groups[i]] * factors[i]) }
    let factored = workspace.cholesky.factor { a in
      for i in 0..<order {
        for j in i..<order { a[i * order + j] = shared[i * order + j] }
        a[i * order + i] += priors[groups[i]] * factors[i]
      }
    }
    guard factored else { return nil }
    logDeterminants += workspace.cholesky.logDeterminant
    workspace.cholesky.solveLower(&workspace.right)
    for entry in workspace.right { square -= entry * entry }
    return (logDeterminants, square)
  }

  /// Integrates a molecule's discrepancies and deviations out of its quadratic form; leaves the form over (w, y).
  private func eliminateMolecule(_ index: Int, _ workspace: inout PosteriorWorkspace) -> Double? {
    let block = blocks[index]
    let order = block.rank + 1
    let form = workspace.form(order: order)
    var logDeterminants = 0.0
    for (kind, gram) in block.plain {
      addScaled(gram, workspace.precisions[kind], to: form, count: order * order)
    }
    for (number, effect) in block.effects.enumerated() {
      let effects = effect.count
      let wide = effects + order
      let matrix = workspace.effectMatrix(index, number)
      for i in 0..<(wide * wide) { matrix[i] = 0 }
      for (kind, gram) in effect.forms {
        addScaled(gram, workspace.precisions[kind], to: matrix, count: wide * wide)
      }
      let precision = workspace.discrepancyPrecisions[effect.scale]
      for i in 0..<effects { matrix[i * wide + i] += precision }
      guard let determinant = eliminate(matrix, order: wide, first: effects) else { return nil }
      logDeterminants += determinant - Double(effects) * log(precision)
      for i in 0..<order {
        let source = matrix + (effects + i) * wide + effects
        for j in i..<order { form[i * order + j] += source[j] }
      }
    }
    guard layout.hasDeviation else { return logDeterminants }
    // Over (u, w, y): u and w enter the rows alike.
    let r = block.rank
    let wide = 2 * r + 1
    let matrix = workspace.moleculeMatrix(index)
    for i in 0..<r {
      for j in i..<r {
        let value = form[i * order + j]
        matrix[i * wide + j] = value
        matrix[i * wide + r + j] = value
        matrix[j * wide + r + i] = value
        matrix[(r + i) * wide + r + j] = value
      }
      matrix[i * wide + 2 * r] = form[i * order + r]
      matrix[(r + i) * wide + 2 * r] = form[i * order + r]
    }
    matrix[2 * r * wide + 2 * r] = form[r * order + r]
    for each in block.classes {
      let precision = workspace.deviationPrecisions[each.group]
      for i in each.rows { matrix[i * wide + i] += precision }
      logDeterminants -= Double(each.rows.count) * log(precision)
    }
    guard let determinant = eliminate(matrix, order: wide, first: r) else { return nil }
    logDeterminants += determinant
    for i in 0..<order {
      let source = matrix + (r + i) * wide + r
      for j in i..<order { form[i * order + j] = source[j] }
    }
    return logDeterminants
  }

  /// The posterior of some molecules' data alone, by index in the family.
  func restricted(to molecules: Set<Int>) -> MixedPosterior {
    var result = self
    result.blocks = blocks.filter { molecules.contains($0.molecule) }
    result.degreesOfFreedom = layout.kinds.indices.map { k in
      result.blocks.reduce(0) { $0 + $1.degreesOfFreedom[k] }
    }
    result.pooled = result.pooledForms()
    return result
  }

  /// Makes the quadratic forms anew at weights of the noise's precision.
  mutating func weigh(_ weights: NoiseWeights) {
    for index in blocks.indices { blocks[index].weigh(weights, perPoint: noise == .studentT) }
  }

  /// The mean of k given the scales.
  func conditionalMean(_ logScales: [Double], _ workspace: inout PosteriorWorkspace) -> [Double] {
    forceConstants(sharedCoordinates(logScales, &workspace) { 0 }) { _ in 0 }
  }

  /// An exact draw of k given the scales.
  func draw(
    _ logScales: [Double], _ workspace: inout PosteriorWorkspace, using stream: inout RandomStream
  ) -> [Double] {
    let shared = sharedCoordinates(logScales, &workspace) { stream.normal() }
    return forceConstants(shared) { group in
      exp(logScales[layout.priorIndex(group: group)]) * stream.normal()
    }
  }

  /// Mean plus L⁻ᵀ·noise of the family's coordinates.
  func sharedCoordinates(
    _ logScales: [Double], _ workspace: inout PosteriorWorkspace, noise: () -> Double
  ) -> [Double] {
    let ready = workspace.setScales(logScales, layout) && assemble(&workspace) != nil
    precondition(ready, "the density was finite here")
    for i in 0..<rank { workspace.right[i] += noise() }
    workspace.cholesky.solveLowerTransposed(&workspace.right)
    return workspace.right
  }

  /// Force constants of the family's coordinates; `unseen` gives the prior's part in directions without data.
  func forceConstants(_ shared: [Double], unseen: (_ group: Int) -> Double) -> [Double] {
    var result = centre
    for each in classes {
      var weights = Array(shared[each.start..<(each.start + each.seen)])
      for _ in each.seen..<each.columns.count { weights.append(unseen(each.group)) }
      for (offset, value) in zip(each.columns, each.basis.times(weights)) {
        result[offset] += unit[offset] * value
      }
    }
    return result
  }
}
