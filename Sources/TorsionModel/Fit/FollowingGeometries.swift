// Rows at geometries that follow draws of the force constants, and not the mean alone.

import Chemistry
import Mechanics
import Statistics

extension FitRun {
  /// The posterior with every likelihood the mean of those that are linear at geometries relaxed under draws of it.
  ///
  /// Energies that are linear at one geometry miss what relaxing gains away from it, −½ dᵀB d for a change d of the
  /// force constants, and torques jump where a rotor goes from well to well: directions in which the molecule gives
  /// way look unknown to the data. Averaged over draws the quadratic form has XᵀX + E[B d dᵀB] in place of XᵀX, as
  /// has the normal density nearest to the posterior, and what single geometries leave of the data enters the noise
  /// (iterated posterior linearisation; García-Fernández et al. 2015, doi:10.1109/TSP.2015.2454485).
  ///
  /// Draws are taken in pairs about the mean, at the scales of highest density. A fit whose first pair shows it to be
  /// linear stays as it is; where the draws were far from linear, they are taken once more, from the posterior that
  /// they make.
  ///
  /// - Parameter linearEnough: energies are linear enough where the ln likelihood of draws misses less by it: each of a
  ///   first pair, or the standard deviation over all.
  func following(_ fit: RelaxedFit, linearEnough: Double = Self.linearEnough) async throws -> RelaxedFit {
    guard options.rounds > 0, options.geometryDraws > 0,
      prepared.scans.contains(where: { prepared.scan($0).geometry == .relaxed })
    else { return fit }
    var result = fit
    var stream = RandomStream(seed: options.seed, stream: Self.followingStream)
    var logScales: [Double]?
    for turn in 0..<Self.followingTurns {
      progress(.following(draws: options.geometryDraws, turn: turn + 1))
      let found = result.density.mode(from: logScales)
      logScales = found.logScales
      let draws = pairsOfDraws(found, using: &stream)
      if turn == 0 {
        let pair = Array(draws.prefix(2))
        let missed = missed(pair, try await sets(pair, from: fit), designs: fit.designs, logScales: found.logScales)
        if missed.allSatisfy({ abs($0) < linearEnough }) { return fit }
      }
      result.geometries = await followed(result.geometries, under: found.mean())
      result.designs = try await designs(result.geometries, rowsAtQM: result.designs)
      let sets = try await sets(draws, from: result)
      let isEnough =
        turn + 1 == Self.followingTurns
        || drawSummary(missed(draws, sets, designs: result.designs, logScales: found.logScales)).sd < linearEnough
      for s in result.designs.indices { result.designs[s].follow(sets.map { $0[s] }) }
      result.density = prepared.posterior(result.designs, options: options)
      if isEnough { break }
    }
    return result
  }

  /// The designs at geometries relaxed under each draw from those of a fit.
  func sets(_ draws: [[Double]], from fit: RelaxedFit) async throws -> [[ScanDesign]] {
    progress(.counting(draws.count * prepared.pointCount))
    var sets: [[ScanDesign]] = []
    for draw in draws {
      let geometries = await followed(fit.geometries, under: draw, fittedOnly: true)
      sets.append(try await designs(geometries, rowsAtQM: fit.designs))
      progress(.advanced(prepared.pointCount))
    }
    return sets
  }

  /// The ln likelihood of each draw at the geometries relaxed under it, in `sets`, less the one that rows at one
  /// geometry have of it.
  private func missed(
    _ draws: [[Double]], _ sets: [[ScanDesign]], designs: [ScanDesign], logScales: [Double]
  ) -> [Double] {
    func logLikelihood(_ draw: [Double], _ density: TorsionPosterior) -> Double {
      density.logLikelihood(of: density.coordinates(of: draw), logScales: logScales)
    }
    let single = prepared.posterior(designs, options: options)
    return zip(draws, sets).map { draw, own in
      logLikelihood(draw, prepared.posterior(own, options: options)) - logLikelihood(draw, single)
    }
  }

  /// Draws and their mirror images about the mean at the mode's scales and weights.
  func pairsOfDraws(_ mode: PosteriorMode, using stream: inout RandomStream) -> [[Double]] {
    var workspace = PosteriorWorkspace(mode.posterior)
    return (0..<(options.geometryDraws / 2)).flatMap { _ -> [[Double]] in
      let (mean, draw) = mode.posterior.meanAndDraw(mode.logScales, &workspace, using: &stream)
      return [draw, zip(mean, draw).map { 2 * $0 - $1 }].map { mode.posterior.forceConstants($0) }
    }
  }

  /// The random stream of the draws, beside those of chains.
  private static let followingStream: UInt64 = 1 << 34
  /// How often draws are taken at most.
  private static let followingTurns = 2
  /// In units of ln likelihood.
  static let linearEnough = 0.5

  /// Grid points relaxed under other force constants, each from where it is; one that does not relax stays there.
  ///
  /// - Parameters:
  ///   - columns: force constants, then differences of levels, which relax nothing.
  ///   - fittedOnly: leaves held-out scans without geometries.
  private func followed(
    _ geometries: [RelaxedScan], under columns: [Double], fittedOnly: Bool = false
  ) async -> [RelaxedScan] {
    let parameters = prepared.table.torsionParameters(Array(columns.prefix(prepared.table.parameters.count)))
    let models = prepared.molecules.map { EnergyModel(parameters.applied(to: $0.molecule.topology)) }
    let jobs = prepared.scans.indices.flatMap { s in
      geometries[s].coordinates.indices.map { (scan: s, point: $0) }
    }
    let found = await parallelMap(jobs.count, threads: options.threads) {
      number -> (coordinates: [Vector3], energy: Double)? in
      let (s, point) = jobs[number]
      let index = prepared.scans[s]
      if fittedOnly, prepared.molecules[index.molecule].isHeldOut { return nil }
      guard let start = geometries[s].coordinates[point] else { return nil }
      let model = models[index.molecule]
      let relaxed = prepared.relaxedOn(
        start, scan: index, point: point, under: model, options: options.relaxation)
      let energy = model.energy(of: relaxed.coordinates).total
      return relaxed.converged && energy.isFinite
        ? (relaxed.coordinates, energy) : (start, model.energy(of: start).total)
    }
    var result = geometries
    for s in result.indices {
      result[s].relaxation?.model = models[prepared.scans[s].molecule]
      result[s].tangents = [:]
    }
    for (job, point) in zip(jobs, found) {
      result[job.scan].coordinates[job.point] = point?.coordinates
      result[job.scan].energies[job.point] = point?.energy
    }
    return result
  }
}

extension ScanDesign {
  /// Takes the fitted rows of other geometries of the same points beside its own.
  fileprivate mutating func follow(_ others: [ScanDesign]) {
    following = [:]
    for (kind, rows) in fitted where !kind.isAtQM {
      let sets = others.compactMap { $0.fitted[kind] }.filter { $0.points == rows.points }
      if sets.count == others.count { following[kind] = sets }
    }
  }
}
