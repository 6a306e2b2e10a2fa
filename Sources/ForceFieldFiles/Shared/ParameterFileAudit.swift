// What an audit of a parameter file found.

import Chemistry
import TextFiles

/// What an audit of a parameter file found.
public struct ParameterFileAudit: Sendable {
  /// A term as the file has it.
  public struct Term: Hashable, Sendable {
    /// The torsion type.
    public var type: TorsionType
    /// Periodicity, phase and force constant, as an engine reads them.
    public var term: TorsionTerm
    /// Its line.
    public var place: SourcePlace
    /// What its remark says; nil without one, or where it was not fitted.
    public var remark: RemarkedTerm?
  }

  /// The format.
  public var format: ParameterFormat
  /// What the file says of itself on top: origin, 1-4 treatment, base force field, number of terms.
  public var header: [String]
  /// Whether Swivel did not write it: no remark says what its numbers should be.
  public var isForeign: Bool
  /// Its terms, in the file's order.
  public var terms: [Term]
  /// What is wrong, in the file's order.
  public var findings: [AuditFinding]
}
