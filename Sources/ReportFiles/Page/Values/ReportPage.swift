// What the report shows, as plain values: pages are rendered from these alone, whatever model made them.

import Chemistry

/// Everything on the page of one fit. Energies are in kcal/mol, angles in degree.
struct ReportPage: Codable, Hashable, Sendable {
  /// The family's name.
  var family: String
  /// The level of theory of the data, as the manifest words it.
  var levelOfTheory: String?
  /// What each level contributes; nil where scans are of one, and in pages of older versions.
  var levels: LevelsRecord?
  /// What reading found odd of the data, by kind; nil in pages of older versions.
  var dataNotes: [DataNote]?
  /// Pooled relaxed errors over the fitted and over the held-out molecules.
  var errors: PooledErrors
  /// Every scan.
  var scans: [ScanPanel]
  /// Every fitted force constant, types about one bond together.
  var parameters: [ParameterRow]
  /// Every scale.
  var scales: [ScaleRow]
  /// The chains as a whole.
  var chains: ChainTotals
  /// The quantities whose chains agree least, worst first.
  var worstChains: [ChainPanel]
  /// The rounds of fitting and relaxing.
  var relaxation: RelaxationRounds
  /// Pareto k̂ of the linearisation; nil when it was not computed.
  var linearisationKhat: Double?
  /// Directions of parameter space that the data see.
  var rank: Int
  /// Torsion types whose base terms differ between molecules.
  var unequalBase: [String]
  /// Sentences on terms that cancel by the symmetry of rotors; nil in pages of older versions.
  var cancelled: [String]?
  /// The 1-4 scalings the numbers hold under.
  var oneFourScalings: [String]
  /// Molecules whose atom types are names of single atoms; nil in pages of older versions.
  var typePerAtom: [String]?
  /// Every choice by name.
  var settings: [Setting]
  /// Where it comes from.
  var provenance: ReportProvenance
  /// Held-out validation; nil until it ran.
  var heldOut: HeldOutPanel?
  /// Root mean square of standardised differences between fits on halves of the molecules; nil until it was measured.
  var halvesZ: Double?
  /// Barriers, minima, populations.
  var derived: [DerivedQuantity] = []
  /// Errors by the definitions of others; nil in pages of older versions.
  var published: PooledErrorsRecord?
  /// Why the fitted error is what it is; nil where it is small, and in pages of older versions.
  var cause: CauseWords?
  /// Posterior correlations of the force constants; nil for fewer than two.
  var correlations: CorrelationMap?
  /// By how much each molecule would differ in each bond class.
  var pulls: [ClassPulls] = []

  /// Pooled relaxed errors, kcal/mol; nil where there is nothing to pool.
  struct PooledErrors: Codable, Hashable, Sendable {
    var base: Double?
    var fitted: Double?
    /// Minimum-referenced (ForceBalance's convention).
    var baseMinimumReferenced: Double?
    var fittedMinimumReferenced: Double?
    var heldOutBase: Double?
    var heldOutFitted: Double?
  }

  /// The chains as a whole; undefined diagnostics are nil.
  struct ChainTotals: Codable, Hashable, Sendable {
    var chains: Int
    var drawsPerChain: Int
    var maxRhat: Double?
    var minBulkESS: Double?
    var minTailESS: Double?
    /// R-hat at most 1.01 and ESS at least 400 everywhere.
    var converged: Bool
  }

  /// Pooled relaxed error after each round, kcal/mol.
  struct RelaxationRounds: Codable, Hashable, Sendable {
    var errors: [Double]
    var settled: Bool
    /// False when the geometries were taken as given.
    var wasAsked: Bool
  }

  /// What each molecule would have of its own in one bond class, energies in kcal/mol.
  struct ClassPulls: Codable, Hashable, Sendable {
    /// "c3-os".
    var bondClass: String
    /// Directions among its force constants of which the data take more than half of the prior's variance away; nil in
    /// pages of older versions.
    var determined: Int?
    /// Estimate of the molecule-to-molecule scale; nil for fewer than two molecules.
    var tau: Double?
    var molecules: [Pull]

    struct Pull: Codable, Hashable, Sendable {
      var molecule: String
      var energy: Double
    }
  }

  /// A choice and its value in words.
  struct Setting: Codable, Hashable, Sendable {
    var name: String
    var value: String
  }

  /// The names of the molecules, fitted and held out, in order of appearance.
  var molecules: [String] {
    var seen: Set<String> = []
    return scans.map(\.molecule).filter { seen.insert($0).inserted }
  }

  /// The bond classes, in order of appearance.
  var bondClasses: [String] {
    var seen: Set<String> = []
    return parameters.map(\.bondClass).filter { seen.insert($0).inserted }
  }
}

/// Where a report comes from, beside the fit itself.
public struct ReportProvenance: Codable, Hashable, Sendable {
  /// Swivel's version.
  public var version: String
  /// Every file read.
  public var inputs: [RunRecord.Input]
  /// The command line as it was given; nil shows the equivalent one.
  public var command: [String]?
  /// The licence of the data, as the manifest words it.
  public var license: String?
  /// Seconds by stage; empty where nobody took the time.
  public var timings: [Timing] = []

  /// A stage and how long it took.
  public struct Timing: Codable, Hashable, Sendable {
    /// "relaxing and fitting".
    public var stage: String
    /// Wall-clock seconds.
    public var seconds: Double

    /// A stage that took so long.
    public init(stage: String, seconds: Double) {
      self.stage = stage
      self.seconds = seconds
    }
  }

  /// A provenance of its parts.
  public init(
    version: String, inputs: [RunRecord.Input], command: [String]? = nil, license: String? = nil,
    timings: [Timing] = []
  ) {
    self.version = version
    self.inputs = inputs
    self.command = command
    self.license = license
    self.timings = timings
  }
}

/// A quantity that follows from the parameters: a barrier, a minimum, a population.
struct DerivedQuantity: Codable, Hashable, Sendable {
  /// The molecule.
  var molecule: String
  /// The driven atoms, zero-based, "0-1-2-3".
  var driven: String
  /// "barrier at 120°".
  var name: String
  /// Its unit.
  var unit: String
  /// By quantum chemistry.
  var reference: Double?
  /// By the base force field.
  var base: Double?
  /// Posterior mean.
  var mean: Double?
  /// 90 % credible interval.
  var interval90: ClosedRange<Double>?
  /// Mean less the value of the mean profile, where it exceeds a tenth of the interval.
  var jensenGap: Double?
}
