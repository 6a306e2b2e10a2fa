// AMBER frcmod: the DIHE section, written and read back (ambermd.org/FileFormats.php, "frcmod").

import Chemistry
import Foundation
import TextFiles

/// The text of a frcmod file.
///
/// All terms of a type stand together, all but the last with a negative periodicity (a file that ends on a negative one
/// makes tleap run away; equal periodicities are dropped by it without a word). IDIVF is 1, so PK is the force constant
/// of each torsion. Numbers have no exponents, which ParmEd does not read.
/// A 1-4 scaling other than AMBER's 1.2 and 2.0 stands on every line: tleap takes those where none does.
/// - Throws: ``InputError`` for types longer than two characters, which the format has no room for; for wildcards that
///   tleap never matches; for 1-4 scalings that are not told type by type.
func amberFrcmod(_ forceField: FittedForceField) throws -> String {
  let torsions = try forceField.checkedByType()
  var remarks = RemarkWriter(torsions)
  let own = forceField.header
  let notes =
    forceField.header(remarks, as: AmberFormat()).dropFirst(own.count + 1) + [
      """
      Load last, loadamberparams \(forceField.family).frcmod: after the base force field and after the molecule's own \
      frcmod of parmchk2. Of two definitions tleap takes the last, and is silent.
      """
    ]
  // `swivel audit` looks for the number of terms in the title.
  let head = amberTitle(own.prefix(1) + [remarks.headerLine] + own.dropFirst(), Array(notes))
  var text = head.title + "MASS\n\nBOND\n\nANGLE\n\n" + head.rest + "DIHE\n"
  for torsion in torsions {
    for type in torsion.type.types
    where type.count > 2 || type.isEmpty || type.contains(where: { $0 == "-" || $0 == " " }) {
      throw InputError(
        nil, "the atom type \"\(type)\" does not fit into a frcmod, whose types have one or two characters",
        hint: "export to openmm or gromacs, which take longer names")
    }
    try refuseOneSidedWildcards(torsion.type, engine: "tleap")
    let scaling = try scalingText(torsion.type, of: forceField)
    let types = torsion.type.types.map { $0.padding(toLength: 2, withPad: " ", startingAt: 0) }
      .joined(separator: "-")
    let terms = torsion.terms.sorted { $0.term.periodicity < $1.term.periodicity }
    for (index, fitted) in terms.enumerated() {
      let n = index + 1 < terms.count ? -fitted.term.periodicity : fitted.term.periodicity
      text += "\(types)   1  \(padded(fixedPoint(fitted.term.forceConstant, 8), 14))"
      text += "  \(padded(fixedPoint(degrees(fitted.term.phase), 6), 12))  \(padded("\(n).0", 5))\(scaling)"
      text += "  ! \(remarks.next(fitted, in: torsion))\n"
    }
  }
  return sealed(text + "\nIMPROPER\n\nNONBON\n\n", as: AmberFormat())
}

/// A file's title, and what has no room in it: tleap reads 1000 bytes of a line and takes the rest for a keyword,
/// with a warning.
///
/// The rest stands behind the keyword of an empty section DIHE, where tleap and ParmEd pass over it.
/// - Parameters:
///   - facts: what the file is, for the title as far as there is room.
///   - notes: what goes behind a keyword in any case.
/// - Returns: the line of the title, and the lines of the rest.
func amberTitle(_ facts: [String], _ notes: [String] = []) -> (title: String, rest: String) {
  var title = ""
  var rest = notes
  for fact in facts {
    let longer = title.isEmpty ? fact : title + " | " + fact
    if title.isEmpty || longer.utf8.count <= 800 { title = longer } else { rest.append(fact) }
  }
  return (title + "\n", rest.map { "DIHE ! \($0)\n" }.joined())
}

/// " SCEE=1.0000 SCNB=1.0000", or nothing where it is what AMBER takes anyway or is not known.
private func scalingText(_ type: TorsionType, of forceField: FittedForceField) throws -> String {
  let all = forceField.oneFourScalings
  guard let scaling = forceField.scalings[type] ?? (all.count == 1 ? all.first : nil) else {
    guard all.count < 2 else {
      throw InputError(
        nil,
        """
        the family has \(all.count) scalings of 1-4 pairs, and each line of a frcmod states one: which is \
        that of \(type.label) is not known
        """,
        hint:
          "fit molecules of one scaling together, or `swivel apply` the report to a prmtop, which keeps its own"
      )
    }
    return ""
  }
  func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-6 }
  if isClose(scaling.coulombDivisor, 1.2), isClose(scaling.lennardJonesDivisor, 2) { return "" }
  return
    "  SCEE=\(fixedPoint(scaling.coulombDivisor, 6)) SCNB=\(fixedPoint(scaling.lennardJonesDivisor, 6))"
}

/// Refuses wildcards in other places than X-A-B-X, which some engines never match and pass over in silence.
/// - Throws: ``InputError`` without a place.
func refuseOneSidedWildcards(_ type: TorsionType, engine: String) throws {
  let isAny = type.types.map { $0 == TorsionType.wildcard }
  guard type.hasWildcard, isAny != [true, false, false, true] else { return }
  throw InputError(
    nil, "\(type.label) would never be matched: \(engine) knows wildcards as X-A-B-X only",
    hint: "spell the types out, or write openmm or gromacs")
}

/// The lines of the dihedrals of a file: the section DIHE of a frcmod, or the fourth list of a parameter set (.dat).
func dihedralLines(_ path: String) throws -> [(line: Substring, place: SourcePlace)] {
  try amberLines(path, section: "DIHE", list: 3)
}

/// The lines of the impropers of a file: the section IMPR of a frcmod, or the fifth list of a parameter set.
func improperLines(_ path: String) throws -> [(line: Substring, place: SourcePlace)] {
  try amberLines(path, section: "IMPR", list: 4)
}

/// The lines of a section of a frcmod, or those of a parameter set that stand behind so many blank lines.
private func amberLines(
  _ path: String, section: String, list: Int
) throws -> [(line: Substring, place: SourcePlace)] {
  let lines = try readText(path).split(separator: "\n", omittingEmptySubsequences: false)
  var result: [(Substring, SourcePlace)] = []
  // Title; masses, a blank line; hydrophilic types; bonds, a blank line; angles, a blank line; dihedrals, a blank line.
  let isSet = path.lowercased().hasSuffix(".dat")
  var blanks = 0
  var isInside = false
  for (index, line) in lines.enumerated() {
    let word = line.trimmingSpaces
    if isSet {
      if word.isEmpty { blanks += 1 }
      isInside = blanks == list && !word.isEmpty
    } else if index > 0, amberSections.contains(String(word.prefix(4))),
      !line.prefix(while: { $0 != "!" }).contains("-")
    {
      isInside = word.hasPrefix(section)
      continue
    } else if word.isEmpty {
      isInside = false
    }
    if isInside { result.append((line, SourcePlace(file: path, line: index + 1))) }
  }
  return result
}

/// Reads the torsions of a frcmod file, or of a parameter set (parm10.dat, gaff2.dat).
/// - Throws: ``InputError`` with the place, where a line of the dihedrals cannot be read, or states another 1-4 scaling
///   than others of its types.
public func readAmberFrcmod(_ path: String) throws -> TorsionParameters {
  var terms: [TorsionType: [TorsionTerm]] = [:]
  var scalings: [TorsionType: OneFourScaling] = [:]
  var continues: TorsionType?
  for (line, place) in try dihedralLines(path) {
    let row = try AmberDihedralLine(line, place: place)
    let type: TorsionType
    if let types = row.types {
      type = TorsionType(types)
    } else if let continues {
      type = continues
    } else {
      throw InputError(place, "\"\(line.prefix(11))\" is not four atom types")
    }
    // A new block replaces what an earlier one said of the type.
    if continues != type {
      terms[type] = []
      scalings[type] = nil
    }
    terms[type]!.append(row.term)
    if let scaling = row.scaling {
      guard scalings[type] == nil || scalings[type] == scaling else {
        throw InputError(
          place, "\(type.label) has two scalings of its 1-4 pair",
          hint: "give SCEE and SCNB alike on all its lines")
      }
      scalings[type] = scaling
    }
    continues = row.continues ? type : nil
  }
  guard continues == nil else {
    throw InputError(
      SourcePlace(file: path), "ends inside a torsion: its last line says that another term follows",
      hint: "the file may be truncated; write it again")
  }
  var result = TorsionParameters(terms)
  result.scalings = scalings
  return result
}

/// The four letters that a section of a frcmod begins with.
let amberSections: Set<String> = ["MASS", "BOND", "ANGL", "DIHE", "IMPR", "NONB", "HBON", "CMAP"]

/// Degrees of an angle in radian.
func degrees(_ angle: Double) -> Double { angle / Units.degree }

/// A text right-aligned in `width` columns.
func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
