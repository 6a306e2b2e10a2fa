// What speaks against a fitted force constant: for flags in files and reports, and for audit.

/// What there is to worry about in a force constant, the gravest first.
public enum Concern: String, CaseIterable, Hashable, Sendable, Comparable {
  /// Its 90 % interval lies on the other side of zero than the base force field's value.
  case signAgainstBase = "sign against the base"
  /// The data pulled it farther from the base force field's value than its prior expects: base, data or torsion types
  /// may be amiss.
  case farFromBase = "far from the base"
  /// Molecules differ by more than the force constant is uncertain.
  case shouldBeSplit = "molecules differ"
  /// The data took less than a tenth of the prior's variance away: the number is the base force field's.
  case priorOnly = "prior only"
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

  /// Sorts by what there is to worry about: the gravest concerns come first lexicographically.
  public static func grade(_ concerns: Set<Concern>) -> [Int] {
    allCases.map { concerns.contains($0) ? 0 : 1 }
  }

  /// Contraction under which a parameter counts as told by its prior alone.
  static let priorOnlyLimit = 0.1

  /// Prior standard deviations from the base force field's value beyond which a force constant counts as far from it.
  static let farLimit = 3.0

  /// Whether molecules differ by so much more than a force constant is uncertain that its type should be split.
  public static func shouldSplit(tau: Double, sd: Double) -> Bool { tau > 3 * sd }

  /// What the numbers of one force constant raise.
  ///
  /// - Parameters:
  ///   - mean: its posterior mean.
  ///   - interval90: its 90 % interval.
  ///   - base: the base force field's value; nil where it is not known.
  ///   - priorSD: standard deviation of a prior about `base`; nil where it is not known, or the prior is about another
  ///     value.
  ///   - contraction: 1 − posterior variance / prior variance; nil where it is not known.
  ///   - molecules: how many show it.
  public static func raised(
    mean: Double, interval90: ClosedRange<Double>, base: Double?, priorSD: Double? = nil,
    contraction: Double?, molecules: Int
  ) -> Set<Concern> {
    var found: Set<Concern> = []
    if let contraction, contraction < priorOnlyLimit { found.insert(.priorOnly) }
    if let base, base * mean < 0, !interval90.contains(0) { found.insert(.signAgainstBase) }
    if let base, let priorSD, abs(mean - base) > farLimit * priorSD { found.insert(.farFromBase) }
    if molecules == 1 { found.insert(.oneMolecule) }
    if interval90.contains(0) { found.insert(.containsZero) }
    return found
  }
}
