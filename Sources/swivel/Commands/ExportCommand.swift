// swivel export: parameter files and whole molecules from a report.

import ArgumentParser
import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import ReportFiles
import Statistics
import TextFiles
import TorsionModel

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write parameter files from a report, or whole force fields drawn from its posterior.",
    discussion: """
      Example:
        swivel export reports/alkanes --format amber,gromacs,openmm --output parameters
        swivel export reports/alkanes --format openmm --output ensemble --draws 20 --seed 7
        swivel export reports/sage-ethers --format smirnoff --base openff-2.2.1.offxml --output parameters
        swivel export reports/ligand --format gromacs,openmm,smirnoff --bespoke L1 --output bespoke

      Beside each parameter file, molecules/ receives every molecule of the family with the fitted torsions in it, \
      ready to
      run. The family is the one that the report's run.json names, where its files are unchanged.

      --bespoke writes these molecules alone, with atom types of their own (amber, gromacs, openmm) or SMARTS of the \
      whole
      molecule (smirnoff): other molecules of a system that share types with them keep their torsions.
      """)

  @Argument(help: "A report folder, as `swivel fit` writes it.", completion: .directory) var report: String
  @Option(
    help:
      "Formats, separated by commas: \(ParameterFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
    completion: .formats)
  var format: String
  @Option(help: "Folder to write to.", completion: .directory) var output: String
  @Option(
    help: "The family whose molecules are written too (default: the one that was fitted).",
    completion: .family)
  var family: String?
  @Option(parsing: .upToNextOption, help: "Write only these molecules.", completion: .molecules)
  var molecules: [String] = []
  @Flag(help: "Write parameter files only, no molecules.") var noMolecules = false
  @Option(
    help:
      "An offxml whose propers were refitted: --format smirnoff writes all of it, with these in their places.",
    completion: .file(extensions: ["offxml"]))
  var base: String?
  @Option(
    help: ArgumentHelp(
      "Write the molecules with atom types whose names begin so, which change nothing else of a system.",
      valueName: "prefix"))
  var bespoke: String?
  @Flag(help: "Leave out types that the data left at the base force field.") var changedOnly = false
  @Option(
    parsing: .upToNextOption,
    help:
      "Write only types whose atom types this topology has (GROMACS stops at others); files it needs behind it.",
    completion: .file())
  var onlyTypesOf: [String] = []
  @Option(help: "Write this many force fields drawn from the joint posterior instead of the means.")
  var draws: Int?
  @Option(help: "Seed of the choice of draws.") var seed: UInt64 = 1
  @Flag(help: "Print the list of written files as JSON.") var json = false
  @Flag(help: "Print nothing.") var quiet = false

  func validate() throws {
    if bespoke != nil, draws != nil || noMolecules || base != nil || changedOnly || !onlyTypesOf.isEmpty {
      throw ValidationError(
        """
        --bespoke writes whole molecules of the means: leave --draws, --no-molecules, --base, \
        --changed-only and --only-types-of out
        """
      )
    }
  }

  func run() throws {
    try requireFolders((output, "."))
    let formats = try ParameterFormat.list(format)
    if base != nil, !formats.contains(.smirnoff) {
      throw ValidationError("--base is an offxml: it goes with --format smirnoff")
    }
    try requireReport(report)
    let summary = try Summary(readingFrom: "\(report)/summary.json")
    guard !summary.family.contains("/"), !summary.family.hasPrefix(".") else {
      throw InputError(
        SourcePlace(file: "\(report)/summary.json"), "the family's name \(summary.family) is no file name",
        hint: "run `swivel fit` again to write it anew")
    }
    let table = try posteriorDraws(of: report, summary)
    let choices = try choices(from: table)
    let loaded = try noMolecules ? nil : familyToWrite(summary)
    let targets = try loaded.map { try chosen(of: $0.family) } ?? []
    let means = summary.forceField(draws: table, choice: nil, number: 0, seed: seed)
    if let bespoke {
      let files = try BespokeExport(molecules: targets, forceField: means, prefix: bespoke)
        .write(formats, to: output)
      try list(files, next: nil)
      return
    }
    var members: [EnsembleManifest.Member] = []
    var files: [String] = []
    let selection = try ExportSelection(changedOnly: changedOnly, topology: onlyTypesOf)
    for line in selection.words(on: means) where !quiet { complain("note: \(line)") }
    for (number, choice) in choices.enumerated() {
      let suffix = choice == nil ? "" : "-draw\(number + 1)"
      let whole =
        choice == nil
        ? means : summary.forceField(draws: table, choice: choice, number: number + 1, seed: seed)
      var forceField = try selection.applied(to: whole)
      if choice == nil { forceField.proof = loaded?.proof(of: forceField.parameters) }
      var own = try writtenForceFields(
        forceField, formats, stem: summary.family + suffix, isFirst: number == 0)
      for molecule in targets {
        own += try write(molecule, under: whole, formats: formats, suffix: suffix)
      }
      files += own
      if let choice {
        members.append(
          EnsembleManifest.Member(
            number: number + 1, draw: choice,
            files: try own.map {
              RunRecord.Input(path: String($0.dropFirst(output.count + 1)), sha256: sha256(try readBytes($0)))
            }))
      }
    }
    if draws == nil {
      let path = "\(output)/parameters.json"
      try writeAtomically(jsonText(ParametersRecord(summary, draws: table)), to: path)
      files.append(path)
    } else {
      let path = "\(output)/manifest.json"
      try writeAtomically(
        jsonText(
          EnsembleManifest(
            family: summary.family, version: summary.version, seed: seed,
            posteriorSHA256: summary.posteriorSHA256, members: members)), to: path)
      files.append(path)
    }
    let next = files.first(where: isParameterFile).map {
      loaded?.tryingStep($0) ?? NextStep(["audit", $0], "the file against its remarks")
    }
    try list(files, next: next)
  }

  private func list(_ files: [String], next: NextStep?) throws {
    if json {
      print(try jsonText(["files": files]), terminator: "")
    } else if !quiet {
      print(files.joined(separator: "\n"))
      if let next { print(nextStepsText([next])) }
    }
  }

  /// The draws to write; a single nil for the means.
  private func choices(from table: [[Double]]) throws -> [Int?] {
    guard let draws else { return [nil] }
    guard (1...table.count).contains(draws) else {
      throw ValidationError("--draws must be 1 … \(table.count), the draws of the report")
    }
    var indices = Array(table.indices)
    var stream = RandomStream(seed: seed)
    stream.shuffle(&indices)
    return Array(indices.prefix(draws))
  }

  /// Writes the parameter files; a format that cannot say something keeps none of the others back.
  /// - Returns: their paths.
  /// - Throws: `InputError` where no format can be written.
  private func writtenForceFields(
    _ forceField: FittedForceField, _ formats: [ParameterFormat], stem: String, isFirst: Bool
  ) throws -> [String] {
    let written = try writeForceFields(
      forceField, formats: formats, to: output, stem: stem, base: base, refusesAll: false)
    if written.files.isEmpty, let first = written.refusals.first { throw first.error }
    for refusal in written.refusals where isFirst {
      complain(
        "note: no \(refusal.format.title) was written: \(refusal.error.message)"
          + (refusal.error.hint.map { " (\($0))" } ?? ""))
    }
    return written.files
  }

  /// The family that was fitted; nil, with a note, where its files are gone or others.
  private func familyToWrite(_ summary: Summary) throws -> LoadedFamily? {
    var path = family
    if path == nil {
      let record = try RunRecord(readingFrom: "\(report)/run.json")
      guard record.family == summary.family, record.seed == summary.seed else {
        throw InputError(
          SourcePlace(file: "\(report)/run.json"),
          "is of another run (family \(record.family), seed \(record.seed)) than summary.json beside it",
          hint: "run `swivel fit` again, or name the molecules' family with --family")
      }
      let changed = record.inputs.first { input in
        (try? readBytes(input.path)).map { sha256($0) != input.sha256 } ?? true
      }
      if let changed {
        complain(
          "note: no molecules were written: \(changed.path) is not there as it was fitted; --family names the family"
        )
        return nil
      }
      path = record.inputs.first?.path
    }
    return try path.map { try loadFamily($0, setAside: true) }
  }

  /// The molecules that --molecules names, or all.
  private func chosen(of family: Family) throws -> [Molecule] {
    guard !molecules.isEmpty else { return family.molecules }
    try requireMolecules(molecules, of: family)
    return molecules.compactMap { id in family.molecules.first { $0.id == id } }
  }

  /// Writes one molecule in every format, at its lowest grid point.
  private func write(
    _ molecule: Molecule, under forceField: FittedForceField, formats: [ParameterFormat], suffix: String
  ) throws -> [String] {
    guard let lowest = molecule.scans.flatMap(\.points).min(by: { $0.energy < $1.energy }) else {
      if suffix.isEmpty { complain("note: \(molecule.id) has no scan, so no geometry to write") }
      return []
    }
    let topology = forceField.parameters.applied(to: molecule.topology)
    var files: [String] = []
    let types = forceField.namedTypes
    for format in formats where format != .gromacsRB || !formats.contains(.gromacs) {
      do {
        let texts = try format.completeTopology(
          topology, name: molecule.id + suffix, coordinates: lowest.coordinates, header: forceField.header,
          types: types)
        for (ending, text) in texts {
          let path = "\(output)/molecules/\(format.rawValue)/\(molecule.id)\(suffix)\(ending)"
          try writeAtomically(text, to: path)
          files.append(path)
        }
      } catch let error as InputError where error.place == nil {
        // A format that cannot say a molecule must not keep the others back.
        if suffix.isEmpty || suffix == "-draw1" {
          complain("note: no \(format.title) of \(error.message)" + (error.hint.map { " (\($0))" } ?? ""))
        }
      }
    }
    return files
  }
}

/// manifest.json of an ensemble: which draw each force field is, and the files it consists of.
struct EnsembleManifest: Encodable {
  struct Member: Encodable {
    /// From 1.
    var number: Int
    /// The row of posterior.csv, from 0.
    var draw: Int
    /// Paths within the folder, with hashes.
    var files: [RunRecord.Input]
  }
  enum CodingKeys: String, CodingKey {
    case schema, family, version, seed, members
    case posteriorSHA256 = "posterior_sha256"
  }
  var schema = "swivel.ensemble/1"
  var family: String
  var version: String
  var seed: UInt64
  var posteriorSHA256: String?
  var members: [Member]
}

extension Summary {
  /// The force field of a report: posterior means, or one draw.
  func forceField(draws: [[Double]], choice: Int?, number: Int, seed: UInt64) -> FittedForceField {
    var forceField = FittedForceField(
      family: family, origin: origin, version: version,
      oneFourScalings: oneFour.map { OneFourScaling(coulombDivisor: $0.scee, lennardJonesDivisor: $0.scnb) },
      torsions: fittedTorsions(fittedParameters, draws: draws, kept: keptTerms, choice: choice))
    forceField.usesRyckaertBellemans = ryckaertBellemans ?? false
    forceField.typePatterns = typeSMARTS ?? [:]
    forceField.torsionPatterns = torsionPatterns
    let rules = (torsionRules ?? []).map(\.rule)
    forceField.precedence = rules.compactMap(\.smarts)
    forceField.ruled = rules.typesOfStatedPeriodicities(among: forceField.torsions.map(\.type))
    for record in smartsTypes ?? [] {
      forceField.spelledOut[record.smarts] = record.types?.map { TorsionType($0) }
    }
    if choice != nil {
      forceField.note =
        "Draw \(number) (seed \(seed)) of the joint posterior, not its mean: use all terms of this file together."
    }
    return forceField
  }
}
