// Plans of scans: the lowest way wins, in whatever order jobs end.

import Support
import Testing

@testable import Acquisition

@Suite struct WavefrontTests {
  @Test func theLowestWayWins() throws {
    let plan = try FakeChemistry.plan()
    let (points, _) = FakeChemistry.run(plan) { $0[0] }
    for (angle, point) in zip(plan.angles, points) {
      let lowest = min(FakeChemistry.energy(angle, 0), FakeChemistry.energy(angle, 1))
      #expect(point?.energy == lowest, "at \(angle)")
    }
  }

  /// Coming up from 45°, a relaxation at 60° falls into a third branch, which exists from 15° to 60° and which no sweep meets.
  @Test func aBranchFoundWhileSpreadingSpreadsBothWays() throws {
    let plan = try FakeChemistry.plan()
    var outcomes: [String: JobOutcome] = [:]
    while true {
      let progress = plan.progress(outcomes)
      if let points = progress.points {
        let third = zip(plan.angles, points).filter { $0.1?.energy == -5 }.map(\.0)
        #expect(third == [15, 30, 45, 60])
        return
      }
      for job in progress.ready {
        var result = FakeChemistry.result(job.input)
        let (before, origin) = (job.input.positions[0][0], job.input.positions[1][1])
        let falls = before == 1 && origin == 45 && job.input.angle == 60
        let stays = before == 2 && (15...60).contains(job.input.angle)
        if falls || stays {
          result.energy = -5
          result.positions[0][0] = 2
        }
        result.positions[1][1] = job.input.angle
        outcomes[job.name] = .done(result)
      }
    }
  }

  /// A branch from 15° to 60° that only the second start lies in; its sweeps fall out of it on both sides.
  @Test func aFurtherStartFindsItsBranch() throws {
    var plan = try FakeChemistry.plan()
    let alone = plan
    // At 30°: the same geometry turned by 82°, marked as of the third branch.
    plan.otherStarts = [plan.start]
    plan.otherStarts[0][0][0] = 2
    plan.otherStarts[0][3] = [0.39, 0.92, 1.6]
    var outcomes: [String: JobOutcome] = [:]
    while true {
      let progress = plan.progress(outcomes)
      #expect(Set(progress.ready.map(\.name)).count == progress.ready.count)
      if let points = progress.points {
        #expect(zip(plan.angles, points).filter { $0.1?.energy == -5 }.map(\.0) == [15, 30, 45, 60])
        let others = FakeChemistry.run(alone) { $0[0] }.points
        #expect(zip(points, others).allSatisfy { ($0?.energy ?? 0) <= ($1?.energy ?? 0) })
        break
      }
      for job in progress.ready {
        var result = FakeChemistry.result(job.input)
        if job.input.positions[0][0] == 2, (15...60).contains(job.input.angle) {
          result.energy = -5
          result.positions[0][0] = 2
        }
        outcomes[job.name] = .done(result)
      }
    }
    #expect(plan.identity != alone.identity && plan.sweepJobs == 2 * alone.sweepJobs)
  }

  @Test(arguments: 0..<20) func orderOfEndsChangesNothing(seed: Int) throws {
    let plan = try FakeChemistry.plan("B3LYP-D3BJ/DZVP//GFN2-xTB")
    var generator = SplitMix(seed: UInt64(seed))
    let calm = FakeChemistry.run(plan) { $0[0] }
    let wild = FakeChemistry.run(plan) { $0.randomElement(using: &generator) ?? $0[0] }
    #expect(calm.outcomes == wild.outcomes)
    #expect(plan.fileText(calm.points) == plan.fileText(wild.points))
  }

  @Test func energiesComeFromTheBetterLevel() throws {
    let plan = try FakeChemistry.plan("B3LYP-D3BJ/DZVP//GFN2-xTB")
    let (points, outcomes) = FakeChemistry.run(plan) { $0[0] }
    #expect(points.allSatisfy { ($0?.energy ?? 0) > 90 })
    let singles = outcomes.keys.filter { $0.hasPrefix("point-") }
    #expect(singles.count == plan.angles.count)
  }

  @Test func aParkedJobCostsNoNeighbour() throws {
    let plan = try FakeChemistry.plan()
    let (points, outcomes) = FakeChemistry.run(plan, parked: ["up-03", "down-07"]) { $0[0] }
    #expect(points.allSatisfy { $0 != nil })
    #expect(outcomes["up-04"]?.result != nil)
  }

  @Test func aPointThatFailsFromEverywhereIsMissing() throws {
    let plan = try FakeChemistry.plan()
    let target = (plan.first + 3) % plan.angles.count
    let angle = plan.angles[target]
    var outcomes: [String: JobOutcome] = [:]
    while plan.progress(outcomes).points == nil {
      let job = plan.progress(outcomes).ready[0]
      outcomes[job.name] =
        job.input.angle == angle ? .parked("breaks") : .done(FakeChemistry.result(job.input))
    }
    let points = try #require(plan.progress(outcomes).points)
    #expect(points.indices.filter { points[$0] == nil } == [target])
    #expect(plan.fileText(points).components(separatedBy: "grid_angle=").count == plan.angles.count)
  }

  @Test func allFailingEndsToo() throws {
    let plan = try FakeChemistry.plan()
    var outcomes: [String: JobOutcome] = [:]
    for _ in 0..<1000 {
      let progress = plan.progress(outcomes)
      if let points = progress.points {
        #expect(points.allSatisfy { $0 == nil })
        return
      }
      for job in progress.ready { outcomes[job.name] = .parked("no program") }
    }
    Issue.record("the plan does not end")
  }

  @Test func aSweepStartsFromItsNeighbour() throws {
    let plan = try FakeChemistry.plan()
    let (_, outcomes) = FakeChemistry.run(plan) { $0[0] }
    var partial = outcomes.filter { $0.key == "seed" || $0.key == "up-01" }
    partial["up-01"] = .done(
      JobResult(energy: 0, positions: [[7, 7, 7], [0, 0, 0], [0, 0, 1], [1, 0, 1]], forces: []))
    let next = plan.progress(partial).ready.first { $0.name == "up-02" }
    #expect(next?.input.positions[0] == [7, 7, 7])
  }
}

/// A small generator for orders of jobs.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
