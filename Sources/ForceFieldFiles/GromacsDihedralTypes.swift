// GROMACS [ dihedraltypes ] of function 9, written and read back (GROMACS manual, "Topology file formats").

import Chemistry
import FoundationEssentials
import TextFiles

/// The text of an include file with one [ dihedraltypes ] section; the lines of a type are adjacent, as grompp demands.
func gromacsDihedralTypes(_ forceField: FittedForceField) throws -> String {
  var text = forceField.header.map { "; \($0)\n" }.joined()
  text +=
    "; Load: #include this file after the [ dihedraltypes ] of the base force field; take its entries for the\n"
  text += "; same types out of there, since grompp refuses a second block for a type.\n"
  text += "[ dihedraltypes ]\n; i        j        k        l     func     phase (deg)    k (kJ/mol)  n\n"
  for torsion in try forceField.checked() {
    let types = torsion.type.types.map { $0.padding(toLength: max(8, $0.count), withPad: " ", startingAt: 0) }
      .joined(separator: " ")
    for fitted in torsion.terms.sorted(by: { $0.term.periodicity < $1.term.periodicity }) {
      text += "  \(types)  9  \(padded(fixedPoint(degrees(fitted.term.phase), 6), 12))"
      text +=
        "  \(padded(fixedPoint(fitted.term.forceConstant / Units.kilojoule, 8), 14))  \(fitted.term.periodicity)"
      text += "  ; \(fitted.remark(molecules: torsion.molecules))\n"
    }
  }
  return text
}

/// Reads the torsions of function 1, 4 and 9 in the [ dihedraltypes ] sections of an include file.
/// - Throws: ``InputError`` with the place, where a line cannot be read.
public func readGromacsDihedralTypes(_ path: String) throws -> TorsionParameters {
  var terms: [TorsionType: [TorsionTerm]] = [:]
  var isInside = false
  for (index, line) in try readText(path).split(separator: "\n", omittingEmptySubsequences: false)
    .enumerated()
  {
    let place = SourcePlace(file: path, line: index + 1)
    let body = line.split(separator: ";", omittingEmptySubsequences: false)[0].trimmingSpaces
    if body.isEmpty || body.hasPrefix("#") { continue }
    if body.hasPrefix("[") {
      isInside = body.filter { !"[] ".contains($0) } == "dihedraltypes"
      continue
    }
    guard isInside else { continue }
    let fields = body.split(whereSeparator: \.isWhitespace)
    guard fields.count >= 8, ["1", "4", "9"].contains(String(fields[4])), let phase = Double(fields[5]),
      let k = Double(fields[6]), let n = Int(fields[7]), phase.isFinite, k.isFinite, (0...6).contains(n)
    else {
      throw InputError(
        place, "is no periodic dihedral type: four types, function 1, 4 or 9, phase, k, n were expected")
    }
    terms[
      TorsionType(String(fields[0]), String(fields[1]), String(fields[2]), String(fields[3])), default: []
    ]
    .append(TorsionTerm(periodicity: n, phase: phase * Units.degree, forceConstant: k * Units.kilojoule))
  }
  return TorsionParameters(terms)
}
