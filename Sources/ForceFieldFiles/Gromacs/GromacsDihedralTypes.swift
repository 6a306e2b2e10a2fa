// GROMACS [ dihedraltypes ]: written with function 9 or 3, read with any (GROMACS manual, "Topology file formats").

import Chemistry
import FoundationEssentials
import TextFiles

/// The text of an include file with one [ dihedraltypes ] section; the lines of a type are adjacent, as grompp demands.
/// - Parameter ryckaertBellemans: function 3, one line a type, instead of function 9.
/// - Throws: ``InputError`` where a type has no such line: a periodicity of 6, a phase other than 0 and 180 degrees.
func gromacsDihedralTypes(_ forceField: FittedForceField, ryckaertBellemans: Bool = false) throws -> String {
  let torsions = try forceField.checkedByType()
  for type in Set(torsions.flatMap(\.type.types)).sorted() where type.allSatisfy(\.isNumber) {
    throw InputError(
      nil, "the atom type \"\(type)\" is a number, which grompp takes for an atom or a function",
      hint: "give the types names: GROMACS's begin with a letter")
  }
  var remarks = RemarkWriter(torsions)
  // The family's own function goes by the family's own name.
  let format = GromacsFormat(isRyckaertBellemans: ryckaertBellemans && !forceField.usesRyckaertBellemans)
  var text = forceField.header(remarks, as: format).map { "; \($0)\n" }.joined()
  text += "; Load: #include this file after the [ dihedraltypes ] of the base force field. "
  text +=
    ryckaertBellemans
    ? """
    grompp warns of each line of the base that it\n; overrides, as is meant (-maxwarn); or take these lines \
    out there.\n
    """
    : "Take its entries for the same types\n; out of there, since grompp refuses a second block for a type.\n"
  text +=
    """
    ; Lines of [ dihedrals ] that have parameters of their own, or a function other than \
    \(ryckaertBellemans ? 3 : 9), are never\n
    """
  text += "; looked up, and grompp is silent: there, put the terms in with `swivel apply`.\n"
  text += "[ dihedraltypes ]\n"
  if ryckaertBellemans {
    text += "; i        j        k        l     func     C0 to C5 (kJ/mol), of cos(phi - 180 deg)\n"
    for torsion in torsions { text += try ryckaertBellemansLines(torsion, &remarks) }
    return sealed(text, as: format)
  }
  text += "; i        j        k        l     func     phase (deg)    k (kJ/mol)  n\n"
  for torsion in torsions {
    for fitted in torsion.terms.sorted(by: { $0.term.periodicity < $1.term.periodicity }) {
      text += "  \(columns(torsion.type))  9  \(padded(fixedPoint(degrees(fitted.term.phase), 6), 12))"
      text +=
        "  \(padded(fixedPoint(fitted.term.forceConstant / Units.kilojoule, 8), 14))  \(fitted.term.periodicity)"
      text += "  ; \(remarks.next(fitted, in: torsion))\n"
    }
  }
  return sealed(text, as: format)
}

private func columns(_ type: TorsionType) -> String {
  type.types.map { $0.padding(toLength: max(8, $0.count), withPad: " ", startingAt: 0) }.joined(
    separator: " ")
}

/// One line for all the terms of a type, their remarks before it.
private func ryckaertBellemansLines(_ torsion: FittedTorsion, _ remarks: inout RemarkWriter) throws -> String {
  let terms = torsion.terms.map(\.term).sorted { $0.periodicity < $1.periodicity }
  guard let function = RyckaertBellemans(terms) else {
    let reason =
      terms.contains { $0.periodicity > 5 }
      ? "the periodicity 6, and the function ends at 5" : "a phase other than 0 and 180 degrees"
    throw InputError(
      nil, "\(torsion.type.label) has no Ryckaert-Bellemans function: it has \(reason)",
      hint: "`swivel apply` puts function 9, which has any periodicity and phase, into a topology")
  }
  var text = ""
  for fitted in torsion.terms {
    text += "; \(torsion.type.label) n=\(fitted.term.periodicity): "
    text += "\(remarks.next(fitted, in: torsion))\n"
  }
  let numbers = function.coefficients.map { padded(fixedPoint($0 / Units.kilojoule, 10), 16) }
  return text + "  \(columns(torsion.type))  3  \(numbers.joined(separator: " "))\n"
}

/// Reads the torsions of functions 1, 3, 5 and 9 in the [ dihedraltypes ] sections of an include file, X for any type.
///
/// The constant part of functions 3 and 5 is a term of periodicity 0, left out where it is the rounding of the numbers.
/// Impropers (functions 2 and 4) are passed over: Swivel's parameters are those of torsions.
/// - Throws: ``InputError`` with the place, where a line cannot be read or a type has two definitions.
public func readGromacsDihedralTypes(_ path: String) throws -> TorsionParameters {
  var table = GromacsDihedralTable()
  for line in try GromacsSource(path).lines where line.section == "dihedraltypes" && !line.isHeader {
    let function = try table.take(line)
    guard gromacsParameterCount("dihedrals", function: function) != nil else {
      throw InputError(
        line.place, "the function \(function) is not supported; 1, 3, 5 or 9 was expected")
    }
  }
  var terms: [TorsionType: [TorsionTerm]] = [:]
  var wildcards: [TorsionType] = []
  for function in [1, 3, 5] {
    for block in table.blocks[function] ?? [] {
      let type = TorsionType(block.types)
      let place = block.lines.first?.place
      let count = gromacsParameterCount("dihedrals", function: function)
      guard block.lines.allSatisfy({ $0.values.count == count }) else {
        throw InputError(
          place, "\(type.label) has more parameters than its function: a second state is not supported")
      }
      guard terms[type] == nil else {
        throw InputError(
          place, "\(type.label) is defined by two functions", hint: "take one of the definitions out")
      }
      terms[type] = try block.lines.flatMap { try gromacsTorsionTerms($0, function: function) }
        .filter { function == 1 || $0.periodicity > 0 || abs($0.forceConstant) > 1e-7 }
      if type.types.contains("X") { wildcards.append(type) }
    }
  }
  // Stable: of as many X the first in the file wins.
  let ordered = (0...4).flatMap { count in wildcards.filter { $0.types.count { $0 == "X" } == count } }
  return TorsionParameters(terms, wildcards: ordered)
}
