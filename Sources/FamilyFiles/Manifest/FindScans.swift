// swivel init: which files of a folder are scans, told by what stands in them.

import Chemistry
import Foundation
import TextFiles

/// A scan of a folder, as read and not yet held against a topology.
struct ScanCandidate {
  /// Its path in the manifest.
  var path: String
  var raw: RawScan
  /// Whether its units are those of the options, since it states none.
  var statesUnits: Bool
}

/// The scans of a folder, and why others are none.
///
/// Folders of TorsionDrive and ForceBalance are one scan each. Files with one geometry each are points of one scan:
/// those of a folder, or of its subfolders. Files of no format that is known are no scans, and are not named.
func findScans(
  in folder: String, files: [String], topologies: Set<String>, energyUnit: Units.Energy?,
  forceUnit: Units.Force?,
  atomCounts: [Int]
) -> (found: [ScanCandidate], leftOut: [String]) {
  var search = ScanSearch(
    folder: folder, atomCounts: atomCounts, energyUnit: energyUnit, forceUnit: forceUnit)
  let drives = Set(files.filter { $0.hasSuffix("qdata.txt") || $0.hasSuffix("scan.xyz") }.map(parent)).filter {
    isTorsionDriveFolder(search.full($0))
  }
  for drive in drives.sorted() { search.add(drive) }
  for path in files where !topologies.contains(path) && !isFolder("\(folder)/\(path)") {
    guard !drives.contains(where: { $0 == "." ? !path.contains("/") : path.hasPrefix($0 + "/") }) else {
      continue
    }
    search.look(at: path)
  }
  search.gatherSingles()
  return (search.found, search.leftOut)
}

/// The folder of a path within a folder; "." for the folder itself.
private func parent(_ path: String) -> String {
  let folder = path.split(separator: "/").dropLast().joined(separator: "/")
  return folder.isEmpty ? "." : folder
}

private struct ScanSearch {
  let folder: String
  let atomCounts: [Int]
  let energyUnit: Units.Energy?
  let forceUnit: Units.Force?
  var found: [ScanCandidate] = []
  var leftOut: [String] = []
  /// Files that belong to scans already.
  var claimed: Set<String> = []
  var singles: [(path: String, scan: RawScan)] = []

  init(folder: String, atomCounts: [Int], energyUnit: Units.Energy?, forceUnit: Units.Force?) {
    self.folder = folder
    self.atomCounts = atomCounts
    self.energyUnit = energyUnit
    self.forceUnit = forceUnit
  }

  func full(_ path: String) -> String { path == "." ? folder : "\(folder)/\(path)" }

  /// Reads a path, without the units of the options where it needs none.
  private func read(_ path: String, _ format: ScanFormat?) throws -> (scans: [RawScan], statesUnits: Bool) {
    var statement = ScanStatement()
    statement.atomCounts = atomCounts
    var stated = statement
    (stated.energyUnit, stated.forceUnit) = (energyUnit, forceUnit)
    let isStated = energyUnit != nil || forceUnit != nil
    do {
      // Where nothing in a file says its unit, what the user says goes before what is usual.
      if isStated, format == .commentedXYZ {
        return (try readRawScans(full(path), statement: stated), true)
      }
      return (try readRawScans(full(path), statement: statement), false)
    } catch {
      guard isStated else { throw error }
      return (try readRawScans(full(path), statement: stated), true)
    }
  }

  /// Looks at a file, if it is of a format that is known.
  mutating func look(at path: String) {
    // Of files of no format those alone are worth a line whose names promise a scan.
    let promises = [".extxyz", ".xyz"].contains { path.hasSuffix($0) }
    guard let source = try? ScanSource.beginning(of: full(path)) else { return }
    let format = ScanFormat(source)
    // Columns of numbers are of many kinds (bond orders, charges): those are tables whose names say so.
    let endings = [".csv", ".tsv", ".dat", ".txt", ".xvg"].flatMap { [$0, $0 + ".gz"] }
    if format == .table, !endings.contains(where: { path.hasSuffix($0) }) { return }
    guard format != nil || promises else { return }
    add(path, format)
  }

  /// Reads a path that is a scan, of a format that is told; nil for a folder.
  mutating func add(_ path: String, _ format: ScanFormat? = nil) {
    do {
      let (scans, statesUnits) = try read(path, format)
      for scan in scans {
        let name = scans.count > 1 ? "\(path)#\(scan.entry ?? "")" : path
        if scan.frames.isEmpty {
          // One of very many molecules: it is only named.
          leftOut.append("\(name): one of \(scans.count) entries; name those you want in family.yaml")
          if scans.count > 50 { return }
        } else if scan.frames.count == 1 {
          singles.append((path, scan))
        } else {
          found.append(ScanCandidate(path: name, raw: scan, statesUnits: statesUnits))
          // What a scan was read from is no other scan.
          claimed.formUnion(scan.inputs.filter { $0 != full(path) })
        }
      }
    } catch let error as InputError {
      leftOut.append("\(path): \(error.oneLine)")
    } catch {
      leftOut.append("\(path): \(error)")
    }
  }

  /// Files of one geometry each as scans: those of one folder, or, where folders have one each, of the folder above.
  mutating func gatherSingles() {
    // Tables that gave other files their energies were looked at before these were known.
    let used = claimed
    let top = folder
    found.removeAll { candidate in
      candidate.raw.format == ScanFormat.table.rawValue && used.contains("\(top)/\(candidate.path)")
    }
    let free = singles.filter { single in
      !claimed.contains(full(single.path)) && single.scan.frames[0].energy != nil
        && !single.scan.remarks.contains { $0.contains("of which only the last is a result") }
    }
    func kind(_ scan: RawScan) -> String {
      scan.format + (scan.frames[0].symbols ?? []).joined(separator: " ")
    }
    let own = Dictionary(grouping: free) { parent($0.path) }
    var groups: [String: [(path: String, scan: RawScan)]] = [:]
    for (place, members) in own.sorted(by: { $0.key < $1.key }) {
      let largest = Dictionary(grouping: members) { kind($0.scan) }.values.map(\.count).max() ?? 0
      groups[largest > 1 || place == "." ? place : parent(place), default: []] += members
    }
    for (place, members) in groups.sorted(by: { $0.key < $1.key }) {
      guard let scan = combined(members.map(\.scan), folder: full(place)), scan.frames.count > 2 else {
        leftOut += members.map { "\($0.path): one geometry (\($0.scan.format)) is no scan" }
        continue
      }
      found.append(ScanCandidate(path: place, raw: scan, statesUnits: false))
    }
  }
}
