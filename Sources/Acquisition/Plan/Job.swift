// A job: one call of a quantum-chemistry program, and what came of it.

import FamilyFiles
import Foundation
import TextFiles

/// What a worker is asked for.
public struct JobInput: Codable, Hashable, Sendable {
  /// What is done with the geometry.
  public enum Kind: String, Codable, Sendable {
    /// Relaxed with the dihedral held at the angle; energy and forces there.
    case relax
    /// Energy and forces as it is.
    case point
  }
  /// The format that the worker reads.
  public var schema = "swivel.job/1"
  /// See ``Kind``.
  public var kind: Kind
  /// Element symbols, shape (atoms).
  public var symbols: [String]
  /// Bonded pairs, zero-based: what must still be bonded at the end.
  public var bonds: [[Int]]
  /// Net charge, e.
  public var charge: Int
  /// The geometry to start from in Å, shape (atoms, 3).
  public var positions: [[Double]]
  /// The level of theory.
  public var level: LevelOfTheory
  /// The driven dihedral, zero-based.
  public var quartet: [Int]
  /// The grid angle in degrees.
  public var angle: Double

  /// The hash of everything above: equal inputs are the same job.
  public var hash: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Numbers are finite (DriveList and ResultRecord see to it), so that encoding cannot fail.
    return sha256([UInt8]((try? encoder.encode(self)) ?? Data()))
  }
}

/// The geometry, energy and forces that a job gave.
public struct JobResult: Codable, Hashable, Sendable {
  /// kcal/mol.
  public var energy: Double
  /// Å, shape (atoms, 3).
  public var positions: [[Double]]
  /// −dE/dx in kcal/mol/Å, shape (atoms, 3).
  public var forces: [[Double]]
}

/// How a job ended for good.
public enum JobOutcome: Hashable, Sendable {
  /// With a result.
  case done(JobResult)
  /// After its last attempt failed, with the reason.
  case parked(String)

  /// The result, when there is one.
  public var result: JobResult? {
    if case .done(let result) = self { result } else { nil }
  }
}

/// A job of a scan that can be run now.
public struct PlannedJob: Hashable, Sendable {
  /// Its name within the scan, such as "up-03".
  public var name: String
  /// What to compute.
  public var input: JobInput
}
