// What `swivel apply` says: torsions replaced, had already, kept, and types that occur nowhere; as a table and as JSON.

import Chemistry
import ForceFieldFiles
import ReportFiles
import TextFiles

/// What became of one topology.
struct AppliedRecord: Encodable {
  struct Term: Codable, Hashable {
    var periodicity: Int
    /// Degrees.
    var phase: Double
    /// kcal/mol.
    var k: Double

    init(_ term: TorsionTerm) {
      periodicity = term.periodicity
      phase = term.phase / Units.degree
      k = term.forceConstant
    }
  }
  struct Row: Encodable {
    var torsion: String
    var molecule: String
    /// "replaced", "already" or "kept".
    var outcome: String
    var torsions: Int
    @Nullable var before: [Term]?
    @Nullable var after: [Term]?
  }
  struct Counts: Encodable {
    var replaced: Int
    var already: Int
    var kept: Int
  }
  enum CodingKeys: String, CodingKey {
    case schema, topology, counts, rows, missing
    case isMatched = "matched"
  }

  var schema = "swivel.apply/1"
  var topology: String
  var counts: Counts
  var rows: [Row]
  /// Types of the parameters that no torsion has.
  var missing: [String]
  var isMatched: Bool
  /// What to do where nothing matched.
  var hint: String

  init(_ topology: String, _ application: TorsionApplication, _ source: AppliedParameters) {
    self.topology = topology
    counts = Counts(
      replaced: application.count(.replaced), already: application.count(.already),
      kept: application.count(.kept))
    rows = application.rows.map {
      Row(
        torsion: $0.type.label, molecule: $0.molecule, outcome: $0.outcome.rawValue, torsions: $0.count,
        before: $0.before.map { $0.map(Term.init) }, after: $0.after.map { $0.map(Term.init) })
    }
    missing = application.missing.map(\.label)
    isMatched = application.isMatched
    let types = Set(application.rows.flatMap(\.type.types))
    let wanted = Set(source.parameters.terms.keys.flatMap(\.types))
    if types.subtracting([""]).isEmpty, !application.rows.isEmpty {
      hint = "the topology names no atom types: \(openMMNamesHint)"
    } else if wanted.isDisjoint(with: types) {
      hint =
        """
        its torsions have the types \(types.sorted().prefix(8).joined(separator: " ")), the parameters \
        \(wanted.sorted().prefix(8).joined(separator: " "))
        """
    } else {
      hint = "it has none of the torsions \(missing.prefix(4).joined(separator: ", "))"
    }
  }

  /// The table and a line that sums up.
  var text: String {
    func words(_ terms: [Term]?) -> String {
      guard let terms else { return "by type" }
      let shown = terms.filter { $0.periodicity > 0 && $0.k != 0 }.map { term in
        "n=\(term.periodicity) \(decimal(term.k, 4))"
          + (abs(term.phase) < 1e-3 ? "" : " at \(decimal(term.phase, 0))°")
      }
      return shown.isEmpty ? "none" : shown.joined(separator: ", ")
    }
    let table = textTable(
      header: ["torsion", "molecule", "torsions", "", "terms before (kcal/mol)", "after"],
      rows: rows.filter { $0.outcome != "kept" }.map {
        [
          $0.torsion, $0.molecule.isEmpty ? "–" : $0.molecule, "\($0.torsions)", $0.outcome, words($0.before),
          $0.outcome == "already" ? "the same" : words($0.after),
        ]
      })
    var lines = [table, ""]
    lines.append(
      """
      \(topology): \(counts.replaced) torsions replaced, \(counts.already) had these terms already, \
      \(counts.kept) kept: the parameters do not have their types
      """
    )
    let kept = Set(rows.filter { $0.outcome == "kept" }.map(\.torsion)).sorted()
    if !kept.isEmpty { lines.append("kept: \(shortList(kept))") }
    if !missing.isEmpty { lines.append("in the parameters and not in the topology: \(shortList(missing))") }
    return lines.joined(separator: "\n")
  }
}

private func shortList(_ names: [String]) -> String {
  names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) more" : "")
}

/// What a user should know beside the table.
func notes(on application: TorsionApplication, _ source: AppliedParameters) -> [String] {
  guard application.isMatched else { return [] }
  var result: [String] = []
  if let fitted = source.oneFourScalings, !fitted.isEmpty, !application.oneFourScalings.isEmpty {
    func isSame(_ a: OneFourScaling, _ b: OneFourScaling) -> Bool {
      abs(a.coulombDivisor - b.coulombDivisor) < 1e-3
        && abs(a.lennardJonesDivisor - b.lennardJonesDivisor) < 1e-3
    }
    func words(_ scaling: OneFourScaling) -> String {
      "\(decimal(scaling.coulombDivisor, 3)) (Coulomb) and \(decimal(scaling.lennardJonesDivisor, 3)) (Lennard-Jones)"
    }
    if let other = application.oneFourScalings.first(where: { own in !fitted.contains { isSame($0, own) } }) {
      result.append(
        """
        1-4 pairs are divided by \(words(other)) here, and by \(words(fitted[0])) where the parameters were \
        fitted: they hold under the latter only
        """
      )
    }
  }
  if let line = otherBase(application, source) { result.append(line) }
  if let first = application.skipped.first {
    result.append(
      """
      \(application.skipped.count) lines of [ dihedrals ] stand in a branch that no #define takes \
      (\(first.file):\(first.line ?? 1), …) and keep their terms: define in the topology what your run \
      defines
      """
    )
  }
  return result
}

/// Types whose terms in the topology are neither the parameters' nor those of the base that they were fitted on.
private func otherBase(_ application: TorsionApplication, _ source: AppliedParameters) -> String? {
  let others = application.rows.filter { row in
    guard row.outcome == .replaced, let before = row.before, let base = source.base[row.type] else {
      return false
    }
    return base.contains { n, value in
      abs(before.filter { $0.periodicity == n }.reduce(0) { $0 + $1.cosineAmplitude } - value) > 1e-4
    }
  }.map(\.type.label)
  guard !others.isEmpty else { return nil }
  return
    """
    the terms before were not those of the base force field of the fit for \
    \(shortList(Set(others).sorted())): another version of it, or a file that was changed already
    """
}

/// The JSON of `swivel apply`.
struct AppliedList: Encodable {
  enum CodingKeys: String, CodingKey {
    case topologies, files
    case dryRun = "dry_run"
  }
  var dryRun: Bool
  var topologies: [AppliedRecord]
  /// The files written.
  var files: [String]
}
