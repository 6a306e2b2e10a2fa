// Any topology: the format is told from the file, not asked of the user.

import Chemistry
import Foundation
import TextFiles

/// A topology and the files it was read from.
public struct LoadedTopology: Hashable, Sendable {
  /// The molecule.
  public var topology: Topology
  /// Every file that was read, the topology first: includes and parameter files too.
  public var files: [String]

  /// A topology of its parts.
  public init(topology: Topology, files: [String]) {
    self.topology = topology
    self.files = files
  }
}

/// A topology file's format.
public enum TopologyFormat: String, CaseIterable, Sendable {
  /// AMBER prmtop.
  case amber
  /// GROMACS top.
  case gromacs
  /// Serialized OpenMM System, with a PDB or a ForceField XML beside it.
  case openmm
  /// CHARMM PSF, with parameter files beside it.
  case charmm
  /// LAMMPS data file, with input scripts beside it.
  case lammps
  /// Tinker coordinates with types, with a prm or key beside them.
  case tinker

  /// The format of a file by what stands in it; nil when it is none of these.
  init?(_ text: String, file: String) {
    // An old-style prmtop has no flags: its name alone tells, and its reader says how to convert it.
    if text.hasPrefix("%VERSION") || text.contains("%FLAG") || file.hasSuffix(".prmtop") {
      self = .amber
    } else if isGromacsTopology(text) {
      self = .gromacs
    } else if outermostXMLElement(text) == "System" {
      self = .openmm
    } else if text.hasPrefix("PSF") {
      self = .charmm
    } else if LammpsData.isRecognised(text) {
      self = .lammps
    } else if isTinkerCoordinates(text) {
      self = .tinker
    } else {
      return nil
    }
  }
}

/// Whether a file is a topology of one of the formats known.
/// - Throws: ``InputError`` where it is a file that cannot be read; folders and missing files are none.
public func isTopology(_ path: String) throws -> Bool {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
    return false
  }
  return TopologyFormat(try readText(path), file: path) != nil
}

/// Reads the topology of a molecule.
///
/// - Parameters:
///   - path: the topology file.
///   - parameters: files that it needs beside it.
/// - Throws: ``InputError`` with the place of what cannot be read or cannot be represented, with the reason.
public func readTopology(_ path: String, parameters: [String] = []) throws -> LoadedTopology {
  let text = try readText(path)
  guard let format = TopologyFormat(text, file: path) else {
    throw InputError(
      SourcePlace(file: path), "is no topology that Swivel knows",
      hint:
        "give an AMBER prmtop, a GROMACS top, an OpenMM System, a CHARMM PSF, a LAMMPS data file or a Tinker xyz"
    )
  }
  switch format {
  case .amber:
    if let first = parameters.first {
      throw InputError(
        SourcePlace(file: first), "is not needed: the AMBER topology \(path) holds its parameters itself",
        hint: "leave it out")
    }
    return LoadedTopology(topology: try amberTopology(text, file: path), files: [path])
  case .gromacs:
    if let first = parameters.first {
      throw InputError(
        SourcePlace(file: first),
        "is not needed: the GROMACS topology \(path) includes its parameters itself",
        hint: "leave it out")
    }
    return try readGromacsTopology(path)
  case .openmm: return try readOpenMMSystem(path, names: parameters)
  case .charmm: return try charmmMolecule(text, file: path, parameters: parameters)
  case .lammps: return try lammpsMolecule(text, file: path, input: parameters)
  case .tinker: return try readTinkerTopology(path, parameters: parameters)
  }
}
