// What no parameter file should have, whoever wrote it: huge constants, odd phases, duplicates, lines that never act.

import Chemistry
import FoundationEssentials
import TextFiles

/// The force constant from which on a torsion term is taken for a mistake, kcal/mol: a barrier of 40.
private let largestConstant = 20.0

/// What can be told without remarks.
/// - Parameter allowed: lines and periodicities whose phase a remark explains.
func saneFindings(
  _ torsions: [PlacedTorsion], format: any ParameterFileFormat, file: String, allowed: Set<[Int]>
) -> [AuditFinding] {
  var findings: [AuditFinding] = []
  for torsion in torsions {
    findings += numberFindings(torsion, format: format, file: file, allowed: allowed)
  }
  findings += duplicates(torsions, format: format, file: file)
  for (index, torsion) in torsions.enumerated() {
    findings += format.findings(of: torsion, behind: torsions[..<index], file: file)
  }
  return findings
}

private func numberFindings(
  _ torsion: PlacedTorsion, format: any ParameterFileFormat, file: String, allowed: Set<[Int]>
) -> [AuditFinding] {
  var findings: [AuditFinding] = []
  var seen: Set<[Int]> = []
  for placed in torsion.terms {
    let term = placed.term
    let place = SourcePlace(file: file, line: placed.line)
    let name = "\(torsion.type.label) n = \(term.periodicity)"
    if abs(term.forceConstant) > largestConstant {
      findings.append(
        AuditFinding(
          .large, place, term: name,
          """
          k = \(fixedPoint(term.forceConstant, 4)) kcal/mol is above \(fixedPoint(largestConstant, 0)): no \
          torsion has a barrier of \(fixedPoint(2 * abs(term.forceConstant), 0))
          """
        ))
    }
    if term.periodicity > 0, !isHalfTurn(term.phase), !allowed.contains([placed.line, term.periodicity]) {
      findings.append(
        AuditFinding(
          .oddPhase, place, term: name,
          """
          the phase is \(fixedPoint(degrees(term.phase), 3)) degrees: mirror images of a molecule have \
          other energies unless it is 0 or 180
          """
        ))
    }
    let phase = format.addsPhases ? Int((degrees(term.phase) * 100).rounded()) : 0
    if !seen.insert([term.periodicity, phase]).inserted {
      findings.append(
        AuditFinding(
          .duplicate, place, term: name, "the periodicity stands a second time: engines add both, or keep one"
        ))
    }
  }
  return findings
}

private func duplicates(_ torsions: [PlacedTorsion], format: any ParameterFileFormat, file: String)
  -> [AuditFinding]
{
  var first: [[String]: Int] = [:]
  return torsions.compactMap { torsion in
    var key = torsion.key
    // A SMIRKS is one text.
    if key.count >= 4, !format.keysHaveDirection {
      let backward = Array(key.prefix(4).reversed()) + key.dropFirst(4)
      if backward.lexicographicallyPrecedes(key) { key = backward }
    }
    guard let earlier = first[key] else {
      first[key] = torsion.line
      return nil
    }
    return AuditFinding(
      .duplicate, SourcePlace(file: file, line: torsion.line), term: torsion.type.label,
      "is defined in line \(earlier) already: \(format.secondDefinition(after: earlier))")
  }
}
