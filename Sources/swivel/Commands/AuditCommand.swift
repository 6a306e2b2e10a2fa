// swivel audit: the parameter table, what to worry about first.

import ArgumentParser
import Chemistry
import ForceFieldFiles
import Foundation
import ReportFiles
import Statistics
import TextFiles
import TorsionModel
import Validation

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract:
      "List the force constants of a report or of an exported parameter file, the most doubtful first.",
    discussion: """
      Example:
        swivel audit reports/alkanes
        swivel audit forcefields/amides/amides.frcmod --csv > amides.csv

      Concerns, the gravest first: sign against the base, far from the base (by more than three prior standard deviations), molecules differ (their
      scale exceeds three standard deviations), prior only (the data say nothing), one molecule, interval contains zero, chains not converged.
      """)

  @Argument(
    help: "A report folder, its summary.json, or an exported frcmod, itp or xml file.",
    completion: .reportOrParameterFile) var source: String
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print CSV.") var csv = false
  @Flag(help: "Print nothing.") var quiet = false

  func validate() throws {
    if json && csv { throw ValidationError("--json and --csv exclude each other") }
  }

  func run() throws {
    let terms = try auditedTerms(source).sortedByConcern()
    if quiet { return }
    if json {
      print(try jsonText(AuditRecord(source: source, terms: terms)), terminator: "")
    } else if csv {
      print(table(terms, exact: true).map { $0.map(quoted).joined(separator: ",") }.joined(separator: "\n"))
    } else {
      let rows = table(terms, exact: false)
      print(textTable(header: rows[0], rows: Array(rows.dropFirst())))
      let counts = Concern.allCases.map { concern in
        (concern, terms.count { $0.concerns.contains(concern) })
      }.filter { $0.1 > 0 }
      print(
        "\n\(terms.count) force constants, \(terms.count { $0.concerns.isEmpty }) without concern"
          + counts.map { "; \($0.1) \($0.0.rawValue)" }.joined())
      if let words = transferWords(terms) { print(words) }
    }
  }

  private func table(_ terms: [AuditedTerm], exact: Bool) -> [[String]] {
    func number(_ value: Double?, _ digits: Int) -> String {
      exact ? value.map { "\($0)" } ?? "" : decimal(value, digits)
    }
    return [
      ["torsion", "n", "mean", "low", "high", "sd", "base", "contraction", "molecules", "tau", "concerns"]
    ]
      + terms.map {
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
private func transferWords(_ terms: [AuditedTerm]) -> String? {
  guard !terms.isEmpty, terms.allSatisfy({ $0.molecules <= 1 }) else { return nil }
  return
    "no force constant is seen in more than one molecule: nothing is known about transfer, and every interval is about that molecule only"
}

/// The terms of a report or of an exported file.
private func auditedTerms(_ source: String) throws -> [AuditedTerm] {
  var isFolder: ObjCBool = false
  try requireReport(source)
  let exists = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
  if (exists && isFolder.boolValue) || source.hasSuffix(".json") {
    let summary = try Summary(readingFrom: isFolder.boolValue ? "\(source)/summary.json" : source)
    return try summary.parameters.map { p in
      guard p.types.count == 4, p.interval90.count == 2, p.interval90[0] <= p.interval90[1] else {
        throw InputError(
          SourcePlace(file: source), "a parameter without four atom types and an interval",
          hint: "run `swivel fit` again to write it anew")
      }
      let isGood =
        ConvergenceLimits.areMet(rhat: p.rhat, essBulk: p.essBulk, essTail: p.essTail)
      var term = AuditedTerm(
        type: p.type, periodicity: p.periodicity,
        isSine: p.phase == 90, mean: p.mean, sd: p.sd, interval90: p.interval90[0]...p.interval90[1],
        base: p.base, contraction: p.contraction, molecules: p.molecules, tau: p.tau, flags: p.flags,
        isConverged: isGood)
      if term.concerns.contains(.shouldBeSplit) {
        term.pulledBy = summary.identifiability?.molecules(pulling: term.type) ?? []
      }
      return term
    }
  }
  return try readTermRemarks(source).map {
    AuditedTerm(
      type: $0.type, periodicity: $0.periodicity, mean: $0.mean, sd: $0.sd, interval90: $0.interval90,
      contraction: $0.contraction, molecules: $0.molecules, flags: $0.flags)
  }
}

/// audit's JSON.
private struct AuditRecord: Encodable {
  struct Term: Encodable {
    enum CodingKeys: String, CodingKey {
      case types, periodicity, phase, mean, sd, interval90, base, contraction, molecules, tau, concerns
      case pulledBy = "pulled_by"
    }
    var types: [String]
    var periodicity: Int
    var phase: Double
    var mean: Double
    var sd: Double
    var interval90: [Double]
    @Nullable var base: Double?
    @Nullable var contraction: Double?
    var molecules: Int
    @Nullable var tau: Double?
    var concerns: [String]
    var pulledBy: [String]
  }
  var schema = "swivel.audit/1"
  var source: String
  /// What is known about transfer to other molecules where it is nothing; null elsewhere.
  @Nullable var transfer: String?
  var parameters: [Term]

  init(source: String, terms: [AuditedTerm]) {
    self.source = source
    transfer = transferWords(terms)
    parameters = terms.map {
      Term(
        types: $0.type.types, periodicity: $0.periodicity, phase: $0.isSine ? 90 : 0, mean: $0.mean,
        sd: $0.sd,
        interval90: [$0.interval90.lowerBound, $0.interval90.upperBound], base: $0.base,
        contraction: $0.contraction, molecules: $0.molecules, tau: $0.tau,
        concerns: $0.concerns.map(\.rawValue), pulledBy: $0.pulledBy)
    }
  }
}
