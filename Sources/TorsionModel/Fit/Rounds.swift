// Rounds of fitting and relaxing, up to geometries and force constants that agree.

import Chemistry
import Mechanics

/// A family while it is fitted: what all stages share.
struct FitRun: Sendable {
  let prepared: PreparedFamily
  let options: FitOptions
  let progress: @Sendable (FitStage) -> Void

  /// - Throws: ``ModelError`` when nothing can be fitted, or not what the options ask for.
  init(_ family: Family, options: FitOptions, progress: @escaping @Sendable (FitStage) -> Void) throws {
    prepared = try PreparedFamily(family, options: options)
    self.options = options
    self.progress = progress
    let points = prepared.scans.map { prepared.scan($0).points }
    let longest = points.map(\.count).max() ?? 0
    guard longest > options.every else {
      throw ModelError(
        message: "every \(options.every). grid point of scans of at most \(longest) leaves no scan two",
        hint: "try a smaller --every")
    }
    if options.likelihood == .energyAndForces,
      !points.contains(where: { $0.contains { $0.forces != nil } })
    {
      throw ModelError(
        message: "forces were asked for, and no scan has any",
        hint: "give scans with forces, or --likelihood energy")
    }
  }

  /// All grid points, or those of held-out molecules, relaxed under force constants; nil for the base force field.
  func geometries(_ parameters: TorsionParameters?, heldOutOnly: Bool = false) async -> [RelaxedScan] {
    await prepared.relaxedScans(
      under: parameters, options: options.relaxation, relax: options.rounds > 0, threads: options.threads,
      heldOutOnly: heldOutOnly, progress: progress)
  }

  /// The design at geometries.
  /// - Parameter known: designs at other geometries of the same points; nil for none.
  /// - Throws: ``ModelError`` when no scan has two grid points.
  func designs(_ geometries: [RelaxedScan], rowsAtQM known: [ScanDesign]? = nil) async throws -> [ScanDesign] {
    let designs = await prepared.designs(
      at: geometries, likelihood: options.likelihood, every: options.every,
      weighting: options.energyWeighting, rowsAtQM: known, threads: options.threads)
    guard designs.contains(where: { ($0.fitted[.energy]?.y.count ?? 0) > 1 }) else {
      throw ModelError(
        message: "no scan has two usable grid points",
        hint: options.every > 1
          ? "every \(options.every). grid point is fitted: try a smaller --every"
          : "relaxation may have failed everywhere: look at `swivel energy` of a grid point, or try --rounds 0"
      )
    }
    return designs
  }

  /// The grid points relaxed under the base force field, where they are not known already.
  /// - Throws: ``ModelError`` when a molecule does not relax at all and may not be left out.
  func base(_ known: BaseGeometries?) async throws -> [RelaxedScan] {
    if known == nil { progress(.relaxingBase(points: prepared.pointCount)) }
    let base = if let known { known.scans } else { await geometries(nil) }
    if !options.setsAsideMolecules, let lost = prepared.moleculeWithoutPoints(base) {
      throw ModelError(
        message: "no grid point of \(lost) relaxed under the base force field",
        hint:
          """
          look at `swivel energy` of one; --set-aside leaves such molecules out and goes on, --rounds 0 \
          takes geometries as given
          """
      )
    }
    return base
  }
}

/// Where the rounds end.
struct RelaxedFit: Sendable {
  var geometries: [RelaxedScan]
  /// The design at those.
  var designs: [ScanDesign]
  /// The posterior of that design.
  var density: TorsionPosterior
  /// Relaxed error after each step that was tried, kcal/mol.
  var errors: [Double] = []
  /// Whether the posterior had stopped rising; true without rounds.
  var isSettled: Bool
}

extension FitRun {
  /// Fits and relaxes in turns, from the base force field's geometries.
  func rounds(from base: [RelaxedScan]) async throws -> RelaxedFit {
    let designs = try await designs(base)
    var result = RelaxedFit(
      geometries: base, designs: designs, density: prepared.posterior(designs, options: options),
      isSettled: options.rounds == 0)
    var mode: [Double]?
    var mean =
      prepared.table.base
      + [Double](repeating: 0, count: result.density.columnCount - result.density.parameterCount)
    let scans = prepared.scans.count { !prepared.molecules[$0.molecule].isHeldOut }
    var memory = StepMemory()
    for round in 0..<options.rounds {
      progress(.round(round + 1, rmse: result.errors.last))
      let found = result.density.mode(from: mode)
      mode = found.logScales
      let judge = StepJudge(result.density, logScales: found.logScales, scans: scans)
      let target = found.mean()
      let mixed = memory.mixed(from: mean, to: target) { prepared.profileChange($0, result.designs) }
      guard let next = try await step(from: mean, to: target, mixed: mixed, judge, &result) else { break }
      mean = next
      if result.isSettled { break }
    }
    return result
  }

  /// A step to where earlier rounds point, or else towards the mean of the posterior, shortened where it leaves the
  /// range in which energies are linear in the force constants; nil where none raises the posterior.
  private func step(
    from start: [Double], to target: [Double], mixed: [Double]?, _ judge: StepJudge,
    _ result: inout RelaxedFit
  ) async throws -> [Double]? {
    let before = judge.logPosterior(start, relaxed: result.density)
    let promised = judge.logPosterior(target, relaxed: result.density) - before
    let steps = [1, 0.5, 0.25].map { length in zip(start, target).map { $0 + length * ($1 - $0) } }
    for mean in (mixed.map { [$0] } ?? []) + steps {
      let trial = await geometries(
        prepared.table.torsionParameters(Array(mean.prefix(result.density.parameterCount))))
      guard let rmse = prepared.pooledError(trial, heldOut: false) else { return nil }
      result.errors.append(rmse)
      let designs = try await designs(trial)
      let relaxed = prepared.posterior(designs, options: options)
      let gain = judge.logPosterior(mean, relaxed: relaxed) - before
      if gain > 0 {
        result.isSettled = gain < judge.settledGain
        (result.geometries, result.designs, result.density) = (trial, designs, relaxed)
        return mean
      }
      // The posterior is as high there as here, to what counts: nothing is gained by going on.
      if gain > -judge.settledGain || promised < judge.roughness / 2 { break }
    }
    // Where rotors go from well to well the posterior has small steps, and more than they cost must be promised to go
    // on.
    result.isSettled = promised < judge.roughness
    return nil
  }

  /// Draws of the posterior at the rounds' geometries, and how far both are off for being linear.
  func sample(_ rounds: RelaxedFit) async -> (draws: PosteriorDraws, linearisation: LinearisationCheck) {
    let density = rounds.density
    progress(.sampling(parameters: density.parameterCount, draws: options.chains * options.draws))
    var draws = await density.sample(options, progress: progress)
    draws.centreOnConditionalMean()
    guard options.purpose == .report else {
      return (draws, LinearisationCheck(reason: "not asked for"))
    }
    let linearisation = await prepared.linearisation(
      draws: draws, designs: rounds.designs, geometries: rounds.geometries, options: options,
      progress: progress)
    draws.move(by: linearisation.shift)
    return (draws, linearisation.check)
  }

  /// What each level of theory contributes; nil where scans are of one, and unless the fit is for a report.
  func levels(_ rounds: RelaxedFit, draws: PosteriorDraws, target: String?) -> LevelContributions? {
    guard options.purpose == .report else { return nil }
    return prepared.levelContributions(rounds.designs, density: rounds.density, draws: draws, target: target)
  }

  /// What is predicted for held-out molecules, and what plain least squares would.
  func predictions(
    designs: [ScanDesign], posterior: TorsionPosterior, draws: PosteriorDraws, base: [RelaxedScan],
    fitted: [RelaxedScan]
  ) async -> [ScanPrediction] {
    let plain: [RelaxedScan]? =
      options.comparesLeastSquares
      ? await geometries(prepared.table.torsionParameters(prepared.leastSquares(designs)), heldOutOnly: true)
      : nil
    return await prepared.predictions(
      designs: designs, posterior: posterior, draws: draws, options: options, base: base, fitted: fitted,
      leastSquares: plain)
  }

  /// What a report says of every scan.
  func scanFits(
    base: [RelaxedScan], fitted: [RelaxedScan], designs: [ScanDesign], draws: PosteriorDraws, means: [Double]
  ) async -> [ScanFit] {
    var result = prepared.scanFits(
      base: base, fitted: fitted, designs: designs, draws: draws, options: options)
    let ofBase = await prepared.rotorTurns(of: base, isFitted: false, threads: options.threads)
    let ofFit = await prepared.rotorTurns(of: fitted, isFitted: true, threads: options.threads)
    let causes = prepared.causes(designs, draws: draws, mean: means, relaxed: fitted, options: options)
    for s in result.indices {
      result[s].leftWell = ofBase[s].left + ofFit[s].left
      result[s].largestTurn = ofFit[s].largest.map { $0 / Units.degree }
      result[s].jumps =
        prepared.jumps(base[s], ofScan: s, isFitted: false)
        + prepared.jumps(fitted[s], ofScan: s, isFitted: true)
      result[s].cause = causes[s]
      result[s].published = prepared.publishedErrors(
        ofScan: s, base: base[s], fitted: fitted[s], forceConstants: means)
    }
    return result
  }
}
