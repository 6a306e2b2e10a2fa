// Relaxed scans of pentane with its second inner dihedral free, held, or driven too.

import Chemistry
import Mechanics
import Support

@testable import FamilyFiles

/// Pentane, driven about its first inner bond; energies are those of the force field itself.
struct PentaneGrid {
  static let alkane = Alkane(carbons: 5)
  static let driven = Quartet(0, 1, 2, 3)
  static let second = Quartet(1, 2, 3, 4)
  static let header = "energy_unit=\"kcal/mol\" force_unit=\"kcal/mol/angstrom\" dihedral_indexing=zero"

  /// Points at each of `columns` values of the driven dihedral, the second one starting at `row` degrees.
  static func row(_ row: Double, isHeld: Bool, columns: Int = 12) -> [GridPoint] {
    let model = EnergyModel(alkane.topology)
    let side = alkane.topology.bondGraph.side(of: 3, awayFrom: 2)!
    return (0..<columns).map { column in
      var start = alkane.turned(bond: 1, by: 2 * .pi * Double(column) / Double(columns))
      let by = wrapped(row * Units.degree - dihedralAngle(second, in: start))
      let (origin, axis) = (start[2], (start[3] - start[2]).normalized)
      for atom in side { start[atom] = rotated(start[atom], about: axis, through: origin, by: by) }
      let relaxed = model.relaxed(
        start, holding: driven, and: isHeld ? [second] : [], options: RelaxationOptions(tolerance: 1e-3))
      let (energy, forces) = model.energyAndForces(of: relaxed.coordinates)
      return GridPoint(
        coordinates: relaxed.coordinates, energy: energy.total - 8000, forces: forces, frame: column + 1)
    }
  }

  /// Six rows of twelve points, all of one grid.
  static let rows: [[GridPoint]] = [-180, -120, -60, 0, 60, 120].map { row($0, isHeld: true) }

  /// Points as text: the sample's writer with another molecule's points.
  static func extendedXYZ(_ points: [GridPoint], header more: String) -> String {
    points.map { point -> String in
      var lines = [
        "\(alkane.topology.atoms.count)",
        "Properties=species:S:1:pos:R:3:forces:R:3 energy=\(point.energy) \(header) \(more)",
      ]
      for (atom, (r, f)) in zip(alkane.topology.atoms, zip(point.coordinates, point.forces!)) {
        lines.append("\(atom.element.symbol) \(r.x) \(r.y) \(r.z) \(f.x) \(f.y) \(f.z)")
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n") + "\n"
  }

  /// The points as multi-frame XYZ with a comment each, energies in hartree.
  static func commented(_ points: [GridPoint], _ comment: String) -> String {
    points.map { point in
      "\(alkane.topology.atoms.count)\n\(comment) Energy \(point.energy / Units.hartree)\n"
        + zip(alkane.topology.atoms, point.coordinates).map {
          "\($0.element.symbol) \($1.x) \($1.y) \($1.z)"
        }.joined(separator: "\n")
    }.joined(separator: "\n") + "\n"
  }
}
