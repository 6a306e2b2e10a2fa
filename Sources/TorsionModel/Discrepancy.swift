// What the functional form cannot say in one scan: a smooth periodic function of the driven dihedral.

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// δ(φ) = Σ (aₙ cos nφ + bₙ sin nφ)/√n for n = 1 … 6, every coefficient N(0, a²) with one amplitude a: smooth, periodic,
/// with mean zero over the circle and over scans. The same function enters energies and, as −dδ/dφ, the torques about
/// the driven bond.
enum Discrepancy {
  /// The highest harmonic.
  static let harmonics = 6
  /// The number of coefficients.
  static let count = 2 * harmonics

  /// δ's coefficients in an energy at a driven dihedral (radian).
  static func energyRow(at angle: Double) -> [Double] {
    (1...harmonics).flatMap { n -> [Double] in
      let weight = 1 / Double(n).squareRoot()
      return [weight * cos(Double(n) * angle), weight * sin(Double(n) * angle)]
    }
  }

  /// Its coefficients in the torque −dδ/dφ.
  static func torqueRow(at angle: Double) -> [Double] {
    (1...harmonics).flatMap { n -> [Double] in
      let weight = Double(n).squareRoot()
      return [weight * sin(Double(n) * angle), -weight * cos(Double(n) * angle)]
    }
  }

  /// The number of coefficients for the torque about a bond that is not driven.
  static let idleCount = 5

  /// The systematic error of the torque about a bond that is not driven, along a scan: a constant and two harmonics of
  /// the driven dihedral. Such a bond stays near its minimum all the way, so its rows are nearly one row many times;
  /// as independent rows they would outweigh everything else.
  static func idleTorqueRow(at angle: Double) -> [Double] {
    [1, cos(angle), sin(angle), cos(2 * angle), sin(2 * angle)]
  }
}
