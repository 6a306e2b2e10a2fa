// What of a molecule turns while a geometry relaxes, beside the driven dihedral.

import Chemistry

/// The rotors of a molecule, as a relaxation needs them.
public struct Rotors: Hashable, Sendable {
  /// One quartet a rotatable bond, for ``RelaxationOptions/torsionRestraint``.
  public var restrained: [Quartet]
  /// Turns about rotatable bonds, to leave saddles by.
  public var turns: [BondTurn]
  /// The dihedrals that stay in their wells: all about rotatable bonds, which tell turns and inversions of either end,
  /// and about those ring bonds that have an end with four neighbours. Rings without such are flat or too stiff to
  /// flip; a top of three equal atoms, such as methyl, turns from one well into the same again.
  public var guarded: [Quartet]

  /// Rotors of their parts; none by default.
  public init(restrained: [Quartet] = [], turns: [BondTurn] = [], guarded: [Quartet] = []) {
    self.restrained = restrained
    self.turns = turns
    self.guarded = guarded
  }

  /// All rotors of a molecule.
  public init(of topology: Topology) {
    let graph = topology.bondGraph
    let rotatable = graph.rotatableBonds
    func isTop(_ atom: Int) -> Bool {
      let ends = graph.neighbours[atom].filter { graph.neighbours[$0].count == 1 }
      return graph.neighbours[atom].count == 4 && ends.count == 3
        && Set(ends.map { topology.atoms[$0].type }).count == 1
    }
    let puckered = graph.bonds.filter {
      max(graph.neighbours[$0.a].count, graph.neighbours[$0.b].count) > 3 && graph.isInRing($0)
    }
    restrained = rotatable.compactMap { graph.quartets(about: $0).first }
    turns = graph.rotorTurns
    guarded = (rotatable.filter { !isTop($0.a) && !isTop($0.b) } + puckered).flatMap(graph.quartets)
  }

  /// Those about other bonds than the held dihedrals'.
  public func besides(_ driven: Quartet, and held: [Quartet] = []) -> Rotors {
    let bonds = Set(held.map(\.centralBond) + [driven.centralBond])
    return Rotors(
      restrained: restrained.filter { !bonds.contains($0.centralBond) },
      turns: turns.filter { !bonds.contains($0.bond) },
      guarded: guarded.filter { !bonds.contains($0.centralBond) })
  }

  /// The guarded dihedral that differs most between two geometries (Å), and by how much, radian, from 0 to π.
  public func largestTurn(from reference: [Vector3], to coordinates: [Vector3]) -> (
    rotor: Quartet, turn: Double
  )? {
    guarded.compactMap { quartet -> (rotor: Quartet, turn: Double)? in
      guard DihedralWall(quartet, at: reference, halfWidth: 0) != nil else { return nil }
      let turn = wrapped(dihedralAngle(quartet, in: coordinates) - dihedralAngle(quartet, in: reference))
      return turn.isFinite ? (quartet, abs(turn)) : nil
    }.max { $0.turn < $1.turn }
  }
}
