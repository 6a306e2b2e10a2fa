// Where a family's numbers come from, as its manifest words it.

/// The origin of a family's data; nil where the manifest does not say.
public struct DataOrigin: Hashable, Sendable {
  /// Of the scans, such as "B3LYP-D3BJ/DZVP".
  public var levelOfTheory: String?
  /// Levels of theory of further scans, whose difference from `levelOfTheory` a fit learns.
  public var otherLevels: [String] = []
  /// What the topologies are made of, such as "GAFF2, AM1-BCC charges".
  public var baseForceField: String?
  /// When the data were computed, such as "2026-11-25".
  public var date: String?
  /// How to cite the data.
  public var citation: String?
  /// The licence of the data.
  public var license: String?

  /// An origin of its parts.
  public init(
    levelOfTheory: String? = nil, baseForceField: String? = nil, date: String? = nil, citation: String? = nil,
    license: String? = nil
  ) {
    self.levelOfTheory = levelOfTheory
    self.baseForceField = baseForceField
    self.date = date
    self.citation = citation
    self.license = license
  }

  /// The level in words, with the others: "B3LYP-D3BJ/DZVP (with scans at GFN2-xTB, whose difference is learned)".
  public var levelWords: String? {
    guard !otherLevels.isEmpty, let levelOfTheory else { return levelOfTheory }
    return
      "\(levelOfTheory) (with scans at \(otherLevels.joined(separator: ", ")), whose difference is learned)"
  }

  /// What the manifest states, by its keys.
  public var statements: [String: String] {
    [
      "level_of_theory": levelWords, "base_force_field": baseForceField, "date": date,
      "citation": citation,
      "license": license,
    ].compactMapValues { $0 }
  }
}
