// AMBER frcmod: the DIHE section, written and read back (ambermd.org/FileFormats.php, "frcmod").

import Chemistry
import FoundationEssentials
import TextFiles

/// The text of a frcmod file.
///
/// All terms of a type stand together, all but the last with a negative periodicity (a file that ends on a negative one
/// makes tleap run away; equal periodicities are dropped by it without a word). IDIVF is 1, so PK is the force constant
/// of each torsion. Numbers have no exponents, which ParmEd does not read.
/// - Throws: ``InputError`` for types longer than two characters, which the format has no room for.
func amberFrcmod(_ forceField: FittedForceField) throws -> String {
  let torsions = try forceField.checkedByType()
  var remarks = RemarkWriter(torsions)
  var text =
    (forceField.header + [remarks.headerLine]).joined(separator: " | ")
    + " | Load last, loadamberparams \(forceField.family).frcmod: after the base force field and after the molecule's own frcmod"
    + " of parmchk2. Of two definitions tleap takes the last, and is silent.\n"
  text += "MASS\n\nBOND\n\nANGLE\n\nDIHE\n"
  for torsion in torsions {
    for type in torsion.type.types
    where type.count > 2 || type.isEmpty || type.contains(where: { $0 == "-" || $0 == " " }) {
      throw InputError(
        nil, "the atom type \"\(type)\" does not fit into a frcmod, whose types have one or two characters",
        hint: "export to openmm or gromacs, which take longer names")
    }
    let types = torsion.type.types.map { $0.padding(toLength: 2, withPad: " ", startingAt: 0) }
      .joined(separator: "-")
    let terms = torsion.terms.sorted { $0.term.periodicity < $1.term.periodicity }
    for (index, fitted) in terms.enumerated() {
      let n = index + 1 < terms.count ? -fitted.term.periodicity : fitted.term.periodicity
      text += "\(types)   1  \(padded(fixedPoint(fitted.term.forceConstant, 8), 14))"
      text += "  \(padded(fixedPoint(degrees(fitted.term.phase), 6), 12))  \(padded("\(n).0", 5))"
      text += "  ! \(remarks.next(fitted, in: torsion))\n"
    }
  }
  return sealed(text + "\nIMPROPER\n\nNONBON\n\n", as: .amber)
}

/// Reads the torsions of a frcmod file.
/// - Throws: ``InputError`` with the place, where a line of the DIHE section cannot be read.
public func readAmberFrcmod(_ path: String) throws -> TorsionParameters {
  var terms: [TorsionType: [TorsionTerm]] = [:]
  var isInside = false
  var continues: TorsionType?
  for (index, line) in try readText(path).split(separator: "\n", omittingEmptySubsequences: false)
    .enumerated()
  {
    let place = SourcePlace(file: path, line: index + 1)
    let word = line.trimmingSpaces
    if index > 0, amberSections.contains(String(word.prefix(4))), !line.contains("-") {
      isInside = word.hasPrefix("DIHE")
      continue
    }
    guard isInside else { continue }
    if word.isEmpty {
      isInside = false
      continue
    }
    let row = try AmberDihedralLine(line, place: place)
    let type: TorsionType
    if let types = row.types {
      type = TorsionType(types[0], types[1], types[2], types[3])
    } else if let continues {
      type = continues
    } else {
      throw InputError(place, "\"\(line.prefix(11))\" is not four atom types")
    }
    // A new block replaces what an earlier one said of the type.
    if continues != type { terms[type] = [] }
    terms[type]!.append(row.term)
    continues = row.continues ? type : nil
  }
  guard continues == nil else {
    throw InputError(
      SourcePlace(file: path), "ends inside a torsion: its last line says that another term follows",
      hint: "the file may be truncated; write it again")
  }
  return TorsionParameters(terms)
}

/// The four letters that a section of a frcmod begins with.
let amberSections: Set<String> = ["MASS", "BOND", "ANGL", "DIHE", "IMPR", "NONB", "HBON", "CMAP"]

/// A line of the section DIHE.
struct AmberDihedralLine {
  /// Nil where the line goes on with the types of the last.
  var types: [String]?
  var term: TorsionTerm
  /// Whether another term follows.
  var continues: Bool

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
  }
}

/// Degrees of an angle in radian.
func degrees(_ angle: Double) -> Double { angle / Units.degree }

/// A text right-aligned in `width` columns.
func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
