// The part of summary.json, and of `swivel inspect --json`, that says what the data can tell about force constants.

import Chemistry
import FoundationEssentials
import TextFiles
import TorsionModel

/// What the data tell, bond class by bond class.
public struct IdentifiabilityRecord: Codable, Hashable, Sendable {
  /// A bond class.
  public struct BondClass: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case bond, parameters, molecules, determined, directions, tau
      case pulledBy = "pulled_by"
    }
    /// "c3-os".
    public var bond: String
    /// Its force constants, "c3-c3-os-c3 n=3".
    public var parameters: [String]
    /// Molecules that drive such a bond.
    public var molecules: Int
    /// Directions of which the data take more than half of the prior's variance away.
    public var determined: Int
    /// Orthogonal directions in units of the prior, the best determined first.
    public var directions: [Direction]
    /// Estimate of the molecule-to-molecule scale, kcal/mol; null before a fit.
    @Nullable public var tau: Double?
    /// Molecules by what they would have of their own, the most first; empty before a fit.
    public var pulledBy: [Pull]
  }

  /// A direction among the force constants of a class.
  public struct Direction: Codable, Hashable, Sendable {
    /// Share of the prior's variance that the data take away.
    public var contraction: Double
    /// Components, in the order of `parameters`.
    public var weights: [Double]
  }

  /// One molecule's part.
  public struct Pull: Codable, Hashable, Sendable {
    /// Its name.
    public var molecule: String
    /// Energy that force constants of its own would add, root mean square over its scans, kcal/mol.
    public var energy: Double
  }

  /// A strong posterior correlation.
  public struct Correlation: Codable, Hashable, Sendable {
    /// Two force constants.
    public var between: [String]
    /// −1 … 1.
    public var value: Double
  }

  /// Every bond class.
  public var classes: [BondClass]
  /// The strongest correlations.
  public var correlations: [Correlation]

  /// The record of what a fit, or the data before one, tell.
  public init(_ found: Identifiability) {
    // Four digits: the draws behind them are good for two.
    func short(_ value: Double) -> Double { rounded(value, 4) }
    classes = found.classes.map { each in
      BondClass(
        bond: each.bond, parameters: each.parameters.map(\.label), molecules: each.molecules,
        determined: each.determined,
        directions: each.directions.map {
          Direction(contraction: short($0.contraction), weights: $0.weights.map(short))
        }, tau: finite(each.tau),
        pulledBy: each.pulls.map { Pull(molecule: $0.molecule, energy: short($0.energy)) })
    }
    correlations = found.correlations.map {
      Correlation(between: [$0.first.label, $0.second.label], value: short($0.value))
    }
  }

  /// The molecules that pull the bond class of a type apart: those that have more of their own than all together would
  /// lead to expect, the first three at most.
  public func molecules(pulling type: TorsionType) -> [String] {
    let bond = type.bondClass.joined(separator: "-")
    guard let each = classes.first(where: { $0.bond == bond }), let largest = each.pulledBy.first?.energy
    else {
      return []
    }
    return each.pulledBy.prefix(3).filter { $0.energy > 0.5 * largest }.map(\.molecule)
  }
}
