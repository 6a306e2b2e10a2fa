// Torque about a bond: the generalised force on a dihedral, from Cartesian forces of any origin.

extension BondGraph {
  /// Turns about every rotatable bond, in the order of the bonds.
  public var rotorTurns: [BondTurn] {
    rotatableBonds.compactMap { bond in
      quartets(about: bond).first.map { BondTurn(bond: bond, quartet: $0, graph: self) }
    }
  }
}

/// A way to turn a molecule about one bond: the displacement of every atom a radian of turn.
///
/// About a bond outside rings it is the rigid turn of one side: bonds and angles do not change under it, so their
/// errors drop out of the torque. In a ring no rigid turn exists; the steepest direction of the dihedral serves
/// instead (Wilson, Decius & Cross, Molecular Vibrations, 1955, ch. 4): B/|B|², along which φ grows by one a unit.
public struct BondTurn: Hashable, Sendable {
  /// The bond that is turned about.
  public let bond: BondIndex
  enum Motion: Hashable, Sendable {
    case rigid(near: Int, far: Int, moving: [Int])
    case alongGradient(Quartet)
  }
  let motion: Motion

  /// The turn about a bond; `quartet` is what a ring bond is turned by. The smaller side moves.
  public init(bond: BondIndex, quartet: Quartet, graph: BondGraph) {
    self.bond = bond
    if let b = graph.side(of: bond.b, awayFrom: bond.a), let a = graph.side(of: bond.a, awayFrom: bond.b) {
      let motion: Motion =
        b.count <= a.count
        ? .rigid(near: bond.a, far: bond.b, moving: b) : .rigid(near: bond.b, far: bond.a, moving: a)
      self.motion = motion
    } else {
      motion = .alongGradient(quartet)
    }
  }

  /// Whether one side turns as a rigid body (false in rings).
  public var isRigid: Bool {
    if case .rigid = motion { true } else { false }
  }

  /// The displacements a radian of turn, Å/rad: pairs of an atom and its vector.
  public func displacements(in coordinates: [Vector3]) -> [(atom: Int, vector: Vector3)] {
    switch motion {
    case .rigid(let near, let far, let moving):
      let axis = (coordinates[far] - coordinates[near]).normalized
      return moving.map { ($0, axis.cross(coordinates[$0] - coordinates[near])) }
    case .alongGradient(let q):
      let g = dihedralAngleAndGradient(
        coordinates[q.i], coordinates[q.j], coordinates[q.k], coordinates[q.l]
      ).gradient
      let square = g.i.dot(g.i) + g.j.dot(g.j) + g.k.dot(g.k) + g.l.dot(g.l)
      return [(q.i, g.i), (q.j, g.j), (q.k, g.k), (q.l, g.l)].map { ($0.0, $0.1 * (1 / square)) }
    }
  }

  /// Turns a geometry by an angle, radian; leaves it as it is where no rigid turn exists.
  public func turn(_ coordinates: inout [Vector3], by angle: Double) {
    guard case .rigid(let near, let far, let moving) = motion else { return }
    let origin = coordinates[near]
    let axis = (coordinates[far] - origin).normalized
    for atom in moving {
      coordinates[atom] = rotated(coordinates[atom], about: axis, through: origin, by: angle)
    }
  }

  /// The torque −dE/dφ in kcal/mol/rad of forces (−dE/dx, kcal/mol/Å) at a geometry (Å).
  public func torque(of forces: [Vector3], in coordinates: [Vector3]) -> Double {
    displacements(in: coordinates).reduce(0) { $0 + forces[$1.atom].dot($1.vector) }
  }

  /// How fast the dihedral of a quartet changes under the turn, rad/rad: 1 about the bond itself, 0 elsewhere, for a
  /// rigid turn.
  public func rate(of quartet: Quartet, in coordinates: [Vector3]) -> Double {
    if isRigid { return quartet.centralBond == bond ? 1 : 0 }
    let g = dihedralAngleAndGradient(
      coordinates[quartet.i], coordinates[quartet.j], coordinates[quartet.k], coordinates[quartet.l]
    ).gradient
    return displacements(in: coordinates).reduce(0) { sum, move in
      var slope = Vector3.zero
      if move.atom == quartet.i { slope += g.i }
      if move.atom == quartet.j { slope += g.j }
      if move.atom == quartet.k { slope += g.k }
      if move.atom == quartet.l { slope += g.l }
      return sum + slope.dot(move.vector)
    }
  }
}
