// What an audit of a parameter file finds wrong in it.

import TextFiles

/// What is wrong with a line of a parameter file.
public struct AuditFinding: Hashable, Sendable {
  /// The kinds of findings, by the names that users give.
  public enum Kind: String, CaseIterable, Sendable {
    /// A force constant is not the one of its remark.
    case value
    /// A phase is not the one of its remark.
    case phase
    /// A periodicity is not the one of its remark.
    case periodicity
    /// A term has no remark where others have.
    case noRemark = "no-remark"
    /// A term that was written is not there.
    case missing
    /// A force constant lies outside its own 95 % credible interval.
    case outsideInterval = "outside-interval"
    /// What is no comment is not as it was written.
    case checksum
    /// A force constant above 20 kcal/mol.
    case large
    /// A phase that is neither 0 nor 180 degrees, without a remark that says so.
    case oddPhase = "odd-phase"
    /// A type is defined twice, or has a periodicity twice.
    case duplicate
    /// A wildcard takes torsions of any kind, or those of a line that says more.
    case wildcard
    /// A line that no torsion ever reaches.
    case unreachable
  }

  /// What is wrong.
  public var kind: Kind
  /// Where.
  public var place: SourcePlace
  /// "c3-c3-c3-c3 n = 3"; empty where the finding is the whole file's.
  public var term: String
  /// What was found and what was expected.
  public var message: String

  /// A finding of its facts.
  public init(_ kind: Kind, _ place: SourcePlace, term: String = "", _ message: String) {
    self.kind = kind
    self.place = place
    self.term = term
    self.message = message
  }
}

extension AuditFinding: CustomStringConvertible {
  /// "file:line: kind: term: message".
  public var description: String {
    let line = place.line.map { ":\($0)" } ?? ""
    return "\(place.file)\(line): \(kind.rawValue): \(term.isEmpty ? "" : "\(term): ")\(message)"
  }
}
