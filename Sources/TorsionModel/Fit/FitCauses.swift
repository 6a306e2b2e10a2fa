// Why a scan ends above what its torsion terms could say: its error taken apart into steps, the largest of which is the
// cause.

import CMath
import Chemistry
import Statistics

/// What keeps a fitted error up.
public enum FitCause: String, CaseIterable, Hashable, Sendable {
  /// No force constants describe the scan.
  case form = "torsion form"
  /// Those that would do not suit the other scans with the same torsion types.
  case sharing = "shared types"
  /// The rows are not weighed alike: the scan counts for little, or its torques pull elsewhere than its energies.
  case noise = "noise"
  /// The prior holds the force constants back.
  case prior = "prior"
  /// Geometries relaxed under the fitted force constants are not those that the rows were made at.
  case relaxation = "relaxation"
  /// Grid points that do not count in the fit, but do in the error.
  case unfittedPoints = "points not fitted"
}

/// The error of one scan, or of all, from what the torsion form can say to what is reported: root mean squares in
/// kcal/mol after a shift by the mean difference, at the points and weights of the fit's energy rows except for the
/// last.
public struct ErrorSteps: Hashable, Sendable {
  /// Of least squares on the energies of this scan alone.
  public var form: Double
  /// Of least squares on the energies of all scans.
  public var sharing: Double
  /// Of least squares on all rows of all scans, weighed as the fit weighs them: what it would do without a prior.
  public var noise: Double
  /// Of the posterior mean on the same rows.
  public var prior: Double
  /// Of energies relaxed under the posterior mean.
  public var relaxation: Double
  /// The same over all grid points that relaxed, all alike: the error that is reported.
  public var unfittedPoints: Double

  /// Steps of the numbers given, kcal/mol.
  public init(
    form: Double, sharing: Double, noise: Double, prior: Double, relaxation: Double, unfittedPoints: Double
  ) {
    self.form = form
    self.sharing = sharing
    self.noise = noise
    self.prior = prior
    self.relaxation = relaxation
    self.unfittedPoints = unfittedPoints
  }

  /// An error below this is as good as matters at room temperature (kT at 298 K is 0.59 kcal/mol).
  public static let goodError = 0.5
  /// How far above least squares on the scan alone an error may end without a word, kcal/mol.
  public static let tolerance = 0.25

  /// Whether the reported error wants a cause: it is large, or far above what least squares on the scan alone leaves.
  public var isFar: Bool { unfittedPoints > Self.goodError || unfittedPoints - form > Self.tolerance }

  /// What each cause adds, kcal/mol; they sum up to the reported error, and some may be negative.
  public var steps: [(cause: FitCause, size: Double)] {
    [
      (.form, form), (.sharing, sharing - form), (.noise, noise - sharing), (.prior, prior - noise),
      (.relaxation, relaxation - prior), (.unfittedPoints, unfittedPoints - relaxation),
    ]
  }

  /// The cause that adds most.
  public var largest: FitCause {
    // Of equals the first.
    steps.reduce(steps[0]) { $1.size > $0.size + 1e-12 ? $1 : $0 }.cause
  }

  /// The steps of several scans as one: roots of mean squares, each scan counted `weights` times; nil for none.
  public static func pooled(_ all: [ErrorSteps], weights: [Double]) -> ErrorSteps? {
    let total = weights.reduce(0, +)
    guard total > 0 else { return nil }
    func pool(_ path: KeyPath<ErrorSteps, Double>) -> Double {
      (zip(all, weights).reduce(0) { $0 + $1.1 * $1.0[keyPath: path] * $1.0[keyPath: path] } / total)
        .squareRoot()
    }
    return ErrorSteps(
      form: pool(\.form), sharing: pool(\.sharing), noise: pool(\.noise), prior: pool(\.prior),
      relaxation: pool(\.relaxation), unfittedPoints: pool(\.unfittedPoints))
  }
}

/// Why a scan, or a whole fit, ends where it does.
public struct ScanCause: Hashable, Sendable {
  /// The error, step by step.
  public var steps: ErrorSteps
  /// The largest step; nil where the error is small and near what least squares leaves.
  public var cause: FitCause?
  /// Whether the driven bond is in a ring, where bonds and angles give way with it.
  public var isInRing = false
  /// Whether torques or forces make most of the step of the noise; else the scan counts for little beside others.
  public var isOfTorques = false
  /// The grid point (frame in its file, from 1) that least squares on the scan alone is off at by a kcal/mol and by six
  /// times what is usual in the scan; nil where none is.
  public var pointApart: Int?
  /// Largest change of one of the molecule's force constants from the base force field's that least squares on all rows
  /// asks for, kcal/mol.
  public var leastSquaresChange = 0.0
  /// The same of the posterior mean.
  public var fittedChange = 0.0

  /// Steps with the cause that they name.
  public init(_ steps: ErrorSteps) {
    self.steps = steps
    cause = steps.isFar ? steps.largest : nil
  }
}

extension PreparedFamily {
  /// Why fitted scans end where they do, one entry a scan; nil for held-out ones, those of other levels of theory
  /// and those with fewer than two rows.
  ///
  /// - Parameters:
  ///   - designs: the rows that the chains saw.
  ///   - draws: the posterior, for its noise scales and weights.
  ///   - mean: force constants, kcal/mol, in the table's order.
  ///   - relaxed: grid points relaxed under `mean`.
  func causes(
    _ designs: [ScanDesign], draws: PosteriorDraws, mean: [Double], relaxed: [RelaxedScan],
    options: FitOptions
  ) -> [ScanCause?] {
    // Scans of other levels of theory differ from the force constants by more than errors.
    func isOwn(_ s: Int) -> Bool { level(ofScan: s) == 0 }
    let shared = leastSquaresByBlock(designs) { s, kind, _ in kind == .energy && isOwn(s) ? 1 : 0 }
    let weights = RowWeights(draws, options: options.model)
    let weighed = leastSquaresByBlock(designs) { s, kind, i in
      isOwn(s) ? weights.weight(of: designs[s], scan: s, kind, row: i) : 0
    }
    let weighedEnergies = leastSquaresByBlock(designs) { s, kind, i in
      kind == .energy && isOwn(s) ? weights.weight(of: designs[s], scan: s, kind, row: i) : 0
    }
    return scans.indices.map { s in
      let prepared = molecules[scans[s].molecule]
      guard !prepared.isHeldOut, isOwn(s), let rows = designs[s].fitted[.energy], rows.y.count > 1,
        let reported = error(s, relaxed[s])
      else { return nil }
      let columns = prepared.basis.columns
      let alone = rows.leastSquares(columns: columns)
      let points = scan(scans[s]).points
      let there = rows.points.indices.filter { relaxed[s].energies[rows.points[$0]] != nil }
      let differences = there.map {
        points[rows.points[$0]].energy - (relaxed[s].energies[rows.points[$0]] ?? 0)
      }
      var result = ScanCause(
        ErrorSteps(
          form: spread(rows.residuals(alone, columns: Array(columns.indices)), weights: rows.weights),
          sharing: spread(rows.residuals(shared, columns: columns), weights: rows.weights),
          noise: spread(rows.residuals(weighed, columns: columns), weights: rows.weights),
          prior: spread(rows.residuals(mean, columns: columns), weights: rows.weights),
          relaxation: spread(differences, weights: there.map { rows.weights[$0] }),
          unfittedPoints: reported.rmse))
      let half = spread(rows.residuals(weighedEnergies, columns: columns), weights: rows.weights)
      result.isOfTorques = result.steps.noise - half > half - result.steps.sharing
      func change(_ k: [Double]) -> Double { columns.map { abs(k[$0] - table.base[$0]) }.max() ?? 0 }
      result.leastSquaresChange = change(weighed)
      result.fittedChange = change(mean)
      result.isInRing = prepared.molecule.topology.bondGraph.isInRing(scan(scans[s]).driven.centralBond)
      result.pointApart = placeApart(rows.residuals(alone, columns: Array(columns.indices))).map {
        points[rows.points[$0]].frame
      }
      return result
    }
  }
}

/// How the fit weighs its rows, at posterior means.
private struct RowWeights {
  private let draws: PosteriorDraws
  private let options: ModelOptions
  private let precisions: [RowKind: Double]

  init(_ draws: PosteriorDraws, options: ModelOptions) {
    self.draws = draws
    self.options = options
    var precisions: [RowKind: Double] = [:]
    for (index, role) in draws.scaleRoles.enumerated() {
      guard case .noise(let kind) = role else { continue }
      precisions[kind] = 1 / TorsionPosterior.variance(ofNoise: draws.mean(ofScale: index))
    }
    self.precisions = precisions
  }

  func weight(of design: ScanDesign, scan: Int, _ kind: RowKind, row: Int) -> Double {
    let power = design.power(options)
    let own = draws.weights.indices.contains(scan) ? draws.weights[scan] : []
    let place =
      switch options.noise.weighs {
      case .nothing: -1
      case .scans: kind.weightGroup
      case .points: design.fitted[kind]?.points[row] ?? -1
      }
    return power * (precisions[kind] ?? 0) * (own.indices.contains(place) ? own[place] : 1)
  }
}

extension DesignRows {
  /// The force constants that fit these rows best, of smallest norm, over the molecule's columns.
  fileprivate func leastSquares(columns: [Int]) -> [Double] {
    var sums = RowStatistics(columns: columns.count)
    for i in y.indices { sums.add(x[i], y[i], weight: weights[i]) }
    let own = sums.gram(freeOffset: true)
    let order = columns.count + 1
    var gram = Matrix(rows: columns.count, columns: columns.count)
    for a in columns.indices { for b in columns.indices { gram[a, b] = own[a * order + b] } }
    return smallestSolution(gram, columns.indices.map { own[$0 * order + columns.count] })
  }
}

/// The weighted root mean square of numbers about their mean; 0 without any.
private func spread(_ values: [Double], weights: [Double]) -> Double {
  let total = weights.reduce(0, +)
  return total > 0 ? (squaresAboutMean(values, weights: weights) / total).squareRoot() : 0
}

/// The place of the residual that is farthest from their median, where that is a kcal/mol and six times the usual
/// distance.
func placeApart(_ residuals: [Double]) -> Int? {
  guard residuals.count > 4 else { return nil }
  let median = residuals.sorted()[residuals.count / 2]
  let distances = residuals.map { abs($0 - median) }
  let usual = distances.sorted()[distances.count / 2]
  guard let first = distances.indices.max(by: { distances[$0] < distances[$1] }),
    distances[first] > max(1, 6 * usual)
  else { return nil }
  return first
}
