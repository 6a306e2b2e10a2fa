// Which force constants a user should worry about first.

import Chemistry
import TorsionModel

/// A force constant with what speaks against it.
public struct AuditedTerm: Hashable, Sendable {
  /// The torsion type.
  public var type: TorsionType
  /// n.
  public var periodicity: Int
  /// Whether it is the sine partner of a free phase.
  public var isSine: Bool
  /// Posterior mean, kcal/mol.
  public var mean: Double
  /// Posterior standard deviation, kcal/mol.
  public var sd: Double
  /// Central 90 % credible interval, kcal/mol.
  public var interval90: ClosedRange<Double>
  /// The base force field's value, kcal/mol; nil where the source does not say.
  public var base: Double?
  /// 1 − posterior variance / prior variance; nil where the source does not say.
  public var contraction: Double?
  /// Molecules with data on it.
  public var molecules: Int
  /// Molecule-to-molecule scale of its bond class, kcal/mol; nil where the model has none.
  public var tau: Double?
  /// Molecules that pull its bond class apart, the strongest first; empty where the source does not say.
  public var pulledBy: [String] = []
  /// What there is to worry about, the gravest first.
  public var concerns: [Concern]

  /// A term and the concerns that its numbers raise, and those of its chains: `isConverged` says whether they met their
  /// limits, nil where the source does not.
  public init(
    type: TorsionType, periodicity: Int, isSine: Bool = false, mean: Double, sd: Double,
    interval90: ClosedRange<Double>, base: Double? = nil, contraction: Double? = nil, molecules: Int,
    tau: Double? = nil, flags: [String] = [], isConverged: Bool? = nil
  ) {
    self.type = type
    self.periodicity = periodicity
    self.isSine = isSine
    self.mean = mean
    self.sd = sd
    self.interval90 = interval90
    self.base = base
    self.contraction = contraction
    self.molecules = molecules
    self.tau = tau
    var found = Set(flags.compactMap(Concern.init(rawValue:))).union(
      Concern.raised(
        mean: mean, interval90: interval90, base: base, contraction: contraction, molecules: molecules))
    if let tau, molecules > 1, Concern.shouldSplit(tau: tau, sd: sd) { found.insert(.shouldBeSplit) }
    if isConverged == false { found.insert(.notConverged) }
    concerns = found.sorted()
  }
}

extension [AuditedTerm] {
  /// The gravest first; among equals the wider interval, then by name.
  public func sortedByConcern() -> [AuditedTerm] {
    sorted { a, b in
      let (first, second) = (Concern.grade(Set(a.concerns)), Concern.grade(Set(b.concerns)))
      if first != second { return first.lexicographicallyPrecedes(second) }
      if a.sd != b.sd { return a.sd > b.sd }
      return (a.type, a.periodicity) < (b.type, b.periodicity)
    }
  }
}
