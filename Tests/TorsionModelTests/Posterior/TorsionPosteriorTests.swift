// The collapsed posterior against the same model written out as one dense normal distribution.

import Chemistry
import Foundation
import Mechanics
import Statistics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

/// The dense model: every row of every scan with the covariance of all that is integrated out.
struct DenseModel {
  var x: [[Double]] = []
  var y: [Double] = []
  /// Everything random but k: pairs of a coefficient column over rows and its variance.
  var covariance: Matrix
  /// Contrasts that offsets drop out of, as rows.
  var contrasts: Matrix
  /// Of k less its centre.
  var priorCovariance: Matrix

  init(
    _ family: PreparedFamily, designs: [ScanDesign], layout: ScaleLayout, scales: [Double],
    prior: CoherentPrior
  ) {
    let centre = prior.centre
    var scanOf: [Int] = []
    var kindOf: [RowKind] = []
    for (s, index) in family.scans.enumerated() {
      let columns = family.molecules[index.molecule].basis.columns
      for kind in layout.kinds {
        guard let rows = designs[s].fitted[kind] else { continue }
        for i in rows.y.indices {
          var full = [Double](repeating: 0, count: family.table.parameters.count)
          for (value, column) in zip(rows.x[i], columns) { full[column] = value }
          x.append(full)
          y.append(rows.y[i] - zip(full, centre).reduce(0) { $0 + $1.0 * $1.1 })
          scanOf.append(s)
          kindOf.append(kind)
        }
      }
    }
    let n = y.count
    covariance = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        var value = 0.0
        if i == j {
          let noise = exp(scales[layout.kinds.firstIndex(of: kindOf[i])!])
          value += noise * noise + TorsionPosterior.noiseFloor
        }
        covariance[i, j] = value
      }
    }
    // Energy rows against the first of their scan; other rows as they are.
    var rows: [[Double]] = []
    for i in 0..<n {
      var row = [Double](repeating: 0, count: n)
      row[i] = 1
      if kindOf[i] == .energy {
        let first = (0..<n).first { scanOf[$0] == scanOf[i] && kindOf[$0] == .energy }!
        if first == i { continue }
        row[first] = -1
      }
      rows.append(row)
    }
    contrasts = Matrix(rows: rows.count, columns: n, elements: rows.flatMap { $0 })
    priorCovariance = family.priorCovariance(prior, scales: scales, layout: layout)
  }

  /// ln N(y; 0, Σ + X V Xᵀ) of the contrasts, and the mean and covariance of k less its centre.
  func result() -> (logDensity: Double, mean: [Double], covariance: Matrix) {
    let p = priorCovariance.rows
    let design = contrasts.times(Matrix(rows: x.count, columns: p, elements: x.flatMap { $0 }))
    let target = contrasts.times(y)
    let rest = contrasts.times(covariance).times(contrasts.transposed)
    var total = rest
    total.add(design.times(priorCovariance).times(design.transposed))
    var cholesky = CholeskyWorkspace(order: target.count)
    let factored = cholesky.factor(total)
    #expect(factored)
    var whitened = target
    cholesky.solveLower(&whitened)
    let square = whitened.reduce(0) { $0 + $1 * $1 }
    let logDensity = -0.5 * (cholesky.logDeterminant + square)
    var solved = target
    cholesky.solve(&solved)
    let back = design.transposedTimes(solved)
    let mean = priorCovariance.times(back)
    // V − V Xᵀ S⁻¹ X V
    let inverse = cholesky.inverse()
    let middle = design.transposedTimes(inverse.times(design))
    var posterior = priorCovariance
    posterior.add(priorCovariance.times(middle).times(priorCovariance), times: -1)
    return (logDensity, mean, posterior)
  }
}

@Suite struct TorsionPosteriorTests {
  static func prepared(
    _ change: (inout FitOptions) -> Void = { _ in }
  ) async throws -> (PreparedFamily, [ScanDesign], FitOptions) {
    let synthetic = SyntheticFamily(points: 9, energyNoise: 0.1, forceNoise: 0.3)
    let options = quickOptions {
      // The dense model takes rows as independent.
      $0.model.effectivePoints = .infinity
      change(&$0)
    }
    let family = try PreparedFamily(synthetic.family(), options: options)
    let geometries = await family.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await family.designs(at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    return (family, designs, options)
  }

  /// Means under a likelihood whose rows count 6/n, and the same with every grid point there twice.
  @Test func finerGridsAreNoMoreEvidence() async throws {
    var (family, designs, options) = try await Self.prepared { $0.model.effectivePoints = 6 }
    let once = family.posterior(designs, options: options)
    let scales = once.layout.start
    var workspace = PosteriorWorkspace(once)
    let mean = once.conditionalMean(scales, &workspace)
    for s in designs.indices {
      for (kind, rows) in designs[s].fitted {
        designs[s].fitted[kind] = DesignRows(
          x: rows.x + rows.x, y: rows.y + rows.y,
          points: rows.points + rows.points, weights: rows.weights + rows.weights)
      }
    }
    let twice = family.posterior(designs, options: options)
    var second = PosteriorWorkspace(twice)
    for (a, b) in zip(mean, twice.conditionalMean(scales, &second)) { #expect(abs(a - b) < 1e-9) }
    // Of 9 energies count 6, and of 18: one goes to the free offset.
    let scans = Double(family.scans.count)
    let energy = try #require(once.layout.kinds.firstIndex(of: .energy))
    #expect(abs(once.degreesOfFreedom[energy] - scans * 5) < 1e-12)
    #expect(abs(twice.degreesOfFreedom[energy] - scans * 5) < 1e-12)
    options.model.effectivePoints = .infinity
    let all = family.posterior(designs, options: options)
    #expect(abs(all.degreesOfFreedom[energy] - scans * 17) < 1e-12)
  }

  /// Scales about typical ones.
  static func scales(_ layout: ScaleLayout, seed: UInt64) -> [Double] {
    var stream = RandomStream(seed: seed)
    return layout.start.map { $0 + 0.7 * stream.normal() }
  }

  @Test func equalsTheDenseModel() async throws {
    let (family, designs, options) = try await Self.prepared { $0.model.noise = .normal }
    let posterior = family.posterior(designs, options: options)
    var workspace = PosteriorWorkspace(posterior)
    var differences: [Double] = []
    for seed in 1...3 as ClosedRange<UInt64> {
      let scales = Self.scales(posterior.layout, seed: seed)
      let dense = DenseModel(
        family, designs: designs, layout: posterior.layout, scales: scales, prior: posterior.prior)
      let (logDensity, mean, covariance) = dense.result()
      differences.append(
        posterior.logDensity(scales, &workspace) - posterior.layout.logPrior(scales) - logDensity)
      let ours = posterior.conditionalMean(scales, &workspace)
      for (index, k) in ours.enumerated() {
        #expect(abs(k - family.table.base[index] - mean[index]) < 1e-8)
      }
      // Draws: means and variances of a linear combination within five standard errors.
      var stream = RandomStream(seed: seed, stream: 7)
      let direction = mean.indices.map { _ in stream.normal() }
      let count = 4000
      var (sum, squares) = (0.0, 0.0)
      let centre = zip(direction, ours).reduce(0) { $0 + $1.0 * $1.1 }
      for _ in 0..<count {
        let k = posterior.draw(scales, &workspace, using: &stream)
        let value = zip(direction, k).reduce(0) { $0 + $1.0 * $1.1 } - centre
        sum += value
        squares += value * value
      }
      let variance = zip(direction, covariance.times(direction)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(sum / Double(count)) < 5 * (variance / Double(count)).squareRoot())
      #expect(abs(squares / Double(count) / variance - 1) < 5 * (2 / Double(count)).squareRoot())
    }
    // The constant that the two leave out differs, but not with the scales.
    #expect(abs(differences[1] - differences[0]) < 1e-6 * 100)
    #expect(abs(differences[2] - differences[0]) < 1e-6 * 100)
  }

  /// Derivatives by differences, of normal noise and of mixtures.
  @Test(arguments: NoiseModel.allCases) func gradientIsThatOfTheDensity(noise: NoiseModel) async throws {
    let (family, designs, options) = try await Self.prepared { $0.model.noise = noise }
    let posterior = family.posterior(designs, options: options)
    var workspace = PosteriorWorkspace(posterior)
    let scales = Self.scales(posterior.layout, seed: 5)
    let gradient = try #require(posterior.gradient(scales, &workspace))
    for i in scales.indices {
      var (up, down) = (scales, scales)
      up[i] += 1e-4
      down[i] -= 1e-4
      let slope =
        (posterior.logDensity(up, &workspace) - posterior.logDensity(down, &workspace)) / 2e-4
      #expect(abs(gradient[i] - slope) < 1e-4 * (1 + abs(slope)))
    }
  }

  /// Splitting a family's molecules and weighing them: a molecule that counts nothing is as if it were not there.
  @Test func aMoleculeOfWeightZeroIsNotThere() async throws {
    let (family, designs, options) = try await Self.prepared { $0.model.noise = .normal }
    let posterior = family.posterior(designs, options: options)
    let scales = posterior.layout.start
    var weights = [Double](repeating: 1, count: family.molecules.count)
    weights[0] = 0
    let without = TorsionPosterior(
      layout: posterior.layout, prior: posterior.prior, blocks: posterior.blocks.filter { $0.molecule != 0 },
      noise: .normal)
    var first = PosteriorWorkspace(posterior)
    var second = PosteriorWorkspace(without)
    let a = posterior.conditionalMean(scales, molecules: weights, &first)
    for (x, y) in zip(a, without.conditionalMean(scales, &second)) { #expect(abs(x - y) < 1e-10) }
  }

  /// A coherent change is allowed more than a cancelling one, and the two make up the prior.
  @Test func thePriorAllowsCoherentChanges() async throws {
    let (family, designs, options) = try await Self.prepared()
    let posterior = family.posterior(designs, options: options)
    let scales = PriorScales(floor: 0.04, coherent: posterior.layout.groupLabels.map { _ in 1 })
    for part in posterior.prior.parts {
      #expect(part.eigenvalues.allSatisfy { (0...1).contains($0) } && part.eigenvalues.first == 1)
      let largest = part.columns.map { posterior.prior.centre[$0] }
      var (coherent, cancelling) = (posterior.prior.centre, posterior.prior.centre)
      for (i, column) in part.columns.enumerated() {
        coherent[column] = largest[i] + posterior.prior.unit[column] * part.basis[i, 0]
        cancelling[column] = largest[i] + posterior.prior.unit[column] * part.basis[i, part.basis.columns - 1]
      }
      #expect(abs(posterior.prior.logKernel(coherent, scales) + 0.5 / 1.04) < 1e-12)
      #expect(posterior.prior.logKernel(cancelling, scales) < posterior.prior.logKernel(coherent, scales))
    }
    var stream = RandomStream(seed: 4)
    let draws = (0..<20_000).map { _ in posterior.prior.draw(scales, using: &stream) }
    for (p, variance) in posterior.prior.marginalVariances(scales).enumerated() {
      let squares = draws.reduce(0) {
        $0 + ($1[p] - posterior.prior.centre[p]) * ($1[p] - posterior.prior.centre[p])
      }
      // Relative standard error of a variance from 20 000 draws is 0.01; five of them.
      #expect(abs(squares / 20_000 / variance - 1) < 0.05)
    }
  }

  /// The standard deviation that is reported is a force constant's, kcal/mol: twice as large where all scales are.
  @Test func reportedPriorsAreStandardDeviations() async throws {
    let (family, designs, options) = try await Self.prepared()
    let posterior = family.posterior(designs, options: options)
    let layout = posterior.layout
    func reported(_ factor: Double) -> [Double] {
      let scales = layout.start.map { factor * exp($0) }
      let draws = PosteriorDraws(
        forceConstants: [[posterior.prior.centre]], scales: [[scales]], logDensities: [[0]], scaleRoles: layout.roles)
      return posterior.prior.deviations(draws)
    }
    let own = posterior.prior.marginalVariances(layout.priorScales(layout.start))
    for (a, b) in zip(reported(1), own) { #expect(abs(a * a - b) < 1e-12 * b) }
    for (a, b) in zip(reported(2), reported(1)) { #expect(abs(a - 2 * b) < 1e-12 * b) }
  }
}

extension PreparedFamily {
  /// The prior's covariance of k at log scales.
  func priorCovariance(_ prior: CoherentPrior, scales: [Double], layout: ScaleLayout) -> Matrix {
    let count = table.parameters.count
    let squares = layout.priorScales(scales)
    var result = Matrix(rows: count, columns: count)
    for part in prior.parts {
      let variances = part.eigenvalues.map { squares.floor + squares.coherent[part.group] * $0 }
      let own = part.basis.times(Matrix(diagonal: variances)).times(part.basis.transposed)
      for (i, first) in part.columns.enumerated() {
        for (j, second) in part.columns.enumerated() {
          result[first, second] = own[i, j] * prior.unit[first] * prior.unit[second]
        }
      }
    }
    return result
  }
}
