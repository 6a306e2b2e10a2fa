// swivel apply: the user's own topology with fitted torsions in it, in its own format.

import ArgumentParser
import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import ReportFiles
import TextFiles
import TorsionModel

struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Put fitted torsions into your own topology, in its own format; all else stays to the byte.",
    discussion: """
      Example:
        swivel apply ligand.top --parameters reports/ethers --output fitted
        swivel apply complex.prmtop --parameters ethers.frcmod --output complex-fitted.prmtop
        swivel apply system.xml system.prmtop --parameters reports/ethers --dry-run
        swivel apply complex.top --parameters reports/ligand --only-in LIG --output fitted

      The topology may be one molecule or a whole solvated system. It lists which torsions were replaced, which had \
      these terms
      already, which keep theirs because the parameters do not have their type, and which types of the parameters \
      occur nowhere.
      Exit code 1 where no torsion has a type of the parameters; nothing is written then.
      """)

  @Argument(
    help: ArgumentHelp(
      """
      Topologies (prmtop, top or itp, OpenMM System, PSF, LAMMPS data, Tinker xyz), and files that one \
      needs beside it.
      """,
      valueName: "topology"), completion: .file())
  var files: [String]
  @Option(
    name: [.customShort("p"), .long], help: "A report folder, or a file of torsion parameters.",
    completion: .reportOrParameterFile)
  var parameters: String
  @Option(
    help: "Where to write: a folder, or a file where one file changes.", completion: .file()) var output: String?
  @Option(
    help: "An SDF or MOL2 of the molecule, where the parameters go by SMARTS.",
    completion: .file(extensions: ["sdf", "mol", "mol2"])) var structure: String?
  @Option(help: "Its SMILES, instead of a structure.") var smiles: String?
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Change torsions of these molecules or residues alone, as the table names them.", valueName: "names"))
  var onlyIn: [String] = []
  @Flag(name: [.customShort("n"), .long], help: "List what would change and write nothing.") var dryRun =
    false
  @Flag(help: "JSON instead of a table.") var json = false
  @Flag(help: "Print nothing but errors and notes.") var quiet = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("no topology is named") }
    if output == nil, !dryRun {
      throw ValidationError("--output says where to write; --dry-run writes nothing")
    }
    if structure != nil, smiles != nil { throw ValidationError("give --structure or --smiles, not both") }
  }

  func run() throws { try readingFilesOnce(apply) }

  private func apply() throws {
    try requireNames(output)
    let source = try AppliedParameters(parameters)
    let topologies = try topologiesWithCompanions(
      files, hint: "apply to one topology that needs files beside it at a time")
    var records: [AppliedRecord] = []
    var toWrite: [(path: String, bytes: [UInt8])] = []
    var read: [String] = files
    for (path, companions) in topologies {
      let topology = try ApplicableTopology(path, companions: companions)
      let patterns = try patterns(source, in: topology, path: path)
      let application = try topology.applying(
        source.parameters, patterns: patterns, onlyIn: onlyIn.isEmpty ? nil : onlyIn)
      records.append(AppliedRecord(path, application, source))
      read += application.files.map(\.path)
      if application.isMatched {
        toWrite += try written(application, topology: path, isOnly: topologies.count == 1)
      }
      for note in notes(on: application, source) { complain("note: \(path): \(note)") }
    }
    try requireOwnPlaces(toWrite.map(\.path), read: read)
    let isMatched = records.allSatisfy(\.isMatched)
    if isMatched, !dryRun {
      for file in toWrite { try writeAtomically(file.bytes, to: file.path) }
    }
    try report(records, written: isMatched && !dryRun ? toWrite.map(\.path) : [])
    if isMatched, !json, !quiet, topologies.count == 1 {
      print(nextStepsText([nextStep(toWrite.map(\.path))]))
    }
    for record in records where !record.isMatched {
      complain("error: \(record.topology): no torsion has a type of \(parameters); nothing was written")
      complain("  hint: \(record.hint)")
    }
    if !isMatched { throw ExitStatus.checkFailed }
  }

  /// After a list the command that writes, after writing one that shows that all is there.
  private func nextStep(_ written: [String]) -> NextStep {
    func words(_ files: [String], _ end: [String]) -> [String] {
      ["apply"] + files + ["--parameters", parameters]
        + (structure.map { ["--structure", $0] } ?? []) + (smiles.map { ["--smiles", $0] } ?? [])
        + (onlyIn.isEmpty ? [] : ["--only-in"] + onlyIn) + end
    }
    guard !dryRun else { return NextStep(words(files, ["--output", output ?? "applied"]), "writes it") }
    // What was not changed was not written: the user's own file goes on.
    let names = files.map { own in
      written.first { fileName($0) == fileName(own) } ?? (files.count == 1 ? written.first ?? own : own)
    }
    return NextStep(words(names, ["--dry-run"]), "that all torsions have these terms now")
  }

  private func report(_ records: [AppliedRecord], written: [String]) throws {
    if json {
      print(
        try jsonText(AppliedList(dryRun: dryRun, topologies: records, files: written)), terminator: "")
    } else if !quiet {
      for record in records where record.isMatched { print(record.text) }
      if dryRun { print("nothing was written (--dry-run)") }
      for path in written { print(path) }
    }
  }

  /// Torsions that the parameters' SMARTS match, in every molecule of the system that the structure is of.
  private func patterns(
    _ source: AppliedParameters, in topology: ApplicableTopology, path: String
  ) throws -> [Quartet: TorsionType] {
    guard !source.patterns.isEmpty else { return [:] }
    guard
      let structure = structure.map({ StructureSource.file($0) })
        ?? smiles.map({ StructureSource.smiles($0) })
    else {
      throw InputError(
        SourcePlace(file: parameters), "goes by SMARTS, which need bond orders",
        hint: "add --structure FILE.sdf or --smiles of the molecule")
    }
    return try torsions(matching: source.patterns, of: structure, in: topology.system, file: path)
  }

  /// What to write of an application, and where.
  private func written(
    _ application: TorsionApplication, topology: String, isOnly: Bool
  ) throws -> [(path: String, bytes: [UInt8])] {
    guard let output else { return [] }
    let changed = application.files.filter(\.isChanged)
    let isFile =
      isOnly && fileExtension(output) != nil
      && fileExtension(output) == fileExtension(changed.first?.path ?? topology)
    if isFile {
      guard changed.count <= 1 else {
        throw InputError(
          SourcePlace(file: output), "is one file, and \(changed.map(\.path).joined(separator: ", ")) change",
          hint: "give a folder to --output")
      }
      guard let file = changed.first ?? application.files.first else { return [] }
      guard file.path == topology || changed.isEmpty || folder(file.path) == folder(topology) else {
        throw InputError(
          SourcePlace(file: file.path), "lies elsewhere than \(topology)", hint: "give a folder to --output")
      }
      return [(output, file.bytes)]
    }
    let base = folder(topology)
    return try application.files.filter { $0.isChanged || $0.path == topology || isOwn($0.path, of: base) }
      .map {
        guard isOwn($0.path, of: base) else {
          throw InputError(
            SourcePlace(file: $0.path), "has torsions to change and lies outside the topology's folder",
            hint: "copy it beside \(topology) and include it from there")
        }
        return ("\(output)/\($0.path.dropFirst(base.count))", $0.bytes)
      }
  }

  /// Whether each file has a place of its own that is none of the input's.
  /// - Throws: `InputError` where one would be overwritten.
  private func requireOwnPlaces(_ paths: [String], read: [String]) throws {
    let taken = Set(read.map(realPath))
    let places = paths.map(realPath)
    for (index, path) in paths.enumerated() {
      guard !taken.contains(places[index]), !places[..<index].contains(places[index]) else {
        throw InputError(
          SourcePlace(file: path), "would be overwritten",
          hint: "give another folder to --output, and topologies of one name one at a time")
      }
    }
  }
}

/// The folder of a path with its slash; empty where it is the current one.
private func folder(_ path: String) -> String {
  path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
}

private func fileExtension(_ path: String) -> Substring? {
  let name = path.split(separator: "/").last ?? ""
  guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
  return name[name.index(after: dot)...]
}

/// Whether a path leads into a folder, and not out of it again.
private func isOwn(_ path: String, of folder: String) -> Bool {
  guard folder.isEmpty ? !path.hasPrefix("/") : path.hasPrefix(folder) else { return false }
  var depth = 0
  for part in path.dropFirst(folder.count).split(separator: "/") where part != "." {
    depth += part == ".." ? -1 : 1
    if depth < 0 { return false }
  }
  return true
}

private func realPath(_ path: String) -> String {
  URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
}

private func fileName(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
