// What a fit predicts for the scans of molecules it did not see, with everything that is uncertain in it.

import Chemistry
import Mechanics
import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Predictive variance by where it comes from, kcal/mol², as the mean over grid points of the variance of the
/// mean-shifted profile.
public struct VarianceShares: Hashable, Sendable {
  /// Of the shared force constants: more data would reduce it.
  public var parameters = 0.0
  /// Of the molecule's own deviation from them.
  public var deviation = 0.0
  /// Of what the functional form cannot say.
  public var discrepancy = 0.0
  /// Of grid-point noise.
  public var noise = 0.0

  /// No variance.
  public init() {}

  /// All of it.
  public var total: Double { parameters + deviation + discrepancy + noise }
}

/// The predictive distribution of one scan of a held-out molecule.
public struct ScanPrediction: Hashable, Sendable {
  /// The molecule's name.
  public var molecule: String
  /// The scan's name.
  public var scan: String
  /// The torsion type along the driven dihedral.
  public var type: TorsionType
  /// Fitted types of the driven bond that no fitted molecule has; empty when the prediction can be tested.
  public var unseenTypes: [TorsionType]
  /// Grid points, by place among the scan's sorted points.
  public var points: [Int]
  /// The driven dihedral at each, radian.
  public var angles: [Double]
  /// Draws of predicted less quantum-chemical energy, each mean-shifted over the scan: point by draw, kcal/mol.
  public var deviations: [[Double]]
  /// Where the spread comes from.
  public var variance: VarianceShares
  /// ln of the predictive density of the scan's energy differences, per grid point.
  public var logScore: Double
  /// The base force field's error, the posterior mean's, and plain least squares'; relaxed.
  public var baseError: ProfileError?
  /// See `baseError`.
  public var fitError: ProfileError?
  /// See `baseError`; nil where the molecule does not relax under it.
  public var leastSquaresError: ProfileError?
}

extension PreparedFamily {
  /// Predictions for every scan of held-out molecules, from at most `count` of the draws.
  func predictions(
    designs: [ScanDesign], draws: PosteriorDraws, options: FitOptions, base: [RelaxedScan],
    fitted: [RelaxedScan], leastSquares plain: [RelaxedScan]? = nil,
    count: Int = 800
  ) async -> [ScanPrediction] {
    let heldOut = scans.indices.filter {
      molecules[scans[$0].molecule].isHeldOut && designs[$0].points.count > 1
    }
    guard !heldOut.isEmpty else { return [] }
    let shape = DeviationShape(classes: classTable.classes, family: self, designs: designs)
    let all = zip(draws.forceConstants.joined(), draws.scales.joined()).map { ($0, $1) }
    let used = Swift.stride(from: 0, to: all.count, by: max(1, all.count / count)).map { all[$0] }
    let misfits =
      options.model.noise == .normal ? scanMisfits(designs, used, roles: draws.scaleRoles, options) : []
    return await parallelMap(heldOut.count, threads: options.threads) { number in
      let s = heldOut[number]
      let prepared = molecules[scans[s].molecule]
      let scan = self.scan(scans[s])
      var predictor = ScanPredictor(
        family: self, scan: s, design: designs[s], shape: shape, roles: draws.scaleRoles,
        noise: options.model.noise)
      // A stream for each scan, so that results do not depend on threads.
      var stream = RandomStream(seed: options.seed, stream: 1 << 32 + UInt64(s))
      for (number, (k, scales)) in used.enumerated() {
        predictor.add(
          forceConstants: k, scales: scales, misfits: misfits.isEmpty ? [] : misfits[number], stream: &stream)
      }
      let type = prepared.molecule.topology.type(of: scan.driven)
      let drivenTypes = Set(
        prepared.molecule.topology.torsions.filter { $0.quartet.centralBond == scan.driven.centralBond }
          .map { prepared.molecule.topology.type(of: $0.quartet) })
      return ScanPrediction(
        molecule: prepared.molecule.id, scan: scan.id, type: type,
        unseenTypes: drivenTypes.filter { table.isWanted($0) && !table.isSeen($0) }.sorted(),
        points: designs[s].points,
        angles: designs[s].angles, deviations: predictor.deviations, variance: predictor.variance,
        logScore: predictor.logScore, baseError: error(s, base[s]), fitError: error(s, fitted[s]),
        leastSquaresError: plain.flatMap { error(s, $0[s]) })
    }
  }
}

/// How well one draw describes a fitted scan: degrees of freedom, and the square of residuals over the noise's variance.
private struct ScanMisfit: Sendable {
  var freedom: Double
  var square: Double
}

extension PreparedFamily {
  /// The misfit of every fitted scan under each draw.
  ///
  /// Scans of one family differ in how well any force constants can describe them (root mean square residuals of the
  /// shipped ethers run from 0.01 to 0.2 kcal/mol). One noise scale for all is enough to fit them; as a prediction for a
  /// new scan it would be too wide for most and too narrow for a few.
  private func scanMisfits(
    _ designs: [ScanDesign], _ draws: [([Double], [Double])], roles: [ScaleRole], _ options: FitOptions
  ) -> [[ScanMisfit]] {
    guard let place = roles.firstIndex(of: .noise(.energy)) else { return [] }
    let fitted = scans.indices.filter { (designs[$0].fitted[.energy]?.y.count ?? 0) > 1 }
    return draws.map { k, scales in
      let precision = 1 / (scales[place] * scales[place] + MixedPosterior.noiseFloor)
      return fitted.map { s in
        let rows = designs[s].fitted[.energy]!
        let columns = molecules[scans[s].molecule].basis.columns
        let residuals = zip(rows.x, rows.y).map { x, y in
          zip(x, columns).reduce(y) { $0 - $1.0 * k[$1.1] }
        }
        let total = rows.weights.reduce(0, +)
        let mean = zip(rows.weights, residuals).reduce(0) { $0 + $1.0 * $1.1 } / total
        let square = zip(rows.weights, residuals).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
        let power = options.model.power(points: residuals.count)
        return ScanMisfit(
          freedom: max(0, power * total - 1), square: power * square * precision)
      }
    }
  }
}

/// Adds up the predictive draws of one scan.
private struct ScanPredictor {
  private let design: ScanDesign
  private let columns: [Int]
  private let smooth: ScanCovariance
  private let noiseModel: NoiseModel
  private let freedomIndex: Int?
  private(set) var deviations: [[Double]]
  private var squares = VarianceShares()
  private var sums: [Double]
  private var parameterSquares: [Double]
  private var logDensities: [Double] = []
  private var count = 0.0

  init(
    family: PreparedFamily, scan: Int, design: ScanDesign, shape: DeviationShape, roles: [ScaleRole],
    noise: NoiseModel
  ) {
    noiseModel = noise
    freedomIndex = roles.firstIndex(of: .noiseFreedom)
    self.design = design
    columns = family.molecules[family.scans[scan].molecule].basis.columns
    smooth = ScanCovariance(
      family: family, scan: scan, rows: design.energyRows, angles: design.angles, shape: shape, roles: roles)
    deviations = design.points.map { _ in [] }
    parameterSquares = design.points.map { _ in 0 }
    sums = design.points.map { _ in 0 }
  }

  /// - Parameter misfits: those of the fitted scans, one of which a new scan resembles; empty for a scan of average noise.
  mutating func add(
    forceConstants k: [Double], scales: [Double], misfits: [ScanMisfit], stream: inout RandomStream
  ) {
    let points = design.points.indices
    let noise = smooth.noise(scales)
    // Of the shared force constants.
    let shared = centred(
      points.map { i in
        zip(design.energyRows[i], columns).reduce(-design.energyTargets[i]) { $0 + $1.0 * k[$1.1] }
      })
    let parts = smooth.draw(scales, using: &stream)
    let (deviation, discrepancy) = (centred(parts.deviation), centred(parts.discrepancy))
    let freedom = freedomIndex.map { scales[$0] }
    let whole = noise / scanWeight(freedom, misfits, &stream).squareRoot()
    let pointwise = noiseModel == .studentT ? freedom : nil
    let grain = centred(
      points.map { _ in
        (pointwise.map { noise / stream.gamma(shape: $0 / 2, scale: 2 / $0).squareRoot() } ?? whole)
          * stream.normal()
      })
    for i in points {
      deviations[i].append(shared[i] + deviation[i] + discrepancy[i] + grain[i])
      sums[i] += shared[i]
      parameterSquares[i] += shared[i] * shared[i]
      squares.deviation += deviation[i] * deviation[i]
      squares.discrepancy += discrepancy[i] * discrepancy[i]
      squares.noise += grain[i] * grain[i]
    }
    if Int(count) % 4 == 0 {
      logDensities.append(
        logDensity(
          shared, scales: scales, noise: noise, freedom: freedom, misfits: misfits, stream: &stream))
    }
    count += 1
  }

  /// The weight of a new scan's noise precision.
  private func scanWeight(_ freedom: Double?, _ misfits: [ScanMisfit], _ stream: inout RandomStream) -> Double
  {
    switch noiseModel {
    case .byScan:
      guard let freedom else { return 1 }
      return stream.gamma(shape: freedom / 2, scale: 2 / freedom)
    case .normal:
      guard !misfits.isEmpty else { return 1 }
      let like = misfits[stream.integer(below: misfits.count)]
      return (Self.scanFreedom + like.freedom) / (Self.scanFreedom + like.square)
    case .studentT: return 1
    }
  }

  /// How strongly a scan's noise is drawn to the common one: as by this many numbers.
  static let scanFreedom = 4.0

  /// ln of the density of the scan's energy differences given one draw; deviation and discrepancy are integrated out,
  /// weights of the noise averaged over at random.
  private func logDensity(
    _ residual: [Double], scales: [Double], noise: Double, freedom: Double?, misfits: [ScanMisfit],
    stream: inout RandomStream
  ) -> Double {
    let n = residual.count
    let covariance = smooth.covariance(scales, noise: 0)
    let variance = noise * noise + MixedPosterior.noiseFloor
    let densities = (0..<12).map { _ -> Double in
      let weights: [Double] =
        if noiseModel == .studentT, let freedom {
          (0..<n).map { _ in stream.gamma(shape: freedom / 2, scale: 2 / freedom) }
        } else {
          [Double](repeating: scanWeight(freedom, misfits, &stream), count: n)
        }
      return logNormal(residual, covariance, variances: weights.map { variance / $0 })
    }
    return logMeanExp(densities)
  }

  /// ln of the normal density of differences that a free offset leaves.
  private func logNormal(_ residual: [Double], _ shared: Matrix, variances: [Double]) -> Double {
    let n = residual.count
    var covariance = shared
    for i in 0..<n { covariance[i, i] += variances[i] }
    // The offset is free: differences from the last point, whose contrasts have determinant one.
    var contrast = Matrix(rows: n - 1, columns: n - 1)
    for i in 0..<(n - 1) {
      for j in 0..<(n - 1) {
        contrast[i, j] =
          covariance[i, j] - covariance[i, n - 1] - covariance[n - 1, j] + covariance[n - 1, n - 1]
      }
    }
    var cholesky = CholeskyWorkspace(order: n - 1)
    guard cholesky.factor(contrast) else { return -.infinity }
    var difference = (0..<(n - 1)).map { residual[$0] - residual[n - 1] }
    cholesky.solveLower(&difference)
    let square = difference.reduce(0) { $0 + $1 * $1 }
    return -0.5 * (square + cholesky.logDeterminant + Double(n - 1) * log(2 * Double.pi))
  }

  private func centred(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  /// Per grid point: ln of the mean density over draws.
  var logScore: Double {
    let value = logMeanExp(logDensities)
    guard value.isFinite else { return -1e6 }
    return value / Double(design.points.count - 1)
  }

  /// Where the spread comes from.
  var variance: VarianceShares {
    var result = VarianceShares()
    let n = count * Double(design.points.count)
    result.deviation = squares.deviation / n
    result.discrepancy = squares.discrepancy / n
    result.noise = squares.noise / n
    for i in design.points.indices {
      let mean = sums[i] / count
      result.parameters += (parameterSquares[i] / count - mean * mean) / Double(design.points.count)
    }
    return result
  }
}

/// ln of the mean of exponentials; −∞ where all are.
private func logMeanExp(_ values: [Double]) -> Double {
  guard let largest = values.max(), largest.isFinite else { return -.infinity }
  return largest + log(values.reduce(0) { $0 + exp($1 - largest) } / Double(values.count))
}
