// What holds dihedrals while a geometry relaxes: harmonic pulls, and walls about the well that a rotor is in.

import CMath
import Chemistry

/// A harmonic pull of a dihedral to a target, with a multiplier for the held one.
struct DihedralPull: Sendable {
  var quartet: Quartet
  /// radian
  var target: Double
  /// kcal/mol/rad²
  var forceConstant: Double
  var multiplier = 0.0

  func deviation(in coordinates: [Vector3]) -> Double {
    wrapped(dihedralAngle(quartet, in: coordinates) - target)
  }

  /// K Δφ² + λ Δφ, its gradient added to `gradient`.
  func addEnergy(_ r: Coordinates, _ gradient: Gradient) -> Double {
    let (angle, slopes) = dihedralAngleAndGradient(r[quartet.i], r[quartet.j], r[quartet.k], r[quartet.l])
    let deviation = wrapped(angle - target)
    gradient.add(slopes, times: 2 * forceConstant * deviation + multiplier, quartet)
    return forceConstant * deviation * deviation + multiplier * deviation
  }
}

/// No force within a half width of a dihedral's reference value, K (|Δφ| − w)² beyond: continuous with its slope.
struct DihedralWall: Sendable {
  let quartet: Quartet
  /// radian
  let target: Double
  private let halfWidth: Double
  /// Of the target and of the half width.
  private let (cosine, sine): (Double, Double)
  private let limit: Double

  /// kcal/mol/rad²: a barrier of 5 kcal/mol gives way by some degrees.
  static let forceConstant = 100.0
  /// sin² of the angles between a dihedral's bonds at least: nearer a line it says nothing of a turn.
  private static let leastSineSquare = 0.07

  /// A wall about a dihedral's value in a geometry (Å); nil where three of its atoms are about on a line.
  init?(_ quartet: Quartet, at geometry: [Vector3], halfWidth: Double) {
    let (i, j, k, l) = (geometry[quartet.i], geometry[quartet.j], geometry[quartet.k], geometry[quartet.l])
    func sineSquare(_ u: Vector3, _ v: Vector3) -> Double {
      let normal = u.cross(v)
      return normal.dot(normal) / (u.dot(u) * v.dot(v))
    }
    guard sineSquare(i - j, k - j) > Self.leastSineSquare, sineSquare(j - k, l - k) > Self.leastSineSquare
    else { return nil }
    self.quartet = quartet
    self.halfWidth = halfWidth
    target = dihedralAngle(quartet, in: geometry)
    (cosine, sine) = (cos(target), sin(target))
    limit = cos(halfWidth)
  }

  /// How far the dihedral is beyond the wall, radian, with its sign; 0 inside. Told without an arc tangent there.
  func excess(_ r: Coordinates) -> Double {
    let kj = r[quartet.k] - r[quartet.j]
    let ij = r[quartet.i] - r[quartet.j]
    let m = ij.cross(kj)
    let n = kj.cross(r[quartet.k] - r[quartet.l])
    let (c, s) = (m.dot(n), kj.norm * ij.dot(n))
    // |m| |n| cos Δφ
    if c * cosine + s * sine >= limit * (m.dot(m) * n.dot(n)).squareRoot() { return 0 }
    let deviation = wrapped(atan2(s, c) - target)
    return deviation > 0 ? max(0, deviation - halfWidth) : min(0, deviation + halfWidth)
  }

  /// The wall's energy, kcal/mol, its gradient added to `gradient`.
  func addEnergy(_ r: Coordinates, _ gradient: Gradient) -> Double {
    let excess = self.excess(r)
    if excess == 0 { return 0 }
    let slopes = dihedralAngleAndGradient(r[quartet.i], r[quartet.j], r[quartet.k], r[quartet.l]).gradient
    gradient.add(slopes, times: 2 * Self.forceConstant * excess, quartet)
    return Self.forceConstant * excess * excess
  }
}

extension Gradient {
  /// Adds a factor times the gradient of a dihedral.
  fileprivate func add(_ slopes: DihedralGradient, times factor: Double, _ quartet: Quartet) {
    add(slopes.i * factor, quartet.i)
    add(slopes.j * factor, quartet.j)
    add(slopes.k * factor, quartet.k)
    add(slopes.l * factor, quartet.l)
  }
}
