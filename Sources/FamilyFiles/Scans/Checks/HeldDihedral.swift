// Dihedrals that were held while a scan was made: told by how still they stand, or stated.

import CMath
import Chemistry
import TextFiles

/// Dihedrals that stand still along a scan though others about the same bond move: a constraint holds one of them.
///
/// geomeTRIC holds to about a thousandth of a degree, springs such as xtb's to some tenths. Among the 190 drives of
/// OpenFF, in which nothing but the driven dihedral is held, whatever moves by less than half a degree is followed by
/// its neighbours within a factor of three: what stands still does so as a whole. Flat dihedrals, which symmetry keeps,
/// tell nothing; nor do bonds about which there is one dihedral.
func constrainedDihedrals(_ frames: [[Vector3]], driven: Quartet, graph: BondGraph) -> [Quartet] {
  guard frames.count > 5, angularRange(frames.map { dihedralAngle(driven, in: $0) }) > 60 * Units.degree
  else { return [] }
  return graph.rotatableBonds.filter { $0 != driven.centralBond }.compactMap { bond in
    let ranges = graph.quartets(about: bond).map { quartet -> (quartet: Quartet, range: Double, at: Double) in
      let angles = frames.map { dihedralAngle(quartet, in: $0) }
      return (quartet, angularRange(angles) / Units.degree, angles[0] / Units.degree)
    }.filter(\.range.isFinite).sorted { $0.range < $1.range }
    guard ranges.count > 1, ranges[0].range < 0.2, ranges[1].range > max(0.1, 20 * ranges[0].range) else {
      return nil
    }
    let fromFlat = min(abs(ranges[0].at), 180 - abs(ranges[0].at))
    return fromFlat > 1 ? ranges[0].quartet : nil
  }
}

/// Checks dihedrals that were stated to be held.
/// - Throws: `InputError` where one is no four bonded atoms, or is about a bond that is held already.
func checkedHeld(_ held: [Quartet], driven: Quartet, graph: BondGraph, place: SourcePlace?) throws
  -> [Quartet]
{
  var bonds: Set<BondIndex> = [driven.centralBond]
  for quartet in held {
    _ = try checkedDriven(quartet, graph: graph, place: place)
    guard bonds.insert(quartet.centralBond).inserted else {
      throw InputError(
        place,
        "the held dihedral \(list(quartet)) (zero-based) is about the bond of another that is held or driven",
        hint: "state one dihedral a bond, and not the driven one")
    }
  }
  return held
}

/// What a user should know of how a scan was made: found without being stated, or stated against what the data say.
///
/// - Parameters:
///   - scan: as it will be used.
///   - statement: what the manifest says.
///   - isRow: whether the user is told that it is a row of a grid.
func notesOnGeometry(_ scan: Scan, statement: ScanStatement, isRow: Bool = false, graph: BondGraph)
  -> [String]
{
  let frames = scan.points.map(\.coordinates)
  let stated = statement.geometry
  var notes: [String] = []
  let looksRigid = isRigid(frames, axes: scan.axes, graph: graph)
  if looksRigid, stated == .relaxed {
    notes.append(
      """
      geometry: relaxed is stated, but its frames differ by a rigid turn about the driven bond only: take \
      the statement out if they are single points, whose energies hold at these geometries
      """
    )
  } else if looksRigid, stated == nil {
    notes.append(
      """
      its frames differ by a rigid turn about the driven bond only: energies are taken at the geometries as \
      given, none relaxes (geometry: rigid)
      """
    )
  }
  if scan.geometry == .rigid, !looksRigid,
    let change = partChange(frames, turned: scan.axes.map(\.centralBond), graph: graph),
    change.largest > 0.01
  {
    let size = (change.largest * 1000).rounded() / 1000
    notes.append(
      """
      geometry: rigid is stated, but the distance of atoms \(change.atoms.0) and \(change.atoms.1) on one \
      side of the driven bond changes by \(size) Å: take the statement out if the scan was relaxed
      """
    )
  }
  let axes = scan.axes.dropFirst()
  var still: [Quartet] = []
  for quartet in scan.held where !axes.contains(quartet) {
    let range = angularRange(frames.map { dihedralAngle(quartet, in: $0) }) / Units.degree
    if range <= 5 {
      still.append(quartet)
      continue
    }
    notes.append(
      """
      the dihedral \(list(quartet)) is stated to be held, but turns by \(Int(range.rounded()))° along the \
      scan (zero-based): it is held at each frame's own value
      """
    )
  }
  guard statement.held == nil else { return notes }
  if !axes.isEmpty {
    notes.append(
      """
      its points are a grid over \(scan.axes.map(list).joined(separator: " and ")) (zero-based): all are \
      held, and share one zero of energy
      """
    )
  }
  if !still.isEmpty, !isRow {
    notes.append(
      """
      the dihedral \(still.map(list).joined(separator: " and ")) stands still (zero-based): it is held \
      while the scan relaxes
      """
    )
  }
  return notes
}
