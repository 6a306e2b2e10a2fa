// What a minimiser knows of the curvature before it starts: stiff bonds, softer angles, soft torsions.

import CMath
import Chemistry

/// A positive definite stand-in for the matrix of second derivatives of a force field, factored.
///
/// Every term adds its curvature along its own internal coordinate, w B Bᵀ, and nothing where that is negative (a
/// preconditioner made of the force field: Mones, Ortner & Csányi 2018, doi:10.1038/s41598-018-32105-x). It need not be
/// exact: a minimiser mends it as it goes.
struct CurvatureModel {
  /// The number of coordinates.
  private let n: Int
  /// The lower triangle of the matrix, then of its Cholesky factor; row by row, n numbers a row.
  private var rows: [Double]
  /// Where and what a term adds, up to four atoms.
  private var places = [Int](repeating: 0, count: 12)
  private var slopes = [Double](repeating: 0, count: 12)
  private var count = 0

  /// Curvature in every direction, kcal/mol/Å²: of turns and shifts of the whole molecule, which have none of their
  /// own.
  private static let least = 0.2
  /// Curvature of any torsion at least, kcal/mol/rad².
  private static let leastTorsion = 0.05

  /// The curvature of a force field at a geometry; not factored yet.
  init(_ model: EnergyModel, at x: UnsafePointer<Double>) {
    n = 3 * model.atomCount
    rows = [Double](repeating: 0, count: n * n)
    for i in 0..<n { rows[i * n + i] = Self.least }
    let r = Coordinates(x, count: model.atomCount)
    for bond in model.bonds + model.ureyBradleys {
      for lane in 0..<2 { addStretch(2 * bond.forceConstant[lane], Int(bond.i[lane]), Int(bond.j[lane]), r) }
    }
    for angle in model.angles {
      for lane in 0..<2 {
        addBend(
          2 * angle.forceConstant[lane], Int(angle.i[lane]), Int(angle.j[lane]), Int(angle.k[lane]), r)
      }
    }
    for torsion in model.torsions + model.impropers {
      for lane in 0..<2 {
        let quartet = Quartet(
          Int(torsion.i[lane]), Int(torsion.j[lane]), Int(torsion.k[lane]), Int(torsion.l[lane]))
        addTorsion(quartet, r) { angle in
          let direction = Direction(angle: angle)
          let cosine = Lanes(repeating: direction.cosine)
          return -direction.sine * torsion.p.valueAndSlope(at: cosine).1[lane]
        }
      }
    }
    for torsion in model.slantedTorsions + model.slantedImpropers {
      addTorsion(torsion.quartet, r) { torsion.slope(at: Direction(angle: $0)) }
    }
    for improper in model.harmonicImpropers {
      addDihedral(2 * improper.forceConstant, improper.quartet, r)
    }
    for pair in model.pairs {
      for lane in 0..<2 {
        let (i, j) = (Int(pair.i[lane]), Int(pair.j[lane]))
        let d = r[i] - r[j]
        let square = d.dot(d)
        let sixth = 1 / (square * square * square)
        let curvature = (156 * pair.repulsion[lane] * sixth - 42 * pair.dispersion[lane]) * sixth / square
        if curvature > 0 { addStretch(curvature, i, j, r) }
      }
    }
  }

  /// Adds w B Bᵀ of a dihedral, w in kcal/mol/rad².
  mutating func addDihedral(_ weight: Double, _ quartet: Quartet, _ r: Coordinates) {
    let g = dihedralAngleAndGradient(r[quartet.i], r[quartet.j], r[quartet.k], r[quartet.l]).gradient
    add(quartet.i, g.i)
    add(quartet.j, g.j)
    add(quartet.k, g.k)
    add(quartet.l, g.l)
    close(weight)
  }

  /// Adds the same curvature to every coordinate, kcal/mol/Å².
  mutating func addEverywhere(_ weight: Double) { for i in 0..<n { rows[i * n + i] += weight } }

  private mutating func addTorsion(_ quartet: Quartet, _ r: Coordinates, slope: (Double) -> Double) {
    let (angle, _) = dihedralAngleAndGradient(r[quartet.i], r[quartet.j], r[quartet.k], r[quartet.l])
    let step = 1e-3
    let curvature = (slope(angle + step) - slope(angle - step)) / (2 * step)
    addDihedral(max(curvature, Self.leastTorsion), quartet, r)
  }

  private mutating func addStretch(_ weight: Double, _ i: Int, _ j: Int, _ r: Coordinates) {
    let u = (r[i] - r[j]).normalized
    add(i, u)
    add(j, u * -1)
    close(weight)
  }

  private mutating func addBend(_ weight: Double, _ i: Int, _ j: Int, _ k: Int, _ r: Coordinates) {
    let (u, v) = (r[i] - r[j], r[k] - r[j])
    let (a, b) = (u.normalized, v.normalized)
    let cosine = a.dot(b)
    let sine = max(1e-3, (1 - cosine * cosine).squareRoot())
    let gi = (a * cosine - b) * (1 / (u.norm * sine))
    let gk = (b * cosine - a) * (1 / (v.norm * sine))
    add(i, gi)
    add(j, (gi + gk) * -1)
    add(k, gk)
    close(weight)
  }

  /// One atom's part of a term's B.
  private mutating func add(_ atom: Int, _ slope: Vector3) {
    let atoms = n / 3
    for (axis, value) in [slope.x, slope.y, slope.z].enumerated() {
      places[count] = axis * atoms + atom
      slopes[count] = value
      count += 1
    }
  }

  /// Adds w B Bᵀ of the atoms since the last term.
  private mutating func close(_ weight: Double) {
    defer { count = 0 }
    guard weight > 0, weight.isFinite, slopes[..<count].allSatisfy(\.isFinite) else { return }
    for a in 0..<count {
      let scaled = weight * slopes[a]
      for b in 0..<count where places[b] <= places[a] {
        rows[places[a] * n + places[b]] += scaled * slopes[b]
      }
    }
  }

  /// Factors the matrix in place (Cholesky); false where it is not positive definite to working precision.
  mutating func factor() -> Bool {
    rows.withUnsafeMutableBufferPointer { buffer in
      guard let rows = buffer.baseAddress else { return false }
      for i in 0..<n {
        let row = rows + i * n
        for j in 0..<i {
          row[j] = (row[j] - dot(row, rows + j * n, j)) / rows[j * n + j]
        }
        let rest = row[i] - dot(row, row, i)
        guard rest > 0 else { return false }
        row[i] = rest.squareRoot()
      }
      return true
    }
  }

  /// Solves with the factored matrix in place.
  func solve(_ d: UnsafeMutablePointer<Double>) {
    rows.withUnsafeBufferPointer { buffer in
      guard let rows = buffer.baseAddress else { return }
      for i in 0..<n {
        let row = rows + i * n
        d[i] = (d[i] - dot(row, d, i)) / row[i]
      }
      for i in stride(from: n - 1, through: 0, by: -1) {
        let row = rows + i * n
        d[i] /= row[i]
        let value = d[i]
        for j in 0..<i { d[j] -= value * row[j] }
      }
    }
  }
}
