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
///   - gradient: of what the relaxation minimised, restraints included: writes dE/dx (kcal/mol/Å) to its second argument;
///     both are all x, then all y, then all z.
/// - Returns: one vector an atom; nil where the geometry is not a minimum of the held problem.
func pathTangent(
  at coordinates: [Vector3], holding held: Quartet,
  gradient: (_ x: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>) -> Void
) -> [Vector3]? {
  let order = 3 * coordinates.count
  var x = flattened(coordinates)
  var slope = [Double](repeating: 0, count: order)
  var g = slope
  addDihedralSlopes(held, at: x, times: 1, to: &g)
  let square = dot(g, g)
  guard square > 0, square.isFinite else { return nil }
  gradient(x, &slope)
  let multiplier = dot(slope, g) / square
  let step = 1e-4
  var (up, down) = (slope, slope)
  var hessian = Matrix(rows: order, columns: order)
  for column in 0..<order {
    let old = x[column]
    x[column] = old + step
    gradient(x, &up)
    addDihedralSlopes(held, at: x, times: -multiplier, to: &up)
    x[column] = old - step
    gradient(x, &down)
    addDihedralSlopes(held, at: x, times: -multiplier, to: &down)
    x[column] = old
    for row in 0..<order { hessian[row, column] = (up[row] - down[row]) / (2 * step) }
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
  let rate = dot(t, g)
  guard rate > 0, rate.isFinite else { return nil }
  return unflattened(t.map { $0 / rate })
}

/// Adds `factor` ∇φ of a quartet; `x` and `sum` are all x, then all y, then all z.
private func addDihedralSlopes(
  _ quartet: Quartet, at x: [Double], times factor: Double, to sum: inout [Double]
) {
  let count = x.count / 3
  func position(_ atom: Int) -> Vector3 { Vector3(x[atom], x[count + atom], x[2 * count + atom]) }
  let slopes = dihedralAngleAndGradient(
    position(quartet.i), position(quartet.j), position(quartet.k), position(quartet.l)
  ).gradient
  func add(_ slope: Vector3, _ atom: Int) {
    sum[atom] += factor * slope.x
    sum[count + atom] += factor * slope.y
    sum[2 * count + atom] += factor * slope.z
  }
  add(slopes.i, quartet.i)
  add(slopes.j, quartet.j)
  add(slopes.k, quartet.k)
  add(slopes.l, quartet.l)
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}
