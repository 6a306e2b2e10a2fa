// SMIRNOFF offxml: the ProperTorsions of a fit, written and read back
// (SMIRNOFF specification, openforcefield.github.io/standards/standards/smirnoff, "ProperTorsions").

import Chemistry
import Foundation
import TextFiles

/// The text of a force field file with one ProperTorsions section; kcal/mol and degree, idivf written out.
///
/// Torsion types become SMIRKS of what their atoms and bonds look like in the family
/// (`FittedForceField.torsionPatterns`, else of its atoms' `typePatterns`). Of several matching definitions the last
/// counts: general ones come first, and the file is loaded after the base force field.
/// - Throws: ``InputError`` where surroundings do not tell an atom type from another.
func smirnoffForceField(_ forceField: FittedForceField) throws -> String {
  var text = smirnoffStart
  let torsions = smirnoffOrder(try forceField.checked(), precedence: forceField.precedence)
  var remarks = RemarkWriter(torsions)
  for line in forceField.header(remarks, as: SmirnoffFormat()) { text += "  <!-- \(xmlComment(line)) -->\n" }
  text +=
    """
      <!-- Load: openff.toolkit.ForceField('base.offxml', '\(xmlComment(forceField.family)).offxml'): the \
    last match counts. -->\n
    """
  text +=
    "  <!-- Of several patterns that match a torsion the last counts: general ones stand first. -->\n"
  text +=
    """
      <!-- Patterns of atom types see the four atoms, their rings and what is two bonds from the central \
    ones, and nothing farther: -->\n
    """
  text +=
    """
      <!-- a part of another molecule that looks so is matched too, such as the far end of butylamine by \
    alkanes. -->\n
    """
  text += torsionsStart
  for torsion in torsions {
    for fitted in torsion.terms {
      text += "    <!-- \(xmlComment(torsion.type.label)) n=\(fitted.term.periodicity): "
      text += "\(xmlComment(remarks.next(fitted, in: torsion))) -->\n"
    }
    text += "    <Proper smirks=\"\(xmlText(try forceField.smirks(of: torsion.type)))\""
    let id = [forceField.family] + (torsion.type.smarts == nil ? torsion.type.types : ["smarts"])
    text += " id=\"\(xmlText(id.joined(separator: ":")))\""
    text += smirnoffTerms(torsion.terms.map(\.term)) + "/>\n"
  }
  return sealed(text + "  </ProperTorsions>\n</SMIRNOFF>\n", as: SmirnoffFormat())
}

extension FittedForceField {
  /// The SMIRKS that stands for a torsion type.
  /// - Throws: ``InputError`` where surroundings do not tell an atom type from another.
  fileprivate func smirks(of type: TorsionType) throws -> String {
    if let pattern = type.smarts ?? torsionPatterns[type] { return pattern }
    let atoms = try type.types.map { name -> String in
      if name == TorsionType.wildcard { return "[*]" }
      guard let pattern = typePatterns[name] else {
        throw InputError(
          nil,
          """
          no SMARTS tells atoms of the type \(name) from others: SMIRNOFF has no atom types, and what \
          surrounds them looks alike
          """,
          hint:
            typePatterns.isEmpty && torsionPatterns.isEmpty
            ? "`swivel convert … --family FAMILY` takes SMARTS from the molecules of a family"
            : "export to a format with atom types, such as openmm")
      }
      return pattern
    }
    return ForceFieldFiles.smirks(atoms)
  }
}

/// Torsions from general to special: wildcards first; SMARTS behind atom types, the first in precedence last.
func smirnoffOrder(_ torsions: [FittedTorsion], precedence: [String]) -> [FittedTorsion] {
  let ranks = Dictionary(
    precedence.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  func key(_ torsion: FittedTorsion, _ place: Int) -> (Int, Int, Int) {
    guard let smarts = torsion.type.smarts else { return (0, -torsion.type.wildcards, place) }
    return (1, -(ranks[smarts] ?? precedence.count), place)
  }
  // Stable: equals stay in the order of their types.
  return torsions.enumerated().sorted { key($0.element, $0.offset) < key($1.element, $1.offset) }
    .map(\.element)
}

/// The opening lines of every file.
let smirnoffStart = """
  <?xml version="1.0" encoding="utf-8"?>
  <SMIRNOFF version="0.3" aromaticity_model="OEAroModel_MDL">

  """

/// The opening tag of the torsions.
let torsionsStart = """
    <ProperTorsions version="0.4" potential="k*(1+cos(periodicity*theta-phase))" default_idivf="auto" \
  fractional_bondorder_method="AM1-Wiberg" fractional_bondorder_interpolation="linear">

  """

/// Bonded atoms' patterns, tagged in order.
func smirks(_ atoms: [String]) -> String {
  atoms.enumerated().map { "\($1.dropLast()):\($0 + 1)]" }.joined(separator: "~")
}

/// The numbered attributes of terms; each of idivf 1.
func smirnoffTerms(_ terms: [TorsionTerm]) -> String {
  terms.enumerated().map { index, term in
    let n = index + 1
    return
      " periodicity\(n)=\"\(term.periodicity)\" phase\(n)=\"\(fixedPoint(degrees(term.phase), 8)) * degree\""
      + " k\(n)=\"\(fixedPoint(term.forceConstant, 10)) * kilocalorie / mole\" idivf\(n)=\"1.0\""
  }.joined()
}
