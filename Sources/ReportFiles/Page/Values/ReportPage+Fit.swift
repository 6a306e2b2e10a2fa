// From a fit to the page's values: the one place of the page that knows the model's types.

import Chemistry
import Statistics
import TextFiles
import TorsionModel

extension ReportPage {
  /// The page of a fit.
  ///
  /// - Parameter validation: predictions of molecules by fits that did not see them; nil takes those that this very
  ///   fit makes of its own held-out molecules, when it has any.
  init(_ fit: Fit, validation: [ScanPrediction]? = nil, provenance: ReportProvenance) {
    var parameters = fit.parameters.map { ParameterRow($0, centre: fit.options.model.priorCentre) }
    for (rank, index) in parameters.indices.sorted(by: { graver(fit.parameters[$0], fit.parameters[$1]) })
      .enumerated()
    {
      parameters[index].worry = rank + 1
    }
    let scales = fit.scales.map { ScaleRow($0) }
    let all = parameters.map(\.convergence) + scales.map(\.convergence)
    let fitted = fit.scans.filter { !$0.isHeldOut }
    self.init(
      family: fit.family, levelOfTheory: fit.origin.levelOfTheory,
      levels: fit.levels.map(LevelsRecord.init), dataNotes: fit.dataNotes,
      errors: PooledErrors(
        base: finite(fit.baseRMSE), fitted: finite(fit.fitRMSE),
        baseMinimumReferenced: finite(
          ProfileError.pooled(fitted.compactMap(\.baseError), by: \.minimumReferencedRMSE)),
        fittedMinimumReferenced: finite(
          ProfileError.pooled(fitted.compactMap(\.fitError), by: \.minimumReferencedRMSE)),
        heldOutBase: finite(fit.heldOutBaseRMSE), heldOutFitted: finite(fit.heldOutRMSE)),
      scans: fit.scans.map { scan in
        var panel = ScanPanel(scan, formula: fit.structures[scan.molecule])
        panel.cause = scan.cause.flatMap { fit.causeWords($0, of: scan) }
        return panel
      }, parameters: parameters,
      scales: scales,
      chains: ChainTotals(
        chains: fit.draws.forceConstants.count, drawsPerChain: fit.draws.forceConstants.first?.count ?? 0,
        maxRhat: worst(all.map(\.rhat), by: max), minBulkESS: worst(all.map(\.bulkESS), by: min),
        minTailESS: worst(all.map(\.tailESS), by: min), converged: fit.converged),
      worstChains: chainPanels(of: fit, parameters, scales),
      relaxation: RelaxationRounds(
        errors: fit.roundErrors, settled: fit.settled, wasAsked: fit.options.rounds > 0),
      linearisationKhat: finite(fit.linearisation.khat), rank: fit.rank,
      unequalBase: fit.typesWithUnequalBase.map(\.label),
      cancelled: fit.cancelledBySymmetry.map(\.words),
      oneFourScalings: fit.oneFourScalings.map {
        "Coulomb 1/\(fixed($0.coulombDivisor, 2)), Lennard-Jones 1/\(fixed($0.lennardJonesDivisor, 2))"
      },
      typePerAtom: fit.typePerAtom, settings: choices(of: fit), provenance: provenance,
      derived: fit.scans.flatMap { scan in scan.features.map { DerivedQuantity($0, of: scan) } },
      published: PooledErrorsRecord(fit.scans), cause: fit.cause.flatMap { fit.causeWords($0) },
      correlations: CorrelationMap(draws: Array(fit.draws.forceConstants.joined())),
      pulls: (fit.identifiability?.classes ?? []).map(ClassPulls.init))
    if self.provenance.command == nil {
      // What makes this fit again from the family's name.
      self.provenance.command =
        ["swivel", "fit", fit.family, "--seed", "\(fit.options.seed)"] + fit.options.words
    }
    let predictions = validation ?? fit.predictions
    if !predictions.isEmpty {
      heldOut = HeldOutPanel(predictions, isInTurn: validation != nil)
      for index in scans.indices { scans[index].include(predictions) }
    }
  }
}

extension Convergence {
  init(_ diagnostics: ChainDiagnostics) {
    self.init(
      rhat: finite(diagnostics.rhat), bulkESS: finite(diagnostics.essBulk),
      tailESS: finite(diagnostics.essTail), isGood: diagnostics.isGood)
  }
}

extension ParameterRow {
  init(_ p: ParameterSummary, centre: PriorCentre) {
    self.init(
      type: p.parameter.type.label, bondClass: p.parameter.type.bondClass.joined(separator: "-"),
      periodicity: p.parameter.periodicity, isSine: p.parameter.isSine, mean: p.draws.mean, sd: p.draws.sd,
      median: p.draws.median, interval50: p.draws.interval50, interval90: p.draws.interval90, base: p.base,
      priorCentre: centre == .base ? p.base : 0, priorSD: p.priorSD, contraction: finite(p.contraction),
      tau: finite(p.tau), molecules: p.molecules,
      convergence: Convergence(p.diagnostics),
      flags: p.flags.map(\.rawValue), mcse: finite(p.diagnostics.mcseMean),
      mcseOfBounds: p.diagnostics.mcseInterval90?.max())
  }
}

extension ScaleRow {
  init(_ scale: ScaleSummary) {
    self.init(
      name: scale.name, unit: scale.unit, mean: scale.draws.mean, sd: scale.draws.sd,
      interval90: scale.draws.interval90, convergence: Convergence(scale.diagnostics))
  }
}

extension DerivedQuantity {
  init(_ feature: ProfileFeature, of scan: ScanFit) {
    let degrees = fixed(feature.angle / Units.degree, 0)
    let elsewhere = [("QM", feature.qmAngle), ("base", feature.baseAngle)].compactMap { name, angle in
      angle.flatMap {
        abs(wrapped($0 - feature.angle)) > 0.5 * Units.degree
          ? "\(name) \(fixed($0 / Units.degree, 0))°" : nil
      }
    }
    let place =
      "at \(degrees)°" + (elsewhere.isEmpty ? "" : " (\(elsewhere.joined(separator: ", ")))")
    let isShare = feature.kind == .population
    self.init(
      molecule: scan.molecule, driven: joinedIndices(scan.driven.atoms),
      name: isShare
        ? "population \(place), \(fixed(ProfileFeature.temperature, 0)) K"
        : "\(feature.kind.rawValue) \(place)",
      unit: isShare ? "share" : "kcal/mol", reference: feature.qm, base: feature.base,
      mean: feature.fitted?.mean,
      interval90: feature.fitted?.interval90, jensenGap: feature.fitted?.jensenGap)
  }
}

extension ReportPage.ClassPulls {
  init(_ found: ClassIdentifiability) {
    self.init(
      bondClass: found.bond, determined: found.determined, tau: finite(found.tau),
      molecules: found.pulls.map { Pull(molecule: $0.molecule, energy: $0.energy) })
  }
}

/// Whether there is more to worry about in one force constant than in another; of equals the less certain comes first.
private func graver(_ a: ParameterSummary, _ b: ParameterSummary) -> Bool {
  func grade(_ p: ParameterSummary) -> [Int] {
    Concern.grade(Set(p.flags))
  }
  let (first, second) = (grade(a), grade(b))
  return first == second ? a.draws.sd > b.draws.sd : first.lexicographicallyPrecedes(second)
}

extension ScanPanel {
  init(_ scan: ScanFit, formula: StructuralFormula?) {
    self.init(
      molecule: scan.molecule, scan: scan.scan,
      driven: joinedIndices(scan.driven.atoms), second: scan.second.map { joinedIndices($0.atoms) },
      making: scan.making,
      types: scan.types.joined(separator: "-"), isHeldOut: scan.isHeldOut,
      points: scan.points.map {
        Point(
          frame: $0.frame, angle: $0.angle / Units.degree, second: $0.secondAngle.map { $0 / Units.degree },
          qm: $0.qm, base: finite($0.base),
          fit: finite($0.fit), band50: $0.band50, band90: $0.band90, isFitted: $0.isFitted)
      },
      setAside: scan.setAside.map { SetAside(frame: $0.frame, reason: $0.reason) },
      highEnergy: scan.highEnergy.map {
        HighEnergy(
          frame: $0.frame, angle: $0.angle / Units.degree, energy: $0.qm, weight: $0.energyWeight)
      },
      baseError: scan.baseError.map(Deviation.init), fitError: scan.fitError.map(Deviation.init),
      sketch: formula.map { StructureSketch($0, driven: scan.driven) },
      excursions: scan.leftWell.map(Excursion.init) + scan.jumps.map(Excursion.init),
      largestTurn: finite(scan.largestTurn))
  }
}

extension ScanFit {
  /// How it was made, in words; nil for a relaxed scan with nothing held beside the driven dihedral.
  fileprivate var making: String? {
    var words: [String] = []
    if let level { words.append("\(level): errors are against the force field for the family’s level") }
    if geometry == .rigid { words.append("rigid: energies at the geometries as given") }
    let others = held.filter { $0 != second }
    if !others.isEmpty {
      words.append("held besides: " + others.map { joinedIndices($0.atoms) }.joined(separator: ", "))
    }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }
}

extension ScanPanel.Deviation {
  init(_ error: ProfileError) {
    self.init(rmse: error.rmse, largest: error.largest, minimumReferenced: error.minimumReferencedRMSE)
  }
}

/// The worst of the values; one that is undefined makes the worst undefined.
private func worst(_ values: [Double?], by better: (Double, Double) -> Double) -> Double? {
  let defined = values.compactMap { $0 }
  guard let first = defined.first, defined.count == values.count else { return nil }
  return defined.dropFirst().reduce(first, better)
}

/// Every choice of the fit in the order of a command line, and the seed.
private func choices(of fit: Fit) -> [ReportPage.Setting] {
  FitSetting.all.map { words(on: $0, of: fit) } + [.init(name: "Seed", value: "\(fit.options.seed)")]
}

/// A choice as a person says it; one that has no words of its own stands as on a command line.
private func words(on setting: FitSetting, of fit: Fit) -> ReportPage.Setting {
  let o = fit.options
  let (name, value): (String, String) =
    switch setting.name {
    case "likelihood": ("Likelihood", o.likelihood.rawValue)
    case "prior_centre":
      ("Prior centre", o.model.priorCentre == .base ? "the base force field's value" : "zero")
    case "noise": ("Noise", o.model.noise.words)
    case "bagging": ("Molecules", o.model.bagsMolecules ? "weighed at random, draw by draw" : "all alike")
    case "effective_points":
      (
        "A scan counts as",
        o.model.effectivePoints == .infinity
          ? "all its grid points" : "\(fixed(o.model.effectivePoints, 1)) independent grid points at most"
      )
    case "energy_weight": ("Weight of high energies", o.energyWeighting.words)
    case "energy_upper":
      ("Points are fitted up to", o.settings[setting.name].map { $0 == "inf" ? "any energy" : "\($0) kcal/mol" } ?? "")
    case "chains": ("Chains", "\(o.chains)")
    case "warmup": ("Warm-up iterations a chain", "\(o.warmup)")
    case "draws": ("Kept draws a chain", "\(fit.draws.forceConstants.first?.count ?? 0)")
    case "rounds":
      ("Rounds of relaxation at most", o.rounds == 0 ? "none, geometries as given" : "\(o.rounds)")
    case "geometry_draws":
      ("Draws that geometries follow", o.geometryDraws == 0 ? "none, the mean's alone" : "\(o.geometryDraws)")
    case "every": ("Grid points fitted", o.every == 1 ? "all" : "one in \(o.every), by ascending angle")
    case "cartesian_restraint":
      ("Restraint of atoms while relaxing", "\(fixed(o.relaxation.cartesianRestraint, 2)) kcal/mol/Å²")
    case "torsion_restraint":
      ("Restraint of other torsions", "\(fixed(o.relaxation.torsionRestraint, 2)) kcal/mol/rad²")
    case "well_width":
      (
        "Other rotors stay, while relaxing,",
        o.relaxation.wellHalfWidth < .pi
          ? "within \(fixed(o.wellWidth, 0))° of their QM dihedrals" : "nowhere"
      )
    case "hold_out": ("Molecules held out", listed(o.heldOut.sorted(), limit: 1000))
    case "set_aside": ("Bad grid points and molecules", o.setsAsideMolecules ? "are set aside" : "end the fit")
    default: (setting.flag, o.settings[setting.name] ?? "")
    }
  return .init(name: name, value: value)
}

extension NoiseModel {
  /// What the page says of it.
  fileprivate var words: String {
    switch self {
    case .normal: "normal, one scale a kind of row"
    case .byScan: "normal, every scan with a scale of its own"
    case .studentT: "Student-t"
    }
  }
}

extension EnergyWeighting {
  /// What the page says of it.
  fileprivate var words: String {
    let limit = upper ?? scheme.defaultUpper
    let shape =
      switch scheme {
      case .none: "all energies count alike"
      case .smooth:
        "1 up to \(fixed(Self.smoothStart, 0)) kcal/mol, "
          + "1/(1 + ((E − \(fixed(Self.smoothStart, 0)))/\(fixed(Self.smoothWidth, 0)))²) above"
      case .forcebalance: "ForceBalance: 1 up to 1 kcal/mol, 1/√(1 + (E − 1)²) above"
      case .openff: "OpenFF: 1 up to 1 kcal/mol, 1/√(1 + (E − 1)²) above"
      }
    return shape + (limit.isFinite ? ", none above \(fixed(limit, 1))" : "")
  }
}
