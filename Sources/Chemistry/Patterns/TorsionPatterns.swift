// SMARTS for torsions by atom type: what the family's torsions of a type look like, and no more.

/// A SMIRKS for each torsion type: four tagged atoms with their ring membership and the neighbours that the family's
/// atoms have, and three bonds, the central one with its kind.
///
/// A pattern sees the four atoms, the bonds between them, and what lies up to two bonds from the central two. It
/// matches every torsion of its type in the molecules, none of another type there, and elsewhere only where all that it
/// sees is of kinds (element and number of bonds) that stand there in the molecules, and where neighbours that mark a
/// functional group in all of them are there. X matches any atom. A type that cannot be told from another so is absent;
/// `typePatterns` (``atomPatterns(of:in:depth:)``) tell further where that does not.
public func torsionPatterns(
  of types: some Sequence<TorsionType>, in topologies: [Topology], typePatterns: [String: String] = [:]
) -> [TorsionType: String] {
  // What torsions look like by the names of their atoms' types, in both directions; each look once.
  var seen: [[String]: (type: TorsionType, looks: Set<SeenTorsion>)] = [:]
  for molecule in topologies.lazy.map(SeenMolecule.init) {
    for (quartet, type) in molecule.torsions {
      for direction in [quartet, quartet.reversed] {
        let names = direction.atoms.map { molecule.types[$0] }
        seen[names, default: (type, [])].looks.insert(molecule.look(direction))
      }
    }
  }
  var result: [TorsionType: String] = [:]
  for type in Set(types) where type.smarts == nil {
    var own: [SeenTorsion] = []
    var others: [SeenTorsion: Set<[String]>] = [:]
    for (names, (other, looks)) in seen {
      if zip(type.types, names).allSatisfy({ $0 == TorsionType.wildcard || $0 == $1 }) {
        own += looks
      } else if other != type, !type.covers(other) {
        for look in looks { others[look, default: []].insert(names) }
      }
    }
    guard !own.isEmpty else { continue }
    var pattern = TorsionPattern(own, isAny: type.types.map { $0 == TorsionType.wildcard })
    if others.keys.contains(where: pattern.matches) { pattern.seesEnds = true }
    let alike = others.filter { pattern.matches($0.key) }.flatMap(\.value)
    if !alike.isEmpty {
      guard let further = furtherPatterns(type, against: alike, typePatterns) else { continue }
      pattern.further = further
    }
    result[type] = pattern.smirks
  }
  return result
}

/// What must see beyond the neighbours: the atom types' own patterns, at as few atoms as tell a type from others that
/// look like it, and of these the shortest; empty texts elsewhere. Nil where they do not.
private func furtherPatterns(
  _ type: TorsionType, against others: [[String]], _ typePatterns: [String: String]
) -> [String]? {
  let own = type.types.map { $0 == TorsionType.wildcard ? nil : typePatterns[$0] }
  var best: [String]?
  for choice in 1..<16 {
    let chosen = (0..<4).filter { choice >> $0 & 1 == 1 }
    guard chosen.allSatisfy({ own[$0] != nil }),
      others.allSatisfy({ names in chosen.contains { names[$0] != type.types[$0] } })
    else { continue }
    let texts = (0..<4).map { chosen.contains($0) ? own[$0] ?? "" : "" }
    if best.map({ texts.joined().count < $0.joined().count }) ?? true { best = texts }
  }
  return best
}

/// A molecule with what patterns look at.
private struct SeenMolecule {
  let types: [String]
  let torsions: [(Quartet, TorsionType)]
  private let kinds: [AtomKind]
  private let neighbours: [Set<AtomKind>]
  private let second: [Set<AtomKind>]
  private let rings: [Int]
  private let graph: BondGraph
  private let orders: [BondIndex: Int]

  init(_ topology: Topology) {
    types = topology.atoms.map(\.type)
    graph = topology.bondGraph
    let graph = graph
    torsions = graph.bonds.flatMap { graph.quartets(about: $0) }.map { ($0, topology.atomTypes(of: $0)) }
    let all = topology.atoms.indices.map {
      AtomKind(element: topology.atoms[$0].element.atomicNumber, bonds: graph.neighbours[$0].count)
    }
    kinds = all
    neighbours = graph.neighbours.map { Set($0.map { all[$0] }) }
    second = topology.atoms.indices.map { atom in
      Set(graph.neighbours[atom].flatMap { graph.neighbours[$0] }.filter { $0 != atom }.map { all[$0] })
    }
    rings = topology.atoms.indices.map { graph.smallestRing(of: $0) }
    let formula = StructuralFormula(of: topology)
    var known: [BondIndex: Int] = [:]
    for (bond, order) in zip(formula.graph.bonds, formula.orders) { known[bond] = order }
    // In charged groups one structure does not say which bond is double.
    for (atom, kind) in all.enumerated() where kind.element == 6 {
      let bonds = graph.neighbours[atom].map { BondIndex(atom, $0) }
      if bonds.reduce(0, { $0 + (known[$1] ?? 1) }) != 4 { for bond in bonds { known[bond] = nil } }
    }
    orders = known
  }

  func look(_ quartet: Quartet) -> SeenTorsion {
    let atoms = quartet.atoms
    let bonds = zip(atoms, atoms.dropFirst()).map { BondIndex($0, $1) }
    return SeenTorsion(
      kinds: atoms.map { kinds[$0] }, neighbours: atoms.map { neighbours[$0] },
      second: atoms.map { second[$0] },
      rings: atoms.map { rings[$0] },
      areRingBonds: bonds.map { graph.isInRing($0) },
      order: graph.isInRing(bonds[1]) ? nil : orders[bonds[1]])
  }
}

extension BondGraph {
  /// The size of the smallest ring that an atom is in; 0 for none.
  func smallestRing(of atom: Int) -> Int {
    neighbours[atom].compactMap { next -> Int? in
      // The shortest way back that does not use the bond.
      var distance = [next: 1]
      var open = [next]
      while !open.isEmpty {
        var further: [Int] = []
        for here in open {
          for other in neighbours[here] where !(here == next && other == atom) {
            if other == atom { return distance[here]! + 1 }
            if distance[other] == nil {
              distance[other] = distance[here]! + 1
              further.append(other)
            }
          }
        }
        open = further
      }
      return nil
    }.min() ?? 0
  }
}

/// Element and number of bonds of an atom.
private struct AtomKind: Hashable, Comparable {
  var element: Int
  var bonds: Int

  static func < (a: AtomKind, b: AtomKind) -> Bool { (a.element, a.bonds) < (b.element, b.bonds) }

  /// "#6X4"; hydrogens and halogens have one bond anyway.
  var text: String { isPlain ? "#\(element)" : "#\(element)X\(bonds)" }
  /// What is no such atom.
  var negation: String { isPlain ? "!#\(element)" : "!#\(element),!X\(bonds)" }
  private var isPlain: Bool { bonds == 1 && [1, 9, 17, 35, 53].contains(element) }
}

/// What a torsion's four atoms and three bonds look like in one direction.
private struct SeenTorsion: Hashable {
  var kinds: [AtomKind]
  var neighbours: [Set<AtomKind>]
  /// What is two bonds away.
  var second: [Set<AtomKind>]
  /// The smallest ring of each atom, 0 for none.
  var rings: [Int]
  var areRingBonds: [Bool]
  /// Of the central bond; nil in a ring, where aromaticity says it, and where one formula does not tell.
  var order: Int?
}

/// What all of a type's torsions have in common.
private struct TorsionPattern {
  let isAny: [Bool]
  let kinds: [Set<AtomKind>]
  let allowed: [Set<AtomKind>]
  let second: [Set<AtomKind>]
  let required: [Set<AtomKind>]
  let rings: [Set<Int>]
  let ringBonds: [Set<Bool>]
  let orders: Set<Int>
  let hasUnknownOrder: Bool
  /// Whether the neighbours of the outer atoms count too, and all that torsions of the type have in common.
  var seesEnds = false
  /// Patterns of the atom types beside; empty texts where there are none.
  var further = ["", "", "", ""]

  init(_ torsions: [SeenTorsion], isAny: [Bool]) {
    self.isAny = isAny
    func union<Value>(_ values: (SeenTorsion) -> Set<Value>) -> Set<Value> {
      torsions.reduce(into: []) { $0.formUnion(values($1)) }
    }
    kinds = (0..<4).map { i in union { [$0.kinds[i]] } }
    allowed = (0..<4).map { i in union { $0.neighbours[i] } }
    second = (0..<4).map { i in union { $0.second[i] } }
    required = (0..<4).map { i in
      torsions.dropFirst().reduce(torsions[0].neighbours[i]) { $0.intersection($1.neighbours[i]) }
    }
    rings = (0..<4).map { i in union { [$0.rings[i]] } }
    ringBonds = (0..<3).map { i in union { [$0.areRingBonds[i]] } }
    orders = union { $0.order.map { [$0] } ?? [] }
    hasUnknownOrder = torsions.contains { $0.order == nil }
  }

  func matches(_ torsion: SeenTorsion) -> Bool {
    for i in 0..<4 where !isAny[i] {
      guard kinds[i].contains(torsion.kinds[i]),
        rings[i].contains(torsion.rings[i]) || (rings[i].contains(0) && rings[i].count > 1),
        !seesNeighbours(i) || torsion.neighbours[i].isSubset(of: allowed[i]),
        named(i).isSubset(of: torsion.neighbours[i]),
        !isCentral(i) || torsion.second[i].isSubset(of: second[i])
      else { return false }
    }
    return (0..<3).allSatisfy { ringBonds[$0].contains(torsion.areRingBonds[$0]) }
      && (hasUnknownOrder || torsion.order.map { orders.contains($0) } ?? true)
  }

  private func isCentral(_ i: Int) -> Bool { (1...2).contains(i) }

  /// The one neighbour of an atom with one bond is in the torsion, which says all of it.
  private func seesNeighbours(_ i: Int) -> Bool {
    (isCentral(i) || seesEnds) && !kinds[i].allSatisfy { $0.bonds == 1 }
  }

  /// Neighbours that all have and that must be there: those that mark a functional group, which are neither hydrogen
  /// nor saturated carbon, or all; those within the torsion are named there.
  private func named(_ i: Int) -> Set<AtomKind> {
    guard seesNeighbours(i) else { return [] }
    let inside = [i - 1, i + 1].filter { (0..<4).contains($0) && !isAny[$0] && kinds[$0].count == 1 }
      .compactMap { kinds[$0].first }
    return required[i].subtracting(inside).filter { kind in
      kind.element != 1 && (seesEnds || kind != AtomKind(element: 6, bonds: 4))
    }
  }

  private func others(than kinds: Set<AtomKind>) -> String {
    kinds.sorted().map(\.negation).joined(separator: ";")
  }

  var smirks: String {
    let bonds = (0..<3).map(bond)
    return (0..<4).map { i in atom(i) + (i < 3 ? bonds[i] : "") }.joined()
  }

  /// "[#6X4!r;!$(*~[!#1;!#6,!X4]):2]".
  private func atom(_ i: Int) -> String {
    if isAny[i] { return "[*:\(i + 1)]" }
    var parts: [String] = []
    let texts = kinds[i].sorted().map(\.text)
    let ring = ringText(i)
    if texts.count == 1 {
      parts.append(texts[0] + (ring.contains(",") ? "" : ring))
      if ring.contains(",") { parts.append(ring) }
    } else {
      parts.append(texts.joined(separator: ","))
      if !ring.isEmpty { parts.append(ring) }
    }
    if seesNeighbours(i) { parts.append("!$(*~[\(others(than: allowed[i]))])") }
    for kind in named(i).sorted() { parts.append("$(*~[\(kind.text)])") }
    if isCentral(i), !second[i].isEmpty { parts.append("!$(*~*~[\(others(than: second[i]))])") }
    if !further[i].isEmpty { parts.append("$(\(further[i]))") }
    return "[\(parts.joined(separator: ";")):\(i + 1)]"
  }

  /// Ring membership with the sizes seen; none where some atoms are in rings and others are not.
  private func ringText(_ i: Int) -> String {
    if rings[i] == [0] { return kinds[i].allSatisfy { $0.bonds == 1 } ? "" : "!r" }
    if rings[i].contains(0) { return "" }
    return rings[i].sorted().map { "r\($0)" }.joined(separator: ",")
  }

  private func bond(_ i: Int) -> String {
    let ring = ringBonds[i].count == 2 ? "" : ringBonds[i] == [true] ? "@" : "!@"
    guard i == 1, !hasUnknownOrder, orders.count == 1, let order = orders.first else {
      return ring.isEmpty ? "~" : ring
    }
    return ["-", "=", "#"][order - 1] + ring
  }
}
