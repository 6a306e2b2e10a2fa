// A parameter file against what it says of itself: numbers against remarks, remarks against numbers, both against the
// header.

import Chemistry
import FoundationEssentials
import TextFiles

/// Audits a parameter file: each force constant, phase and periodicity against its remark; terms without remarks; terms
/// that are missing; and in any file what no force field should have.
/// - Throws: ``InputError`` where the extension is of no format or the file cannot be read.
public func auditParameterFile(_ path: String) throws -> ParameterFileAudit {
  let format = try ParameterFormat.required(path)
  let text = try readText(path)
  let lines = fileLines(text)
  let torsions = try format.fileFormat.placedTorsions(path)
  let remarks = try readRemarks(lines, file: path)
  let header = headerFacts(lines, before: remarks.first?.line, format.fileFormat)
  let stated = header.lazy.compactMap(StatedTerms.init).first
  var audit = ParameterFileAudit(
    format: format, header: header, isForeign: remarks.isEmpty && stated == nil, terms: [], findings: [])
  guard !torsions.isEmpty || !audit.isForeign else {
    throw InputError(
      SourcePlace(file: path), "holds no torsion",
      hint: "check that the extension says its format: "
        + ParameterFormat.allCases.map(\.title).joined(separator: ", "))
  }
  var comparison = RemarkComparison(
    file: path, isForeign: audit.isForeign, hasOthers: header.contains { $0.hasPrefix("Others: ") },
    isDraw: header.contains { $0.contains("of the joint posterior") })
  comparison.compare(torsions, with: remarks)
  audit.terms = comparison.terms
  audit.findings = comparison.findings
  audit.findings += missingTerms(remarks, stated, lines, comparison.terms, file: path)
  if let stated, stated.checksum != checksum(of: text, as: format.fileFormat) {
    audit.findings.append(
      AuditFinding(
        .checksum, SourcePlace(file: path, line: stated.line(in: lines)),
        """
        the numbers and types are not those that were written: the checksum is \
        \(checksum(of: text, as: format.fileFormat)), the header says \(stated.checksum)
        """
      ))
  } else if stated == nil, remarks.contains(where: { $0.number != nil }) {
    audit.findings.append(
      AuditFinding(
        .checksum, SourcePlace(file: path, line: 1),
        "the header's line with the number of terms and the checksum is gone"))
  }
  audit.findings += missingMatches(torsions, lines, file: path)
  audit.findings += saneFindings(
    torsions, format: format.fileFormat, file: path, allowed: comparison.explainedPhases)
  // Stable: findings of a line keep their order.
  audit.findings = audit.findings.enumerated()
    .sorted { ($0.element.place.line ?? 0, $0.offset) < ($1.element.place.line ?? 0, $1.offset) }.map(
      \.element)
  return audit
}

/// The header's line on how many terms there are.
private struct StatedTerms {
  var count: Int
  var checksum: String

  init?(_ line: String) {
    guard let match = line.firstMatch(of: /Terms: ([0-9]+) of [0-9]+ torsion types, checksum ([0-9a-f]{16})/),
      let count = Int(match.1)
    else { return nil }
    self.count = count
    checksum = String(match.2)
  }

  func line(in lines: [Substring]) -> Int? {
    lines.firstIndex { $0.contains("checksum \(checksum)") }.map { $0 + 1 }
  }
}

/// The lines of the header that say facts, without comment marks; none of a file that Swivel did not write.
private func headerFacts(
  _ lines: [Substring], before: Int?, _ format: any ParameterFileFormat
) -> [String] {
  var facts = format.headerComments(Array(lines.prefix(before.map { $0 - 1 } ?? 40)))
  guard let first = facts.first, first.hasPrefix("Torsion parameters"), first.contains("by Swivel") else {
    return []
  }
  // What the remarks mean and how to load the file are for those who open it.
  facts.removeAll { line in
    line.isEmpty
      || !["Torsion parameters", "1-4 pairs", "Base force field", "They hold", "Draw", "Terms: ", "Others: "]
        .contains(where: line.hasPrefix)
  }
  return facts
}

/// What a file of Swivel's for LAMMPS lacks that its first command promises: labels in both directions, and the stop.
private func missingMatches(_ torsions: [PlacedTorsion], _ lines: [Substring], file: String) -> [AuditFinding] {
  guard let promise = lines.firstIndex(where: { $0.hasPrefix("variable swivel_matched") }) else { return [] }
  var findings = torsions.filter { !$0.isSaidBothWays && $0.key != $0.key.reversed() }.map {
    AuditFinding(
      .missing, SourcePlace(file: file, line: $0.line), term: $0.type.label,
      "the line for the label in the other direction is not there: data files that have it keep the base")
  }
  if !lines.contains(where: { $0.hasPrefix("if \"${swivel_matched}") }) {
    findings.append(
      AuditFinding(
        .missing, SourcePlace(file: file, line: promise + 1),
        "the last line, which stops LAMMPS where no label was found, is not there"))
  }
  return findings
}

/// Terms that remarks or the header count and that are not there, between which lines they stood.
private func missingTerms(
  _ remarks: [ReadRemark], _ stated: StatedTerms?, _ lines: [Substring], _ terms: [ParameterFileAudit.Term],
  file: String
) -> [AuditFinding] {
  let numbered = remarks.compactMap { remark in remark.number.map { (number: $0, line: remark.line) } }
  let count = max(stated?.count ?? 0, remarks.compactMap(\.count).max() ?? 0)
  guard count > 0, count < 1_000_000 else { return [] }
  let present = Set(numbered.map(\.number))
  func name(_ line: Int) -> String {
    let term = terms.first { $0.place.line == line }
    let label = remarks.first { $0.line == line }.flatMap { r in
      r.label.map { "\($0) n = \(r.periodicity ?? 0)" }
    }
    return (label ?? term.map { "\($0.type.label) n = \($0.term.periodicity)" }).map {
      "\($0) (line \(line))"
    }
      ?? "line \(line)"
  }
  return (1...count).filter { !present.contains($0) }.map { gone in
    let before = numbered.last { $0.number < gone }
    let after = numbered.first { $0.number > gone }
    let where_ = [before.map { "after \(name($0.line))" }, after.map { "before \(name($0.line))" }]
      .compactMap { $0 }.joined(separator: ", ")
    return AuditFinding(
      .missing, SourcePlace(file: file, line: before?.line ?? after?.line),
      "term \(gone) of \(count) is not there" + (where_.isEmpty ? "" : "; it stood \(where_)"))
  }
}
