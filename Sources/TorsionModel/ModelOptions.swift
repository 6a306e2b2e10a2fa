// The parts of the statistical model, each of which can be chosen.

/// Where the prior of the force constants is centred.
public enum PriorCentre: String, CaseIterable, Hashable, Sendable {
  /// On the base force field: what the data leave open stays as it was.
  case base
  /// On zero.
  case zero
}

/// How noise is spread over grid points.
public enum NoiseModel: String, CaseIterable, Hashable, Sendable {
  /// Normal, one scale a kind of row.
  case normal
  /// Normal in every scan, with a scale of its own: a scale mixture whose spread is learned.
  case byScan = "by-scan"
  /// Student-t: every grid point has a scale of its own, and one far off counts for little.
  case studentT = "student-t"
}

/// Which parts the model has beside the shared force constants.
public struct ModelOptions: Hashable, Sendable {
  /// Where the prior is centred.
  public var priorCentre = PriorCentre.base
  /// Whether molecules may deviate from the shared force constants, by a scale a bond class.
  public var moleculeEffects = false
  /// Whether every scan has a smooth periodic discrepancy of its own.
  public var discrepancy = false
  /// How noise is spread over grid points.
  public var noise = NoiseModel.normal
  /// Whether every term may be left out: a mixture prior of a narrow and a wide normal density (spike and slab).
  public var selectsTerms = false

  /// As how many independent grid points a scan counts at most; infinity takes every one as independent.
  ///
  /// What a torsion series cannot say is smooth: over the shipped families the errors on held-out molecules have even
  /// amplitudes in the harmonics 1 … 3 of the driven dihedral and fall off steeply above, a handful of numbers a scan,
  /// however fine its grid. So the likelihood of a scan of n points is raised to the power 5/n (a coarsened posterior;
  /// Miller & Dunson 2019, doi:10.1080/01621459.2018.1469995). Chosen among 4, 5, 6, 8 and all by coverage on molecules
  /// left out and by the differences of fits on halves of the molecules (`swivel validate`, docs/model.md).
  public var effectivePoints = 5.0

  /// The power of the likelihood of a scan with `points` energies. With discrepancies the model says itself how grid
  /// points hang together, and all of them count.
  func power(points: Int) -> Double {
    discrepancy ? 1 : min(1, effectivePoints / Double(max(1, points)))
  }

  /// The default model: one kind of noise for energies, one each for torques.
  public init() {}
}
