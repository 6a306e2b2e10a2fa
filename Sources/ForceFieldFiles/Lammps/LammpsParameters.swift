// Fitted torsions as an include file for LAMMPS with type labels, written and read back (LAMMPS manual, "Type labels").

import Chemistry
import TextFiles

/// The text of an include file: one dihedral_coeff of style fourier a type, by type label.
///
/// LAMMPS refuses a label that a molecule does not have, so that every line stands behind `is_typelabel`. The labels
/// are the four atom types in Swivel's direction, as ``lammpsTopology(_:name:coordinates:header:dihedralStyle:)`` gives
/// them.
/// - Throws: ``InputError`` for types that LAMMPS takes for no label.
func lammpsParameters(_ forceField: FittedForceField) throws -> String {
  let torsions = try forceField.checkedByType()
  var remarks = RemarkWriter(torsions)
  var text = forceField.header(remarks, as: LammpsFormat()).map { "# \($0)\n" }.joined()
  text += """
    # Load: include this file after read_data, with units real and dihedral_style fourier (LAMMPS of 2023 or later,
    # package EXTRA-MOLECULE). It sets the dihedral types that carry these labels, in either direction, in the data
    # file's section Dihedral Type Labels or by the command labelmap; it stops LAMMPS where there is none of them.
    variable swivel_matched equal 0

    """
  for torsion in torsions {
    if torsion.type.hasWildcard {
      throw InputError(
        nil, "LAMMPS's type labels have no wildcards: \(torsion.type.label) cannot be said",
        hint: "spell the types out, or export whole molecules")
    }
    for type in torsion.type.types where !isLammpsLabel(type) {
      throw InputError(
        nil, "the atom type \"\(type)\" does not fit into a LAMMPS type label",
        hint: "labels begin with no digit, * or # and hold no blanks, hyphens, commas, quotes or $")
    }
    let label = torsion.type.label
    let terms = torsion.terms.sorted { $0.term.periodicity < $1.term.periodicity }
    for fitted in terms {
      text += "# \(label) n=\(fitted.term.periodicity): \(remarks.next(fitted, in: torsion))\n"
    }
    let numbers = terms.map {
      " \(fixedPoint($0.term.forceConstant, 10)) \($0.term.periodicity) \(fixedPoint(degrees($0.term.phase), 8))"
    }
    // To LAMMPS a label in the other direction is another label.
    let reversed = torsion.type.types.reversed().joined(separator: "-")
    for label in reversed == label ? [label] : [label, reversed] {
      text +=
        """
        if "$(is_typelabel(dihedral,\(label)))" then "dihedral_coeff \(label) \
        \(terms.count)\(numbers.joined())" \(lammpsMatch)\n
        """
    }
  }
  text +=
    """
    if "${swivel_matched} == 0" then "print 'ERROR: no dihedral type has a label of \(forceField.family): \
    nothing would change'" "quit 1"\n
    """
  return sealed(text, as: LammpsFormat())
}

/// What a line does beside setting its coefficients.
private let lammpsMatch = "\"variable swivel_matched equal 1\""

/// Whether a line of an include file only tells whether any other line applied.
func isLammpsMatchLine(_ line: LammpsLine) -> Bool {
  line.texts.starts(with: ["variable", "swivel_matched"])
    || line.first == "if" && line.texts.dropFirst().first == "${swivel_matched} == 0"
}

/// Reads the dihedral_coeff lines with type labels of a LAMMPS include file; those of style fourier, bare or behind
/// `is_typelabel`. Of two lines for a type the last stays.
/// - Throws: ``InputError`` with the place, where a line cannot be read or gives a type by its number.
public func readLammpsParameters(_ path: String) throws -> TorsionParameters {
  var terms: [TorsionType: [TorsionTerm]] = [:]
  for (index, raw) in try readText(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
    var line = LammpsLine(raw, file: path, line: index + 1)
    if isLammpsMatchLine(line) { continue }
    if line.first == "if", (4...5).contains(line.words.count), line.texts[2] == "then" {
      line = LammpsLine(line.texts[3], file: path, line: index + 1)
    }
    guard !line.words.isEmpty else { continue }
    guard line.first == "dihedral_coeff" else {
      throw line.error(
        "\"\(line.texts[0])\" is no dihedral_coeff line", word: 0,
        hint: "a file with the dihedral_coeff lines alone was expected; a whole input goes with its data file"
      )
    }
    let types = try line.word(1, "a type label").split(separator: "-", omittingEmptySubsequences: false).map(
      String.init)
    guard types.count == 4, types.allSatisfy(isLammpsLabel) else {
      throw line.error(
        "\"\(line.texts[1])\" is no label of four atom types", word: 1, hint: "labels are such as c3-c3-c3-hc"
      )
    }
    let start = line.words.count > 2 && line.texts[2] == "fourier" ? 3 : 2
    terms[TorsionType(types)] = try LammpsCoefficients(
      style: "fourier", line: line, start: start
    ).dihedral().terms
  }
  return TorsionParameters(terms)
}
