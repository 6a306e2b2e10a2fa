// An energy by which a user sees that a parameter file took effect.

/// The torsion energy of one geometry of the family under the fitted terms and under the base force field.
public struct TorsionProof: Hashable, Sendable {
  /// Options of `swivel energy` that name the topology and what goes with it, with paths from the family's folder.
  public var topology: String
  /// A file of the molecule's geometries, from the family's folder.
  public var coordinates: String
  /// Which of them, from 1.
  public var frame: Int
  /// kcal/mol under the fitted terms.
  public var fitted: Double
  /// kcal/mol under the base force field.
  public var base: Double
  /// An option that says bond orders, which files that go by SMARTS need; nil where the family has none.
  public var bondOrders: String?

  /// A proof of its parts.
  public init(
    topology: String, coordinates: String, frame: Int, fitted: Double, base: Double, bondOrders: String? = nil
  ) {
    self.topology = topology
    self.coordinates = coordinates
    self.frame = frame
    self.fitted = fitted
    self.base = base
    self.bondOrders = bondOrders
  }
}
