// Topologies in a folder, each with the files that it needs beside it.

import Chemistry
import TextFiles

/// A topology file and the files that go with it, as paths within a folder.
public struct FoundTopology: Hashable, Sendable {
  /// The topology.
  public var path: String
  /// Files for `readTopology(_:parameters:)`.
  public var parameters: [String]
}

/// The topologies among the files of a folder.
///
/// Companions are told by their names: of a PSF the parameter files that share its name without extension, else all in
/// its folder; of a LAMMPS data file the input of its name; of an OpenMM System the PDB and force field file of its
/// name; of Tinker coordinates the prm or key of their name, else the only ones in the folder.
/// - Parameters:
///   - files: paths within the folder.
///   - folder: the folder.
public func findTopologies(among files: [String], in folder: String) -> [FoundTopology] {
  files.compactMap { path in
    let name = path.lowercased()
    let extensions = [".prmtop", ".parm7", ".top", ".psf", ".data", ".lmp", ".xml", ".xyz", ".txyz"]
    guard extensions.contains(where: name.hasSuffix) else { return nil }
    guard let text = try? readText("\(folder)/\(path)") else { return nil }
    guard let format = TopologyFormat(text, file: path) else {
      // These are topologies by their names: their readers say what is wrong with them.
      let isNamedSo = [".prmtop", ".parm7", ".top", ".psf"].contains(where: name.hasSuffix)
      return isNamedSo ? FoundTopology(path: path, parameters: []) : nil
    }
    return FoundTopology(path: path, parameters: companions(of: path, format: format, among: files))
  }
}

private func companions(of path: String, format: TopologyFormat, among files: [String]) -> [String] {
  let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
  let folder = path[..<slash]
  let name = path[slash...]
  let stem = name.split(separator: ".").first ?? name
  let neighbours = files.filter {
    $0.hasPrefix(folder) && !$0.dropFirst(folder.count).contains("/") && $0 != path
  }
  func beside(_ extensions: [String], orAll: Bool) -> [String] {
    let fitting = neighbours.filter { file in extensions.contains { file.lowercased().hasSuffix($0) } }
    // butane.psf goes with butane.prm and butane.types.xml, and not with butanol.prm.
    let own = fitting.filter { $0.dropFirst(folder.count).split(separator: ".").first == stem }
    return own.isEmpty && orAll ? fitting : own
  }
  switch format {
  case .amber, .gromacs: return []
  case .charmm:
    return beside([".rtf"], orAll: true) + beside([".prm", ".par"], orAll: true)
      + beside([".str"], orAll: true)
  case .lammps:
    let exact = path.lastIndex(of: ".").map { path[..<$0] + ".in" }.map(String.init)
    return exact.map { neighbours.contains($0) ? [$0] : beside([".in"], orAll: true) } ?? []
  case .openmm: return beside([".pdb"], orAll: false) + beside([".xml"], orAll: false)
  case .tinker:
    let found = beside([".prm", ".key"], orAll: false)
    return found.isEmpty ? Array(beside([".prm", ".key"], orAll: true).prefix(1)) : found
  }
}
