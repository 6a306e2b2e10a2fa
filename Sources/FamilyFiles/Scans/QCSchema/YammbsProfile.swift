// yammbs's torsion data sets: qm_torsions with coordinates in Å and energies in kcal/mol by grid angle.

import Chemistry
import TextFiles

/// Reads one profile of a data set.
func readYammbsProfile(_ value: JSONValue, file: String, statement: ScanStatement) throws -> RawScan {
  func fault(_ message: String) -> InputError {
    InputError(
      SourcePlace(file: file), message,
      hint: "qm_torsions of yammbs have mapped_smiles, dihedral_indices, coordinates and energies")
  }
  let factor = try statement.factor(of: .kilocaloriePerMole, in: "yammbs file", file: file)
  var scan = RawScan(file: file, format: "yammbs qm_torsions")
  scan.entry = (value["id"] ?? value["qcarchive_id"])?.number.map { String(Int(clamping: $0)) }
  let name = scan.entry ?? "a profile"
  guard let atoms = value["dihedral_indices"]?.flatNumbers, let coordinates = value["coordinates"]?.object,
    let energies = value["energies"]?.object
  else { throw fault("\(name) lacks dihedral_indices, coordinates or energies") }
  scan.name(
    driven: [
      try quartet(
        atoms.map { String(Int(clamping: $0)) }.joined(separator: " "), indexing: "zero", atoms: nil,
        place: SourcePlace(file: file))
    ], at: SourcePlace(file: file))
  let symbols = value["mapped_smiles"]?.string.flatMap(mappedSymbols)
  let points = try coordinates.map { key, value -> (angle: Double, frame: RawFrame) in
    guard let angle = number(key), let flat = value.flatNumbers, let positions = vectors(flat) else {
      throw fault("\(name) has no coordinates at \"\(key)\"")
    }
    guard let energy = energies[key]?.number else { throw fault("\(name) has no energy at \"\(key)\"") }
    var frame = RawFrame(symbols: symbols, coordinates: positions, energy: energy * factor, line: 1)
    frame.checkFinite()
    if let symbols, symbols.count != positions.count {
      throw fault("\(name) has \(symbols.count) atoms in its SMILES and \(positions.count) at \"\(key)\"")
    }
    return (angle, frame)
  }
  scan.frames = points.sorted { $0.angle < $1.angle }.map(\.frame)
  scan.geometry = .relaxed
  return scan
}

/// The elements of a SMILES whose every atom is in brackets with its number: "[H:1][O:2]…"; nil where they are not.
private func mappedSymbols(_ smiles: String) -> [String]? {
  var found: [Int: String] = [:]
  for part in smiles.split(separator: "[").dropFirst(smiles.hasPrefix("[") ? 0 : 1) {
    guard let close = part.firstIndex(of: "]"), let colon = part[..<close].lastIndex(of: ":"),
      let index = Int(part[part.index(after: colon)..<close]), found[index] == nil
    else { return nil }
    let body = part[..<colon].drop { $0.isNumber }
    let letters = body.prefix { $0.isLetter }
    let symbol = [2, 1].lazy.map { String(letters.prefix($0)) }.first { text in
      text.count <= letters.count && Element(symbol: text) != nil && !(text.count == 2 && text.last == "H")
    }
    guard let symbol, let element = Element(symbol: symbol) else { return nil }
    found[index] = element.symbol
  }
  guard !found.isEmpty, found.keys.sorted() == Array(1...found.count) else { return nil }
  return (1...found.count).map { found[$0]! }
}
