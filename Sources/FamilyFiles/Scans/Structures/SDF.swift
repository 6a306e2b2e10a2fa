// SDF with a conformer a record and its energy in a data field.

import Chemistry
import TextFiles

/// Reads an SDF, V2000 or V3000. The energy is the first data field whose name holds "energy"; its unit stands in the
/// name ("energy_hartree", "Energy (kcal/mol)") or in the manifest.
func readSDF(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  var scan = RawScan(file: lines.file, format: ScanFormat.sdf.rawValue)
  var at = 0
  while at < lines.lines.count {
    guard lines.lines[at...].contains(where: { !$0.allSatisfy(\.isWhitespace) }) else { break }
    scan.frames.append(try readRecord(lines, at: &at, statement: statement))
  }
  guard !scan.frames.isEmpty else { throw InputError(SourcePlace(file: lines.file), "holds no molecule") }
  if scan.frames.allSatisfy({ $0.energy == nil && $0.fault == nil }) {
    try addEnergiesBeside(&scan, statement: statement)
  }
  return scan
}

private func readRecord(_ lines: SourceLines, at: inout Int, statement: ScanStatement) throws -> RawFrame {
  let start = at
  guard at + 3 < lines.lines.count else {
    throw InputError(lines.place(at), "ends within the header of a molecule", hint: "the file is truncated")
  }
  let counts = lines.lines[at + 3]
  at += 4
  var frame =
    counts.holds("V3000") ? try readV3000(lines, at: &at) : try readV2000(lines, counts: counts, at: &at)
  frame.line = start + 1
  // Bonds, properties and data up to the end of the record.
  while at < lines.lines.count, !lines.lines[at].hasPrefix("$$$$") {
    let line = lines.lines[at]
    if line.hasPrefix(">"), let open = line.firstIndex(of: "<"), let close = line.lastIndex(of: ">"),
      open < close,
      frame.energy == nil, at + 1 < lines.lines.count
    {
      let name = line[line.index(after: open)..<close].trimmed
      if name.lowercased().contains("energy") || ["e", "e_qm", "scf_e"].contains(name.lowercased()) {
        let text = lines.lines[at + 1].trimmed
        let words = text.split(separator: " ")
        let unit = try unitOfEnergy(
          named: name + (words.count > 1 ? " (\(words[1]))" : ""), statement: statement,
          place: lines.place(at))
        if let value = words.first.flatMap({ number($0) }) {
          frame.energy = value * unit.factor
        } else {
          frame.fault = "line \(at + 2): the energy \"\(text.prefix(40))\" is no finite number"
        }
      }
    }
    at += 1
  }
  at += 1
  return frame
}

/// Atom lines of fixed columns: x, y and z of ten characters each, then the symbol.
private func readV2000(_ lines: SourceLines, counts: Substring, at: inout Int) throws -> RawFrame {
  guard let count = Int(Substring(counts.utf8.prefix(3)).trimmed), count > 0, at + count <= lines.lines.count
  else {
    throw InputError(
      lines.place(at - 1), "states no number of atoms that the file has", hint: "the file may be truncated")
  }
  var frame = RawFrame(symbols: [], coordinates: [], line: at)
  for row in at..<(at + count) {
    let line = lines.lines[row]
    guard line.utf8.count >= 34 else {
      throw InputError(
        lines.place(row), "is no atom line: x, y, z and a symbol were expected",
        hint: "the file may be truncated")
    }
    let words = [0, 10, 20].map { Substring(line.utf8.dropFirst($0).prefix(10)).trimmed }
    frame.add(Substring(line.utf8.dropFirst(31).prefix(3)).trimmed, at: words, line: row + 1)
  }
  at += count
  return frame
}

/// "M  V30 1 C 0.1 0.2 0.3 0" between BEGIN ATOM and END ATOM.
private func readV3000(_ lines: SourceLines, at: inout Int) throws -> RawFrame {
  var frame = RawFrame(symbols: [], coordinates: [], line: at)
  var inAtoms = false
  while at < lines.lines.count, !lines.lines[at].hasPrefix("$$$$") {
    let line = lines.lines[at]
    if line.holds("BEGIN ATOM") { inAtoms = true }
    if line.holds("END ATOM") { break }
    let fields = line.fields
    if inAtoms, fields.count >= 7, fields[0] == "M", fields[1] == "V30" {
      guard let position = vector(fields[4..<7]) else {
        throw InputError(lines.place(at), "is no atom: x, y and z were expected")
      }
      frame.coordinates.append(position)
      frame.symbols!.append(String(fields[3]))
    }
    at += 1
  }
  guard !frame.coordinates.isEmpty else {
    throw InputError(lines.place(at), "ends without an atom block", hint: "the file is truncated")
  }
  return frame
}

/// The unit that a column or a field names, or else the manifest.
/// - Throws: `InputError` where neither does, or both differ.
func unitOfEnergy(named name: String, statement: ScanStatement, place: SourcePlace) throws -> Units.Energy {
  let text = name.lowercased()
  let known: [(Units.Energy, [String])] = [
    (.kilocaloriePerMole, ["kcal"]), (.kilojoulePerMole, ["kj"]), (.eV, ["(ev)", "_ev", "[ev]", " ev"]),
    (.hartree, ["hartree", "(ha)", "_ha", "[ha]", "(eh)", "_eh", "[eh]", "a.u.", "(au)", "_au"]),
  ]
  let named = known.first { $0.1.contains { text.contains($0) } }?.0
  if let named, let stated = statement.energyUnit, named != stated {
    throw InputError(place, "\"\(name)\" names \(named.rawValue), the manifest \(stated.rawValue)")
  }
  guard let unit = named ?? statement.energyUnit else {
    throw InputError(
      place, "the unit of the energy \"\(name)\" is not stated",
      hint:
        "add `energy_unit: kcal/mol` (kJ/mol, hartree, eV) to the scan in family.yaml, or `swivel init --energy-unit`"
    )
  }
  return unit
}
