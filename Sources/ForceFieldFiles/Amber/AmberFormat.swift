// AMBER frcmod as a format of parameter files: its comments, its lines, and what LEaP makes of them.

import Chemistry
import TextFiles

/// AMBER frcmod; a parm.dat is read as one.
struct AmberFormat: ParameterFileFormat {
  var fileExtension: String { "frcmod" }
  var title: String { "AMBER frcmod" }
  var comments: CommentStyle { .after("!") }
  var otherExtensions: [String] { ["dat"] }
  var holdsScalings: Bool { true }

  func text(of forceField: FittedForceField) throws -> String {
    try amberFrcmod(forceField)
  }

  func read(_ path: String) throws -> TorsionParameters { try readAmberFrcmod(path) }

  func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String>
  ) throws -> [(suffix: String, text: String)] {
    try amberTopologyFiles(topology, name: name, coordinates: coordinates, header: header)
  }

  func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)] {
    try amberBespoke(molecules, prefix: prefix, header: header)
  }

  func placedTorsions(_ path: String) throws -> [PlacedTorsion] {
    var result: [PlacedTorsion] = []
    for (line, place) in try dihedralLines(path) {
      let number = place.line ?? 1
      let row = try AmberDihedralLine(line, place: place)
      let types = row.types ?? (result.last?.isOpen == true ? result.last?.key : nil)
      guard let types else {
        throw InputError(place, "\"\(line.prefix(11))\" is not four atom types")
      }
      let term = PlacedTerm(term: row.term, line: number)
      if let last = result.last, last.isOpen, last.type == TorsionType(types) {
        result[result.count - 1].terms.append(term)
        result[result.count - 1].isOpen = row.continues
      } else {
        result.append(
          PlacedTorsion(
            type: TorsionType(types), key: types, terms: [term], line: number, isOpen: row.continues))
      }
    }
    return result
  }

  func improperCount(_ path: String, lines: [String]) throws -> Int {
    try improperLines(path).count
  }

  func unreachable(_ torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>) -> String? {
    torsion.hasCentralWildcard || torsion.hasOneSidedWildcard ? unreachableWildcard("as X-A-B-X") : nil
  }

  /// The first line is the file's title.
  func linesWithoutComments(_ text: String) -> [Substring] {
    fileLines(text).enumerated().map { index, line in index == 0 ? "" : line.prefix { $0 != "!" } }
  }

  /// The title holds all of them.
  func headerComments(_ lines: [Substring]) -> [String] {
    lines.first.map { $0.split(separator: " | ").map(\.trimmingSpaces) } ?? []
  }
}
