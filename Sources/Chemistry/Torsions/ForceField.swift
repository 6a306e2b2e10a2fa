// Fitted torsion parameters as values: what an export writes and what a relaxation is run under.

/// Torsion terms by type: the part of a force field that Swivel fits.
public struct TorsionParameters: Hashable, Sendable {
  /// The terms of each fitted type; a type that is absent keeps the topology's own terms.
  public var terms: [TorsionType: [TorsionTerm]]
  /// The keys of ``terms`` in which "X" stands for any type, in order of precedence; a type's own key comes before all.
  public var wildcards: [TorsionType]
  /// SMARTS among the keys in order of precedence: of several that match a torsion the first holds. Those that are
  /// absent come behind.
  public var precedence: [String] = []
  /// The 1-4 scaling that a file states for the pairs of a type's ends, where its format has a place for it (AMBER's
  /// SCEE, SCNB).
  public var scalings: [TorsionType: OneFourScaling] = [:]

  /// Parameters of the terms given.
  /// - Parameters:
  ///   - terms: terms by type.
  ///   - wildcards: the order of precedence of types with wildcards; nil puts those with fewer wildcards first.
  public init(_ terms: [TorsionType: [TorsionTerm]], wildcards: [TorsionType]? = nil) {
    self.terms = terms
    self.wildcards =
      wildcards
      ?? terms.keys.filter(\.hasWildcard).sorted { ($0.wildcards, $0) < ($1.wildcards, $1) }
  }

  /// The terms that hold for a type; nil where none do.
  public func terms(for type: TorsionType) -> [TorsionTerm]? {
    if let own = terms[type] { return own }
    return wildcards.first { $0.covers(type) }.flatMap { terms[$0] }
  }

  /// The topology with the terms of every fitted type replaced; impropers stay.
  public func applied(to topology: Topology) -> Topology {
    var result = topology
    for index in result.torsions.indices {
      if let fitted = terms(for: topology.type(of: result.torsions[index].quartet)) {
        result.torsions[index].terms = fitted
      }
    }
    return result
  }
}

/// A fitted periodic term with what is known about it.
public struct FittedTerm: Hashable, Sendable {
  /// Periodicity, phase and posterior mean of the force constant.
  public var term: TorsionTerm
  /// Posterior standard deviation, kcal/mol; nil for a term that was not fitted (a converted one).
  public var sd: Double?
  /// 90 % credible interval (5 % and 95 % quantiles), kcal/mol; nil for a term that was not fitted.
  public var interval90: ClosedRange<Double>?
  /// Central 95 % credible interval, kcal/mol; nil for a term that was not fitted.
  public var interval95: ClosedRange<Double>?
  /// The base force field's force constant on the same phase, kcal/mol; nil where it is not known.
  public var base: Double?
  /// Molecule-to-molecule scale of the bond class, kcal/mol; nil where it is not known.
  public var tau: Double?
  /// What the data took off the prior variance, 1 − posterior / prior; nil when undefined.
  public var contraction: Double?
  /// Short words such as "prior only".
  public var flags: [String]

  /// A fitted term of its facts.
  public init(
    term: TorsionTerm, sd: Double? = nil, interval90: ClosedRange<Double>? = nil,
    interval95: ClosedRange<Double>? = nil, base: Double? = nil, tau: Double? = nil,
    contraction: Double? = nil, flags: [String] = []
  ) {
    self.term = term
    self.sd = sd
    self.interval90 = interval90
    self.interval95 = interval95
    self.base = base
    self.tau = tau
    self.contraction = contraction
    self.flags = flags
  }
}

/// A fitted torsion type.
public struct FittedTorsion: Hashable, Sendable {
  /// The four atom types.
  public var type: TorsionType
  /// Its terms, ascending periodicity, at most one a periodicity.
  public var terms: [FittedTerm]
  /// In how many molecules of the family it occurs with data behind it.
  public var molecules: Int

  /// A fitted torsion of its parts.
  public init(type: TorsionType, terms: [FittedTerm], molecules: Int) {
    self.type = type
    self.terms = terms
    self.molecules = molecules
  }
}

/// Everything an exported parameter file says.
public struct FittedForceField: Hashable, Sendable {
  /// The family it was fitted on.
  public var family: String
  /// Where the data come from.
  public var origin: DataOrigin
  /// Swivel's version.
  public var version: String
  /// The 1-4 scaling of the base force field, the only one under which the numbers hold.
  public var oneFourScalings: [OneFourScaling]
  /// The 1-4 scaling of single types, where it is known type by type.
  public var scalings: [TorsionType: OneFourScaling] = [:]
  /// The fitted types, ascending.
  public var torsions: [FittedTorsion]
  /// SMARTS of one atom of each type that the fitted torsions name, where environments tell the types apart.
  public var typePatterns: [String: String] = [:]
  /// SMIRKS of the torsion types, where the family's torsions can be told apart
  /// (``torsionPatterns(of:in:typePatterns:)``).
  public var torsionPatterns: [TorsionType: String] = [:]
  /// SMARTS among the torsions in order of precedence: of several that match a torsion the first holds. Those that are
  /// absent come behind.
  public var precedence: [String] = []
  /// The atom types that each SMARTS among the torsions stands for, where types say the same.
  public var spelledOut: [String: [TorsionType]] = [:]
  /// Types of which only the periodicities that a rule states are fitted: what the base has beside them is none of
  /// the fit's.
  public var ruled: Set<TorsionType> = []
  /// What else the file should say of itself in a line, such as which draw of a posterior it is.
  public var note: String?
  /// Whether GROMACS's file is to have function 3, as the family's topologies look torsions up.
  public var usesRyckaertBellemans = false
  /// By which energy one sees that a file took effect; nil where no geometry is known.
  public var proof: TorsionProof?
  /// The file it was converted from; nil for what was fitted here.
  public var source: String?

  /// A fitted force field of its parts.
  public init(
    family: String, origin: DataOrigin = DataOrigin(), version: String, oneFourScalings: [OneFourScaling],
    torsions: [FittedTorsion]
  ) {
    self.family = family
    self.origin = origin
    self.version = version
    self.oneFourScalings = oneFourScalings
    self.torsions = torsions
  }

  /// The posterior means alone.
  public var parameters: TorsionParameters {
    TorsionParameters(
      Dictionary(uniqueKeysWithValues: torsions.map { ($0.type, $0.terms.map(\.term)) }))
  }
}
