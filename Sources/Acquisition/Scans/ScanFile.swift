// The scan file that a finished scan becomes: extended XYZ as every command of Swivel reads it.

import Chemistry
import TextFiles

extension ScanPlan {
  /// The text of the scan's file: one frame a grid point that has a result, by ascending angle.
  /// - Parameter points: results in grid order, nil where there is none.
  public func fileText(_ points: [JobResult?]) -> String {
    var lines: [String] = []
    for (angle, point) in zip(angles, points) {
      guard let point else { continue }
      let driven = quartet.map(String.init).joined(separator: " ")
      lines.append("\(symbols.count)")
      lines.append(
        "Properties=species:S:1:pos:R:3:forces:R:3 energy=\(fixedPoint(point.energy, 8)) energy_unit=\"kcal/mol\" "
          + "force_unit=\"kcal/mol/angstrom\" dihedral=\"\(driven)\" dihedral_indexing=zero "
          + "grid_angle=\(fixedPoint(angle, 1)) level_of_theory=\"\(recipe.name)\"")
      for atom in symbols.indices {
        let numbers = (point.positions[atom] + point.forces[atom]).map { value in
          let text = fixedPoint(value, 8)
          return String(repeating: " ", count: max(0, 15 - text.count)) + text
        }
        lines.append(
          symbols[atom] + String(repeating: " ", count: 2 - min(2, symbols[atom].count)) + " "
            + numbers.joined(separator: " "))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
