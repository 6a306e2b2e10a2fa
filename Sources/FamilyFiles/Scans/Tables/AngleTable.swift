// Tables of angles and energies, and geometries made for them by turning one that stands beside.

import Chemistry
import Foundation
import TextFiles

/// The fields of a line of a table: between white space, commas, semicolons or tabs.
func tableFields(_ line: Substring) -> [Substring] { line.split { " \t,;\r".contains($0) } }

/// A table: an angle and an energy a line, or an energy alone.
struct AngleTable {
  /// Degree; empty where the table has energies alone.
  var angles: [Double] = []
  /// In the table's unit.
  var energies: [Double] = []
  /// Comments and the header.
  var header = ""
  var lines: [Int] = []
  private let file: String
  private let isOrcaScan: Bool

  /// - Throws: `InputError` with the line that is none of a table.
  init(_ source: SourceLines) throws {
    file = source.file
    isOrcaScan = source.file.hasSuffix(".relaxscanact.dat") || source.file.hasSuffix(".relaxscanscf.dat")
    for (index, line) in source.lines.enumerated() {
      let text = line.trimmed
      if text.isEmpty { continue }
      let fields = tableFields(line)
      let values = fields.map { number($0) }
      if text.hasPrefix("#") || text.hasPrefix("@") || text.hasPrefix("!")
        || (energies.isEmpty && values.allSatisfy { $0 == nil })
      {
        header += text + "\n"
        continue
      }
      // Columns behind the second hold weights or other levels.
      guard
        fields.count > (angles.isEmpty && !energies.isEmpty ? 0 : 1)
          || energies.count == angles.count + energies.count
      else {
        throw InputError(source.place(index), "has one column where an angle and an energy were expected")
      }
      let isAlone = fields.count == 1
      guard isAlone ? angles.isEmpty : angles.count == energies.count else {
        throw InputError(source.place(index), "has \(fields.count) columns, and lines before it have others")
      }
      func finite(_ place: Int) throws -> Double {
        if let value = values[place] { return value }
        guard Double(fields[place]) != nil else {
          throw InputError(
            source.place(index), "\"\(fields[place])\" is no number",
            hint: "each line is an angle and an energy")
        }
        return .nan
      }
      if !isAlone { angles.append(try finite(0)) }
      energies.append(try finite(isAlone ? 0 : 1))
      lines.append(index + 1)
    }
    guard !energies.isEmpty else { throw InputError(SourcePlace(file: source.file), "holds no energy") }
  }

  /// The unit: ORCA's tables have hartree, headers may name one, else the manifest must.
  /// - Throws: `InputError` where none does.
  func unit(statement: ScanStatement) throws -> Units.Energy {
    if isOrcaScan {
      _ = try statement.factor(of: .hartree, in: "table of ORCA", file: file)
      return .hartree
    }
    return try unitOfEnergy(named: header, statement: statement, place: SourcePlace(file: file, line: 1))
  }

  /// The dihedral that the header names: "dihedral 1 2 3 4" counts from one, as people do.
  func driven() throws -> Quartet? {
    guard let range = header.range(of: "dihedral", options: .caseInsensitive) else { return nil }
    let words = header[range.upperBound...].prefix { $0 != "\n" }.split { " ,:=()[]-".contains($0) }.prefix(4)
    guard words.count == 4, words.allSatisfy({ Int($0) != nil }) else { return nil }
    return try quartet(
      words.joined(separator: " "), indexing: "one", atoms: nil, place: SourcePlace(file: file, line: 1))
  }
}

/// Reads a table of angles and energies. Its geometries are those of a trajectory of the same name, or one geometry of
/// the same name turned to each angle.
func readAngleTable(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  let table = try AngleTable(lines)
  let unit = try table.unit(statement: statement)
  guard !table.angles.isEmpty else {
    throw InputError(
      SourcePlace(file: lines.file), "holds energies without angles or geometries",
      hint: "give the file of geometries of the same name instead: its energies are read from here")
  }
  var scan = RawScan(file: lines.file, format: ScanFormat.table.rawValue)
  let (path, frames) = try geometriesBeside(lines.file, statement: statement)
  scan.inputs.append(path)
  if frames.count == table.angles.count, frames.count > 1 {
    scan.frames = frames
  } else {
    guard frames.count == 1, let start = frames.first else {
      throw InputError(
        SourcePlace(file: path),
        "has \(frames.count) geometries, \(lines.file) beside it \(table.angles.count) angles",
        hint: "one geometry is turned to every angle; several need one for each")
    }
    let driven = try drivenDihedral(table, start: start, statement: statement, file: lines.file)
    scan.name(driven: [driven], at: SourcePlace(file: lines.file, line: 1))
    scan.frames = try turned(start, about: driven, to: table.angles, file: path)
    scan.geometry = .relaxed
    scan.remarks.append(
      """
      has no geometries: that of \(path) is turned to each angle, and relaxed in the fit; `geometry: rigid` \
      if nothing relaxed
      """
    )
  }
  for index in scan.frames.indices {
    scan.frames[index].line = table.lines[index]
    if table.energies[index].isFinite, table.angles[index].isFinite {
      scan.frames[index].energy = table.energies[index] * unit.factor
    } else {
      scan.frames[index].fault = "line \(table.lines[index]): its angle or its energy is no finite number"
    }
  }
  return scan
}

/// Geometries of the same name beside a table.
private func geometriesBeside(_ path: String, statement: ScanStatement) throws -> (
  path: String, frames: [RawFrame]
) {
  var base = stem(path)
  for ending in [".relaxscanact", ".relaxscanscf"] where base.hasSuffix(ending) {
    base = String(base.dropLast(ending.count))
  }
  let endings = [".allxyz", ".xyz", ".extxyz", ".sdf", ".mol", ".pdb"].flatMap { [$0, $0 + ".gz"] }
  guard
    let found = endings.map({ base + $0 }).first(where: {
      $0 != path && FileManager.default.fileExists(atPath: $0)
    })
  else {
    throw InputError(
      SourcePlace(file: path), "has angles and energies, and no geometry stands beside it",
      hint: "put one geometry of the molecule, or one for each line, beside it as \(base).xyz, .sdf or .pdb")
  }
  return (found, try geometries(found))
}

/// Geometries of an XYZ, SDF or PDB, whatever it says of energies.
private func geometries(_ path: String) throws -> [RawFrame] {
  let source = try ScanSource(path: path)
  var statement = ScanStatement()
  statement.energyUnit = .hartree
  statement.forceUnit = .hartreePerBohr
  switch ScanFormat(source) {
  case .sdf, .pdb: return try ScanFormat(source)!.read(source, statement: statement)[0].frames
  case .extendedXYZ, .commentedXYZ:
    return try XYZFrames(try source.text(), file: path).frames.map { frame in
      var result = RawFrame(symbols: [], coordinates: [], line: frame.line)
      for (offset, line) in frame.atoms.enumerated() {
        let fields = line.fields
        guard fields.count >= 4, let x = number(fields[1]), let y = number(fields[2]),
          let z = number(fields[3])
        else {
          throw InputError(
            SourcePlace(file: path, line: frame.line + 2 + offset),
            "is no atom line: symbol, x, y, z were expected")
        }
        result.symbols!.append(String(fields[0]))
        result.coordinates.append(Vector3(x, y, z))
      }
      return result
    }
  default: throw InputError(SourcePlace(file: path), "is no XYZ, SDF or PDB file")
  }
}

/// The dihedral of a table: as stated, as its header says, or the only one that can turn.
private func drivenDihedral(_ table: AngleTable, start: RawFrame, statement: ScanStatement, file: String)
  throws -> Quartet
{
  if let driven = try statement.driven ?? table.driven() {
    guard driven.atoms.allSatisfy({ $0 < start.coordinates.count }) else {
      throw InputError(
        SourcePlace(file: file),
        "the dihedral \(list(driven)) (zero-based) names an atom that the geometry lacks")
    }
    return driven
  }
  let elements = (start.symbols ?? []).compactMap { Element(symbol: $0) }
  guard elements.count == start.coordinates.count else {
    throw InputError(SourcePlace(file: file), "names no dihedral", hint: "state it in family.yaml")
  }
  let graph = BondGraph(elements: elements, coordinates: start.coordinates)
  let bonds = graph.rotatableBonds
  guard bonds.count == 1, let only = graph.quartets(about: bonds[0]).first else {
    let names = bonds.compactMap { graph.quartets(about: $0).first }.map(list).joined(separator: "; ")
    throw InputError(
      SourcePlace(file: file), "does not say which dihedral its angles are of",
      hint:
        "state it in family.yaml: {file: …, dihedral: [0, 1, 2, 3], dihedral_indexing: zero}; it may be \(names)"
    )
  }
  return only
}

/// A geometry turned about a dihedral's bond so that the dihedral has each of the angles, degree.
private func turned(_ start: RawFrame, about driven: Quartet, to angles: [Double], file: String) throws
  -> [RawFrame]
{
  let elements = (start.symbols ?? []).compactMap { Element(symbol: $0) }
  let graph = BondGraph(elements: elements, coordinates: start.coordinates)
  guard elements.count == start.coordinates.count, let side = graph.side(of: driven.k, awayFrom: driven.j),
    graph.isChain(driven)
  else {
    throw InputError(
      SourcePlace(file: file),
      "the dihedral \(list(driven)) (zero-based) is no chain of bonded atoms about a bond that can turn")
  }
  let now = dihedralAngle(driven, in: start.coordinates)
  guard now.isFinite else {
    throw InputError(SourcePlace(file: file), "the dihedral \(list(driven)) is undefined in it")
  }
  let origin = start.coordinates[driven.j]
  let axis = (start.coordinates[driven.k] - origin).normalized
  return angles.map { angle in
    var frame = start
    frame.energy = nil
    frame.forces = nil
    let turn = angle.isFinite ? angle * Units.degree - now : 0
    let (c, s) = (cos(turn), sin(turn))
    for atom in side {
      let r = start.coordinates[atom] - origin
      let along = axis * axis.dot(r)
      frame.coordinates[atom] = origin + along + (r - along) * c + axis.cross(r) * s
    }
    return frame
  }
}
