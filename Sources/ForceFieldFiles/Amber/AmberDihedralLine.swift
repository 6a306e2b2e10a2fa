// A line of a frcmod or a parameter set that defines a dihedral.

import Chemistry
import TextFiles

/// A line of the section DIHE.
struct AmberDihedralLine {
  /// Nil where the line goes on with the types of the last.
  var types: [String]?
  var term: TorsionTerm
  /// Whether another term follows.
  var continues: Bool
  /// What SCEE and SCNB say; nil where neither is there.
  var scaling: OneFourScaling?

  /// Reads a line.
  /// - Throws: ``InputError`` where it is no such line.
  init(_ line: Substring, place: SourcePlace) throws {
    let fields = line.dropFirst(11).split(whereSeparator: \.isWhitespace)
    guard fields.count >= 4, let divisor = Double(fields[0]), let k = Double(fields[1]),
      let phase = Double(fields[2]), let n = Double(fields[3]), divisor > 0, k.isFinite, phase.isFinite,
      abs(n) == abs(n).rounded(), (1...6).contains(abs(n))
    else {
      throw InputError(
        place, "is no dihedral line: types, divisor, force constant, phase, periodicity were expected",
        hint: "columns 1–11 hold the types as in `c3-c3-os-c3`")
    }
    let names = line.prefix(11).split(separator: "-", omittingEmptySubsequences: false).map(\.trimmingSpaces)
    types = names.count == 4 && names.allSatisfy { !$0.isEmpty } ? names : nil
    term = TorsionTerm(periodicity: Int(abs(n)), phase: phase * Units.degree, forceConstant: k / divisor)
    continues = n < 0
    scaling = try Self.scaling(line, place: place)
  }
}

extension AmberDihedralLine {
  private static func scaling(_ line: Substring, place: SourcePlace) throws -> OneFourScaling? {
    let body = line.split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)[0].uppercased()
    func divisor(_ name: String) throws -> Double? {
      guard let found = body.range(of: name + "=") else { return nil }
      let text = body[found.upperBound...].drop { $0 == " " }.prefix { !$0.isWhitespace }
      guard let value = Double(text), (0.01...1e10).contains(value) else {
        throw InputError(place, "\"\(name)=\(text)\" divides no 1-4 interaction")
      }
      return value
    }
    let (coulomb, lennardJones) = (try divisor("SCEE"), try divisor("SCNB"))
    if coulomb == nil, lennardJones == nil { return nil }
    return OneFourScaling(coulombDivisor: coulomb ?? 1.2, lennardJonesDivisor: lennardJones ?? 2)
  }
}
