// The posterior with everything Gaussian integrated out: a density of a few scales, and exact draws given them.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A linear model y = X k + ε with one noise scale a kind of row and the prior k_p ~ N(centre_p, (s · unit_p)²).
///
/// Given the scales, k is Gaussian and is integrated out (Lindley & Smith 1972, doi:10.1111/j.2517-6161.1972.tb00885.x).
/// The integral is done in the directions that the data see: after scaling by the prior, the others keep it unchanged
/// whatever the scales, and cost nothing.
struct CollapsedPosterior: Sendable {
  /// Kinds of rows with their normal equations in the seen directions, y less X·centre.
  struct Block: Sendable {
    var kind: RowKind
    var scalePrior: Density
    var xx: [Double]
    var xy: [Double]
    var yy: Double
    var degreesOfFreedom: Double
  }

  let blocks: [Block]
  private let forceConstantPrior = ScalePrior.forceConstant
  /// The number of force constants.
  let parameterCount: Int
  /// The number of directions that the data see.
  let rank: Int
  let centre: [Double]
  let unit: [Double]
  /// parameterCount × parameterCount, columns are directions, the seen ones first; in units of the prior.
  private let directions: Matrix

  /// Log scales in order: the noise of each block, then the prior's.
  var dimension: Int { blocks.count + 1 }

  init(equations: [(kind: RowKind, equations: NormalEquations)], centre: [Double], unit: [Double]) {
    let p = centre.count
    parameterCount = p
    self.centre = centre
    self.unit = unit
    let scaled = equations.map { entry -> (kind: RowKind, xx: Matrix, xy: [Double], yy: Double, dof: Int) in
      let shifted = entry.equations.shifted(by: centre)
      var xx = Matrix(rows: p, columns: p, elements: shifted.xx)
      for a in 0..<p { for b in 0..<p { xx[a, b] *= unit[a] * unit[b] } }
      return (entry.kind, xx, zip(shifted.xy, unit).map { $0 * $1 }, shifted.yy, shifted.degreesOfFreedom)
    }
    // Each kind weighs the same in finding the common null space.
    var sum = Matrix(rows: p, columns: p)
    for block in scaled {
      let trace = (0..<p).reduce(0.0) { $0 + block.xx[$1, $1] }
      if trace > 0 { sum.add(block.xx, times: 1 / trace) }
    }
    // Largest first, so the seen directions stand in front.
    guard let eigen = SymmetricEigen(sum) else {
      preconditionFailure("readers and relaxation let only finite numbers into the design")
    }
    let largest = max(eigen.values.first ?? 0, 0)
    rank = eigen.values.prefix { $0 > 1e-11 * largest }.count
    directions = eigen.vectors
    var seen = Matrix(rows: p, columns: rank)
    for row in 0..<p { for column in 0..<rank { seen[row, column] = directions[row, column] } }
    blocks = scaled.map { block in
      Block(
        kind: block.kind, scalePrior: ScalePrior.noise(block.kind), xx: seen.transposedTimes(block.xx.times(seen)).elements,
        xy: seen.transposedTimes(block.xy), yy: block.yy, degreesOfFreedom: Double(block.dof))
    }
  }

  /// Variance of the noise floor, so that data without any noise cannot make a density infinite: (10⁻³)².
  static let noiseFloor = 1e-6

  /// ln p(scales | data) up to a constant, in the log scales; −∞ where it cannot be computed.
  func logDensity(_ logScales: [Double], _ workspace: inout ScaleWorkspace) -> Double {
    let prior = exp(-2 * logScales[blocks.count])
    var value = 0.0
    for (index, block) in blocks.enumerated() {
      let variance = exp(2 * logScales[index]) + Self.noiseFloor
      workspace.precisions[index] = 1 / variance
      value -= 0.5 * (block.degreesOfFreedom * log(variance) + block.yy / variance)
      value += block.scalePrior.logDensity(ofLog: logScales[index])
    }
    value += forceConstantPrior.logDensity(ofLog: logScales[blocks.count])
    guard value.isFinite, factor(prior: prior, &workspace) else { return -.infinity }
    // |Λ| / |A|, then ½ hᵀA⁻¹h.
    value += 0.5 * (Double(rank) * log(prior) - workspace.cholesky.logDeterminant)
    workspace.cholesky.solveLower(&workspace.right)
    var square = 0.0
    for entry in workspace.right { square += entry * entry }
    value += 0.5 * square
    return value.isNaN ? -.infinity : value
  }

  /// Fills and factors A = Σ XᵀX/σ² + 1/s²; `workspace.right` becomes h = Σ Xᵀy/σ².
  private func factor(prior: Double, _ workspace: inout ScaleWorkspace) -> Bool {
    let r = rank
    for i in 0..<r { workspace.right[i] = 0 }
    for (index, block) in blocks.enumerated() {
      let precision = workspace.precisions[index]
      for i in 0..<r { workspace.right[i] += precision * block.xy[i] }
    }
    let precisions = workspace.precisions
    return workspace.cholesky.factor { a in
      for i in 0..<r {
        for j in i..<r { a[i * r + j] = 0 }
      }
      for (index, block) in blocks.enumerated() {
        let precision = precisions[index]
        block.xx.withUnsafeBufferPointer { xx in
          for i in 0..<r {
            for j in i..<r { a[i * r + j] += precision * xx[i * r + j] }
          }
        }
      }
      for i in 0..<r { a[i * r + i] += prior }
    }
  }

  /// The mean of k given the scales.
  func conditionalMean(_ logScales: [Double], _ workspace: inout ScaleWorkspace) -> [Double] {
    conditional(logScales, &workspace) { 0 }
  }

  /// An exact draw of k given the scales.
  func draw(
    _ logScales: [Double], _ workspace: inout ScaleWorkspace, using stream: inout RandomStream
  ) -> [Double] {
    conditional(logScales, &workspace) { stream.normal() }
  }

  /// Mean plus L⁻ᵀ·noise in the seen directions, s·noise in the others, back in force constants.
  private func conditional(
    _ logScales: [Double], _ workspace: inout ScaleWorkspace, noise: () -> Double
  ) -> [Double] {
    let scale = exp(logScales[blocks.count])
    for index in blocks.indices {
      workspace.precisions[index] = 1 / (exp(2 * logScales[index]) + Self.noiseFloor)
    }
    let factored = factor(prior: 1 / (scale * scale), &workspace)
    precondition(factored, "the density was finite here")
    workspace.cholesky.solveLower(&workspace.right)
    for i in 0..<rank { workspace.right[i] += noise() }
    workspace.cholesky.solveLowerTransposed(&workspace.right)
    var weights = workspace.right
    for _ in rank..<parameterCount { weights.append(scale * noise()) }
    let offsets = directions.times(weights)
    return (0..<parameterCount).map { centre[$0] + unit[$0] * offsets[$0] }
  }
}

/// Memory for evaluating one posterior again and again; one a chain.
struct ScaleWorkspace: ~Copyable {
  var cholesky: CholeskyWorkspace
  var right: [Double]
  var precisions: [Double]

  init(_ posterior: CollapsedPosterior) {
    cholesky = CholeskyWorkspace(order: posterior.rank)
    right = [Double](repeating: 0, count: posterior.rank)
    precisions = [Double](repeating: 0, count: posterior.blocks.count)
  }
}

/// Priors on scales, as densities of their logarithms.
enum ScalePrior {
  /// Noise scales: half-Student-t with four degrees of freedom (Gelman 2006, doi:10.1214/06-BA117A), wide against
  /// what torsion fits show (kcal/mol, kcal/mol/rad, kcal/mol/Å), so that data decide.
  static func noise(_ kind: RowKind) -> Density {
    switch kind {
    case .energy: .halfStudentT(degreesOfFreedom: 4, scale: 0.5)
    case .drivenTorque, .otherTorque: .halfStudentT(degreesOfFreedom: 4, scale: 2)
    case .force: .halfStudentT(degreesOfFreedom: 4, scale: 10)
    }
  }

  /// The prior sd of a force constant of periodicity one, kcal/mol. Changes of 0.3/n are what lets rounds of
  /// relaxation settle; a vaguer prior lets the scale run to 2 kcal/mol on ethers, where directions that hardly change
  /// the energy take up model error as large cancelling numbers, the rounds no longer settle and held-out errors grow
  /// from 0.225 to 0.247 kcal/mol.
  static let forceConstant = Density.logNormal(median: 0.3, logStandardDeviation: 0.25)
}
