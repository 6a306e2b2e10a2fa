// How far the posterior that is linear in the force constants is from the one with geometries that follow them.

import CMath
import Chemistry
import Mechanics
import Statistics

/// What relaxing under posterior draws said.
public struct LinearisationCheck: Hashable, Sendable {
  /// Pareto k̂ of the importance weights; nil where it is not defined, see `reason`.
  public var khat: Double?
  /// Why k̂ is nil.
  public var reason: String?
  /// Draws under which grid points were relaxed.
  public var draws = 0
  /// Grid points relaxed under each.
  public var points = 0
  /// Whether one draw outweighs all others so far that no k̂ can be told: worse than any number.
  public var isHopeless = false
  /// Whether intervals of the linear posterior are to be taken as rough.
  public var isTooFar: Bool { isHopeless || khat.map { $0 >= Self.usableLimit } ?? false }
  /// Whether the draws were moved by the importance-weighted change of their mean, as 0.5 < k̂ < 0.7 asks for.
  public var isCorrected = false
  /// Largest change of a force constant's mean that the weights ask for, in posterior standard deviations.
  public var largestShift: Double?

  /// Weights below this leave the linear posterior as it is.
  public static let goodLimit = 0.5
  /// Weights above this cannot correct it.
  public static let usableLimit = 0.7
}

/// A check and by how much it moves the draws.
struct LinearisationResult: Sendable {
  var check: LinearisationCheck
  /// One a force constant; empty for none.
  var shift: [Double] = []
}

extension PreparedFamily {
  /// Relaxes a share of the grid points under some of the draws and weighs each draw by the true over the linear
  /// likelihood (Pareto-smoothed importance sampling).
  ///
  /// Relaxation starts from `geometries`, at which the designs are linear. At most six points of a scan are relaxed,
  /// and stand for all of them: what the linear model misses changes smoothly along a scan.
  func linearisation(
    draws: PosteriorDraws, designs: [ScanDesign], geometries: [RelaxedScan], options: FitOptions,
    progress: @escaping @Sendable (FitStage) -> Void = { _ in }
  ) async -> LinearisationResult {
    guard options.rounds > 0, scans.contains(where: { scan($0).geometry == .relaxed }) else {
      return LinearisationResult(check: LinearisationCheck(reason: "geometries were taken as given"))
    }
    let jobs = scans.indices.flatMap { s -> [LinearisationPoint] in
      guard !molecules[scans[s].molecule].isHeldOut else { return [] }
      return LinearisationPoint.some(of: designs[s], scan: s)
    }
    // The linear posterior's own draws: bagged ones lie further out than it does.
    let all = draws.plain
    let wanted = Self.linearisationDraws(options.linearisationDraws, points: jobs.count)
    let step = max(1, all.count / max(1, wanted))
    let used = stride(from: step / 2, to: all.count, by: step).prefix(wanted).map { all[$0] }
    guard used.count > 1 else {
      return LinearisationResult(check: LinearisationCheck(reason: "fewer than two draws were asked for"))
    }
    progress(.linearisation(draws: used.count))
    // Jobs by point: the draws of one point follow each other from the same geometry.
    let results = await parallelMap(jobs.count, threads: options.threads, progress: progress) {
      number -> [LinearError]? in
      linearErrors(jobs[number], draws: used, geometries: geometries, options: options)
    }
    var byScan: [Int: [(LinearisationPoint, [LinearError])]] = [:]
    for (job, result) in zip(jobs, results) {
      if let result { byScan[job.scan, default: []].append((job, result)) }
    }
    let likelihood = MixtureLikelihood(
      family: self, roles: draws.scaleRoles, noise: options.model.noise,
      scanWeight: ScanWeight(scans: byScan.count))
    let ratios = used.indices.map { d -> Double in
      byScan.keys.sorted().reduce(0.0) { sum, s in
        let count = designs[s].fitted[.energy]?.y.count ?? 0
        let points = byScan[s]!
        let power = designs[s].power(options.model) * Double(count) / Double(points.count)
        return sum
          + likelihood.logRatio(
            points.map { ($0.0, $0.1[d]) }, scan: s, scales: used[d].scales, power: power)
      }
    }
    var check = LinearisationCheck(draws: used.count, points: byScan.values.reduce(0) { $0 + $1.count })
    guard let smoothing = ParetoSmoothing(logWeights: ratios) else {
      check.reason = "grid points did not relax under the draws"
      return LinearisationResult(check: check)
    }
    check.khat = smoothing.shape
    if smoothing.shape == nil {
      check.isHopeless = smoothing.effectiveSampleSize < 0.05 * Double(used.count)
      check.reason =
        check.isHopeless
        ? "one draw outweighs all others" : "too few large weights stand out to fit a tail to them"
    }
    let weights = smoothing.logWeights.map { exp($0) }
    let count = Double(used.count)
    let shift = table.parameters.indices.map { p in
      zip(weights, used).reduce(0.0) { $0 + ($1.0 - 1 / count) * $1.1.forceConstants[p] }
    }
    let sds = table.parameters.indices.map { p in drawSummary(all.map { $0.forceConstants[p] }).sd }
    check.largestShift = zip(shift, sds).map { abs($0) / max($1, 1e-12) }.max()
    if let khat = check.khat, khat > LinearisationCheck.goodLimit, khat < LinearisationCheck.usableLimit {
      check.isCorrected = true
      return LinearisationResult(check: check, shift: shift)
    }
    return LinearisationResult(check: check)
  }

  /// Under how many draws to relax: fewer, down to 48, where more than forty thousand relaxations would take longer
  /// than the fit.
  private static func linearisationDraws(_ asked: Int, points: Int) -> Int {
    min(asked, max(48, 40_000 / max(1, points)))
  }

  /// True less linear energies and driven torques of one grid point under each draw; nil where one does not relax.
  private func linearErrors(
    _ job: LinearisationPoint, draws: [PlainDraw], geometries: [RelaxedScan], options: FitOptions
  ) -> [LinearError]? {
    let index = scans[job.scan]
    let prepared = molecules[index.molecule]
    let scan = self.scan(index)
    guard let start = geometries[job.scan].coordinates[job.point] else { return nil }
    let turn = prepared.turns.first { $0.bond == scan.driven.centralBond }
    var results: [LinearError] = []
    let level = level(ofScan: job.scan)
    for draw in draws {
      let k = draw.forceConstants
      let model = EnergyModel(table.torsionParameters(k).applied(to: prepared.molecule.topology))
      let relaxed = relaxedOn(start, scan: index, point: job.point, under: model, options: options.relaxation)
      let (energy, forces) = model.energyAndForces(of: relaxed.coordinates)
      guard relaxed.converged, energy.total.isFinite else { return nil }
      let columns = prepared.basis.columns
      // What a row leaves of the data, beside what the scan's level of theory makes of it.
      func difference(_ row: [Double]) -> Double {
        level == 0 ? 0 : product(row, draw.differences[level - 1], columns: columns)
      }
      func residuals(_ rows: [(x: [Double], y: Double)]) -> [Double] {
        rows.map { $0.y - product($0.x, k, columns: columns) - difference($0.x) }
      }
      var error = LinearError(
        energy: scan.points[job.point].energy - energy.total - difference(job.energyRow),
        linear: residuals(job.energies))
      if let turn, let row = job.torques.first {
        error.torque =
          job.qmTorque(turn, scan) - turn.torque(of: forces, in: relaxed.coordinates) - difference(row.x)
        error.linearTorque = residuals(job.torques)
      }
      results.append(error)
    }
    return results
  }
}

/// A fitted grid point with its rows.
private struct LinearisationPoint: Sendable {
  var scan: Int
  var point: Int
  /// Its energy's row and target at each geometry that the linear posterior knows it at, and those of its driven
  /// torque.
  var energies: [(x: [Double], y: Double)]
  var torques: [(x: [Double], y: Double)] = []
  /// The energy's row where its geometry is in the middle of those.
  var energyRow: [Double]
  /// How much it counts by its energy.
  var weight = 1.0

  /// At most six fitted points of a scan, evenly along it.
  static func some(of design: ScanDesign, scan: Int) -> [LinearisationPoint] {
    guard let energies = design.fitted[.energy] else { return [] }
    let torques = design.fitted[.drivenTorque]
    let step = max(1, (energies.y.count + 5) / 6)
    return stride(from: 0, to: energies.y.count, by: step).map { i in
      var result = LinearisationPoint(
        scan: scan, point: energies.points[i], energies: design.sets(.energy).map { ($0.x[i], $0.y[i]) },
        energyRow: energies.x[i], weight: energies.weights[i])
      // Of a grid, which has torques about two bonds at a point, energies alone.
      if let torques, let place = torques.points.firstIndex(of: energies.points[i]),
        place == torques.points.lastIndex(of: energies.points[i])
      {
        result.torques = design.sets(.drivenTorque).map { ($0.x[place], $0.y[place]) }
      }
      return result
    }
  }

  /// The quantum-chemical torque about the driven bond.
  func qmTorque(_ turn: BondTurn, _ scan: Scan) -> Double {
    let given = scan.points[point]
    return given.forces.map { turn.torque(of: $0, in: given.coordinates) } ?? 0
  }
}

/// What relaxed energies and driven torques leave of the data under a draw, and what the linear model's do at each of
/// its geometries; kcal/mol and kcal/mol/rad.
private struct LinearError: Sendable {
  var energy: Double
  var linear: [Double]
  var torque: Double?
  var linearTorque: [Double] = []
}

/// The likelihood of a few points of a scan that stand for all.
private struct MixtureLikelihood {
  let family: PreparedFamily
  let roles: [ScaleRole]
  let noise: NoiseModel
  let scanWeight: ScanWeight

  /// ln of the true likelihood over the linear one.
  func logRatio(
    _ points: [(LinearisationPoint, LinearError)], scan: Int, scales: [Double], power: Double
  ) -> Double {
    func precision(_ kind: RowKind) -> Double? {
      roles.firstIndex(of: family.noiseRole(kind, ofScan: scan)).map {
        1 / TorsionPosterior.variance(ofNoise: scales[$0])
      }
    }
    let freedom = roles.firstIndex(of: .noiseFreedom).map { scales[$0] }
    let energy = precision(.energy) ?? 0
    let torque = precision(.drivenTorque) ?? 0
    // Every point's square by the residuals of one geometry after the other, on average.
    func squares(_ geometries: Int, _ residual: (LinearError, Int) -> (energy: Double, torque: Double))
      -> [(square: Double, rows: Double)]
    {
      let total = points.reduce(0) { $0 + $1.0.weight }
      var result = points.map { point, error in
        (square: 0.0, rows: error.torque == nil ? point.weight : 2 * point.weight)
      }
      for g in 0..<geometries {
        let own = points.map { residual($0.1, g) }
        let mean = zip(own, points).reduce(0) { $0 + $1.0.energy * $1.1.0.weight } / total
        for i in own.indices {
          let e = own[i].energy - mean
          result[i].square +=
            (energy * e * e + torque * own[i].torque * own[i].torque) * points[i].0.weight / Double(geometries)
        }
      }
      return result
    }
    func value(_ squares: [(square: Double, rows: Double)]) -> Double {
      let sum = power * squares.reduce(0) { $0 + $1.square }
      let rows = power * squares.reduce(0) { $0 + $1.rows }
      switch (noise.weighs, freedom) {
      case (.scans, let nu?): return scanWeight.logLikelihood(count: rows - 1, square: sum, freedom: nu)
      case (.points, let nu?):
        return squares.reduce(0) { $0 - 0.5 * (nu + power * $1.rows) * log1p(power * $1.square / nu) }
      default: return -0.5 * sum
      }
    }
    let linear = squares(points.first?.1.linear.count ?? 0) { error, g in
      (error.linear[g], error.torque == nil ? 0 : error.linearTorque[g])
    }
    return value(squares(1) { error, _ in (error.energy, error.torque ?? 0) }) - value(linear)
  }
}
