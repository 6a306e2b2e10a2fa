// Weights by energy: what they must not depend on, what they must be, and what they do to a fit.

import Chemistry
import Foundation
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct EnergyWeightingTests {
  private static let all = EnergyWeightScheme.allCases.flatMap { scheme in
    [nil, 12.0].map { EnergyWeighting(scheme: scheme, upper: $0) }
  }

  @Test func theZeroOfEnergiesDoesNotMatter() {
    let energies = [3.0, 0, 11, 29, 31, 400, 10, 1, 0.5]
    for weighting in Self.all {
      let shifted = energies.map { $0 - 8.5 * 1024 }
      #expect(weighting.weights(of: energies) == weighting.weights(of: shifted))
    }
    #expect(EnergyWeighting().weights(of: []) == [])
  }

  @Test func weightsNeverRiseWithTheEnergy() {
    for weighting in Self.all {
      let weights = (0...5000).map { weighting.weight(at: 0.1 * Double($0)) }
      #expect(weights[0] == 1 && weights.allSatisfy { (0...1).contains($0) })
      #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 >= $1 }, "\(weighting)")
    }
  }

  @Test func knownValues() {
    let smooth = EnergyWeighting()
    #expect(smooth.weight(at: 15) == 1 && smooth.weight(at: 25) == 0.5 && smooth.weight(at: 35) == 0.2)
    // As fast as the square of an energy grows: a clash off by all of it counts at most as a point off by 15.
    #expect((40...1000).allSatisfy { smooth.weight(at: Double($0)) * Double($0 * $0) < 15 * 15 })
    // ForceBalance: src/torsion_profile.py, divided by the weight at the minimum.
    let forcebalance = EnergyWeighting(scheme: .forcebalance)
    #expect(forcebalance.weight(at: 1) == 1)
    #expect(abs(forcebalance.weight(at: 4) - 1 / 10.0.squareRoot()) < 1e-15)
    #expect(forcebalance.weight(at: 30) > 0 && forcebalance.weight(at: 30.001) == 0)
    let openff = EnergyWeighting(scheme: .openff)
    #expect(openff.weight(at: 9.5) == forcebalance.weight(at: 9.5) && openff.weight(at: 10.5) == 0)
    #expect(EnergyWeighting(scheme: .none, upper: 5).weights(of: [1, 6, 6.5]) == [1, 1, 0])
  }

  /// Where no point is above 15 kcal/mol nothing changes, to the last bit.
  @Test func scansOfLowEnergiesAreFittedAsBefore() async throws {
    var family = SyntheticFamily(points: 12, energyNoise: 0.05).family()
    for m in family.molecules.indices {
      for s in family.molecules[m].scans.indices {
        let lowest = family.molecules[m].scans[s].points.map(\.energy).min() ?? 0
        family.molecules[m].scans[s].points.removeAll { $0.energy > lowest + 14.9 }
      }
    }
    let plain = try await fit(family, options: quickOptions { $0.energyWeighting.scheme = .none })
    let smooth = try await fit(family, options: quickOptions())
    #expect(plain.draws == smooth.draws && smooth.scans.allSatisfy { $0.highEnergy.isEmpty })
  }

  @Test func clashedPointsAreNamedAndMoveNothing() async throws {
    let family = SyntheticFamily(carbons: [4], points: 24, energyNoise: 0.02).family()
    var clashed = family
    for (index, rise) in [(3, 60.0), (4, 90)] {
      clashed.molecules[0].scans[0].points[index].energy += rise
    }
    let frames = Set([3, 4].map { clashed.molecules[0].scans[0].points[$0].frame })
    func options(_ change: (inout FitOptions) -> Void = { _ in }) -> FitOptions {
      quickOptions {
        $0.likelihood = .energy
        change(&$0)
      }
    }
    let right = try await fit(family, options: options())
    let limited = try await fit(clashed, options: options { $0.energyWeighting.upper = 20 })
    let smooth = try await fit(clashed, options: options())
    let unweighted = try await fit(clashed, options: options { $0.energyWeighting.scheme = .none })
    func distance(_ other: Fit) -> Double {
      zip(right.parameters, other.parameters).map { abs($0.draws.mean - $1.draws.mean) }.max() ?? 0
    }
    #expect(Set(limited.scans[0].highEnergy.map(\.frame)) == frames)
    #expect(Set(smooth.scans[0].highEnergy.map(\.frame)) == frames)
    #expect(limited.scans[0].points.count { !$0.isFitted } == 2)
    // Errors stay those of all points.
    #expect(limited.scans[0].fitError?.points == 24 && (limited.scans[0].fitError?.rmse ?? 0) > 5)
    #expect(distance(limited) < 0.05, "\(distance(limited))")
    #expect(distance(smooth) < 0.2 && distance(smooth) < distance(unweighted), "\(distance(smooth))")
  }

  /// Weighted least squares is least squares on rows repeated by their weights.
  @Test func weightsAreRepetitions() async throws {
    var family = SyntheticFamily(carbons: [4], points: 12, energyNoise: 0.3).family()
    family.molecules[0].scans[0].points[5].energy += 20
    let prepared = try PreparedFamily(family, options: quickOptions())
    let geometries = await prepared.relaxedScans(under: nil, options: .init(), relax: false, threads: 1)
    var once = await prepared.designs(at: geometries, likelihood: .energy, every: 1, threads: 1)
    var twice = once
    var rows = once[0].fitted[.energy]!
    rows.weights[2] = 2
    once[0].fitted[.energy] = rows
    rows = twice[0].fitted[.energy]!
    rows.x.append(rows.x[2])
    rows.y.append(rows.y[2])
    rows.weights.append(1)
    twice[0].fitted[.energy] = rows
    for (a, b) in zip(prepared.leastSquares(once), prepared.leastSquares(twice)) {
      #expect(abs(a - b) < 1e-8 * max(1, abs(a)))
    }
  }
}
