// A LAMMPS include file as a format of parameter files: its lines, and what LAMMPS makes of them.

import Chemistry
import TextFiles

/// LAMMPS include file with type labels.
struct LammpsFormat: ParameterFileFormat {
  var fileExtension: String { "lmp" }
  var title: String { "LAMMPS lmp" }
  var comments: CommentStyle { .after("#") }
  var keysHaveDirection: Bool { true }

  func text(of forceField: FittedForceField) throws -> String {
    try lammpsParameters(forceField)
  }

  func read(_ path: String) throws -> TorsionParameters { try readLammpsParameters(path) }

  func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String>
  ) throws -> [(suffix: String, text: String)] {
    try lammpsFiles(topology, name: name, coordinates: coordinates, header: header)
  }

  func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)] {
    throw InputError(
      nil, "LAMMPS numbers types: a molecule's data file has its own already",
      hint:
        "export without --bespoke; read molecules/lammps/NAME.data by `read_data … add append` with offsets")
  }

  func placedTorsions(_ path: String) throws -> [PlacedTorsion] {
    var result: [PlacedTorsion] = []
    for (index, raw) in try readText(path).split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      var line = LammpsLine(raw, file: path, line: index + 1)
      if line.first == "if", let then = line.texts.firstIndex(of: "then"), then + 1 < line.words.count {
        line = LammpsLine(line.texts[then + 1], file: path, line: index + 1)
      }
      guard line.first == "dihedral_coeff" else { continue }
      let label = try line.word(1, "a type label")
      let types = label.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
      guard types.count == 4 else {
        throw line.error(
          "\"\(label)\" is no label of four atom types", word: 1, hint: "labels are such as c3-c3-c3-hc")
      }
      let start = line.words.count > 2 && line.texts[2] == "fourier" ? 3 : 2
      let terms = try LammpsCoefficients(style: "fourier", line: line, start: start).dihedral().terms
      // The same once more for the label in the other direction.
      if let last = result.last, last.key == types.reversed(), last.key != types,
        last.terms.map(\.term) == terms
      {
        result[result.count - 1].isSaidBothWays = true
        continue
      }
      result.append(
        PlacedTorsion(
          type: TorsionType(types), key: types, terms: terms.map { PlacedTerm(term: $0, line: index + 1) },
          line: index + 1))
    }
    return result
  }

  func improperCount(_ path: String, lines: [String]) throws -> Int {
    lines.count { $0.hasPrefix("improper_coeff") }
  }
}
