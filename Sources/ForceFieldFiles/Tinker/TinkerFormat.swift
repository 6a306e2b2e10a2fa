// Tinker keywords as a format of parameter files: their lines, and what Tinker makes of them.

import Chemistry
import TextFiles

/// Tinker keywords.
struct TinkerFormat: ParameterFileFormat {
  var fileExtension: String { "key" }
  var title: String { "Tinker key" }
  var comments: CommentStyle { .after("#") }

  func text(of forceField: FittedForceField) throws -> String {
    try tinkerParameters(forceField)
  }

  func read(_ path: String) throws -> TorsionParameters { try readTinkerTorsions(path) }

  func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String>
  ) throws -> [(suffix: String, text: String)] {
    try tinkerTopology(
      topology, name: name, coordinates: coordinates, header: header, classes: tinkerClasses(of: types))
  }

  func placedTorsions(_ path: String) throws -> [PlacedTorsion] {
    let file = try TinkerLines(try readText(path), file: path)
    var settings = TinkerSettings()
    for line in file.lines where line.keyword == "TORSIONUNIT" { _ = try settings.read(line, isKey: false) }
    return try file.lines.filter { $0.keyword == "TORSION" }.map { line in
      let classes = try line.classes(4)
      let names = classes.map { $0 == 0 ? TorsionType.wildcard : file.classNames[$0] ?? String($0) }
      let number = line.place.line ?? 1
      var result = PlacedTorsion(type: TorsionType(names), key: names, line: number)
      for first in stride(from: 4, to: line.fields.count, by: 3) {
        let k = try line.number(first, "an amplitude") * settings.torsionUnit
        let phase = try line.number(first + 1, "a phase") * Units.degree
        let n = try line.integer(first + 2, "a periodicity")
        guard n != 0 || k != 0 else { continue }
        result.terms.append(
          PlacedTerm(term: TorsionTerm(periodicity: n, phase: phase, forceConstant: k), line: number))
      }
      return result
    }
  }

  func improperCount(_ path: String, lines: [String]) throws -> Int {
    lines.count { ["imptors", "improper"].contains($0.lowercased().prefix { !$0.isWhitespace }) }
  }

  func secondDefinition(after line: Int) -> String {
    "Tinker takes the last of a .key and the first of a .prm"
  }

  func unreachable(_ torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>) -> String? {
    torsion.hasCentralWildcard ? unreachableWildcard("at the ends") : nil
  }
}
