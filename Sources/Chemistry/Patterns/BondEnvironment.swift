// What surrounds a bond: to tell whether a torsion of a new molecule is like those that were fitted.

/// Atom types around a bond in circles, as in circular fingerprints (Rogers & Hahn 2010, doi:10.1021/ci100050t) but spelled
/// out and about a bond.
///
/// - Returns: for each radius 0 … `radius`, the two central types with the types of everything that many bonds away in
///   canonical order, so that equal strings mean equal circles.
public func bondEnvironment(_ bond: BondIndex, of topology: Topology, radius: Int = 2) -> [String] {
  let graph = topology.bondGraph
  func circle(_ atom: Int, from previous: Int, depth: Int) -> String {
    let name = topology.atoms[atom].type
    guard depth > 0 else { return name }
    let others = graph.neighbours[atom].filter { $0 != previous }
    guard !others.isEmpty else { return name }
    return name + "("
      + others.map { circle($0, from: atom, depth: depth - 1) }.sorted().joined(separator: " ") + ")"
  }
  return (0...radius).map { depth in
    [circle(bond.a, from: bond.b, depth: depth), circle(bond.b, from: bond.a, depth: depth)].sorted()
      .joined(separator: "-")
  }
}
