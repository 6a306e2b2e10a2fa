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
    let columns = "columns 1–11 hold the types as in `c3-c3-os-c3`"
    guard fields.count >= 4 else {
      throw InputError(
        place, "is no dihedral line: types, divisor, force constant, phase, periodicity were expected",
        hint: columns)
    }
    func spot(_ field: Int) -> SourcePlace {
      let column = line.distance(from: line.startIndex, to: fields[field].startIndex) + 1
      return SourcePlace(file: place.file, line: place.line, column: column)
    }
    let names = ["a divisor", "a force constant", "a phase", "a periodicity"]
    let numbers = try names.enumerated().map { field, what in
      guard let number = Double(fields[field]), number.isFinite else {
        throw InputError(
          spot(field), "\"\(fields[field])\" is no finite number; \(what) was expected", hint: columns)
      }
      return number
    }
    let (divisor, k, phase, n) = (numbers[0], numbers[1], numbers[2], numbers[3])
    guard divisor > 0 else {
      throw InputError(
        spot(0), "the divisor \(fields[0]) is not positive",
        hint: "the force constant is divided by it: 1 where it is that of each torsion")
    }
    guard abs(n) == abs(n).rounded(), (1...6).contains(abs(n)) else {
      throw InputError(
        spot(3), "the periodicity \(fields[3]) is none of 1 … 6",
        hint: "Swivel's torsions go up to n = 6; a minus sign says that another term follows")
    }
    let own = line.prefix(11).split(separator: "-", omittingEmptySubsequences: false).map(\.trimmingSpaces)
    types = own.count == 4 && own.allSatisfy { !$0.isEmpty } ? own : nil
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
