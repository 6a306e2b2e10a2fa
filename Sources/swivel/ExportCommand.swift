// swivel export: parameter files from a report.

import ArgumentParser
import Chemistry
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
      """)

  @Argument(help: "A report folder, as `swivel fit` writes it.") var report: String
  @Option(help: "Formats, separated by commas: amber, gromacs, openmm.") var format: String
  @Option(help: "Folder to write to.") var output: String
  @Option(help: "Write this many force fields drawn from the joint posterior instead of the means.")
  var draws: Int?
  @Option(help: "Seed of the choice of draws.") var seed: UInt64 = 1
  @Flag(help: "Print the list of written files as JSON.") var json = false
  @Flag(help: "Print nothing.") var quiet = false

  func run() throws {
    try requireFolders(output)
    let formats = try format.split(separator: ",").map { name -> ParameterFormat in
      guard let format = ParameterFormat(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
        throw ValidationError(
          "no format is called \"\(name)\"; there are \(ParameterFormat.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      return format
    }
    guard !formats.isEmpty else { throw ValidationError("--format names no format") }
    let summary = try Summary(readingFrom: "\(report)/summary.json")
    guard !summary.family.contains("/"), !summary.family.hasPrefix(".") else {
      throw InputError(
        SourcePlace(file: "\(report)/summary.json"), "the family's name \(summary.family) is no file name",
        hint: "run `swivel fit` again to write it anew")
    }
    let parameters = summary.fittedParameters
    let table = try posteriorDraws(of: report, summary)
    func forceField(_ choice: Int?) -> FittedForceField {
      FittedForceField(
        family: summary.family, levelOfTheory: summary.levelOfTheory, version: summary.version,
        oneFourScalings: summary.oneFour.map {
          OneFourScaling(coulombDivisor: $0.scee, lennardJonesDivisor: $0.scnb)
        }, torsions: fittedTorsions(parameters, draws: table, choice: choice))
    }
    var stems: [String] = []
    if let draws {
      guard (1...table.count).contains(draws) else {
        throw ValidationError("--draws must be 1 … \(table.count), the draws of the report")
      }
      var indices = Array(table.indices)
      var stream = RandomStream(seed: seed)
      stream.shuffle(&indices)
      for (number, index) in indices.prefix(draws).enumerated() {
        let stem = "\(summary.family)-draw\(number + 1)"
        try writeForceFields(forceField(index), formats: formats, to: output, stem: stem)
        stems.append(stem)
      }
    } else {
      try writeForceFields(forceField(nil), formats: formats, to: output)
      stems.append(summary.family)
    }
    let files = stems.flatMap { stem in formats.map { "\(output)/\(stem).\($0.fileExtension)" } }
    if json {
      print(try jsonText(["files": files]), terminator: "")
    } else if !quiet {
      print(files.joined(separator: "\n"))
    }
  }
}
