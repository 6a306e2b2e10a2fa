// Errors by the definitions of others: closed forms, and what they must not depend on.

import Chemistry
import Support
import SyntheticFamilies
import Testing

import CMath
@testable import TorsionModel

private func near(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
  a.map { abs($0 - b) < tolerance } ?? false
}

@Suite struct PublishedErrorsTests {
  private func errors(
    _ qm: [Double], _ relaxed: [Double?], atQM: [Double?]? = nil, rmsd: [Double?] = [nil]
  ) -> PublishedErrors {
    PublishedErrors(qm: qm, relaxed: relaxed, atQM: atQM ?? relaxed, heavyRMSD: rmsd, allRMSD: rmsd)
  }

  @Test func closedForms() {
    // Zero at the QM minimum, the second point: differences 1, 0, 3; after the mean shift −1/3, −4/3, 5/3.
    let found = errors([2, 0, 4], [8, 5, 12], atQM: [3, 0, 7], rmsd: [3, 4, nil])
    #expect(near(found.forceBalanceRMSE, (10.0 / 3).squareRoot()))
    #expect(near(found.yammbsRMSE, (10.0 / 3).squareRoot()))
    #expect(near(found.espalomaRMSE, (42.0 / 27).squareRoot()))
    #expect(near(found.yammbsRMSD, 12.5.squareRoot()) && near(found.barrierError, 7 - 4))
    #expect(found.points == 3)
  }

  @Test func jensenShannonDistances() {
    let kT = Units.gasConstant * 500
    func distance(_ a: [Double], _ b: [Double]) -> Double? { jensenShannonDistance(a, b, temperature: 500) }
    #expect(distance([0, 1, 2], [0, 1, 2]) == 0)
    // Shares ¾ and ¼ against ¼ and ¾: ¾ log₂ 1.5 − ¼.
    let a = [0, kT * log(3.0)]
    #expect(near(distance(a, a.reversed()), (0.75 * log2(1.5) - 0.25).squareRoot()))
    #expect(near(distance([0, 1e6], [1e6, 0]), 1))
    #expect(distance([], []) == nil)
    // Any zero, either order; reordered points.
    let (p, q) = ([0.3, 1.7, 0, 4.0], [0, 2.2, 0.9, 3.0])
    #expect(near(distance(p.map { $0 - 8000 }, q), distance(q, p)!, 1e-9))
    #expect(near(distance(p.reversed(), q.reversed()), distance(p, q)!))
    // numpy and scipy: jensenshannon(exp(-p/kT)/Σ, exp(-q/kT)/Σ, base=2) with k = 0.0019872043.
    #expect(near(distance(p, q), 0.24708113, 1e-6), "\(distance(p, q)!)")
  }

  @Test func superposition() {
    var random = SeededGenerator(seed: 8)
    func vector() -> Vector3 {
      Vector3(
        .random(in: -2...2, using: &random), .random(in: -2...2, using: &random),
        .random(in: -2...2, using: &random))
    }
    let a = (0..<9).map { _ in vector() }
    let axis = Vector3(0.3, -1, 2).normalized
    let turned = a.map { rotated($0, about: axis, through: .zero, by: 2.1) + Vector3(5, -3, 1) }
    #expect(near(superposedRMSD(a, turned), 0, 1e-6))
    let b = a.map { $0 + 0.3 * vector() }
    let distance = superposedRMSD(a, b)!
    let moved = b.map { rotated($0, about: axis, through: .zero, by: -0.7) + Vector3(1, 2, 3) }
    #expect(near(superposedRMSD(a, moved), distance, 1e-9) && near(superposedRMSD(b, a), distance, 1e-9))
    #expect(near(superposedRMSD(a.reversed(), b.reversed()), distance, 1e-9))
    // Not more than without superposition, and more than nothing.
    let plain = (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1).dot($1.0 - $1.1) } / 9).squareRoot()
    #expect(distance > 0.05 && distance <= plain)
    // Two atoms 0.4 Å further apart: each 0.2 Å off, whatever the direction.
    let pair = [Vector3(0, 0, 0), Vector3(1, 0, 0)]
    #expect(near(superposedRMSD(pair, [Vector3(3, 0, 0), Vector3(3, 1.4, 0)]), 0.2, 1e-9))
    // A mirror image of a chiral molecule is another geometry.
    #expect(superposedRMSD(a, a.map { Vector3(-$0.x, $0.y, $0.z) })! > 0.1)
    #expect(superposedRMSD([], []) == nil && near(superposedRMSD([a[0]], [a[1]]), 0))
  }

  @Test func nothingDependsOnTheZero() {
    let (qm, mm) = ([2.0, 0, 4, 1], [1.0, 0.5, nil, 2])
    let here = errors(qm, mm)
    let there = errors(qm.map { $0 - 4096 }, mm.map { $0.map { $0 + 512 } })
    #expect(here == there)
    #expect(here.points == 3)
  }

  @Test func undefinedIsNil() {
    let none = errors([1, 2], [nil, nil])
    #expect(none.forceBalanceRMSE == nil && none.yammbsJSDistance == nil && none.barrierError == nil)
    #expect(none.yammbsRMSD == nil && none.points == 0)
    let pooled = PooledPublishedErrors([none])
    #expect(pooled.shareBelowOne == nil && pooled.forceBalanceRMSE == nil && pooled.barrierMAE == nil)
    #expect(PooledPublishedErrors([]).scans == 0)
  }

  @Test func poolingFollowsTheSources() {
    let small = errors([0, 1], [0, 1.5])
    let large = errors([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 9])
    let pooled = PooledPublishedErrors([small, large])
    #expect(near(pooled.forceBalanceRMSE, ((0.25 + 16) / 8).squareRoot()))
    #expect(near(pooled.yammbsRMSE, (0.125.squareRoot() + (16.0 / 6).squareRoot()) / 2))
    #expect(near(pooled.barrierMAE, (0.5 + 4) / 2) && pooled.shareBelowOne == 0.5)
  }

  /// A fit to its own force field is perfect by every definition, and geometries as given are QM's.
  @Test func aPerfectFitHasNoErrors() async throws {
    let family = SyntheticFamily(carbons: [4], points: 12).family()
    var truth = family
    let parameters = SyntheticFamily(carbons: [4]).truth
    truth.molecules[0].topology = parameters.applied(to: family.molecules[0].topology)
    let found = try await fit(truth, options: quickOptions { $0.likelihood = .energy })
    let base = try #require(found.scans[0].published?.base)
    #expect(near(base.forceBalanceRMSE, 0, 1e-8) && near(base.espalomaRMSE, 0, 1e-8))
    #expect(near(base.yammbsRMSD, 0, 1e-6) && near(base.yammbsJSDistance, 0, 1e-6))
    #expect(near(base.barrierError, 0, 1e-8) && base.points == 12)
  }
}
