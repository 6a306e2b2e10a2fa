// The dihedral angle and its derivative by the four positions: a row of the Wilson B matrix.

import CMath

/// dφ/dr of the four atoms of a dihedral, 1/Å.
public struct DihedralGradient: Hashable, Sendable {
  /// The derivatives by each atom's position.
  public var i: Vector3, j: Vector3, k: Vector3, l: Vector3
}

/// The dihedral angle (radian, IUPAC) and its gradient (Blondel & Karplus 1996,
/// doi:10.1002/(SICI)1096-987X(19960715)17:9<1132::AID-JCC5>3.0.CO;2-T). Not finite when three atoms are on a line.
public func dihedralAngleAndGradient(
  _ ri: Vector3, _ rj: Vector3, _ rk: Vector3, _ rl: Vector3
) -> (angle: Double, gradient: DihedralGradient) {
  let ij = ri - rj
  let kj = rk - rj
  let kl = rk - rl
  let m = ij.cross(kj)
  let n = kj.cross(kl)
  let length = kj.norm
  let angle = atan2(length * ij.dot(n), m.dot(n))
  let gi = m * (length / m.dot(m))
  let gl = n * (-length / n.dot(n))
  let s = gi * (ij.dot(kj) / kj.dot(kj)) - gl * (kl.dot(kj) / kj.dot(kj))
  return (angle, DihedralGradient(i: gi, j: s - gi, k: -(gl + s), l: gl))
}
