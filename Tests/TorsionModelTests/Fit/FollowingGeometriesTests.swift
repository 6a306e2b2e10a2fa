// Likelihoods over geometries that follow draws of the force constants.

import CMath
import Chemistry
import Statistics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct FollowingGeometriesTests {
  /// Butane with a likelihood so wide that molecules give way under its draws.
  private static func run(_ change: (inout FitOptions) -> Void = { _ in }) throws -> FitRun {
    let family = SyntheticFamily(carbons: [4, 5], points: 8, energyNoise: 0.4, isRelaxed: true).family()
    return try FitRun(
      family,
      options: quickOptions {
        $0.rounds = 3
        $0.likelihood = .energy
        change(&$0)
      }, progress: { _ in })
  }

  /// The form of rows at several geometries is the mean of the forms at each, each with an offset of its own.
  @Test func formsAreMeans() {
    func piece(_ sets: [(rows: [[Double]], targets: [Double])]) -> RowPiece {
      RowPiece(
        scan: 0, kind: 0, group: 0, hasOffset: true, power: 0.5, sets: sets, points: [0, 1, 2],
        rowWeights: [1, 0.5, 1])
    }
    let one = (rows: [[1.0, 2], [0, 1], [-1, 3]], targets: [1.0, 2, 4])
    let other = (rows: [[1.5, 2], [0, 0], [-1, 2]], targets: [10.0, 12, 13])
    let weights = [1.0, 3, 0.2]
    for weights in [nil, weights] {
      let mean = zip(piece([one]).gram(weights: weights), piece([other]).gram(weights: weights)).map {
        ($0 + $1) / 2
      }
      let both = piece([one, other]).gram(weights: weights)
      #expect(zip(both, mean).allSatisfy { abs($0 - $1) < 1e-12 })
      let twice = piece([one, one]).gram(weights: weights)
      #expect(zip(twice, piece([one]).gram(weights: weights)).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    #expect(piece([one, other]).degreesOfFreedom == piece([one]).degreesOfFreedom)
    #expect(piece([one, other]).residuals([1, 1]) == [[-2, 1, 2], [6.5, 12, 12]])
  }

  /// The likelihood is the mean of those at the draws' geometries, up to the noise that all share.
  @Test func theLogLikelihoodIsTheMean() async throws {
    let run = try Self.run { $0.model.noise = .normal }
    let single = try await run.rounds(from: try await run.base(nil))
    let following = try await run.following(single, linearEnough: 0)
    let draws = run.options.geometryDraws
    #expect(following.designs.allSatisfy { $0.sets(.energy).count == draws })
    #expect(single.designs.allSatisfy { $0.sets(.energy).count == 1 })
    let scales = following.density.layout.start
    let w = (0..<following.density.columnCount).map { 0.1 * sin(Double($0)) }
    let mean =
      (0..<draws).reduce(0.0) { sum, draw in
        var designs = following.designs
        for s in designs.indices {
          for (kind, sets) in designs[s].following {
            designs[s].fitted[kind] = sets[draw]
          }
          designs[s].following = [:]
        }
        return sum + run.prepared.posterior(designs, options: run.options).logLikelihood(of: w, logScales: scales)
      } / Double(draws)
    let own = following.density.logLikelihood(of: w, logScales: scales)
    #expect(abs(own - mean) < 1e-9 * abs(mean))
  }

  /// At the draw that a set of rows was relaxed under, they give its relaxed energies.
  @Test func setsAreExactAtTheirDraws() async throws {
    let run = try Self.run()
    let single = try await run.rounds(from: try await run.base(nil))
    var stream = RandomStream(seed: 77)
    let draws = run.pairsOfDraws(single.density.mode(), using: &stream)
    let middle = single.density.mode().mean()
    // Pairs are mirror images about the mean.
    for pair in stride(from: 0, to: draws.count, by: 2) {
      #expect(middle.indices.allSatisfy { abs(draws[pair][$0] + draws[pair + 1][$0] - 2 * middle[$0]) < 1e-9 })
    }
    let sets = try await run.sets(draws, from: single)
    for (draw, designs) in zip(draws, sets) {
      let relaxed = await run.geometries(run.prepared.table.torsionParameters(draw))
      for (s, index) in run.prepared.scans.enumerated() {
        let rows = try #require(designs[s].fitted[.energy])
        let scan = run.prepared.scan(index)
        let linear = rows.residuals(draw, columns: run.prepared.molecules[index.molecule].basis.columns)
        for (residual, point) in zip(linear, rows.points) {
          let energy = try #require(relaxed[s].energies[point])
          // Minima from two starts, relaxed to gradients of 1e-4 kcal/mol/Å.
          #expect(abs(scan.points[point].energy - energy - residual) < 1e-5)
        }
      }
    }
  }

  /// A fit that its draws show to be linear stays as it is.
  @Test func aLinearFitStays() async throws {
    let run = try Self.run()
    let single = try await run.rounds(from: try await run.base(nil))
    let stays = try await run.following(single, linearEnough: .infinity)
    #expect(stays.designs.allSatisfy { $0.following.isEmpty })
    #expect(stays.geometries.map(\.energies) == single.geometries.map(\.energies))
    let follows = try await run.following(single, linearEnough: 0)
    #expect(follows.designs.allSatisfy { $0.following[.energy]?.count == run.options.geometryDraws })
  }

  /// Geometries as given follow nothing, and none are asked for with 0.
  @Test func withoutRelaxationNothingFollows() async throws {
    for run in [try Self.run { $0.rounds = 0 }, try Self.run { $0.geometryDraws = 0 }] {
      let single = try await run.rounds(from: try await run.base(nil))
      let following = try await run.following(single, linearEnough: 0)
      #expect(following.designs.allSatisfy { $0.following.isEmpty })
      let scales = single.density.layout.start
      var workspace = PosteriorWorkspace(single.density)
      let before = single.density.logDensity(scales, &workspace)
      #expect(following.density.logDensity(scales, &workspace) == before)
    }
  }

  /// Held-out scans have no rows to follow, and keep their geometries.
  @Test func heldOutScansStay() async throws {
    let run = try Self.run { $0.heldOut = ["C5"] }
    let single = try await run.rounds(from: try await run.base(nil))
    let following = try await run.following(single, linearEnough: 0)
    for (s, index) in run.prepared.scans.enumerated() {
      let isHeldOut = run.prepared.molecules[index.molecule].isHeldOut
      #expect(following.designs[s].following.isEmpty == isHeldOut)
      #expect(following.designs[s].points.count == single.designs[s].points.count)
    }
  }
}
