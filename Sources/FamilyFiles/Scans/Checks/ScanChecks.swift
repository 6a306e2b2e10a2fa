// Holding a scan against its molecule and against itself: atoms, bonds, units, signs.

import CMath
import Chemistry
import TextFiles

/// Why a frame cannot be used; nil when nothing speaks against it.
func faultOf(_ frame: RawFrame, topology: Topology, graph: BondGraph) -> String? {
  if let fault = frame.fault { return fault }
  guard frame.coordinates.count == topology.atoms.count else {
    return "has \(frame.coordinates.count) atoms, the topology \(topology.atoms.count)"
  }
  if let symbols = frame.symbols {
    for (i, symbol) in symbols.enumerated() {
      let element = Element(symbol: symbol) ?? Int(symbol).flatMap { Element(atomicNumber: $0) }
      guard let element else { return "atom \(i): \"\(symbol)\" is no element" }
      if element != topology.atoms[i].element {
        return "atom \(i) is \(element.symbol) here and \(topology.atoms[i].element.symbol) in the topology: "
          + "another molecule or another order of atoms"
      }
    }
  }
  guard let energy = frame.energy else { return "has no energy" }
  guard abs(energy) < 1e12, frame.coordinates.allSatisfy({ $0.norm < 1e6 }) else {
    return "has an energy or a coordinate beyond any that a molecule has"
  }
  if let fault = faultOfDistances(frame.coordinates, topology: topology, graph: graph) { return fault }
  if let fault = faultOfBonds(frame.coordinates, topology: topology, graph: graph) { return fault }
  if let forces = frame.forces { return faultOfForces(forces, at: frame.coordinates) }
  return nil
}

/// Bonds that broke, and new ones: another molecule in either case.
///
/// Short contacts of crowded grid points are no bonds: a new one is within 1.1 times the sum of the covalent radii.
private func faultOfBonds(_ r: [Vector3], topology: Topology, graph: BondGraph) -> String? {
  func radii(_ a: Int, _ b: Int) -> Double {
    topology.atoms[a].element.covalentRadius + topology.atoms[b].element.covalentRadius
  }
  let broken = graph.bonds.filter { (r[$0.a] - r[$0.b]).norm > 1.45 * radii($0.a, $0.b) }
  let seen = BondGraph(elements: topology.atoms.map(\.element), coordinates: r)
  let added = seen.bonds.filter { !graph.bonds.contains($0) }
  if !broken.isEmpty {
    // A hydrogen that left one atom and is bonded to another.
    for bond in broken {
      for new in added where topology.atoms.indices.contains(bond.a) {
        for h in [bond.a, bond.b]
        where topology.atoms[h].element.atomicNumber == 1 && (new.a == h || new.b == h) {
          return
            "is not the molecule of the topology: hydrogen \(h) has moved from atom "
            + "\(bond.a == h ? bond.b : bond.a) to "
              + """
              \(new.a == h ? new.b : new.a) (bonds missing \(bond.a)–\(bond.b), added \(new.a)–\(new.b)): \
              another molecule
              """
        }
      }
    }
    let missing = graph.bonds.filter { !seen.bonds.contains($0) }
    func words(_ bonds: [BondIndex]) -> String {
      bonds.prefix(4).map { "\($0.a)–\($0.b)" }.joined(separator: ", ")
    }
    return "is not the molecule of the topology: bonds missing \(words(missing))"
      + (added.isEmpty ? "" : ", added \(words(added))")
      + ": a molecule that broke, or another order of atoms"
  }
  if let new = added.first(where: { (r[$0.a] - r[$0.b]).norm < 1.1 * radii($0.a, $0.b) }) {
    let length = ((r[new.a] - r[new.b]).norm * 100).rounded() / 100
    return "has a new bond \(new.a)–\(new.b) of \(length) Å that the topology lacks: another molecule"
  }
  return nil
}

/// Atoms that lie on one another: coordinates in nanometre or bohr-like units, or a damaged frame.
private func faultOfDistances(_ coordinates: [Vector3], topology: Topology, graph: BondGraph) -> String? {
  for i in coordinates.indices {
    for j in coordinates.indices where j > i && (coordinates[i] - coordinates[j]).norm < 0.5 {
      return
        "has atoms \(i) and \(j) within 0.5 Å of each other: they clash, or the coordinates are in another unit"
    }
  }
  for bond in graph.bonds {
    let radii = topology.atoms[bond.a].element.covalentRadius + topology.atoms[bond.b].element.covalentRadius
    // Triple bonds have 0.78 of the sum of single-bond radii.
    if (coordinates[bond.a] - coordinates[bond.b]).norm < 0.62 * radii {
      return "has a bond \(bond.a)–\(bond.b) far too short: the coordinates may be in another unit"
    }
  }
  return nil
}

/// The forces of a molecule on its own neither push nor turn it; and they are not all zero.
private func faultOfForces(_ forces: [Vector3], at coordinates: [Vector3]) -> String? {
  let largest = forces.map(\.norm).max() ?? 0
  if largest == 0 { return "has forces that are all zero" }
  guard largest < 1e6 else { return "has a force of more than 10⁶ kcal/mol/Å" }
  let push = forces.reduce(Vector3.zero, +).norm
  let (turn, size) = wholeTurn(of: forces, at: coordinates)
  // Files with few digits, and DFT grids, leave some tenths of kcal/mol/Å.
  let limit = max(0.5, 0.05 * largest) * Double(coordinates.count).squareRoot()
  if push > limit || turn > limit * size {
    return "has forces that \(push > limit ? "push" : "turn") the molecule as a whole: "
      + "they belong to other coordinates, or hold a restraint"
  }
  return nil
}

/// The size of the torque by which forces turn a molecule as a whole about its middle, kcal/mol, and the distance of
/// its outermost atom from there, Å.
func wholeTurn(of forces: [Vector3], at coordinates: [Vector3]) -> (turn: Double, size: Double) {
  let centre = coordinates.reduce(Vector3.zero, +) * (1 / Double(max(1, coordinates.count)))
  let turn = zip(coordinates, forces).reduce(Vector3.zero) { $0 + ($1.0 - centre).cross($1.1) }.norm
  return (turn, coordinates.map { ($0 - centre).norm }.max() ?? 1)
}

/// What contradicts itself over a whole scan; nil when nothing does.
///
/// Frames of one geometry must have one energy. The slope of the energy along the driven dihedral is minus the torque
/// about its bond: that tells wrong signs and wrong units (``faultOfForces(of:torques:)``), and energies in another
/// order.
func contradiction(in scan: Scan, topology: Topology, graph: BondGraph) -> String? {
  let points = scan.points
  let energies = points.map(\.energy)
  if let low = energies.min(), let high = energies.max() {
    if high - low > 500 {
      let span = high - low < 1e9 ? "\(Int(high - low))" : "more than 10⁹"
      return "its energies span \(span) kcal/mol: the unit of the energy may be wrong"
    }
    if points.count > 2, high == low { return "all its energies are equal" }
  }
  if let fault = misplacedEnergies(in: scan, elements: topology.atoms.map(\.element)) { return fault }
  guard let torques = torques(of: scan, graph: graph) else { return nil }
  let isEven = isEvenProfile(scan, topology: topology)
  if let fault = faultOfForces(of: scan, torques: torques, isEven: isEven) { return fault }
  let pairs = steps(of: scan, torques: torques)
  guard pairs.count >= 7 else { return nil }
  let rr = pairs.reduce(0) { $0 + $1.rise * $1.rise }
  let ww = pairs.reduce(0) { $0 + $1.work * $1.work }
  let rw = pairs.reduce(0) { $0 + $1.rise * $1.work }
  // Flat scans, and forces without a torque, say nothing.
  guard rr > 1e-4 * Double(pairs.count), ww > 1e-8 else { return nil }
  let correlation = rw / (rr * ww).squareRoot()
  let ratio = (ww / rr).squareRoot()
  if correlation < -0.7, ratio > 0.3, ratio < 3 {
    return "its forces point up the energy: the file holds gradients where forces (−dE/dx) were expected"
  }
  if abs(correlation) > 0.9, ratio > 3 || ratio < 1.0 / 3 {
    return
      "its forces are \(ratio > 1 ? "too large" : "too small") by a factor of about "
      + "\(rounded(max(ratio, 1 / ratio), 1)) "
      + "against the slope of its energies: the unit of the forces or of the energies may be wrong"
  }
  if abs(correlation) < 0.5, ratio > 0.1, ratio < 10 {
    return "its energies do not follow its forces: they may stand in another order than the geometries"
  }
  return nil
}

/// From one grid point to the next, by ascending angle.
struct ScanStep {
  /// By how much the driven dihedral turns, radian.
  var turn: Double
  /// Places of the two among the points.
  var from: Int
  var to: Int
  /// The difference of their energies, kcal/mol.
  var rise: Double
  /// The same by the torque at the one, and by that at the other.
  var works: (from: Double, to: Double)
  /// The same by their mean torque.
  var work: Double { (works.from + works.to) / 2 }
  /// How far `rise` is outside of what the torque at either end would say.
  var misfit: Double {
    rise - min(max(rise, min(works.from, works.to)), max(works.from, works.to))
  }
}

/// The torque about the driven bond at each point, kcal/mol/rad; nil where a point has no forces or the bond is in a
/// ring.
func torques(of scan: Scan, graph: BondGraph) -> [Double]? {
  let driven = scan.driven
  guard scan.points.allSatisfy({ $0.forces != nil }), let side = graph.side(of: driven.k, awayFrom: driven.j)
  else {
    return nil
  }
  return scan.points.map { point in
    let r = point.coordinates
    let axis = (r[driven.k] - r[driven.j]).normalized
    return side.reduce(0) { $0 + (point.forces?[$1] ?? .zero).dot(axis.cross(r[$1] - r[driven.j])) }
  }
}

/// The steps of a scan of at least eight points that all have forces; those of more than 32° are left out. On a grid
/// they go along its rows, in which other held dihedrals stay.
func steps(of scan: Scan, torques: [Double]) -> [ScanStep] {
  let (points, driven) = (scan.points, scan.driven)
  guard points.count >= 8 else { return [] }
  let angles = points.map { dihedralAngle(driven, in: $0.coordinates) }
  return rows(of: scan).flatMap { row in
    let order = row.sorted { angles[$0] < angles[$1] }
    return order.indices.compactMap { place -> ScanStep? in
      let (from, to) = (order[place], order[(place + 1) % order.count])
      var step = angles[to] - angles[from]
      if step < 0 { step += 2 * .pi }
      guard step > 0.01, step < 32 * Units.degree else { return nil }
      return ScanStep(
        turn: step, from: from, to: to, rise: points[to].energy - points[from].energy,
        works: (-torques[from] * step, -torques[to] * step))
    }
  }
}

/// Places of points among which held dihedrals stay within three degrees; all of them where none varies.
private func rows(of scan: Scan) -> [[Int]] {
  let others = scan.axes.dropFirst()
  guard !others.isEmpty else { return [Array(scan.points.indices)] }
  var rows: [(values: [Double], members: [Int])] = []
  for (place, point) in scan.points.enumerated() {
    let values = others.map { dihedralAngle($0, in: point.coordinates) }
    let own = rows.firstIndex { row in
      zip(row.values, values).allSatisfy { abs(wrapped($0 - $1)) < 3 * Units.degree }
    }
    if let own { rows[own].members.append(place) } else { rows.append((values, [place])) }
  }
  return rows.map(\.members)
}

/// Grid points whose energy lies above or below what their torques and their neighbours' say, in words.
///
/// Both steps beside such a point must be off by half a kcal/mol (and a twentieth of what the scan spans), one up and
/// one down; among the shipped scans the largest such pair is 0.14 (2-methylbiphenyl). The sharp top of a profile is
/// none, as the torque beside it says the same rise. Steps of more than 15° may be off by more. A jump to another shape
/// of the molecule puts one step off only.
func strayPoints(in scan: Scan, graph: BondGraph) -> [StrayPoint] {
  guard let torques = torques(of: scan, graph: graph) else { return [] }
  let all = steps(of: scan, torques: torques)
  let energies = scan.points.map(\.energy)
  let limit = max(0.5, 0.05 * ((energies.max() ?? 0) - (energies.min() ?? 0)))
  return all.compactMap { before in
    guard let after = all.first(where: { $0.from == before.to }) else { return nil }
    let (up, down) = (before.misfit, after.misfit)
    let coarseness = max(before.turn, after.turn) / (15.5 * Units.degree)
    guard min(abs(up), abs(down)) > limit * max(1, coarseness * coarseness), up * down < 0 else { return nil }
    let point = scan.points[before.to]
    let angle = wholeDegrees(dihedralAngle(scan.driven, in: point.coordinates))
    return StrayPoint(
      frame: point.frame,
      words:
        """
        frame \(point.frame) (\(angle)) lies at least \(rounded(abs(up - down) / 2, 1)) kcal/mol \
        \(up > 0 ? "above" : "below") what its torques and its neighbours' say: its energy may be wrong
        """
    )
  }
}
