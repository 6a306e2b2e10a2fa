// What surrounds a bond: to tell whether a torsion of a new molecule is like those that were fitted.

/// Atoms around a bond in circles, as in circular fingerprints (Rogers & Hahn 2010, doi:10.1021/ci100050t) but spelled
/// out and about a bond.
///
/// - Parameters:
///   - bond: the bond.
///   - topology: its molecule.
///   - radius: the widest circle, in bonds.
///   - byElement: whether an atom is named by element and number of bonds, such as "#6X4", instead of its type: for
///     families whose torsions go by SMARTS, where types may be names of single atoms.
/// - Returns: for each radius 0 … `radius`, the two central atoms with everything that many bonds away in
///   canonical order, so that equal strings mean equal circles.
public func bondEnvironment(
  _ bond: BondIndex, of topology: Topology, radius: Int = 2, byElement: Bool = false
) -> [String] {
  let graph = topology.bondGraph
  func name(_ atom: Int) -> String {
    byElement
      ? "#\(topology.atoms[atom].element.atomicNumber)X\(graph.neighbours[atom].count)"
      : topology.atoms[atom].type
  }
  func circle(_ atom: Int, from previous: Int, depth: Int) -> String {
    let name = name(atom)
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

/// Whether circles of ``bondEnvironment(_:of:radius:byElement:)`` name elements and not types.
public func isByElement(_ environments: [[String]]) -> Bool {
  environments.contains { $0.first?.hasPrefix("#") == true }
}

/// The atom types that circles name.
public func atomTypes(in environments: [[String]]) -> Set<String> {
  // The widest circle names every atom of the narrower ones.
  Set(environments.compactMap { $0.last }.flatMap { $0.split { "()- ".contains($0) }.map(String.init) })
}
