// How a relaxed geometry moves when its driven dihedral does.

import Chemistry
import Mechanics
import Statistics

/// dr/dφ (Å/rad) along a relaxed path, by linear response of the constrained minimum.
///
/// With λ the torque that holds the dihedral, L = E − λφ is stationary there, and its Hessian H gives H t = μ ∇φ with
/// ∇φ·t = 1 (Nocedal & Wright, Numerical Optimization, 2nd ed., §18.1: the first-order system of an equality
/// constraint). H comes from central differences of analytic forces.
///
/// A rigid turn gives the same torque at a minimum, where the other internal forces vanish, but not the same
/// derivatives by the force constants: other dihedrals about the bond do not turn by the same angle, and methyl groups
/// answer. On butane its rows are off by up to a tenth from those of neighbouring relaxed grid points, these by 0.01.
///
/// - Parameters:
///   - coordinates: a relaxed geometry, Å.
///   - held: the driven dihedral.
///   - forces: what the relaxation saw, restraints included, −dE/dr in kcal/mol/Å.
/// - Returns: one vector an atom; nil where the geometry is not a minimum of the held problem.
func pathTangent(
  at coordinates: [Vector3], holding held: Quartet, forces: (_ coordinates: [Vector3]) -> [Vector3]
) -> [Vector3]? {
  let order = 3 * coordinates.count
  let g = flat(dihedralSlopes(held, in: coordinates))
  let square = g.reduce(0) { $0 + $1 * $1 }
  guard square > 0, square.isFinite else { return nil }
  let multiplier = -zip(flat(forces(coordinates)), g).reduce(0) { $0 + $1.0 * $1.1 } / square
  let step = 1e-4
  var moved = coordinates
  var hessian = Matrix(rows: order, columns: order)
  for column in 0..<order {
    func gradient(_ h: Double) -> [Double] {
      let old = moved[column / 3]
      moved[column / 3] = displaced(old, axis: column % 3, by: h)
      defer { moved[column / 3] = old }
      return zip(flat(forces(moved)), flat(dihedralSlopes(held, in: moved))).map { -$0 - multiplier * $1 }
    }
    for (row, (up, down)) in zip(gradient(step), gradient(-step)).enumerated() {
      hessian[row, column] = (up - down) / (2 * step)
    }
  }
  // ∇φ∇φᵀ changes the solution by a factor only and makes the matrix of a held minimum positive; the small diagonal
  // fixes translation and rotation, along which ∇φ has no part.
  let stiffness = 200 / square
  var cholesky = CholeskyWorkspace(order: order)
  let isMinimum = cholesky.factor { a in
    for i in 0..<order {
      for j in 0..<order {
        a[i * order + j] = 0.5 * (hessian[i, j] + hessian[j, i]) + stiffness * g[i] * g[j]
      }
      a[i * order + i] += 0.01
    }
  }
  guard isMinimum else { return nil }
  var t = g
  cholesky.solve(&t)
  let rate = zip(t, g).reduce(0) { $0 + $1.0 * $1.1 }
  guard rate > 0, rate.isFinite else { return nil }
  return coordinates.indices.map { Vector3(t[3 * $0] / rate, t[3 * $0 + 1] / rate, t[3 * $0 + 2] / rate) }
}

/// ∇φ, one vector an atom.
private func dihedralSlopes(_ quartet: Quartet, in r: [Vector3]) -> [Vector3] {
  var result = [Vector3](repeating: .zero, count: r.count)
  let gradient = dihedralAngleAndGradient(r[quartet.i], r[quartet.j], r[quartet.k], r[quartet.l]).gradient
  for (atom, slope) in zip(quartet.atoms, [gradient.i, gradient.j, gradient.k, gradient.l]) {
    result[atom] = slope
  }
  return result
}

private func flat(_ vectors: [Vector3]) -> [Double] { vectors.flatMap { [$0.x, $0.y, $0.z] } }

private func displaced(_ v: Vector3, axis: Int, by h: Double) -> Vector3 {
  Vector3(v.x + (axis == 0 ? h : 0), v.y + (axis == 1 ? h : 0), v.z + (axis == 2 ? h : 0))
}
