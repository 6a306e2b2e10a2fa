// Geometries without energies, for `swivel energy` and `predict`: XYZ of any kind, AMBER inpcrd, GROMACS gro, PDB.

import Chemistry
import TextFiles

/// Reads every geometry of a file, in the atom order of a topology, Å.
/// - Throws: ``InputError`` where the file is damaged or of another molecule.
public func readCoordinates(_ path: String, topology: Topology) throws -> [[Vector3]] {
  let text = try readText(path)
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  if let first = lines.first, Int(first.trimmed) != nil {
    return try xyzCoordinates(text, file: path, topology: topology)
  }
  if lines.contains(where: { $0.hasPrefix("ATOM  ") || $0.hasPrefix("HETATM") }) {
    return try pdbCoordinates(lines, file: path, topology: topology)
  }
  if isGro(lines) { return try groCoordinates(lines, file: path, topology: topology) }
  return [try inpcrd(lines, file: path, topology: topology)]
}

private func xyzCoordinates(_ text: String, file: String, topology: Topology) throws -> [[Vector3]] {
  try XYZFrames(text, file: file).frames.enumerated().map { index, frame in
    let values =
      frame.comment.contains("=") ? try? commentValues(frame.comment, place: SourcePlace(file: file)) : nil
    let isOrdinary =
      values?["properties"].map { text in
        ["species:s:1:pos:r:3", "z:i:1:pos:r:3"].contains { text.lowercased().hasPrefix($0) }
      } ?? true
    guard isOrdinary else {
      throw InputError(
        SourcePlace(file: file, line: frame.line + 1), "Properties must start with species:S:1:pos:R:3")
    }
    guard frame.atoms.count == topology.atoms.count else {
      throw InputError(
        SourcePlace(file: file, line: frame.line),
        "frame \(index + 1) has \(frame.atoms.count) atoms, the topology \(topology.atoms.count)")
    }
    return try frame.atoms.enumerated().map { atom, line in
      let place = SourcePlace(file: file, line: frame.line + 2 + atom)
      let fields = line.split(whereSeparator: \.isWhitespace)
      guard fields.count >= 4, let x = number(fields[1]), let y = number(fields[2]), let z = number(fields[3])
      else {
        throw InputError(place, "is no atom line: symbol, x, y, z were expected")
      }
      let element = topology.atoms[atom].element
      if let given = Element(symbol: try symbol(fields[0], in: line, at: place)), given != element {
        throw InputError(
          place, "atom \(atom) is \(given.symbol) here and \(element.symbol) in the topology",
          hint: "both must list the atoms in the same order")
      }
      return Vector3(x, y, z)
    }
  }
}

/// The AMBER restart format: a title, the number of atoms, six numbers of width 12 a line.
private func inpcrd(_ lines: [Substring], file: String, topology: Topology) throws -> [Vector3] {
  guard lines.count > 2, let count = lines[1].split(whereSeparator: \.isWhitespace).first.flatMap({ Int($0) })
  else {
    throw InputError(
      SourcePlace(file: file, line: 1), "is neither XYZ, PDB, gro nor an AMBER inpcrd",
      hint: "XYZ starts with the number of atoms, inpcrd and gro have it in their second line")
  }
  guard count == topology.atoms.count else {
    throw InputError(
      SourcePlace(file: file, line: 2), "has \(count) atoms, the topology \(topology.atoms.count)")
  }
  var values: [Double] = []
  for (index, line) in lines.dropFirst(2).enumerated() where values.count < 3 * count {
    var rest = line[...]
    while !rest.isEmpty, values.count < 3 * count {
      let field = rest.prefix(12)
      guard let value = number(field.trimmed) else {
        throw InputError(
          SourcePlace(file: file, line: index + 3, column: line.count - rest.count + 1),
          "\"\(field.trimmed)\" is no finite number")
      }
      values.append(value)
      rest = rest.dropFirst(12)
    }
  }
  guard values.count == 3 * count else {
    throw InputError(
      SourcePlace(file: file), "ends after \(values.count) of \(3 * count) coordinates",
      hint: "the file is truncated")
  }
  return stride(from: 0, to: 3 * count, by: 3).map { Vector3(values[$0], values[$0 + 1], values[$0 + 2]) }
}
