// How a relaxed geometry moves when a held dihedral does.

import Chemistry
import Mechanics
import Statistics

/// dr/dφ (Å/rad) along relaxed paths, by linear response of the constrained minimum.
///
/// With λ the torque that holds a dihedral, L = E − Σ λφ is stationary there, and its Hessian H gives H t = Σ μ ∇φ with
/// ∇φ·t = 1 for the dihedral that moves and 0 for others that stay (Nocedal & Wright, Numerical Optimization, 2nd ed.,
/// §18.1: the first-order system of equality constraints). H comes from central differences of analytic forces.
///
/// A rigid turn gives the same torque at a minimum, where the other internal forces vanish, but not the same
/// derivatives by the force constants: other dihedrals about the bond do not turn by the same angle, and methyl groups
/// answer. On butane its rows are off by up to a tenth from those of neighbouring relaxed grid points, these by 0.01.
///
/// - Parameters:
///   - coordinates: a relaxed geometry, Å.
///   - held: the held dihedrals, about different bonds.
///   - gradient: of what the relaxation minimised, restraints included: writes dE/dx (kcal/mol/Å) to its second
///     argument; both are all x, then all y, then all z.
/// - Returns: for each held dihedral, as it moves and the others stay, one vector an atom; nil where the geometry is
///   not a minimum of the held problem.
func pathTangents(
  at coordinates: [Vector3], holding held: [Quartet],
  gradient: (_ x: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>) -> Void
) -> [[Vector3]]? {
  let order = 3 * coordinates.count
  var x = flattened(coordinates)
  var slope = [Double](repeating: 0, count: order)
  let g = held.map { quartet -> [Double] in
    var slopes = slope
    addDihedralSlopes(quartet, at: x, times: 1, to: &slopes)
    return slopes
  }
  let squares = g.map { dot($0, $0) }
  guard squares.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
  gradient(x, &slope)
  guard
    let multipliers = solved(g.map { a in g.map { dot(a, $0) } }, g.map { dot(slope, $0) })
  else { return nil }
  let step = 1e-4
  var (up, down) = (slope, slope)
  var hessian = Matrix(rows: order, columns: order)
  func evaluate(_ result: inout [Double]) {
    gradient(x, &result)
    for (quartet, multiplier) in zip(held, multipliers) {
      addDihedralSlopes(quartet, at: x, times: -multiplier, to: &result)
    }
  }
  for column in 0..<order {
    let old = x[column]
    x[column] = old + step
    evaluate(&up)
    x[column] = old - step
    evaluate(&down)
    x[column] = old
    for row in 0..<order { hessian[row, column] = (up[row] - down[row]) / (2 * step) }
  }
  // ∇φ∇φᵀ changes the solutions among their own span only and makes the matrix of a held minimum positive; the small
  // diagonal fixes translation and rotation, along which ∇φ has no part.
  let stiffnesses = squares.map { 200 / $0 }
  var cholesky = CholeskyWorkspace(order: order)
  let isMinimum = cholesky.factor { a in
    for i in 0..<order {
      for j in 0..<order {
        var sum = 0.5 * (hessian[i, j] + hessian[j, i])
        for (slopes, stiffness) in zip(g, stiffnesses) { sum += stiffness * slopes[i] * slopes[j] }
        a[i * order + j] = sum
      }
      a[i * order + i] += 0.01
    }
  }
  guard isMinimum else { return nil }
  let responses = g.map { slopes -> [Double] in
    var t = slopes
    cholesky.solve(&t)
    return t
  }
  let rates = g.map { a in responses.map { dot(a, $0) } }
  guard rates.indices.allSatisfy({ rates[$0][$0] > 0 && rates[$0][$0].isFinite }) else { return nil }
  if held.count == 1 { return [unflattened(responses[0].map { $0 / rates[0][0] })] }
  var result: [[Vector3]] = []
  for moved in held.indices {
    guard let shares = solved(rates, held.indices.map { $0 == moved ? 1 : 0 }) else { return nil }
    result.append(
      unflattened((0..<order).map { i in zip(responses, shares).reduce(0) { $0 + $1.0[i] * $1.1 } }))
  }
  return result
}

/// The solution of a small system of equations; nil where it has none.
private func solved(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
  var (a, b) = (matrix, right)
  for column in b.indices {
    let pivot = (column..<b.count).max { abs(a[$0][column]) < abs(a[$1][column]) }!
    guard abs(a[pivot][column]) > 1e-12 * abs(matrix[column][column]), a[pivot][column].isFinite else {
      return nil
    }
    a.swapAt(column, pivot)
    b.swapAt(column, pivot)
    for row in (column + 1)..<max(column + 1, b.count) {
      let factor = a[row][column] / a[column][column]
      for k in column..<b.count { a[row][k] -= factor * a[column][k] }
      b[row] -= factor * b[column]
    }
  }
  for row in b.indices.reversed() {
    for k in (row + 1)..<max(row + 1, b.count) { b[row] -= a[row][k] * b[k] }
    b[row] /= a[row][row]
  }
  return b
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
