// A butane scan in every format, from one set of geometries.

import Chemistry
import Foundation
import Mechanics
import Support

@testable import FamilyFiles

/// A scan of butane whose energies and forces belong together.
struct Sample {
  let alkane = Alkane(carbons: 4)
  let driven = Quartet(0, 1, 2, 3)
  var points: [GridPoint]

  init(count: Int = 12) {
    let alkane = Alkane(carbons: 4)
    let model = EnergyModel(alkane.topology)
    points = (0..<count).map { index in
      let turned = alkane.turned(bond: 1, by: 2 * .pi * Double(index) / Double(count))
      let (energy, forces) = model.energyAndForces(of: turned)
      return GridPoint(coordinates: turned, energy: energy.total - 8000, forces: forces, frame: index + 1)
    }
  }

  var topology: Topology { alkane.topology }

  /// Extended XYZ; `change` may alter a frame's energy, forces, or header.
  func extendedXYZ(
    header: String =
      "energy_unit=\"kcal/mol\" force_unit=\"kcal/mol/angstrom\" dihedral=\"0 1 2 3\" dihedral_indexing=zero",
    energyFactor: Double = 1, forceFactor: Double = 1, order: [Int]? = nil
  ) -> String {
    points.indices.map { index -> String in
      let point = points[index]
      let energy = points[order?[index] ?? index].energy * energyFactor
      var lines = [
        "\(topology.atoms.count)", "Properties=species:S:1:pos:R:3:forces:R:3 energy=\(energy) \(header)",
      ]
      for (atom, (r, f)) in zip(topology.atoms, zip(point.coordinates, point.forces!)) {
        let g = f * forceFactor
        lines.append("\(atom.element.symbol) \(r.x) \(r.y) \(r.z) \(g.x) \(g.y) \(g.z)")
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n") + "\n"
  }

  /// qdata.txt, with gradients under `key` where given.
  func qdata(gradient key: String? = "GRADIENT") -> String {
    points.enumerated().map { index, point -> String in
      var lines = [
        "JOB \(index)", "COORDS " + flat(point.coordinates), "ENERGY \(point.energy / Units.hartree)",
      ]
      if let key { lines.append("\(key) " + flat(point.forces!.map { $0 * (-1 / Units.hartreePerBohr) })) }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private func flat(_ vectors: [Vector3]) -> String {
    vectors.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " ")
  }

  /// Multi-frame XYZ with a comment a frame.
  func xyz(comment: (GridPoint) -> String) -> String {
    points.map { point in
      "\(topology.atoms.count)\n\(comment(point))\n"
        + zip(topology.atoms, point.coordinates).map { "\($0.element.symbol) \($1.x) \($1.y) \($1.z)" }
        .joined(separator: "\n")
    }.joined(separator: "\n") + "\n"
  }
}

/// Writes one file and reads it as a scan of butane.
func read(
  _ text: String, name: String = "scan.extxyz", options: FamilyOptions = FamilyOptions(),
  of sample: Sample = Sample()
) throws -> Scan {
  try Folders.temporary { folder in
    try Folders.write(text, to: "\(folder)/\(name)")
    return try readScan("\(folder)/\(name)", topology: sample.topology, options: options)
  }
}
