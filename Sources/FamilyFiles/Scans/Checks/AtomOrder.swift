// A scan whose atoms stand in another order than its topology's: the order that makes the bond graphs the same.

import Chemistry
import TextFiles

/// How a scan's atoms become the topology's.
struct AtomOrder {
  /// For each atom of the topology, the file's atom.
  var places: [Int]
  /// "4–6, 5–4": where they differ, for messages.
  var words: String {
    let moved = places.indices.filter { places[$0] != $0 }
    let shown = moved.prefix(6).map { "\(places[$0]) as \($0)" }.joined(separator: ", ")
    return shown + (moved.count > 6 ? " … (\(moved.count) atoms)" : "")
  }
}

/// The order of a scan's atoms; nil where they stand as in the topology, or where no order makes them its molecule.
///
/// Atoms of one molecule that are alike by the graph are alike by the force field, or else it matters which is which.
/// - Parameters:
///   - raw: the scan as read; its first frame whose bonds are the topology's tells.
///   - stated: the order that the manifest states; nil where it states none.
/// - Throws: `InputError` where atoms alike by bonds are unlike in the force field.
func atomOrder(of raw: RawScan, topology: Topology, graph: BondGraph, stated: [Int]?, place: SourcePlace?)
  throws -> AtomOrder?
{
  let count = topology.atoms.count
  if let stated {
    guard stated.sorted() == Array(0..<count) else {
      throw InputError(
        place, "atom_order is no order of the \(count) atoms of the topology",
        hint: "for each atom of the topology the number of the file's atom, from zero, each once")
    }
    return AtomOrder(places: stated)
  }
  let usable = raw.frames.filter { $0.fault == nil && $0.coordinates.count == count }
  let known = usable.compactMap { frame in frame.elements.map { ($0, frame.coordinates) } }
  guard let first = known.first else { return nil }
  // As it stands, unless no frame is the molecule.
  let own = topology.atoms.map(\.element)
  if first.0 == own, known.contains(where: { holds(graph, elements: own, coordinates: $0.1) }) { return nil }
  guard first.0.map(\.atomicNumber).sorted() == own.map(\.atomicNumber).sorted() else { return nil }
  for (elements, coordinates) in known.prefix(50) {
    let seen = BondGraph(elements: elements, coordinates: coordinates)
    guard seen.bonds.count == graph.bonds.count,
      let places = isomorphism(from: graph, own, to: seen, elements)
    else { continue }
    try requireLikeAtoms(topology, graph: graph, place: SourcePlace(file: raw.file))
    return AtomOrder(places: places)
  }
  return nil
}

/// Whether no bond of a graph is broken in a geometry.
private func holds(_ graph: BondGraph, elements: [Element], coordinates: [Vector3]) -> Bool {
  graph.bonds.allSatisfy { bond in
    let limit = 1.45 * (elements[bond.a].covalentRadius + elements[bond.b].covalentRadius)
    return (coordinates[bond.a] - coordinates[bond.b]).norm < limit
  }
}

/// Colours of atoms by element, refined by those of their neighbours until nothing changes (Weisfeiler & Leman); the
/// same numbers mean the same in both graphs.
private func colours(_ graphs: [(graph: BondGraph, elements: [Element])]) -> [[Int]] {
  var colours = graphs.map { $0.elements.map(\.atomicNumber) }
  var count = 0
  for _ in 0..<(graphs.first?.elements.count ?? 0) {
    let keys = zip(graphs, colours).map { entry, own in
      own.indices.map { atom in [own[atom]] + entry.graph.neighbours[atom].map { own[$0] }.sorted() }
    }
    let order = Set(keys.flatMap { $0 }).sorted { $0.lexicographicallyPrecedes($1) }
    let number = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, $0.offset) })
    colours = keys.map { $0.map { number[$0] ?? 0 } }
    if order.count == count { break }
    count = order.count
  }
  return colours
}

/// For each atom of one graph its image in the other, of several the one that moves the fewest; nil where they differ.
private func isomorphism(from a: BondGraph, _ elementsA: [Element], to b: BondGraph, _ elementsB: [Element])
  -> [Int]?
{
  let both = colours([(a, elementsA), (b, elementsB)])
  guard both[0].sorted() == both[1].sorted() else { return nil }
  var images = [Int?](repeating: nil, count: elementsA.count)
  var used = Set<Int>()
  let order = connectedOrder(a)
  var steps = 0
  func place(_ depth: Int) -> Bool {
    guard depth < order.count else { return true }
    steps += 1
    guard steps < 200_000 else { return false }
    let atom = order[depth]
    let anchored = a.neighbours[atom].first { images[$0] != nil }.flatMap { images[$0] }
    let candidates = (anchored.map { b.neighbours[$0] } ?? Array(elementsB.indices)).sorted { x, y in
      (x == atom ? 0 : 1, x) < (y == atom ? 0 : 1, y)
    }
    for candidate in candidates where both[1][candidate] == both[0][atom] && !used.contains(candidate) {
      let fits = a.neighbours[atom].allSatisfy { neighbour in
        images[neighbour].map { b.neighbours[candidate].contains($0) } ?? true
      }
      guard fits else { continue }
      images[atom] = candidate
      used.insert(candidate)
      if place(depth + 1) { return true }
      images[atom] = nil
      used.remove(candidate)
    }
    return false
  }
  guard place(0) else { return nil }
  return images.compactMap { $0 }
}

/// Atoms along the bonds: each but the first of a fragment has a neighbour before it.
private func connectedOrder(_ graph: BondGraph) -> [Int] {
  var order: [Int] = []
  var seen = Set<Int>()
  for start in graph.neighbours.indices where !seen.contains(start) {
    var queue = [start]
    seen.insert(start)
    while !queue.isEmpty {
      let atom = queue.removeFirst()
      order.append(atom)
      for next in graph.neighbours[atom] where seen.insert(next).inserted { queue.append(next) }
    }
  }
  return order
}

/// Whether atoms that bonds do not tell apart are alike in the force field too: then any order of them is right.
private func requireLikeAtoms(_ topology: Topology, graph: BondGraph, place: SourcePlace) throws {
  let classes = colours([(graph, topology.atoms.map(\.element))])[0]
  var first: [Int: Int] = [:]
  for (index, atom) in topology.atoms.enumerated() {
    guard let other = first[classes[index]] else {
      first[classes[index]] = index
      continue
    }
    let like = topology.atoms[other]
    guard like.type != atom.type || abs(like.charge - atom.charge) > 2e-3 else { continue }
    throw InputError(
      place,
      "has the topology's molecule in another order of atoms, and it matters which is which: atoms "
        + "\(other) and \(index) are "
          + """
          alike by their bonds and unlike in the force field (\(like.type) \(like.charge), \(atom.type) \
          \(atom.charge))
          """,
      hint:
        """
        state the order in family.yaml: {file: …, atom_order: […]}, for each atom of the topology the \
        file's, from zero
        """
    )
  }
}

extension RawScan {
  /// The scan with its atoms in the topology's order.
  func renumbered(_ order: AtomOrder) -> RawScan {
    var scan = self
    var inverse = [Int](repeating: 0, count: order.places.count)
    for (new, old) in order.places.enumerated() { inverse[old] = new }
    for index in scan.frames.indices where scan.frames[index].coordinates.count == order.places.count {
      let frame = scan.frames[index]
      scan.frames[index].coordinates = order.places.map { frame.coordinates[$0] }
      scan.frames[index].symbols = frame.symbols.flatMap { symbols in
        symbols.count == order.places.count ? order.places.map { symbols[$0] } : nil
      }
      scan.frames[index].forces = frame.forces.flatMap { forces in
        forces.count == order.places.count ? order.places.map { forces[$0] } : nil
      }
    }
    func moved(_ quartet: Quartet) -> Quartet {
      let atoms = quartet.atoms.map { inverse.indices.contains($0) ? inverse[$0] : $0 }
      return Quartet(atoms[0], atoms[1], atoms[2], atoms[3])
    }
    scan.driven = driven.map(moved)
    scan.held = held.map(moved)
    return scan
  }
}
