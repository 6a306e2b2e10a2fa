// swivel parametrise: from molecules to parameter files, in one command that goes on where it was ended.

import Acquisition
import ArgumentParser
import ForceFieldFiles
import Foundation
import TextFiles

struct ParametriseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parametrise",
    abstract: "From molecules to fitted parameter files: prepare, acquire, fit, validate, export.",
    discussion: """
      Example:
        swivel parametrise ligand.sdf --base gaff2 --format gromacs,amber
        swivel parametrise 'CC(=O)Nc1ccccc1 acetanilide' --format gromacs --budget 2h

      Writes OUTPUT/family (molecules and scans), OUTPUT/report (index.html) and OUTPUT/parameters (parameter files, \
      and in \
      molecules/ each molecule ready to run). Ended at any moment, the same command goes on where it was. Two or more \
      molecules that share torsions are validated by leaving each out in turn.
      """)

  @Argument(
    help: "SDF, MOL, MOL2 or SMI files, or SMILES with a name behind a blank.",
    completion: .file(extensions: ["sdf", "mol", "mol2", "smi"]))
  var molecules: [String]
  @Option(
    help:
      "Formats, separated by commas: \(ParameterFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
    completion: .formats)
  var format = "gromacs,amber"
  @Option(
    help: "Folder to write to (default: the name of the first file, or that behind the first SMILES).",
    completion: .directory)
  var output: String?
  @OptionGroup var prepareFlags: PrepareFlags
  @OptionGroup var acquireFlags: AcquireFlags
  @Flag(help: "Replace what other molecules or options left in the folder.") var force = false
  @Option(help: "Master seed of the fit.") var seed: UInt64 = 1
  @Flag(help: "Print nothing but errors.") var quiet = false

  func run() async throws {
    let started = Date()
    _ = try ParameterFormat.list(format)
    let folder = output ?? defaultFolder
    try requireFolders((folder, "."))
    _ = try acquireFlags.options()
    let asked = try prepareFlags.options(molecules)
    let progress = Progress(quiet: quiet)
    let family = "\(folder)/family"
    var times: [(stage: String, seconds: Double)] = []
    func timed<Value>(_ stage: String, _ body: () async throws -> Value) async throws -> Value {
      let begun = Date()
      defer { times.append((stage, Date().timeIntervalSince(begun))) }
      return try await body()
    }
    try clear(folder, unlessOf: asked)
    if try !asked.isPrepared(in: family) {
      let result = try await timed("prepare") {
        try prepareFamily(asked, in: family, name: familyName(ofFolder: folder)) {
          progress.now("preparing \($0)")
        }
      }
      progress.done()
      tellRefused(result)
    }
    var options = try acquireFlags.options(for: family)
    options.budget = options.budget.map { max($0 - Date().timeIntervalSince(started), 1) }
    let acquired = try await timed("acquire") {
      try await runAcquire(family, options, progress: progress, quiet: quiet)
    }
    guard !acquired.files.isEmpty else {
      try requireComplete(acquired)
      throw InputError(
        SourcePlace(file: family), "has no finished scan to fit",
        hint: "see `swivel acquire \(family) --status`")
    }
    let converged = try await timed("fit") { try await fitted(family, folder, progress) }
    let scanned = Set(acquired.files.map(moleculeOf))
    if scanned.count > 1 { try await timed("validate") { try await validate(family, folder) } }
    let files = try await timed("export") { try export(folder) }
    if !quiet {
      print(files)
      print(
        "report: \(folder)/report/index.html\n"
          + times.map { "\($0.stage) \(duration($0.seconds))" }.joined(separator: ", ")
          + "; together \(duration(Date().timeIntervalSince(started)))")
    }
    if !converged { throw ExitStatus.notConverged }
    try requireComplete(acquired)
  }

  /// Refuses a folder that other molecules or options filled, or empties it where that was asked for.
  private func clear(_ folder: String, unlessOf asked: PrepareOptions) throws {
    guard let list = try? DriveList(readingFrom: "\(folder)/family"), try list.request != asked.digest()
    else { return }
    guard force else {
      throw InputError(
        SourcePlace(file: folder),
        """
        holds the parameters of \(list.molecules.map(\.id).joined(separator: ", ")), made of other \
        molecules or with other options
        """,
        hint:
          "give another --output, or --force to replace them; finished quantum chemistry is kept in the store"
      )
    }
    for part in ["report", "parameters", "family/molecules", "family/drives", "family/scans"] {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(part)")
    }
  }

  /// The first file's name without its ending, or the name behind the first SMILES; "parametrised" for a SMILES alone.
  private var defaultFolder: String {
    guard let first = molecules.first, FileManager.default.fileExists(atPath: first) else {
      let words = molecules.first?.split(separator: " ") ?? []
      return words.count > 1 ? familyName(ofFolder: String(words[1])) : "parametrised"
    }
    return URL(fileURLWithPath: first).deletingPathExtension().lastPathComponent
  }

  private func moleculeOf(_ scan: String) -> String {
    // scans/ID-i-j-k-l.extxyz
    scan.replacing(/-\d+-\d+-\d+-\d+\.extxyz$/, with: "")
  }

  /// Fits the family; whether the chains converged, files are written either way.
  private func fitted(_ family: String, _ folder: String, _ progress: Progress) async throws -> Bool {
    let fitting = try FittingOptions.parse(["--seed", "\(seed)"])
    let loaded = try loadFamily(family, setAside: false)
    for note in loaded.notes { complain("note: \(note)") }
    do {
      try await fitFamily(
        loaded, fitting, output: "\(folder)/report", forcefields: "\(folder)/parameters", json: false,
        quiet: quiet, progress: progress, started: Date())
      return true
    } catch let status as ExitStatus where status.code == ExitStatus.notConverged.code {
      return false
    }
  }

  private func validate(_ family: String, _ folder: String) async throws {
    let command = try ValidateCommand.parse(
      [family, "--output", "\(folder)/report", "--seed", "\(seed)", "--draws", "250"]
        + (quiet ? ["--quiet"] : []))
    try await command.run()
  }

  /// Writes the files of the formats asked for; what was written, for a person.
  private func export(_ folder: String) throws -> String {
    let command = try ExportCommand.parse([
      "\(folder)/report", "--format", format, "--output", "\(folder)/parameters", "--quiet",
    ])
    try command.run()
    return "parameters: \(folder)/parameters, molecules ready to run: \(folder)/parameters/molecules"
  }
}
