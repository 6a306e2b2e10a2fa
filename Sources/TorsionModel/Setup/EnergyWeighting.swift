// How much a grid point counts by its QM energy above the minimum of its scan.

/// How weights fall with the QM energy E above the scan's lowest point, kcal/mol.
///
/// A weight multiplies the squares of a point's rows, energies and torques alike; 1 is an ordinary point. What force
/// fields say of atoms that clash is wrong by much, and nobody needs it right.
public enum EnergyWeightScheme: String, CaseIterable, Hashable, Sendable {
  /// All points count alike.
  case none
  /// 1 up to 15 kcal/mol and 1/(1 + ((E − 15)/10)²) above: half at 25, a third at 30, a thirteenth at 50. Barriers
  /// count, and clashes count for little where force constants cannot meet both.
  case smooth
  /// ForceBalance's `attenuate` for torsion profiles: 1 below the denominator d, d/√(d² + (E − d)²) above, 0 above the
  /// upper limit (Qiu et al. 2021, doi:10.1021/acs.jctc.1c00571; `src/torsion_profile.py`). Its defaults: d = 1, limit
  /// 30.
  case forcebalance
  /// The same as OpenFF's fits set it: d = 1, limit 10 (BespokeFit's `TorsionProfileTargetSchema`; Horton et al. 2022,
  /// doi:10.1021/acs.jcim.2c01153).
  case openff

  /// The energy above which points are not fitted where none is asked for, kcal/mol; infinite for no limit.
  public var defaultUpper: Double {
    switch self {
    case .none, .smooth: .infinity
    case .forcebalance: 30
    case .openff: 10
    }
  }
}

/// The choices of a fit about high energies.
public struct EnergyWeighting: Hashable, Sendable {
  /// Points of a smaller weight are named in reports.
  public static let namedBelow = 0.1

  /// ForceBalance's `energy_denom` of both schemes that have one, kcal/mol.
  static let denominator = 1.0

  /// Where weights of `smooth` begin to fall, kcal/mol.
  public static let smoothStart = 15.0

  /// How far above that a weight of `smooth` is a half, kcal/mol.
  public static let smoothWidth = 10.0

  /// How weights fall.
  public var scheme: EnergyWeightScheme
  /// Points above this many kcal/mol over the scan's minimum are not fitted; nil for the scheme's own limit.
  public var upper: Double?

  /// Choices of the two facts; the default is smooth, without a limit.
  public init(scheme: EnergyWeightScheme = .smooth, upper: Double? = nil) {
    self.scheme = scheme
    self.upper = upper
  }

  /// The weight of a point, 0 … 1; it never rises with the energy.
  ///
  /// - Parameter energy: kcal/mol over the scan's minimum.
  public func weight(at energy: Double) -> Double {
    guard energy <= upper ?? scheme.defaultUpper else { return 0 }
    switch scheme {
    case .none: return 1
    case .smooth:
      let excess = max(0, energy - Self.smoothStart) / Self.smoothWidth
      return 1 / (1 + excess * excess)
    case .forcebalance, .openff:
      let d = Self.denominator
      let excess = max(0, energy - d)
      return d / (d * d + excess * excess).squareRoot()
    }
  }

  /// The weights of the points of one scan; a constant added to all energies changes nothing.
  ///
  /// - Parameter energies: kcal/mol, on any zero.
  public func weights(of energies: [Double]) -> [Double] {
    guard let lowest = energies.min() else { return [] }
    return energies.map { weight(at: $0 - lowest) }
  }
}
