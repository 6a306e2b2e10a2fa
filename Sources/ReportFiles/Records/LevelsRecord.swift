// The part of summary.json that says what each level of theory contributes to a fit of several.

import Statistics
import TextFiles
import TorsionModel

/// What levels of theory contribute.
public struct LevelsRecord: Codable, Hashable, Sendable {
  /// A quantity with its spread.
  public struct Estimate: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case mean
      case interval90
    }
    /// Posterior mean.
    public var mean: Double
    /// 90 % credible interval.
    public var interval90: [Double]
  }

  /// How a level differs about one kind of bond.
  public struct Bond: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case bond, scans, size
      case targetScans = "target_scans"
    }
    /// "c3-c3".
    public var bond: String
    /// Its scans that drive such a bond.
    public var scans: Int
    /// Those of the family's level that do; with none the difference is not learned there.
    public var targetScans: Int
    /// Root mean square of the difference over its grid points, kcal/mol.
    public var size: Estimate
  }

  /// One level.
  public struct Level: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case level, target, scans, points, bonds
      case energyNoise = "energy_noise"
      case torqueNoise = "torque_noise"
      case differenceScale = "difference_scale"
      case contractionWithout = "contraction_without"
    }
    /// Its name; null where the manifest has none.
    @Nullable public var level: String?
    /// Whether the force constants are for it.
    public var target: Bool
    /// Fitted scans.
    public var scans: Int
    /// Fitted energies.
    public var points: Int
    /// Noise of energies, kcal/mol.
    @Nullable public var energyNoise: Estimate?
    /// Noise of torques about driven bonds, kcal/mol/rad.
    @Nullable public var torqueNoise: Estimate?
    /// Prior standard deviation of n times the difference of a force constant, kcal/mol; null for the family's level.
    @Nullable public var differenceScale: Estimate?
    /// Bond by bond; empty for the family's level.
    public var bonds: [Bond]
    /// Contraction of each parameter, in the order of `parameters`, without this level's scans.
    public var contractionWithout: [Double]
  }

  /// The family's own first.
  public var levels: [Level]
  /// Contraction of each parameter with all of them, at the scales of highest density.
  public var contraction: [Double]

  /// The record of what a fit found.
  public init(_ found: LevelContributions) {
    func short(_ value: Double) -> Double { rounded(value, 4) }
    func estimate(_ draws: DrawSummary) -> Estimate {
      Estimate(
        mean: draws.mean, interval90: [draws.interval90.lowerBound, draws.interval90.upperBound])
    }
    levels = found.levels.map { each in
      Level(
        level: each.level, target: each.isTarget, scans: each.scans, points: each.points,
        energyNoise: each.energyNoise.map(estimate), torqueNoise: each.torqueNoise.map(estimate),
        differenceScale: each.difference.map(estimate),
        bonds: each.bonds.map {
          Bond(bond: $0.bond, scans: $0.scans, targetScans: $0.targetScans, size: estimate($0.size))
        }, contractionWithout: each.contractionWithout.map(short))
    }
    contraction = found.contraction.map(short)
  }
}
