// swivel init: which topologies and scans of a folder belong together, and a manifest of them.

import Chemistry
import Foundation
import TextFiles

/// A manifest that was made, with what was left out.
public struct MadeManifest: Sendable {
  /// The text of family.yaml.
  public var text: String
  /// How many molecules it has.
  public var molecules: Int
  /// How many scans it has.
  public var scans: Int
  /// What was read and stands in it, and what is odd about it, a line each.
  public var notes: [String]
  /// What stands not in it, and why, a line each.
  public var leftOut: [String]
}

/// The text of a family.yaml for the topologies and scans in a folder and the folders below it.
///
/// A scan belongs to the topology it can be read with: one in its own folder first, then one whose name its own starts
/// with, then any. Drives of equal topologies become scans of one molecule. Formats are told by what stands in the
/// files.
/// - Parameters:
///   - folder: the folder.
///   - energyUnit: the unit of energies that files do not state; nil where nobody says.
///   - forceUnit: the same of forces.
///   - options: what may be left out of a scan.
///   - findTopologies: the topologies among paths within the folder, with the files they need beside them.
///   - readTopology: reads a topology.
/// - Throws: ``InputError`` where the folder holds neither topologies nor scans.
public func makeFamilyManifest(
  _ folder: String, energyUnit: Units.Energy? = nil, forceUnit: Units.Force? = nil,
  options: FamilyOptions = FamilyOptions(),
  findTopologies: (_ files: [String]) -> [(path: String, parameters: [String])], readTopology: TopologyReader
) throws -> MadeManifest {
  guard isFolder(folder) else {
    throw InputError(
      SourcePlace(file: folder), "is no folder", hint: "give the folder that holds topologies and scans")
  }
  let files = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
    .filter { path in !path.split(separator: "/").contains { $0.hasPrefix(".") } }
  var making = ManifestMaking(folder: folder, energyUnit: energyUnit, forceUnit: forceUnit, options: options)
  making.readTopologies(findTopologies(files), readTopology: readTopology)
  let candidates = findScans(
    in: folder, files: files, topologies: making.topologyFiles, energyUnit: energyUnit, forceUnit: forceUnit,
    atomCounts: making.topologies.map(\.topology.atoms.count))
  making.leftOut += candidates.leftOut
  for candidate in candidates.found { making.place(candidate) }
  guard !making.topologies.isEmpty || !candidates.found.isEmpty else {
    throw InputError(
      SourcePlace(file: folder),
      "holds no topology and no scan that can be read" + (making.leftOut.first.map { ": \($0)" } ?? ""),
      hint:
        "put topologies (.prmtop, .top, .psf, .data, System .xml, Tinker .xyz) and scans into it; \(ScanFormat.hint)"
    )
  }
  return making.finish()
}

/// A manifest while it is made.
private struct ManifestMaking {
  let folder: String
  let energyUnit: Units.Energy?
  let forceUnit: Units.Force?
  let options: FamilyOptions
  var topologies: [(path: String, topology: Topology)] = []
  var parameters: [String: [String]] = [:]
  var topologyFiles: Set<String> = []
  var molecules: [MadeMolecule] = []
  /// Formulas of scans whose topology is missing, with their paths.
  var orphans: [String: [String]] = [:]
  var levels: Set<String> = []
  var notes: [String] = []
  var leftOut: [String] = []

  /// Reads the topologies of a folder, and says why others cannot be.
  mutating func readTopologies(_ found: [(path: String, parameters: [String])], readTopology: TopologyReader) {
    for (path, beside) in found {
      topologyFiles.insert(path)
      topologyFiles.formUnion(beside)
      do {
        let read = try readTopology("\(folder)/\(path)", beside.map { "\(folder)/\($0)" })
        topologies.append((path, read.topology))
        parameters[path] = beside
      } catch let error as InputError {
        leftOut.append("\(path): \(error.oneLine)")
      } catch {
        leftOut.append("\(path): \(error)")
      }
    }
  }

  /// Finds the topology of a scan, and adds the scan to its molecule.
  mutating func place(_ candidate: ScanCandidate) {
    var statement = ScanStatement()
    if candidate.statesUnits { (statement.energyUnit, statement.forceUnit) = (energyUnit, forceUnit) }
    let formula = candidate.raw.frames.first?.elements.map { FamilyFiles.formula(of: $0) }
    var reasons: [String] = []
    for index in ranked(topologies.map(\.path), for: candidate.path) {
      let (path, topology) = topologies[index]
      let own = FamilyFiles.formula(of: topology.atoms.map(\.element))
      let isSame =
        formula.map { $0 == own } ?? (candidate.raw.frames.first?.coordinates.count == topology.atoms.count)
      guard isSame else { continue }
      do {
        let scan = try checkedScan(
          candidate.raw, id: candidate.path, statement: statement, topology: topology, options: options)
        add(scan, of: candidate, to: (path, topology))
        return
      } catch let error as InputError {
        reasons.append(error.oneLine)
      } catch {
        reasons.append("\(error)")
      }
    }
    if let reason = reasons.first {
      leftOut.append("\(candidate.path): \(reason)")
    } else {
      let what = formula ?? "\(candidate.raw.frames.first?.coordinates.count ?? 0) atoms"
      leftOut.append("\(candidate.path): a scan of \(what), and no topology of it is here")
      if candidate.raw.frames.count > 2 { orphans[what, default: []].append(candidate.path) }
    }
  }

  private mutating func add(
    _ scan: Scan, of candidate: ScanCandidate, to owner: (path: String, topology: Topology)
  ) {
    let same = molecules.firstIndex { isSameMolecule($0.topology, owner.topology) }
    if let same,
      let other = molecules[same].scans.firstIndex(where: {
        holdsPoints($0.scan, of: scan) || holdsPoints(scan, of: $0.scan)
      })
    {
      // The one with more points counts, then the one with forces.
      let known = molecules[same].scans[other].scan
      func rank(_ scan: Scan) -> (Int, Int) { (scan.points.count, scan.points.count { $0.forces != nil }) }
      if rank(scan) > rank(known) {
        molecules[same].scans[other] = (scan, candidate.statesUnits)
        leftOut.append("\(known.id): the same points as \(scan.id)")
      } else {
        leftOut.append("\(scan.id): the same points as \(known.id)")
      }
      return
    }
    levels.formUnion(candidate.raw.levels)
    notes += scan.setAside.prefix(3).map { "\(scan.id): frame \($0.frame) is set aside: \($0.reason)" }
    if let same {
      molecules[same].scans.append((scan, candidate.statesUnits))
    } else {
      let id = uniqueName(moleculeName(owner.path), taken: molecules.map(\.id))
      molecules.append(
        MadeMolecule(
          id: id, topology: owner.topology, path: owner.path, scans: [(scan, candidate.statesUnits)]))
    }
  }

  mutating func finish() -> MadeManifest {
    for (path, topology) in topologies where !molecules.contains(where: { $0.path == path }) {
      if let same = molecules.first(where: { isSameMolecule($0.topology, topology) }) {
        // A copy beside each of several scans is no news.
        guard same.topology != topology else { continue }
        leftOut.append("\(path): the same molecule as \(same.path), with other parameters: choose one")
      } else if molecules.contains(where: { !$0.scans.isEmpty }) {
        leftOut.append("\(path): no scan fits it")
      } else {
        molecules.append(
          MadeMolecule(
            id: uniqueName(moleculeName(path), taken: molecules.map(\.id)), topology: topology, path: path,
            scans: []))
      }
    }
    for index in molecules.indices {
      let scans = molecules[index].scans
      let marked = markingRows(scans.map(\.scan), graph: molecules[index].topology.bondGraph) { _ in true }
        .scans
      molecules[index].scans = zip(marked, scans).map { ($0, $1.statesUnits) }
      for scan in marked {
        notes += (scan.notes + notesOnPath(scan, topology: molecules[index].topology)).map(\.words).map {
          "\(scan.id): \($0)"
        }
      }
    }
    let missing = molecules.contains { !$0.scans.isEmpty } ? [:] : orphans
    let text = ManifestText(
      name: folderName(folder), levels: levels, molecules: molecules, parameters: parameters,
      missing: missing,
      energyUnit: energyUnit, forceUnit: forceUnit, leftOut: leftOut
    ).text
    return MadeManifest(
      text: text, molecules: molecules.count + missing.count,
      scans: molecules.reduce(0) { $0 + $1.scans.count },
      notes: notes, leftOut: leftOut)
  }
}

/// Whether every point of one scan stands in another, with its energy on that one's zero.
private func holdsPoints(_ large: Scan, of small: Scan) -> Bool {
  guard large.points.count >= small.points.count, small.points.count > 1 else { return false }
  var offset: Double?
  return small.points.allSatisfy { point in
    large.points.contains { other in
      let shift = other.energy - point.energy
      guard zip(other.coordinates, point.coordinates).allSatisfy({ ($0 - $1).norm < 2e-3 }) else {
        return false
      }
      if let offset { return abs(shift - offset) < 0.01 }
      offset = shift
      return true
    }
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
  return (2...).lazy.map { "\(name)-\($0)" }.first { !taken.contains($0) } ?? name
}

private func folderName(_ folder: String) -> String {
  let path = URL(fileURLWithPath: folder).standardizedFileURL.path
  let name = path.split(separator: "/").last.map(String.init) ?? "family"
  let safe = String(name.map { isFileName("a\($0)") ? $0 : "-" })
  return isFileName(safe) ? safe : "family"
}
