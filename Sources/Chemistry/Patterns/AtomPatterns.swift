// SMARTS for atom types that are mere names: what surrounds their atoms, as far as it must be said to tell them apart.

/// A SMARTS of one atom for each type asked for: "[#6X4]" where elements and neighbours alone tell it from every other
/// type of the molecules, else with its ring membership and its surroundings up to `depth` bonds away. A type whose
/// atoms look like another's even so is absent.
///
/// A pattern matches the surroundings that occur in the molecules and no others: it says nothing of molecules unlike
/// them. The syntax is Daylight's (daylight.com/dayhtml/doc/theory/theory.smarts.html), with recursive environments;
/// hydrogens must be explicit atoms, as in the OpenFF toolkit.
public func atomPatterns(of types: Set<String>, in topologies: [Topology], depth: Int = 4) -> [String: String] {
  let molecules = topologies.map { ($0.atoms.map(\.element.atomicNumber), $0.bondGraph) }
  var result: [String: String] = [:]
  var open = types
  for level in 1...(depth + 2) where !open.isEmpty {
    // What the atoms of each type look like at this level, in ascending order.
    var looks: [String: Set<String>] = [:]
    var known: [String: String] = [:]
    for (index, topology) in topologies.enumerated() {
      let (elements, graph) = molecules[index]
      for atom in topology.atoms.indices {
        let look = description(of: atom, elements, graph, level: level)
        looks[topology.atoms[atom].type, default: []].insert(look)
        known[look] =
          known[look].map { $0 == topology.atoms[atom].type ? $0 : "" } ?? topology.atoms[atom].type
      }
    }
    for type in open {
      guard let mine = looks[type], mine.allSatisfy({ known[$0] == type }) else { continue }
      result[type] = "[\(mine.sorted().joined(separator: ","))]"
      open.remove(type)
    }
  }
  return result
}

/// What one atom looks like: its element and number of neighbours; and whether it is in a ring; and what surrounds it.
private func description(of atom: Int, _ elements: [Int], _ graph: BondGraph, level: Int) -> String {
  let plain = "#\(elements[atom])X\(graph.neighbours[atom].count)"
  if level == 1 { return plain }
  let isInRing = graph.neighbours[atom].contains { graph.isInRing(BondIndex(atom, $0)) }
  let ring = plain + (isInRing ? "r" : "!r")
  return level == 2 ? ring : "\(ring)&\(surroundings(of: atom, elements, graph, depth: level - 2))"
}

/// All neighbours with theirs: they number as many as the atom has, so that nothing is left over.
private func surroundings(of atom: Int, _ elements: [Int], _ graph: BondGraph, depth: Int) -> String {
  let branches = graph.neighbours[atom].map { next -> String in
    let plain = "#\(elements[next])X\(graph.neighbours[next].count)"
    let further = depth > 1 ? "&\(surroundings(of: next, elements, graph, depth: depth - 1))" : ""
    return "(~[\(plain)\(further)])"
  }
  return "$(*\(branches.sorted().joined()))"
}

extension Topology {
  /// A label for each atom, equal for atoms that nothing in the graph and the atom types tells apart (colours refined
  /// by neighbours until they no longer split).
  public var symmetryClasses: [String] {
    let graph = bondGraph
    var colours = rank(atoms.map { "\($0.element.atomicNumber) \($0.type)" })
    var count = Set(colours).count
    while true {
      let refined = rank(
        atoms.indices.map { atom in
          "\(colours[atom]) \(graph.neighbours[atom].map { colours[$0] }.sorted())"
        })
      let refinedCount = Set(refined).count
      if refinedCount == count { break }
      (colours, count) = (refined, refinedCount)
    }
    return colours.map(String.init)
  }
}

/// Each text's place among the different texts in order.
private func rank(_ texts: [String]) -> [Int] {
  let order = Dictionary(uniqueKeysWithValues: Set(texts).sorted().enumerated().map { ($1, $0) })
  return texts.map { order[$0]! }
}
