// Mixtures of normal densities: noise that a bad point or scan cannot carry away, the linearisation.

import CMath
import Chemistry
import Mechanics
import Statistics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct MixtureTests {
  /// Alkanes of a known truth with one grid point far off.
  private func spoiled(by error: Double) -> Family {
    var family = SyntheticFamily(carbons: [4, 5, 6], points: 18, energyNoise: 0.02, forceNoise: 0.1).family()
    family.molecules[1].scans[0].points[7].energy += error
    return family
  }

  private func options(_ change: (inout FitOptions) -> Void) -> FitOptions {
    quickOptions {
      $0.model.effectivePoints = .infinity
      change(&$0)
    }
  }

  @Test func studentTNoiseNamesABadPoint() async throws {
    let family = spoiled(by: 3)
    let robust = try await TorsionModel.fit(family, options: options { $0.model.noise = .studentT })
    let named = robust.scans.flatMap { scan in scan.downweighted.map { (scan.molecule, $0.frame) } }
    #expect(named.contains { $0 == ("C5", 8) }, "\(named)")
    // It counts least of all, and few others are named: ordinary weights are about one.
    let weights = robust.scans.flatMap { scan in scan.points.map { (scan.molecule, $0.frame, $0.weight ?? 1) }
    }
    let least = try #require(weights.min { $0.2 < $1.2 })
    #expect(least.0 == "C5" && least.1 == 8 && least.2 < 0.05, "\(least)")
    #expect(named.count <= 6, "\(named)")
    let plain = try await TorsionModel.fit(family, options: options { $0.model.noise = .normal })
    #expect(plain.scans.allSatisfy { $0.downweighted.isEmpty })
    let clean = try await TorsionModel.fit(
      spoiled(by: 0), options: options { $0.model.noise = .normal })
    // Nearer to the fit without the bad point than the normal fit is, in energies.
    func distance(_ fit: Fit) -> Double {
      zip(fit.scans, clean.scans).flatMap { a, b in
        zip(a.points, b.points).compactMap { p, q in
          p.fit.flatMap { x in q.fit.map { (p.qm - x, q.qm - $0) } }
        }
      }.reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    #expect(distance(robust) < distance(plain))
  }

  @Test func aScanOfItsOwnIsFoundByNoiseByScan() async throws {
    var family = SyntheticFamily(
      carbons: [4, 5, 6, 7], points: 18, energyNoise: 0.02, forceNoise: 0.1
    ).family()
    var stream = RandomStream(seed: 3)
    for index in family.molecules[0].scans[0].points.indices {
      family.molecules[0].scans[0].points[index].energy += 0.5 * stream.normal()
    }
    let fit = try await TorsionModel.fit(family, options: options { $0.model.noise = .byScan })
    let weights = fit.scans.compactMap(\.noiseWeight)
    #expect(weights.count == fit.scans.count)
    #expect(weights[0] < 0.1 * weights[1...].min()!, "\(weights)")
    #expect(fit.scales.contains { $0.name == "noise degrees of freedom" })
  }

  /// The weights of scans and grid points are drawn from their conditional distribution: at fixed scales and force
  /// constants its mean is known.
  @Test func weightsFollowTheirConditionalDistribution() async throws {
    let family = SyntheticFamily(points: 9, energyNoise: 0.1, forceNoise: 0.3).family()
    let options = options { $0.model.noise = .byScan }
    let prepared = try PreparedFamily(family, options: options)
    let geometries = await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await prepared.designs(at: geometries, likelihood: .energy, every: 1, threads: 2)
    let posterior = prepared.posterior(designs, options: options)
    let scales = posterior.layout.start
    var workspace = PosteriorWorkspace(posterior)
    let w = posterior.coordinates(scales, &workspace) { 0 }
    let k = posterior.forceConstants(w)
    var latent = Augmentation(posterior)
    var ratios = latent.weights.map { _ in 0.0 }
    var stream = RandomStream(seed: 5)
    let count = 4000
    for _ in 0..<count {
      var own = scales
      posterior.drawNoise(&own, &latent, given: w, using: &stream)
      let nu = latent.degreesOfFreedom
      for (s, index) in prepared.scans.enumerated() {
        let rows = designs[s].fitted[.energy]!
        let columns = prepared.molecules[index.molecule].basis.columns
        let residuals = zip(rows.x, rows.y).map { x, y in zip(x, columns).reduce(y) { $0 - $1.0 * k[$1.1] } }
        let mean = residuals.reduce(0, +) / Double(residuals.count)
        let square =
          residuals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * TorsionPosterior.precision(own[0])
        let expected = posterior.scanWeight.mean(
          count: Double(residuals.count - 1), square: square, freedom: nu)
        ratios[s] += latent.weights[s][0] / expected / Double(count)
      }
    }
    // A gamma number of this shape over its mean: sd √(2/freedom), of at least 12; four standard errors of 4000 draws.
    for ratio in ratios { #expect(abs(ratio - 1) < 4 * (2 / 12 / Double(count)).squareRoot()) }
  }

  @Test func linearPosteriorsOfStiffMoleculesNeedNoCorrection() async throws {
    let family = SyntheticFamily(
      carbons: [4, 5], points: 12, energyNoise: 0.02, forceNoise: 0.1, isRelaxed: true
    ).family()
    let fit = try await TorsionModel.fit(
      family,
      options: quickOptions {
        $0.rounds = 3
        // Where every one of 12 points counts, the posterior is half as wide again as it may be.
        $0.model.effectivePoints = 6
        $0.linearisationDraws = 48
      })
    #expect(fit.linearisation.draws == 48 && fit.linearisation.points > 0)
    #expect(fit.linearisation.reason == nil || fit.linearisation.khat == nil)
    #expect(try #require(fit.linearisation.khat) < LinearisationCheck.usableLimit)
    #expect(try #require(fit.linearisation.largestShift) < 0.5)
    let given = try await TorsionModel.fit(family, options: quickOptions())
    #expect(given.linearisation.khat == nil && given.linearisation.reason != nil)
  }

  /// Where the likelihood is sharp against what relaxation changes, the check must say so.
  @Test func linearisationNoticesGeometriesThatFollow() async throws {
    let family = SyntheticFamily(carbons: [4, 5], points: 12, isRelaxed: true).family()
    let options = quickOptions { $0.rounds = 1 }
    let prepared = try PreparedFamily(family, options: options)
    let base = await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: true, threads: 2)
    let designs = await prepared.designs(at: base, likelihood: .energy, every: 1, threads: 2)
    // Draws far apart, and a noise much smaller than what relaxation takes off.
    var stream = RandomStream(seed: 8)
    let draws = (0..<64).map { _ in prepared.table.base.map { $0 + 0.5 * stream.normal() } }
    let posterior = PosteriorDraws(
      forceConstants: [draws], scales: [draws.map { _ in [0.001] }], logDensities: [draws.map { _ in 0 }],
      scaleRoles: [.noise(.energy)], plain: draws.map { PlainDraw(forceConstants: $0, scales: [0.001]) })
    let result = await prepared.linearisation(
      draws: posterior, designs: designs, geometries: base, options: options)
    #expect(result.check.isTooFar, "\(result.check)")
  }

  @Test func leastSquaresReproducesNoiselessEnergies() async throws {
    let family = SyntheticFamily(carbons: [4, 5], points: 24).family()
    let options = quickOptions()
    let prepared = try PreparedFamily(family, options: options)
    let geometries = await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await prepared.designs(at: geometries, likelihood: .energy, every: 1, threads: 2)
    let k = prepared.leastSquares(designs)
    for (s, index) in prepared.scans.enumerated() {
      let columns = prepared.molecules[index.molecule].basis.columns
      let residuals = zip(designs[s].energyRows, designs[s].energyTargets).map { x, y in
        zip(x, columns).reduce(y) { $0 - $1.0 * k[$1.1] }
      }
      let mean = residuals.reduce(0, +) / Double(residuals.count)
      #expect(residuals.allSatisfy { abs($0 - mean) < 1e-4 })
    }
  }
}
