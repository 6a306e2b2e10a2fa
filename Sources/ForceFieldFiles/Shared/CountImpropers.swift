// How many impropers a parameter file holds: a conversion of torsions says that it leaves them behind.

import TextFiles

extension ParameterFormat {
  /// The impropers in a parameter file, which `readTorsionParameters(_:)` passes over.
  /// - Throws: ``InputError`` when it cannot be read.
  public func improperCount(_ path: String) throws -> Int {
    let lines = try readText(path).split(separator: "\n", omittingEmptySubsequences: false).map(
      \.trimmingSpaces)
    switch self {
    case .openmm, .smirnoff: return lines.count { $0.hasPrefix("<Improper ") }
    case .tinker:
      return lines.count { ["imptors", "improper"].contains($0.lowercased().prefix { !$0.isWhitespace }) }
    case .lammps: return lines.count { $0.hasPrefix("improper_coeff") }
    case .amber: return try improperLines(path).count
    case .charmm:
      return members(
        of: lines.map {
          $0.split(separator: "!", omittingEmptySubsequences: false)[0].trimmingSpaces.uppercased()
        }
        .filter { !$0.isEmpty }, from: ["IMPROPERS", "IMPROPER", "IMPH", "IMPHI"],
        until: ["NONBONDED", "NBFIX", "CMAP", "HBOND", "END", "BONDS", "ANGLES", "DIHEDRALS", "ATOMS"])
    case .gromacs, .gromacsRB:
      var count = 0
      var isInside = false
      for line in lines {
        if line.hasPrefix("[") { isInside = line.filter { !"[] ".contains($0) } == "dihedraltypes" }
        let fields = line.split(separator: ";", omittingEmptySubsequences: false)[0].split(
          whereSeparator: \.isWhitespace)
        // Two or four types before the function.
        if isInside,
          [4, 2].contains(where: {
            fields.count > $0 && ["2", "4"].contains(fields[$0]) && Int(fields[0]) == nil
          })
        {
          count += 1
        }
      }
      return count
    }
  }

  /// Lines between a heading and the next.
  private func members(of lines: [String], from start: [String], until end: [String]) -> Int {
    var count = 0
    var isInside = false
    for line in lines {
      let word = String(line.prefix { !$0.isWhitespace })
      if start.contains(line) {
        isInside = true
      } else if end.contains(word) {
        isInside = false
      } else if isInside {
        count += 1
      }
    }
    return count
  }
}
