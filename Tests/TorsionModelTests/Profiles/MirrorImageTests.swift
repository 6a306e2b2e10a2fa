// Profiles of molecules that are their own mirror image are their own mirror image.

import Chemistry
import Mechanics
import Support
import Testing

@testable import TorsionModel

@Suite struct MirrorImageTests {
  private let alkane = Alkane(carbons: 6)
  private let driven = Quartet(0, 1, 2, 3)
  private let parameters = [
    Parameter(type: TorsionType("c3", "c3", "c3", "c3"), periodicity: 1, isSine: false),
    Parameter(type: TorsionType("c3", "c3", "c3", "c3"), periodicity: 3, isSine: false),
  ]

  /// Hexane driven about its first inner bond, another one gauche on one side: by itself a chiral shape.
  private func profile(offset degrees: Double, of topology: Topology? = nil) async throws -> PredictedProfile {
    let side = try #require(alkane.topology.bondGraph.side(of: 4, awayFrom: 3))
    let geometries = (0..<24).map { step -> [Vector3] in
      var x = alkane.turned(bond: 1, by: (Double(step) * 15 + degrees) * Units.degree)
      let axis = (x[4] - x[3]).normalized
      let origin = x[3]
      for atom in side { x[atom] = rotated(x[atom], about: axis, through: origin, by: 115 * Units.degree) }
      return x
    }
    return try await PredictedProfile(
      of: topology ?? alkane.topology, driven: driven, geometries: geometries, parameters: parameters,
      draws: [[0.2, 0.25], [0.4, 0.15]], threads: 2)
  }

  /// The largest difference between a profile and itself reversed, over the points that have a mirror image on the grid.
  private func asymmetry(_ profile: PredictedProfile) -> Double {
    let pairs = profile.angles.indices.compactMap { i -> (Int, Int)? in
      profile.angles.indices.first {
        abs(wrapped(profile.angles[$0] + profile.angles[i])) < 0.1 * Units.degree
      }
      .map { (i, $0) }
    }
    #expect(pairs.count == profile.angles.count)
    return pairs.map { i, j in
      max(
        abs(profile.mean[i] - profile.mean[j]),
        zip(profile.draws[i], profile.draws[j]).map { abs($0 - $1) }.max() ?? 0)
    }.max() ?? .infinity
  }

  @Test(arguments: [0.0, 7.5])
  func achiralProfilesAreTheirOwnMirrorImage(offset: Double) async throws {
    let made = try await profile(offset: offset)
    #expect(made.usesMirrorImages && asymmetry(made) < 1e-3)
    let (wells, barriers) = made.wellsAndBarriers(temperature: 298.15)
    #expect(wells.count > 1 && barriers.count == wells.count)
    for well in wells where abs(abs(well.angle) - .pi) > 0.2 && abs(well.angle) > 0.2 {
      let mirror = try #require(wells.first { abs(wrapped($0.angle + well.angle)) < 16 * Units.degree })
      for (a, b) in zip(mirror.populations, well.populations) { #expect(abs(a - b) < 1e-3) }
      #expect(abs(mirror.plugIn - well.plugIn) < 1e-3)
    }
  }

  /// Between the grid's points images are turned to where they belong, and can only lower the profile.
  @Test func imagesOffTheGridAreTurned() async throws {
    let made = try await profile(offset: 3)
    var chiral = alkane.topology
    // Two hydrogens of one carbon of different types: the same energies, and no mirror images.
    let hydrogen = try #require(alkane.topology.bondGraph.neighbours[4].first { $0 >= 6 })
    chiral.atoms[hydrogen].type = "h1"
    #expect(chiral.stereocentres == [4])
    let path = try await profile(offset: 3, of: chiral)
    #expect(made.usesMirrorImages && !path.usesMirrorImages)
    #expect(zip(made.angles, path.angles).allSatisfy { abs($0 - $1) < 1e-3 })
    func span(_ profile: PredictedProfile) -> [Double] {
      let anti = profile.angles.indices.min {
        abs(abs(profile.angles[$0]) - .pi) < abs(abs(profile.angles[$1]) - .pi)
      }!
      return profile.mean.map { $0 - profile.mean[anti] }
    }
    // Against the point where both stand alike.
    #expect(zip(span(made), span(path)).allSatisfy { $0 < $1 + 0.01 })
    // Without images one side is another conformer than the other: what made populations lopsided.
    let lopsided = try await profile(offset: 0, of: chiral)
    #expect(asymmetry(lopsided) > 0.1)
  }

  @Test func stereocentresAreFound() {
    #expect(Alkane(carbons: 5).topology.stereocentres.isEmpty)
    var topology = Alkane(carbons: 5).topology
    let hydrogens = topology.bondGraph.neighbours[1].filter { $0 >= 5 }
    topology.atoms[hydrogens[0]].type = "h1"
    #expect(topology.stereocentres == [1])
    // A carbon between two equal halves stays none.
    topology = Alkane(carbons: 5).topology
    let middle = topology.bondGraph.neighbours[2].filter { $0 >= 5 }
    topology.atoms[middle[0]].type = "h1"
    #expect(topology.stereocentres.isEmpty)
  }

  /// Sine terms tell left from right: then no image helps.
  @Test func energiesThatMirrorsChangeHaveNoImages() throws {
    var topology = alkane.topology
    let place = try #require(topology.torsions.firstIndex { $0.quartet.canonical == driven.canonical })
    topology.torsions[place].terms = [TorsionTerm(periodicity: 1, phase: .pi / 2, forceConstant: 1)]
    let geometries = (0..<4).map { alkane.turned(bond: 1, by: Double($0) + 0.3) }
    #expect(
      MirrorImages(of: topology, driven: driven, geometries: geometries, model: EnergyModel(topology)) == nil)
    let images = MirrorImages(
      of: alkane.topology, driven: driven, geometries: geometries, model: EnergyModel(alkane.topology))
    #expect(images != nil)
  }

  @Test func imagesStandAtTheGridPointsAngle() throws {
    let geometries = (0..<24).map { alkane.turned(bond: 1, by: (Double($0) * 15 + 3) * Units.degree) }
    let images = try #require(
      MirrorImages(
        of: alkane.topology, driven: driven, geometries: geometries, model: EnergyModel(alkane.topology)))
    for (index, geometry) in geometries.enumerated() {
      let start = try #require(images.start(for: index))
      let difference = wrapped(dihedralAngle(driven, in: start) - dihedralAngle(driven, in: geometry))
      #expect(abs(difference) < 1e-6)
    }
  }
}
