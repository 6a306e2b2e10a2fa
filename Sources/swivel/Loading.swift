// Finding and reading what the commands are given.

import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import ReportFiles
import Statistics
import TextFiles

extension LoadedFamily {
  /// Its files as run.json has them.
  var records: [RunRecord.Input] { inputs.map { RunRecord.Input(path: $0.path, sha256: $0.sha256) } }

  /// A path of the manifest as seen from the current folder.
  func path(_ named: String) -> String { manifestPath(named, in: folder) }

  /// The bond orders that the manifest states, by the molecule's name.
  var structures: [String: StructureSource] {
    files.compactMapValues { own in
      own.structure.map { .file(path($0)) } ?? own.smiles.map { .smiles($0) }
    }
  }
}

/// Reads a family from a folder, a family.yaml, or its name under families/.
func loadFamily(_ argument: String, setAside: Bool) throws -> LoadedFamily {
  try readFamily(
    path: try familyPath(argument),
    options: FamilyOptions(setAsideBadPoints: setAside, setAsideBadMolecules: setAside),
    readTopology: topologyWithFiles)
}

/// Reads a topology of any format, with the files it was read from.
func topologyWithFiles(_ path: String, parameters: [String]) throws -> (topology: Topology, files: [String]) {
  let loaded = try readTopology(path, parameters: parameters)
  return (loaded.topology, loaded.files)
}

/// The path that a family argument means.
/// - Throws: `InputError` with the nearest name under families/, or else the nearest path, where nothing is there.
func familyPath(_ argument: String) throws -> String {
  let files = FileManager.default
  if files.fileExists(atPath: argument) { return argument }
  if files.fileExists(atPath: "families/\(argument)/family.yaml") { return "families/\(argument)" }
  throw InputError(
    SourcePlace(file: argument), "no such family",
    hint: didYouMean(
      nearestName(to: argument, in: familyNames()) ?? nearestPath(to: argument),
      else: "give a folder with a family.yaml, or a name under families/"))
}

/// The names under families/, ascending.
func familyNames() -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: "families")) ?? []).sorted().filter {
    FileManager.default.fileExists(atPath: "families/\($0)/family.yaml")
  }
}

/// Whether a family has molecules of these names.
/// - Throws: `InputError` with the nearest name.
func requireMolecules(_ names: [String], of family: Family) throws {
  let all = family.molecules.map(\.id)
  for name in names where !all.contains(name) {
    throw InputError(
      nil, "no molecule is called \"\(name)\"",
      hint: didYouMean(
        nearestName(to: name, in: all), else: "the family has \(all.joined(separator: ", "))"))
  }
}

/// Whether a folder of a report is there.
/// - Throws: `InputError` with the nearest path, or the report of that name.
func requireReport(_ path: String) throws {
  guard !FileManager.default.fileExists(atPath: path) else { return }
  let named = FileManager.default.fileExists(atPath: "reports/\(path)/summary.json") ? "reports/\(path)" : nil
  throw InputError(
    SourcePlace(file: path), "no such report",
    hint: didYouMean(
      named ?? nearestPath(to: path), else: "give the folder of a report: `swivel fit` writes it"))
}

/// A report by its folder or its summary.json; nil for a parameter file.
/// - Throws: `InputError` where there is nothing, or the summary cannot be read.
func reportSummary(_ source: String) throws -> Summary? {
  try requireReport(source)
  var isFolder: ObjCBool = false
  _ = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
  guard isFolder.boolValue || source.hasSuffix(".json") else { return nil }
  return try Summary(readingFrom: isFolder.boolValue ? "\(source)/summary.json" : source)
}

/// The kept draws of a report's force constants, draw by parameter.
/// - Throws: `InputError` when posterior.csv does not belong to the summary, as after a run that was killed while
///   writing.
func posteriorDraws(of report: String, _ summary: Summary) throws -> [[Double]] {
  let path = "\(report)/posterior.csv"
  guard FileManager.default.fileExists(atPath: path) else {
    throw InputError(
      SourcePlace(file: report), "has no posterior.csv: its draws were not kept with it",
      hint: "run swivel fit \(summary.family), which writes it")
  }
  if let expected = summary.posteriorSHA256, sha256(try readBytes(path)) != expected {
    throw InputError(
      SourcePlace(file: path), "is of another run than summary.json beside it",
      hint: "run `swivel fit` again: both are written together")
  }
  return try readPosteriorTable(path, labels: summary.fittedParameters.map(\.parameter.label))
}

/// Versions of the libraries below, for run.json.
func libraryVersions() -> [String: String] {
  var versions = ["gsl": NumericalLibraries.gslVersion, "netcdf": netCDFLibraryVersion()]
  #if swift(>=6.3)
    versions["swift"] = "6.3 or later"
  #else
    versions["swift"] = "before 6.3"
  #endif
  return versions
}

/// Whether names of folders to write to are some: an empty one would mean the root of the disk.
func requireNames(_ folders: String?...) throws {
  for folder in folders where folder?.isEmpty == true {
    throw InputError(nil, "a folder to write to is empty", hint: "give a folder, or leave the option out")
  }
}

/// Whether folders can be written to before anything is computed; a default stands where none is named.
func requireFolders(_ folders: (name: String?, default: String)...) throws {
  for (name, other) in folders {
    try requireNames(name)
    try requireWritable(name ?? other)
  }
}

/// Each topology with its companions: files that are no topology belong to the only one.
/// - Throws: `InputError` where they belong to none or to several, with a hint.
func topologiesWithCompanions(_ files: [String], hint: String) throws -> [(
  path: String, companions: [String]
)] {
  guard let first = files.first else { return [] }
  let others = files.dropFirst()
  // An OpenMM System takes its types from another topology.
  if try isSystem(first), others.count >= 1, try !others.contains(where: isSystem) {
    return [(first, Array(others))]
  }
  let found = try files.filter { try isTopology($0) }
  let beside = files.filter { !found.contains($0) }
  if found.isEmpty { return [(first, Array(others))] }
  guard found.count == 1 || beside.isEmpty else {
    throw InputError(
      SourcePlace(file: beside[0]), "is no topology, and there are \(found.count) it could belong to",
      hint: hint)
  }
  return found.map { ($0, beside) }
}

private func isSystem(_ path: String) throws -> Bool {
  guard path.lowercased().hasSuffix(".xml"), FileManager.default.fileExists(atPath: path) else {
    return false
  }
  return try readText(path).prefix(400).contains("<System")
}
