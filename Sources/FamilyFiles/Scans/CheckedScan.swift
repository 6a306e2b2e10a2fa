// From frames of a file to a scan of a molecule: bad frames out, dihedrals named or found, how it was made.

import Chemistry
import TextFiles

/// A raw scan as grid points of a molecule.
func checkedScan(
  _ raw: RawScan, id: String, statement: ScanStatement, topology: Topology,
  options: FamilyOptions = FamilyOptions()
) throws -> Scan {
  let graph = topology.bondGraph
  var points: [GridPoint] = []
  var setAside: [SetAsidePoint] = []
  for (index, frame) in raw.frames.enumerated() {
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
  for (axis, word) in [(driven, "driven")] + held.map({ ($0, "held") }) {
    for point in points where !dihedralAngle(axis, in: point.coordinates).isFinite {
      throw InputError(
        SourcePlace(file: raw.file),
        "frame \(point.frame): the \(word) dihedral \(list(axis)) is undefined, three of its atoms lie on a line",
        hint: word == "driven" ? "drive another dihedral" : "hold another dihedral about the bond")
    }
  }
  if statement.driven != nil || raw.driven != nil,
    let fault = faultOfStated(driven, and: held, in: frames, topology: topology)
  {
    throw InputError(
      statement.driven != nil ? statement.place : raw.drivenPlace ?? SourcePlace(file: raw.file), fault,
      hint: "check whether atoms count from zero or from one, and which bond the scan drives")
  }
  var scan = Scan(id: id, driven: driven, points: points, setAside: setAside, held: held)
  if let fault = contradiction(in: scan, graph: graph) {
    throw InputError(SourcePlace(file: raw.file), fault, hint: "check the units, signs and order of the file")
  }
  scan.geometry =
    statement.geometry ?? raw.geometry
    ?? (isRigid(frames, axes: scan.axes, graph: graph) ? .rigid : .relaxed)
  return scan
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
