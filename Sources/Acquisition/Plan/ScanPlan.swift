// One scan to compute: its grid, and what names it.

import Chemistry
import FamilyFiles
import Foundation
import TextFiles

/// One driven dihedral of one molecule at one recipe.
public struct ScanPlan: Hashable, Sendable {
  /// The molecule's name.
  public var molecule: String
  /// The driven dihedral, zero-based.
  public var quartet: [Int]
  /// Degrees between grid points.
  public var spacing: Int
  /// Levels of theory.
  public var recipe: LevelRecipe
  /// Element symbols.
  public var symbols: [String]
  /// Bonded pairs.
  public var bonds: [[Int]]
  /// Net charge, e.
  public var charge: Int
  /// The geometry to start from, Å.
  public var start: [[Double]]
  /// Further geometries to start from, Å.
  public var otherStarts: [[[Double]]] = []
  /// Canonical ranks of the atoms.
  public var ranks: [Int]
  /// Canonical SMILES with hydrogens.
  public var key: String

  /// The grid angles in degrees, ascending from just above −180 to 180.
  public var angles: [Double] {
    stride(from: -180 + spacing, through: 180, by: spacing).map(Double.init)
  }

  /// All geometries to start from, Å.
  var starts: [[[Double]]] { [start] + otherStarts }

  /// Relaxations that every scan has: one from each start, and two sweeps from it.
  var sweepJobs: Int { (2 * angles.count + 1) * starts.count }

  /// The grid point nearest to the start geometry's dihedral.
  public var first: Int { nearestPoint(to: start) }

  /// The grid point nearest to a geometry's dihedral.
  func nearestPoint(to start: [[Double]]) -> Int {
    let atoms = quartet.map { Vector3(start[$0][0], start[$0][1], start[$0][2]) }
    let here = dihedralAngle(atoms[0], atoms[1], atoms[2], atoms[3]) / Units.degree
    func distance(_ angle: Double) -> Double { abs((angle - here).remainder(dividingBy: 360)) }
    return angles.indices.min { distance(angles[$0]) < distance(angles[$1]) } ?? 0
  }

  /// "butane 0-1-2-3" for messages.
  public var title: String { "\(molecule) \(quartet.map(String.init).joined(separator: "-"))" }

  /// The scan's file, relative to the family's folder.
  public var file: String { "scans/\(molecule)-\(quartet.map(String.init).joined(separator: "-")).extxyz" }

  /// Names the scan in the ledger: a hash of all that its jobs depend on, so that changed input makes new jobs.
  public var identity: String {
    let first = job(.relax, at: 0, from: start)
    let others = otherStarts.map { " " + job(.relax, at: 0, from: $0).hash }.joined()
    let text = "\(planVersion) \(recipe.name) \(spacing) \(first.hash)\(others)"
    return String(sha256(Array(text.utf8)).prefix(16))
  }

  /// The job at a grid point.
  func job(_ kind: JobInput.Kind, at point: Int, from positions: [[Double]]) -> JobInput {
    JobInput(
      kind: kind, symbols: symbols, bonds: bonds, charge: charge, positions: positions,
      level: kind == .point ? recipe.energy ?? recipe.geometry : recipe.geometry, quartet: quartet,
      angle: angles[point])
  }
}

/// Counts up when the plan or the worker computes something else for the same input.
public let planVersion = "swivel.scan/2"

extension DriveList {
  /// The scans to compute, in order.
  /// - Parameter recipe: their levels.
  public func plans(_ recipe: LevelRecipe) -> [ScanPlan] {
    molecules.flatMap { molecule in
      molecule.drives.map {
        ScanPlan(
          molecule: molecule.id, quartet: $0.quartet, spacing: spacing, recipe: recipe,
          symbols: molecule.symbols, bonds: molecule.bonds, charge: molecule.charge,
          start: molecule.positions, otherStarts: molecule.starts ?? [],
          ranks: molecule.ranks, key: molecule.key)
      }
    }
  }
}
