// Grid points beside which another rotor stands elsewhere: the lower of both wells is taken.

import Chemistry
import Mechanics

extension PreparedFamily {
  /// Relaxes points anew from their neighbours' geometries where other rotors turned otherwise there, and takes what is
  /// lower.
  ///
  /// Which of two wells within the walls a point falls into hangs on details of the way there, and energies would jump
  /// between neighbours, and from one round's force constants to the next's. The lower of both is what a scan that
  /// starts from both neighbours ends in (Qiu et al. 2020, doi:10.1063/5.0009232), and changes with neither.
  /// Scans over more than one dihedral are left as they are.
  func settleBetweenNeighbours(
    _ relaxed: inout [RelaxedScan], options: RelaxationOptions, threads: Int
  ) async {
    var jobs = scans.indices.filter { relaxed[$0].relaxation != nil }.flatMap { s in
      neighbours(inScan: s).flatMap {
        [Restart(scan: s, from: $0.0, to: $0.1), Restart(scan: s, from: $0.1, to: $0.0)]
      }
    }
    // A well may spread over a few points, one a pass.
    for _ in 0..<4 {
      let given = relaxed
      let stray = jobs.filter { standsElsewhere($0, in: given[$0.scan]) }
      guard !stray.isEmpty else { return }
      let results = await parallelMap(stray.count, threads: threads) { number in
        restarted(stray[number], in: given[stray[number].scan], options: options)
      }
      var changed: Set<ScanPoint> = []
      for (job, result) in zip(stray, results) {
        guard let result, let energy = relaxed[job.scan].energies[job.to], result.energy < energy - 1e-4
        else { continue }
        relaxed[job.scan].coordinates[job.to] = result.coordinates
        relaxed[job.scan].energies[job.to] = result.energy
        changed.insert(ScanPoint(scan: job.scan, point: job.to))
      }
      jobs = jobs.filter { changed.contains(ScanPoint(scan: $0.scan, point: $0.from)) }
    }
  }

  /// A grid point of a scan.
  private struct ScanPoint: Hashable {
    var scan: Int
    var point: Int
  }

  /// A point to be relaxed from a neighbour's geometry.
  private struct Restart: Sendable {
    var scan: Int
    var from: Int
    var to: Int
  }

  /// Pairs of points next to each other along a scan over one dihedral.
  private func neighbours(inScan s: Int) -> [(Int, Int)] {
    let scan = self.scan(scans[s])
    guard scan.axes.count == 1, scan.points.count > 2 else { return [] }
    let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
    let order = angles.indices.sorted { (angles[$0], $0) < (angles[$1], $1) }
    return order.indices.compactMap { i in
      let (a, b) = (order[i], order[(i + 1) % order.count])
      return abs(wrapped(angles[b] - angles[a])) < EnergyJump.widestGap ? (a, b) : nil
    }
  }

  /// Turns of another rotor that differ by more than this put it elsewhere, radian.
  private static let elsewhere = 15 * Units.degree

  /// Whether another rotor turned otherwise against quantum chemistry at one point than at the other.
  private func standsElsewhere(_ job: Restart, in relaxed: RelaxedScan) -> Bool {
    guard let from = relaxed.coordinates[job.from], let to = relaxed.coordinates[job.to] else { return false }
    let points = scan(scans[job.scan]).points
    let rotors = rotors(of: scans[job.scan])
    let guarded = Set(rotors.guarded.map(\.centralBond))
    return (rotors.guarded + rotors.restrained).contains { quartet in
      func turn(_ coordinates: [Vector3], _ point: Int) -> Double {
        dihedralAngle(quartet, in: coordinates) - dihedralAngle(quartet, in: points[point].coordinates)
      }
      let difference = turn(from, job.from) - turn(to, job.to)
      // Three equal atoms on top look the same after a third of a turn.
      let folds = guarded.contains(quartet.centralBond) ? 1.0 : 3.0
      return abs(wrapped(folds * difference)) / folds > Self.elsewhere
    }
  }

  /// The point relaxed from its neighbour's geometry; nil where it does not relax.
  private func restarted(_ job: Restart, in relaxed: RelaxedScan, options: RelaxationOptions) -> (
    coordinates: [Vector3], energy: Double
  )? {
    guard let model = relaxed.relaxation?.model, let start = relaxed.coordinates[job.from] else { return nil }
    let result = relaxedOn(start, scan: scans[job.scan], point: job.to, under: model, options: options)
    let energy = model.energy(of: result.coordinates).total
    return result.converged && energy.isFinite ? (result.coordinates, energy) : nil
  }
}
