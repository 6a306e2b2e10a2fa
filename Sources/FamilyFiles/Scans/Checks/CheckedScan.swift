// From frames of a file to a scan of a molecule: bad frames out, dihedrals named or found, how it was made.

import Chemistry
import TextFiles

/// A raw scan as grid points of a molecule.
func checkedScan(
  _ raw: RawScan, id: String, statement: ScanStatement, topology: Topology,
  options: FamilyOptions = FamilyOptions()
) throws -> Scan {
  let graph = topology.bondGraph
  let order = try atomOrder(
    of: raw, topology: topology, graph: graph, stated: statement.atomOrder, place: statement.place)
  let raw = order.map(raw.renumbered) ?? raw
  var (points, setAside) = try usablePoints(of: raw, topology: topology, graph: graph, options: options)
  let sorted = try withoutClashes(points, of: raw, options: options)
  points = sorted.points
  setAside = (setAside + sorted.setAside).sorted { $0.frame < $1.frame }
  guard points.count > 1 else {
    throw InputError(
      SourcePlace(file: raw.file),
      "has \(points.count) usable grid points where at least two were expected"
        + (setAside.first.map { "; frame \($0.frame) \($0.reason)" } ?? ""),
      hint: "the file may be truncated; take the scan out of the manifest if it is meant to be so short")
  }
  let frames = points.map(\.coordinates)
  let (driven, held) = try dihedrals(of: raw, frames: frames, statement: statement, topology: topology)
  try requireBentAngles([(driven, "driven")] + held.map { ($0, "held") }, points: points, file: raw.file)
  if statement.driven != nil || raw.driven != nil,
    let fault = faultOfStated(driven, and: held, in: frames, topology: topology)
  {
    throw InputError(
      statement.driven != nil ? statement.place : raw.drivenPlace ?? SourcePlace(file: raw.file), fault,
      hint: "check whether atoms count from zero or from one, and which bond the scan drives")
  }
  var scan = Scan(id: id, driven: driven, points: points, setAside: setAside, held: held)
  scan.geometry =
    statement.geometry ?? raw.geometry
    ?? (isRigid(frames, axes: scan.axes, graph: graph) ? .rigid : .relaxed)
  if statement.lowestBranch { scan = lowerEnvelope(of: scan) }
  if let fault = contradiction(in: scan, topology: topology, graph: graph) {
    throw InputError(SourcePlace(file: raw.file), fault, hint: "check the units, signs and order of the file")
  }
  scan.atomOrder = order?.places
  scan.geometryLevel = (raw.levels + [statement.level].compactMap { $0 }).lazy.compactMap(levelOfGeometries).first
  scan.notes =
    raw.remarks.map { DataNote(.file, $0) }
    + (order.map {
      [
        DataNote(
          .order,
          "its atoms stand in another order than the topology's and are renumbered (the file's \($0.words))")
      ]
    } ?? [])
  return scan
}

/// The frames that can be used, as grid points, and those left out with the reason.
private func usablePoints(
  of raw: RawScan, topology: Topology, graph: BondGraph, options: FamilyOptions
) throws -> (points: [GridPoint], setAside: [SetAsidePoint]) {
  var points: [GridPoint] = []
  var setAside: [SetAsidePoint] = []
  let clashed = clashedFrames(of: raw)
  for (index, frame) in raw.frames.enumerated() {
    if let reason = frame.aside ?? clashed[index] {
      setAside.append(SetAsidePoint(frame: index + 1, reason: reason))
      continue
    }
    if let fault = faultOf(frame, topology: topology, graph: graph) {
      guard options.setAsideBadPoints else {
        throw InputError(
          SourcePlace(file: raw.file, line: frame.line), "frame \(index + 1) \(fault)",
          hint: "mend or remove the frame; --set-aside leaves out such frames and names them")
      }
      setAside.append(SetAsidePoint(frame: index + 1, reason: fault))
      continue
    }
    if let same = points.first(where: { $0.energy == frame.energy! && $0.coordinates == frame.coordinates }) {
      setAside.append(
        SetAsidePoint(frame: index + 1, reason: "repeats frame \(same.frame): it would count twice"))
      continue
    }
    points.append(
      GridPoint(coordinates: frame.coordinates, energy: frame.energy!, forces: frame.forces, frame: index + 1)
    )
  }
  return (points, setAside)
}

/// Whether dihedrals are defined at every point: none over an angle that is nearly straight.
///
/// Within five degrees of 180° the dihedral turns at will with the bond's vibration, and its gradient grows without
/// bound.
private func requireBentAngles(_ axes: [(Quartet, String)], points: [GridPoint], file: String) throws {
  for (axis, word) in axes {
    for point in points {
      let r = point.coordinates
      for (i, j, k) in [(axis.i, axis.j, axis.k), (axis.j, axis.k, axis.l)] {
        let (a, b) = (r[i] - r[j], r[k] - r[j])
        let cosine = a.dot(b) / (a.norm * b.norm)
        // cos 175°.
        guard !(cosine > -0.9962), cosine.isFinite || a.norm * b.norm == 0 else { continue }
        throw InputError(
          SourcePlace(file: file),
          "frame \(point.frame): the angle \(i) \(j) \(k) of the \(word) dihedral \(list(axis)) is nearly "
            + "straight (zero-based): a "
            + "torsion over a linear angle is undefined",
          hint: word == "driven"
            ? "drive another dihedral; this one cannot be fitted" : "hold another dihedral about the bond")
      }
    }
  }
}

/// The driven dihedral of a scan and those held beside it: as stated, as the file says, or as the geometries show.
private func dihedrals(
  of raw: RawScan, frames: [[Vector3]], statement: ScanStatement, topology: Topology
) throws -> (driven: Quartet, held: [Quartet]) {
  let graph = topology.bondGraph
  let driven: Quartet
  var held: [Quartet]?
  if let stated = statement.driven {
    driven = try checkedDriven(stated, graph: graph, place: statement.place)
  } else if let named = raw.driven {
    driven = try checkedDriven(named, graph: graph, place: raw.drivenPlace)
  } else {
    let stated = statement.held ?? []
    let grid = foundGrid(frames, graph: graph).filter { axis in
      !stated.contains { $0.centralBond == axis.centralBond }
    }
    driven =
      try grid.first ?? foundDriven(frames, besides: stated, topology: topology, file: raw.file)
    if grid.count > 1 { held = Array(grid.dropFirst()) }
  }
  if let stated = statement.held {
    held = try checkedHeld(stated, driven: driven, graph: graph, place: statement.heldPlace)
  } else if !raw.held.isEmpty {
    // A manifest may drive the file's other dihedral.
    let others =
      statement.driven == nil
      ? raw.held
      : (raw.held + (raw.driven.map { [$0] } ?? [])).filter { $0.centralBond != driven.centralBond }
    held = try checkedHeld(others, driven: driven, graph: graph, place: raw.drivenPlace)
  } else if held == nil {
    let axes = gridAxes(frames, driven: driven, graph: graph)
    held = axes.isEmpty ? constrainedDihedrals(frames, driven: driven, graph: graph) : axes
  }
  guard let held, held.count + 1 >= raw.dimensions || statement.held != nil else {
    throw InputError(
      SourcePlace(file: raw.file),
      "is a scan over \(raw.dimensions) dihedrals, and its geometries do not tell which",
      hint:
        "state them in family.yaml: {file: …, dihedral: [0, 1, 2, 3], held: [[1, 2, 3, 4]], dihedral_indexing: zero}"
    )
  }
  return (driven, held)
}
