// What the data can tell about force constants, before a fit and after it: directions, correlations, molecules that
// differ.

import CMath
import Chemistry
import Statistics

/// A direction in the space of the force constants of one bond class, in units of their prior standard deviations.
public struct ParameterDirection: Hashable, Sendable {
  /// How much of the prior's variance along it the data take away.
  public var contraction: Double
  /// Its components by force constant, in the order of the class; the sum of squares is one.
  public var weights: [Double]
}

/// What the data say about the force constants of one bond class together.
public struct ClassIdentifiability: Hashable, Sendable {
  /// "c3-os".
  public var bond: String
  /// Its force constants.
  public var parameters: [Parameter]
  /// Molecules with a scan that drives such a bond.
  public var molecules: Int
  /// Orthogonal directions, the best determined first.
  public var directions: [ParameterDirection]
  /// Estimate of the molecule-to-molecule scale in energy, kcal/mol; nil before a fit and for fewer than two molecules.
  public var tau: Double?
  /// What each molecule would have of its own there, the largest first; empty before a fit.
  public var pulls: [MoleculePull] = []

  /// Directions of which the data take away more than half of the prior's variance.
  public var determined: Int { directions.count { $0.contraction > 0.5 } }
}

extension ParameterSummary {
  /// Takes over an estimate of how molecules differ, and the flag that it raises.
  mutating func includeDifferences(of bondClass: ClassIdentifiability) {
    tau = tau ?? bondClass.tau
    if let tau, molecules > 1, Concern.shouldSplit(tau: tau, sd: draws.sd) {
      flags.append(.shouldBeSplit)
    }
  }
}

/// How far one molecule pulls a bond class from what all molecules share.
public struct MoleculePull: Hashable, Sendable {
  /// The molecule's name.
  public var molecule: String
  /// Root mean square, over its scans of such bonds, of the energy that force constants of its own would add, kcal/mol.
  public var energy: Double
}

/// A posterior correlation between two force constants.
public struct ParameterCorrelation: Hashable, Sendable {
  /// One.
  public var first: Parameter
  /// The other.
  public var second: Parameter
  /// −1 … 1.
  public var value: Double
}

/// What the data can tell, class by class.
public struct Identifiability: Hashable, Sendable {
  /// Every bond class with force constants.
  public var classes: [ClassIdentifiability]
  /// 1 − posterior variance / prior variance of each force constant, in the table's order.
  public var contractions: [Double]
  /// The strongest correlations, the strongest first.
  public var correlations: [ParameterCorrelation]

  /// Correlations weaker than this are not listed.
  static let leastCorrelation = 0.5
  /// How many are listed at most.
  static let mostCorrelations = 40

  init(_ family: PreparedFamily, draws: [[Double]], priorSDs: [Double]) {
    let parameters = family.table.parameters
    let covariance = SampleMoments(draws, count: parameters.count, units: priorSDs).covariance
    contractions = parameters.indices.map { max(0, 1 - covariance[$0, $0]) }
    classes = family.classTable.classes.map { bondClass in
      let count = bondClass.columns.count
      var own = Matrix(rows: count, columns: count)
      for (a, i) in bondClass.columns.enumerated() {
        for (b, j) in bondClass.columns.enumerated() { own[a, b] = covariance[i, j] }
      }
      let eigen = SymmetricEigen(own)
      let directions = (0..<count).reversed().compactMap { column -> ParameterDirection? in
        eigen.map { eigen in
          ParameterDirection(
            contraction: min(1, max(0, 1 - eigen.values[column])),
            weights: (0..<count).map { eigen.vectors[$0, column] })
        }
      }
      return ClassIdentifiability(
        bond: bondClass.label, parameters: Array(parameters[bondClass.columns]),
        molecules: bondClass.molecules, directions: directions)
    }
    var found: [ParameterCorrelation] = []
    for i in parameters.indices {
      for j in parameters.indices where j > i {
        let spread = (covariance[i, i] * covariance[j, j]).squareRoot()
        let value = spread > 0 ? covariance[i, j] / spread : 0
        if abs(value) >= Self.leastCorrelation {
          found.append(ParameterCorrelation(first: parameters[i], second: parameters[j], value: value))
        }
      }
    }
    correlations = Array(found.sorted { abs($0.value) > abs($1.value) }.prefix(Self.mostCorrelations))
  }
}

/// What a family's data can tell before any fit: the posterior at geometries relaxed under the base force field,
/// sampled briefly. A fit goes on to geometries relaxed under its own force constants, which changes little of it.
///
/// Noise, the scale of the prior and the weights of scans are those that the energies ask for, and molecules are
/// weighed at random as in a fit: with typical ones the forecast was rosier by 0.18 on ethers, and gloomier by 0.15 on
/// alkanes.
///
/// - Parameters:
///   - family: molecules with topologies and scans.
///   - options: as for a fit.
///   - progress: called as stages begin, and as pieces of them are done.
/// - Throws: ``ModelError`` when nothing can be fitted.
public func identifiability(
  of family: Family, options: FitOptions, progress: @escaping @Sendable (FitStage) -> Void = { _ in }
) async throws -> Identifiability {
  let prepared = try PreparedFamily(family, options: options)
  if options.rounds > 0 { progress(.relaxingBase(points: prepared.pointCount)) }
  let geometries = await prepared.relaxedScans(
    under: nil, options: options.relaxation, relax: options.rounds > 0, threads: options.threads,
    progress: progress)
  let designs = await prepared.designs(
    at: geometries, likelihood: options.likelihood, every: options.every,
    weighting: options.energyWeighting, threads: options.threads)
  let posterior = prepared.posterior(designs, options: options)
  var options = options
  options.warmup = min(options.warmup, 100)
  options.draws = min(options.draws, 250)
  options.extendsChains = false
  progress(.sampling(parameters: posterior.parameterCount, draws: options.chains * options.draws))
  let draws = await posterior.sample(options, progress: progress)
  return Identifiability(
    prepared, draws: Array(draws.forceConstants.joined()), priorSDs: posterior.prior.deviations(draws))
}

extension PreparedFamily {
  /// What a fit's data told, with the molecules that pull its bond classes apart.
  func identifiability(
    _ fit: [ParameterSummary], draws: PosteriorDraws, designs: [ScanDesign], options: FitOptions
  )
    -> Identifiability
  {
    var result = Identifiability(
      self, draws: Array(draws.forceConstants.joined()), priorSDs: fit.map(\.priorSD))
    let shape = DeviationShape(classes: classTable.classes, family: self, designs: designs)
    let scales = draws.scaleRoles.indices.map(draws.mean(ofScale:))
    let noise = { (kind: RowKind, scan: Int) in
      draws.scaleRoles.firstIndex(of: noiseRole(kind, ofScan: scan)).map { scales[$0] }
    }
    let shared = fit.map(\.draws.mean)
    let means =
      [shared] + draws.levels.indices.map { draws.meanForceConstants(ofLevel: $0 + 1) }
    for c in result.classes.indices {
      let own = MoleculeDifferences(
        self, classIndex: c, shape: shape, designs: designs, means: means, noise: noise, options: options)
      result.classes[c].pulls = own.pulls
      result.classes[c].tau = own.pulls.count > 1 ? own.tau : nil
    }
    return result
  }
}

/// What each molecule would have of its own in one bond class: the deviations of the mixed model, given the shared
/// force constants at their means, with their scale estimated by EM.
private struct MoleculeDifferences {
  private(set) var pulls: [MoleculePull] = []
  private(set) var tau = 0.15

  init(
    _ family: PreparedFamily, classIndex: Int, shape: DeviationShape, designs: [ScanDesign],
    means: [[Double]], noise: (RowKind, Int) -> Double?, options: FitOptions
  ) {
    let bondClass = family.classTable.classes[classIndex]
    var parts: [(molecule: Int, precision: Matrix, right: [Double], rows: [[Double]], factor: Matrix)] = []
    for (m, prepared) in family.molecules.enumerated() where !prepared.isHeldOut {
      let columns = prepared.basis.columns
      let local = columns.indices.filter { bondClass.columns.contains(columns[$0]) }
      guard !local.isEmpty else { continue }
      let factor = shape.factor(
        class: classIndex, places: local.map { columns[$0] - bondClass.columns.lowerBound })
      var precision = Matrix(rows: local.count, columns: local.count)
      var right = [Double](repeating: 0, count: local.count)
      var energies: [[Double]] = []
      for (s, index) in family.scans.enumerated() where index.molecule == m {
        guard family.drives(index, bondClass) else { continue }
        let mean = means[family.level(ofScan: s)]
        for kind in [RowKind.energy, .drivenTorque] {
          guard let rows = designs[s].fitted[kind], rows.y.count > 1, let sd = noise(kind, s) else {
            continue
          }
          let weight =
            designs[s].power(options.model)
            / TorsionPosterior.variance(ofNoise: sd)
          var sums = RowStatistics(columns: local.count)
          for ((x, y), share) in zip(zip(rows.x, rows.y), rows.weights) {
            sums.add(
              local.map { x[$0] }, zip(x, columns).reduce(y) { $0 - $1.0 * mean[$1.1] }, weight: share)
          }
          let gram = sums.gram(freeOffset: kind.hasOffset)
          let order = local.count + 1
          for a in local.indices {
            for b in local.indices { precision[a, b] += weight * gram[a * order + b] }
            right[a] += weight * gram[a * order + local.count]
          }
          if kind == .energy { energies += centredRows(rows.x.map { x in local.map { x[$0] } }) }
        }
      }
      guard !energies.isEmpty else { continue }
      parts.append(
        (
          m, factor.transposedTimes(precision.times(factor)), factor.transposedTimes(right), energies,
          factor
        ))
    }
    guard !parts.isEmpty else { return }
    var own: [[Double]] = []
    for _ in 0..<12 {
      own = []
      var (sum, count) = (0.0, 0.0)
      for part in parts {
        var matrix = part.precision
        for i in 0..<matrix.rows { matrix[i, i] += 1 / (tau * tau) }
        var cholesky = CholeskyWorkspace(order: matrix.rows)
        guard cholesky.factor(matrix) else { continue }
        var z = part.right
        cholesky.solve(&z)
        let inverse = cholesky.inverse()
        for i in z.indices { sum += z[i] * z[i] + inverse[i, i] }
        count += Double(z.count)
        own.append(part.factor.times(z))
      }
      guard own.count == parts.count, count > 0 else { return }
      tau = max(1e-3, (sum / count).squareRoot())
    }
    pulls = zip(parts, own).map { part, u in
      let square = part.rows.reduce(0.0) { total, row in
        let value = zip(row, u).reduce(0) { $0 + $1.0 * $1.1 }
        return total + value * value
      }
      return MoleculePull(
        molecule: family.molecules[part.molecule].molecule.id,
        energy: (square / Double(part.rows.count)).squareRoot())
    }.sorted { ($1.energy, $0.molecule) < ($0.energy, $1.molecule) }
  }
}

/// Rows less their mean.
private func centredRows(_ rows: [[Double]]) -> [[Double]] {
  guard let first = rows.first else { return [] }
  let means = first.indices.map { c in rows.reduce(0) { $0 + $1[c] } / Double(rows.count) }
  return rows.map { zip($0, means).map { $0 - $1 } }
}
