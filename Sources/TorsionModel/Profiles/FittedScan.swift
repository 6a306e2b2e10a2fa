// The grid points that entered a fit, and what is drawn of them.

import Chemistry

/// A grid point whose energy entered a fit.
public struct FittedPoint: Hashable, Sendable {
  /// Where it stands in its file, from 1.
  public var frame: Int
  /// The driven dihedral, radian.
  public var angle: Double
  /// The quantum-chemical energy over the lowest of its scan, kcal/mol.
  public var energy: Double
}

/// The fitted grid points of one scan and the model of their energies.
public struct FittedScan: Sendable {
  /// The molecule's name.
  public let molecule: String
  /// The scan's name.
  public let scan: String
  /// Its fitted points, by ascending angle.
  public let points: [FittedPoint]
  /// The power of the likelihood of its energies; see ``ModelOptions``.
  public let power: Double
  /// Energies less those of the force field without fitted torsions, and their rows over `columns`.
  let targets: [Double]
  let rows: [[Double]]
  let columns: [Int]
  /// Where the noise of energies stands among the scales.
  let noiseIndex: Int?
  /// Its level of theory: 0 for the family's.
  let level: Int
  let noiseModel: NoiseModel
  let scanWeight: ScanWeight
  /// Where the degrees of freedom of its noise stand among the scales.
  let freedomIndex: Int?

  /// "molecule/scan".
  public var name: String { "\(molecule)/\(scan)" }
}

/// Draws for one scan, chain after chain, draw after draw.
public struct ScanReplicates: Hashable, Sendable {
  /// The scan's offset, on the zero of ``FittedPoint/energy``; kcal/mol.
  public var offsets: [Double] = []
  /// A replicate of the energy of each point, point by point in a draw; kcal/mol.
  public var energies: [Float] = []
  /// ln of the likelihood of each point's energy, in the same order; NaN where a covariance cannot be factorised.
  public var logLikelihoods: [Float] = []
}
