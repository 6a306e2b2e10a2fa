// What programs leave beside a file of geometries: energies in columns, and a gradient for each frame.

import Chemistry
import Foundation
import TextFiles

/// A path without its last extension, and without .gz before that.
func stem(_ path: String) -> String {
  let bare = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
  guard let dot = bare.lastIndex(of: "."), let slash = bare.lastIndex(of: "/") ?? Optional(bare.startIndex),
    dot > slash
  else { return bare }
  return String(bare[..<dot])
}

/// The folder of a path.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Energies that stand beside a file of geometries, in a file of the same stem.
///
/// ORCA's are `name.relaxscanact.dat` (degree and hartree); others one a line, or with an angle.
/// - Throws: `InputError` where there are as many as no frames, or their unit is not stated.
func addEnergiesBeside(_ scan: inout RawScan, statement: ScanStatement) throws {
  let base = stem(scan.file)
  let names = [".relaxscanact.dat", ".dat", ".csv", ".txt", ".ene", ".energies", ".energy"].map { base + $0 }
  guard let path = names.first(where: { $0 != scan.file && FileManager.default.fileExists(atPath: $0) })
  else { return }
  let table = try AngleTable(try ScanSource(path: path).lines())
  guard table.energies.count == scan.frames.count else {
    throw InputError(
      SourcePlace(file: path),
      "has \(table.energies.count) energies, \(scan.file) beside it \(scan.frames.count) frames",
      hint: "each frame needs its energy, in the same order")
  }
  let unit = try table.unit(statement: statement)
  for index in scan.frames.indices where scan.frames[index].energy == nil {
    if table.energies[index].isFinite {
      scan.frames[index].energy = table.energies[index] * unit.factor
    } else {
      scan.frames[index].fault = "its energy in \(path) is no finite number"
    }
  }
  scan.inputs.append(path)
}

/// Gradients of xtb (`gradient`, `….engrad`) in the folders beside and below a scan, given to the frames whose geometry
/// is theirs.
///
/// A gradient whose energy differs from its frame's by more than 10⁻⁵ hartree is of another level and is left out.
func addGradientsBeside(_ scan: inout RawScan) {
  let start = folder(of: scan.file)
  let found = filesBelow(start, depth: 4, most: 4000).filter {
    $0.hasSuffix(".engrad") || $0.hasSuffix("gradient")
  }
  var other = 0
  for path in found {
    guard let source = try? ScanSource(path: path), let format = ScanFormat(source),
      format == .orcaGradient || format == .turbomoleGradient,
      let result = try? format.read(source, statement: ScanStatement()).first, let frame = result.frames.last,
      let forces = frame.forces
    else { continue }
    let index = scan.frames.firstIndex { own in
      own.forces == nil && own.coordinates.count == frame.coordinates.count
        && zip(own.coordinates, frame.coordinates).allSatisfy { ($0 - $1).norm < 1e-4 }
    }
    guard let index else { continue }
    guard let energy = frame.energy, let own = scan.frames[index].energy,
      abs(energy - own) < 1e-5 * Units.hartree
    else {
      other += 1
      continue
    }
    scan.frames[index].forces = forces
    scan.inputs.append(path)
  }
  let without = scan.frames.count { $0.forces == nil }
  if without > 0, without < scan.frames.count {
    scan.remarks.append(
      "\(without) of its \(scan.frames.count) frames have no gradient beside them: forces of the others stay unused"
    )
  }
  if other > 0 {
    scan.remarks.append(
      "\(other) gradients beside it have other energies than its frames: another level of theory, left out")
  }
}

/// Files in a folder and those below it, hidden ones left out, ascending.
func filesBelow(_ folder: String, depth: Int, most: Int) -> [String] {
  guard let all = FileManager.default.enumerator(atPath: folder) else { return [] }
  var found: [String] = []
  for case let path as String in all {
    let parts = path.split(separator: "/")
    if parts.last?.hasPrefix(".") == true || parts.count >= depth {
      all.skipDescendants()
      if parts.count > depth || parts.last?.hasPrefix(".") == true { continue }
    }
    found.append(folder == "." ? path : "\(folder)/\(path)")
    if found.count >= most { break }
  }
  return found.sorted()
}
