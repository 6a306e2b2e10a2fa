// What `swivel audit --json` prints: what is amiss in a report or a parameter file, and its force constants by doubt.

import TextFiles
import TorsionModel
import Validation

/// What an audit found, schema swivel.audit/1.
public struct AuditRecord: Encodable, Sendable {
  /// A fitted force constant.
  public struct Term: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case types, periodicity, phase, mean, sd, interval90, base, contraction, molecules, tau, concerns
      case pulledBy = "pulled_by"
    }
    /// The four atom types.
    public var types: [String]
    /// n.
    public var periodicity: Int
    /// Degree: 0, or 90 for the partner of a free phase.
    public var phase: Double
    /// Posterior mean, kcal/mol.
    public var mean: Double
    /// Posterior standard deviation, kcal/mol.
    public var sd: Double
    /// Its 90 % credible interval, kcal/mol.
    public var interval90: [Double]
    /// The base force field's value, kcal/mol.
    @Nullable public var base: Double?
    /// 1: told by the data, 0: by the prior.
    @Nullable public var contraction: Double?
    /// Molecules with data on it.
    public var molecules: Int
    /// Molecule-to-molecule scale of its bond class, kcal/mol.
    @Nullable public var tau: Double?
    /// What there is to worry about, the gravest first.
    public var concerns: [String]
    /// Molecules that pull its bond class apart, the strongest first.
    public var pulledBy: [String]

    /// The record of a term.
    public init(_ term: AuditedTerm) {
      types = term.type.types
      periodicity = term.periodicity
      phase = term.isSine ? 90 : 0
      mean = term.mean
      sd = term.sd
      interval90 = [term.interval90.lowerBound, term.interval90.upperBound]
      base = term.base
      contraction = term.contraction
      molecules = term.molecules
      tau = term.tau
      concerns = term.concerns.map(\.rawValue)
      pulledBy = term.pulledBy
    }
  }

  /// What is wrong with a line of a parameter file.
  public struct Finding: Encodable, Sendable {
    /// The kind, as --fail-on names it.
    public var kind: String
    /// The file.
    public var file: String
    /// The line, from 1; null where it is the whole file's.
    @Nullable public var line: Int?
    /// "c3-c3-c3-c3 n = 3"; empty where the finding is the whole file's.
    public var term: String
    /// What was found and what was expected.
    public var message: String
    /// Whether --fail-on names it.
    public var fails: Bool

    /// A finding of its facts.
    public init(kind: String, place: SourcePlace, term: String, message: String, fails: Bool) {
      self.kind = kind
      file = place.file
      line = place.line
      self.term = term
      self.message = message
      self.fails = fails
    }
  }

  /// "swivel.audit/1".
  public var schema = "swivel.audit/1"
  /// The report or the parameter file.
  public var source: String
  /// What a parameter file says of itself on top.
  public var header: [String]
  /// Whether the source is a parameter file that Swivel did not write.
  public var foreign: Bool
  /// Whether something is amiss that --fail-on names.
  public var failed: Bool
  /// What is amiss.
  public var findings: [Finding]
  /// What is known about transfer to other molecules where it is nothing; null elsewhere.
  @Nullable public var transfer: String?
  /// The fitted force constants, the most doubtful first.
  public var parameters: [Term]
  /// What --against asked for; null without it.
  @Nullable public var against: [TouchedTorsions]?

  /// A record of its parts, which are those of its fields.
  /// - Parameters:
  ///   - source: the report or the parameter file.
  ///   - header: what a parameter file says of itself on top.
  ///   - isForeign: whether Swivel did not write it.
  ///   - isFailed: whether something is amiss that --fail-on names.
  ///   - findings: what is amiss.
  ///   - transfer: what is said of transfer to other molecules; nil for nothing.
  ///   - terms: the fitted force constants, the most doubtful first.
  ///   - against: what --against asked for.
  public init(
    source: String, header: [String], isForeign: Bool, isFailed: Bool, findings: [Finding],
    transfer: String?, terms: [AuditedTerm], against: [TouchedTorsions]?
  ) {
    self.source = source
    self.header = header
    foreign = isForeign
    failed = isFailed
    self.findings = findings
    self.transfer = transfer
    parameters = terms.map(Term.init)
    self.against = against
  }
}

/// Torsions of one molecule and type that parameters touch.
public struct TouchedTorsions: Codable, Hashable, Sendable {
  /// The topology's path.
  public var topology: String
  /// The molecule or residue.
  public var molecule: String
  /// The torsion type.
  public var torsion: String
  /// How many, those of all copies counted.
  public var torsions: Int
  /// How many of these have the source's terms already.
  public var applied: Int
  /// "seen", "near" or "not driven" by a scan, the worst of their bonds; null where the source does not say what was
  /// seen.
  @Nullable public var surroundings: String?

  /// Touched torsions of their parts.
  /// - Parameters:
  ///   - topology: the topology's path.
  ///   - molecule: the molecule or residue.
  ///   - torsion: the torsion type.
  ///   - torsions: how many.
  ///   - applied: how many of these have the source's terms already.
  ///   - surroundings: whether a scan has seen them; nil where the source does not say.
  public init(
    topology: String, molecule: String, torsion: String, torsions: Int, applied: Int, surroundings: String?
  ) {
    self.topology = topology
    self.molecule = molecule
    self.torsion = torsion
    self.torsions = torsions
    self.applied = applied
    self.surroundings = surroundings
  }
}
