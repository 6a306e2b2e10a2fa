// Grid points that relax into another shape than their neighbours: energies jump there where quantum chemistry's do
// not.

import Chemistry
import Mechanics

/// A grid point whose relaxed energy differs from both neighbours' by far more than quantum chemistry's does.
public struct EnergyJump: Hashable, Sendable {
  /// Whether the fitted force field does so, not the base one.
  public var isFitted: Bool
  /// Where the point stands in its file, from 1.
  public var frame: Int
  /// The driven dihedral, radian.
  public var drivenAngle: Double
  /// The other dihedral that turned most against both neighbours and quantum chemistry; nil where none turned by 30°:
  /// then an atom inverted, or bonds and angles gave way.
  public var rotor: Quartet?
  /// Its value in the quantum-chemical geometry, radian; 0 without one.
  public var from: Double
  /// Its value in the relaxed geometry, radian; 0 without one.
  public var to: Double
  /// How far the energy stands above (or below, negative) the mean of its neighbours' beyond what quantum chemistry's
  /// does, kcal/mol.
  public var energy: Double

  /// A jump is at least so large, kcal/mol, on both sides.
  static let least = 1.0
  /// And so many times as far as points usually stand from the mean of their neighbours in the scan.
  static let timesUsual = 6.0
  /// Points farther apart are no neighbours, radian.
  static let widestGap = 40 * Units.degree
  /// Turns of less say nothing, radian.
  static let leastTurn = 30 * Units.degree

  /// The places of points that jump, with by how much.
  ///
  /// - Parameters:
  ///   - angles: the driven dihedral, ascending, radian.
  ///   - reference: quantum-chemical energies, kcal/mol.
  ///   - model: relaxed energies, kcal/mol; nil where a point did not relax.
  static func places(angles: [Double], reference: [Double], model: [Double?]) -> [(place: Int, by: Double)] {
    let known = model.indices.filter { model[$0] != nil }
    let n = known.count
    guard n > 4 else { return [] }
    /// Of the step from one known point to another: of the model and of quantum chemistry; nil for no neighbours.
    func step(_ a: Int, _ b: Int) -> (model: Double, reference: Double)? {
      let (i, j) = (known[(a + n) % n], known[(b + n) % n])
      guard let first = model[i], let second = model[j],
        abs(wrapped(angles[j] - angles[i])) < widestGap
      else { return nil }
      return (second - first, reference[j] - reference[i])
    }
    let bends = (0..<n).compactMap { p -> Double? in
      guard let before = step(p - 1, p), let after = step(p + 1, p) else { return nil }
      return abs(before.model - before.reference + after.model - after.reference) / 2
    }.sorted()
    guard !bends.isEmpty else { return [] }
    let limit = max(least, timesUsual * bends[bends.count / 2])
    return (0..<n).compactMap { p in
      guard let before = step(p - 1, p), let after = step(p + 1, p) else { return nil }
      let excess = [before, after].map { $0.model - $0.reference }
      guard excess[0] * excess[1] > 0, excess.allSatisfy({ abs($0) > limit }),
        // Steep clashes have large differences in both, and bad QM points in quantum chemistry alone.
        [before, after].allSatisfy({
          min(abs($0.model), abs($0.model - $0.reference)) > abs($0.reference)
        })
      else { return nil }
      return (known[p], (excess[0] + excess[1]) / 2)
    }
  }
}

extension PreparedFamily {
  /// Grid points of a relaxed scan that jump against both neighbours; none for geometries as given.
  func jumps(_ relaxed: RelaxedScan, ofScan s: Int, isFitted: Bool) -> [EnergyJump] {
    guard relaxed.relaxation != nil else { return [] }
    let scan = self.scan(scans[s])
    let points = scan.points
    let angles = points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
    let graph = molecules[scans[s].molecule].molecule.topology.bondGraph
    let others = graph.bonds.filter { $0 != scan.driven.centralBond }.compactMap {
      graph.quartets(about: $0).first
    }
    let n = points.count
    return EnergyJump.places(angles: angles, reference: points.map(\.energy), model: relaxed.energies).map {
      place, by in
      let neighbours = [(place + n - 1) % n, (place + 1) % n]
      func turn(_ quartet: Quartet) -> Double {
        func value(_ p: Int) -> Double {
          relaxed.coordinates[p].map {
            dihedralAngle(quartet, in: $0) - dihedralAngle(quartet, in: points[p].coordinates)
          } ?? 0
        }
        return neighbours.map { abs(wrapped(value(place) - value($0))) }.min() ?? 0
      }
      let most = others.map { (quartet: $0, turn: turn($0)) }.filter { $0.turn.isFinite }
        .max { $0.turn < $1.turn }
      let rotor = most.flatMap { $0.turn > EnergyJump.leastTurn ? $0.quartet : nil }
      return EnergyJump(
        isFitted: isFitted, frame: points[place].frame, drivenAngle: angles[place], rotor: rotor,
        from: rotor.map { dihedralAngle($0, in: points[place].coordinates) } ?? 0,
        to: rotor.flatMap { r in relaxed.coordinates[place].map { dihedralAngle(r, in: $0) } } ?? 0,
        energy: by)
    }
  }
}
