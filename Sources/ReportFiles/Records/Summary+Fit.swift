// From a fit to its summary, and back from the file.

import Chemistry
import FoundationEssentials
import Statistics
import TextFiles
import TorsionModel

extension Summary {
  /// The summary of a fit.
  public init(_ fit: Fit, version: String) {
    let diagnostics = fit.parameters.map(\.diagnostics) + fit.scales.map(\.diagnostics)
    // One undefined diagnostic makes the worst undefined.
    func worst(
      _ pick: (ChainDiagnostics) -> Double?, by better: (Double, Double) -> Double
    ) -> Double? {
      let values = diagnostics.map(pick)
      guard values.allSatisfy({ $0 != nil }), let first = values.first else { return nil }
      return values.reduce(first) { a, b in a.flatMap { x in b.map { better(x, $0) } } }
    }
    self.init(
      schema: Self.schema, version: version, family: fit.family, levelOfTheory: fit.origin.levelOfTheory,
      baseForceField: fit.origin.baseForceField, dataDate: fit.origin.date, citation: fit.origin.citation,
      license: fit.origin.license, typeSMARTS: fit.typePatterns,
      torsionSMARTS: Dictionary(uniqueKeysWithValues: fit.torsionPatterns.map { ($0.label, $1) }),
      smartsTypes: fit.rules.compactMap(\.smarts).map { smarts in
        SMARTSRecord(smarts: smarts, types: fit.spelledOut[smarts]?.map(\.types))
      },
      torsionRules: fit.rules.map {
        RuleRecord(
          types: $0.smarts == nil ? $0.pattern : nil, smarts: $0.smarts, periodicities: $0.periodicities)
      }, seed: fit.options.seed, units: UnitNames(),
      model: Model(
        likelihood: fit.options.likelihood.rawValue, priorCentre: fit.options.model.priorCentre.rawValue,
        noise: fit.options.model.noise.rawValue, bagsMolecules: fit.options.model.bagsMolecules,
        effectivePoints: finite(fit.options.model.effectivePoints),
        energyWeight: fit.options.energyWeighting.scheme.rawValue,
        energyUpper: finite(
          fit.options.energyWeighting.upper ?? fit.options.energyWeighting.scheme.defaultUpper),
        every: fit.options.every, heldOut: fit.options.heldOut.sorted(), rank: fit.rank,
        scales: fit.scales.map(Scale.init)),
      oneFour: fit.oneFourScalings.map {
        OneFour(scee: $0.coulombDivisor, scnb: $0.lennardJonesDivisor)
      }, ryckaertBellemans: fit.usesRyckaertBellemans,
      parameters: fit.parameters.map(ParameterRecord.init),
      cancelledBySymmetry: fit.cancelledBySymmetry.map(CancelledRecord.init),
      scans: fit.scans.map { ScanRecord($0, of: fit) },
      rmseBase: finite(fit.baseRMSE), rmseFit: finite(fit.fitRMSE),
      rmseBaseHeldOut: finite(fit.heldOutBaseRMSE), rmseFitHeldOut: finite(fit.heldOutRMSE),
      errors: PooledErrorsRecord(fit.scans), cause: fit.cause.map { CauseRecord($0, fit.causeWords($0)) },
      relaxationRounds: fit.roundErrors.count,
      relaxationSettled: fit.settled, roundErrors: fit.roundErrors,
      linearisationKhat: finite(fit.linearisation.khat),
      linearisation: LinearisationRecord(fit.linearisation),
      identifiability: fit.identifiability.map(IdentifiabilityRecord.init),
      levels: fit.levels.map(LevelsRecord.init),
      diagnostics: Diagnostics(
        maxRhat: worst(\.rhat, by: max), minESSBulk: worst(\.essBulk, by: min),
        minESSTail: worst(\.essTail, by: min),
        draws: fit.draws.forceConstants.reduce(0) { $0 + $1.count }, chains: fit.draws.forceConstants.count,
        converged: fit.converged),
      validation: nil, splitHalves: nil)
  }

  /// Reads summary.json.
  /// - Throws: ``InputError`` when it is missing, not JSON, or of another schema.
  public init(readingFrom path: String) throws {
    let hint = "run `swivel fit` again to write it anew"
    self = try readJSON(Summary.self, from: path, schema: Self.schema, hint: hint)
    if let fault {
      throw InputError(SourcePlace(file: path), "holds \(fault), which no fit writes", hint: hint)
    }
  }

  /// What no fit writes among the force constants and the 1-4 divisors, in words; nil where all are sound.
  private var fault: String? {
    for (index, p) in parameters.enumerated() {
      guard p.types.count == 4, (1...6).contains(p.periodicity) else {
        return "the periodicity \(p.periodicity) and \(p.types.count) types in parameter \(index + 1)"
      }
      let name = "\(p.type.label) n = \(p.periodicity)"
      for (share, bounds) in [(50, p.interval50), (90, p.interval90), (95, p.interval95)] {
        guard bounds.count == 2, bounds.allSatisfy(isOrdinary), bounds[0] <= bounds[1] else {
          return "the \(share) % interval \(bounds) of \(name)"
        }
      }
      guard [p.mean, p.median, p.base, p.contraction].allSatisfy(isOrdinary) else {
        return "a number beyond all sense of \(name)"
      }
      for sd in [p.sd, p.priorSD] where !(isOrdinary(sd) && sd >= 0) {
        return "the standard deviation \(sd) of \(name)"
      }
    }
    for record in cancelledBySymmetry ?? [] {
      let isSound = record.kept.allSatisfy {
        (1...6).contains($0.periodicity) && isOrdinary($0.k) && isOrdinary($0.phase)
      }
      guard isSound, record.types.count == 4 else {
        return "a term that cancels, of \(record.types.joined(separator: "-"))"
      }
    }
    for divisor in oneFour.flatMap({ [$0.scee, $0.scnb] }) where !(isOrdinary(divisor) && divisor > 0) {
      return "the 1-4 divisor \(divisor)"
    }
    return nil
  }

  /// SMIRKS by torsion type.
  public var torsionPatterns: [TorsionType: String] {
    Dictionary(
      parameters.filter { $0.smarts == nil }.compactMap { p in
        torsionSMARTS?[p.type.label].map { (p.type, $0) }
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// The atom types that parameters and the surroundings of scans name.
  public var atomTypes: Set<String> {
    Set(parameters.filter { $0.smarts == nil }.flatMap(\.types))
      .union(Chemistry.atomTypes(in: scans.compactMap(\.environment)))
  }

  /// The fitted parameters in the file's order.
  public var fittedParameters: [FittedParameter] {
    parameters.map {
      FittedParameter(
        parameter: Parameter(
          type: $0.type, periodicity: $0.periodicity, isSine: $0.phase == 90),
        base: $0.base, tau: $0.tau, contraction: $0.contraction, molecules: $0.molecules, flags: $0.flags)
    }
  }
}

extension Summary.CancelledRecord {
  init(_ found: CancelledTerms) {
    self.init(
      types: found.type.types, smarts: found.type.smarts, periodicities: found.periodicities,
      kept: found.kept.map {
        Summary.KeptTerm(
          periodicity: $0.periodicity, phase: $0.phase / Units.degree, k: $0.forceConstant)
      }, offersSix: found.offersSix, askedFor: found.isAskedFor, why: found.words)
  }
}

extension Summary {
  /// The base force field's terms of fitted types that stay beside the fitted ones.
  public var keptTerms: [TorsionType: [TorsionTerm]] {
    Dictionary(
      (cancelledBySymmetry ?? []).map { record in
        let type =
          record.smarts.flatMap { TorsionType(smarts: $0) }
          ?? TorsionType(record.types)
        return (
          type,
          record.kept.map {
            TorsionTerm(
              periodicity: $0.periodicity, phase: $0.phase * Units.degree, forceConstant: $0.k)
          }
        )
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension Summary.LinearisationRecord {
  init(_ check: LinearisationCheck) {
    self.init(
      khat: finite(check.khat), reason: check.reason, draws: check.draws, points: check.points,
      corrected: check.isCorrected, largestShift: finite(check.largestShift))
  }
}

extension Summary.Scale {
  init(_ scale: ScaleSummary) {
    self.init(
      name: scale.name, unit: scale.unit, mean: scale.draws.mean, sd: scale.draws.sd,
      interval90: bounds(scale.draws.interval90), rhat: finite(scale.diagnostics.rhat),
      essBulk: finite(scale.diagnostics.essBulk), essTail: finite(scale.diagnostics.essTail))
  }
}

extension Summary.ParameterRecord {
  /// Which torsions it is on.
  public var type: TorsionType {
    smarts.flatMap { TorsionType(smarts: $0) } ?? TorsionType(types)
  }

  init(_ p: ParameterSummary) {
    self.init(
      types: p.parameter.type.types, smarts: p.parameter.type.smarts, periodicity: p.parameter.periodicity,
      phase: p.parameter.isSine ? 90 : 0, mean: p.draws.mean, sd: p.draws.sd, median: p.draws.median,
      interval50: bounds(p.draws.interval50), interval90: bounds(p.draws.interval90),
      interval95: bounds(p.draws.interval95), base: p.base, priorSD: p.priorSD,
      contraction: finite(p.contraction), tau: finite(p.tau),
      molecules: p.molecules,
      rhat: finite(p.diagnostics.rhat),
      essBulk: finite(p.diagnostics.essBulk), essTail: finite(p.diagnostics.essTail),
      mcseMean: finite(p.diagnostics.mcseMean), mcseInterval90: p.diagnostics.mcseInterval90,
      flags: p.flags.map(\.rawValue))
  }
}

extension Summary.ScanRecord {
  init(_ scan: ScanFit, of fit: Fit) {
    self.init(
      molecule: scan.molecule, scan: scan.scan, driven: scan.driven.atoms, geometry: scan.geometry.rawValue,
      level: scan.level,
      held: scan.held.map(\.atoms), types: scan.types,
      environment: scan.environment, heldOut: scan.isHeldOut, points: scan.fitError?.points ?? 0,
      setAside: scan.setAside.map { Summary.SetAsideRecord(frame: $0.frame, reason: $0.reason) },
      highEnergy: scan.highEnergy.map {
        Summary.HighEnergyRecord(
          frame: $0.frame, angle: $0.angle / Units.degree, energy: $0.qm, weight: $0.energyWeight)
      },
      downweighted: scan.points.contains { $0.weight != nil }
        ? scan.downweighted.map {
          Summary.DownweightedRecord(
            frame: $0.frame, angle: $0.angle / Units.degree, weight: $0.weight ?? 1)
        } : nil,
      noiseWeight: finite(scan.noiseWeight),
      rmseBase: finite(scan.baseError?.rmse), rmseFit: finite(scan.fitError?.rmse),
      maxErrorFit: finite(scan.fitError?.largest),
      rmseBaseMinimumReferenced: finite(scan.baseError?.minimumReferencedRMSE),
      rmseFitMinimumReferenced: finite(scan.fitError?.minimumReferencedRMSE),
      errors: scan.published.map {
        ScanErrorsRecord(base: ScanErrorsRecord.Values($0.base), fit: ScanErrorsRecord.Values($0.fit))
      },
      leftWell: scan.leftWell.map {
        Summary.LeftWellRecord(
          under: $0.isFitted ? "fit" : "base", frame: $0.frame, angle: $0.drivenAngle / Units.degree,
          rotor: $0.rotor.atoms, from: $0.from / Units.degree, to: $0.to / Units.degree,
          energyDrop: finite($0.energyDrop))
      },
      largestTurn: finite(scan.largestTurn), jumps: scan.jumps.map(Summary.JumpRecord.init),
      cause: scan.cause.map { Summary.CauseRecord($0, fit.causeWords($0, of: scan)) },
      derived: scan.features.map { feature in
        Summary.DerivedRecord(
          kind: feature.kind.rawValue, angle: feature.angle / Units.degree, qm: finite(feature.qm),
          qmAngle: feature.qmAngle.map { $0 / Units.degree }, base: finite(feature.base),
          baseAngle: feature.baseAngle.map { $0 / Units.degree },
          mean: feature.fitted?.mean, interval90: feature.fitted.map { bounds($0.interval90) },
          plugIn: feature.fitted?.plugIn, jensenGap: feature.fitted?.jensenGap)
      })
  }
}

private func bounds(_ range: ClosedRange<Double>) -> [Double] { [range.lowerBound, range.upperBound] }

extension Summary {
  /// Where the data come from.
  public var origin: DataOrigin {
    var origin = DataOrigin(
      levelOfTheory: levelOfTheory, baseForceField: baseForceField, date: dataDate, citation: citation,
      license: license)
    origin.otherLevels = levels?.levels.filter { !$0.target }.compactMap(\.level).sorted() ?? []
    return origin
  }
}

/// Whether a number of a record is one that a fit could give.
private func isOrdinary(_ value: Double?) -> Bool { value.map { abs($0) < 1e9 } ?? true }
