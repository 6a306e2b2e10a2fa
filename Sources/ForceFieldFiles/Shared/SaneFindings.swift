// What no parameter file should have, whoever wrote it: huge constants, odd phases, duplicates, lines that never act.

import Chemistry
import FoundationEssentials
import TextFiles

/// The force constant from which on a torsion term is taken for a mistake, kcal/mol: a barrier of 40.
private let largestConstant = 20.0

/// What can be told without remarks.
/// - Parameter allowed: lines and periodicities whose phase a remark explains.
func saneFindings(
  _ torsions: [PlacedTorsion], format: ParameterFormat, file: String, allowed: Set<[Int]>
) -> [AuditFinding] {
  var findings: [AuditFinding] = []
  for torsion in torsions {
    findings += numberFindings(torsion, format: format, file: file, allowed: allowed)
  }
  findings += duplicates(torsions, format: format, file: file)
  for (index, torsion) in torsions.enumerated() {
    findings += wildcardFindings(torsion, before: torsions[..<index], format: format, file: file)
  }
  return findings
}

private func numberFindings(
  _ torsion: PlacedTorsion, format: ParameterFormat, file: String, allowed: Set<[Int]>
) -> [AuditFinding] {
  var findings: [AuditFinding] = []
  // These add terms of one periodicity that differ in their phases, and some force fields have such.
  let addsPhases = [.gromacs, .gromacsRB, .openmm, .smirnoff].contains(format)
  var seen: Set<[Int]> = []
  for placed in torsion.terms {
    let term = placed.term
    let place = SourcePlace(file: file, line: placed.line)
    let name = "\(torsion.type.label) n = \(term.periodicity)"
    if abs(term.forceConstant) > largestConstant {
      findings.append(
        AuditFinding(
          .large, place, term: name,
          "k = \(fixedPoint(term.forceConstant, 4)) kcal/mol is above \(fixedPoint(largestConstant, 0)): no torsion has a barrier of \(fixedPoint(2 * abs(term.forceConstant), 0))"
        ))
    }
    if term.periodicity > 0, !isHalfTurn(term.phase), !allowed.contains([placed.line, term.periodicity]) {
      findings.append(
        AuditFinding(
          .oddPhase, place, term: name,
          "the phase is \(fixedPoint(degrees(term.phase), 3)) degrees: mirror images of a molecule have other energies unless it is 0 or 180"
        ))
    }
    let phase = addsPhases ? Int((degrees(term.phase) * 100).rounded()) : 0
    if !seen.insert([term.periodicity, phase]).inserted {
      findings.append(
        AuditFinding(
          .duplicate, place, term: name, "the periodicity stands a second time: engines add both, or keep one"
        ))
    }
  }
  return findings
}

private func duplicates(_ torsions: [PlacedTorsion], format: ParameterFormat, file: String) -> [AuditFinding]
{
  var first: [[String]: Int] = [:]
  return torsions.compactMap { torsion in
    var key = torsion.key
    // A label of LAMMPS has a direction, other types have none; a SMIRKS is one text.
    if key.count >= 4, format != .lammps {
      let backward = Array(key.prefix(4).reversed()) + key.dropFirst(4)
      if backward.lexicographicallyPrecedes(key) { key = backward }
    }
    guard let earlier = first[key] else {
      first[key] = torsion.line
      return nil
    }
    let outcome =
      switch format {
      case .amber, .lammps, .smirnoff: "the later definition is in force, line \(earlier) has no effect"
      case .gromacs, .gromacsRB: "grompp refuses a second block for a type, or takes the last"
      case .openmm: "OpenMM takes the first, which stands in line \(earlier)"
      case .tinker: "Tinker takes the last of a .key and the first of a .prm"
      case .charmm: "terms of both count"
      }
    return AuditFinding(
      .duplicate, SourcePlace(file: file, line: torsion.line), term: torsion.type.label,
      "is defined in line \(earlier) already: \(outcome)")
  }
}

private func wildcardFindings(
  _ torsion: PlacedTorsion, before: ArraySlice<PlacedTorsion>, format: ParameterFormat, file: String
) -> [AuditFinding] {
  let place = SourcePlace(file: file, line: torsion.line)
  if format == .smirnoff { return smirnoffFindings(torsion, before: before, file: file) }
  guard torsion.type.hasWildcard else { return [] }
  let isAny = torsion.type.types.map { $0 == TorsionType.wildcard }
  let isCentral = isAny[1] || isAny[2]
  let isOneSided = isAny[0] != isAny[3]
  let name = torsion.type.label
  switch format {
  case .amber where isCentral || isOneSided, .charmm where isCentral || isOneSided, .tinker where isCentral:
    let form = format == .tinker ? "at the ends" : "as X-A-B-X"
    return [
      AuditFinding(
        .unreachable, place, term: name,
        "the engine looks wildcards up \(form) only: no torsion ever reaches this line")
    ]
  case .openmm:
    if let earlier = before.first(where: { $0.type.hasWildcard && $0.type.covers(torsion.type) }) {
      return [
        AuditFinding(
          .unreachable, place, term: name,
          "\(earlier.type.label) in line \(earlier.line) comes first and takes all of its torsions")
      ]
    }
  default: break
  }
  guard isAny[1], isAny[2] else { return [] }
  return [
    AuditFinding(
      .wildcard, place, term: name, "takes every torsion of its ends that no other line names, about any bond"
    )
  ]
}

/// In SMIRNOFF the last match counts: a general pattern behind a special one takes its torsions.
private func smirnoffFindings(
  _ torsion: PlacedTorsion, before: ArraySlice<PlacedTorsion>, file: String
) -> [AuditFinding] {
  let pattern = torsion.key.first.flatMap(LinearPattern.init)
  let lost = before.filter { earlier in
    if earlier.type.smarts == nil, torsion.type.smarts == nil {
      return torsion.type.hasWildcard && torsion.type != earlier.type && torsion.type.covers(earlier.type)
    }
    guard let pattern, earlier.key != torsion.key, let other = earlier.key.first.flatMap(LinearPattern.init)
    else { return false }
    return pattern != other && pattern.covers(other)
  }
  guard !lost.isEmpty else { return [] }
  let lines = lost.map { "\($0.line)" }.joined(separator: ", ")
  return lost.map {
    AuditFinding(
      .unreachable, SourcePlace(file: file, line: $0.line), term: $0.type.label,
      "the general pattern in line \(torsion.line) comes later and takes all of its torsions: the last match counts"
    )
  } + [
    AuditFinding(
      .wildcard, SourcePlace(file: file, line: torsion.line), term: torsion.type.label,
      "swallows what comes before it in line \(lines): general patterns belong first")
  ]
}

/// A SMIRKS of four tagged atoms in a row, cut into atoms and bonds.
struct LinearPattern: Hashable {
  /// Four, without brackets and tags.
  let atoms: [String]
  /// Three.
  let bonds: [String]

  /// Cuts a SMIRKS; nil where it has other atoms beside the four, or the tags are not in order.
  init?(_ smirks: String) {
    var atoms: [String] = []
    var bonds: [String] = []
    var depth = 0
    var word = ""
    for character in smirks {
      if character == "[" {
        if depth == 0 {
          if atoms.isEmpty ? !word.isEmpty : word.isEmpty { return nil }
          if !atoms.isEmpty { bonds.append(word) }
          word = ""
        } else {
          word.append(character)
        }
        depth += 1
      } else if character == "]" {
        depth -= 1
        if depth == 0 {
          guard word.hasSuffix(":\(atoms.count + 1)") else { return nil }
          atoms.append(String(word.dropLast(2)))
          word = ""
        } else {
          word.append(character)
        }
      } else {
        word.append(character)
      }
    }
    guard depth == 0, word.isEmpty, atoms.count == 4, bonds.count == 3,
      !bonds.contains(where: { $0.contains("(") || $0.contains(")") })
    else { return nil }
    self.atoms = atoms
    self.bonds = bonds
  }

  /// Whether all that another pattern matches is matched by this one, as far as the texts show: each atom is any or the same,
  /// each bond is any or the same, in one of the directions.
  func covers(_ other: LinearPattern) -> Bool {
    func fits(_ mine: [String], _ theirs: [String], any: String) -> Bool {
      zip(mine, theirs).allSatisfy { $0 == any || $0 == $1 }
    }
    return fits(atoms, other.atoms, any: "*") && fits(bonds, other.bonds, any: "~")
      || fits(atoms.reversed(), other.atoms, any: "*") && fits(bonds.reversed(), other.bonds, any: "~")
  }
}
