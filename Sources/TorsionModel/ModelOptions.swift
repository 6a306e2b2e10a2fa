// The parts of the statistical model, each of which can be chosen.

/// Where the prior of the force constants is centred.
public enum PriorCentre: String, CaseIterable, Hashable, Sendable {
  /// On the base force field: what the data leave open stays as it was.
  case base
  /// On zero.
  case zero
}

/// Which parts the model has beside the shared force constants.
public struct ModelOptions: Hashable, Sendable {
  /// Where the prior is centred.
  public var priorCentre = PriorCentre.base
  /// Whether molecules may deviate from the shared force constants, by a scale a bond class.
  public var moleculeEffects = false
  /// Whether every scan has a smooth periodic discrepancy of its own.
  public var discrepancy = false

  /// The default model: noise that is independent from grid point to grid point.
  public init() {}
}
