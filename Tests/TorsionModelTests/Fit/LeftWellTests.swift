// Rotors that leave QM's wells, and energies that jump, are found and named; smooth scans are left alone.

import Chemistry
import Mechanics
import Support
import SyntheticFamilies
import Testing

import CMath
@testable import TorsionModel

@Suite struct LeftWellTests {
  private let alkane = Alkane(carbons: 6)
  private let driven = Quartet(0, 1, 2, 3)
  private let rotor = Quartet(2, 3, 4, 5)

  /// Hexane driven about its first inner bond, its third one turned from trans by `degrees` at the frames chosen, from 1.
  private func prepared(turned degrees: Double, at frames: Set<Int>) throws -> PreparedFamily {
    let model = EnergyModel(alkane.topology)
    let side = try #require(alkane.topology.bondGraph.side(of: 4, awayFrom: 3))
    let points = (0..<12).map { step -> GridPoint in
      var x = alkane.turned(bond: 1, by: Double(step) * 30 * Units.degree)
      if frames.contains(step + 1) {
        let axis = (x[4] - x[3]).normalized
        let origin = x[3]
        for atom in side {
          x[atom] = rotated(x[atom], about: axis, through: origin, by: degrees * Units.degree)
        }
      }
      return GridPoint(coordinates: x, energy: model.energy(of: x).total, forces: nil, frame: step + 1)
    }
    let molecule = Molecule(
      id: "hexane", topology: alkane.topology, scans: [Scan(id: "s", driven: driven, points: points)])
    return try PreparedFamily(
      Family(name: "wells", molecules: [molecule]), options: quickOptions { $0.likelihood = .energy })
  }

  private func relaxed(_ family: PreparedFamily, _ options: RelaxationOptions = RelaxationOptions()) async
    -> [RelaxedScan]
  {
    await family.relaxedScans(under: nil, options: options, relax: true, threads: 2)
  }

  /// 75° from trans a rotor runs some forty degrees on to gauche.
  @Test func aRotorThatWouldLeaveIsNamed() async throws {
    let family = try prepared(turned: 75, at: [1, 2])
    let found = await family.rotorTurns(of: await relaxed(family), isFitted: true, threads: 2)
    #expect(found.count == 1)
    #expect(Set(found[0].left.map(\.frame)).isSubset(of: [1, 2]) && !found[0].left.isEmpty, "\(found)")
    for left in found[0].left {
      #expect(
        left.isFitted && left.rotor.centralBond == rotor.centralBond && left.energyDrop > LeftWell.leastDrop)
      #expect(abs(wrapped(left.to - left.from)) > 30 * Units.degree)
    }
    #expect((29...35).contains((found[0].largest ?? 0) / Units.degree))
  }

  @Test func rotorsInTheirWellsAreNot() async throws {
    let family = try prepared(turned: 0, at: [])
    let found = await family.rotorTurns(of: await relaxed(family), isFitted: false, threads: 2)
    #expect(found[0].left.isEmpty && (found[0].largest ?? 1) < 25 * Units.degree, "\(found)")
    // Without walls nothing is held.
    let free = RelaxationOptions(wellHalfWidth: .infinity)
    let turned = try prepared(turned: 75, at: [1, 2])
    let without = await turned.rotorTurns(of: await relaxed(turned, free), isFitted: true, threads: 2)
    #expect(without[0].left.isEmpty && (without[0].largest ?? 0) > 35 * Units.degree)
    // Geometries as given do not relax.
    let given = await turned.relaxedScans(under: nil, options: free, relax: false, threads: 2)
    let none = await turned.rotorTurns(of: given, isFitted: true, threads: 2)
    #expect(none[0].left.isEmpty && none[0].largest == nil)
    #expect(turned.jumps(given[0], ofScan: 0, isFitted: true).isEmpty)
  }

  @Test func aJumpIsNamedWithTheRotorThatTurned() async throws {
    var family = try prepared(turned: 0, at: [])
    var scan = await relaxed(family)[0]
    for p in scan.energies.indices {
      family.molecules[0].molecule.scans[0].points[p].energy = try #require(scan.energies[p])
    }
    #expect(family.jumps(scan, ofScan: 0, isFitted: true).isEmpty)
    // One grid point relaxed into another shape, 6 kcal/mol lower.
    let place = 4
    var x = try #require(scan.coordinates[place])
    let side = try #require(alkane.topology.bondGraph.side(of: 4, awayFrom: 3))
    let axis = (x[4] - x[3]).normalized
    let origin = x[3]
    for atom in side { x[atom] = rotated(x[atom], about: axis, through: origin, by: 110 * Units.degree) }
    scan.coordinates[place] = x
    scan.energies[place]! -= 6
    let found = family.jumps(scan, ofScan: 0, isFitted: true)
    let jump = try #require(found.first)
    #expect(found.count == 1 && jump.isFitted && jump.rotor?.centralBond == rotor.centralBond)
    #expect(jump.frame == family.scan(family.scans[0]).points[place].frame)
    #expect(abs(abs(wrapped(jump.to - jump.from)) - 110 * Units.degree) < 10 * Units.degree)
    #expect(abs(jump.energy + 6) < 1)
  }

  @Test func onlyJumpsOfTheModelAreJumps() {
    let angles = (0..<24).map { Double($0) * 15 * Units.degree - .pi }
    let qm = angles.map { 1.5 * (1 + cos(3 * $0)) }
    func places(_ model: [Double?], _ reference: [Double]) -> [Int] {
      EnergyJump.places(angles: angles, reference: reference, model: model).map(\.place)
    }
    let smooth = angles.map { 0.7 * (1 + cos(3 * $0)) + 2 * cos($0) }
    #expect(places(smooth, qm).isEmpty)
    // Above, below, and at the end of the circle.
    for (place, by) in [(5, 3.0), (12, -3), (0, 3), (23, -3)] {
      var model = smooth
      model[place] += by
      let found = EnergyJump.places(angles: angles, reference: qm, model: model)
      #expect(found.map(\.place) == [place] && abs(found[0].by - by) < 1)
    }
    // A jump of quantum chemistry is a bad energy, not a jump of the force field.
    var bad = qm
    bad[5] += 5
    #expect(places(smooth, bad).isEmpty)
    // A clash that both have, one of them steeper.
    let clash = angles.map { 20 * exp(-40 * $0 * $0) }
    #expect(places(zip(clash, smooth).map { 1.4 * $0 + $1 }, zip(clash, qm).map { $0 + $1 }).isEmpty)
    // Both sides of a step stand with one neighbour.
    #expect(places(smooth.indices.map { smooth[$0] + (5...9 ~= $0 ? 4 : 0) }, qm).isEmpty)
    // Points that did not relax are no neighbours; few points say nothing.
    var holes: [Double?] = smooth
    for p in [3, 4, 5] { holes[p] = nil }
    #expect(places(holes, qm).isEmpty)
    #expect(EnergyJump.places(angles: [0, 0.3, 0.6], reference: [0, 0, 0], model: [0, 9, 0]).isEmpty)
  }
}
