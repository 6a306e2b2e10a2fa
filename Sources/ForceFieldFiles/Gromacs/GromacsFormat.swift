// GROMACS [ dihedraltypes ] as a format of parameter files: its lines, and what grompp makes of them.

import Chemistry
import TextFiles

/// GROMACS [ dihedraltypes ]; by the function that the family's topologies have, or of Ryckaert and Bellemans in any
/// case.
struct GromacsFormat: ParameterFileFormat {
  /// Whether function 3 is written whatever the family's topologies have.
  var isRyckaertBellemans = false

  var fileExtension: String { isRyckaertBellemans ? "rb.itp" : "itp" }
  var title: String { isRyckaertBellemans ? "GROMACS itp with Ryckaert-Bellemans functions" : "GROMACS itp" }
  var comments: CommentStyle { .after(";") }
  var otherExtensions: [String] { isRyckaertBellemans ? [] : ["top"] }
  var addsPhases: Bool { true }

  func text(of forceField: FittedForceField) throws -> String {
    try gromacsDihedralTypes(
      forceField, ryckaertBellemans: isRyckaertBellemans || forceField.usesRyckaertBellemans)
  }

  func read(_ path: String) throws -> TorsionParameters { try readGromacsDihedralTypes(path) }

  func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String>
  ) throws -> [(suffix: String, text: String)] {
    try gromacsTopology(topology, name: name, coordinates: coordinates, header: header)
  }

  func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)] {
    guard !isRyckaertBellemans else {
      throw InputError(
        nil, "bespoke GROMACS molecules are written with function 9", hint: "ask for --format gromacs")
    }
    return try gromacsBespoke(molecules, prefix: prefix, header: header)
  }

  func placedTorsions(_ path: String) throws -> [PlacedTorsion] {
    var result: [PlacedTorsion] = []
    for line in try GromacsSource(path).lines where line.section == "dihedraltypes" && !line.isHeader {
      guard line.place.file == path else { continue }
      let row = try GromacsDihedralLine(line)
      guard [1, 3, 5, 9].contains(row.function), let parameters = row.parameters else { continue }
      let terms = try gromacsTorsionTerms(parameters, function: row.function)
      let number = line.place.line ?? 1
      let isSeries = [3, 5].contains(row.function)
      // The constant of a series moves no atom; what the rounding of its numbers leaves is no term.
      let placed = terms.filter { !isSeries || $0.periodicity > 0 && abs($0.forceConstant) > 1e-7 }.map {
        PlacedTerm(term: $0, line: number)
      }
      if row.function == 9, let last = result.last, last.key == row.types + ["9"] {
        result[result.count - 1].terms += placed
      } else {
        result.append(
          PlacedTorsion(
            type: TorsionType(row.types), key: row.types + ["\(row.function)"], terms: placed, line: number,
            isSeries: isSeries))
      }
    }
    return result
  }

  func improperCount(_ path: String, lines: [String]) throws -> Int {
    var count = 0
    var isInside = false
    for line in lines {
      if line.hasPrefix("[") { isInside = line.filter { !"[] ".contains($0) } == "dihedraltypes" }
      let fields = line.split(separator: ";", omittingEmptySubsequences: false)[0].split(
        whereSeparator: \.isWhitespace)
      // Two or four types before the function.
      if isInside,
        [4, 2].contains(where: {
          fields.count > $0 && ["2", "4"].contains(fields[$0]) && Int(fields[0]) == nil
        })
      {
        count += 1
      }
    }
    return count
  }

  func secondDefinition(after line: Int) -> String {
    "grompp refuses a second block for a type, or takes the last"
  }
}
