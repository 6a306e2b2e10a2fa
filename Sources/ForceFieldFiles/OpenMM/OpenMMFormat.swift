// OpenMM ForceField XML as a format of parameter files: its lines, and what OpenMM makes of them.

import Chemistry
import TextFiles

/// OpenMM ForceField XML.
struct OpenMMFormat: ParameterFileFormat {
  var fileExtension: String { "xml" }
  var title: String { "OpenMM xml" }
  var comments: CommentStyle { .xml }
  var addsPhases: Bool { true }

  func text(of forceField: FittedForceField) throws -> String {
    try openMMForceField(forceField)
  }

  func read(_ path: String) throws -> TorsionParameters { try readOpenMMForceField(path) }

  func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String>
  ) throws -> [(suffix: String, text: String)] {
    try openMMSystem(topology, name: name, coordinates: coordinates, header: header)
  }

  func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)] {
    try openMMBespoke(molecules, prefix: prefix, header: header)
  }

  func placedTorsions(_ path: String) throws -> [PlacedTorsion] {
    let root = try readXML(path, root: "ForceField", keeping: ["PeriodicTorsionForce"])
    return try root.children.flatMap { $0.children("Proper") }.map { proper in
      let types = (1...4).compactMap { proper.attributes["class\($0)"] ?? proper.attributes["type\($0)"] }
        .map { $0.isEmpty ? TorsionType.wildcard : $0 }
      guard types.count == 4 else {
        throw InputError(proper.place, "a <Proper> without class1 … class4 or type1 … type4")
      }
      let line = proper.place.line ?? 1
      var result = PlacedTorsion(type: TorsionType(types), key: types, line: line)
      // OpenMM leaves all after a gap in the numbers out; here each number is looked at.
      for n in 1...maximumTerms
      where proper.attributes["k\(n)"] ?? proper.attributes["periodicity\(n)"] != nil {
        let k = try proper.number("k\(n)") * Units.kilojoule
        result.terms.append(
          PlacedTerm(
            term: TorsionTerm(
              periodicity: try proper.integer("periodicity\(n)", in: 0..<100),
              phase: try proper.number("phase\(n)"), forceConstant: k), line: line))
      }
      return result
    }
  }

  func improperCount(_ path: String, lines: [String]) throws -> Int {
    lines.count { $0.hasPrefix("<Improper ") }
  }

  func secondDefinition(after line: Int) -> String {
    "OpenMM takes the first, which stands in line \(line)"
  }

  func unreachable(_ torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>) -> String? {
    before.first { $0.type.hasWildcard && $0.type.covers(torsion.type) }.map {
      "\($0.type.label) in line \($0.line) comes first and takes all of its torsions"
    }
  }
}

/// The highest number of a term in XML that is looked for.
let maximumTerms = 12
