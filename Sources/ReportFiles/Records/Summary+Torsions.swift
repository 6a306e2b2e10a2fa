// The parts of summary.json that say which torsions were fitted and which stay.

import Chemistry
import FoundationEssentials
import TextFiles
import TorsionModel

extension Summary {
  /// A rule of the manifest that says which torsions are fitted.
  public struct RuleRecord: Codable, Hashable, Sendable {
    /// Four atom types, X for any; null for a SMARTS.
    @Nullable public var types: [String]?
    /// The SMARTS; null for atom types.
    @Nullable public var smarts: String?
    /// The periodicities that it states; absent where it states none.
    public var periodicities: [Int]?

    /// The rule.
    public var rule: TorsionRule {
      TorsionRule(pattern: types ?? [], smarts: smarts, periodicities: periodicities)
    }
  }

  /// A SMARTS that torsions were chosen by.
  public struct SMARTSRecord: Codable, Hashable, Sendable {
    /// The pattern.
    public var smarts: String
    /// The atom types of all torsions that it stands for; null where it matches some torsions of a type and not others.
    @Nullable public var types: [[String]]?
  }

  /// Terms that cancel by the symmetry of rotors.
  public struct CancelledRecord: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case types, smarts, periodicities, kept, why
      case offersSix = "offers_six"
      case askedFor = "asked_for"
    }
    /// Four atom types; the tagged atoms of the SMARTS where one chose the torsions.
    public var types: [String]
    /// The pattern it was chosen by, when by SMARTS.
    @Nullable public var smarts: String?
    /// The periodicities, ascending.
    public var periodicities: [Int]
    /// The base force field's terms that stay in every parameter file.
    public var kept: [KeptTerm]
    /// Whether n = 6 is fitted because it is what acts.
    public var offersSix: Bool
    /// Whether a rule asks for the periodicities, which are fitted all the same.
    public var askedFor: Bool
    /// A sentence on it.
    public var why: String
  }

  /// A term of the base force field that stays.
  public struct KeptTerm: Codable, Hashable, Sendable {
    /// n.
    public var periodicity: Int
    /// Degree.
    public var phase: Double
    /// kcal/mol.
    public var k: Double
  }
}
