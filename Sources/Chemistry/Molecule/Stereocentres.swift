// Atoms that have a mirror image of their own: whether a molecule is the same as its mirror image.

extension Topology {
  /// Atoms with four neighbours, or three about sulfur, phosphorus and heavier atoms, no two of which are alike,
  /// ascending.
  ///
  /// A molecule without any is the same as its mirror image as soon as its rotors may turn and its nitrogens invert.
  /// Rings with several (meso compounds) may be so too.
  public var stereocentres: [Int] {
    let graph = bondGraph
    let classes = symmetryClasses
    return atoms.indices.filter { atom in
      let neighbours = graph.neighbours[atom]
      let isCentre =
        neighbours.count == 4 || (neighbours.count == 3 && atoms[atom].element.atomicNumber >= 15)
      return isCentre && Set(neighbours.map { classes[$0] }).count == neighbours.count
    }
  }
}
