// swivel validate: every molecule predicted by a fit of all the others.

import ArgumentParser
import Chemistry
import Foundation
import ReportFiles
import TextFiles
import TorsionModel
import Validation

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Leave each molecule out in turn and score its predictions; adds to the report's summary.json.",
    discussion: """
      Example:
        swivel validate alkanes
        swivel validate alkanes --halves      are intervals of parameters honest? fits on halves of the molecules
      """)

  @Argument(help: "A family: a folder with family.yaml, the file itself, or a name under families/.")
  var family: String
  @Option(help: "Report folder (default: reports/<name>); fitted first where there is none.") var output:
    String?
  @Option(help: "Folder of the parameter files when it fits first (default: forcefields/<name>).")
  var forcefields: String?
  @OptionGroup var fitting: FittingOptions
  @Flag(
    help: "Compare fits on random halves of the molecules instead: rms z is 1 where intervals are honest.")
  var halves = false
  @Flag(help: "Also fit fewer grid points and fewer molecules, with and without torques: what more data buy.")
  var learningCurve = false
  @Option(help: "Halvings with --halves.") var splits = 4
  @Flag(help: "Print the scores as JSON instead of the table.") var json = false
  @Flag(help: "No progress, no table.") var quiet = false

  func validate() throws {
    if !(1...100).contains(splits) { throw ValidationError("--splits must be 1 … 100") }
  }

  func run() async throws {
    try requireFolders(output, forcefields)
    let started = Date()
    let progress = Progress(quiet: quiet)
    let loaded = try loadFamily(family, setAside: fitting.setAside)
    for note in loaded.notes { complain("note: \(note)") }
    let path = "\(output ?? "reports/\(loaded.family.name)")/summary.json"
    if !FileManager.default.fileExists(atPath: path) {
      try await fitFamily(
        loaded, fitting, output: output, forcefields: forcefields, json: false, quiet: true, started: started)
    }
    var summary = try Summary(readingFrom: path)
    guard summary.family == loaded.family.name else {
      throw InputError(
        SourcePlace(file: path), "is of the family \(summary.family), not of \(loaded.family.name)",
        hint: "give the folder of the right report with --output")
    }
    var options = fitting.options
    // Scores need fewer draws than intervals of single parameters: a fit is not repeated for its chains.
    options.extendsChains = false
    if halves {
      let result = try await SplitHalves(loaded.family, options: options, count: splits) { split, half in
        progress.now("halving \(split), half \(half)")
      }
      progress.done()
      let record = Summary.SplitHalvesRecord(
        rmsZ: finite(result.rms), directions: result.z.count,
        splits: result.splits.map { Summary.SplitRecord(molecules: $0.molecules, z: $0.z) })
      summary.splitHalves = record
      try writeAtomically(jsonText(summary), to: path)
      if json {
        print(try jsonText(record), terminator: "")
      } else if !quiet {
        print(halvesTable(result))
        print("\nadded to \(path) (\(decimal(Date().timeIntervalSince(started), 1)) s)")
      }
      return
    }
    let result = try await LeaveOneOut(
      loaded.family, options: options,
      progress: { molecule in
        progress.now("fitting without \(molecule)")
      })
    progress.done()
    var validation = Summary.Validation(result)
    if learningCurve {
      let curve = try await LearningCurve(loaded.family, options: options) { likelihood, molecules, every in
        progress.now(
          "\(likelihood.rawValue), \(molecules) molecules, every \(every == 1 ? "" : "\(every). ")grid point")
      }
      progress.done()
      validation.learningCurve = curve.points.map(Summary.LearningCurvePoint.init)
    }
    summary.validation = validation
    try writeAtomically(jsonText(summary), to: path)
    if json {
      print(try jsonText(validation), terminator: "")
    } else if !quiet {
      print(validationTable(validation))
      if let curve = validation.learningCurve { print("\n" + curveTable(curve)) }
      print("\nadded to \(path) (\(decimal(Date().timeIntervalSince(started), 1)) s)")
    }
  }
}

private func halvesTable(_ result: SplitHalves) -> String {
  func row(_ name: String, _ z: [Double]) -> [String] {
    [name, "\(z.count)", decimal(rootMeanSquare(z), 2), decimal(z.map(abs).max(), 2)]
  }
  return textTable(
    header: ["first half", "directions", "rms z", "largest"],
    rows: result.splits.map { row($0.molecules.joined(separator: " "), $0.z) } + [row("all", result.z)])
}

extension Summary.Coverage {
  init(_ scores: PredictionScores) {
    self.init(
      fifty: finite(scores.coverage50), ninety: finite(scores.coverage90),
      ninetyFive: finite(scores.coverage95))
  }
}

extension Summary.LearningCurvePoint {
  init(_ point: LearningCurve.Point) {
    self.init(
      molecules: point.molecules, gridPoints: point.gridPoints, likelihood: point.likelihood.rawValue,
      rmse: finite(point.scores.rmse), crps: finite(point.scores.crps),
      coverage: Summary.Coverage(point.scores))
  }
}

private func curveTable(_ points: [Summary.LearningCurvePoint]) -> String {
  textTable(
    header: ["likelihood", "molecules", "grid points", "RMSE", "CRPS", "in 50 %", "in 90 %", "in 95 %"],
    rows: points.map {
      [
        $0.likelihood, "\($0.molecules)", "\($0.gridPoints)", decimal($0.rmse, 3), decimal($0.crps, 3),
        decimal($0.coverage.fifty, 2), decimal($0.coverage.ninety, 2), decimal($0.coverage.ninetyFive, 2),
      ]
    })
}

extension Summary.HeldOutScores {
  init(_ scores: PredictionScores, heldOut: String?, unseenTypes: [TorsionType]) {
    self.init(
      heldOut: heldOut, points: scores.points, rmseBase: finite(scores.baseRMSE), rmse: finite(scores.rmse),
      rmseMinimumReferenced: finite(scores.minimumReferencedRMSE), crps: finite(scores.crps),
      logScore: finite(scores.logScore),
      coverage: Summary.Coverage(scores),
      unseenTypes: unseenTypes.map(\.label))
  }
}

extension Summary.Validation {
  init(_ result: LeaveOneOut) {
    self.init(
      testable: Summary.HeldOutScores(result.testable, heldOut: nil, unseenTypes: []),
      untestable: Summary.HeldOutScores(
        result.untestable, heldOut: nil, unseenTypes: Set(result.molecules.flatMap(\.unseenTypes)).sorted()),
      molecules: result.molecules.map {
        Summary.HeldOutScores($0.scores, heldOut: $0.id, unseenTypes: $0.unseenTypes)
      })
  }
}

private func validationTable(_ validation: Summary.Validation) -> String {
  func row(_ name: String, _ s: Summary.HeldOutScores) -> [String] {
    [
      name, "\(s.points)", decimal(s.rmseBase, 3), decimal(s.rmse, 3), decimal(s.crps, 3),
      decimal(s.logScore, 2),
      decimal(s.coverage.fifty, 2), decimal(s.coverage.ninety, 2), decimal(s.coverage.ninetyFive, 2),
      s.unseenTypes.joined(separator: " "),
    ]
  }
  let testable = Summary.HeldOutScores(
    heldOut: nil, points: validation.points, rmseBase: validation.rmseBase, rmse: validation.rmse,
    rmseMinimumReferenced: nil, crps: validation.crps, logScore: validation.logScore,
    coverage: validation.coverage, unseenTypes: [])
  var rows = validation.molecules.map { row($0.heldOut ?? "", $0) } + [row("all testable scans", testable)]
  if validation.untestable.points > 0 { rows.append(row("untestable scans", validation.untestable)) }
  return textTable(
    header: [
      "held out", "points", "RMSE base", "RMSE", "CRPS", "log score", "in 50 %", "in 90 %", "in 95 %",
      "types of no other molecule",
    ], rows: rows)
}
