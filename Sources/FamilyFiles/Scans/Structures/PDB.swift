// PDB with a model a geometry; energies in remarks, or in a file beside it.

import Chemistry
import TextFiles

/// Reads a PDB of one model or several. A remark with "energy" and a number within a model is its energy.
func readPDB(_ lines: SourceLines, statement: ScanStatement) throws -> RawScan {
  var scan = RawScan(file: lines.file, format: ScanFormat.pdb.rawValue)
  var frame = RawFrame(symbols: [], coordinates: [], line: 1)
  func close() {
    if !frame.coordinates.isEmpty { scan.frames.append(frame) }
    frame = RawFrame(symbols: [], coordinates: [], line: 1)
  }
  for (index, line) in lines.lines.enumerated() {
    if line.hasPrefix("ATOM  ") || line.hasPrefix("HETATM") {
      if frame.coordinates.isEmpty { frame.line = index + 1 }
      try readAtom(line, into: &frame, place: lines.place(index))
    } else if line.hasPrefix("MODEL") || line.hasPrefix("ENDMDL") {
      if line.hasPrefix("MODEL"), frame.energy != nil, frame.coordinates.isEmpty { continue }
      close()
    } else if line.hasPrefix("REMARK") || line.hasPrefix("USER"), line.lowercased().contains("energy") {
      let words = line.split { $0.isWhitespace || $0 == "=" || $0 == ":" }
      guard let at = words.firstIndex(where: { number($0) != nil && $0.contains(".") }) else { continue }
      let unit = try unitOfEnergy(
        named: line.dropFirst(6).trimmed, statement: statement, place: lines.place(index))
      frame.energy = number(words[at]).map { $0 * unit.factor }
    }
  }
  close()
  guard !scan.frames.isEmpty else { throw InputError(SourcePlace(file: lines.file), "holds no atom") }
  if scan.frames.allSatisfy({ $0.energy == nil && $0.fault == nil }) {
    try addEnergiesBeside(&scan, statement: statement)
  }
  scan.remarks.append("its coordinates have three digits: dihedrals are known to about 0.1°")
  return scan
}

private func readAtom(_ line: Substring, into frame: inout RawFrame, place: SourcePlace) throws {
  func column(_ start: Int, _ width: Int) -> String {
    Substring(line.utf8.dropFirst(start - 1).prefix(width)).trimmed
  }
  guard line.utf8.count >= 54 else {
    throw InputError(
      place, "is no atom line: coordinates end in column 54", hint: "the file may be truncated")
  }
  let named = column(77, 2)
  // Old files have no element: the name without its digits, which begins in column 14 for elements of one letter.
  let name = column(13, 4).drop { $0.isNumber }
  let guess =
    line.utf8.dropFirst(12).first == 32
    ? String(name.prefix(1)) : String(name.prefix { $0.isLetter }.prefix(2))
  frame.add(
    Element(symbol: named) != nil ? named : Element(symbol: guess) != nil ? guess : String(name.prefix(1)),
    at: [31, 39, 47].map { column($0, 8) }, line: place.line ?? 1)
}
