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

/// Reads a folder that holds qdata.txt (COORDS in Å, ENERGY in hartree, GRADIENT or FORCES = dE/dx in hartree/bohr).
func readTorsionDriveFolder(_ folder: String) throws -> RawScan {
  let path = "\(folder)/qdata.txt"
  guard exists(path) else {
    if exists("\(folder)/scan.xyz") {
      var scan = try readCommentedXYZ(try readText("\(folder)/scan.xyz"), file: "\(folder)/scan.xyz")
      try readDriven(of: folder, into: &scan)
      return scan
    }
    throw InputError(
      SourcePlace(file: folder), "is a folder without qdata.txt or scan.xyz",
      hint: "a TorsionDrive or ForceBalance target folder holds one of them")
  }
  var scan = try readQData(path)
  try readDriven(of: folder, into: &scan)
  if let symbols = try symbols(of: folder, into: &scan) {
    for index in scan.frames.indices { scan.frames[index].symbols = symbols }
  }
  return scan
}

private func readQData(_ path: String) throws -> RawScan {
  var scan = RawScan(file: path, inputs: [path])
  for (index, line) in try readText(path).split(separator: "\n", omittingEmptySubsequences: false)
    .enumerated()
  {
    let fields = line.split(whereSeparator: \.isWhitespace)
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
    switch key {
    case "ENERGY":
      guard fields.count >= 2 else { throw InputError(place, "ENERGY without a number") }
      guard let value = number(fields[1]) else {
        scan.frames[last].fault = "line \(index + 1): the energy \"\(fields[1])\" is no finite number"
        continue
      }
      scan.frames[last].energy = value * Units.hartree
    default:
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
        scan.frames[last].fault = "line \(index + 1): a number of \(key) is not finite"
        continue
      }
      let vectors = stride(from: 0, to: values.count, by: 3).map {
        Vector3(values[$0]!, values[$0 + 1]!, values[$0 + 2]!)
      }
      // Old files call the gradient FORCES, and mean the gradient.
      if key == "COORDS" {
        scan.frames[last].coordinates = vectors
      } else {
        scan.frames[last].forces = vectors.map { $0 * -Units.hartreePerBohr }
      }
    }
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
      let driven = try quartet(fields.joined(separator: " "), indexing: indexing, atoms: nil, place: place)
      if scan.driven == nil {
        (scan.driven, scan.drivenPlace) = (driven, place)
      } else {
        scan.held.append(driven)
      }
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
