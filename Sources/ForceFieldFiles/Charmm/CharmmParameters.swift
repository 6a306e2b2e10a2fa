// Fitted torsions as a CHARMM parameter file, written and read back (CHARMM documentation, "parmfile").

import Chemistry
import FoundationEssentials
import TextFiles

/// The text of a parameter file with a section DIHEDRALS, one line a term; CHARMM, NAMD, OpenMM and ParmEd read it.
/// - Throws: ``InputError`` for types longer than eight characters or that the format takes for something else, for
///   types that differ by capitals alone, and for wildcards that CHARMM never matches.
func charmmParameters(_ forceField: FittedForceField) throws -> String {
  let torsions = try forceField.withEmptyTerms().checkedByType()
  let names = Dictionary(grouping: Set(torsions.flatMap(\.type.types)), by: { $0.uppercased() })
  if let clash = names.values.filter({ $0.count > 1 }).min(by: { $0[0] < $1[0] }) {
    throw InputError(
      nil,
      "the atom types \(clash.sorted().joined(separator: " and ")) are one type to CHARMM, which knows no case",
      hint: "give one of them another name, or write another format")
  }
  var remarks = RemarkWriter(torsions)
  var text = forceField.header(remarks, as: CharmmFormat()).map { "* \($0)\n" }.joined()
  text +=
    "* Load: read param card flex append, after the base force field. Take the lines for the same types out of there:\n"
  text +=
    "* CHARMM adds terms of one periodicity"
    + (forceField.ruled.isEmpty ? ", and every program keeps those of other periodicities.\n" : ".\n")
  text += "* ParmEd gives e14fac to dihedrals read before NONBONDED alone: load this file first there.\n"
  if forceField.oneFourScalings != [OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1)] {
    text +=
      "* WARNING: CHARMM's own force fields do not scale 1-4 pairs. These numbers hold only with the 1-4 treatment\n"
    text += "* above: e14fac and the 1-4 columns of NONBONDED must say it (NAMD: 1-4scaling).\n"
  }
  text += "*\n\nDIHEDRALS\n"
  for torsion in torsions {
    try refuseOneSidedWildcards(torsion.type, engine: "CHARMM")
    for type in torsion.type.types
    where type != TorsionType.wildcard && (type.count > 8 || !isCharmmType(type)) {
      throw InputError(
        nil, "the atom type \"\(type)\" does not fit into a CHARMM parameter file",
        hint: "types have up to eight characters, are neither X nor a number and hold none of ! * % -")
    }
    let types = torsion.type.types.map { $0.padding(toLength: max(8, $0.count), withPad: " ", startingAt: 0) }
      .joined(separator: " ")
    for fitted in torsion.terms.sorted(by: { $0.term.periodicity < $1.term.periodicity }) {
      text += "\(types) \(padded(fixedPoint(fitted.term.forceConstant, 10), 16))  \(fitted.term.periodicity)"
      text += "  \(padded(fixedPoint(degrees(fitted.term.phase), 8), 14))"
      text += "  ! \(remarks.next(fitted, in: torsion))\n"
    }
  }
  return sealed(text + "\nEND\n", as: CharmmFormat())
}

extension FittedForceField {
  /// With terms of no force constant at the other periodicities of types of which a rule states some: OpenMM's reader
  /// replaces dihedrals periodicity by periodicity, and would keep the base's there.
  fileprivate func withEmptyTerms() -> FittedForceField {
    var result = self
    for (index, torsion) in torsions.enumerated() where ruled.contains(torsion.type) {
      let own = Set(torsion.terms.map(\.term.periodicity))
      result.torsions[index].terms += (1...6).filter { !own.contains($0) }.map {
        FittedTerm(
          term: TorsionTerm(periodicity: $0, phase: 0, forceConstant: 0), flags: ["takes the base's term out"]
        )
      }
    }
    return result
  }
}

/// Whether CHARMM, NAMD and OpenMM take a word at the beginning of a line as an atom type.
func isCharmmType(_ type: String) -> Bool {
  let upper = type.uppercased()
  // OpenMM takes every line that begins with a keyword's letters for a section.
  let keywords = [
    "ATOM", "BOND", "ANGL", "THET", "DIHE", "PHI", "IMPR", "IMPH", "CMAP", "NONB", "NBON", "NBFI", "THOL",
    "HBON", "END", "READ", "RETU", "MASS", "STRE",
  ]
  return !type.isEmpty && upper != "X" && Int(type) == nil && Double(type) == nil
    && !keywords.contains(where: upper.hasPrefix)
    && !type.contains { $0.isWhitespace || "!*%-#+\"".contains($0) || !$0.isASCII }
}

/// Whether a parameter file is CHARMM's: it has a section DIHEDRALS.
func isCharmmParameterFile(_ text: String) -> Bool {
  text.split(separator: "\n").contains { line in
    let words = line.split(separator: "!", omittingEmptySubsequences: false)[0].split(
      whereSeparator: \.isWhitespace)
    return words.count == 1 && CharmmSection(keyword: String(words[0])) == .dihedrals
  }
}

/// Reads the section DIHEDRALS of a CHARMM parameter or stream file; X is any type.
/// - Throws: ``InputError`` with the place, where a line cannot be read or repeats a periodicity.
public func readCharmmParameters(_ path: String) throws -> TorsionParameters {
  var terms: [TorsionType: [TorsionTerm]] = [:]
  for line in try charmmLines(try readText(path), file: path)
  where line.section == .dihedrals && !line.isTitle {
    let (types, term) = try line.dihedral()
    let type = TorsionType(types)
    guard terms[type]?.contains(where: { $0.periodicity == term.periodicity }) != true else {
      throw InputError(
        line.place, "\(type.label) has the periodicity \(term.periodicity) a second time",
        hint: "CHARMM adds both, NAMD and OpenMM keep the last: take one out")
    }
    terms[type, default: []].append(term)
  }
  return TorsionParameters(terms)
}

extension CharmmLine {
  /// A line of DIHEDRALS: four types, X for any, and a term.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  func dihedral() throws -> (types: [String], term: TorsionTerm) {
    try checkCount([7])
    let term = TorsionTerm(
      periodicity: try periodicity(5), phase: try number(6, "a phase") * Units.degree,
      forceConstant: try number(4, "a force constant"))
    return (words.prefix(4).map { $0.uppercased() == "X" ? TorsionType.wildcard : String($0) }, term)
  }
}
