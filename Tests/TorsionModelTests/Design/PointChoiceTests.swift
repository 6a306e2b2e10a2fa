// Which point to compute next: against the closed form, by laws, and against an even grid on made data.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing

@testable import TorsionModel

@Suite struct PointChoiceTests {
  private let alkane = Alkane(carbons: 4)
  private let driven = Quartet(0, 1, 2, 3)

  private func path(points: Int = 24) -> ChoicePath {
    var geometries: [[Vector3]?] = []
    let turn = BondTurn(bond: driven.centralBond, quartet: driven, graph: alkane.topology.bondGraph)
    for point in 0..<points {
      var geometry = alkane.coordinates
      turn.turn(&geometry, by: 2 * .pi * Double(point) / Double(points))
      geometries.append(geometry)
    }
    return ChoicePath(topology: alkane.topology, driven: driven, geometries: geometries)
  }

  /// Energies and forces of the base force field with a term of n = 1 about the bond added.
  private func measured(_ path: ChoicePath, _ points: [Int], added: Double = 1.5) -> [ChoicePoint:
    ChoiceMeasurement]
  {
    var topology = path.topology
    topology.torsions.append(
      Torsion(driven, terms: [TorsionTerm(periodicity: 1, phase: 0, forceConstant: added)]))
    let model = EnergyModel(topology)
    var found: [ChoicePoint: ChoiceMeasurement] = [:]
    for point in points {
      guard let geometry = path.geometries[point] else { continue }
      let (energy, forces) = model.energyAndForces(of: geometry)
      found[ChoicePoint(path: 0, point: point)] = ChoiceMeasurement(
        energy: energy.total - 9000, forces: forces)
    }
    return found
  }

  private func open(_ count: Int, besides: some Sequence<Int>) -> [ChoicePoint] {
    let known = Set(besides)
    return (0..<count).filter { !known.contains($0) }.map { ChoicePoint(path: 0, point: $0) }
  }

  @Test func profilesGetSharperWithEveryPoint() throws {
    let path = path()
    let choice = PointChoice([path])
    var known: [Int] = []
    var last = try #require(choice.belief(measured: [:])).largestSD
    while known.count < 24 {
      let belief = try #require(choice.belief(measured: measured(path, known)))
      let next = try #require(choice.best(of: open(24, besides: known), under: belief) { _ in 1 })
      #expect(next.gain > 0)
      known.append(next.point.point)
      let sd = try #require(choice.belief(measured: measured(path, known))).largestSD
      // At a given noise it can only shrink; the estimate may rise by what the prior holds back, below a hundredth here.
      #expect(sd < 1.02 * last)
      last = sd
    }
    // 48 rows of noise 0.2 and 0.6 and four constants: well below the prior's kcal/mol.
    #expect(last < 0.3)
  }

  @Test func chosenPointsTellMoreThanNeighbours() throws {
    let path = path()
    let choice = PointChoice([path])
    var known: [Int] = []
    for _ in 0..<6 {
      let belief = try #require(choice.belief(measured: measured(path, known)))
      known.append(
        try #require(choice.best(of: open(24, besides: known), under: belief) { _ in 1 }).point.point)
    }
    func sd(_ points: [Int]) throws -> Double {
      try #require(choice.belief(measured: measured(path, points))).largestSD
    }
    #expect(try sd(known) < sd(Array(0..<6)))
    #expect(try sd(known) < 1.15 * sd(stride(from: 0, to: 24, by: 4).map { $0 }))
  }

  @Test func aPointUnderWayCountsAsThere() throws {
    let path = path()
    let choice = PointChoice([path])
    let first = try #require(choice.belief(measured: [:]))
    let best = try #require(choice.best(of: open(24, besides: []), under: first) { _ in 1 })
    let then = try #require(choice.belief(measured: [:], underWay: [best.point]))
    let again = try #require(choice.best(of: [best.point], under: then) { _ in 1 })
    #expect(again.gain < 0.7 * best.gain)
  }

  @Test func dearPointsComeLater() throws {
    let path = path()
    let choice = PointChoice([path, path])
    let belief = try #require(choice.belief(measured: [:]))
    let both = [ChoicePoint(path: 0, point: 3), ChoicePoint(path: 1, point: 3)]
    #expect(choice.best(of: both, under: belief) { $0 == 0 ? 2 : 1 }?.point.path == 1)
    // Of equals the first.
    #expect(choice.best(of: both, under: belief) { _ in 1 }?.point.path == 0)
  }

  @Test func noiseComesFromWhatIsLeft() throws {
    let path = path()
    let choice = PointChoice([path])
    var rough = measured(path, Array(0..<24))
    for (key, value) in rough {
      rough[key]?.energy = value.energy + (key.point % 2 == 0 ? 3 : -3)
    }
    let calm = try #require(choice.belief(measured: measured(path, Array(0..<24))))
    let wild = try #require(choice.belief(measured: rough))
    // Nothing left: √(6 · 0.5² / 30) and √(6 · 1.5² / 30), plus what the prior holds back.
    #expect(abs(calm.noise.energy - 0.22) < 0.05 && abs(calm.noise.torque - 0.67) < 0.1)
    // Three up and down is no sum of four cosines.
    #expect(wild.noise.energy > 2.4)
    #expect(wild.largestSD > calm.largestSD)
  }

  @Test func aPointWithoutGeometryTellsNothing() throws {
    var path = path()
    path.geometries[5] = nil
    let choice = PointChoice([path])
    let belief = try #require(choice.belief(measured: [:]))
    #expect(choice.best(of: [ChoicePoint(path: 0, point: 5)], under: belief) { _ in 1 } == nil)
  }
}
