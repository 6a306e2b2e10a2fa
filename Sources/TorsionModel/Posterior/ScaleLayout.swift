// The scales that the chains sample: what each belongs to, its unit, and its prior.

import CMath
import Statistics

/// What a sampled scale belongs to.
public enum ScaleRole: Hashable, Sendable {
  /// Noise of a kind of rows.
  case noise(RowKind)
  /// The same of scans of another level of theory than the family's.
  case levelNoise(RowKind, String)
  /// Prior standard deviation s of n times any force constant about its centre.
  case prior
  /// Prior standard deviation f of n times the force constants of a bond class along what the energy sees best, in a
  /// group of bond classes.
  case coherent(String)
  /// Standard deviation d of n times the difference that another level of theory makes to the force constants of a
  /// bond, along what the energy sees best.
  case difference(String)
  /// Degrees of freedom of Student-t noise, over scans or grid points.
  case noiseFreedom

  /// "energy noise", "prior", "prior c3-os", …
  public var name: String {
    switch self {
    case .noise(let kind): kind.rawValue + " noise"
    case .prior: "prior"
    case .levelNoise(let kind, let level): "\(kind.rawValue) noise of \(level)"
    case .coherent(let group): "prior " + group
    case .difference(let level): "difference of \(level)"
    case .noiseFreedom: "noise degrees of freedom"
    }
  }

  /// The noise of rows of a level of theory: 0 for the family's, else by place among the others from 1.
  init(_ kind: RowKind, level: Int, of others: [String]) {
    self = level == 0 ? .noise(kind) : .levelNoise(kind, others[level - 1])
  }

  /// The noise of this name; nil where none has it.
  public init?(noiseNamed name: String) {
    guard let kind = RowKind.allCases.first(where: { Self.noise($0).name == name }) else { return nil }
    self = .noise(kind)
  }

  /// Its unit.
  public var unit: String {
    switch self {
    case .noise(let kind), .levelNoise(let kind, _):
      switch kind {
      case .energy: "kcal/mol"
      case .drivenTorque, .otherTorque: "kcal/mol/rad"
      case .force: "kcal/mol/angstrom"
      }
    case .noiseFreedom: "1"
    case .prior, .coherent, .difference: "kcal/mol"
    }
  }
}

/// A log-normal prior of a scale.
struct ScalePrior: Hashable, Sendable {
  /// Its median, in the scale's unit.
  var median: Double
  /// Standard deviation of its logarithm.
  var spread: Double

  /// ln density of the logarithm of the scale, up to a constant.
  func logDensity(ofLog value: Double) -> Double {
    let z = (value - log(median)) / spread
    return -0.5 * z * z
  }

  /// Its derivative.
  func slope(ofLog value: Double) -> Double { (log(median) - value) / (spread * spread) }
}

/// Which scales a model has, in the order in which chains hold their logarithms, and their priors.
struct ScaleLayout: Hashable, Sendable {
  /// The kinds of rows, each with a noise scale of its own; those of the family's level of theory first.
  let kinds: [RowKind]
  /// The level of theory of each: 0 for the family's, then by place among `otherLevels` from 1.
  let levels: [Int]
  let groupLabels: [String]
  /// The levels of theory beside the family's.
  let otherLevels: [String]

  init(kinds: [RowKind], groupLabels: [String]) {
    self.init(rows: kinds.map { ($0, 0) }, groupLabels: groupLabels, otherLevels: [])
  }

  init(rows: [(kind: RowKind, level: Int)], groupLabels: [String], otherLevels: [String]) {
    kinds = rows.map(\.kind)
    levels = rows.map(\.level)
    self.groupLabels = groupLabels
    self.otherLevels = otherLevels
  }

  /// Where the logarithm of s stands; those of f, one a group, follow, then those of d, one a level.
  var priorIndex: Int { kinds.count }
  /// How many scales there are.
  var count: Int { kinds.count + 1 + groupLabels.count + otherLevels.count }

  /// What each scale belongs to.
  var roles: [ScaleRole] {
    zip(kinds, levels).map { ScaleRole($0, level: $1, of: otherLevels) }
      + [.prior] + groupLabels.map(ScaleRole.coherent) + otherLevels.map(ScaleRole.difference)
  }

  /// The prior of each scale.
  var priors: [ScalePrior] { roles.map(Self.prior) }

  /// ln prior density of the log scales, up to a constant.
  func logPrior(_ logScales: [Double]) -> Double {
    logNoisePrior(logScales) + logPriorOfPriorScales(logScales)
  }

  /// Its part of s, every f and every d.
  func logPriorOfPriorScales(_ logScales: [Double]) -> Double {
    var value = Self.floorPrior.logDensity(ofLog: logScales[priorIndex])
    for index in (priorIndex + 1)..<count {
      let isDifference = index > priorIndex + groupLabels.count
      value += (isDifference ? Self.differencePrior : Self.coherentPrior).logDensity(ofLog: logScales[index])
    }
    return value
  }

  /// Its part of the noise scales.
  func logNoisePrior(_ logScales: [Double]) -> Double {
    kinds.enumerated().reduce(0) { $0 + Self.noisePrior($1.element).logDensity(ofLog: logScales[$1.offset]) }
  }

  /// The prior of one scale.
  static func prior(of role: ScaleRole) -> ScalePrior {
    switch role {
    case .noise(let kind), .levelNoise(let kind, _): noisePrior(kind)
    case .prior: floorPrior
    case .coherent: coherentPrior
    case .difference: differencePrior
    case .noiseFreedom: preconditionFailure("not a scale of the layout: latent variables have it")
    }
  }

  /// Typical log scales, to start from.
  var start: [Double] { priors.map { log($0.median) } }

  /// Log scales drawn from the prior, for simulations.
  func drawPrior(using stream: inout RandomStream) -> [Double] {
    priors.map { log($0.median) + $0.spread * stream.normal() }
  }

  /// The squares of the prior's scales.
  func priorScales(_ logScales: [Double]) -> PriorScales {
    PriorScales(
      floor: exp(2 * logScales[priorIndex]),
      coherent: (0..<(groupLabels.count + otherLevels.count)).map { exp(2 * logScales[priorIndex + 1 + $0]) })
  }

  /// What a fit with a handful of harmonics leaves of quantum chemistry: with a wide prior a lone scan's misfit passes
  /// for noise, and its force constants stay where they were; or rows of one kind, where they are few, are met exactly
  /// and the others not at all, and chains do not find from one to the other.
  private static func noisePrior(_ kind: RowKind) -> ScalePrior {
    switch kind {
    case .energy: ScalePrior(median: 0.1, spread: 0.2)
    case .drivenTorque, .otherTorque: ScalePrior(median: 0.8, spread: 0.3)
    case .force: ScalePrior(median: 5, spread: 1)
    }
  }

  /// Narrow: where it may follow the data, directions that hardly change the energy take up what noise should, as large
  /// cancelling numbers that do not carry over.
  private static let floorPrior = ScalePrior(median: 0.2, spread: 0.1)
  /// From a tenth to ten kcal/mol: base force fields are that far off.
  private static let coherentPrior = ScalePrior(median: 1, spread: 1)
  /// From a fifth to one and a half kcal/mol: so far are semi-empirical and density-functional barriers apart. Where no
  /// bond has scans of both levels this is all that is known of it. Were it free to vanish, a lone costly scan would
  /// pass for a broken one instead, and chains would not find from one to the other.
  private static let differencePrior = ScalePrior(median: 0.5, spread: 0.5)
}

/// The squares of s and of every f, kcal/mol².
struct PriorScales: Hashable, Sendable {
  /// s².
  var floor: Double
  /// f² by group.
  var coherent: [Double]

  /// Changes f² of a group, or s² where none is given.
  mutating func set(_ square: Double, group: Int?) {
    if let group { coherent[group] = square } else { floor = square }
  }
}
