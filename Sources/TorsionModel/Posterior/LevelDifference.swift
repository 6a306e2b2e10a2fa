// Scans of several levels of theory in one fit: what another level makes of a bond's force constants.

/// The difference that another level of theory makes.
///
/// Force constants k are those of the family's level of theory. Scans of another level see k + u, with a u of its own
/// for every level and force constant, shared by all scans of that level: as a function of the angles about a bond it
/// is smooth, a Fourier series of the periodicities of the bond's force constants. Its prior is that of k without the
/// floor: along an eigenvector of the bond class's Gram matrix of share g the variance of n u is d² max(g, 0.01), d one
/// scale a level. Where scans of both levels turn a bond, u is learned; elsewhere d says how far the other level's
/// scans can be trusted. Noise scales are each level's own.
///
/// It is a discrepancy function as of Kennedy & O'Hagan (2000, doi:10.1093/biomet/87.1.1), with ρ = 1, in the span of
/// the torsion terms: what the terms cannot say is noise here as elsewhere.
enum LevelDifference {
  /// Directions that hardly change an energy may differ this little: a hundredth of the variance of those that do.
  static let leastSight = 0.01
}

/// The differences of one level in draws.
public struct LevelDraws: Hashable, Sendable {
  /// The level of theory.
  public var level: String
  /// u of every force constant, kcal/mol: chain, draw, parameter.
  public var differences: [[[Double]]]
  /// The mean over draws of its means given the scales.
  var conditionalMean: [Double]
}

extension Array<Double> {
  /// The force constants that scans of a level see, of a vector of shared ones and all levels' differences.
  func forceConstants(ofLevel level: Int, count: Int) -> [Double] {
    level == 0 ? Array(prefix(count)) : (0..<count).map { self[$0] + self[level * count + $0] }
  }
}
