// Torsion drives as JSON: QCEngine's TorsionDriveResult of versions 1 and 2, QCPortal's TorsiondriveRecord.

import Chemistry
import Foundation
import TextFiles

/// The angles of a grid key: "[-165]", "(-165,)", "-165", "[-165, 30]"; nil where it is none.
func gridAngles(_ key: String) -> [Double]? {
  let words = key.split { "[](), ".contains($0) }
  let angles = words.compactMap { number($0) }
  return angles.count == words.count && !angles.isEmpty ? angles : nil
}

extension QCSchemaReader {
  /// Reads a drive.
  ///
  /// The lowest optimisation of a grid point counts, with the gradient at its end where its trajectory has one.
  func torsionDrive(_ value: JSONValue, format: String) throws -> RawScan {
    if case .bool(false) = value["success"] ?? .null { throw fault("is a failed torsion drive") }
    var scan = RawScan(file: file, format: format)
    scan.entry = value["id"]?.number.map { String(Int(clamping: $0)) }
    let keywords =
      value["keywords"] ?? value["input_data"]?["specification"]?["keywords"]
      ?? value["specification"]?["keywords"]
    let dihedrals = keywords?["dihedrals"]?.elements?.compactMap(\.flatNumbers) ?? []
    for dihedral in dihedrals {
      scan.name(
        driven: [
          try quartet(
            dihedral.map { String(Int(clamping: $0)) }.joined(separator: " "), indexing: "zero", atoms: nil,
            place: SourcePlace(file: file))
        ], at: SourcePlace(file: file))
    }
    let points = try gridPoints(of: value)
    guard !points.isEmpty else {
      throw InputError(
        SourcePlace(file: file), "is a torsion drive without geometries and energies of its grid",
        hint:
          "write it with its minimum optimizations: record.minimum_optimizations, each with energies and "
          + "final_molecule; "
          + "QCSubmit's and yammbs's JSON have them too")
    }
    scan.frames = points.sorted { lexicographic($0.angles, $1.angles) }.map(\.frame)
    scan.dimensions = points.map(\.angles.count).max() ?? 1
    scan.geometry = .relaxed
    scan.state(level: level(value))
    scan.program = driveProgram(value)
    for point in points {
      guard
        let note = disagreement(point.angles, with: scan.held.isEmpty ? scan.driven : nil, in: point.frame)
      else { continue }
      scan.remarks.append(note)
      break
    }
    return scan
  }

  private func lexicographic(_ a: [Double], _ b: [Double]) -> Bool { a.lexicographicallyPrecedes(b) }

  private struct Point {
    var angles: [Double]
    var frame: RawFrame
  }

  private func gridPoints(of value: JSONValue) throws -> [Point] {
    let histories = value["optimization_history"]?.object ?? value["scan_results"]?.object ?? [:]
    let energies = value["final_energies"]?.object
    let properties = value["scan_properties"]?.object
    var points: [Point] = []
    if let molecules = value["final_molecules"]?.object {
      for (key, molecule) in molecules.sorted(by: { $0.key < $1.key }) {
        let what = "the grid point \(key)"
        guard let angles = gridAngles(key) else {
          throw fault("\"\(key)\" is no grid point: angles were expected")
        }
        let (symbols, coordinates) = try self.molecule(molecule, of: what)
        var frame = RawFrame(symbols: symbols, coordinates: coordinates, line: 1)
        let energy = energies?[key]?.number ?? properties?[key]?["return_energy"]?.number
        frame.energy = energy.map { $0 * factor }
        frame.forces = try forces(of: histories[key], energy: frame.energy, at: coordinates, of: what)
        frame.checkFinite()
        points.append(Point(angles: angles, frame: frame))
      }
    } else if let records = value["minimum_optimizations"]?.object {
      for (key, record) in records.sorted(by: { $0.key < $1.key }) where record.object != nil {
        guard let angles = gridAngles(key) else {
          throw fault("\"\(key)\" is no grid point: angles were expected")
        }
        points.append(Point(angles: angles, frame: try optimisation(record, of: "the grid point \(key)")))
      }
    }
    return points
  }

  /// Forces at the end of the optimisation whose energy and geometry are those of a grid point.
  private func forces(of history: JSONValue?, energy: Double?, at coordinates: [Vector3], of what: String)
    throws -> [Vector3]?
  {
    for run in history?.elements ?? (history.map { [$0] } ?? []) {
      guard run.object != nil, let end = try? optimisation(run, of: what), let forces = end.forces,
        end.coordinates.count == coordinates.count,
        zip(end.coordinates, coordinates).allSatisfy({ ($0 - $1).norm < 1e-4 }),
        let energy, let own = end.energy, abs(energy - own) < 1e-6 * Units.hartree
      else { continue }
      return forces
    }
    return nil
  }

  /// A remark where a geometry's dihedral is not the one that its key says, by more than TorsionDrive allows.
  private func disagreement(_ angles: [Double], with driven: Quartet?, in frame: RawFrame) -> String? {
    guard let driven, let stated = angles.first, driven.atoms.allSatisfy({ $0 < frame.coordinates.count })
    else { return nil }
    let measured = dihedralAngle(driven, in: frame.coordinates)
    let off = abs(wrapped(measured - stated * Units.degree)) / Units.degree
    guard off > 2 else { return nil }
    return
      """
      its geometry for \(Int(clamping: stated))° has the dihedral at \
      \(Int(clamping: measured / Units.degree))°: its dihedral may be another
      """
  }

  private func driveProgram(_ value: JSONValue) -> String? {
    let specification = value["specification"]
    if let procedure = specification?["program"]?.string {
      let optimiser = specification?["optimization_specification"]?["program"]?.string
      let program = specification?["optimization_specification"]?["qc_specification"]?["program"]?.string
      return [program, optimiser, procedure].compactMap { $0 }.joined(separator: " under ")
    }
    let histories = value["optimization_history"]?.object ?? value["scan_results"]?.object ?? [:]
    let run = histories.min { $0.key < $1.key }?.value.elements?.first
    return [run.flatMap(program), program(value)].compactMap { $0 }.joined(separator: " under ")
  }
}

extension Int {
  /// A number as the nearest integer; 0 where it is none, and bounded.
  init(clamping value: Double) {
    self = value.isFinite ? Int(Swift.max(-1e15, Swift.min(1e15, value.rounded()))) : 0
  }
}
