// What `swivel audit` looks at: a report or a parameter file, and what makes it fail.

import ArgumentParser
import Chemistry
import ForceFieldFiles
import Foundation
import ReportFiles
import Statistics
import TextFiles
import TorsionModel
import Validation

/// What an audit fails on.
struct FailOn: ExpressibleByArgument {
  var kinds: Set<AuditFinding.Kind>
  var concerns: Set<Concern>

  /// Everything that is amiss in a file, and no concern.
  static let findings = FailOn(kinds: Set(AuditFinding.Kind.allCases), concerns: [])

  /// The names that a user can give.
  static let names =
    AuditFinding.Kind.allCases.map(\.rawValue) + Concern.allCases.map(slug) + [
      "findings", "concerns", "none",
    ]

  init(kinds: Set<AuditFinding.Kind>, concerns: Set<Concern>) {
    self.kinds = kinds
    self.concerns = concerns
  }

  init?(argument: String) {
    self.init(kinds: [], concerns: [])
    for name in argument.split(separator: ",").map({ $0.trimmingCharacters(in: .whitespaces).lowercased() }) {
      if let kind = AuditFinding.Kind(rawValue: name) {
        kinds.insert(kind)
      } else if let concern = Concern.allCases.first(where: { slug($0) == name }) {
        concerns.insert(concern)
      } else if name == "findings" {
        kinds.formUnion(AuditFinding.Kind.allCases)
      } else if name == "concerns" {
        concerns.formUnion(Concern.allCases)
      } else if name != "none" {
        return nil
      }
    }
  }

  var defaultValueDescription: String { "findings" }
}

/// A concern as a word of the command line.
private func slug(_ concern: Concern) -> String { concern.rawValue.replacingOccurrences(of: " ", with: "-") }

/// The terms of a report or of a parameter file, with what is amiss.
struct Audited {
  var source: String
  var isFile = false
  var isForeign = false
  var header: [String] = []
  var findings: [AuditFinding] = []
  /// All terms of a file.
  var terms: [ParameterFileAudit.Term] = []
  /// Terms with intervals, the most doubtful first.
  var remarked: [AuditedTerm] = []

  /// - Throws: `InputError` where the source is neither, or cannot be read.
  init(_ source: String) throws {
    self.source = source
    if let summary = try reportSummary(source) {
      remarked = summary.parameters.map { AuditedTerm($0, of: summary) }.sortedByConcern()
      return
    }
    let audit = try auditParameterFile(source)
    // What the format's own reader refuses must not pass as fine.
    if audit.findings.isEmpty, !audit.isForeign { _ = try readTorsionParameters(source) }
    isFile = true
    isForeign = audit.isForeign
    header = audit.header
    findings = audit.findings
    terms = audit.terms
    remarked = audit.terms.compactMap { term in
      term.remark.map {
        AuditedTerm(
          type: $0.type, periodicity: $0.periodicity, mean: term.term.forceConstant, sd: $0.sd,
          interval90: $0.interval90, base: $0.base, contraction: $0.contraction, molecules: $0.molecules,
          tau: $0.tau, flags: $0.flags)
      }
    }.sortedByConcern()
  }

  /// Whether something is amiss that is to fail.
  func isFailed(_ failOn: FailOn) -> Bool {
    findings.contains { failOn.kinds.contains($0.kind) }
      || remarked.contains { !failOn.concerns.isDisjoint(with: $0.concerns) }
  }
}

extension AuditedTerm {
  /// A force constant of a summary that was read, whose intervals are ranges.
  fileprivate init(_ p: Summary.ParameterRecord, of summary: Summary) {
    let isGood =
      ConvergenceLimits.areMet(rhat: p.rhat, essBulk: p.essBulk, essTail: p.essTail)
    self.init(
      type: p.type, periodicity: p.periodicity,
      isSine: p.phase == 90, mean: p.mean, sd: p.sd, interval90: p.interval90[0]...p.interval90[1],
      base: p.base, contraction: p.contraction, molecules: p.molecules, tau: p.tau, flags: p.flags,
      isConverged: isGood)
    if concerns.contains(.shouldBeSplit) {
      pulledBy = summary.identifiability?.molecules(pulling: type) ?? []
    }
  }
}
