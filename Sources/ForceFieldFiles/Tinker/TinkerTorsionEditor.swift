// Tinker's parameter files with other torsion terms for the classes of a molecule: torsion lines, all else stays.

import Chemistry
import TextFiles

/// Edits the .prm and .key files that go with Tinker coordinates: torsions are looked up by class there.
struct TinkerTorsionEditor: TorsionEditor {
  private(set) var system: MolecularSystem
  private let path: String
  private let files: [String]
  private let unit: Double
  private let classes: [Int]

  /// Reads coordinates and their parameter files.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  init(_ path: String, text: String, parameters: [String]) throws {
    self.path = path
    let molecule = try TinkerCoordinates(text, file: path, allowsBox: true)
    let (table, files) = try tinkerParameterFiles(parameters, topology: path)
    self.files = files
    unit = table.settings.torsionUnit
    let types = try molecule.atoms.map { atom in
      guard let type = table.atomTypes[atom.type] else {
        throw InputError(
          atom.place, "there is no `atom` line of the type \(atom.type)",
          hint: "check that the parameter file is the one the coordinates were made with")
      }
      return type
    }
    classes = types.map(\.atomClass)
    let graph = molecule.graph
    let count = types.count
    system = MolecularSystem(
      types: classes.map { table.classNames[$0] ?? "\($0)" },
      elements: types.map { Element(atomicNumber: $0.atomicNumber) },
      residues: [String](repeating: "", count: count), bonds: graph.bonds,
      copies: [Int](repeating: 1, count: count), sites: [], oneFourScalings: [])
    for bond in graph.bonds {
      for quartet in graph.quartets(about: bond) {
        let key = tinkerTorsionKey(quartet.atoms.map { classes[$0] })
        let terms = table.torsionTerms(of: key)?.map {
          TorsionTerm(periodicity: $0.periodicity, phase: $0.phase, forceConstant: unit * $0.forceConstant)
        }
        system.sites.append(TorsionSite(quartet: quartet.canonical, terms: terms))
      }
    }
  }

  func edited(_ changes: [Int: [TorsionTerm]]) throws -> [EditedFile] {
    var result = try ([path] + files).map { try EditedFile($0) }
    var lines: [(file: Int, line: TinkerLine)] = []
    for (index, name) in files.enumerated() {
      lines += try TinkerLines(try readText(name), file: name).lines.filter { $0.keyword == "TORSION" }.map {
        (index + 1, $0)
      }
    }
    let byType = try torsionsByType(changes, of: system, file: path, format: "Tinker")
    let numbers = Dictionary(zip(system.types, classes), uniquingKeysWith: { first, _ in first })
    for (type, terms) in byType.sorted(by: { $0.key < $1.key }) {
      let key = tinkerTorsionKey(type.types.compactMap { numbers[$0] })
      let own = try lines.filter { tinkerTorsionKey(try $0.line.classes(4)) == key }
      let text = line(
        own.first.map { $0.line.fields.prefix(4).map(String.init) } ?? key.map(String.init), terms)
      if !own.isEmpty {
        for (index, found) in own.enumerated() {
          let number = found.line.place.line ?? 1
          let comment = index == 0 ? self.comment(result[found.file].line(number)) : ""
          result[found.file].replaceLine(number, with: index == 0 ? [text + comment] : [])
        }
      } else if let last = lines.last {
        // The exact line comes before every wildcard, wherever it stands.
        result[last.file].insert([text], beforeLine: (last.line.place.line ?? 1) + 1)
      } else {
        throw InputError(
          SourcePlace(file: files[0]), "has no torsion line to put that of \(type.label) beside",
          hint: "give the parameter file of the force field")
      }
    }
    return result
  }

  private func comment(_ line: String) -> String { line.firstIndex(of: "#").map { " " + line[$0...] } ?? "" }

  private func line(_ classes: [String], _ terms: [TorsionTerm]) -> String {
    let all = terms.orZero
    return "torsion   " + classes.map { padded($0, 5) }.joined()
      + all.map {
        "  \(fixedPoint($0.forceConstant / unit, 10)) \(fixedPoint(degrees($0.phaseAsComputed), 6)) \($0.periodicity)"
      }.joined()
  }
}
