// TorsionDrive and ForceBalance target folders: qdata.txt with metadata.json or dihedrals.txt.

import Chemistry
import Foundation
import TextFiles

/// Whether a path is a folder.
func isFolder(_ path: String) -> Bool {
  var folder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &folder) && folder.boolValue
}

private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// Reads a folder that holds qdata.txt (COORDS in Å, ENERGY in hartree, GRADIENT or FORCES = dE/dx in hartree/bohr), or
/// TorsionDrive's scan.xyz alone.
func readTorsionDriveFolder(_ folder: String, statement: ScanStatement) throws -> RawScan {
  let path = "\(folder)/qdata.txt"
  if exists(path) { return try readQData(try ScanSource(path: path), statement: statement) }
  let scanPath = "\(folder)/scan.xyz"
  var scan = try readCommentedXYZ(try ScanSource(path: scanPath).text(), file: scanPath, statement: statement)
  try readDriven(of: folder, into: &scan)
  return scan
}

/// Whether a folder is one of TorsionDrive or ForceBalance.
func isTorsionDriveFolder(_ folder: String) -> Bool {
  exists("\(folder)/qdata.txt")
    || (exists("\(folder)/scan.xyz")
      && (exists("\(folder)/dihedrals.txt") || exists("\(folder)/metadata.json")))
}

/// Reads a qdata.txt; the driven dihedral and the elements from what stands beside it.
func readQData(_ source: ScanSource, statement: ScanStatement) throws -> RawScan {
  var scan = try readJobs(
    source, factor: try statement.factor(of: .hartree, in: "qdata.txt", file: source.file))
  let folder = folder(of: source.file)
  // What stands beside another name belongs to another file.
  guard source.file.hasSuffix("/qdata.txt") || source.file == "qdata.txt" else { return scan }
  try readDriven(of: folder, into: &scan)
  if let symbols = try symbols(of: folder, into: &scan) {
    for index in scan.frames.indices { scan.frames[index].symbols = symbols }
  }
  return scan
}

private func readJobs(_ source: ScanSource, factor: Double) throws -> RawScan {
  let path = source.file
  var scan = RawScan(file: path, format: ScanFormat.qdata.rawValue)
  for (index, line) in try source.lines().lines.enumerated() {
    let fields = line.fields
    guard let key = fields.first else { continue }
    let place = SourcePlace(file: path, line: index + 1)
    if key == "JOB" {
      scan.frames.append(RawFrame(coordinates: [], line: index + 1))
      continue
    }
    guard ["COORDS", "ENERGY", "GRADIENT", "FORCES"].contains(key) else { continue }
    guard let last = scan.frames.indices.last else {
      throw InputError(place, "\(key) stands before the first JOB line")
    }
    try readEntry(String(key), fields, factor: factor, place: place, into: &scan.frames[last])
  }
  guard !scan.frames.isEmpty else {
    throw InputError(
      SourcePlace(file: path), "holds no JOB", hint: "each grid point is JOB, COORDS, ENERGY, GRADIENT")
  }
  for frame in scan.frames where frame.fault == nil {
    let place = SourcePlace(file: path, line: frame.line)
    if frame.coordinates.isEmpty {
      throw InputError(place, "this JOB has no COORDS", hint: "the file may be truncated")
    }
    if frame.energy == nil {
      throw InputError(place, "this JOB has no ENERGY", hint: "the file may be truncated")
    }
    if let forces = frame.forces, forces.count != frame.coordinates.count {
      throw InputError(
        place, "this JOB has \(frame.coordinates.count) positions and \(forces.count) gradients",
        hint: "the file may be truncated")
    }
  }
  return scan
}

/// One line of a JOB.
private func readEntry(
  _ key: String, _ fields: [Substring], factor: Double, place: SourcePlace, into frame: inout RawFrame
) throws {
  let line = place.line ?? 1
  if key == "ENERGY" {
    guard fields.count >= 2 else {
      throw InputError(place, "ENERGY without a number", hint: "the file may be truncated")
    }
    if let value = number(fields[1]) {
      frame.energy = value * factor
    } else {
      frame.fault = "line \(line): the energy \"\(fields[1])\" is no finite number"
    }
    return
  }
  guard (fields.count - 1) % 3 == 0, fields.count > 1 else {
    throw InputError(
      place, "\(key) has \(fields.count - 1) numbers, which are no multiple of three",
      hint: "the file may be truncated")
  }
  let values = fields.dropFirst().map { number($0) }
  if let bad = values.firstIndex(where: { $0 == nil }) {
    guard let value = Double(fields[bad + 1]), !value.isFinite else {
      throw InputError(place, "\"\(fields[bad + 1])\" is no number, in \(key)")
    }
    frame.fault = "line \(line): a number of \(key) is not finite"
    return
  }
  // Old files call the gradient FORCES, and mean the gradient.
  let all = vectors(values.compactMap { $0 }, times: key == "COORDS" ? 1 : -Units.hartreePerBohr) ?? []
  if key == "COORDS" { frame.coordinates = all } else { frame.forces = all }
}

private struct Metadata: Decodable {
  var dihedrals: [[Int]]?
}

/// The driven dihedral from metadata.json (zero-based) or dihedrals.txt (one-based unless it says otherwise).
private func readDriven(of folder: String, into scan: inout RawScan) throws {
  let metadata = "\(folder)/metadata.json"
  let list = "\(folder)/dihedrals.txt"
  if exists(metadata) {
    let place = SourcePlace(file: metadata)
    guard let decoded = try? JSONDecoder().decode(Metadata.self, from: Data(try readBytes(metadata))) else {
      throw InputError(place, "is no JSON with a list \"dihedrals\"", hint: "the file may be truncated")
    }
    scan.inputs.append(metadata)
    guard let dihedrals = decoded.dihedrals, !dihedrals.isEmpty else { return }
    for dihedral in dihedrals {
      let driven = try quartet(
        dihedral.map(String.init).joined(separator: " "), indexing: "zero", atoms: nil, place: place)
      if scan.driven == nil { scan.driven = driven } else { scan.held.append(driven) }
    }
    scan.drivenPlace = place
  } else if exists(list) {
    scan.inputs.append(list)
    var indexing = "one"
    for (index, line) in try readText(list).split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      let text = line.trimmed
      if text.lowercased().hasPrefix("#zero_based_numbering") { indexing = "zero" }
      if text.isEmpty || text.hasPrefix("#") { continue }
      let place = SourcePlace(file: list, line: index + 1)
      let fields = text.split(whereSeparator: \.isWhitespace).prefix(4)
      scan.name(
        driven: [try quartet(fields.joined(separator: " "), indexing: indexing, atoms: nil, place: place)],
        at: place)
    }
  }
}

/// Element symbols in atom order, from scan.xyz beside qdata.txt.
private func symbols(of folder: String, into scan: inout RawScan) throws -> [String]? {
  let path = "\(folder)/scan.xyz"
  guard exists(path), let frame = try XYZFrames(try readText(path), file: path).frames.first else {
    return nil
  }
  scan.inputs.append(path)
  return frame.atoms.map { String($0.split(whereSeparator: \.isWhitespace).first ?? "") }
}
