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
  for line in forceField.header { text += "  <!-- \(xmlComment(line)) -->\n" }
  text +=
    "  <!-- Load: openff.toolkit.ForceField('base.offxml', '\(xmlComment(forceField.family)).offxml'): the last match counts. -->\n"
  text +=
    "  <!-- The patterns match surroundings that the family's molecules have, and no others. -->\n"
  text += torsionsStart
  for torsion in try forceField.checked() {
    for fitted in torsion.terms {
      text += "    <!-- \(xmlComment(torsion.type.label)) n=\(fitted.term.periodicity): "
      text += "\(xmlComment(fitted.remark(molecules: torsion.molecules))) -->\n"
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
  return text + "  </ProperTorsions>\n</SMIRNOFF>\n"
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

/// Reads the proper torsions of a SMIRNOFF file whose ids say the atom types, as Swivel's do: `family:c3:c3:c3:hc`.
/// - Throws: ``InputError`` with the place, where it is not such a file or a definition cannot be read.
func readSmirnoff(_ path: String) throws -> TorsionParameters {
  let root = try readXML(path, root: "SMIRNOFF", keeping: ["ProperTorsions"])
  var terms: [TorsionType: [TorsionTerm]] = [:]
  for proper in root.children.flatMap({ $0.children("Proper") }) {
    let attributes = proper.attributes
    let words = (attributes["id"] ?? "").split(separator: ":").map(String.init)
    var type: TorsionType?
    if words.count >= 5 {
      let types = Array(words.suffix(4))
      type = TorsionType(types[0], types[1], types[2], types[3])
    } else if words.last == "smarts" {
      type = attributes["smirks"].flatMap { TorsionType(smarts: $0) }
    }
    guard let type else {
      throw InputError(
        proper.place, "a <Proper> whose id does not say four atom types",
        hint:
          "Swivel reads its own files, whose ids are such as alkanes:c3:c3:c3:hc; others go by SMIRKS alone")
    }
    var own: [TorsionTerm] = []
    while let text = attributes["periodicity\(own.count + 1)"] {
      let n = own.count + 1
      guard let periodicity = Int(text), (1...6).contains(periodicity),
        let phase = quantity(attributes["phase\(n)"], units: angleUnits),
        let k = quantity(attributes["k\(n)"], units: energyUnits),
        let divisor = attributes["idivf\(n)"].flatMap(Double.init), divisor > 0, divisor.isFinite
      else {
        throw InputError(
          proper.place, "term \(n) lacks a periodicity of 1 … 6, a phase, a k with units, or an idivf",
          hint:
            "such as k1=\"0.2 * kilocalorie / mole\" phase1=\"0 * degree\" periodicity1=\"3\" idivf1=\"1.0\"")
      }
      own.append(TorsionTerm(periodicity: periodicity, phase: phase, forceConstant: k / divisor))
    }
    terms[type] = own
  }
  return TorsionParameters(terms)
}

private let angleUnits = ["degree": Units.degree, "degrees": Units.degree, "radian": 1, "radians": 1]
private let energyUnits = [
  "kilocalorie/mole": 1, "kilocalories_per_mole": 1, "kilocalorie_per_mole": 1, "kilocalories/mole": 1,
  "kilojoule/mole": Units.kilojoule, "kilojoules_per_mole": Units.kilojoule,
  "kilojoule_per_mole": Units.kilojoule,
]

/// "1.4 * kilocalorie / mole" or "kilocalorie / mole * 1.4" in Swivel's unit.
private func quantity(_ text: String?, units: [String: Double]) -> Double? {
  guard let text else { return nil }
  let factors = text.filter { !$0.isWhitespace }.replacing("**1", with: "").split(
    separator: "*", maxSplits: 1)
  guard factors.count == 2 else { return nil }
  for (number, unit) in [(factors[0], factors[1]), (factors[1], factors[0])] {
    if let value = Double(number), value.isFinite, let factor = units[String(unit)] { return value * factor }
  }
  return nil
}
