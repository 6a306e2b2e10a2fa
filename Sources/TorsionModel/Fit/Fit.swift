// The main job: rounds of fitting and relaxing, then the chains, then what they say.

import Chemistry
import Mechanics
import Statistics

/// The posterior of a family's force constants and the profiles it implies.
public struct Fit: Sendable {
  /// The family's name.
  public var family: String
  /// Where the data come from.
  public var origin: DataOrigin
  /// SMARTS of one atom of each type that parameters name, where the family's molecules tell the types apart; of a fit for
  /// a report.
  public var typePatterns: [String: String]
  /// SMIRKS of the parameters' torsion types, where the family's molecules tell them apart; of a fit for a report.
  public var torsionPatterns: [TorsionType: String]
  /// The family's rules.
  public var rules: [TorsionRule]
  /// The atom types that each SMARTS among the parameters stands for, where types say the same; of a fit for a report.
  public var spelledOut: [String: [TorsionType]]
  /// What the molecules with scans are, by name; of a fit for a report.
  public var structures: [String: StructuralFormula]
  /// The choices it was made with.
  public var options: FitOptions
  /// The fitted parameters, ascending.
  public var parameters: [ParameterSummary]
  /// Scales of noise and prior, as sampled.
  public var scales: [ScaleSummary]
  /// The rows and priors that the chains sampled from, where the options ask for them.
  public var design: DesignRecord?
  /// The kept draws.
  public var draws: PosteriorDraws
  /// Every scan.
  public var scans: [ScanFit]
  /// Relaxed error after each round, kcal/mol.
  public var roundErrors: [Double]
  /// Whether the relaxed error had stopped moving; true without rounds.
  public var settled: Bool
  /// Pooled relaxed error of the base force field over the fitted molecules, kcal/mol.
  public var baseRMSE: Double?
  /// The same of the posterior mean.
  public var fitRMSE: Double?
  /// The base force field's pooled error over the held-out molecules.
  public var heldOutBaseRMSE: Double?
  /// The same of the posterior mean.
  public var heldOutRMSE: Double?
  /// Predictions for the held-out molecules' scans.
  public var predictions: [ScanPrediction]
  /// Draws of the prior, and replicates of the fitted grid points.
  public var predictive: FitPredictive
  /// What the data told, class by class, and which molecules differ; nil unless the fit is for a report.
  public var identifiability: Identifiability?
  /// How far the linear posterior is off.
  public var linearisation: LinearisationCheck
  /// The number of directions of parameter space that the data see at all.
  public var rank: Int
  /// Types whose base terms differ between molecules.
  public var typesWithUnequalBase: [TorsionType]
  /// Terms that cancel by the symmetry of rotors.
  public var cancelledBySymmetry: [CancelledTerms]
  /// The 1-4 scalings of the base force field.
  public var oneFourScalings: [OneFourScaling]

  /// The molecules with scans that were fitted.
  public var fittedMolecules: [String] {
    var seen: Set<String> = []
    return scans.filter { !$0.isHeldOut }.map(\.molecule).filter { seen.insert($0).inserted }
  }

  /// Why the pooled error of the fitted scans is what it is, scans counted by their grid points; nil without any.
  public var cause: ScanCause? {
    let known = scans.compactMap { scan in scan.cause.map { ($0.steps, Double(scan.fitError?.points ?? 0)) } }
    return ErrorSteps.pooled(known.map(\.0), weights: known.map(\.1)).map {
      var result = ScanCause($0)
      let torques = scans.compactMap(\.cause).count { $0.isOfTorques }
      result.isOfTorques = 2 * torques > known.count
      return result
    }
  }

  /// Whether every chain diagnostic is within its limits: R-hat ≤ 1.01 and ESS ≥ 400 on every parameter and scale.
  public var converged: Bool {
    (parameters.map(\.diagnostics) + scales.map(\.diagnostics)).allSatisfy(\.isGood)
  }
}

/// The grid points of a family relaxed under its base force field; they do not depend on what is held out.
public struct BaseGeometries: Sendable {
  var scans: [RelaxedScan]
}

/// Relaxes all grid points of a family under the base force field.
///
/// - Parameters:
///   - family: molecules with topologies and scans.
///   - options: as for a fit.
///   - progress: called as the stage begins and as grid points are done.
/// - Throws: ``ModelError`` when nothing can be fitted.
public func baseGeometries(
  _ family: Family, options: FitOptions, progress: @escaping @Sendable (FitStage) -> Void = { _ in }
) async throws -> BaseGeometries {
  let prepared = try PreparedFamily(family, options: options)
  progress(.relaxingBase(points: prepared.pointCount))
  var result = BaseGeometries(
    scans: await prepared.relaxedScans(
      under: nil, options: options.relaxation, relax: options.rounds > 0, threads: options.threads,
      progress: progress))
  if options.likelihood == .energyAndTorque {
    await prepared.keepTangents(of: &result.scans, every: options.every, threads: options.threads)
  }
  return result
}

/// Fits a family.
///
/// - Parameters:
///   - family: molecules with topologies and scans.
///   - options: choices; equal options and data give equal bits on any number of threads.
///   - known: the grid points relaxed under the base force field, where another fit of the family has them already.
///   - progress: called as stages begin, and as pieces of them are done.
/// - Throws: ``ModelError`` when nothing can be fitted.
public func fit(
  _ family: Family, options: FitOptions, base known: BaseGeometries? = nil,
  progress: @escaping @Sendable (FitStage) -> Void = { _ in }
) async throws -> Fit {
  let prepared = try PreparedFamily(family, options: options)
  let relax = options.rounds > 0
  let longest = prepared.scans.map { prepared.scan($0).points.count }.max() ?? 0
  guard longest > options.every else {
    throw ModelError(
      message: "every \(options.every). grid point of scans of at most \(longest) leaves no scan two",
      hint: "try a smaller --every")
  }
  if options.likelihood == .energyAndForces {
    let hasForces = prepared.scans.contains { prepared.scan($0).points.contains { $0.forces != nil } }
    guard hasForces else {
      throw ModelError(
        message: "forces were asked for, and no scan has any",
        hint: "give scans with forces, or --likelihood energy")
    }
  }
  func geometries(_ parameters: TorsionParameters?, heldOutOnly: Bool = false) async -> [RelaxedScan] {
    await prepared.relaxedScans(
      under: parameters, options: options.relaxation, relax: relax, threads: options.threads,
      heldOutOnly: heldOutOnly, progress: progress)
  }
  func designs(_ geometries: [RelaxedScan]) async throws -> [ScanDesign] {
    let designs = await prepared.designs(
      at: geometries, likelihood: options.likelihood, every: options.every,
      weighting: options.energyWeighting, threads: options.threads)
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

  if known == nil { progress(.relaxingBase(points: prepared.pointCount)) }
  let base = if let known { known.scans } else { await geometries(nil) }
  if !options.setsAsideMolecules, let lost = prepared.moleculeWithoutPoints(base) {
    throw ModelError(
      message: "no grid point of \(lost) relaxed under the base force field",
      hint:
        "look at `swivel energy` of one; --set-aside leaves such molecules out and goes on, --rounds 0 takes geometries as given"
    )
  }
  var best = base
  // The design at `best`, where it is known.
  var known: [ScanDesign]?
  var roundErrors: [Double] = []
  var settled = !relax
  var mode: [Double]?
  var current = (mean: prepared.table.base, geometries: base)
  for round in 0..<options.rounds {
    progress(.round(round + 1, rmse: roundErrors.last))
    let here = if let known { known } else { try await designs(best) }
    known = here
    let density = prepared.posterior(here, options: options)
    let found = density.mode(from: mode)
    mode = found.logScales
    let target = found.mean()
    let judge = StepJudge(prepared, density: density, logScales: found.logScales, options: options)
    let before = judge.logPosterior(current.mean, current.geometries)
    // A step out of the range where energies are linear in the force constants is shortened.
    var step = 1.0
    var improved = false
    for _ in 0..<4 {
      let mean = zip(current.mean, target).map { $0 + step * ($1 - $0) }
      let trial = await geometries(prepared.table.torsionParameters(mean))
      guard let rmse = prepared.pooledError(trial, heldOut: false) else { break }
      roundErrors.append(rmse)
      let gain = judge.logPosterior(mean, trial) - before
      if gain > 0 {
        settled = gain < judge.settledGain
        (best, current, improved) = (trial, (mean, trial), true)
        known = nil
        break
      }
      if step == 1, gain > -judge.settledGain {
        settled = true
        break
      }
      step *= 0.5
    }
    if settled || !improved { break }
  }
  let finalDesigns = if let known { known } else { try await designs(best) }
  let density = prepared.posterior(finalDesigns, options: options)
  progress(.sampling(parameters: density.parameterCount, draws: options.chains * options.draws))
  var draws = await density.sample(options, progress: progress)
  draws.centreOnConditionalMean()
  let isReport = options.purpose == .report
  if relax, isReport { progress(.linearisation(draws: options.linearisationDraws)) }
  let linearisation =
    isReport
    ? await prepared.linearisation(
      draws: draws, designs: finalDesigns, geometries: best, options: options, progress: progress)
    : LinearisationResult(check: LinearisationCheck(reason: "not asked for"))
  draws.move(by: linearisation.shift)
  progress(.profiles)
  var summaries = prepared.summaries(of: draws, prior: density.prior, options: options)
  let means = summaries.parameters.map(\.draws.mean)
  let identifiability =
    isReport
    ? prepared.identifiability(
      summaries.parameters, draws: draws, designs: finalDesigns, options: options) : nil
  if let identifiability {
    for index in summaries.parameters.indices {
      let bondClass = prepared.classTable.classIndex(ofColumn: index)
      summaries.parameters[index].includeDifferences(of: identifiability.classes[bondClass])
    }
  }
  let final =
    options.purpose == .parameters
    ? base
    : await geometries(prepared.table.torsionParameters(means), heldOutOnly: !isReport)
  // Only the held-out molecules matter here.
  let plain: [RelaxedScan]? =
    options.comparesLeastSquares && options.purpose != .parameters
    ? await prepared.relaxedScans(
      under: prepared.table.torsionParameters(prepared.leastSquares(finalDesigns)),
      options: options.relaxation, relax: relax, threads: options.threads, heldOutOnly: true,
      progress: progress) : nil
  let predictions =
    options.purpose == .parameters
    ? []
    : await prepared.predictions(
      designs: finalDesigns, posterior: density, draws: draws, options: options, base: base,
      fitted: final,
      leastSquares: plain)
  // Profiles with bands are for reports alone.
  var scanFits =
    isReport
    ? prepared.scanFits(
      base: base, fitted: final, designs: finalDesigns, draws: draws, options: options) : []
  if isReport {
    let ofBase = await prepared.rotorTurns(of: base, isFitted: false, threads: options.threads)
    let ofFit = await prepared.rotorTurns(of: final, isFitted: true, threads: options.threads)
    for s in scanFits.indices {
      scanFits[s].leftWell = ofBase[s].left + ofFit[s].left
      scanFits[s].largestTurn = ofFit[s].largest.map { $0 / Units.degree }
      scanFits[s].jumps =
        prepared.jumps(base[s], ofScan: s, isFitted: false)
        + prepared.jumps(final[s], ofScan: s, isFitted: true)
    }
    let causes = prepared.causes(
      finalDesigns, draws: draws, mean: means, relaxed: final, options: options)
    for s in scanFits.indices { scanFits[s].cause = causes[s] }
  }
  for s in scanFits.indices {
    scanFits[s].published = prepared.publishedErrors(
      ofScan: s, base: base[s], fitted: final[s], forceConstants: means)
  }
  let topologies = family.molecules.map(\.topology)
  let typePatterns =
    isReport
    ? atomPatterns(
      of: Set(prepared.table.types.filter { $0.smarts == nil }.flatMap(\.types)), in: topologies) : [:]
  return Fit(
    family: family.name, origin: family.origin, typePatterns: typePatterns,
    torsionPatterns: isReport
      ? Chemistry.torsionPatterns(of: prepared.table.types, in: topologies, typePatterns: typePatterns) : [:],
    rules: family.rules,
    spelledOut: isReport
      ? Chemistry.spelledOut(
        prepared.table.types.compactMap(\.smarts), in: family.molecules.map(\.topology)) : [:],
    structures: isReport
      ? Dictionary(
        family.molecules.filter { !$0.scans.isEmpty }.map { ($0.id, StructuralFormula(of: $0.topology)) },
        uniquingKeysWith: { first, _ in first }) : [:],
    options: options,
    parameters: summaries.parameters, scales: summaries.scales,
    design: options.keepsDesign
      ? DesignRecord(
        prepared, name: family.name, designs: finalDesigns, posterior: density, options: options.model)
      : nil,
    draws: draws,
    scans: scanFits,
    roundErrors: roundErrors, settled: settled,
    baseRMSE: prepared.pooledError(base, heldOut: false),
    fitRMSE: isReport ? prepared.pooledError(final, heldOut: false) : nil,
    heldOutBaseRMSE: prepared.pooledError(base, heldOut: true),
    heldOutRMSE: options.purpose == .parameters ? nil : prepared.pooledError(final, heldOut: true),
    predictions: predictions,
    predictive: FitPredictive(
      family: prepared, designs: finalDesigns, density: density, roles: draws.scaleRoles, options: options),
    identifiability: identifiability, linearisation: linearisation.check, rank: density.rank,
    typesWithUnequalBase: prepared.table.typesWithUnequalBase,
    cancelledBySymmetry: prepared.table.cancelled,
    oneFourScalings: Set(family.molecules.flatMap(\.topology.oneFourScalings)).sorted {
      ($0.coulombDivisor, $0.lennardJonesDivisor) < ($1.coulombDivisor, $1.lennardJonesDivisor)
    })
}

extension PreparedFamily {
  /// The posterior of a design.
  func posterior(_ designs: [ScanDesign], options: FitOptions) -> TorsionPosterior {
    let centre = options.model.priorCentre == .base ? table.base : table.base.map { _ in 0 }
    let kinds = RowKind.allCases.filter { kind in designs.contains { !($0.fitted[kind]?.y.isEmpty ?? true) } }
    let prior = CoherentPrior(family: self, centre: centre, designs: designs)
    return TorsionPosterior(
      layout: ScaleLayout(kinds: kinds, groupLabels: classTable.groupLabels), prior: prior,
      blocks: molecules.indices.compactMap {
        block($0, designs: designs, kinds: kinds, prior: prior, options: options.model)
      }, noise: options.model.noise)
  }

  /// The first molecule with scans of which no grid point relaxed.
  func moleculeWithoutPoints(_ relaxed: [RelaxedScan]) -> String? {
    molecules.indices.first { m in
      let own = scans.indices.filter { scans[$0].molecule == m }
      return !own.isEmpty && own.allSatisfy { relaxed[$0].energies.allSatisfy { $0 == nil } }
    }.map { molecules[$0].molecule.id }
  }

  /// The error of one scan at relaxed geometries; nil when nothing relaxed.
  func error(_ index: Int, _ relaxed: RelaxedScan) -> ProfileError? {
    ProfileError(reference: scan(scans[index]).points.map(\.energy), model: relaxed.energies)
  }

  /// The pooled error over the fitted or the held-out molecules.
  func pooledError(_ relaxed: [RelaxedScan], heldOut: Bool) -> Double? {
    ProfileError.pooled(
      scans.indices.filter { molecules[scans[$0].molecule].isHeldOut == heldOut }
        .compactMap { error($0, relaxed[$0]) })
  }
}
