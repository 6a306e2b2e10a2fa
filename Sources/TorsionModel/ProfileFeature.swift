// What follows from the profile of a scan: minima, barriers and populations, by quantum chemistry and by both force fields.

import Chemistry
import Statistics

/// A quantity of a relaxed profile that goes round the circle. Energies are in kcal/mol over the profile's minimum.
public struct ProfileFeature: Hashable, Sendable {
  /// What it is.
  public enum Kind: String, Hashable, Sendable {
    /// The energy of a well's lowest grid point.
    case minimum
    /// The share of the Boltzmann distribution of the driven dihedral in a well, at ``ProfileFeature/temperature``.
    case population
    /// The energy of the highest grid point between two wells.
    case barrier
  }

  /// K, of the populations.
  public static let temperature = 298.15

  /// What it is.
  public var kind: Kind
  /// Of the grid point that the fitted force field's mean profile has there, radian.
  public var angle: Double
  /// By quantum chemistry, in the same part of the circle.
  public var qm: Double
  /// By the base force field; nil where some grid point did not relax.
  public var base: Double?
  /// Posterior mean, every draw pushed through.
  public var mean: Double
  /// 90 % credible interval.
  public var interval90: ClosedRange<Double>
  /// The value of the mean profile.
  public var plugIn: Double

  /// Mean less plug-in value, where it exceeds a tenth of the interval (Jensen's inequality) and a thousandth of a
  /// kcal/mol or of a share; nil below.
  public var jensenGap: Double? {
    let gap = mean - plugIn
    return abs(gap) > max(1e-3, 0.1 * (interval90.upperBound - interval90.lowerBound)) ? gap : nil
  }
}

extension ProfileFeature {
  /// The features of one scan; none where its grid is no closed circle.
  ///
  /// - Parameters:
  ///   - angles: radian, of every grid point.
  ///   - draws: point by draw, the profile under each.
  static func all(
    angles: [Double], qm: [Double], base: [Double]?, draws: [[Double]]
  ) -> [ProfileFeature] {
    guard let count = draws.first?.count, count > 0 else { return [] }
    // Profiles are linear in the force constants: their mean is the profile of the mean.
    let fitted = draws.map { $0.reduce(0, +) / Double(count) }
    // The wells are those of the fitted profile; QM, base and mean profile stand beside the draws as further ones.
    let columns = angles.indices.map { i in
      draws[i] + [qm[i], fitted[i]] + (base.map { [$0[i]] } ?? [])
    }
    let (wells, barriers) = PredictedProfile(angles: angles, mean: fitted, draws: columns)
      .wellsAndBarriers(temperature: temperature)
    func feature(_ kind: Kind, _ angle: Double, _ values: [Double]) -> ProfileFeature? {
      guard let sorted = SortedDraws(Array(values.prefix(count))) else { return nil }
      return ProfileFeature(
        kind: kind, angle: angle, qm: values[count], base: base == nil ? nil : values[count + 2],
        mean: values.prefix(count).reduce(0, +) / Double(count), interval90: sorted.centralInterval(0.9),
        plugIn: values[count + 1])
    }
    return wells.flatMap { well in
      [feature(.minimum, well.angle, well.energies), feature(.population, well.angle, well.populations)]
        .compactMap { $0 }
    } + barriers.compactMap { feature(.barrier, $0.angle, $0.heights) }
  }
}
