// Geometries in GROMACS's gro (nm, columns as wide as their decimals ask) and in PDB (Å, a model a geometry).

import Chemistry
import TextFiles

/// Whether lines are those of a gro: the number of atoms in the second, a residue's number and name before the atoms.
func isGro(_ lines: [Substring]) -> Bool {
  guard lines.count > 3, Int(lines[1].trimmed) != nil, lines[2].count >= 44 else { return false }
  let residue = lines[2].prefix(10)
  return Int(residue.prefix(5).trimmed) != nil && residue.dropFirst(5).contains(where: \.isLetter)
}

/// Reads every frame of a gro, Å.
/// - Throws: ``InputError`` with the place of what is damaged or of another molecule.
func groCoordinates(_ lines: [Substring], file: String, topology: Topology) throws -> [[Vector3]] {
  var frames: [[Vector3]] = []
  var start = 0
  while start < lines.count, !(lines[start...].allSatisfy { $0.trimmed.isEmpty }) {
    func place(_ line: Int) -> SourcePlace { SourcePlace(file: file, line: line + 1) }
    guard start + 1 < lines.count, let count = Int(lines[start + 1].trimmed) else {
      throw InputError(place(start + 1), "is no number of atoms", hint: "the file may be truncated")
    }
    guard count == topology.atoms.count else {
      throw InputError(
        place(start + 1), "has \(count) atoms, the topology \(topology.atoms.count)",
        hint: "give the molecule alone")
    }
    guard start + 2 + count < lines.count else {
      throw InputError(
        place(lines.count - 1), "ends within \(count) atoms and a box", hint: "the file is truncated")
    }
    frames.append(
      try (0..<count).map { atom in
        let line = start + 2 + atom
        let columns = lines[line].dropFirst(20)
        // The distance of the decimal points is the width of a column.
        let points = columns.indices.filter { columns[$0] == "." }.map {
          columns.distance(from: columns.startIndex, to: $0)
        }
        guard points.count >= 3, points[1] > points[0] else {
          throw InputError(place(line), "is no atom line: x, y and z in nm were expected from column 21 on")
        }
        let width = points[1] - points[0]
        let values = (0..<3).compactMap { number(columns.dropFirst($0 * width).prefix(width).trimmed) }
        guard values.count == 3 else {
          throw InputError(place(line), "holds a coordinate that is no finite number")
        }
        return 10 * Vector3(values[0], values[1], values[2])
      })
    start += count + 3
  }
  return frames
}

/// Reads every model of a PDB, Å.
/// - Throws: ``InputError`` with the place of what is damaged or of another molecule.
func pdbCoordinates(_ lines: [Substring], file: String, topology: Topology) throws -> [[Vector3]] {
  var frames: [[Vector3]] = []
  var frame: [Vector3] = []
  func close(_ line: Int) throws {
    guard !frame.isEmpty else { return }
    guard frame.count == topology.atoms.count else {
      throw InputError(
        SourcePlace(file: file, line: line), "has \(frame.count) atoms, the topology \(topology.atoms.count)",
        hint: "give the molecule alone, a model a geometry")
    }
    frames.append(frame)
    frame = []
  }
  for (index, line) in lines.enumerated() {
    if line.hasPrefix("MODEL") || line.hasPrefix("ENDMDL") {
      try close(index + 1)
    } else if line.hasPrefix("ATOM  ") || line.hasPrefix("HETATM") {
      let place = SourcePlace(file: file, line: index + 1)
      let columns = Array(line)
      func column(_ start: Int, _ width: Int) -> String {
        String(columns.dropFirst(start - 1).prefix(width)).trimmed
      }
      let values = [31, 39, 47].compactMap { number(column($0, 8)) }
      guard values.count == 3 else {
        throw InputError(place, "is no atom line: x, y and z were expected in columns 31–54")
      }
      if frame.count < topology.atoms.count, let given = Element(symbol: column(77, 2)),
        given != topology.atoms[frame.count].element
      {
        throw InputError(
          place,
          """
          atom \(frame.count) is \(given.symbol) here and \(topology.atoms[frame.count].element.symbol) in \
          the topology
          """,
          hint: "both must list the atoms in the same order")
      }
      frame.append(Vector3(values[0], values[1], values[2]))
    }
  }
  try close(lines.count)
  return frames
}
