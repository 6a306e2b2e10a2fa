// A molecule whose energies are a formula, so that scans can be planned and ended without a program.

@testable import Acquisition

/// Two branches of another torsion: a relaxation stays in the branch it starts from, except that near 90° only the second exists
/// and near −90° only the first.
enum FakeChemistry {
  static func plan(_ level: String = "GFN2-xTB", spacing: Int = 15) throws -> ScanPlan {
    ScanPlan(
      molecule: "fake", quartet: [0, 1, 2, 3], spacing: spacing, recipe: try LevelRecipe(level),
      symbols: ["H", "O", "O", "H"], bonds: [[0, 1], [1, 2], [2, 3]], charge: 0,
      // At −52°: between two grid points, nearer to −45.
      start: [[0.6, 0.8, 0], [0, 0, 0], [0, 0, 1.4], [0.985, -0.172, 1.6]], ranks: [2, 0, 1, 3],
      key: "[H]OO[H]")
  }

  static func energy(_ angle: Double, _ branch: Double) -> Double {
    branch == 0 ? 0.01 * angle : -0.01 * angle
  }

  /// What the job gives: the branch stands in the first coordinate, 0 or 1.
  static func result(_ input: JobInput) -> JobResult {
    var branch = input.positions[0][0] == 1 ? 1.0 : 0.0
    if input.kind == .relax {
      if abs(input.angle - 90) <= 15 { branch = 1 }
      if abs(input.angle + 90) <= 15 { branch = 0 }
    }
    var positions = input.positions
    positions[0][0] = branch
    return JobResult(
      energy: energy(input.angle, branch) + (input.kind == .point ? 100 : 0), positions: positions,
      forces: Array(repeating: [0, 0, 0], count: 4))
  }

  /// Runs a scan to its end, jobs in the order that `next` picks, those in `parked` failing.
  static func run(
    _ plan: ScanPlan, parked: Set<String> = [], next: ([PlannedJob]) -> PlannedJob
  ) -> (points: [JobResult?], outcomes: [String: JobOutcome]) {
    var outcomes: [String: JobOutcome] = [:]
    while true {
      let progress = plan.progress(outcomes)
      if let points = progress.points { return (points, outcomes) }
      let job = next(progress.ready)
      precondition(outcomes[job.name] == nil, "\(job.name) was planned twice")
      outcomes[job.name] = parked.contains(job.name) ? .parked("does not converge") : .done(result(job.input))
    }
  }
}
