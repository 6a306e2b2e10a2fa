// swivel audit: the parameter table, what to worry about first.

import ArgumentParser
import Chemistry
import ForceFieldFiles
import Foundation
import ReportFiles
import TextFiles
import TorsionModel
import Validation

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract:
      """
      List the force constants of a report or a parameter file, the most doubtful first, and fail where \
      numbers are amiss.
      """,
    discussion: """
      Example:
        swivel audit reports/alkanes
        swivel audit forcefields/amides/amides.frcmod --csv > amides.csv
        swivel audit someones.frcmod --fail-on large,duplicate,unreachable

      Concerns, the gravest first: sign against the base, far from the base (by more than three prior standard \
      deviations), molecules differ (their
      scale exceeds three standard deviations), prior only (the data say nothing), one molecule, interval contains \
      zero, chains not converged.

      Findings, in parameter files: value, phase, periodicity (not those of the remark), no-remark (a term beside \
      those that were written), missing (a
      term that was written and is gone), outside-interval (of 95 %), checksum (what is no comment was changed), and \
      in any file, Swivel's or not:
      large (a constant above 20 kcal/mol), odd-phase (neither 0 nor 180), duplicate, wildcard (takes torsions of any \
      kind, or of lines that say
      more), unreachable (a line that no torsion reaches). Each is named with file and line.

      Exit codes: 0 fine, 1 something that --fail-on names, 2 bad input or usage.
      """)

  @Argument(
    help: "A report folder, its summary.json, or a file of torsion parameters in any format.",
    completion: .reportOrParameterFile) var source: String
  @Option(
    help:
      """
      What ends with exit code 1, separated by commas: kinds of findings, concerns with hyphens \
      (far-from-the-base), findings, concerns, or none.
      """,
    completion: .list(FailOn.names)) var failOn: FailOn = .findings
  @Option(
    parsing: .upToNextOption,
    help:
      """
      Your topologies: list which of their torsions the source touches and whether a fitted scan had their \
      surroundings; files that one needs behind it.
      """,
    completion: .file())
  var against: [String] = []
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print CSV.") var csv = false
  @Flag(help: "Print nothing.") var quiet = false

  func validate() throws {
    if json && csv { throw ValidationError("--json and --csv exclude each other") }
  }

  func run() throws {
    let audited = try Audited(source)
    let isFailed = audited.isFailed(failOn)
    let touched = try against.isEmpty ? nil : TouchedTorsions.all(of: source, in: against)
    if !quiet {
      if json {
        print(try jsonText(AuditRecord(audited, failOn: failOn, touched: touched)), terminator: "")
      } else if csv {
        print(
          table(audited, exact: true).map { $0.map(quoted).joined(separator: ",") }.joined(separator: "\n"))
        for finding in audited.findings { complain("\(finding)") }
      } else {
        printText(audited)
        if let touched { print("\n" + touchedText(touched, source: source, topologies: against)) }
      }
    }
    if let touched, !quiet { for line in unappliedWarnings(touched, source: source) { complain(line) } }
    if isFailed { throw ExitStatus.checkFailed }
  }

  private func printText(_ audited: Audited) {
    for line in audited.header { print(line) }
    if audited.isForeign {
      print(
        "\(audited.terms.count) terms without remarks of Swivel's: audited for what can be told of any file")
    } else {
      if !audited.header.isEmpty { print() }
      let rows = table(audited, exact: false)
      print(textTable(header: rows[0], rows: Array(rows.dropFirst())))
      let terms = audited.remarked
      let counts = Concern.allCases.map { concern in
        (concern, terms.count { $0.concerns.contains(concern) })
      }.filter { $0.1 > 0 }
      print(
        "\n\(terms.count) force constants, \(terms.count { $0.concerns.isEmpty }) without concern"
          + counts.map { "; \($0.1) \($0.0.rawValue)" }.joined())
      if let words = transferWords(terms) { print(words) }
    }
    guard audited.isFile else { return }
    print(
      audited.findings.isEmpty ? "nothing amiss in the file" : "\(audited.findings.count) amiss in the file:")
    for finding in audited.findings { print("\(finding)") }
  }

  private func table(_ audited: Audited, exact: Bool) -> [[String]] {
    func number(_ value: Double?, _ digits: Int) -> String {
      exact ? value.map { "\($0)" } ?? "" : decimal(value, digits)
    }
    return [
      ["torsion", "n", "mean", "low", "high", "sd", "base", "contraction", "molecules", "tau", "concerns"]
    ]
      + audited.remarked.map {
        [
          $0.type.label + ($0.isSine ? " (sin)" : ""), "\($0.periodicity)", number($0.mean, 3),
          number($0.interval90.lowerBound, 3), number($0.interval90.upperBound, 3), number($0.sd, 3),
          number($0.base, 3), number($0.contraction, 2), "\($0.molecules)", number($0.tau, 3),
          $0.concerns.map { [pulledBy = $0.pulledBy] concern in
            concern == .shouldBeSplit && !pulledBy.isEmpty
              ? "\(concern.rawValue): \(pulledBy.joined(separator: ", "))" : concern.rawValue
          }.joined(separator: "; "),
        ]
      }
  }

  private func quoted(_ field: String) -> String {
    field.contains(where: { ",\"\n".contains($0) })
      ? "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : field
  }
}

/// What is said where no force constant rests on more than one molecule; nil where one does.
func transferWords(_ terms: [AuditedTerm]) -> String? {
  guard !terms.isEmpty, terms.allSatisfy({ $0.molecules <= 1 }) else { return nil }
  return
    """
    no force constant is seen in more than one molecule: nothing is known about transfer, and every \
    interval is about that molecule only
    """
}

extension AuditRecord {
  /// audit's JSON.
  fileprivate init(_ audited: Audited, failOn: FailOn, touched: [TouchedTorsions]?) {
    self.init(
      source: audited.source, header: audited.header, isForeign: audited.isForeign,
      isFailed: audited.isFailed(failOn),
      findings: audited.findings.map {
        Finding(
          kind: $0.kind.rawValue, place: $0.place, term: $0.term, message: $0.message,
          fails: failOn.kinds.contains($0.kind))
      }, transfer: transferWords(audited.remarked), terms: audited.remarked, against: touched)
  }
}
