// One geometry with its energy and gradient: ORCA's .engrad, which xtb writes too, and Turbomole's $grad file.

import Chemistry
import TextFiles

/// Reads an .engrad: hartree, hartree/bohr, bohr; blocks under comments in a fixed order.
func readOrcaGradient(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  let factor = try statement.factor(of: .hartree, in: "gradient file", file: lines.file)
  var scan = RawScan(file: lines.file, format: ScanFormat.orcaGradient.rawValue)
  let rows = lines.lines.enumerated().filter { !$0.element.hasPrefix("#") && !$0.element.fields.isEmpty }
  guard let count = rows.first.flatMap({ Int($0.element.trimmed) }), count > 0, count < 1_000_000 else {
    throw InputError(
      lines.place(rows.first?.offset ?? 0), "is no number of atoms", hint: "the file may be truncated")
  }
  guard rows.count >= 2 + 4 * count else {
    throw InputError(
      SourcePlace(file: lines.file),
      "has \(rows.count) values and atoms where \(2 + 4 * count) were expected",
      hint: "the file is truncated")
  }
  let energy = number(rows[1].element.trimmed)
  let gradient = rows[2..<(2 + 3 * count)].map { number($0.element.trimmed) ?? .nan }
  var frame = RawFrame(symbols: [], coordinates: [], energy: energy.map { $0 * factor }, line: 1)
  for row in rows[(2 + 3 * count)..<(2 + 4 * count)] {
    let fields = row.element.fields
    guard fields.count >= 4, let element = Int(fields[0]).flatMap({ Element(atomicNumber: $0) }) else {
      throw InputError(lines.place(row.offset), "is no atom: its atomic number, x, y, z were expected")
    }
    let values = fields[1..<4].map { number($0) ?? .nan }
    frame.symbols!.append(element.symbol)
    frame.coordinates.append(Vector3(values[0], values[1], values[2]) * Units.bohr)
  }
  frame.forces = vectors(gradient, times: -Units.hartreePerBohr)
  finish(&frame)
  scan.frames = [frame]
  return scan
}

/// Reads a `gradient` file of Turbomole's layout, as xtb writes it: the last cycle counts.
func readTurbomoleGradient(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  let factor = try statement.factor(of: .hartree, in: "gradient file", file: lines.file)
  var scan = RawScan(file: lines.file, format: ScanFormat.turbomoleGradient.rawValue)
  guard let start = lines.lines.lastIndex(where: { $0.holds("cycle =") }) else {
    throw InputError(lines.place(0), "holds no cycle", hint: "the file may be truncated")
  }
  let words = lines.lines[start].split { $0 == " " || $0 == "=" }
  let place = words.firstIndex(of: "energy")
  let energy = place.flatMap { $0 + 1 < words.count ? number(words[$0 + 1]) : nil }
  var frame = RawFrame(symbols: [], coordinates: [], energy: energy.map { $0 * factor }, line: start + 1)
  var gradient: [Vector3] = []
  for row in (start + 1)..<lines.lines.count where !lines.lines[row].hasPrefix("$") {
    let fields = lines.lines[row].fields
    guard fields.count >= 3 else { continue }
    let values = fields.prefix(3).map { number($0) ?? .nan }
    let vector = Vector3(values[0], values[1], values[2])
    if fields.count >= 4 {
      frame.coordinates.append(vector * Units.bohr)
      frame.symbols!.append(String(fields[3]))
    } else {
      gradient.append(vector * -Units.hartreePerBohr)
    }
  }
  guard !frame.coordinates.isEmpty, gradient.count == frame.coordinates.count else {
    throw InputError(
      lines.place(start), "has \(frame.coordinates.count) atoms and \(gradient.count) gradients",
      hint: "the file is truncated")
  }
  frame.forces = gradient
  finish(&frame)
  scan.frames = [frame]
  return scan
}

/// Notes numbers that are none.
private func finish(_ frame: inout RawFrame) {
  let isFinite =
    frame.energy?.isFinite == true
    && (frame.coordinates + (frame.forces ?? [])).allSatisfy { $0.norm.isFinite }
  if !isFinite { frame.fault = "one of its numbers is not finite" }
}
