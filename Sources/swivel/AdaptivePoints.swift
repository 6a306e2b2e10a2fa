// The choice among grid points that `acquire --adaptive` makes: topologies of the family, the linear model, costs.

import Acquisition
import Chemistry
import FamilyFiles
import Foundation
import TextFiles
import TorsionModel

/// The choice for a prepared family.
/// - Parameters:
///   - folder: the family's folder.
///   - targetSD: where to end, kcal/mol; nil for all points, the most telling first.
/// - Throws: `InputError` when a topology cannot be read or fits no molecule.
func adaptiveOptions(_ folder: String, targetSD: Double?) throws -> AdaptiveOptions {
  let list = try DriveList(readingFrom: folder)
  var topologies: [String: Topology] = [:]
  for molecule in list.molecules {
    topologies[molecule.id] = try preparedTopology(of: molecule, of: list, in: folder)
  }
  let known = topologies
  return AdaptiveOptions(targetSD: targetSD) { scans in
    let paths = scans.compactMap { scan -> ChoicePath? in
      guard let topology = known[scan.plan.molecule] else { return nil }
      let q = scan.plan.quartet
      return ChoicePath(
        topology: topology, driven: Quartet(q[0], q[1], q[2], q[3]),
        geometries: scan.path.map { $0.map(vectors) })
    }
    let choice = PointChoice(paths)
    var measured: [ChoicePoint: ChoiceMeasurement] = [:]
    for (path, scan) in scans.enumerated() {
      for (point, result) in scan.done {
        measured[ChoicePoint(path: path, point: point)] = ChoiceMeasurement(
          energy: result.energy, forces: vectors(result.forces))
      }
    }
    func points(_ of: (AdaptiveScan) -> [Int]) -> [ChoicePoint] {
      scans.enumerated().flatMap { path, scan in of(scan).map { ChoicePoint(path: path, point: $0) } }
    }
    let underWay = Set(points { $0.underWay.sorted() })
    guard let done = choice.belief(measured: measured),
      let belief = underWay.isEmpty ? done : choice.belief(measured: measured, underWay: underWay)
    else {
      throw InputError(nil, "the points of \(folder) cannot be weighed", hint: "run it without --adaptive")
    }
    let best = choice.best(of: points(\.open), under: belief) {
      ScanCost.size.value(atoms: scans[$0].plan.symbols.count)
    }
    return AdaptiveStep(next: best.map { ($0.point.path, $0.point.point) }, largestSD: done.largestSD)
  }
}

/// The topology of a prepared molecule, its torsions by SMARTS where the list has some.
/// - Throws: `InputError` when it cannot be read or has other atoms than the drive list.
func preparedTopology(
  of molecule: DriveList.Molecule, of list: DriveList, in folder: String
) throws -> Topology {
  let path = "\(folder)/\(molecule.topology)"
  let topology = try topologyWithFiles(path, parameters: []).topology
  guard topology.atoms.count == molecule.symbols.count else {
    throw InputError(
      SourcePlace(file: path), "has other atoms than drives.json beside it",
      hint: "make the family anew with `swivel prepare`")
  }
  guard let patterns = list.torsions, !patterns.isEmpty else { return topology }
  return try matching(
    patterns, in: topology, structure: .file("\(folder)/\(molecule.structure)"), molecule: path)
}

/// Positions or forces from their three numbers each.
func vectors(_ rows: [[Double]]) -> [Vector3] { rows.map { Vector3($0[0], $0[1], $0[2]) } }
