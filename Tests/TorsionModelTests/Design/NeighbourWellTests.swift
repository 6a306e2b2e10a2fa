// Of two wells at a grid point the lower is taken, as neighbours have it.

import Chemistry
import Mechanics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct NeighbourWellTests {
  private let alkane = Alkane(carbons: 6)
  private let options = RelaxationOptions(wellHalfWidth: .infinity)

  /// Hexane driven about its first inner bond.
  private func family() throws -> PreparedFamily {
    let model = EnergyModel(alkane.topology)
    let points = (0..<12).map { step -> GridPoint in
      let x = alkane.turned(bond: 1, by: Double(step) * 30 * Units.degree)
      return GridPoint(coordinates: x, energy: model.energy(of: x).total, forces: nil, frame: step + 1)
    }
    let scan = Scan(id: "s", driven: Quartet(0, 1, 2, 3), points: points)
    let molecule = Molecule(id: "hexane", topology: alkane.topology, scans: [scan])
    return try PreparedFamily(
      Family(name: "wells", molecules: [molecule]), options: quickOptions { $0.likelihood = .energy })
  }

  /// A point as it would be with its third inner bond turned to gauche, half a kcal/mol higher.
  private func gauche(_ point: Int, of scan: RelaxedScan, _ family: PreparedFamily) throws -> RelaxedGeometry {
    var x = try #require(scan.coordinates[point])
    let axis = (x[4] - x[3]).normalized
    let origin = x[3]
    for atom in try #require(alkane.topology.bondGraph.side(of: 4, awayFrom: 3)) {
      x[atom] = rotated(x[atom], about: axis, through: origin, by: 115 * Units.degree)
    }
    let model = try #require(scan.relaxation?.model)
    return model.relaxed(
      x, holding: Quartet(0, 1, 2, 3), about: family.molecules[0].molecule.scans[0].points[point].coordinates,
      options: options)
  }

  @Test(arguments: [[4], [0], [6, 7, 8]]) func pointsInAHigherWellComeBack(astray: [Int]) async throws {
    let family = try family()
    let right = await family.relaxedScans(under: nil, options: options, relax: true, threads: 2)
    var scans = right
    for point in astray {
      let other = try gauche(point, of: right[0], family)
      let energy = EnergyModel(alkane.topology).energy(of: other.coordinates).total
      #expect(other.converged && energy > (right[0].energies[point] ?? 0) + 0.2)
      scans[0].coordinates[point] = other.coordinates
      scans[0].energies[point] = energy
    }
    await family.settleBetweenNeighbours(&scans, options: options, threads: 2)
    for (old, new) in zip(right[0].energies, scans[0].energies) {
      #expect(abs((old ?? 0) - (new ?? 1)) < 1e-3, "\(astray)")
    }
  }

  /// What stands right is left to the bit, and a lower well is not given up for a higher one beside it.
  @Test func noEnergyRises() async throws {
    let family = try family()
    let right = await family.relaxedScans(under: nil, options: options, relax: true, threads: 2)
    var scans = right
    await family.settleBetweenNeighbours(&scans, options: options, threads: 2)
    #expect(scans[0].energies == right[0].energies)
    // All but one in the higher well.
    for point in 1..<12 {
      let other = try gauche(point, of: right[0], family)
      scans[0].coordinates[point] = other.coordinates
      scans[0].energies[point] = EnergyModel(alkane.topology).energy(of: other.coordinates).total
    }
    let before = scans[0].energies
    await family.settleBetweenNeighbours(&scans, options: options, threads: 1)
    for (old, new) in zip(before, scans[0].energies) { #expect((new ?? 1) <= (old ?? 0)) }
    #expect((scans[0].energies[1] ?? 0) < (before[1] ?? 0) - 0.2)
  }
}
