// Which dihedral a scan drives: as stated, or found from the coordinates.

import CMath
import Chemistry
import TextFiles

/// Checks that a stated dihedral is four bonded atoms in a row.
func checkedDriven(_ driven: Quartet, graph: BondGraph, place: SourcePlace?) throws -> Quartet {
  let atoms = driven.atoms
  guard atoms.allSatisfy({ graph.neighbours.indices.contains($0) }) else {
    throw InputError(
      place, "the dihedral \(list(driven)) (zero-based) names an atom that the molecule does not have",
      hint: "it has \(graph.neighbours.count) atoms; check whether atoms count from zero or from one")
  }
  if let centre = atoms.first(where: { atom in
    atoms.allSatisfy { $0 == atom || graph.neighbours[atom].contains($0) }
  }),
    !graph.isChain(driven)
  {
    throw InputError(
      place,
      "the dihedral \(list(driven)) (zero-based) is an improper, the other three about atom \(centre): "
        + "Swivel fits torsions, and "
        + "impropers stay as the base force field has them",
      hint: "leave the scan out; a scan of the same bond's torsion can be fitted")
  }
  for (a, b) in zip(atoms, atoms.dropFirst()) where !graph.neighbours[a].contains(b) {
    throw InputError(
      place, "the dihedral \(list(driven)) (zero-based): atoms \(a) and \(b) are not bonded in the topology",
      hint: "check whether atoms count from zero or from one, and that both files list the atoms in one order"
    )
  }
  return driven
}

/// The dihedral that a scan drives, found from its geometries: the rotatable bond whose dihedral spreads evenly over a
/// range, where the others stay within a basin.
/// - Parameter held: dihedrals known to be held, which are none.
/// - Throws: ``InputError`` naming the candidates when it is not clear.
func foundDriven(_ frames: [[Vector3]], besides held: [Quartet] = [], topology: Topology, file: String) throws
  -> Quartet
{
  let candidates = turningBonds(frames, topology: topology).filter { candidate in
    !held.contains { $0.centralBond == candidate.quartet.centralBond }
  }
  let clear = candidates.filter { $0.steps >= 0.5 * (candidates.first?.steps ?? 0) && $0.steps > 0.2 }
  if clear.count == 1 { return clear[0].quartet }
  if clear.isEmpty, let ring = drivenInRing(frames, besides: held, graph: topology.bondGraph) { return ring }
  let names = (clear.isEmpty ? candidates : clear).map { list($0.quartet) }.joined(separator: "; ")
  throw InputError(
    SourcePlace(file: file),
    clear.isEmpty
      ? "names no driven dihedral, and none turns along the scan"
      : "names no driven dihedral, and more than one turns along the scan",
    hint: (names.isEmpty ? "the molecule has no rotatable bond" : "candidates (zero-based): \(names)")
      + "; state it in family.yaml: {file: …, dihedral: [0, 1, 2, 3], dihedral_indexing: zero}")
}

/// The dihedral of a ring that a scan drives: the one that turns by equal steps from frame to frame, where the others
/// follow.
///
/// nil where none turns by more than 20°, or two do so equally evenly.
private func drivenInRing(_ frames: [[Vector3]], besides held: [Quartet], graph: BondGraph) -> Quartet? {
  guard frames.count > 4 else { return nil }
  let rings = graph.bonds.filter { graph.isInRing($0) }
  func isRing(_ a: Int, _ b: Int) -> Bool { rings.contains(BondIndex(a, b)) }
  let quartets = rings.flatMap { graph.quartets(about: $0) }
    .filter { quartet in
      isRing(quartet.i, quartet.j) && isRing(quartet.k, quartet.l)
        && !held.contains { $0.canonical == quartet.canonical }
    }
  let candidates = quartets.compactMap { quartet -> (quartet: Quartet, unevenness: Double)? in
    let angles = frames.map { dihedralAngle(quartet, in: $0) }
    let steps = zip(angles.dropFirst(), angles).map { wrapped($0 - $1) }
    guard steps.allSatisfy(\.isFinite) else { return nil }
    let mean = steps.reduce(0, +) / Double(steps.count)
    guard abs(mean) * Double(steps.count) > 20 * Units.degree else { return nil }
    let spread = steps.reduce(0) { $0 + abs($1 - mean) } / Double(steps.count)
    return (quartet, spread / abs(mean))
  }.sorted { $0.unevenness < $1.unevenness }
  guard let best = candidates.first, best.unevenness < 0.1,
    candidates.count < 2 || candidates[1].unevenness > 1.5 * best.unevenness
  else { return nil }
  return best.quartet
}

/// Why a stated dihedral cannot be the one that a scan drives: another bond turns, and it does not.
///
/// - Parameter held: others that were held or driven besides, which may turn as they like.
func faultOfStated(_ driven: Quartet, and held: [Quartet] = [], in frames: [[Vector3]], topology: Topology)
  -> String?
{
  guard frames.count > 3 else { return nil }
  let known = Set(held.map(\.centralBond) + [driven.centralBond])
  let others = turningBonds(frames, topology: topology).filter { !known.contains($0.quartet.centralBond) }
  var angles = frames.map { dihedralAngle(driven, in: $0) }
  // Every value of a grid occurs many times.
  if !held.isEmpty {
    angles = angles.sorted().reduce(into: []) { values, angle in
      if values.last.map({ angle - $0 > 2 * Units.degree }) ?? true { values.append(angle) }
    }
  }
  let own = evenSpread(angles)
  guard let most = others.first, most.steps > 0.3, own < 0.3 * most.steps else { return nil }
  return
    "the stated dihedral \(list(driven)) does not turn along the scan, \(list(most.quartet)) does (zero-based)"
}

/// A dihedral about every rotatable bond with how evenly it spreads over the frames, the most turning first.
private func turningBonds(_ frames: [[Vector3]], topology: Topology) -> [(quartet: Quartet, steps: Double)] {
  let graph = topology.bondGraph
  func isHeavy(_ atom: Int) -> Bool { topology.atoms[atom].element.atomicNumber > 1 }
  var candidates: [(quartet: Quartet, steps: Double)] = []
  for bond in graph.rotatableBonds {
    let quartets = graph.quartets(about: bond)
    guard let quartet = quartets.first(where: { isHeavy($0.i) && isHeavy($0.l) }) ?? quartets.first else {
      continue
    }
    let angles = frames.map { dihedralAngle(quartet, in: $0) }
    guard angles.allSatisfy(\.isFinite) else { continue }
    candidates.append((quartet, evenSpread(angles)))
  }
  return candidates.sorted { $0.steps > $1.steps }
}

/// How evenly angles cover a range: the share of the circle that they span, times the evenness of their steps.
private func evenSpread(_ angles: [Double]) -> Double {
  guard angles.count > 2 else { return 0 }
  let sorted = angles.sorted()
  var gaps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }
  gaps.append(sorted[0] + 2 * .pi - sorted[sorted.count - 1])
  gaps.sort()
  let span = 2 * Double.pi - gaps[gaps.count - 1]
  guard span > 0.1 else { return 0 }
  let inner = gaps.dropLast()
  let mean = span / Double(inner.count)
  let roughness = inner.reduce(0) { $0 + abs($1 - mean) } / (2 * span)
  return span / (2 * .pi) * (1 - roughness)
}

/// "0 1 2 3".
func list(_ quartet: Quartet) -> String { quartet.atoms.map(String.init).joined(separator: " ") }
