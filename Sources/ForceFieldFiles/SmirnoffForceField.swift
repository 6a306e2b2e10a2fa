// SMIRNOFF offxml: the ProperTorsions of a fit, written and read back
// (SMIRNOFF specification, openforcefield.github.io/standards/standards/smirnoff, "ProperTorsions").

import Chemistry
import Foundation
import TextFiles

/// The text of a force field file with one ProperTorsions section; kcal/mol and degree, idivf written out.
///
/// Atom types become SMARTS of what surrounds their atoms in the family (`FittedForceField.typePatterns`). Of several
/// matching definitions the last counts, so the file is loaded after the base force field.
/// - Throws: ``InputError`` where surroundings do not tell an atom type from another.
func smirnoffForceField(_ forceField: FittedForceField) throws -> String {
  var text = smirnoffStart
  let torsions = try forceField.checked()
  var remarks = RemarkWriter(torsions)
  for line in forceField.header + [remarks.headerLine] { text += "  <!-- \(xmlComment(line)) -->\n" }
  text +=
    "  <!-- Load: openff.toolkit.ForceField('base.offxml', '\(xmlComment(forceField.family)).offxml'): the last match counts. -->\n"
  text +=
    "  <!-- The patterns match surroundings that the family's molecules have, and no others. -->\n"
  text += torsionsStart
  for torsion in torsions {
    for fitted in torsion.terms {
      text += "    <!-- \(xmlComment(torsion.type.label)) n=\(fitted.term.periodicity): "
      text += "\(xmlComment(remarks.next(fitted, in: torsion))) -->\n"
    }
    let atoms = try (torsion.type.smarts == nil ? torsion.type.types : []).map { type -> String in
      if type == TorsionType.wildcard { return "[*]" }
      guard let pattern = forceField.typePatterns[type] else {
        throw InputError(
          nil,
          "no SMARTS tells atoms of the type \(type) from others: SMIRNOFF has no atom types, and what surrounds them looks alike",
          hint: "export to a format with atom types, such as openmm")
      }
      return pattern
    }
    text += "    <Proper smirks=\"\(xmlText(torsion.type.smarts ?? smirks(atoms)))\""
    let id = [forceField.family] + (torsion.type.smarts == nil ? torsion.type.types : ["smarts"])
    text += " id=\"\(xmlText(id.joined(separator: ":")))\""
    text += smirnoffTerms(torsion.terms.map(\.term)) + "/>\n"
  }
  return sealed(text + "  </ProperTorsions>\n</SMIRNOFF>\n", as: .smirnoff)
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
