// Scans that were made rigid, with further dihedrals held, or over a grid of two.

import Chemistry
import Mechanics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct ScanMakingTests {
  private let alkane = Alkane(carbons: 5)
  private let driven = Quartet(0, 1, 2, 3)
  private let second = Quartet(1, 2, 3, 4)

  /// A grid of the base force field itself: rows by the second dihedral, twelve points each.
  private func rows(isRigid: Bool) -> [Scan] {
    let model = EnergyModel(alkane.topology)
    return (0..<6).map { row in
      let points = (0..<12).map { column -> GridPoint in
        var x = alkane.turned(bond: 1, by: Double(column) * 30 * Units.degree)
        let (origin, axis) = (x[2], (x[3] - x[2]).normalized)
        for atom in alkane.topology.bondGraph.side(of: 3, awayFrom: 2)! {
          x[atom] = rotated(x[atom], about: axis, through: origin, by: Double(row) * 60 * Units.degree)
        }
        if !isRigid {
          x = model.relaxed(x, holding: driven, and: [second], options: RelaxationOptions()).coordinates
        }
        let (energy, forces) = model.energyAndForces(of: x)
        return GridPoint(coordinates: x, energy: energy.total - 8000, forces: forces, frame: column + 1)
      }
      return Scan(
        id: "row \(row)", driven: driven, points: points, geometry: isRigid ? .rigid : .relaxed,
        held: [second])
    }
  }

  private func family(_ scans: [Scan]) -> Family {
    Family(name: "pentane", molecules: [Molecule(id: "pentane", topology: alkane.topology, scans: scans)])
  }

  private func options(rounds: Int = 10) -> FitOptions { quickOptions { $0.rounds = rounds } }

  /// Energies that are the force field's own have no error at the geometries as given, and as given they stay.
  @Test func rigidScansDoNotRelax() async throws {
    let rigid = family([rows(isRigid: true)[1]])
    let fit = try await TorsionModel.fit(rigid, options: options())
    #expect(try #require(fit.baseRMSE) < 1e-9)
    #expect(fit.scans[0].geometry == .rigid && fit.scans[0].largestTurn == nil)
    let given = try await TorsionModel.fit(rigid, options: options(rounds: 0))
    #expect(fit.parameters.map(\.draws.mean) == given.parameters.map(\.draws.mean))
    // Taken for relaxed it is far off.
    var wrong = rigid
    wrong.molecules[0].scans[0].geometry = .relaxed
    wrong.molecules[0].scans[0].held = []
    #expect(try #require(await TorsionModel.fit(wrong, options: options()).baseRMSE) > 0.3)
  }

  @Test func heldDihedralsStay() async throws {
    let row = rows(isRigid: false)[1]
    let fit = try await TorsionModel.fit(family([row]), options: options())
    #expect(try #require(fit.baseRMSE) < 1e-3)
    #expect(fit.scans[0].second == nil && fit.scans[0].held == [second])
    // The second bond is not driven: its types are not fitted.
    var free = row
    free.held = []
    #expect(try #require(await TorsionModel.fit(family([free]), options: options()).baseRMSE) > 0.1)
  }

  @Test func rowsOfAGridAreOneScan() async throws {
    let rows = rows(isRigid: false)
    var whole = rows[0]
    whole.points = rows.flatMap(\.points)
    let prepared = try PreparedFamily(family(rows), options: options())
    #expect(prepared.scans.count == 1 && prepared.pointCount == 72)
    #expect(
      prepared.scan(prepared.scans[0]).points == mergingScans(family([whole]).molecules[0]).scans[0].points)
    // Both bonds are driven, and both give torques.
    let geometries = await prepared.relaxedScans(
      under: nil, options: RelaxationOptions(), relax: true, threads: 2)
    let designs = await prepared.designs(at: geometries, likelihood: .energyAndTorque, every: 1, threads: 2)
    #expect(designs[0].fitted[.drivenTorque]?.y.count == 144)
    // 72 points over two dihedrals are fewer than 12².
    #expect(designs[0].axes == 2 && designs[0].power(ModelOptions()) == 1)
    #expect(try #require(prepared.pooledError(geometries, heldOut: false)) < 1e-3)
    // Under the truth nothing is left: targets are what the base terms say, for torques to the tolerances of relaxing.
    let base = prepared.table.base
    for (kind, limit) in [(RowKind.energy, 1e-2), (.drivenTorque, 2e-2)] {
      let found = try #require(designs[0].fitted[kind])
      let left = zip(found.x, found.y).map { x, y in
        zip(x, prepared.molecules[0].basis.columns).reduce(y) { $0 - $1.0 * base[$1.1] }
      }
      let mean = kind == .energy ? left.reduce(0, +) / Double(left.count) : 0
      #expect(
        left.allSatisfy { abs($0 - mean) < limit }, "\(kind): \(left.map { abs($0 - mean) }.max() ?? 0)")
    }
  }

  @Test func rowsOnZerosOfTheirOwnStayApart() throws {
    var rows = rows(isRigid: false)
    for row in rows.indices {
      let lowest = rows[row].points.map(\.energy).min()!
      for point in rows[row].points.indices { rows[row].points[point].energy -= lowest }
    }
    let prepared = try PreparedFamily(family(rows), options: options())
    #expect(prepared.scans.count == 6)
    // Their second bond is driven all the same.
    #expect(prepared.molecules[0].molecule.drivenBonds == [driven.centralBond, second.centralBond])
    var jumping = self.rows(isRigid: false)
    for point in jumping[2].points.indices { jumping[2].points[point].energy += 50 }
    #expect(try PreparedFamily(family(jumping), options: options()).scans.count > 1)
  }

  @Test func mapsHaveNoWells() async throws {
    let rows = rows(isRigid: true)
    let fit = try await TorsionModel.fit(family(rows), options: options())
    let scan = try #require(fit.scans.first)
    #expect(fit.scans.count == 1 && scan.features.isEmpty && scan.second == second)
    #expect(scan.points.allSatisfy { $0.secondAngle != nil } && scan.points.count == 72)
    let points = rows.flatMap(\.points)
    let parameters = fit.parameters.map(\.parameter)
    let profile = try await PredictedProfile(
      of: alkane.topology, driven: driven, geometries: points.map(\.coordinates), held: [second],
      second: second, relaxes: false, parameters: parameters, draws: [fit.parameters.map(\.draws.mean)],
      threads: 2)
    #expect(!profile.isClosed && profile.secondAngles?.count == 72)
    #expect(profile.wellsAndBarriers(temperature: 300).wells.isEmpty)
  }
}
