// CHARMM prm as a format of parameter files: its comments, its lines, and what CHARMM makes of them.

import Chemistry
import TextFiles

/// CHARMM prm, for NAMD too. Tinker's prm has the same extension and is read as what it is.
struct CharmmFormat: ParameterFileFormat {
  var fileExtension: String { "prm" }
  var title: String { "CHARMM prm" }
  var comments: CommentStyle { .after("!") }
  var otherExtensions: [String] { ["str"] }

  func text(of forceField: FittedForceField) throws -> String {
    try charmmParameters(forceField)
  }

  func read(_ path: String) throws -> TorsionParameters {
    try isCharmmParameterFile(readText(path)) ? readCharmmParameters(path) : readTinkerTorsions(path)
  }

  func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String>
  ) throws -> [(suffix: String, text: String)] {
    try charmmTopology(topology, name: name, coordinates: coordinates, header: header)
  }

  func placedTorsions(_ path: String) throws -> [PlacedTorsion] {
    guard try isCharmmParameterFile(readText(path)) else { return try TinkerFormat().placedTorsions(path) }
    var result: [PlacedTorsion] = []
    for line in try charmmLines(try readText(path), file: path)
    where line.section == .dihedrals && !line.isTitle {
      let (types, term) = try line.dihedral()
      let placed = PlacedTerm(term: term, line: line.place.line ?? 1)
      // Lines of a type need not stand together.
      if let index = result.firstIndex(where: { $0.type == TorsionType(types) }) {
        result[index].terms.append(placed)
      } else {
        result.append(
          PlacedTorsion(type: TorsionType(types), key: types, terms: [placed], line: line.place.line ?? 1))
      }
    }
    return result
  }

  func improperCount(_ path: String, lines: [String]) throws -> Int {
    let start = ["IMPROPERS", "IMPROPER", "IMPH", "IMPHI"]
    let end = ["NONBONDED", "NBFIX", "CMAP", "HBOND", "END", "BONDS", "ANGLES", "DIHEDRALS", "ATOMS"]
    var count = 0
    var isInside = false
    for raw in lines {
      let line = raw.split(separator: "!", omittingEmptySubsequences: false)[0].trimmingSpaces.uppercased()
      if start.contains(line) {
        isInside = true
      } else if end.contains(String(line.prefix { !$0.isWhitespace })) {
        isInside = false
      } else if isInside, !line.isEmpty {
        count += 1
      }
    }
    return count
  }

  func secondDefinition(after line: Int) -> String {
    "terms of both count"
  }

  func unreachable(_ torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>) -> String? {
    torsion.hasCentralWildcard || torsion.hasOneSidedWildcard ? unreachableWildcard("as X-A-B-X") : nil
  }

  /// Lines of the title begin with an asterisk.
  func linesWithoutComments(_ text: String) -> [Substring] {
    fileLines(text).map { line in line.first == "*" ? "" : line.prefix { $0 != "!" } }
  }
}
