// A cause that is planted is the one that is named.

import Chemistry
import Mechanics
import Support
import SyntheticFamilies
import Testing

import CMath
@testable import TorsionModel

@Suite struct FitCausesTests {
  /// Hydrogens of butane turned against the base force field by several kcal/mol.
  private let strong = TorsionParameters([
    TorsionType("c3", "c3", "c3", "c3"): [
      TorsionTerm(periodicity: 1, phase: 0, forceConstant: 2.5),
      TorsionTerm(periodicity: 2, phase: 0, forceConstant: -1.5),
    ]
  ])

  private func family(_ carbons: [Int], _ change: (inout SyntheticFamily) -> Void = { _ in }) -> Family {
    var synthetic = SyntheticFamily(carbons: carbons)
    change(&synthetic)
    return synthetic.family()
  }

  private func causes(_ family: Family, _ change: (inout FitOptions) -> Void = { _ in }) async throws
    -> [ScanCause]
  {
    try await TorsionModel.fit(family, options: quickOptions(change)).scans.compactMap(\.cause)
  }

  @Test func stepsSumUpAndTheLargestIsNamed() {
    let steps = ErrorSteps(
      form: 0.1, sharing: 0.15, noise: 0.3, prior: 0.9, relaxation: 0.85, unfittedPoints: 0.88)
    #expect(abs(steps.steps.reduce(0) { $0 + $1.size } - 0.88) < 1e-12)
    #expect(steps.largest == .prior && steps.isFar && ScanCause(steps).cause == .prior)
    // Small, and near what least squares leaves.
    let good = ErrorSteps(
      form: 0.1, sharing: 0.15, noise: 0.2, prior: 0.25, relaxation: 0.3, unfittedPoints: 0.3)
    #expect(!good.isFar && ScanCause(good).cause == nil)
    // Small, but far from it; and near it, but large.
    #expect(ErrorSteps(form: 0, sharing: 0, noise: 0, prior: 0, relaxation: 0.3, unfittedPoints: 0.3).isFar)
    #expect(
      ErrorSteps(form: 0.6, sharing: 0.6, noise: 0.6, prior: 0.6, relaxation: 0.6, unfittedPoints: 0.6)
        .largest
        == .form)
    let pooled = ErrorSteps.pooled([steps, good], weights: [24, 12])
    #expect(abs((pooled?.prior ?? 0) - ((24 * 0.81 + 12 * 0.0625) / 36).squareRoot()) < 1e-12)
    #expect(ErrorSteps.pooled([], weights: []) == nil)
  }

  @Test func nothingIsNamedWhereNothingIsWrong() async throws {
    let found = try await causes(family([4, 5, 6]))
    #expect(found.count == 4 && found.allSatisfy { $0.cause == nil }, "\(found)")
    #expect(found.allSatisfy { $0.steps.form < 0.02 && $0.steps.sharing < 0.02 })
    // Geometries as given relax to themselves.
    #expect(found.allSatisfy { abs($0.steps.relaxation - $0.steps.prior) < 1e-6 })
  }

  @Test func aPriorThatHoldsBackIsNamed() async throws {
    let far = family([4]) { $0.truth = strong }
    let found = try await causes(far) { $0.model.effectivePoints = 0.02 }
    #expect(found.map(\.cause) == [.prior], "\(found)")
    #expect(found[0].leastSquaresChange > found[0].fittedChange && found[0].steps.noise < 0.1)
    // The option that is named helps.
    let more = try await causes(far) { $0.model.effectivePoints = 24 }
    #expect(more[0].steps.prior < 0.5 * found[0].steps.prior)
  }

  @Test func typesThatMoleculesDoNotShareAreNamed() async throws {
    var both = family([4])
    var other = family([5]) { $0.truth = strong }
    other.molecules[0].scans = [other.molecules[0].scans[0]]
    both.molecules += other.molecules
    let found = try await causes(both)
    #expect(found.count == 2 && found.contains { $0.cause == .sharing }, "\(found)")
    #expect(found.allSatisfy { $0.steps.form < 0.05 })
  }

  @Test func torquesThatDisagreeAreNamed() async throws {
    var wrong = family([4])
    for p in wrong.molecules[0].scans[0].points.indices {
      let forces = wrong.molecules[0].scans[0].points[p].forces ?? []
      wrong.molecules[0].scans[0].points[p].forces = forces.map { $0 * -4 }
    }
    let options = quickOptions { $0.model.noise = .normal }
    let prepared = try PreparedFamily(wrong, options: options)
    let geometries = await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await prepared.designs(
      at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    var draws = await prepared.posterior(designs, options: options).sample(options)
    // A posterior that takes the torques for exact.
    for (place, role) in draws.scaleRoles.enumerated() where role == .noise(.drivenTorque) {
      for c in draws.scales.indices {
        for d in draws.scales[c].indices { draws.scales[c][d][place] = 0.001 }
      }
    }
    let mean = prepared.leastSquaresByBlock(designs) { _, kind, _ in kind == .drivenTorque ? 1 : 0 }
    let found = prepared.causes(
      designs, draws: draws, mean: mean, relaxed: geometries, options: options)
    let steps = try #require(found[0]?.steps)
    #expect(steps.sharing < 0.05 && steps.noise > 0.5 && abs(steps.prior - steps.noise) < 0.2, "\(steps)")
    #expect(found[0]?.isOfTorques == true)
    #expect(steps.steps.dropLast(2).max { $0.size < $1.size }?.cause == .noise)
  }

  @Test func whatTorsionsCannotSayIsNamed() async throws {
    var odd = family([4])
    let driven = odd.molecules[0].scans[0].driven
    for p in odd.molecules[0].scans[0].points.indices {
      let angle = dihedralAngle(driven, in: odd.molecules[0].scans[0].points[p].coordinates)
      odd.molecules[0].scans[0].points[p].energy += 1.5 * cos(5 * angle)
    }
    let found = try await causes(odd) { $0.likelihood = .energy }
    #expect(found.map(\.cause) == [.form] && found[0].pointApart == nil && !found[0].isInRing, "\(found)")
    var broken = family([4])
    broken.molecules[0].scans[0].points[7].energy += 6
    let frame = broken.molecules[0].scans[0].points[7].frame
    let single = try await causes(broken) { $0.likelihood = .energy }
    #expect(single.map(\.cause) == [.form] && single[0].pointApart == frame, "\(single)")
  }

  /// A bond without a force closes a ring about the driven bond.
  @Test func ringsAreNamed() async throws {
    var ring = family([4])
    ring.molecules[0].topology.bonds.append(HarmonicBond(i: 0, j: 3, forceConstant: 0, length: 1.5))
    let driven = ring.molecules[0].scans[0].driven
    for p in ring.molecules[0].scans[0].points.indices {
      let angle = dihedralAngle(driven, in: ring.molecules[0].scans[0].points[p].coordinates)
      ring.molecules[0].scans[0].points[p].energy += 3 * cos(7 * angle)
    }
    let found = try await causes(ring) { $0.likelihood = .energy }
    #expect(found.map(\.cause) == [.form] && found[0].isInRing, "\(found)")
  }

  @Test func pointsThatAreNotFittedAreNamed() async throws {
    // Sorted by angle, every second point is off: none of those that are fitted.
    var odd = family([4])
    let driven = odd.molecules[0].scans[0].driven
    let order = odd.molecules[0].scans[0].points.indices.sorted {
      let points = odd.molecules[0].scans[0].points
      return dihedralAngle(driven, in: points[$0].coordinates)
        < dihedralAngle(driven, in: points[$1].coordinates)
    }
    for (place, p) in order.enumerated() where place % 2 == 1 {
      odd.molecules[0].scans[0].points[p].energy += 3
    }
    let found = try await causes(odd) {
      $0.every = 2
      $0.likelihood = .energy
    }
    #expect(found.map(\.cause) == [.unfittedPoints], "\(found)")
  }

  @Test func relaxedEnergiesThatLeaveTheRowsAreNamed() async throws {
    let options = quickOptions()
    let prepared = try PreparedFamily(family([4, 5]), options: options)
    var geometries = await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await prepared.designs(
      at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    let density = prepared.posterior(designs, options: options)
    let draws = await density.sample(options)
    let mean = prepared.leastSquares(designs)
    // Energies of those force constants, with three points of the second scan in another shape.
    for s in prepared.scans.indices {
      let columns = prepared.molecules[prepared.scans[s].molecule].basis.columns
      let points = prepared.scan(prepared.scans[s]).points
      for (place, point) in designs[s].points.enumerated() {
        let torsions = zip(designs[s].energyRows[place], columns).reduce(0) { $0 + $1.0 * mean[$1.1] }
        geometries[s].energies[point] = points[point].energy - designs[s].energyTargets[place] + torsions
      }
    }
    func found() -> [ScanCause?] {
      prepared.causes(designs, draws: draws, mean: mean, relaxed: geometries, options: options)
    }
    #expect(found().allSatisfy { $0 != nil && $0?.cause == nil })
    for point in 4...6 { geometries[1].energies[point]! += 4 }
    #expect(found()[0]?.cause == nil && found()[1]?.cause == .relaxation)
    geometries[1].energies[4] = nil
    #expect(found()[1]?.cause == .relaxation)
  }

  @Test func heldOutScansHaveNone() async throws {
    let fit = try await TorsionModel.fit(family([4, 5]), options: quickOptions { $0.heldOut = ["C5"] })
    #expect(fit.scans.map { $0.cause == nil } == [false, true])
    #expect(fit.fittedMolecules == ["C4"])
  }

  @Test func blocksThatNothingLinksAreSolvedAlone() async throws {
    let options = quickOptions()
    let prepared = try PreparedFamily(family([4, 5, 6]), options: options)
    let geometries = await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: false, threads: 2)
    let designs = await prepared.designs(
      at: geometries, likelihood: options.likelihood, every: 1, threads: 2)
    let whole = prepared.leastSquares(designs)
    let blocks = prepared.leastSquaresByBlock(designs) { _, kind, _ in kind == .energy ? 1 : 0 }
    #expect(zip(whole, blocks).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}
