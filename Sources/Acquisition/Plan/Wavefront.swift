// Which jobs of a scan come next: two sweeps round the circle, then the lower branches spread to their neighbours.
//
// Everything is a function of finished jobs alone. A job starts from the results of predecessors that its name fixes, so that
// geometries are the same whoever finishes first.

/// How far a scan is.
public struct ScanProgress: Sendable {
  /// Jobs whose predecessors have ended and that have not.
  public var ready: [PlannedJob]
  /// The lowest result at each grid point, nil where none was found; nil while jobs are missing.
  public var points: [JobResult?]?
  /// The lowest relaxed geometry at each grid point, nil where none was found; nil while relaxations are missing.
  public var path: [JobResult?]? = nil
  /// Jobs that are sure to come, those ready among them; more may follow where branches spread.
  public var remainingRelaxations: Int
  /// Single points that are sure to come.
  public var remainingPoints: Int
}

/// Sweeps agree and a branch is not lower when energies differ by less, kcal/mol.
let settledEnergy = 0.01

extension ScanPlan {
  /// What comes next, from what has ended.
  /// - Parameter outcomes: ends of this scan's jobs by their names.
  public func progress(_ outcomes: [String: JobOutcome]) -> ScanProgress {
    var walk = Wavefront(plan: self, outcomes: outcomes)
    return walk.progress()
  }
}

/// One replay of a scan from its finished jobs.
private struct Wavefront {
  let plan: ScanPlan
  let outcomes: [String: JobOutcome]
  let count: Int
  let first: Int
  var ready: [PlannedJob] = []

  init(plan: ScanPlan, outcomes: [String: JobOutcome]) {
    self.plan = plan
    self.outcomes = outcomes
    count = plan.angles.count
    first = plan.first
  }

  mutating func progress() -> ScanProgress {
    let singles = plan.recipe.energy == nil ? 0 : count
    let sweeps = [1, -1].map { sweep($0) }
    guard ready.isEmpty, let up = sweeps[0], let down = sweeps[1] else {
      let ended = outcomes.count
      return ScanProgress(
        ready: ready, points: nil, remainingRelaxations: 2 * count + 1 - ended, remainingPoints: singles)
    }
    guard let best = spread(up, down) else {
      return ScanProgress(
        ready: ready, points: nil, remainingRelaxations: ready.count, remainingPoints: singles)
    }
    guard plan.recipe.energy != nil else {
      return ScanProgress(
        ready: [], points: best, path: best, remainingRelaxations: 0, remainingPoints: 0)
    }
    let points = best.enumerated().map { point, result in
      result.flatMap { ended(pointJobName(point), .point, at: point, from: $0.positions)?.result }
    }
    return ScanProgress(
      ready: ready, points: ready.isEmpty ? points : nil, path: best, remainingRelaxations: 0,
      remainingPoints: ready.count)
  }

  /// The end of a job; nil, with the job among those ready, while it has none.
  private mutating func ended(
    _ name: String, _ kind: JobInput.Kind, at point: Int, from positions: [[Double]]
  ) -> JobOutcome? {
    if let outcome = outcomes[name] { return outcome }
    ready.append(PlannedJob(name: name, input: plan.job(kind, at: point, from: positions)))
    return nil
  }

  /// The results of a sweep at each grid point, once round the circle and back to the first, which comes last as its own
  /// entry; each job starts from the last good one before it. Nil while it is under way.
  private mutating func sweep(_ step: Int) -> [JobResult?]? {
    var results = [JobResult?](repeating: nil, count: count + 1)
    // Both sweeps share the seed; the second to ask must not list it twice.
    guard let seed = outcomes["seed"] else {
      if ready.isEmpty { _ = ended("seed", .relax, at: first, from: plan.start) }
      return nil
    }
    results[first] = seed.result
    var last = seed.result?.positions ?? plan.start
    for n in 1...count {
      let point = wrapped(first + step * n)
      let name = (step > 0 ? "up-" : "down-") + padded(n)
      guard let outcome = ended(name, .relax, at: point, from: last) else { return nil }
      if let result = outcome.result {
        last = result.positions
        results[n == count ? count : point] = result
      }
    }
    return results
  }

  /// The lowest result at each grid point after the lower branches have spread; nil while they do.
  private mutating func spread(_ up: [JobResult?], _ down: [JobResult?]) -> [JobResult?]? {
    var best = [JobResult?](repeating: nil, count: count)
    var moves: [(from: Int, step: Int)] = []
    for point in 0..<count {
      let (one, other) = (up[point], down[point])
      best[point] = lower(one, other)
      // What one sweep found and the other did not has not been carried on against its direction.
      if isLower(one, other) { moves.append((point, -1)) }
      if isLower(other, one) { moves.append((point, 1)) }
    }
    for (closing, step) in [(up[count], 1), (down[count], -1)] where isLower(closing, best[first]) {
      best[first] = closing
      moves.append((first, step))
    }
    for round in 1...2 * count where !moves.isEmpty {
      var found: [(point: Int, step: Int, result: JobResult)] = []
      for move in moves {
        guard let source = best[move.from] else { continue }
        let point = wrapped(move.from + move.step)
        let name = "round\(padded(round))-\(padded(move.from))\(move.step > 0 ? "up" : "down")"
        if let result = ended(name, .relax, at: point, from: source.positions)?.result {
          found.append((point, move.step, result))
        }
      }
      guard ready.isEmpty else { return nil }
      moves = []
      // Where it fell into a branch that nobody knew, that branch may be lower behind it too.
      for (point, step, result) in found where isLower(result, best[point]) {
        best[point] = result
        moves.removeAll { $0.from == point }
        moves += [(point, step), (point, -step)]
      }
    }
    return best
  }

  private func isLower(_ one: JobResult?, _ other: JobResult?) -> Bool {
    guard let one else { return false }
    return other.map { one.energy < $0.energy - settledEnergy } ?? true
  }

  /// The lower of two, the first where they agree.
  private func lower(_ one: JobResult?, _ other: JobResult?) -> JobResult? {
    guard let one, let other else { return one ?? other }
    return other.energy < one.energy ? other : one
  }

  private func wrapped(_ point: Int) -> Int { ((point % count) + count) % count }

  private func padded(_ n: Int) -> String { jobNumber(n) }
}

/// The name of a single point's job within its scan.
func pointJobName(_ point: Int) -> String { "point-\(jobNumber(point))" }

private func jobNumber(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
