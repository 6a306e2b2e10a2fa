// What the draws say about each parameter and each scan.

import CMath
import Chemistry
import Statistics

/// One fitted force constant.
public struct ParameterSummary: Hashable, Sendable {
  /// Which.
  public var parameter: Parameter
  /// Mean, sd, median and intervals of its draws, kcal/mol.
  public var draws: DrawSummary
  /// The base force field's value, kcal/mol.
  public var base: Double
  /// Prior standard deviation at the learned scale, kcal/mol.
  public var priorSD: Double
  /// 1 − posterior variance / prior variance, never below 0.
  public var contraction: Double
  /// Molecule-to-molecule scale of its bond class, kcal/mol of energy: sampled in models with deviations, else
  /// estimated from what the fit leaves; nil where one molecule alone drives such bonds.
  public var tau: Double?
  /// Molecules with data on it.
  public var molecules: Int
  /// R-hat and effective draws.
  public var diagnostics: ChainDiagnostics
  /// What to mind.
  public var flags: [Concern]
}

/// One scale of the model.
public struct ScaleSummary: Hashable, Sendable {
  /// "energy noise", "prior", …
  public var name: String
  /// Its unit.
  public var unit: String
  /// Mean, sd and intervals.
  public var draws: DrawSummary
  /// R-hat and effective draws.
  public var diagnostics: ChainDiagnostics
}

/// The summary of draws of a fit: always defined, as draws are finite and more than one.
func drawSummary(_ draws: [Double]) -> DrawSummary {
  guard let summary = DrawSummary(draws) else { preconditionFailure("draws are finite and more than one") }
  return summary
}

extension PreparedFamily {
  func summaries(
    of draws: PosteriorDraws, prior: CoherentPrior, options: FitOptions
  ) -> (parameters: [ParameterSummary], scales: [ScaleSummary]) {
    let priorSDs = prior.deviations(draws)
    let parameters = table.parameters.indices.map { index -> ParameterSummary in
      let parameter = table.parameters[index]
      let chains = draws.chains(ofParameter: index)
      let summary = drawSummary(Array(chains.joined()))
      let priorSD = priorSDs[index]
      let contraction = max(0, 1 - (summary.sd * summary.sd) / (priorSD * priorSD))
      let base = table.base[index]
      let raised = Concern.raised(
        mean: summary.mean, interval90: summary.interval90, base: base,
        priorSD: options.model.priorCentre == .base ? priorSD : nil, contraction: contraction,
        molecules: table.molecules[index])
      let flags = [
        Concern.priorOnly, .containsZero, .oneMolecule, .signAgainstBase, .farFromBase,
      ].filter(raised.contains)
      return ParameterSummary(
        parameter: parameter, draws: summary, base: base, priorSD: priorSD, contraction: contraction,
        tau: nil, molecules: table.molecules[index],
        diagnostics: ChainDiagnostics(chains, hasErrors: options.purpose == .report),
        flags: flags)
    }
    let scales = draws.scaleRoles.indices.map { index -> ScaleSummary in
      let chains = draws.chains(ofScale: index)
      let role = draws.scaleRoles[index]
      return ScaleSummary(
        name: role.name, unit: role.unit, draws: drawSummary(Array(chains.joined())),
        diagnostics: ChainDiagnostics(chains))
    }
    return (parameters, scales)
  }

  func scanFits(
    base: [RelaxedScan], fitted: [RelaxedScan], designs: [ScanDesign], draws: PosteriorDraws,
    options: FitOptions
  ) -> [ScanFit] {
    let noise = options.model.noise
    let used = drawsForBands(Array(draws.forceConstants.joined()))
    let isBySMARTS = molecules.contains { !$0.molecule.topology.patterns.isEmpty }
    return scans.indices.map { s in
      let prepared = molecules[scans[s].molecule]
      let scan = self.scan(scans[s])
      let qm = scan.points.map(\.energy)
      let zero = qm.min() ?? 0
      let baseProfile = meanShifted(base[s].energies, onto: qm)
      let fitProfile = meanShifted(fitted[s].energies, onto: qm)
      let deviations = designs[s].deviations(draws: used, columns: prepared.basis.columns)
      let bandOf = Dictionary(uniqueKeysWithValues: zip(designs[s].points, deviations.map(bands)))
      // One weight a grid point, or one or two a scan.
      let own = draws.weights.indices.contains(s) ? draws.weights[s] : []
      let weights = noise.weighs == .points ? own + [Double](repeating: 1, count: scan.points.count) : []
      let energyWeights = options.energyWeighting.weights(of: qm)
      let second = scan.second
      let points = scan.points.indices.map { index -> ProfilePoint in
        let point = scan.points[index]
        func band(_ deviation: ClosedRange<Double>?) -> ClosedRange<Double>? {
          deviation.map { (qm[index] - zero + $0.lowerBound)...(qm[index] - zero + $0.upperBound) }
        }
        return ProfilePoint(
          frame: point.frame, angle: dihedralAngle(scan.driven, in: point.coordinates),
          secondAngle: second.map { dihedralAngle($0, in: point.coordinates) }, qm: qm[index] - zero,
          base: baseProfile[index].map { $0 - zero }, fit: fitProfile[index].map { $0 - zero },
          band50: band(bandOf[index]?.inner), band90: band(bandOf[index]?.outer),
          isFitted: !prepared.isHeldOut && index % options.every == 0 && bandOf[index] != nil
            && energyWeights[index] > 0,
          weight: weights.count > 1 ? weights[index] : nil, energyWeight: energyWeights[index])
      }
      let unrelaxed = scan.points.indices.compactMap { index -> SetAsidePoint? in
        let where_ =
          base[s].coordinates[index] == nil
          ? "the base force field" : fitted[s].coordinates[index] == nil ? "the fitted force field" : nil
        return where_.map {
          SetAsidePoint(frame: scan.points[index].frame, reason: "relaxation under \($0) did not converge")
        }
      }
      let topology = prepared.molecule.topology
      let places = designs[s].points
      let baseThere = places.compactMap { baseProfile[$0] }
      return ScanFit(
        molecule: prepared.molecule.id, scan: scan.id, driven: scan.driven, geometry: scan.geometry,
        held: scan.held, level: scan.level, second: second,
        types: scan.driven.atoms.map { topology.atoms[$0].type },
        environment: bondEnvironment(
          scan.driven.centralBond, of: topology, byElement: isBySMARTS),
        isHeldOut: prepared.isHeldOut,
        points: points, setAside: scan.setAside + unrelaxed, baseError: error(s, base[s]),
        fitError: error(s, fitted[s]),
        noiseWeight: noise.weighs == .scans ? own.first : nil,
        errorDraws: errors(deviations),
        features: second != nil
          ? []
          : ProfileFeature.all(
            angles: places.map { points[$0].angle }, qm: places.map { qm[$0] },
            base: baseThere.count == places.count ? baseThere : nil,
            draws: zip(places, deviations).map { place, row in row.map { qm[place] + $0 } }))
    }
  }
}

extension ScanDesign {
  /// (model − QM) at each point with a row under each draw, point by draw, every draw's profile mean-shifted on its
  /// own.
  func deviations(draws: [[Double]], columns: [Int]) -> [[Double]] {
    let active = energyRows.map { row in row.indices.filter { row[$0] != 0 } }
    var result = points.map { _ in [Double](repeating: 0, count: draws.count) }
    for (d, k) in draws.enumerated() {
      var sum = 0.0
      for index in points.indices {
        let value = active[index].reduce(-energyTargets[index]) {
          $0 + energyRows[index][$1] * k[columns[$1]]
        }
        result[index][d] = value
        sum += value
      }
      let mean = sum / Double(points.count)
      for index in points.indices { result[index][d] -= mean }
    }
    return result
  }
}

/// Root mean square over the points under each draw; empty without points.
private func errors(_ deviations: [[Double]]) -> [Double] {
  guard let draws = deviations.first?.count else { return [] }
  return (0..<draws).map { d in
    (deviations.reduce(0) { $0 + $1[d] * $1[d] } / Double(deviations.count)).squareRoot()
  }
}

/// 50 % and 90 % bands of draws.
private func bands(_ draws: [Double]) -> (inner: ClosedRange<Double>, outer: ClosedRange<Double>) {
  guard let sorted = SortedDraws(draws) else { preconditionFailure("draws are finite") }
  return (sorted.centralInterval(0.5), sorted.centralInterval(0.9))
}
