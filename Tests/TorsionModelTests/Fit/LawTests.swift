// What must not change a posterior, and what must be exact.

import Chemistry
import Mechanics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

/// Means and standard deviations of a fit's draws.
private func drawn(_ family: Family, _ change: (inout FitOptions) -> Void = { _ in }) async throws -> [Double] {
  let fit = try await TorsionModel.fit(family, options: quickOptions(change))
  return fit.parameters.flatMap { [$0.draws.mean, $0.draws.sd] }
}

/// What defines the posterior, without draws: the density of two sets of scales against each other, and the mean of the
/// force constants under both; for each kind of noise.
private func posterior(_ family: Family) async throws -> [Double] {
  var result: [Double] = []
  for noise in NoiseModel.allCases {
    let options = quickOptions { $0.model.noise = noise }
    let prepared = try PreparedFamily(family, options: options)
    let geometries = await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await prepared.designs(at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    let density = prepared.posterior(designs, options: options)
    var workspace = PosteriorWorkspace(density)
    let first = density.layout.start
    let second = first.enumerated().map { $1 + 0.3 * Double($0 % 3) }
    result.append(density.logDensity(first, &workspace) - density.logDensity(second, &workspace))
    result += density.conditionalMean(first, &workspace) + density.conditionalMean(second, &workspace)
  }
  return result
}

private func agree(_ a: [Double], _ b: [Double]) -> Bool {
  // Rounding of coordinates is magnified by the precision of noiseless rows.
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 * max(1, abs($0)) }
}

@Suite struct LawTests {
  let family = SyntheticFamily(points: 12, energyNoise: 0.05, forceNoise: 0.2).family()

  private func changed(_ family: Family? = nil, _ change: (inout Molecule) -> Void) -> Family {
    var result = family ?? self.family
    for index in result.molecules.indices { change(&result.molecules[index]) }
    return result
  }

  @Test func constantsAddedToEnergiesChangeNothing() async throws {
    let shifted = changed { molecule in
      for s in molecule.scans.indices {
        for p in molecule.scans[s].points.indices {
          molecule.scans[s].points[p].energy += 37.5 * Double(s + 1)
        }
      }
    }
    #expect(try agree(await posterior(shifted), await posterior(family)))
  }

  @Test func reversedQuartetsChangeNothing() async throws {
    let reversed = changed { molecule in
      for s in molecule.scans.indices { molecule.scans[s].driven = molecule.scans[s].driven.reversed }
      for t in molecule.topology.torsions.indices where t % 2 == 0 {
        molecule.topology.torsions[t].quartet = molecule.topology.torsions[t].quartet.reversed
      }
    }
    #expect(try agree(await posterior(reversed), await posterior(family)))
  }

  @Test func rotationsChangeNothing() async throws {
    let axis = Vector3(1, 2, -0.5).normalized
    let turned = changed { molecule in
      for s in molecule.scans.indices {
        for p in molecule.scans[s].points.indices {
          let angle = 0.3 + Double(p)
          func turn(_ v: Vector3) -> Vector3 { rotated(v, about: axis, through: .zero, by: angle) }
          let point = molecule.scans[s].points[p]
          molecule.scans[s].points[p].coordinates = point.coordinates.map { turn($0) + Vector3(5, -3, 1) }
          molecule.scans[s].points[p].forces = point.forces?.map(turn)
        }
      }
    }
    #expect(try agree(await posterior(turned), await posterior(family)))
  }

  @Test func shuffledPointsAndRenamedMoleculesChangeNothing() async throws {
    var random = SeededGenerator(seed: 3)
    var other = changed { molecule in
      molecule.id = "renamed " + molecule.id
      for s in molecule.scans.indices { molecule.scans[s].points.shuffle(using: &random) }
    }
    other.molecules.reverse()
    #expect(try agree(await posterior(other), await posterior(family)))
  }

  @Test func relabelledAtomsChangeNothing() async throws {
    // Without noise on the forces, which would turn the molecule as a whole: then the torque of one side is not minus
    // that of the other, and which side turns depends on the labels.
    let quiet = SyntheticFamily(points: 12, energyNoise: 0.05).family()
    let relabelled = changed(quiet) { molecule in
      let count = molecule.topology.atoms.count
      // Atom a becomes atom count − 1 − a.
      func new(_ a: Int) -> Int { count - 1 - a }
      func new(_ q: Quartet) -> Quartet { Quartet(new(q.i), new(q.j), new(q.k), new(q.l)) }
      molecule.topology.atoms.reverse()
      for i in molecule.topology.bonds.indices {
        molecule.topology.bonds[i].i = new(molecule.topology.bonds[i].i)
        molecule.topology.bonds[i].j = new(molecule.topology.bonds[i].j)
      }
      for i in molecule.topology.angles.indices {
        molecule.topology.angles[i].i = new(molecule.topology.angles[i].i)
        molecule.topology.angles[i].j = new(molecule.topology.angles[i].j)
        molecule.topology.angles[i].k = new(molecule.topology.angles[i].k)
      }
      for i in molecule.topology.torsions.indices {
        molecule.topology.torsions[i].quartet = new(molecule.topology.torsions[i].quartet)
      }
      for i in molecule.topology.pairs.indices {
        molecule.topology.pairs[i].i = new(molecule.topology.pairs[i].i)
        molecule.topology.pairs[i].j = new(molecule.topology.pairs[i].j)
      }
      for s in molecule.scans.indices {
        molecule.scans[s].driven = new(molecule.scans[s].driven)
        for p in molecule.scans[s].points.indices {
          molecule.scans[s].points[p].coordinates.reverse()
          molecule.scans[s].points[p].forces?.reverse()
        }
      }
    }
    #expect(try agree(await posterior(relabelled), await posterior(quiet)))
  }

  @Test func splitScansAreOneScan() async throws {
    let split = changed { molecule in
      molecule.scans = molecule.scans.flatMap { scan -> [Scan] in
        let even = scan.points.indices.filter { $0 % 2 == 0 }.map { scan.points[$0] }
        let odd = scan.points.indices.filter { $0 % 2 == 1 }.map { scan.points[$0] }
        return [
          Scan(id: scan.id + "a", driven: scan.driven, points: odd),
          Scan(id: scan.id + "b", driven: scan.driven.reversed, points: even),
        ]
      }
    }
    #expect(try agree(await posterior(split), await posterior(family)))
  }

  @Test func scansOnDifferentZerosKeepTheirOffsets() async throws {
    // The second half on another zero, and a whole second scan over the same angles.
    func doubled(_ shift: Double) -> Family {
      changed { molecule in
        molecule.scans += molecule.scans.map { scan in
          var other = scan
          other.id += " again"
          for p in other.points.indices { other.points[p].energy += shift }
          return other
        }
      }
    }
    let (plain, shifted) = (try await posterior(doubled(0)), try await posterior(doubled(50)))
    #expect(agree(plain, shifted))
  }

  @Test func threadsAndRepeatsGiveTheSameBits() async throws {
    let one = try await drawn(family) { $0.threads = 1 }
    for threads in 1...3 {
      let other = try await drawn(family) { $0.threads = threads }
      #expect(other == one)
    }
    let differing = try await drawn(family) { $0.seed = 2 }
    #expect(differing != one)
  }

  @Test func everyRowIsExactAtTheTruth() async throws {
    let synthetic = SyntheticFamily(points: 9)
    for likelihood in LikelihoodKind.allCases {
      let prepared = try PreparedFamily(synthetic.family(), options: quickOptions())
      let geometries = await prepared.relaxedScans(
        under: nil, options: RelaxationOptions(), relax: false, threads: 1)
      let designs = await prepared.designs(at: geometries, likelihood: likelihood, every: 1, threads: 1)
      let truth = prepared.table.parameters.map { parameter in
        synthetic.truth.terms[parameter.type]?.first { $0.periodicity == parameter.periodicity }?
          .cosineAmplitude ?? 0
      }
      for (s, index) in prepared.scans.enumerated() {
        let columns = prepared.molecules[index.molecule].basis.columns
        for (kind, rows) in designs[s].fitted {
          let residuals = rows.y.indices.map { i in
            zip(rows.x[i], columns).reduce(rows.y[i]) { $0 - $1.0 * truth[$1.1] }
          }
          // Energies are on a zero of their own.
          let offset = kind == .energy ? residuals.reduce(0, +) / Double(residuals.count) : 0
          #expect(residuals.allSatisfy { abs($0 - offset) < 1e-8 }, "\(kind)")
        }
      }
    }
  }

  @Test func noiselessTruthIsRecovered() async throws {
    let synthetic = SyntheticFamily(carbons: [4, 5, 6], isRelaxed: true)
    var options = quickOptions()
    options.rounds = 10
    let fit = try await TorsionModel.fit(synthetic.family(), options: options)
    #expect((fit.fitRMSE ?? 1) < 0.01 && (fit.baseRMSE ?? 0) > 0.2)
    for p in fit.parameters where p.contraction > 0.99 {
      let truth =
        synthetic.truth.terms[p.parameter.type]?.first { $0.periodicity == p.parameter.periodicity }?
        .cosineAmplitude ?? 0
      #expect(abs(p.draws.mean - truth) < 0.03, "\(p.parameter.label)")
    }
  }

  @Test func intervalsHoldTheTruthAtTheirRate() async throws {
    var (inside50, inside90, count) = (0, 0, 0)
    for seed in 1...25 as ClosedRange<UInt64> {
      let synthetic = SyntheticFamily(points: 12, energyNoise: 0.1, forceNoise: 0.3, seed: seed)
      // Noise that really is independent: then every grid point counts.
      let options = quickOptions {
        $0.seed = seed
        $0.model.noise = .normal
        $0.model.effectivePoints = .infinity
      }
      let prepared = try PreparedFamily(synthetic.family(), options: options)
      let geometries = await prepared.relaxedScans(
        under: nil, options: options.relaxation, relax: false, threads: 2)
      let designs = await prepared.designs(
        at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
      let truth = prepared.table.parameters.map { parameter in
        synthetic.truth.terms[parameter.type]?.first { $0.periodicity == parameter.periodicity }?
          .cosineAmplitude ?? 0
      }
      let fit = try await TorsionModel.fit(synthetic.family(), options: options)
      let draws = Array(fit.draws.forceConstants.joined())
      // Differences of torsion energy along the scans: what the data determine, unlike single force constants.
      for (s, index) in prepared.scans.enumerated() {
        let columns = prepared.molecules[index.molecule].basis.columns
        let rows = designs[s].energyRows
        for (a, b) in [(0, 2), (0, 6), (3, 7)] {
          func difference(_ k: [Double]) -> Double {
            columns.indices.reduce(0) { $0 + (rows[a][$1] - rows[b][$1]) * k[columns[$1]] }
          }
          let summary = drawSummary(draws.map(difference))
          count += 1
          if summary.interval50.contains(difference(truth)) { inside50 += 1 }
          if summary.interval90.contains(difference(truth)) { inside90 += 1 }
        }
      }
    }
    // Differences of one fit are correlated, so that 150 of them count like some 50: about four standard errors.
    #expect(count == 150)
    #expect(abs(Double(inside50) / Double(count) - 0.5) < 0.25, "\(inside50) of \(count)")
    #expect(abs(Double(inside90) / Double(count) - 0.9) < 0.13, "\(inside90) of \(count)")
  }

  @Test func degenerateDirectionsStaySmall() async throws {
    // A 60° grid of energies cannot tell n = 2 from n = 4, nor cos 3φ from nothing.
    let coarse = SyntheticFamily(carbons: [4], points: 6).family()
    let fit = try await TorsionModel.fit(coarse, options: quickOptions { $0.likelihood = .energy })
    #expect(fit.rank < fit.parameters.count)
    #expect(fit.parameters.allSatisfy { abs($0.draws.mean) < 1.5 && $0.draws.sd < 1 })
  }

  @Test func heldOutMoleculesTellNothing() async throws {
    var other = family
    for p in other.molecules[1].scans[0].points.indices {
      other.molecules[1].scans[0].points[p].energy *= 1.001
    }
    let options: (inout FitOptions) -> Void = { $0.heldOut = ["C5"] }
    let (first, second) = (try await drawn(other, options), try await drawn(family, options))
    #expect(first == second)
    await #expect(throws: ModelError.self) { try await drawn(family) { $0.heldOut = ["C99"] } }
    var rules = family
    rules.rules = [TorsionRule(pattern: ["zz", "X", "X", "zz"], periodicities: nil)]
    await #expect(throws: ModelError.self) { try await drawn(rules) }
  }
}
