// Which jobs of a scan come next: two sweeps round the circle, then the lower branches spread to their neighbours.
//
// Everything is a function of finished jobs alone. A job starts from the results of predecessors that its name fixes,
// so that geometries are the same whoever finishes first.

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
  var ready: [PlannedJob] = []

  /// Both sweeps from one start, each round the circle and back to its first point, which comes last.
  struct Sweeps {
    var first: Int
    var up: [JobResult?]
    var down: [JobResult?]
  }

  init(plan: ScanPlan, outcomes: [String: JobOutcome]) {
    self.plan = plan
    self.outcomes = outcomes
    count = plan.angles.count
  }

  mutating func progress() -> ScanProgress {
    let singles = plan.recipe.energy == nil ? 0 : count
    let sweeps = plan.starts.indices.map { self.sweeps(fromStart: $0) }
    guard ready.isEmpty else {
      let ended = outcomes.count
      return ScanProgress(
        ready: ready, points: nil, remainingRelaxations: plan.sweepJobs - ended, remainingPoints: singles)
    }
    guard let best = spread(sweeps.compactMap { $0 }) else {
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

  /// Both sweeps from a start geometry; nil while they are under way.
  private mutating func sweeps(fromStart start: Int) -> Sweeps? {
    // The first start's jobs have the names that they had when there was one only.
    let mark = start == 0 ? "" : "\(start + 1)"
    let geometry = plan.starts[start]
    let first = plan.nearestPoint(to: geometry)
    guard let seed = ended("seed\(mark)", .relax, at: first, from: geometry) else { return nil }
    let way = (first: first, seed: seed.result, start: geometry)
    let (up, down) = (sweep(way, step: 1, "up\(mark)"), sweep(way, step: -1, "down\(mark)"))
    guard let up, let down else { return nil }
    return Sweeps(first: first, up: up, down: down)
  }

  /// The results of a sweep at each grid point, once round the circle and back to the first, which comes last as its
  /// own entry; each job starts from the last good one before it. Nil while it is under way.
  private mutating func sweep(
    _ way: (first: Int, seed: JobResult?, start: [[Double]]), step: Int, _ mark: String
  ) -> [JobResult?]? {
    var results = [JobResult?](repeating: nil, count: count + 1)
    results[way.first] = way.seed
    var last = way.seed?.positions ?? way.start
    for n in 1...count {
      let point = wrapped(way.first + step * n)
      guard let outcome = ended("\(mark)-\(padded(n))", .relax, at: point, from: last) else { return nil }
      if let result = outcome.result {
        last = result.positions
        results[n == count ? count : point] = result
      }
    }
    return results
  }

  /// The lowest result at each grid point after the lower branches have spread; nil while they do.
  private mutating func spread(_ sweeps: [Sweeps]) -> [JobResult?]? {
    var best = [JobResult?](repeating: nil, count: count)
    var moves: [(from: Int, step: Int)] = []
    func add(_ point: Int, _ step: Int) {
      // Several starts may find the same.
      if !moves.contains(where: { $0.from == point && $0.step == step }) { moves.append((point, step)) }
    }
    for point in 0..<count {
      for one in sweeps { best[point] = lower(best[point], lower(one.up[point], one.down[point])) }
      // What one sweep found and its counterpart did not has not been carried on against its direction.
      for one in sweeps where !isLower(best[point], lower(one.up[point], one.down[point])) {
        if isLower(one.up[point], one.down[point]) { add(point, -1) }
        if isLower(one.down[point], one.up[point]) { add(point, 1) }
      }
    }
    for one in sweeps {
      for (closing, step) in [(one.up[count], 1), (one.down[count], -1)]
      where isLower(closing, best[one.first]) {
        best[one.first] = closing
        add(one.first, step)
      }
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
