// The columns of the design: what each fitted force constant contributes to an energy, a torque, a force.

import CMath
import Chemistry
import Mechanics

/// The fitted torsions of one molecule, ready to be evaluated at any geometry.
struct Basis: Sendable {
  struct Entry: Sendable {
    var quartet: Quartet
    /// Column of the molecule, periodicity and phase of each term.
    var terms: [(column: Int, periodicity: Double, phase: Double)]
  }

  /// The fitted torsions.
  let entries: [Entry]
  /// Which of the family's columns the molecule has, ascending; a row has one number for each of these.
  let columns: [Int]
  /// The fitted types that the molecule has.
  let types: Set<TorsionType>
  /// The number of columns of the molecule.
  var columnCount: Int { columns.count }

  init(topology: Topology, parameters: [Parameter]) {
    let present = Set(topology.torsions.map { topology.type(of: $0.quartet) })
    let columns = parameters.indices.filter { present.contains(parameters[$0].type) }
    let byType = Dictionary(grouping: columns.enumerated(), by: { parameters[$0.element].type })
    self.columns = columns
    types = Set(columns.map { parameters[$0].type })
    entries = topology.torsions.compactMap { torsion in
      guard let mine = byType[topology.type(of: torsion.quartet)] else { return nil }
      return Entry(
        quartet: torsion.quartet,
        terms: mine.map {
          ($0.offset, Double(parameters[$0.element].periodicity), parameters[$0.element].phase)
        })
    }
  }

  /// ∂E/∂k of every column of the molecule at a geometry: Σ 1 + cos(nφ − γ).
  func energyRow(at coordinates: [Vector3]) -> [Double] {
    var row = [Double](repeating: 0, count: columnCount)
    for entry in entries {
      let angle = dihedralAngle(entry.quartet, in: coordinates)
      for term in entry.terms { row[term.column] += 1 + cos(term.periodicity * angle - term.phase) }
    }
    return row
  }

  /// ∂Q/∂k of every column of the molecule, Q the torque −dE/dφ of a turn: Σ n sin(nφ − γ) · dφ/dturn.
  func torqueRow(of turn: BondTurn, at coordinates: [Vector3]) -> [Double] {
    var row = [Double](repeating: 0, count: columnCount)
    for entry in entries {
      let rate = turn.rate(of: entry.quartet, in: coordinates)
      guard rate != 0 else { continue }
      let angle = dihedralAngle(entry.quartet, in: coordinates)
      for term in entry.terms {
        row[term.column] += rate * term.periodicity * sin(term.periodicity * angle - term.phase)
      }
    }
    return row
  }

  /// ∂Q/∂k of every column of the molecule, Q = −dE/dφ along a path with the tangent dr/dφ: Σ n sin(nφ − γ) ∇φ·dr/dφ.
  func torqueRow(along tangent: [Vector3], at coordinates: [Vector3]) -> [Double] {
    var row = [Double](repeating: 0, count: columnCount)
    for entry in entries {
      let q = entry.quartet
      let (angle, slopes) = dihedralAngleAndGradient(
        coordinates[q.i], coordinates[q.j], coordinates[q.k], coordinates[q.l])
      let rate =
        slopes.i.dot(tangent[q.i]) + slopes.j.dot(tangent[q.j]) + slopes.k.dot(tangent[q.k])
        + slopes.l.dot(tangent[q.l])
      for term in entry.terms {
        row[term.column] += rate * term.periodicity * sin(term.periodicity * angle - term.phase)
      }
    }
    return row
  }

  /// ∂F/∂k of every column of the molecule for all 3N force components, row after row (x, y, z of atom 0, then atom 1,
  /// …).
  func forceRows(at coordinates: [Vector3]) -> [[Double]] {
    var rows = [[Double]](
      repeating: [Double](repeating: 0, count: columnCount), count: 3 * coordinates.count)
    for entry in entries {
      let q = entry.quartet
      let (angle, gradient) = dihedralAngleAndGradient(
        coordinates[q.i], coordinates[q.j], coordinates[q.k], coordinates[q.l])
      for term in entry.terms {
        let slope = term.periodicity * sin(term.periodicity * angle - term.phase)
        for (atom, g) in zip(q.atoms, [gradient.i, gradient.j, gradient.k, gradient.l]) {
          rows[3 * atom][term.column] += slope * g.x
          rows[3 * atom + 1][term.column] += slope * g.y
          rows[3 * atom + 2][term.column] += slope * g.z
        }
      }
    }
    return rows
  }
}
