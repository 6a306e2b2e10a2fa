// Angles and distances of single geometries: definitions, not hot loops.

import CMath
import FoundationEssentials

/// cos γ; exactly ±1 and 0 where γ is a multiple of π/2 within 1e-5 (files store π with six digits).
func exactCosine(_ phase: Double) -> Double { snapped(cos(phase)) }

/// sin γ; exactly 0 and ±1 where γ is a multiple of π/2 within 1e-5.
func exactSine(_ phase: Double) -> Double { snapped(sin(phase)) }

private func snapped(_ value: Double) -> Double {
  if abs(value) < 1e-5 { return 0 }
  if abs(abs(value) - 1) < 1e-10 { return value < 0 ? -1 : 1 }
  return value
}

/// The dihedral angle of four points in radian, in (−π, π]: cis is 0, trans is π (IUPAC).
/// NaN when three of them lie on a line.
public func dihedralAngle(_ p: Vector3, _ q: Vector3, _ r: Vector3, _ s: Vector3) -> Double {
  let b1 = q - p
  let b2 = r - q
  let b3 = s - r
  let m = b1.cross(b2)
  let n = b2.cross(b3)
  guard m.dot(m) > 0, n.dot(n) > 0 else { return .nan }
  let angle = atan2(b2.norm * b1.dot(n), m.dot(n))
  return angle == -Double.pi ? Double.pi : angle
}

/// The dihedral angle of a quartet in a geometry, radian, in (−π, π].
public func dihedralAngle(_ quartet: Quartet, in coordinates: [Vector3]) -> Double {
  dihedralAngle(
    coordinates[quartet.i], coordinates[quartet.j], coordinates[quartet.k], coordinates[quartet.l])
}

/// The same angle brought into (−π, π].
public func wrapped(_ angle: Double) -> Double {
  let turned = angle - 2 * Double.pi * (angle / (2 * Double.pi)).rounded()
  return turned <= -Double.pi ? turned + 2 * Double.pi : turned
}

/// `point` turned by `angle` (radian, right-handed) about the axis through `origin` along the unit vector `axis`.
public func rotated(_ point: Vector3, about axis: Vector3, through origin: Vector3, by angle: Double)
  -> Vector3
{
  let r = point - origin
  let c = cos(angle)
  let s = sin(angle)
  return origin + r * c + axis.cross(r) * s + axis * (axis.dot(r) * (1 - c))
}
