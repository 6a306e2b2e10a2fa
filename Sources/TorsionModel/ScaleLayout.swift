// The scales that the chains sample: what each belongs to, its unit, and its prior.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a sampled scale belongs to.
public enum ScaleRole: Hashable, Sendable {
  /// Noise of a kind of rows.
  case noise(RowKind)
  /// Prior standard deviation of a force constant of periodicity one about its centre, in a group of bond classes; the
  /// empty name is that of all.
  case prior(String)
  /// Molecule-to-molecule deviation in energy, in a group of bond classes.
  case deviation(String)
  /// Amplitude of the discrepancy of scans, by group of the driven bond's class.
  case discrepancy(String)
  /// Amplitude of the systematic error of torques about bonds that are not driven.
  case idleDiscrepancy
  /// Degrees of freedom of Student-t noise, over scans or grid points.
  case noiseFreedom

  /// "energy noise", "deviation c3-os", …
  public var name: String {
    switch self {
    case .noise(let kind): kind.rawValue + " noise"
    case .prior(let group): group.isEmpty ? "prior" : "prior " + group
    case .deviation(let group): "deviation " + group
    case .discrepancy(let group): "discrepancy " + group
    case .idleDiscrepancy: "other torque discrepancy"
    case .noiseFreedom: "noise degrees of freedom"
    }
  }

  /// Its unit.
  public var unit: String {
    switch self {
    case .noise(.drivenTorque), .noise(.otherTorque), .idleDiscrepancy: "kcal/mol/rad"
    case .noise(.force): "kcal/mol/angstrom"
    case .noiseFreedom: "1"
    default: "kcal/mol"
    }
  }
}

/// The prior of one scale.
enum ScalePrior: Sendable {
  /// The absolute value of a Student-t number times the scale.
  case halfStudentT(degreesOfFreedom: Double, scale: Double)
  /// Log-normal with a median that all scales of the pool share.
  case pooled(PooledLogNormal, pool: String)
}

/// Which scales a model has, in the order in which chains hold their logarithms, and their prior.
struct ScaleLayout: Sendable {
  let kinds: [RowKind]
  let groupLabels: [String]
  let hasDeviation: Bool
  let hasDiscrepancy: Bool
  /// Whether torques about bonds that are not driven have a discrepancy of their own.
  let hasIdleDiscrepancy: Bool

  init(kinds: [RowKind], groupLabels: [String], options: ModelOptions) {
    self.kinds = kinds
    self.groupLabels = groupLabels
    hasDeviation = options.moleculeEffects
    hasDiscrepancy = options.discrepancy
    hasIdleDiscrepancy = options.discrepancy && kinds.contains(.otherTorque)
  }

  private var groups: Int { groupLabels.count }
  /// How many scales the prior has: one without deviations, else one a group.
  private var priorCount: Int { hasDeviation ? groups : 1 }
  /// Where the logarithm of the prior's scale for a group stands.
  func priorIndex(group: Int) -> Int { priorStart + (hasDeviation ? group : 0) }
  /// What the prior's scale for a group is called.
  func priorRole(group: Int) -> ScaleRole { .prior(hasDeviation ? groupLabels[group] : "") }
  /// Where the logarithms of the prior's scales start.
  var priorStart: Int { kinds.count }
  /// Where those of the molecule-to-molecule deviations start.
  var deviationStart: Int { priorStart + priorCount }
  /// Where those of the discrepancies start.
  var discrepancyStart: Int { deviationStart + (hasDeviation ? groups : 0) }
  /// Where that of the torques about other bonds stands.
  var idleDiscrepancyStart: Int { discrepancyStart + (hasDiscrepancy ? groups : 0) }
  /// How many scales there are.
  var count: Int { idleDiscrepancyStart + (hasIdleDiscrepancy ? 1 : 0) }

  /// What each scale belongs to.
  var roles: [ScaleRole] {
    kinds.map(ScaleRole.noise) + (0..<priorCount).map(priorRole)
      + (hasDeviation ? groupLabels.map(ScaleRole.deviation) : [])
      + (hasDiscrepancy ? groupLabels.map(ScaleRole.discrepancy) : [])
      + (hasIdleDiscrepancy ? [.idleDiscrepancy] : [])
  }

  /// ln prior density of the log scales, up to a constant.
  func logPrior(_ logScales: [Double]) -> Double {
    var value = 0.0
    for (index, kind) in kinds.enumerated() {
      value += Self.noisePrior(kind).logDensity(ofLog: logScales[index])
    }
    value += priorScales.logDensity(logScales, from: priorStart, count: priorCount)
    if hasDeviation { value += Self.deviations.logDensity(logScales, from: deviationStart, count: groups) }
    if hasDiscrepancy {
      value += Self.discrepancies.logDensity(logScales, from: discrepancyStart, count: groups)
    }
    if hasIdleDiscrepancy {
      value += Self.idleDiscrepancies.logDensity(logScales, from: idleDiscrepancyStart, count: 1)
    }
    return value
  }

  /// The prior of one scale, in the numbers that define it.
  func prior(of role: ScaleRole) -> ScalePrior {
    switch role {
    case .noise(let kind):
      .halfStudentT(degreesOfFreedom: Self.noiseDegreesOfFreedom, scale: Self.noiseScale(kind))
    case .prior: .pooled(priorScales, pool: "prior")
    case .deviation: .pooled(Self.deviations, pool: "deviation")
    case .discrepancy: .pooled(Self.discrepancies, pool: "discrepancy")
    case .idleDiscrepancy: .pooled(Self.idleDiscrepancies, pool: role.name)
    case .noiseFreedom: preconditionFailure("not a scale of the layout: latent variables have it")
    }
  }

  /// Typical log scales, to start from.
  var start: [Double] {
    kinds.map { kind in
      switch kind {
      case .energy: log(0.1)
      case .drivenTorque, .otherTorque: log(0.5)
      case .force: log(5)
      }
    } + (0..<priorCount).map { _ in priorScales.centre }
      + (hasDeviation ? groupLabels.map { _ in Self.deviations.centre } : [])
      + (hasDiscrepancy ? groupLabels.map { _ in Self.discrepancies.centre } : [])
      + (hasIdleDiscrepancy ? [Self.idleDiscrepancies.centre] : [])
  }

  /// Log scales drawn from the prior, for simulations.
  func drawPrior(using stream: inout RandomStream) -> [Double] {
    var result: [Double] = []
    for kind in kinds {
      // |t| with four degrees of freedom: a normal number over the root of a gamma number with mean one.
      let t = stream.normal() / stream.gamma(shape: 2, scale: 0.5).squareRoot()
      result.append(log(abs(t) * Self.noiseScale(kind)))
    }
    result += priorScales.draw(count: priorCount, using: &stream)
    if hasDeviation { result += Self.deviations.draw(count: groups, using: &stream) }
    if hasDiscrepancy { result += Self.discrepancies.draw(count: groups, using: &stream) }
    if hasIdleDiscrepancy { result += Self.idleDiscrepancies.draw(count: 1, using: &stream) }
    return result
  }

  /// Noise scales: half-Student-t with four degrees of freedom (Gelman 2006, doi:10.1214/06-BA117A), wide against
  /// what torsion fits show, so that data decide.
  static func noisePrior(_ kind: RowKind) -> Density {
    .halfStudentT(degreesOfFreedom: noiseDegreesOfFreedom, scale: noiseScale(kind))
  }

  private static let noiseDegreesOfFreedom = 4.0

  private static func noiseScale(_ kind: RowKind) -> Double {
    switch kind {
    case .energy: 0.5
    case .drivenTorque, .otherTorque: 2
    case .force: 10
    }
  }

  /// The prior's scales. Without deviations and discrepancies noise takes up what the model cannot say, and a scale
  /// free to grow lets directions that hardly change the energy take it up instead, as large cancelling numbers: with a
  /// log standard deviation of 0.41 the error on molecules left out of the shipped amides was twice that with 0.05 (0.55
  /// and 0.27 kcal/mol, with six effective points). But
  /// where the base force field is far off the scale must be able to follow: with 0.05 the class acyl_alkyl of the
  /// OpenFF torsion drives stayed at 2.7 of 3.0 kcal/mol, with 0.16 it came down to 0.4.
  ///
  /// With deviations the shared force constants must be at least as free as the deviations from them, or the latter
  /// explain what molecules have in common.
  private var priorScales: PooledLogNormal {
    hasDeviation
      ? PooledLogNormal(median: 0.5, common: 0.8, own: 0.6)
      : PooledLogNormal(median: 0.3, common: 0.15, own: 0.05)
  }
  /// From 0.02 (alkanes) to 1 kcal/mol (biaryls) are ordinary.
  static let deviations = PooledLogNormal(median: 0.15, common: 0.8, own: 0.6)
  static let discrepancies = PooledLogNormal(median: 0.1, common: 0.8, own: 0.5)
  static let idleDiscrepancies = PooledLogNormal(median: 0.4, common: 0.8, own: 0.3)
}

/// Log-normal scales of several groups that share an unknown median, which is integrated out: groups with little
/// data of their own lean on the others.
struct PooledLogNormal: Sendable {
  /// The typical median.
  let median: Double
  /// Its ln.
  let centre: Double
  /// Standard deviation of ln of the shared median.
  let common: Double
  /// Standard deviation of a group's ln about the shared one.
  let own: Double

  init(median: Double, common: Double, own: Double) {
    self.median = median
    centre = log(median)
    self.common = common
    self.own = own
  }

  /// ln density of the log scales `from ..< from + count`, up to a constant: normal with covariance own² I + common² 11ᵀ.
  func logDensity(_ logScales: [Double], from start: Int, count: Int) -> Double {
    var (sum, squares) = (0.0, 0.0)
    for index in start..<(start + count) {
      let z = logScales[index] - centre
      sum += z
      squares += z * z
    }
    let ratio = common * common / (own * own + Double(count) * common * common)
    return -0.5 * (squares - ratio * sum * sum) / (own * own)
  }

  func draw(count: Int, using stream: inout RandomStream) -> [Double] {
    let shared = centre + common * stream.normal()
    return (0..<count).map { _ in shared + own * stream.normal() }
  }
}
