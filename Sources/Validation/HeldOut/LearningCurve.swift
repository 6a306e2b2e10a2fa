// What more molecules, more grid points and torques buy on molecules that were not fitted.

import Chemistry
import Statistics
import TorsionModel

/// Scores of held-out predictions against what was fitted.
public struct LearningCurve: Sendable {
  /// One point of the curve.
  public struct Point: Sendable {
    /// Molecules in each fit.
    public var molecules: Int
    /// Grid points of the longest fitted scan.
    public var gridPoints: Int
    /// What the likelihood was made of.
    public var likelihood: LikelihoodKind
    /// Scores over the scans whose driven types the fits saw.
    public var scores: PredictionScores
  }

  /// First by grid points with all molecules, then by molecules with all grid points.
  public var points: [Point]

  /// Leaves every molecule out of fits on fewer grid points (every one, second, fourth) and on fewer of the other
  /// molecules (a half and a quarter, at least two, drawn by the seed), with energies alone and with torques.
  ///
  /// Scans count as testable by what the fit of all other molecules sees, so that points are over the same scans.
  ///
  /// - Parameters:
  ///   - family: the family.
  ///   - options: as for a fit.
  ///   - progress: called as the series and each of its fits begin, and as fits are done.
  /// - Throws: ``ModelError`` when fewer than two molecules have scans.
  public init(
    _ family: Family, options: FitOptions,
    progress: @escaping @Sendable (FitStage) -> Void = { _ in }
  ) async throws {
    let names = family.molecules.filter { !$0.scans.isEmpty && !options.heldOut.contains($0.id) }.map(\.id)
    let others = names.count - 1
    let longest = family.molecules.flatMap(\.scans).map(\.points.count).max() ?? 0
    let smaller = Set([others / 2, others / 4].map { max(2, $0) }).filter { $0 < others }.sorted(by: >)
    let base = try await baseGeometries(family, options: options, progress: progress)
    let spacings = [1, 2, 4]
    let fits = 2 * (spacings.count + smaller.count) * names.count
    progress(.series(fits: fits))
    progress(.counting(fits))
    /// Passes on what the leaving out for one point of the curve tells, named after that point.
    @Sendable func tell(_ stage: FitStage, _ likelihood: LikelihoodKind, _ molecules: Int, _ every: Int) {
      switch stage {
      case .advanced: progress(stage)
      case .fitting(let name):
        let spacing = every == 1 ? "" : "\(every). "
        progress(
          .fitting("\(likelihood.rawValue), \(molecules) molecules, every \(spacing)grid point, \(name)"))
      default: break
      }
    }
    points = []
    for likelihood in [LikelihoodKind.energyAndTorque, .energy] {
      var own = options
      own.likelihood = likelihood
      var testable: Set<String> = []
      for every in spacings {
        own.every = options.every * every
        let result = try await LeaveOneOut(
          family, options: own, base: base, progress: { tell($0, likelihood, others, every) })
        if every == 1 { testable = Set(result.predictions.filter(\.unseenTypes.isEmpty).map(\.key)) }
        points.append(
          Point(
            molecules: others, gridPoints: (longest + own.every - 1) / own.every, likelihood: likelihood,
            scores: PredictionScores(result.predictions.filter { testable.contains($0.key) })))
      }
      own.every = options.every
      for count in smaller {
        func training(_ heldOut: String) -> Set<String> {
          var rest = names.filter { $0 != heldOut }
          var stream = RandomStream(
            seed: options.seed, stream: 1 << 34 + UInt64(names.firstIndex(of: heldOut)!))
          stream.shuffle(&rest)
          return Set(rest.prefix(count))
        }
        let result = try await LeaveOneOut(
          family, options: own, base: base, training: training, progress: { tell($0, likelihood, count, 1) })
        points.append(
          Point(
            molecules: count, gridPoints: (longest + own.every - 1) / own.every, likelihood: likelihood,
            scores: PredictionScores(result.predictions.filter { testable.contains($0.key) })))
      }
    }
  }
}

extension ScanPrediction {
  /// Molecule and scan.
  fileprivate var key: String { "\(molecule)\n\(scan)" }
}
