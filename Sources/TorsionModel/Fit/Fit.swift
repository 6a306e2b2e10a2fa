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
  /// What reading found odd of the scans.
  public var dataNotes: [DataNote]
  /// SMARTS of one atom of each type that parameters name, where the family's molecules tell the types apart; of a fit
  /// for a report.
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
  public var design: FitDesign?
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
  /// What each level of theory contributes; nil where scans are of one, and unless the fit is for a report.
  public var levels: LevelContributions?
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
  /// Whether every topology looks torsions up as Ryckaert-Bellemans functions (GROMACS's function 3).
  public var usesRyckaertBellemans: Bool
  /// Molecules whose atom types are names of single atoms, their torsions chosen by these types.
  public var typePerAtom: [String]

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
  let run = try FitRun(family, options: options, progress: progress)
  let prepared = run.prepared
  let base = try await run.base(known)
  let rounds = try await run.following(try await run.rounds(from: base))
  let finalDesigns = rounds.designs
  let isReport = options.purpose == .report
  let density = rounds.density
  let (draws, linearisation) = await run.sample(rounds)
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
    : await run.geometries(prepared.table.torsionParameters(means), heldOutOnly: !isReport)
  let predictions =
    options.purpose == .parameters
    ? []
    : await run.predictions(
      designs: finalDesigns, posterior: density, draws: draws, base: base, fitted: final)
  // Profiles with bands are for reports alone.
  let scanFits =
    isReport
    ? await run.scanFits(base: base, fitted: final, designs: finalDesigns, draws: draws, means: means) : []
  let topologies = family.molecules.map(\.topology)
  let typePatterns =
    isReport
    ? atomPatterns(
      of: Set(prepared.table.types.filter { $0.smarts == nil }.flatMap(\.types)), in: topologies) : [:]
  return Fit(
    family: family.name, origin: family.origin, dataNotes: family.dataNotes, typePatterns: typePatterns,
    torsionPatterns: isReport
      ? Chemistry.torsionPatterns(of: prepared.table.types, in: topologies, typePatterns: typePatterns) : [:],
    rules: family.rules,
    spelledOut: isReport
      ? Chemistry.spelledOut(
        prepared.table.types.compactMap(\.smarts), in: topologies) : [:],
    structures: isReport
      ? Dictionary(
        family.molecules.filter { !$0.scans.isEmpty }.map { ($0.id, StructuralFormula(of: $0.topology)) },
        uniquingKeysWith: { first, _ in first }) : [:],
    options: options,
    parameters: summaries.parameters, scales: summaries.scales,
    design: options.keepsDesign
      ? FitDesign(
        prepared, name: family.name, designs: finalDesigns, posterior: density, options: options.model)
      : nil,
    draws: draws,
    scans: scanFits,
    roundErrors: rounds.errors, settled: rounds.isSettled,
    baseRMSE: prepared.pooledError(base, heldOut: false),
    fitRMSE: isReport ? prepared.pooledError(final, heldOut: false) : nil,
    heldOutBaseRMSE: prepared.pooledError(base, heldOut: true),
    heldOutRMSE: options.purpose == .parameters ? nil : prepared.pooledError(final, heldOut: true),
    predictions: predictions,
    predictive: FitPredictive(
      family: prepared, designs: finalDesigns, density: density, roles: draws.scaleRoles, options: options),
    identifiability: identifiability,
    levels: run.levels(rounds, draws: draws, target: family.origin.levelOfTheory),
    linearisation: linearisation, rank: density.rank,
    typesWithUnequalBase: prepared.table.typesWithUnequalBase,
    cancelledBySymmetry: prepared.table.cancelled,
    oneFourScalings: family.oneFourScalings,
    usesRyckaertBellemans: topologies.allSatisfy(\.usesRyckaertBellemans),
    typePerAtom: family.moleculesWithTypePerAtom)
}

extension Family {
  /// Every 1-4 scaling in use, in order.
  fileprivate var oneFourScalings: [OneFourScaling] {
    Set(molecules.flatMap(\.topology.oneFourScalings)).sorted {
      ($0.coulombDivisor, $0.lennardJonesDivisor) < ($1.coulombDivisor, $1.lennardJonesDivisor)
    }
  }

  /// Molecules whose types name single atoms, with no patterns in their place.
  fileprivate var moleculesWithTypePerAtom: [String] {
    molecules.filter { $0.topology.hasTypePerAtom && $0.topology.patterns.isEmpty }.map(\.id)
  }
}

extension PreparedFamily {
  /// The posterior of a design.
  func posterior(_ designs: [ScanDesign], options: FitOptions) -> TorsionPosterior {
    let centre = options.model.priorCentre == .base ? table.base : table.base.map { _ in 0 }
    let rows = (0...otherLevels.count).flatMap { level in
      RowKind.allCases.filter { kind in
        designs.indices.contains {
          level == self.level(ofScan: $0) && !(designs[$0].fitted[kind]?.y.isEmpty ?? true)
        }
      }.map { (kind: $0, level: level) }
    }
    let layout = ScaleLayout(rows: rows, groupLabels: classTable.groupLabels, otherLevels: otherLevels)
    let prior = CoherentPrior(family: self, centre: centre, designs: designs)
    return TorsionPosterior(
      layout: layout, prior: prior,
      blocks: molecules.indices.compactMap {
        block($0, designs: designs, rows: rows, prior: prior, options: options.model)
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

  /// The pooled error over the scans of the fitted or the held-out molecules at the family's level of theory.
  func pooledError(_ relaxed: [RelaxedScan], heldOut: Bool) -> Double? {
    let all = scans.indices.filter { molecules[scans[$0].molecule].isHeldOut == heldOut }
    return ProfileError.pooled(
      all.filter { isOfTarget($0, among: all) }.compactMap { error($0, relaxed[$0]) })
  }
}
