// The parts of the statistical model, each of which can be chosen.

/// Where the prior of the force constants is centred.
public enum PriorCentre: String, CaseIterable, Hashable, Sendable {
  /// On the base force field: what the data leave open stays as it was.
  case base
  /// On zero.
  case zero
}

/// The shape of the prior of a force constant about its centre.
public enum Shrinkage: String, CaseIterable, Hashable, Sendable {
  /// Normal, narrower for higher periodicities.
  case normal
  /// A narrow and a wide normal, which of them is learned for each force constant (George & McCulloch 1993,
  /// doi:10.1080/01621459.1993.10476353): says with which probability a periodicity is needed.
  case spikeAndSlab = "spike-and-slab"
}

/// The distribution of grid-point noise.
public enum NoiseKind: String, CaseIterable, Hashable, Sendable {
  /// Normal.
  case gaussian
  /// Student-t with four degrees of freedom: a bad grid point is down-weighted.
  case studentT = "student-t"
}

/// Which parts the model has; the defaults are what predicts held-out molecules best (docs/models.md).
public struct ModelOptions: Hashable, Sendable {
  /// Where the prior is centred.
  public var priorCentre = PriorCentre.base
  /// Its shape.
  public var shrinkage = Shrinkage.normal
  /// Whether molecules may deviate from the shared force constants, by a scale a bond class.
  public var moleculeEffects = true
  /// Whether every scan has a smooth periodic discrepancy of its own.
  public var discrepancy = true
  /// The distribution of grid-point noise.
  public var noise = NoiseKind.gaussian

  /// The default model.
  public init() {}

  /// Noise that is independent from grid point to grid point, and nothing else.
  public static var independentNoise: ModelOptions {
    var options = ModelOptions()
    options.moleculeEffects = false
    options.discrepancy = false
    return options
  }
}
