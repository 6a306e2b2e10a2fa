// SMIRNOFF offxml as a format of parameter files: its lines, and what OpenFF makes of them.

import Chemistry
import TextFiles

/// SMIRNOFF offxml.
struct SmirnoffFormat: ParameterFileFormat {
  var fileExtension: String { "offxml" }
  var title: String { "SMIRNOFF offxml" }
  var comments: CommentStyle { .xml }
  var addsPhases: Bool { true }

  func text(of forceField: FittedForceField) throws -> String {
    try smirnoffForceField(forceField)
  }

  func read(_ path: String) throws -> TorsionParameters { try readSmirnoff(path) }

  func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String>
  ) throws -> [(suffix: String, text: String)] {
    try smirnoffTopologyFiles(topology, name: name, coordinates: coordinates, header: header)
  }

  func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)] {
    try smirnoffBespoke(molecules, prefix: prefix, header: header)
  }

  func placedTorsions(_ path: String) throws -> [PlacedTorsion] {
    let root = try readXML(path, root: "SMIRNOFF", keeping: ["ProperTorsions"])
    return try root.children.flatMap { $0.children("Proper") }.map { proper in
      let smirks = try proper.text("smirks")
      guard let type = smirnoffType(proper) ?? TorsionType(smarts: smirks) else {
        throw InputError(proper.place, "the smirks \"\(smirks)\" does not tag four atoms :1 … :4")
      }
      let line = proper.place.line ?? 1
      return PlacedTorsion(
        type: type, key: [smirks],
        terms: try smirnoffTerms(of: proper, isStrict: false).map { PlacedTerm(term: $0, line: line) },
        line: line)
    }
  }

  func improperCount(_ path: String, lines: [String]) throws -> Int {
    lines.count { $0.hasPrefix("<Improper ") }
  }

  func text(of forceField: FittedForceField, replacedIn base: String) throws -> String {
    try smirnoffForceField(forceField, replacedIn: base)
  }

  /// Torsions by SMARTS need bond orders.
  func arguments(of proof: TorsionProof) -> String? { proof.bondOrders.map { " \($0)" } }

  /// The last match counts: a general pattern behind a special one takes its torsions.
  func findings(
    of torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>, file: String
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
}
