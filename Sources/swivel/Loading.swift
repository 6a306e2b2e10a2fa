// Finding and reading what the commands are given.

import CGSL
import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import ReportFiles
import TextFiles

/// A family as read, with the hashes of its files.
struct InputFamily {
  var family: Family
  var inputs: [RunRecord.Input]
  var notes: [String]
}

/// Reads a family from a folder, a family.yaml, or its name under families/.
func loadFamily(_ argument: String, setAside: Bool) throws -> InputFamily {
  let loaded = try readFamily(
    path: familyPath(argument),
    options: FamilyOptions(setAsideBadPoints: setAside, setAsideBadMolecules: setAside),
    readTopology: topologyWithFiles)
  return InputFamily(
    family: loaded.family, inputs: loaded.inputs.map { RunRecord.Input(path: $0.path, sha256: $0.sha256) },
    notes: loaded.notes)
}

/// Reads a topology of any format, with the files it was read from.
func topologyWithFiles(_ path: String, parameters: [String]) throws -> (topology: Topology, files: [String]) {
  let loaded = try readTopology(path, parameters: parameters)
  return (loaded.topology, loaded.files)
}

/// The path that a family argument means.
func familyPath(_ argument: String) -> String {
  let files = FileManager.default
  if !files.fileExists(atPath: argument), files.fileExists(atPath: "families/\(argument)/family.yaml") {
    return "families/\(argument)"
  }
  return argument
}

/// The kept draws of a report's force constants, draw by parameter.
/// - Throws: `InputError` when posterior.csv does not belong to the summary, as after a run that was killed while writing.
func posteriorDraws(of report: String, _ summary: Summary) throws -> [[Double]] {
  let path = "\(report)/posterior.csv"
  if let expected = summary.posteriorSHA256, sha256(try readBytes(path)) != expected {
    throw InputError(
      SourcePlace(file: path), "is of another run than summary.json beside it",
      hint: "run `swivel fit` again: both are written together")
  }
  return try readPosteriorTable(path, labels: summary.fittedParameters.map(\.parameter.label))
}

/// Versions of the libraries below, for run.json.
func libraryVersions() -> [String: String] {
  var versions = ["gsl": String(cString: swivel_gsl_version()), "netcdf": netCDFLibraryVersion()]
  #if swift(>=6.3)
    versions["swift"] = "6.3 or later"
  #else
    versions["swift"] = "before 6.3"
  #endif
  return versions
}

/// An empty folder name would mean the root of the disk.
func requireFolders(_ folders: String?...) throws {
  for folder in folders where folder?.isEmpty == true {
    throw InputError(nil, "a folder to write to is empty", hint: "give a folder, or leave the option out")
  }
}
