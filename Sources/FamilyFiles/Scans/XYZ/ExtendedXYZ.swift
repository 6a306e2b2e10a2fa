// Extended XYZ: frames with key=value comments (https://github.com/libAtoms/extxyz), and plain multi-frame XYZ.

import Chemistry
import Foundation
import TextFiles

/// The lines of an XYZ file, frame by frame.
struct XYZFrames {
  /// One frame: comment and atom lines with their line numbers (from 1).
  struct Frame {
    var comment: Substring
    var line: Int
    var atoms: [Substring]
  }
  var frames: [Frame] = []

  init(_ text: String, file: String) throws {
    let lines = try SourceLines(text, file: file).lines
    var at = 0
    while at < lines.count {
      // ORCA's .allxyz has ">" between frames.
      if lines[at].allSatisfy({ $0.isWhitespace || $0 == ">" }) {
        at += 1
        continue
      }
      guard let count = Int(lines[at].trimmed), count > 0, count < 1_000_000 else {
        throw InputError(
          SourcePlace(file: file, line: at + 1),
          "\"\(lines[at].prefix(40))\" where a number of atoms was expected",
          hint:
            "each frame is the number of atoms, a comment line, and one line an atom; the file may be truncated"
        )
      }
      guard at + 2 + count <= lines.count, lines[at + 1 + count].contains(where: { !$0.isWhitespace }) else {
        throw InputError(
          SourcePlace(file: file, line: min(lines.count, at + 1)),
          "frame \(frames.count + 1) has \(count) atoms, but the file ends before them",
          hint: "the file is truncated; write it again")
      }
      frames.append(
        Frame(comment: lines[at + 1], line: at + 1, atoms: Array(lines[(at + 2)..<(at + 2 + count)])))
      at += 2 + count
    }
    guard !frames.isEmpty else { throw InputError(SourcePlace(file: file), "holds no frame") }
  }
}

/// Reads an extended XYZ file. Columns are those of `Properties`; energy and forces under their usual names.
func readExtendedXYZ(_ text: String, file: String, statement: ScanStatement) throws -> RawScan {
  var scan = RawScan(file: file, format: ScanFormat.extendedXYZ.rawValue)
  for (index, frame) in try XYZFrames(text, file: file).frames.enumerated() {
    let place = SourcePlace(file: file, line: frame.line + 1)
    let values = try commentValues(frame.comment, place: place)
    let columns = try propertyColumns(values["properties"] ?? "species:S:1:pos:R:3", place: place)
    var result = RawFrame(coordinates: [], line: frame.line)
    if let text = values["energy"] {
      let unit = try energyUnit(values["energy_unit"], statement: statement, place: place)
      guard let value = number(text) else {
        scan.frames.append(fault(&result, "the energy \"\(text)\" is no finite number"))
        continue
      }
      result.energy = value * unit.factor
    }
    let forceUnit =
      columns.forces == nil
      ? nil : try statedForceUnit(values["force_unit"], statement: statement, place: place)
    try readAtoms(frame, columns: columns, forceUnit: forceUnit, file: file, into: &result)
    if let level = values["level_of_theory"], !level.isEmpty, !scan.levels.contains(level) {
      scan.levels.append(level)
    }
    try readDihedrals(values, atoms: frame.atoms.count, frame: index + 1, place: place, into: &scan)
    scan.frames.append(result)
  }
  return scan
}

private func fault(_ frame: inout RawFrame, _ text: String) -> RawFrame {
  frame.fault = text
  return frame
}

private struct PropertyColumns {
  var species: Int?
  var position: Int
  var forces: Int?
  var count: Int
}

private func propertyColumns(_ text: String, place: SourcePlace) throws -> PropertyColumns {
  let fields = text.split(separator: ":").map(String.init)
  guard fields.count % 3 == 0, !fields.isEmpty else {
    throw InputError(place, "Properties=\(text) is not name:type:columns, three by three")
  }
  var (column, species, position, forces) = (0, Int?.none, Int?.none, Int?.none)
  for at in stride(from: 0, to: fields.count, by: 3) {
    guard let width = Int(fields[at + 2]), (1...1000).contains(width) else {
      throw InputError(place, "Properties=\(text): \"\(fields[at + 2])\" is no number of columns")
    }
    switch fields[at].lowercased() {
    case "species", "element", "elements", "symbols": species = column
    case "z", "numbers", "atomic_number", "atomic_numbers": if species == nil, width == 1 { species = column }
    case "pos", "positions": position = width == 3 ? column : nil
    case "forces", "force", "ref_forces", "dft_forces": forces = width == 3 ? column : nil
    default: break
    }
    column += width
  }
  guard let position else { throw InputError(place, "Properties=\(text) has no pos:R:3") }
  return PropertyColumns(species: species, position: position, forces: forces, count: column)
}

private func readAtoms(
  _ frame: XYZFrames.Frame, columns: PropertyColumns, forceUnit: Units.Force?, file: String,
  into result: inout RawFrame
) throws {
  var symbols: [String] = []
  var forces: [Vector3] = []
  for (offset, line) in frame.atoms.enumerated() {
    let place = SourcePlace(file: file, line: frame.line + 2 + offset)
    let fields = line.split(whereSeparator: \.isWhitespace)
    guard fields.count >= columns.count else {
      throw InputError(
        place, "\(fields.count) columns where \(columns.count) were expected",
        hint: "the file may be truncated, or its frames have other numbers of atoms than they say")
    }
    func vector(_ column: Int) throws -> Vector3? {
      let values = fields[column..<(column + 3)].map { number($0) }
      if let x = values[0], let y = values[1], let z = values[2] { return Vector3(x, y, z) }
      guard fields[column..<(column + 3)].allSatisfy({ isNumberLike($0) }) else {
        throw InputError(
          place, "\"\(fields[column..<(column + 3)].joined(separator: " "))\" are no three numbers",
          hint: "the columns are those that Properties= of the comment line names")
      }
      return nil
    }
    if let species = columns.species { symbols.append(try symbol(fields[species], in: line, at: place)) }
    guard let position = try vector(columns.position) else {
      result.fault = "line \(place.line!): a coordinate is not finite"
      return
    }
    result.coordinates.append(position)
    if let column = columns.forces, let unit = forceUnit {
      guard let force = try vector(column) else {
        result.fault = "line \(place.line!): a force is not finite"
        return
      }
      forces.append(force * unit.factor)
    }
  }
  if let species = columns.species {
    result.symbols = symbols
    try requireElements(frame, column: species, file: file)
  }
  if columns.forces != nil { result.forces = forces }
}

/// The element's symbol that a column says, by its symbol or its atomic number.
/// - Throws: ``InputError`` with the column of a number that is none of an element.
func symbol(_ field: Substring, in line: Substring, at place: SourcePlace) throws -> String {
  guard let number = Int(field) else { return String(field) }
  guard let element = Element(atomicNumber: number) else {
    var place = place
    place.column = line.distance(from: line.startIndex, to: field.startIndex) + 1
    throw InputError(place, "\"\(field)\" is no atomic number, and an element was expected", hint: elementColumnHint)
  }
  return element.symbol
}

/// Whether a column of elements is one, and does not count the atoms: 1, 2, 3 … would be hydrogen, helium, lithium.
/// - Throws: ``InputError`` with the first line where it does.
func requireElements(_ frame: XYZFrames.Frame, column: Int, file: String) throws {
  let numbers = frame.atoms.map { line in
    line.split(whereSeparator: \.isWhitespace).dropFirst(column).first.flatMap { Int($0) }
  }
  guard numbers.count > 1, numbers == Array(1...numbers.count) else { return }
  throw InputError(
    SourcePlace(file: file, line: frame.line + 2), "the column of elements counts the atoms from 1",
    hint: elementColumnHint)
}

private let elementColumnHint =
  "symbols or atomic numbers stand there; a column before them is named in the comment line: "
  + "Properties=id:I:1:species:S:1:pos:R:3"

/// Whether a text is a number, if not a finite one.
private func isNumberLike(_ text: Substring) -> Bool {
  ["nan", "inf", "infinity"].contains(text.lowercased().filter { $0 != "-" && $0 != "+" })
    || text.contains("*")
    || Double(text) != nil
}

/// key=value pairs of a comment line; keys in lower case; values in quotes, braces or brackets, or bare.
func commentValues(_ comment: Substring, place: SourcePlace) throws -> [String: String] {
  var result: [String: String] = [:]
  var rest = comment[...]
  while true {
    rest = rest.drop { $0.isWhitespace }
    guard !rest.isEmpty else { break }
    let key = rest.prefix { $0 != "=" && !$0.isWhitespace }
    rest = rest.dropFirst(key.count)
    guard rest.first == "=" else {
      result[key.lowercased()] = "T"  // a bare word is a flag
      continue
    }
    rest = rest.dropFirst()
    let closing: [Character: Character] = ["\"": "\"", "'": "'", "{": "}", "[": "]"]
    if let open = rest.first, let close = closing[open] {
      let body = rest.dropFirst()
      guard let end = body.firstIndex(of: close) else {
        throw InputError(place, "the value of \(key) has no closing \(close)")
      }
      result[key.lowercased()] = String(body[..<end])
      rest = body[body.index(after: end)...]
    } else {
      let value = rest.prefix { !$0.isWhitespace }
      result[key.lowercased()] = String(value)
      rest = rest.dropFirst(value.count)
    }
  }
  for (name, others) in ["energy": ["ref_energy", "dft_energy", "total_energy"]] where result[name] == nil {
    for other in others { if let value = result[other] { result[name] = value } }
  }
  return result
}

/// The energy unit that file or manifest states.
private func energyUnit(_ text: String?, statement: ScanStatement, place: SourcePlace) throws -> Units.Energy {
  try statedUnit(
    text, stated: statement.energyUnit, of: "energy", called: "the energy", example: "kcal/mol", place: place)
}

/// The force unit that file or manifest states.
private func statedForceUnit(_ text: String?, statement: ScanStatement, place: SourcePlace) throws
  -> Units.Force
{
  try statedUnit(
    text, stated: statement.forceUnit, of: "force", called: "the forces", example: "kcal/mol/angstrom",
    place: place)
}

/// The unit that a comment line or the manifest states.
///
/// - Parameters:
///   - text: what the line says.
///   - stated: what the manifest says.
///   - quantity: "energy", also of the key energy_unit.
///   - name: what the file has of it.
///   - example: a unit for the hint.
/// - Throws: ``InputError`` where neither says one, both differ, or there is none of that name.
private func statedUnit<Unit: RawRepresentable<String> & CaseIterable & Equatable>(
  _ text: String?, stated: Unit?, of quantity: String, called name: String, example: String,
  place: SourcePlace
) throws -> Unit {
  guard let text else {
    if let stated { return stated }
    throw InputError(
      place, "the unit of \(name) is not stated",
      hint:
        "add \(quantity)_unit=\"\(example)\" to the comment line, `\(quantity)_unit: \(example)` to the "
        + "scan in family.yaml, or "
        + "--\(quantity)-unit to init, inspect and predict; --convention ase where ASE wrote it (eV)"
    )
  }
  guard
    let unit = Unit(rawValue: text)
      ?? Unit.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() })
  else {
    throw InputError(
      place, "there is no \(quantity) unit \"\(text)\"",
      hint: "one of " + Unit.allCases.map(\.rawValue).joined(separator: ", "))
  }
  if let stated, stated != unit {
    throw InputError(
      place, "\(quantity)_unit is \(unit.rawValue) here and \(stated.rawValue) in the manifest")
  }
  return unit
}
