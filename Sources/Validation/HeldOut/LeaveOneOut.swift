// Leave-one-molecule-out: every molecule predicted by a fit of all the others.

import Chemistry
import TorsionModel

/// The predictions for every molecule by fits that did not see it.
public struct LeaveOneOut: Sendable {
  /// Each molecule's held-out predictions, in the family's order.
  public var molecules: [HeldOutMolecule]

  /// One molecule held out.
  public struct HeldOutMolecule: Sendable {
    /// Its name.
    public var id: String
    /// The predictions of its scans.
    public var predictions: [ScanPrediction]
    /// The scores over all its scans.
    public var scores: PredictionScores
    /// Types of its driven bonds that no other molecule has.
    public var unseenTypes: [TorsionType]
    /// Whether the chains of that fit met their limits.
    public var converged: Bool
  }

  /// All predictions.
  public var predictions: [ScanPrediction] { molecules.flatMap(\.predictions) }
  /// Scores over scans whose driven types other molecules have.
  public var testable: PredictionScores { PredictionScores(predictions.filter(\.unseenTypes.isEmpty)) }
  /// Scores over scans that drive a type that no other molecule has.
  public var untestable: PredictionScores { PredictionScores(predictions.filter { !$0.unseenTypes.isEmpty }) }

  /// Scores of the testable scans by the torsion type that they drive, ascending.
  public var byType: [(type: TorsionType, scores: PredictionScores)] {
    let groups = Dictionary(grouping: predictions.filter(\.unseenTypes.isEmpty), by: \.type)
    return groups.keys.sorted().map { ($0, PredictionScores(groups[$0]!)) }
  }

  /// Fits the family once for every molecule that has scans, that molecule held out.
  ///
  /// - Parameters:
  ///   - family: the family.
  ///   - options: as for a fit; its own held-out molecules stay out of every fit and are not predicted.
  ///   - known: the grid points relaxed under the base force field, where they are known already.
  ///   - training: which molecules a fit without the given one has; nil for all others.
  ///   - progress: called as the series and each of its fits begin, and as fits are done.
  /// - Throws: ``ModelError`` when fewer than two molecules have scans.
  public init(
    _ family: Family, options: FitOptions, base known: BaseGeometries? = nil,
    training: ((_ heldOut: String) -> Set<String>)? = nil,
    progress: @escaping @Sendable (FitStage) -> Void = { _ in }
  ) async throws {
    let candidates = family.molecules.filter { !$0.scans.isEmpty && !options.heldOut.contains($0.id) }
    guard candidates.count > 1 else {
      throw ModelError(
        message: "leaving one molecule out needs at least two molecules with scans",
        hint: "add molecules to the family")
    }
    let base =
      if let known { known } else {
        try await baseGeometries(family, options: options, progress: progress)
      }
    progress(.series(fits: candidates.count))
    progress(.counting(candidates.count))
    // A few fits at a time, each on its share of the threads: results do not depend on either.
    let lanes = max(1, min(options.threads, candidates.count))
    let fitOne = { @Sendable (molecule: Molecule, rest: Set<String>) async throws -> HeldOutMolecule in
      var own = options
      own.threads = max(1, options.threads / lanes)
      own.purpose = .prediction
      own.comparesLeastSquares = true
      own.heldOut.formUnion(rest.union([molecule.id]))
      own.includesHeldOutTypes = true
      let fit = try await TorsionModel.fit(family, options: own, base: base)
      let predictions = fit.predictions.filter { $0.molecule == molecule.id }
      return HeldOutMolecule(
        id: molecule.id, predictions: predictions, scores: PredictionScores(predictions),
        unseenTypes: Set(predictions.flatMap(\.unseenTypes)).sorted(), converged: fit.converged)
    }
    let names = Set(candidates.map(\.id))
    var found = [HeldOutMolecule?](repeating: nil, count: candidates.count)
    try await withThrowingTaskGroup(of: (Int, HeldOutMolecule).self) { group in
      var next = 0
      func start() {
        guard next < candidates.count else { return }
        let (index, molecule) = (next, candidates[next])
        let rest = training.map { names.subtracting($0(molecule.id)) } ?? []
        progress(.fitting("without \(molecule.id)"))
        group.addTask { (index, try await fitOne(molecule, rest)) }
        next += 1
      }
      for _ in 0..<lanes { start() }
      while let (index, result) = try await group.next() {
        found[index] = result
        progress(.advanced(1))
        start()
      }
    }
    molecules = found.compactMap { $0 }
  }
}
