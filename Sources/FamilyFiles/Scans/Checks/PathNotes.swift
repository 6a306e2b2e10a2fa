// What happened along a scan besides the driven dihedral: rotors that turned, forces that were not relaxed, hydrogen
// bonds.

import Chemistry
import Mechanics
import TextFiles

/// What a reader of a scan should know of it, in words.
func notesOnPath(_ scan: Scan, topology: Topology) -> [DataNote] {
  let graph = topology.bondGraph
  func all(_ kind: DataNote.Kind, _ words: [String]) -> [DataNote] { words.map { DataNote(kind, $0) } }
  let stray = strayPoints(in: scan, graph: graph)
  let energies = stray.isEmpty ? notesOnSinglePoints(scan, graph: graph) : stray
  let told = Set(energies.map(\.frame))
  let unlike = unlikeEnergies(in: scan, elements: topology.atoms.map(\.element)).flatMap {
    $0.frames.isDisjoint(with: told) ? $0 : nil
  }
  return all(.energy, energies.filter { $0.isOfEnergy }.map(\.words) + (unlike.map { [$0.words] } ?? []))
    + all(.forces, energies.filter { !$0.isOfEnergy }.map(\.words) + notesOnTold(scan, topology: topology))
    + all(.branches, notesOnBranches(scan, topology: topology, without: told.union(unlike?.frames ?? [])))
    + all(.conformer, notesOnRotors(scan, topology: topology, graph: graph))
    + all(.unrelaxed, notesOnUnrelaxed(scan, without: told))
    + all(.hydrogenBond, notesOnHydrogenBonds(scan, topology: topology, graph: graph))
}

/// Other rotors that turn between neighbouring points by more than a third of a right angle over: another conformer.
///
/// Rotors whose ends are alike (methyl, phenyl) are compared by the nearest of their equal dihedrals.
private func notesOnRotors(_ scan: Scan, topology: Topology, graph: BondGraph) -> [String] {
  guard scan.geometry == .relaxed, scan.second == nil, scan.points.count > 3 else { return [] }
  let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
  let order = angles.indices.sorted { angles[$0] < angles[$1] }
  let classes = topology.symmetryClasses
  let known = Set(scan.axes.map(\.centralBond) + scan.held.map(\.centralBond))
  for bond in graph.rotatableBonds where !known.contains(bond) {
    let quartets = graph.quartets(about: bond)
    func isHeavy(_ atom: Int) -> Bool { topology.atoms[atom].element.atomicNumber > 1 }
    guard let shown = quartets.first(where: { isHeavy($0.i) && isHeavy($0.l) }) ?? quartets.first else {
      continue
    }
    let alike = quartets.filter { classes[$0.i] == classes[shown.i] && classes[$0.l] == classes[shown.l] }
    for (from, to) in zip(order, order.dropFirst())
    where angles[to] - angles[from] < 35 * Units.degree {
      let before = dihedralAngle(shown, in: scan.points[from].coordinates)
      let after = alike.map { dihedralAngle($0, in: scan.points[to].coordinates) }
        .min { abs(wrapped($0 - before)) < abs(wrapped($1 - before)) }
      guard let after, after.isFinite, before.isFinite, abs(wrapped(after - before)) > 60 * Units.degree
      else { continue }
      return [
        "its conformer changes between frames \(scan.points[from].frame) (\(wholeDegrees(angles[from]))) "
          + "and \(scan.points[to].frame) "
          + "(\(wholeDegrees(angles[to]))): the dihedral \(list(shown)) (zero-based) turns from "
          + "\(wholeDegrees(before)) to \(wholeDegrees(after)) "
          + "along the quantum-chemical path"
      ]
    }
  }
  return []
}

/// Forces that are not along the held dihedrals: optimisations that did not converge, or geometries of another level.
///
/// - Parameter named: frames that another note names already.
private func notesOnUnrelaxed(_ scan: Scan, without named: Set<Int>) -> [String] {
  guard scan.geometry == .relaxed, scan.points.allSatisfy({ $0.forces != nil }) else { return [] }
  let axes = [scan.driven] + scan.held
  let rests = scan.points.map { point in
    restForce(point.forces ?? [], at: point.coordinates, along: axes)
  }
  let sorted = rests.sorted()
  let median = sorted[sorted.count / 2]
  let largest = scan.points.map { point in point.forces?.map(\.norm).max() ?? 0 }.sorted()[
    scan.points.count / 2]
  // Stiff drives pull by 100 kcal/mol/Å, and leave a twentieth of it elsewhere.
  if median > 4, median > 0.3 * largest {
    guard scan.geometryLevel == nil else { return [] }
    return [
      "its forces off the driven dihedral are \(rounded(median, 1)) kcal/mol/Å at half of its points: its "
        + "geometries are not relaxed at the level of its forces (another level's geometries, such as "
        + "`level_of_theory: B3LYP-D3BJ/DZVP//GFN2-xTB` states, or no relaxation: `geometry: rigid`)"
    ]
  }
  guard let worst = rests.indices.max(by: { rests[$0] < rests[$1] }), rests[worst] > max(4, 8 * median),
    !named.contains(scan.points[worst].frame)
  else {
    return []
  }
  let count = rests.count { $0 > max(4, 8 * median) }
  return [
    "frame \(scan.points[worst].frame) "
      + "(\(wholeDegrees(dihedralAngle(scan.driven, in: scan.points[worst].coordinates)))) "
      + (count > 1 ? "and \(count - 1) more have forces" : "has forces")
        + """
         of \(rounded(rests[worst], 1)) kcal/mol/Å off the driven dihedral, the others \(rounded(median, 1)): \
        not converged
        """
  ]
}

/// The largest force on an atom that no dihedral of the axes takes up, kcal/mol/Å.
private func restForce(_ forces: [Vector3], at r: [Vector3], along axes: [Quartet]) -> Double {
  var rest = forces
  // Gram-Schmidt: several dihedrals about one bond are nearly parallel.
  var directions: [[Vector3]] = []
  for axis in axes {
    let b = dihedralAngleAndGradient(r[axis.i], r[axis.j], r[axis.k], r[axis.l]).gradient
    var direction = [Vector3](repeating: .zero, count: r.count)
    for (atom, g) in zip(axis.atoms, [b.i, b.j, b.k, b.l]) { direction[atom] = g }
    for other in directions {
      let share = dot(direction, other)
      for atom in r.indices { direction[atom] = direction[atom] - other[atom] * share }
    }
    let length = dot(direction, direction).squareRoot()
    guard length > 1e-6, length.isFinite else { continue }
    directions.append(direction.map { $0 * (1 / length) })
  }
  for direction in directions {
    let share = dot(rest, direction)
    for atom in r.indices { rest[atom] = rest[atom] - direction[atom] * share }
  }
  return rest.map(\.norm).max() ?? 0
}

private func dot(_ a: [Vector3], _ b: [Vector3]) -> Double { zip(a, b).reduce(0) { $0 + $1.0.dot($1.1) } }

/// Hydrogen bonds within the molecule that come and go along the scan (Baker & Hubbard 1984,
/// doi:10.1016/0079-6107(84)90007-5: H…A below 2.5 Å, D–H…A above 120°).
private func notesOnHydrogenBonds(_ scan: Scan, topology: Topology, graph: BondGraph) -> [String] {
  func isPolar(_ atom: Int) -> Bool { [7, 8].contains(topology.atoms[atom].element.atomicNumber) }
  let donors = topology.atoms.indices.flatMap { h -> [(Int, Int)] in
    guard topology.atoms[h].element.atomicNumber == 1, let d = graph.neighbours[h].first, isPolar(d) else {
      return []
    }
    return [(d, h)]
  }
  var most: (words: String, count: Int)?
  for (d, h) in donors {
    for a in topology.atoms.indices where isPolar(a) && a != d && !graph.neighbours[d].contains(a) {
      let count = scan.points.count { point in
        let r = point.coordinates
        let (hd, ha) = (r[d] - r[h], r[a] - r[h])
        return ha.norm < 2.5 && hd.dot(ha) < -0.5 * hd.norm * ha.norm
      }
      guard count > 0, count < scan.points.count, count > most?.count ?? 0 else { continue }
      most = ("\(d)–\(h)…\(a)", count)
    }
  }
  return most.map {
    [
      """
      a hydrogen bond within the molecule, \($0.words) (zero-based), holds at \($0.count) of its \
      \(scan.points.count) points: its energy is in the profile
      """
    ]
  } ?? []
}

/// An angle (radian) in whole degrees, for words.
func wholeDegrees(_ radian: Double) -> String { wholeDegrees(degree: radian / Units.degree) }

/// The same of an angle in degrees.
func wholeDegrees(degree: Double) -> String { "\(Int(degree.rounded()))°" }
