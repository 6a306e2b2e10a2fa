// swivel init: which topologies and scans of a folder belong together.

import Chemistry
import Foundation
import TextFiles

/// The text of a family.yaml for the topologies and scans in a folder and the folders below it.
///
/// A scan belongs to the topology it can be read with: one in its own folder first, then one whose name its own starts
/// with, then any. Drives of equal topologies become scans of one molecule.
/// - Parameters:
///   - folder: the folder.
///   - findTopologies: the topologies among paths within the folder, with the files they need beside them.
///   - readTopology: reads a topology.
/// - Throws: ``InputError`` when the folder has no topology with a scan.
public func makeFamilyManifest(
  _ folder: String, findTopologies: (_ files: [String]) -> [(path: String, parameters: [String])],
  readTopology: TopologyReader
) throws -> String {
  guard isFolder(folder) else {
    throw InputError(
      SourcePlace(file: folder), "is no folder", hint: "give the folder that holds topologies and scans")
  }
  let files = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
    .filter { path in !path.split(separator: "/").contains { $0.hasPrefix(".") } }
  let (topologies, parameters, unread) = try usableTopologies(
    findTopologies(files), in: folder, readTopology: readTopology)
  var unused = unread
  guard !topologies.isEmpty else {
    throw InputError(
      SourcePlace(file: folder),
      "holds no topology that can be read" + (unused.first.map { ": \($0)" } ?? ""),
      hint: "put topologies (.prmtop, .parm7, .top, .psf, .data, System .xml, Tinker .xyz) beside the scans")
  }
  var molecules: [(id: String, topology: Topology, path: String, scans: [Scan])] = []
  var levels: Set<String> = []
  for scan in scanPaths(files) where parameters[scan] == nil {
    var first: InputError?
    var found: (topology: Int, scan: Scan)?
    let raw: RawScan
    do {
      raw = try readRawScan("\(folder)/\(scan)", statement: ScanStatement())
    } catch let error as InputError {
      unused.append("\(scan): \(error.oneLine)")
      continue
    }
    for index in ranked(topologies.map(\.path), for: scan) {
      do {
        let read = try checkedScan(
          raw, id: scan, statement: ScanStatement(), topology: topologies[index].topology)
        found = (index, read)
        break
      } catch let error as InputError {
        first = first ?? error
      }
    }
    guard let found else {
      unused.append("\(scan): \(first?.oneLine ?? "no topology fits")")
      continue
    }
    levels.formUnion(raw.levels)
    let (path, topology) = topologies[found.topology]
    if let same = molecules.firstIndex(where: { isSameMolecule($0.topology, topology) }) {
      molecules[same].scans.append(found.scan)
    } else {
      let id = uniqueName(moleculeName(path), taken: molecules.map(\.id))
      molecules.append((id, topology, path, [found.scan]))
    }
  }
  guard !molecules.isEmpty else {
    throw InputError(
      SourcePlace(file: folder),
      "no scan of this folder fits a topology in it" + (unused.first.map { ": \($0)" } ?? ""),
      hint: "scans are extended XYZ files (.extxyz, .xyz) or folders with qdata.txt")
  }
  unused += topologies.compactMap { path, topology in
    if molecules.contains(where: { $0.path == path }) { return nil }
    guard let same = molecules.first(where: { isSameMolecule($0.topology, topology) }) else {
      return "\(path): no scan fits it"
    }
    // A copy beside each of several scans is no news.
    return same.topology == topology
      ? nil : "\(path): the same molecule as \(same.path), with other parameters: choose one"
  }
  return text(
    name: folderName(folder), levels: levels,
    molecules: molecules.map {
      ($0.id, $0.path, markingRows($0.scans, graph: $0.topology.bondGraph) { _ in true }.scans)
    },
    parameters: parameters, unused: unused)
}

/// The topologies of a folder that can be read, the files beside them, and why others cannot.
private func usableTopologies(
  _ found: [(path: String, parameters: [String])], in folder: String, readTopology: TopologyReader
) throws -> (
  topologies: [(path: String, topology: Topology)], parameters: [String: [String]], unused: [String]
) {
  var unused: [String] = []
  var topologies: [(path: String, topology: Topology)] = []
  var parameters: [String: [String]] = [:]
  for (path, beside) in found {
    do {
      let read = try readTopology("\(folder)/\(path)", beside.map { "\(folder)/\($0)" })
      topologies.append((path, read.topology))
      parameters[path] = beside
    } catch let error as InputError {
      unused.append("\(path): \(error.oneLine)")
    }
  }
  return (topologies, parameters, unused)
}

/// Files and folders that may be scans.
private func scanPaths(_ files: [String]) -> [String] {
  let folders = files.filter { $0.hasSuffix("qdata.txt") }.map { path in
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    return parent.isEmpty ? "." : parent
  }
  return folders
    + files.filter { path in
      [".extxyz", ".xyz", ".log"].contains(where: path.hasSuffix)
        && !folders.contains { $0 == "." || path.hasPrefix($0 + "/") }
    }
}

/// Indices of topologies, the likeliest for a scan first.
private func ranked(_ topologies: [String], for scan: String) -> [Int] {
  let folder = scan.split(separator: "/").dropLast().joined(separator: "/")
  let name = moleculeName(scan)
  func score(_ path: String) -> Int {
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    if parent == scan || (scan == "." && parent.isEmpty) { return 4 }
    let stem = moleculeName(path)
    if name == stem { return 3 }
    // Longer names first, so that 2-methylbutane's scans do not go to 2-methyl.
    return name.hasPrefix(stem) ? 2 : parent == folder ? 1 : 0
  }
  return topologies.indices.sorted { a, b in
    let (x, y) = (score(topologies[a]), score(topologies[b]))
    return x != y ? x > y : (-topologies[a].count, a) < (-topologies[b].count, b)
  }
}

/// Equal atoms, types, bonds and, within a thousandth, charges.
private func isSameMolecule(_ a: Topology, _ b: Topology) -> Bool {
  a.atoms.count == b.atoms.count && a.bondGraph == b.bondGraph
    && zip(a.atoms, b.atoms).allSatisfy {
      $0.element == $1.element && $0.type == $1.type && abs($0.charge - $1.charge) < 1e-3
    }
}

/// A name from a path: that of the file, or of its folder where the file's says only what format it is.
private func moleculeName(_ path: String) -> String {
  let parts = path.split(separator: "/").map(String.init)
  guard let last = parts.last else { return "molecule" }
  let stem = last.split(separator: ".").dropLast().joined(separator: ".")
  let generic = ["gaff2", "gaff", "topology", "input", "molecule", "system", "scan", ""]
  let name =
    generic.contains(stem.lowercased()) ? (parts.dropLast().last ?? (stem.isEmpty ? last : stem)) : stem
  let safe = String(name.map { isFileName("a\($0)") ? $0 : "-" })
  return safe.isEmpty || !isFileName(safe) ? "molecule" : safe
}

private func uniqueName(_ name: String, taken: [String]) -> String {
  guard taken.contains(name) else { return name }
  return (2...).lazy.map { "\(name)-\($0)" }.first { !taken.contains($0) }!
}

private func folderName(_ folder: String) -> String {
  let path = URL(fileURLWithPath: folder).standardizedFileURL.path
  let name = path.split(separator: "/").last.map(String.init) ?? "family"
  let safe = String(name.map { isFileName("a\($0)") ? $0 : "-" })
  return isFileName(safe) ? safe : "family"
}

private func text(
  name: String, levels: Set<String>, molecules: [(id: String, path: String, scans: [Scan])],
  parameters: [String: [String]],
  unused: [String]
) -> String {
  var lines = [
    "# Written by `swivel init`; paths are relative to this file.",
    "name: \(yamlScalar(name))",
    levels.count == 1
      ? "level_of_theory: \(yamlScalar(levels.first!))   # as the scans say"
      : "# level_of_theory: B3LYP-D3BJ/DZVP   # say which, it is written into every parameter file",
    "# base_force_field: GAFF2, AM1-BCC charges",
    "# license: CC0-1.0",
    "# torsions:                          # default: every torsion type about a driven bond, n = 1 … 4",
    "#   - types: [X, c3, c3, X]",
    "#     periodicities: [1, 2, 3]",
    "molecules:",
  ]
  for molecule in molecules {
    lines += ["  - id: \(yamlScalar(molecule.id))", "    topology: \(yamlScalar(molecule.path))"]
    if let beside = parameters[molecule.path], !beside.isEmpty {
      lines += ["    parameters:"] + beside.map { "      - \(yamlScalar($0))" }
    }
    lines.append("    scans:")
    lines += molecule.scans.flatMap(entry)
  }
  if !unused.isEmpty { lines += ["# Not used:"] + unused.map { "#   \($0)" } }
  return lines.joined(separator: "\n") + "\n"
}

/// The lines of a scan: its path, and how it was made where that is out of the ordinary.
private func entry(_ scan: Scan) -> [String] {
  guard scan.geometry == .rigid || !scan.held.isEmpty else { return ["      - \(yamlScalar(scan.id))"] }
  var lines = ["      - file: \(yamlScalar(scan.id))"]
  if scan.geometry == .rigid { lines.append("        geometry: rigid   # as its data tell") }
  if !scan.held.isEmpty {
    let held = scan.held.map { "[\($0.atoms.map(String.init).joined(separator: ", "))]" }
    lines += [
      "        held: [\(held.joined(separator: ", "))]   # as its data tell",
      "        dihedral_indexing: zero",
    ]
  }
  return lines
}
