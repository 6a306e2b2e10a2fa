// Which atoms are bonded: rings, sides of a bond, bonds seen in a geometry.

/// An undirected graph of atoms and bonds.
public struct BondGraph: Hashable, Sendable {
  /// The neighbours of each atom, ascending.
  public let neighbours: [[Int]]
  /// The bonds, ascending, without repeats.
  public let bonds: [BondIndex]

  /// The graph of `atomCount` atoms and the bonds given; repeats count once.
  public init(atomCount: Int, bonds: some Sequence<BondIndex>) {
    self.bonds = Set(bonds).sorted()
    var lists = [[Int]](repeating: [], count: atomCount)
    for bond in self.bonds {
      lists[bond.a].append(bond.b)
      lists[bond.b].append(bond.a)
    }
    neighbours = lists.map { $0.sorted() }
  }

  /// The bonds that a geometry (Å) shows: atoms closer than `tolerance` times the sum of their covalent radii.
  public init(elements: [Element], coordinates: [Vector3], tolerance: Double = 1.3) {
    var seen: [BondIndex] = []
    for i in elements.indices {
      for j in elements.indices where j > i {
        let limit = tolerance * (elements[i].covalentRadius + elements[j].covalentRadius)
        let d = coordinates[i] - coordinates[j]
        if d.dot(d) < limit * limit { seen.append(BondIndex(i, j)) }
      }
    }
    self.init(atomCount: elements.count, bonds: seen)
  }

  /// The atoms on the far side of the bond `near`–`far` (including `far`), ascending; nil when the bond is in a ring.
  public func side(of far: Int, awayFrom near: Int) -> [Int]? {
    var seen: Set<Int> = [far]
    var open = [far]
    while let atom = open.popLast() {
      for next in neighbours[atom] where !(atom == far && next == near) {
        if next == near { return nil }
        if seen.insert(next).inserted { open.append(next) }
      }
    }
    return seen.sorted()
  }

  /// The atoms of each connected part, ascending, in the order of their first atoms.
  public var parts: [[Int]] {
    var isSeen = [Bool](repeating: false, count: neighbours.count)
    var result: [[Int]] = []
    for start in neighbours.indices where !isSeen[start] {
      isSeen[start] = true
      var members = [start]
      var next = 0
      while next < members.count {
        for other in neighbours[members[next]] where !isSeen[other] {
          isSeen[other] = true
          members.append(other)
        }
        next += 1
      }
      result.append(members.sorted())
    }
    return result
  }

  /// Whether a bond lies in a ring.
  public func isInRing(_ bond: BondIndex) -> Bool { side(of: bond.b, awayFrom: bond.a) == nil }

  /// The bonds that can turn: not in a ring, with another neighbour at both ends.
  public var rotatableBonds: [BondIndex] {
    bonds.filter { neighbours[$0.a].count > 1 && neighbours[$0.b].count > 1 && !isInRing($0) }
  }

  /// Whether each atom of a quartet is bonded to the next.
  public func isChain(_ quartet: Quartet) -> Bool {
    neighbours[quartet.i].contains(quartet.j) && neighbours[quartet.j].contains(quartet.k)
      && neighbours[quartet.k].contains(quartet.l)
  }

  /// The quartets about a bond: each neighbour of `a` with each of `b`, the bond read a–b.
  public func quartets(about bond: BondIndex) -> [Quartet] {
    neighbours[bond.a].filter { $0 != bond.b }.flatMap { i in
      neighbours[bond.b].filter { $0 != bond.a && $0 != i }.map { Quartet(i, bond.a, bond.b, $0) }
    }
  }
}

extension Set<BondIndex> {
  /// Whether each of some atoms is bonded to the next.
  public func isChain(_ atoms: [Int]) -> Bool {
    zip(atoms, atoms.dropFirst()).allSatisfy { contains(BondIndex($0, $1)) }
  }
}
