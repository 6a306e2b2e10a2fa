// The atoms of a LAMMPS data file: numbers, types and their names, charges, elements told by mass.

import Chemistry
import TextFiles

/// A data file's atoms in the order of their numbers.
struct LammpsAtoms {
  struct Row {
    var id: Int
    var type: Int
    var charge: Double
    var line: LammpsLine
  }

  let data: LammpsData
  let script: LammpsScript
  let types: LammpsTypes
  let rows: [Row]
  /// The place of each atom number in `rows`.
  let indexOfID: [Int: Int]

  /// The atoms, with charges as the script leaves them.
  init(data: LammpsData, script: LammpsScript) throws {
    self.data = data
    self.script = script
    let count = data.count("atoms")
    guard (1..<100_000).contains(count), (1..<100_000).contains(data.count("atom types")) else {
      throw InputError(
        SourcePlace(file: data.file),
        "\(count) atoms of \(data.count("atom types")) types: the counts make no sense",
        hint: "lines such as `14 atoms` and `2 atom types` were expected in the header")
    }
    types = try LammpsTypes(
      kind: "atom", count: data.count("atom types"), rows: data.rows("Atom Type Labels"),
      commands: script.labels)
    rows = try Self.rows(data, script, types)
    indexOfID = Dictionary(rows.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { a, _ in a })
  }

  /// Atoms in the order of their numbers, with charges as the script leaves them.
  private static func rows(_ data: LammpsData, _ script: LammpsScript, _ types: LammpsTypes) throws -> [Row] {
    let rows = try data.rows("Atoms", count: data.count("atoms"))
    let columns = try columns(data, script, rows)
    var seen: Set<Int> = []
    var result = try rows.map { line -> Row in
      let id = try line.integer(0, "an atom number")
      guard id > 0, seen.insert(id).inserted else {
        throw line.error("the atom number \(id) is not positive or stands here a second time", word: 0)
      }
      for axis in 0..<3 { _ = try line.number(columns.position + axis, "a coordinate") }
      guard [0, 3].contains(line.words.count - columns.position - 3) else {
        throw line.error(
          "has \(line.words.count) columns, which is not atom_style \(columns.style)",
          hint: "coordinates come last, but for three image counts")
      }
      return Row(
        id: id, type: try types.type(line, columns.type),
        charge: try columns.charge.map { try line.number($0, "a charge") } ?? 0, line: line)
    }
    result.sort { $0.id < $1.id }
    for line in script.charges {
      let charge = try line.number(4, "a charge")
      let isType = line.texts[1] == "type"
      let which =
        isType ? try types.range(line, 2) : try line.integer(2, "an atom number")...line.integer(2, "")
      for index in result.indices where which.contains(isType ? result[index].type : result[index].id) {
        result[index].charge = charge
      }
    }
    return result
  }

  private struct Columns {
    var style: String
    var type: Int
    var charge: Int?
    var position: Int
  }

  private static func columns(_ data: LammpsData, _ script: LammpsScript, _ rows: [LammpsLine]) throws
    -> Columns
  {
    let hint = data.hint("Atoms")
    let said = try script.atomStyle.map { LammpsScript.plain(try $0.word(1, "a style")) }
    if let hint, let said, hint != said, let line = script.atomStyle {
      throw line.error("the data file says atom_style \(hint), the script \(said)", word: 1)
    }
    guard let style = said ?? hint ?? ([7, 10].contains(rows[0].words.count) ? "full" : nil) else {
      throw rows[0].error(
        "the atom style is given nowhere",
        hint: "give it in the script (`atom_style full`) or as `Atoms # full`")
    }
    switch style {
    case "full": return Columns(style: style, type: 2, charge: 3, position: 4)
    case "molecular", "bond", "angle": return Columns(style: style, type: 2, charge: nil, position: 3)
    case "charge": return Columns(style: style, type: 1, charge: 2, position: 3)
    case "atomic": return Columns(style: style, type: 1, charge: nil, position: 2)
    default:
      throw (script.atomStyle ?? rows[0]).error(
        "atom_style \(style) is not supported", hint: "full, molecular, angle, bond, charge and atomic are")
    }
  }

  /// The atoms of the topology.
  func named(_ pairs: LammpsPairs) throws -> [Atom] {
    let masses = try self.masses()
    let names = typeNames()
    return try rows.enumerated().map { index, row in
      guard let mass = masses[row.type] else {
        throw row.line.error(
          "the mass of atom type \(row.type) is given nowhere", hint: "a section Masses was expected")
      }
      guard let element = element(ofMass: mass.value) else {
        throw mass.line.error(
          "a mass of \(mass.value) is no element's: united and dummy atoms are not supported", word: mass.word
        )
      }
      let lennardJones = try pairs.atom(row.type, row.line)
      return Atom(
        name: "\(element.symbol)\(index + 1)", type: names[row.type] ?? "\(row.type)", element: element,
        charge: row.charge, lennardJones: lennardJones.far, oneFourLennardJones: lennardJones.near)
    }
  }

  /// The mass of each atom type, where it is given.
  func masses() throws -> [Int: (value: Double, line: LammpsLine, word: Int)] {
    var result: [Int: (value: Double, line: LammpsLine, word: Int)] = [:]
    for row in data.rows("Masses") {
      result[try types.type(row, 0)] = (try row.number(1, "a mass"), row, 1)
    }
    for line in script.masses {
      for type in try types.range(line, 1) { result[type] = (try line.number(2, "a mass"), line, 2) }
    }
    return result
  }

  /// The names of the types where every type has one of its own.
  func typeNames() -> [Int: String] {
    var comments: [[Int: String]] = [types.labels]
    for section in ["Masses", "Pair Coeffs"] {
      comments.append(
        Dictionary(
          data.rows(section).compactMap { row in
            guard let type = row.words.first.flatMap({ Int($0.text) }),
              let word = row.comment.split(whereSeparator: \.isWhitespace).first
            else { return nil }
            return (type, String(word))
          }, uniquingKeysWith: { a, _ in a }))
    }
    return comments.first { Set($0.values).count == types.count } ?? [:]
  }
}
