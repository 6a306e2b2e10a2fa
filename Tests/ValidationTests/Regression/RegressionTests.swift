// The gates of `swivel check` on families whose truth is known: silent under other seeds, loud at planted faults.

import Chemistry
import SyntheticFamilies
import Testing
import TorsionModel

@testable import Validation

@Suite struct RegressionTests {
  private static let family = SyntheticFamily(
    carbons: [4, 5, 6], points: 12, energyNoise: 0.1, forceNoise: 0.5, seed: 3
  ).family()

  private static func digest(_ family: Family, seed: UInt64 = 1) async throws -> FitDigest {
    FitDigest(
      checking: try await fit(
        family,
        options: quickOptions {
          $0.seed = seed
          $0.draws = 500
        }))
  }

  @Test func otherSeedsRaiseNoAlarm() async throws {
    let baseline = try await Self.digest(Self.family)
    #expect(baseline.converged && baseline.directions.count >= 3)
    #expect(regressionFailures(from: baseline, to: baseline).isEmpty)
    for seed in 2...13 as ClosedRange<UInt64> {
      let now = try await Self.digest(Self.family, seed: seed)
      let failures = regressionFailures(from: baseline, to: now)
      #expect(failures.isEmpty, "seed \(seed): \(failures.map(\.message))")
      let shift = try #require(PosteriorShift(from: baseline, to: now))
      #expect(shift.distance < shift.noise, "seed \(seed): \(shift)")
    }
  }

  /// The family with one fault.
  private static func faulty(_ fault: String) -> Family {
    var family = Self.family
    func changePoints(_ change: (inout GridPoint) -> Void) {
      for index in family.molecules[0].scans[0].points.indices {
        change(&family.molecules[0].scans[0].points[index])
      }
    }
    switch fault {
    case "force constant":
      for torsion in family.molecules[0].topology.torsions.indices {
        let types = family.molecules[0].topology.type(
          of: family.molecules[0].topology.torsions[torsion].quartet)
        guard types == TorsionType("c3", "c3", "c3", "c3") else { continue }
        family.molecules[0].topology.torsions[torsion].terms[0].forceConstant += 0.1
      }
    case "sign of energies": changePoints { $0.energy = -$0.energy }
    case "sign of forces": changePoints { $0.forces = $0.forces?.map { $0 * -1 } }
    case "unit of energies": changePoints { $0.energy *= Units.kilojoule }
    case "unit of forces": changePoints { $0.forces = $0.forces?.map { $0 * (1 / Units.kilojoule) } }
    case "dropped scan": family.molecules[2].scans.removeLast()
    case "shifted angle":
      let points = family.molecules[0].scans[0].points
      for index in points.indices {
        family.molecules[0].scans[0].points[index].energy = points[(index + 1) % points.count].energy
      }
    default: Issue.record("no such fault: \(fault)")
    }
    return family
  }

  @Test(arguments: [
    ("force constant", RegressionFailure.Gate.base), ("sign of energies", .error),
    ("sign of forces", .posterior),
    ("unit of energies", .error), ("unit of forces", .posterior), ("dropped scan", .data),
    ("shifted angle", .error),
  ])
  func plantedFaultsAreCaught(fault: String, gate: RegressionFailure.Gate) async throws {
    let baseline = try await Self.digest(Self.family)
    let changed = Self.faulty(fault)
    let failures =
      dataFailures(from: DataDigest(Self.family), to: DataDigest(changed))
      + regressionFailures(from: baseline, to: try await Self.digest(changed))
    #expect(failures.contains { $0.gate == gate }, "\(fault): \(failures.map(\.message))")
    #expect(failures.allSatisfy { !$0.message.contains("\n") && !$0.message.contains("nan") })
    if gate == .error {
      #expect(
        failures.contains {
          $0.gate == .error && $0.message.contains("C4 0-1-2-3") && $0.message.contains("°")
        })
    }
  }

  @Test func aTenthOfAKilocalorieInOneParameterIsCaughtAndNamed() async throws {
    let baseline = try await Self.digest(Self.family)
    // Whichever the parameter; those that only the prior knows are the base force field's matter.
    var caught = 0
    for index in baseline.parameters.indices
    where baseline.parameters[index].sd < 0.05 && !baseline.parameters[index].isNoise {
      var moved = baseline
      moved.parameters[index].mean += 0.1
      let failures = regressionFailures(from: moved, to: baseline)
      #expect(failures.map(\.gate) == [.posterior] && failures[0].subject == moved.parameters[index].label)
      #expect(failures.first?.message.contains("-0.1 kcal/mol") ?? false)
      caught += 1
    }
    #expect(caught >= 1)
  }

  @Test func probabilitiesOfGrowth() {
    let (old, new) = (FitDigest.ErrorDigest(mean: 0.2, sd: 0.03), FitDigest.ErrorDigest(mean: 0.3, sd: 0.04))
    // Φ((0.1 - 0.02)/0.05) = Φ(1.6) = 0.94520 and Φ(2) = 0.97725.
    #expect(abs(probabilityOfGrowth(from: old, to: new, beyond: 0.02) - 0.94520) < 1e-5)
    #expect(abs(probabilityOfGrowth(from: old, to: new, beyond: 0) - 0.97725) < 1e-5)
    let exact = FitDigest.ErrorDigest(mean: 0.2, sd: 0)
    #expect(probabilityOfGrowth(from: exact, to: exact, beyond: 0) == 0)
    // χ² of 10 at Φ(4.75): 46.82 (scipy.stats.chi2.isf(scipy.stats.norm.sf(4.75), 10)).
    #expect(abs(chiSquareQuantile(10, normalQuantile: 4.75) / 46.82 - 1) < 0.03)
  }

  @Test func coverageAndChainsAreGated() async throws {
    var baseline = try await Self.digest(Self.family)
    baseline.heldOut = .init(scans: 10, rmse: 0.2, coverage: [0.5, 0.9, 0.95])
    var now = baseline
    now.heldOut = .init(scans: 10, rmse: 0.21, coverage: [0.55, 0.88, 0.95])
    #expect(regressionFailures(from: baseline, to: now).isEmpty)
    now.heldOut = .init(scans: 10, rmse: 0.26, coverage: [0.3, 0.7, 0.95])
    now.converged = false
    #expect(
      regressionFailures(from: baseline, to: now).map(\.gate) == [
        .heldOut, .coverage, .coverage, .diagnostics,
      ])
  }
}
