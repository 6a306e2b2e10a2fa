// From draws to what a parameter file says: cosine and sine of a free phase become one amplitude and one phase.

import CMath
import Chemistry
import Statistics

/// A fitted parameter as reports keep it, enough to write parameter files from.
public struct FittedParameter: Hashable, Sendable {
  /// Which.
  public var parameter: Parameter
  /// The base force field's value, kcal/mol; nil when it is not known.
  public var base: Double?
  /// Molecule-to-molecule scale of its bond class, kcal/mol; nil when it is not known.
  public var tau: Double?
  /// Contraction, nil when undefined.
  public var contraction: Double?
  /// Molecules with data on it.
  public var molecules: Int
  /// Short words on what to mind.
  public var flags: [String]

  /// A parameter of its facts.
  public init(
    parameter: Parameter, base: Double? = nil, tau: Double? = nil, contraction: Double?, molecules: Int,
    flags: [String]
  ) {
    self.parameter = parameter
    self.base = base
    self.tau = tau
    self.contraction = contraction
    self.molecules = molecules
    self.flags = flags
  }
}

/// The terms that parameters and their draws make, ascending by type.
///
/// A free phase γ and its force constant are those of the mean vector (k_cos, k_sin); sd and interval are of the draws'
/// component along it.
/// - Parameters:
///   - parameters: the force constants.
///   - draws: force constants, draw by parameter, in the parameters' order; at least one.
///   - kept: base terms of the types that stay beside the fitted ones.
///   - choice: nil takes the means; an index takes that draw alone (sd and intervals stay those of all draws).
public func fittedTorsions(
  _ parameters: [FittedParameter], draws: [[Double]], kept: [TorsionType: [TorsionTerm]] = [:],
  choice: Int? = nil
) -> [FittedTorsion] {
  let groups = Dictionary(grouping: parameters.indices) { parameters[$0].parameter.type }
  return groups.keys.sorted().map { type in
    let mine = groups[type]!
    let byPeriodicity = Dictionary(grouping: mine) { parameters[$0].parameter.periodicity }
    let terms = byPeriodicity.keys.sorted().map { n -> FittedTerm in
      let members = byPeriodicity[n]!
      let cosine = members.first { !parameters[$0].parameter.isSine }
      let sine = members.first { parameters[$0].parameter.isSine }
      func component(_ index: Int?, _ draw: [Double]) -> Double { index.map { draw[$0] } ?? 0 }
      let shown = choice.map { [draws[$0]] } ?? draws
      let meanCosine = shown.reduce(0) { $0 + component(cosine, $1) } / Double(shown.count)
      let meanSine = shown.reduce(0) { $0 + component(sine, $1) } / Double(shown.count)
      // Without a sine partner the phase stays 0 and k keeps its sign.
      let phase = sine == nil ? 0 : atan2(meanSine, meanCosine)
      let (c, s) = sine == nil ? (1, 0) : (cos(phase), sin(phase))
      let summary = drawSummary(draws.map { component(cosine, $0) * c + component(sine, $0) * s })
      func base(_ index: Int?) -> Double? { index.map { parameters[$0].base } ?? 0 }
      return FittedTerm(
        term: TorsionTerm(periodicity: n, phase: phase, forceConstant: meanCosine * c + meanSine * s),
        sd: summary.sd, interval90: summary.interval90, interval95: summary.interval95,
        base: base(cosine).flatMap { x in base(sine).map { x * c + $0 * s } },
        tau: members.compactMap { parameters[$0].tau }.max(),
        contraction: members.compactMap { parameters[$0].contraction }.min(),
        flags: Array(Set(members.flatMap { parameters[$0].flags })).sorted())
    }
    return FittedTorsion(
      type: type,
      terms: (terms + unfitted(kept[type] ?? [])).sorted { $0.term.periodicity < $1.term.periodicity },
      molecules: mine.map { parameters[$0].molecules }.max() ?? 0)
  }
}

/// Base terms that stay, as parameter files say them: at most one a periodicity.
private func unfitted(_ terms: [TorsionTerm]) -> [FittedTerm] {
  Dictionary(grouping: terms, by: \.periodicity).values.map { same in
    let x = same.reduce(0) { $0 + $1.cosineAmplitude }
    let y = same.reduce(0) { $0 + $1.sineAmplitude }
    let term =
      same.count == 1
      ? same[0]
      : TorsionTerm(
        periodicity: same[0].periodicity, phase: y == 0 ? 0 : atan2(y, x),
        forceConstant: y == 0 ? x : (x * x + y * y).squareRoot())
    return FittedTerm(term: term, flags: [CancelledTerms.flag])
  }
}

extension Fit {
  /// What parameter files say: posterior means with their uncertainty.
  public func fittedForceField(version: String) -> FittedForceField {
    var forceField = FittedForceField(
      family: family, origin: origin, version: version, oneFourScalings: oneFourScalings,
      torsions: fittedTorsions(
        parameters.map {
          FittedParameter(
            parameter: $0.parameter, base: $0.base, tau: $0.tau, contraction: $0.contraction,
            molecules: $0.molecules, flags: $0.flags.map(\.rawValue))
        }, draws: Array(draws.forceConstants.joined()), kept: keptTerms(cancelledBySymmetry)))
    forceField.typePatterns = typePatterns
    forceField.usesRyckaertBellemans = usesRyckaertBellemans
    forceField.torsionPatterns = torsionPatterns
    forceField.precedence = rules.compactMap(\.smarts)
    forceField.ruled = rules.typesOfStatedPeriodicities(among: forceField.torsions.map(\.type))
    forceField.spelledOut = spelledOut
    return forceField
  }
}
