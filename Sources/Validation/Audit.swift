// Which force constants a user should worry about first.

import Chemistry

/// What there is to worry about in a force constant, the gravest first.
public enum Concern: String, CaseIterable, Hashable, Sendable, Comparable {
  /// The data took less than a tenth of the prior's variance away: the number is the base force field's.
  case priorOnly = "prior only"
  /// Its 90 % interval lies on the other side of zero than the base force field's value.
  case signAgainstBase = "sign against the base"
  /// Molecules differ by more than the force constant is uncertain.
  case shouldBeSplit = "molecules differ"
  /// One molecule alone stands behind it: nothing says that it carries over.
  case oneMolecule = "one molecule"
  /// Its 90 % interval contains zero: the term may not be needed.
  case containsZero = "interval contains zero"
  /// Chains did not meet their limits.
  case notConverged = "chains not converged"

  /// The graver comes first.
  public static func < (a: Concern, b: Concern) -> Bool {
    Self.allCases.firstIndex(of: a)! < Self.allCases.firstIndex(of: b)!
  }
}

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
  /// What there is to worry about, the gravest first.
  public var concerns: [Concern]

  /// A term and the concerns that its numbers raise.
  ///
  /// - Parameter isConverged: whether its chains met their limits; nil where the source does not say.
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
    var found = Set(flags.compactMap(Concern.init(rawValue:)))
    if let contraction, contraction < 0.1 { found.insert(.priorOnly) }
    if let base, base * mean < 0, !interval90.contains(0) { found.insert(.signAgainstBase) }
    if let tau, molecules > 1, tau > 3 * sd { found.insert(.shouldBeSplit) }
    if molecules == 1 { found.insert(.oneMolecule) }
    if interval90.contains(0) { found.insert(.containsZero) }
    if isConverged == false { found.insert(.notConverged) }
    concerns = found.sorted()
  }
}

extension [AuditedTerm] {
  /// The gravest first; among equals the wider interval, then by name.
  public func sortedByConcern() -> [AuditedTerm] {
    func grade(_ term: AuditedTerm) -> [Int] {
      Concern.allCases.map { term.concerns.contains($0) ? 0 : 1 }
    }
    return sorted { a, b in
      let (first, second) = (grade(a), grade(b))
      if first != second { return first.lexicographicallyPrecedes(second) }
      if a.sd != b.sd { return a.sd > b.sd }
      return (a.type, a.periodicity) < (b.type, b.periodicity)
    }
  }
}
