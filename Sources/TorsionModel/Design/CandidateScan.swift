// A scan that is not computed yet: the rows it would add to the design.

import Chemistry
import Mechanics
import Statistics

/// The rows of a scan before it is made, at geometries turned rigidly about its bond.
public struct CandidateScan: Sendable {
  /// Energies, then torques about the driven bond, shape (2 · points, parameters).
  public let rows: Matrix
  /// Grid points.
  public let points: Int

  /// The rows of a scan; nil when the bond is in a ring.
  /// - Parameters:
  ///   - topology: the molecule.
  ///   - driven: the dihedral to drive, about a bond that is in no ring.
  ///   - start: a geometry in Å.
  ///   - points: grid points round the circle.
  ///   - parameters: the columns.
  public init?(
    of topology: Topology, driven: Quartet, from start: [Vector3], points: Int, parameters: [Parameter]
  ) {
    let graph = topology.bondGraph
    guard let side = graph.side(of: driven.k, awayFrom: driven.j) else { return nil }
    let turn = BondTurn(bond: driven.centralBond, quartet: driven, graph: graph)
    let axis = (start[driven.k] - start[driven.j]).normalized
    let basis = Basis(topology: topology, parameters: parameters)
    var rows = Matrix(rows: 2 * points, columns: parameters.count)
    for point in 0..<points {
      var geometry = start
      for atom in side {
        geometry[atom] = rotated(
          start[atom], about: axis, through: start[driven.j], by: 2 * .pi * Double(point) / Double(points))
      }
      let (energies, torques) = (
        basis.energyRow(at: geometry), basis.torqueRow(of: turn, at: geometry)
      )
      for (own, column) in basis.columns.enumerated() {
        rows[point, column] = energies[own]
        rows[points + point, column] = torques[own]
      }
    }
    self.rows = rows
    self.points = points
  }

  /// The covariance of what the rows would measure around Xk: noise that counts as `effective` points at most, a free
  /// offset of the energies, and the molecule's own deviations.
  /// - Parameters:
  ///   - energyNoise: standard deviation, kcal/mol.
  ///   - torqueNoise: standard deviation, kcal/mol/rad; nil leaves torques without information.
  ///   - effective: independent points that a scan counts as at most.
  ///   - deviations: τ of each parameter, kcal/mol.
  public func noise(energyNoise: Double, torqueNoise: Double?, effective: Double, deviations: [Double])
    -> Matrix
  {
    let spread = max(1, Double(points) / effective)
    // An offset this wide is free beside energies of some kcal/mol, and leaves the matrix well conditioned.
    let offset = 1e4
    let own = Matrix(
      rows: rows.rows, columns: rows.columns,
      elements: (0..<rows.rows).flatMap { row in zip(rows.row(row), deviations).map(*) })
    var total = own.times(own.transposed)
    for row in 0..<rows.rows {
      let sd = row < points ? energyNoise : torqueNoise ?? 1e4
      total[row, row] += sd * sd * spread
      if row < points { for other in 0..<points { total[row, other] += offset } }
    }
    return total
  }
}
