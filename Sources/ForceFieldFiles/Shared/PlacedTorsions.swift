// The torsions of a parameter file line by line, also where no engine would take them: what an audit looks at.

import Chemistry
import FoundationEssentials
import TextFiles

/// A definition of a torsion as a file has it.
struct PlacedTorsion {
  /// The torsion type; in SMIRNOFF that of the id where it names one, else the SMIRKS.
  var type: TorsionType
  /// What the format looks a torsion up by, in the file's direction: types, classes, a label or a SMIRKS.
  var key: [String]
  var terms: [PlacedTerm] = []
  /// From 1.
  var line: Int
  /// Whether its terms come from a function that knows neither phases nor terms of no amplitude (Ryckaert-Bellemans).
  var isSeries = false
  /// Whether its last line says that another follows (AMBER).
  var isOpen = false
  /// Whether a line for the label in the other direction follows (LAMMPS).
  var isSaidBothWays = false
}

/// A term and its line.
struct PlacedTerm {
  var term: TorsionTerm
  /// From 1.
  var line: Int
}

extension ParameterFormat {
  /// The definitions of a parameter file in its order, duplicates and all.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  func placedTorsions(_ path: String) throws -> [PlacedTorsion] {
    switch self {
    case .amber: try placedAmberTorsions(path)
    case .gromacs, .gromacsRB: try placedGromacsTorsions(path)
    case .openmm: try placedOpenMMTorsions(path)
    case .charmm:
      try isCharmmParameterFile(readText(path)) ? placedCharmmTorsions(path) : placedTinkerTorsions(path)
    case .lammps: try placedLammpsTorsions(path)
    case .smirnoff: try placedSmirnoffTorsions(path)
    case .tinker: try placedTinkerTorsions(path)
    }
  }
}

private func type(_ names: [String]) -> TorsionType { TorsionType(names[0], names[1], names[2], names[3]) }

private func placedAmberTorsions(_ path: String) throws -> [PlacedTorsion] {
  var result: [PlacedTorsion] = []
  for (line, place) in try dihedralLines(path) {
    let number = place.line ?? 1
    let row = try AmberDihedralLine(line, place: place)
    let types = row.types ?? (result.last?.isOpen == true ? result.last?.key : nil)
    guard let types else {
      throw InputError(place, "\"\(line.prefix(11))\" is not four atom types")
    }
    let term = PlacedTerm(term: row.term, line: number)
    if let last = result.last, last.isOpen, last.type == type(types) {
      result[result.count - 1].terms.append(term)
      result[result.count - 1].isOpen = row.continues
    } else {
      result.append(
        PlacedTorsion(
          type: type(types), key: types, terms: [term], line: number, isOpen: row.continues))
    }
  }
  return result
}

private func placedGromacsTorsions(_ path: String) throws -> [PlacedTorsion] {
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
          type: type(row.types), key: row.types + ["\(row.function)"], terms: placed, line: number,
          isSeries: isSeries))
    }
  }
  return result
}

private func placedCharmmTorsions(_ path: String) throws -> [PlacedTorsion] {
  var result: [PlacedTorsion] = []
  for line in try charmmLines(try readText(path), file: path)
  where line.section == .dihedrals && !line.isTitle {
    let (types, term) = try line.dihedral()
    let placed = PlacedTerm(term: term, line: line.place.line ?? 1)
    // Lines of a type need not stand together.
    if let index = result.firstIndex(where: { $0.type == type(types) }) {
      result[index].terms.append(placed)
    } else {
      result.append(
        PlacedTorsion(type: type(types), key: types, terms: [placed], line: line.place.line ?? 1))
    }
  }
  return result
}

private func placedLammpsTorsions(_ path: String) throws -> [PlacedTorsion] {
  var result: [PlacedTorsion] = []
  for (index, raw) in try readText(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
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
        type: type(types), key: types, terms: terms.map { PlacedTerm(term: $0, line: index + 1) },
        line: index + 1))
  }
  return result
}

private func placedTinkerTorsions(_ path: String) throws -> [PlacedTorsion] {
  let file = try TinkerLines(try readText(path), file: path)
  var settings = TinkerSettings()
  for line in file.lines where line.keyword == "TORSIONUNIT" { _ = try settings.read(line, isKey: false) }
  return try file.lines.filter { $0.keyword == "TORSION" }.map { line in
    let classes = try line.classes(4)
    let names = classes.map { $0 == 0 ? TorsionType.wildcard : file.classNames[$0] ?? String($0) }
    let number = line.place.line ?? 1
    var result = PlacedTorsion(type: type(names), key: names, line: number)
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

private func placedOpenMMTorsions(_ path: String) throws -> [PlacedTorsion] {
  let root = try readXML(path, root: "ForceField", keeping: ["PeriodicTorsionForce"])
  return try root.children.flatMap { $0.children("Proper") }.map { proper in
    let types = (1...4).compactMap { proper.attributes["class\($0)"] ?? proper.attributes["type\($0)"] }
      .map { $0.isEmpty ? TorsionType.wildcard : $0 }
    guard types.count == 4 else {
      throw InputError(proper.place, "a <Proper> without class1 … class4 or type1 … type4")
    }
    let line = proper.place.line ?? 1
    var result = PlacedTorsion(type: type(types), key: types, line: line)
    // OpenMM leaves all after a gap in the numbers out; here each number is looked at.
    for n in 1...maximumTerms where proper.attributes["k\(n)"] ?? proper.attributes["periodicity\(n)"] != nil
    {
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

private func placedSmirnoffTorsions(_ path: String) throws -> [PlacedTorsion] {
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

/// The highest number of a term in XML that is looked for.
let maximumTerms = 12
