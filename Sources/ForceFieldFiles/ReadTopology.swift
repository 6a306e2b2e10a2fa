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

  /// The format of a file by what stands in it; nil when it is none of these.
  init?(_ text: String, file: String) {
    // An old-style prmtop has no flags: its name alone tells, and its reader says how to convert it.
    if text.hasPrefix("%VERSION") || text.contains("%FLAG") || file.hasSuffix(".prmtop") {
      self = .amber
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
      SourcePlace(file: path), "is no topology that Swivel knows", hint: "give an AMBER prmtop")
  }
  switch format {
  case .amber:
    if let first = parameters.first {
      throw InputError(
        SourcePlace(file: first), "is not needed: the AMBER topology \(path) holds its parameters itself",
        hint: "leave it out")
    }
    return LoadedTopology(topology: try amberTopology(text, file: path), files: [path])
  }
}
