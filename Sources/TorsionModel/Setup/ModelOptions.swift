// The choices of the statistical model.

/// Where the prior of the force constants is centred.
public enum PriorCentre: String, CaseIterable, Hashable, Sendable {
  /// On the base force field: what the data leave open stays as it was.
  case base
  /// On zero.
  case zero
}

/// How noise is spread over grid points.
public enum NoiseModel: String, CaseIterable, Hashable, Sendable {
  /// Normal in every scan, with a scale of its own about a common one: scans that force constants cannot describe count
  /// for little.
  case byScan = "by-scan"
  /// Normal, one scale a kind of row.
  case normal
  /// Student-t: every grid point has a scale of its own, and one far off counts for little.
  case studentT = "student-t"

  /// What has a weight of its own under a model of noise.
  public enum Weighing: Hashable, Sendable {
    /// Nothing; every scan; every grid point.
    case nothing, scans, points
  }

  /// What has a weight of its own; how weights are distributed is `ScanWeight`'s and `Augmentation`'s to say.
  public var weighs: Weighing {
    switch self {
    case .normal: .nothing
    case .byScan: .scans
    case .studentT: .points
    }
  }
}

/// The choices of the model.
public struct ModelOptions: Hashable, Sendable {
  /// Where the prior is centred.
  public var priorCentre = PriorCentre.base
  /// How noise is spread over grid points.
  public var noise = NoiseModel.byScan
  /// Whether force constants are drawn with the molecules weighed at random, so that their intervals hold what
  /// molecules disagree on (BayesBag; Huggins & Miller 2023, doi:10.1093/biomet/asac043).
  public var bagsMolecules = true

  /// As how many independent grid points a scan counts at most, along each dihedral that it goes over; infinity takes
  /// every one as independent.
  ///
  /// What a torsion series cannot say is smooth along a scan: a handful of numbers, however fine its grid. So the
  /// likelihood of a scan of n points is raised to this power over n (a coarsened posterior; Miller & Dunson 2019,
  /// doi:10.1080/01621459.2018.1469995).
  public var effectivePoints = 12.0

  /// As how many independent numbers a scan counts: 12 along one dihedral, 12² over a grid of two.
  ///
  /// - Parameters:
  ///   - points: how many energies it has.
  ///   - axes: over how many dihedrals it goes.
  func independentPoints(points: Int, axes: Int) -> Double {
    min(Double(points), (0..<axes).reduce(1.0) { limit, _ in limit * effectivePoints })
  }

  /// The power of the likelihood of a scan with `points` energies over `axes` dihedrals.
  func power(points: Int, axes: Int) -> Double {
    points < 1 ? 1 : independentPoints(points: points, axes: axes) / Double(points)
  }

  /// The default model.
  public init() {}
}
