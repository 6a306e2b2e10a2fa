// The energy of one geometry, term by term.

/// Energies by term in kcal/mol.
@frozen
public struct EnergyTerms: Hashable, Sendable {
  /// Harmonic bonds.
  public var bond = 0.0
  /// Harmonic angles, Urey-Bradley terms included.
  public var angle = 0.0
  /// Proper torsions.
  public var torsion = 0.0
  /// Periodic and harmonic impropers.
  public var improper = 0.0
  /// Lennard-Jones, 1-4 pairs included.
  public var lennardJones = 0.0
  /// Coulomb, 1-4 pairs included.
  public var coulomb = 0.0

  /// All terms zero.
  public init() {}

  /// The sum of the terms.
  public var total: Double { bond + angle + torsion + improper + lennardJones + coulomb }
}
