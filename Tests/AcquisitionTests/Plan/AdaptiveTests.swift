// When the choice among points ends.

import Testing

@testable import Acquisition

@Suite struct AdaptiveTests {
  private func scan(done: Int, open: [Int]) throws -> AdaptiveScan {
    let plan = try FakeChemistry.plan("B3LYP-D3BJ/DZVP//GFN2-xTB", spacing: 60)
    let result = JobResult(energy: 0, positions: plan.start, forces: plan.start)
    return AdaptiveScan(
      plan: plan, path: plan.angles.map { _ in plan.start },
      done: Dictionary(uniqueKeysWithValues: (0..<done).map { (5 - $0, result) }), underWay: [], open: open)
  }

  /// The first open point of the last scan that has one; profiles as sharp as said.
  private func options(target: Double?, sd: Double) -> AdaptiveOptions {
    AdaptiveOptions(targetSD: target) { scans in
      let next = scans.indices.last { !scans[$0].open.isEmpty }.map { (scan: $0, point: scans[$0].open[0]) }
      return AdaptiveStep(next: next, largestSD: sd)
    }
  }

  @Test func aTargetThatIsReachedEndsIt() throws {
    let scans = [try scan(done: 4, open: [0, 1]), try scan(done: 0, open: [0, 1, 2, 3, 4, 5])]
    #expect(try options(target: 0.3, sd: 0.4).step(scans).next?.scan == 1)
    #expect(try options(target: 0.3, sd: 0.2).step(scans).next == nil)
    #expect(try options(target: nil, sd: 0).step(scans).next?.scan == 1)
  }

  @Test func aScanThatWasBegunGetsWhatAFitCanUse() throws {
    let scans = [try scan(done: 2, open: [0, 1, 2, 3]), try scan(done: 0, open: [0, 1, 2, 3, 4, 5])]
    let step = try options(target: 0.3, sd: 0.2).step(scans)
    #expect(step.next?.scan == 0 && step.next?.point == 0)
    #expect(try options(target: 0.3, sd: 0.2).step([try scan(done: 2, open: [])]).next == nil)
  }

  @Test func pathsAreKnownBeforeTheirEnergies() throws {
    let plan = try FakeChemistry.plan("B3LYP-D3BJ/DZVP//GFN2-xTB")
    let (_, outcomes) = FakeChemistry.run(plan) { $0[0] }
    #expect(plan.progress([:]).path == nil)
    let relaxed = plan.progress(outcomes.filter { !$0.key.hasPrefix("point-") })
    #expect(relaxed.points == nil && relaxed.path?.count == plan.angles.count)
    #expect(relaxed.ready.map(\.name) == plan.angles.indices.map(pointJobName))
    // A point that was chosen keeps its place whatever else is known.
    let some = plan.progress(outcomes.filter { !$0.key.hasPrefix("point-") || $0.key == "point-07" })
    #expect(some.ready.count == plan.angles.count - 1 && some.points == nil)
  }
}
