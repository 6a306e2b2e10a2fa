// Torque rows are the slopes of energy rows along relaxed paths.

import Chemistry
import Mechanics
import Support
import Testing

@testable import TorsionModel

@Suite struct PathTangentTests {
  private let alkane = Alkane(carbons: 4)
  private let driven = Quartet(0, 1, 2, 3)
  private let options = RelaxationOptions(tolerance: 1e-5, angleTolerance: 1e-7, maxEvaluations: 60000)

  private func relaxed(_ angle: Double) throws -> [Vector3] {
    let result = EnergyModel(alkane.topology).relaxed(
      alkane.turned(bond: 1, by: angle), holding: driven, options: options)
    try #require(result.converged)
    return result.coordinates
  }

  /// Differences over ±0.01 rad are good to the square of that times the third derivative, n³ ≤ 64 for n = 4.
  @Test(arguments: [0.4, 1.1, 2.0, 2.9])
  func torqueRowsAreSlopesOfEnergyRows(angle: Double) throws {
    let model = EnergyModel(alkane.topology)
    let molecule = Molecule(
      id: "butane", topology: alkane.topology, scans: [Scan(id: "x", driven: driven, points: [])])
    let table = ParameterTable(molecules: [molecule], rules: [])
    let basis = Basis(topology: alkane.topology, parameters: table.parameters)
    #expect(basis.columnCount == 12)
    let here = try relaxed(angle)
    let free = model.restrained(to: here, options: RelaxationOptions())
    let found = pathTangents(at: here, holding: [driven]) { _ = free.evaluate($0, gradient: $1) }
    let tangent = try #require(found)[0]
    let row = basis.torqueRow(along: tangent, at: here)
    let (up, down) = (try relaxed(angle + 0.01), try relaxed(angle - 0.01))
    let angles = [up, down].map { dihedralAngle(driven, in: $0) }
    let width = wrapped(angles[0] - angles[1])
    for (column, (high, low)) in zip(basis.energyRow(at: up), basis.energyRow(at: down)).enumerated() {
      #expect(abs(row[column] + (high - low) / width) < 0.02)
    }
    let slope = (model.energy(of: up).total - model.energy(of: down).total) / width
    let along = zip(model.energyAndForces(of: here).forces, tangent).reduce(0) { $0 + $1.0.dot($1.1) }
    #expect(abs(along + slope) < 2e-3)
  }

  /// With two dihedrals held each path moves its own and leaves the other; slopes are those of the relaxed map.
  @Test func pathsOfHeldDihedralsMoveOneAlone() throws {
    let alkane = Alkane(carbons: 5)
    let model = EnergyModel(alkane.topology)
    let held = [Quartet(0, 1, 2, 3), Quartet(1, 2, 3, 4)]
    func relaxed(_ turns: [Double]) throws -> [Vector3] {
      var start = alkane.turned(bond: 1, by: 1.1 + turns[0])
      for atom in alkane.topology.bondGraph.side(of: 3, awayFrom: 2)! {
        start[atom] = rotated(
          start[atom], about: (start[3] - start[2]).normalized, through: start[2], by: -0.6 + turns[1])
      }
      let result = model.relaxed(start, holding: held[0], and: [held[1]], options: options)
      try #require(result.converged)
      return result.coordinates
    }
    let here = try relaxed([0, 0])
    let free = model.restrained(to: here, options: RelaxationOptions())
    let found = pathTangents(at: here, holding: held) { _ = free.evaluate($0, gradient: $1) }
    let tangents = try #require(found)
    #expect(tangents.count == 2)
    for moved in 0...1 {
      let step = 1e-5
      let along = zip(here, tangents[moved]).map { $0 + $1 * step }
      for (place, quartet) in held.enumerated() {
        let rate = wrapped(dihedralAngle(quartet, in: along) - dihedralAngle(quartet, in: here)) / step
        #expect(abs(rate - (place == moved ? 1 : 0)) < 1e-3)
      }
      let turns = [0, 1].map { $0 == moved ? 0.01 : 0 }
      let (up, down) = (try relaxed(turns), try relaxed(turns.map { -$0 }))
      let width = wrapped(dihedralAngle(held[moved], in: up) - dihedralAngle(held[moved], in: down))
      let slope = (model.energy(of: up).total - model.energy(of: down).total) / width
      let work = zip(model.energyAndForces(of: here).forces, tangents[moved]).reduce(0) {
        $0 + $1.0.dot($1.1)
      }
      #expect(abs(work + slope) < 5e-3)
    }
  }

  @Test func saddleWithoutAMinimumHasNoTangent() {
    // Forces of an inverted spring about the origin: no held minimum anywhere.
    let count = 3 * alkane.coordinates.count
    let tangent = pathTangents(at: alkane.coordinates, holding: [driven]) { x, gradient in
      for i in 0..<count { gradient[i] = -50 * x[i] }
    }
    #expect(tangent == nil)
  }
}
