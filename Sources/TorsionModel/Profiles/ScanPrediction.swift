// What a fit predicts for the scans of molecules it did not see, with everything that is uncertain in it.

import CMath
import Chemistry
import Mechanics
import Statistics

/// Predictive variance by where it comes from, kcal/mol², as the mean over grid points of the variance of the
/// mean-shifted profile.
public struct VarianceShares: Hashable, Sendable {
  /// Of the shared force constants: more data would reduce it.
  public var parameters = 0.0
  /// Of what force constants fitted to other molecules leave: what the functional form cannot say, and how molecules
  /// differ.
  public var noise = 0.0

  /// No variance.
  public init() {}

  /// All of it.
  public var total: Double { parameters + noise }
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
  /// As how many independent numbers they count.
  public var independentPoints: Double
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
    designs: [ScanDesign], posterior: TorsionPosterior, draws: PosteriorDraws, options: FitOptions,
    base: [RelaxedScan], fitted: [RelaxedScan], leastSquares plain: [RelaxedScan]? = nil,
    count: Int = 800
  ) async -> [ScanPrediction] {
    let heldOut = scans.indices.filter {
      molecules[scans[$0].molecule].isHeldOut && designs[$0].points.count > 1
    }
    guard !heldOut.isEmpty else { return [] }
    let used = (0...otherLevels.count).map { level in
      let all = draws.forceConstants(ofLevel: level)
      return Swift.stride(from: 0, to: all.count, by: max(1, all.count / count)).map { all[$0] }
    }
    let errors = LeftOutErrors(
      self, designs: designs, mode: posterior.mode(), draws: used, options: options)
    return await parallelMap(heldOut.count, threads: options.threads) { number in
      let s = heldOut[number]
      let prepared = molecules[scans[s].molecule]
      let scan = self.scan(scans[s])
      let type = prepared.molecule.topology.type(of: scan.driven)
      var predictor = ScanPredictor(designs[s], columns: prepared.basis.columns)
      // A stream for each scan, so that results do not depend on threads.
      var stream = RandomStream(seed: options.seed, stream: 1 << 32 + UInt64(s))
      let candidates = errors.candidates(bondClass: type.bondClass)
      for k in used[level(ofScan: s)] {
        predictor.add(forceConstants: k, stream: &stream) { candidates.draw(using: &$0) }
      }
      return ScanPrediction(
        molecule: prepared.molecule.id, scan: scan.id, type: type,
        unseenTypes: drivenTypes(s).filter { table.isWanted($0) && !table.isSeen($0) }.sorted(),
        points: designs[s].points,
        independentPoints: options.model.independentPoints(
          points: designs[s].points.count, axes: designs[s].axes),
        angles: designs[s].angles, deviations: predictor.deviations, variance: predictor.variance,
        logScore: predictor.logScore, baseError: error(s, base[s]), fitError: error(s, fitted[s]),
        leastSquaresError: plain.flatMap { error(s, $0[s]) })
    }
  }
}

/// Adds up the predictive draws of one scan.
private struct ScanPredictor {
  private let design: ScanDesign
  private let columns: [Int]
  private(set) var deviations: [[Double]]
  private var noiseSquares = 0.0
  private var sums: [Double]
  private var parameterSquares: [Double]
  private var logDensities: [Double] = []
  private var count = 0.0

  init(_ design: ScanDesign, columns: [Int]) {
    self.design = design
    self.columns = columns
    deviations = design.points.map { _ in [] }
    parameterSquares = design.points.map { _ in 0 }
    sums = design.points.map { _ in 0 }
  }

  /// - Parameter variance: draws the variance of the noise of a new scan.
  mutating func add(
    forceConstants k: [Double], stream: inout RandomStream, variance: (inout RandomStream) -> Double
  ) {
    let points = design.points.indices
    let shared = centred(
      points.map { i in
        zip(design.energyRows[i], columns).reduce(-design.energyTargets[i]) { $0 + $1.0 * k[$1.1] }
      })
    let noise = variance(&stream).squareRoot()
    let grain = centred(points.map { _ in noise * stream.normal() })
    for i in points {
      deviations[i].append(shared[i] + grain[i])
      sums[i] += shared[i]
      parameterSquares[i] += shared[i] * shared[i]
      noiseSquares += grain[i] * grain[i]
    }
    if Int(count) % 4 == 0 {
      logDensities.append(logMeanExp((0..<12).map { _ in logNormal(shared, variance: variance(&stream)) }))
    }
    count += 1
  }

  /// ln of the normal density of the differences that a free offset leaves, of independent residuals: with contrasts of
  /// determinant one against the last point.
  private func logNormal(_ residual: [Double], variance: Double) -> Double {
    let n = Double(residual.count)
    let square = residual.reduce(0) { $0 + $1 * $1 }
    return -0.5 * (square / variance + (n - 1) * log(2 * Double.pi * variance) + log(n))
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
    result.noise = noiseSquares / (count * Double(design.points.count))
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
