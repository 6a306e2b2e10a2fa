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
  var priorVariances: [Double]

  init(
    _ family: PreparedFamily, designs: [ScanDesign], layout: ScaleLayout, scales: [Double], centre: [Double]
  ) {
    var scanOf: [Int] = []
    var kindOf: [RowKind] = []
    var effectOf: [Int] = []
    var z: [[Double]] = []
    for (s, index) in family.scans.enumerated() {
      let columns = family.molecules[index.molecule].basis.columns
      for kind in layout.kinds {
        guard let rows = designs[s].fitted[kind] else { continue }
        for i in rows.y.indices {
          var full = [Double](repeating: 0, count: family.table.parameters.count)
          for (value, column) in zip(rows.x[i], columns) { full[column] = value }
          x.append(full)
          y.append(rows.y[i] - zip(full, centre).reduce(0) { $0 + $1.0 * $1.1 })
          z.append(rows.z[i])
          scanOf.append(s)
          kindOf.append(kind)
          effectOf.append(rows.effects[i])
        }
      }
    }
    let n = y.count
    let shape = DeviationShape(classes: family.classTable.classes, family: family, designs: designs)
    covariance = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0..<n {
        var value = 0.0
        if i == j {
          let noise = exp(scales[layout.kinds.firstIndex(of: kindOf[i])!])
          value += noise * noise + MixedPosterior.noiseFloor
        }
        if layout.hasDiscrepancy, scanOf[i] == scanOf[j], effectOf[i] == effectOf[j] {
          let driven = family.molecules[family.scans[scanOf[i]].molecule].molecule.topology.type(
            of: family.scan(family.scans[scanOf[i]]).driven)
          let place =
            effectOf[i] == 0
            ? layout.discrepancyStart + family.classTable.group(of: driven) : layout.idleDiscrepancyStart
          let a = exp(scales[place])
          value += a * a * zip(z[i], z[j]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        if layout.hasDeviation, family.scans[scanOf[i]].molecule == family.scans[scanOf[j]].molecule {
          for (c, bondClass) in family.classTable.classes.enumerated() {
            let tau = exp(scales[layout.deviationStart + family.classTable.groups[c]])
            for a in bondClass.columns {
              for b in bondClass.columns {
                value +=
                  tau * tau * x[i][a] * x[j][b]
                  * shape.covariances[c][a - bondClass.columns.lowerBound, b - bondClass.columns.lowerBound]
              }
            }
          }
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
    priorVariances = family.table.parameters.indices.map { column in
      let group = family.classTable.groups[family.classTable.classIndex(ofColumn: column)]
      let s =
        exp(scales[layout.priorIndex(group: group)]) / Double(family.table.parameters[column].periodicity)
      return s * s
    }
  }

  /// ln N(y; 0, Σ + X V Xᵀ) of the contrasts, and the mean and covariance of k less its centre.
  func result() -> (logDensity: Double, mean: [Double], covariance: Matrix) {
    let p = priorVariances.count
    let design = contrasts.times(Matrix(rows: x.count, columns: p, elements: x.flatMap { $0 }))
    let target = contrasts.times(y)
    let rest = contrasts.times(covariance).times(contrasts.transposed)
    var total = rest
    total.add(design.times(Matrix(diagonal: priorVariances)).times(design.transposed))
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
    let mean = zip(priorVariances, back).map { $0 * $1 }
    // V − V Xᵀ S⁻¹ X V
    let inverse = cholesky.inverse()
    let middle = design.transposedTimes(inverse.times(design))
    var posterior = Matrix(diagonal: priorVariances)
    for i in 0..<p {
      for j in 0..<p { posterior[i, j] -= priorVariances[i] * middle[i, j] * priorVariances[j] }
    }
    return (logDensity, mean, posterior)
  }
}

@Suite struct MixedPosteriorTests {
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
          x: rows.x + rows.x, z: rows.z + rows.z, effects: rows.effects + rows.effects, y: rows.y + rows.y,
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

  @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
  func equalsTheDenseModel(_ parts: (effects: Bool, discrepancy: Bool)) async throws {
    let (family, designs, options) = try await Self.prepared {
      $0.model.moleculeEffects = parts.effects
      $0.model.discrepancy = parts.discrepancy
    }
    let posterior = family.posterior(designs, options: options)
    var workspace = PosteriorWorkspace(posterior)
    var differences: [Double] = []
    for seed in 1...3 as ClosedRange<UInt64> {
      let scales = Self.scales(posterior.layout, seed: seed)
      let dense = DenseModel(
        family, designs: designs, layout: posterior.layout, scales: scales, centre: family.table.base)
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
}
