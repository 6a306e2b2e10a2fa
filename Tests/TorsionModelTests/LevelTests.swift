// Scans of two levels of theory in one fit: a planted difference is found and taken out, and weakens what it must weaken.

import Chemistry
import Mechanics
import Statistics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

/// The torsions of another level of theory than the truth of synthetic families.
private let cheapTruth = TorsionParameters(
  SyntheticFamily().truth.terms.merging([
    TorsionType("c3", "c3", "c3", "c3"): [
      TorsionTerm(periodicity: 1, phase: 0, forceConstant: 1.1),
      TorsionTerm(periodicity: 2, phase: 0, forceConstant: -0.1),
      TorsionTerm(periodicity: 3, phase: 0, forceConstant: -0.15),
    ]
  ]) { $1 })

/// Every molecule's scans at the cheap level, 24 points each, and butane's at the costly one, 8 points.
///
/// - Parameter isScarce: whether the costly level has four energies and no forces.
private func mixedFamily(seed: UInt64 = 1, isDeclared: Bool = true, isScarce: Bool = false) -> Family {
  var cheap = SyntheticFamily(carbons: [4, 5, 6], energyNoise: 0.05, forceNoise: 0.5, seed: seed)
  cheap.truth = cheapTruth
  var result = cheap.family()
  for m in result.molecules.indices {
    for s in result.molecules[m].scans.indices {
      result.molecules[m].scans[s].id += "-cheap"
      result.molecules[m].scans[s].level = isDeclared ? "cheap" : nil
    }
  }
  let dear = SyntheticFamily(
    carbons: [4], points: isScarce ? 4 : 8, energyNoise: 0.05, forceNoise: 0.5, seed: seed + 100)
  result.molecules[0].scans += dear.family().molecules[0].scans
  if isScarce {
    let last = result.molecules[0].scans.count - 1
    for p in result.molecules[0].scans[last].points.indices {
      result.molecules[0].scans[last].points[p].forces = nil
    }
  }
  return result
}

/// How far energy differences along butane's scan are off under a fit's draws: the mean error and the rms z.
private func errors(_ family: Family, seed: UInt64) async throws -> (bias: Double, z: Double) {
  let fit = try await TorsionModel.fit(
    family,
    options: quickOptions {
      $0.seed = seed
      $0.model.effectivePoints = .infinity
    })
  let butane = Alkane(carbons: 4)
  let basis = Basis(topology: butane.topology, parameters: fit.parameters.map(\.parameter))
  let rows = [0.0, 60, 120, 180].map { basis.energyRow(at: butane.turned(bond: 1, by: $0 * Units.degree)) }
  let truth = fit.parameters.map { p in
    SyntheticFamily().truth.terms[p.parameter.type]?.first { $0.periodicity == p.parameter.periodicity }?
      .forceConstant ?? 0
  }
  let draws = Array(fit.draws.forceConstants.joined())
  func contrast(_ row: [Double], _ k: [Double]) -> Double {
    basis.columns.indices.reduce(0) { $0 + (row[$1] - rows[0][$1]) * k[basis.columns[$1]] }
  }
  let each = rows.dropFirst().map { row -> (error: Double, z: Double) in
    let values = drawSummary(draws.map { contrast(row, $0) })
    let error = values.mean - contrast(row, truth)
    return (error, error / values.sd)
  }
  func rms(_ values: [Double]) -> Double {
    (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
  }
  return (rms(each.map(\.error)), rms(each.map(\.z)))
}

@Suite struct LevelTests {
  @Test func aPlantedDifferenceIsTakenOutAndBiasesWithoutLevels() async throws {
    var declared: [(bias: Double, z: Double)] = []
    for seed in 1...4 {
      declared.append(try await errors(mixedFamily(seed: UInt64(seed)), seed: UInt64(seed)))
    }
    let mixed = try await errors(mixedFamily(isDeclared: false), seed: 1)
    let z = (declared.reduce(0) { $0 + $1.z * $1.z } / 4).squareRoot()
    #expect(z < 1.6, "rms z \(z)")
    #expect(declared.allSatisfy { $0.bias < 0.15 }, "\(declared)")
    #expect(mixed.bias > 0.4 && mixed.z > 3, "without levels the error is \(mixed)")
  }

  @Test func theDifferenceAndBothNoisesAreReported() async throws {
    let fit = try await TorsionModel.fit(mixedFamily(), options: quickOptions())
    let levels = try #require(fit.levels)
    #expect(levels.levels.map(\.level) == [nil, "cheap"])
    #expect(levels.levels.map(\.scans) == [1, 4])
    #expect(levels.levels.map(\.points) == [8, 96])
    let bond = try #require(levels.levels[1].bonds.first)
    // 1 + cos φ of 0.8 and 1 + cos 3φ of −0.4: rms √((0.8² + 0.4²)/2).
    #expect(abs(bond.size.mean - 0.632) < 0.1, "\(bond.size)")
    #expect(bond.targetScans == 1 && bond.scans == 4)
    let names = fit.scales.map(\.name)
    #expect(names.contains("energy noise") && names.contains("energy noise of cheap"))
    #expect(names.contains("difference of cheap"))
    #expect(fit.scans.filter { $0.level == "cheap" }.count == 4)
    // Each level's scans tell something where the costly one has few points.
    let scarce = try await TorsionModel.fit(mixedFamily(isScarce: true), options: quickOptions())
    for level in try #require(scarce.levels).levels {
      let levels = try #require(scarce.levels)
      #expect(zip(levels.contraction, level.contractionWithout).allSatisfy { $0 >= $1 - 1e-9 })
      #expect(zip(levels.contraction, level.contractionWithout).contains { $0 > $1 + 0.01 })
    }
  }

  @Test func bondsWithoutCostlyScansAreLessSureThanIfCheapOnesWereCostly() async throws {
    func variances(_ family: Family, without level: Int? = nil) async throws -> [Double] {
      let options = quickOptions()
      let prepared = try PreparedFamily(family, options: options)
      let geometries = await prepared.relaxedScans(
        under: nil, options: options.relaxation, relax: false, threads: 2)
      let designs = await prepared.designs(
        at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
      let density = prepared.posterior(designs, options: options)
      return Array(density.variances(density.layout.start, without: level).prefix(density.parameterCount))
    }
    let mixed = try await variances(mixedFamily(isScarce: true))
    let one = try await variances(mixedFamily(isDeclared: false, isScarce: true))
    let costlyAlone = try await variances(mixedFamily(isScarce: true), without: 1)
    #expect(zip(mixed, one).allSatisfy { $0 > $1 })
    // And more sure than without the cheap scans.
    #expect(zip(mixed, costlyAlone).allSatisfy { $0 <= $1 + 1e-12 })
    #expect(zip(mixed, costlyAlone).contains { $0 < 0.9 * $1 })
  }

  @Test func aCheapScanInTwoPartsIsTheScanAndNeverJoinsTheCostlyOne() async throws {
    let whole = mixedFamily()
    var parts = whole
    let scan = parts.molecules[0].scans[0]
    var (even, odd) = (scan, scan)
    even.id += "-even"
    odd.id += "-odd"
    even.points = scan.points.indices.filter { $0 % 2 == 0 }.map { scan.points[$0] }
    odd.points = scan.points.indices.filter { $0 % 2 == 1 }.map { scan.points[$0] }
    parts.molecules[0].scans.replaceSubrange(0...0, with: [even, odd])
    var sums: [[Double]] = []
    for family in [whole, parts] {
      let options = quickOptions()
      let prepared = try PreparedFamily(family, options: options)
      #expect(prepared.scans.count == 5)
      #expect(prepared.scans.indices.map(prepared.level(ofScan:)).filter { $0 == 1 }.count == 4)
      let geometries = await prepared.relaxedScans(
        under: nil, options: options.relaxation, relax: false, threads: 2)
      let designs = await prepared.designs(
        at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
      let density = prepared.posterior(designs, options: options)
      var workspace = PosteriorWorkspace(density)
      let first = density.layout.start
      sums.append(
        [density.logDensity(first, &workspace)] + density.conditionalMean(first, &workspace))
    }
    #expect(zip(sums[0], sums[1]).allSatisfy { abs($0 - $1) < 1e-6 * max(1, abs($0)) })
  }

  @Test func oneLevelHasTheScalesOfBefore() throws {
    let layout = ScaleLayout(kinds: [.energy, .drivenTorque], groupLabels: ["c3-c3"])
    #expect(layout.roles == [.noise(.energy), .noise(.drivenTorque), .prior, .coherent("c3-c3")])
    let prepared = try PreparedFamily(SyntheticFamily().family(), options: quickOptions())
    #expect(prepared.otherLevels.isEmpty)
  }

  @Test func gradientsAreThoseOfTheDensity() async throws {
    let options = quickOptions()
    let prepared = try PreparedFamily(mixedFamily(), options: options)
    let geometries = await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await prepared.designs(at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    let density = prepared.posterior(designs, options: options)
    var workspace = PosteriorWorkspace(density)
    let x = density.layout.start.enumerated().map { $1 + 0.2 * Double($0 % 3) }
    let gradient = try #require(density.gradient(x, &workspace))
    for i in x.indices {
      var (up, down) = (x, x)
      up[i] += 1e-4
      down[i] -= 1e-4
      let slope = (density.logDensity(up, &workspace) - density.logDensity(down, &workspace)) / 2e-4
      #expect(abs(slope - gradient[i]) < 1e-4 * max(1, abs(slope)), "\(density.layout.roles[i])")
    }
  }

  @Test func aHeldOutMoleculeOfTheCheapLevelIsPredictedAtItsLevel() async throws {
    let fit = try await TorsionModel.fit(
      mixedFamily(),
      options: quickOptions {
        $0.heldOut = ["C6"]
        $0.purpose = .prediction
      })
    let predictions = fit.predictions
    #expect(!predictions.isEmpty)
    for prediction in predictions {
      let square = prediction.deviations.reduce(0.0) { sum, draws in
        let mean = draws.reduce(0, +) / Double(draws.count)
        return sum + mean * mean
      }
      // At the family's level it would be off by the difference, 0.6 kcal/mol.
      #expect((square / Double(prediction.deviations.count)).squareRoot() < 0.25)
    }
  }
}
