// swivel validate: every molecule predicted by a fit of all the others.

import ArgumentParser
import Chemistry
import FamilyFiles
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

  @Argument(
    help: "A family: a folder with family.yaml, the file itself, or a name under families/.",
    completion: .family)
  var family: String
  @Option(
    help: "Report folder (default: reports/<name>); fitted first where there is none.", completion: .directory
  ) var output: String?
  @Option(
    help: "Folder of the parameter files when it fits first (default: forcefields/<name>).",
    completion: .directory)
  var forcefields: String?
  @OptionGroup var fitting: FittingOptions
  @Flag(
    help: "Compare fits on random halves of the molecules instead: rms z is 1 where intervals are honest.")
  var halves = false
  @Flag(help: "Also fit fewer grid points and fewer molecules, with and without torques: what more data buy.")
  var learningCurve = false
  @Option(help: "Halvings with --halves.") var splits = 10
  @Flag(help: "Print the scores as JSON instead of the table.") var json = false
  @Flag(help: "No progress, no table.") var quiet = false

  func validate() throws {
    if !(1...100).contains(splits) { throw ValidationError("--splits must be 1 … 100") }
  }

  func run() async throws {
    try requireFolders((output, "reports"), (forcefields, "forcefields"))
    let started = Date()
    let progress = Progress(quiet: quiet)
    let loaded = try loadFamily(family, setAside: fitting.setAside)
    if !quiet { for note in loaded.notes { complain("note: \(note)") } }
    try requireMolecules(fitting.holdOut, of: loaded.family)
    let path = "\(output ?? "reports/\(loaded.family.name)")/summary.json"
    if !FileManager.default.fileExists(atPath: path) {
      // Scores do with fewer draws than the intervals of a fit.
      var own = fitting
      own.draws = max(fitting.draws, 1000)
      own.warmup = max(fitting.warmup, 200)
      try await fitFamily(
        loaded, own, output: output, forcefields: forcefields, json: false, quiet: true, progress: progress,
        started: started)
    }
    var summary = try Summary(readingFrom: path)
    guard summary.family == loaded.family.name else {
      throw InputError(
        SourcePlace(file: path), "is of the family \(summary.family), not of \(loaded.family.name)",
        hint: "give the folder of the right report with --output")
    }
    try requireSameRun(as: "\(output ?? "reports/\(loaded.family.name)")/run.json", loaded)
    var options = fitting.options
    // Scores need fewer draws than intervals of single parameters: a fit is not repeated for its chains.
    options.extendsChains = false
    if halves {
      let result = try await SplitHalves(loaded.family, options: options, count: splits) {
        progress.show($0, series: "fitting halves")
      }
      progress.done()
      let record = Summary.SplitHalvesRecord(
        rmsZ: finite(result.rms), directions: result.z.count,
        splits: result.splits.map { Summary.SplitRecord(molecules: $0.molecules, z: $0.z) })
      summary.splitHalves = record
      try write(summary, predictions: nil, to: path)
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
      progress: { progress.show($0, series: "leaving each molecule out") })
    progress.done()
    var validation = Summary.Validation(result)
    if learningCurve {
      let curve = try await LearningCurve(loaded.family, options: options) {
        progress.show($0, series: "learning curve")
      }
      progress.done()
      validation.learningCurve = curve.points.map(Summary.LearningCurvePoint.init)
    }
    summary.validation = validation
    try write(summary, predictions: result.predictions, to: path)
    if json {
      print(try jsonText(validation), terminator: "")
    } else if !quiet {
      print(validationTable(validation))
      if let curve = validation.learningCurve { print("\n" + curveTable(curve)) }
      print("\nadded to \(path) (\(decimal(Date().timeIntervalSince(started), 1)) s)")
      print("the page beside it, index.html, shows every prediction")
      let report = output ?? "reports/\(loaded.family.name)"
      if let draws = try? posteriorDraws(of: report, summary) {
        let means = summary.forceField(draws: draws, choice: nil, number: 0, seed: 0)
        print(nextStepsText([exportStep(report, format: writableFormat(of: means))]))
      }
    }
  }
}

extension ValidateCommand {
  /// Scores belong beside the fit whose settings and data they were made with.
  private func requireSameRun(as path: String, _ loaded: LoadedFamily) throws {
    let record = try RunRecord(readingFrom: path)
    // Fewer draws give the same scores but for their Monte Carlo error.
    let free: Set<String> = ["chains", "warmup", "draws"]
    let changed = fitting.settings.keys.filter {
      !free.contains($0) && record.settings[$0] != nil && record.settings[$0] != fitting.settings[$0]
    }.sorted()
    guard changed.isEmpty else {
      throw InputError(
        SourcePlace(file: path),
        "the report was made with other settings: "
          + changed.map { "\($0) \(record.settings[$0]!) instead of \(fitting.settings[$0]!)" }
          .joined(separator: ", "),
        hint: "give the options of its fit, or another folder with --output")
    }
    guard Set(record.inputs.map(\.sha256)) == Set(loaded.inputs.map(\.sha256)) else {
      throw InputError(
        SourcePlace(file: path),
        "the report was made from other data: files of the family have changed since",
        hint: "run `swivel fit` again, or give another folder with --output")
    }
  }

  /// Writes the summary and, where the fit left what it needs, the page with the scores on it.
  private func write(_ summary: Summary, predictions: [ScanPrediction]?, to path: String) throws {
    let folder = String(path.dropLast("/summary.json".count))
    if FileManager.default.fileExists(atPath: "\(folder)/page.json") {
      let page = try validatedPage("\(folder)/page.json", predictions: predictions, summary: summary)
      try writeAtomically(page.data, to: "\(folder)/page.json")
      try writeAtomically(page.html, to: "\(folder)/index.html")
    } else {
      complain("note: \(folder)/page.json is missing, so index.html is left as it is; `swivel fit` writes it")
    }
    try writeAtomically(jsonText(summary), to: path)
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

private func validationTable(_ validation: Summary.Validation) -> String {
  func row(_ name: String, _ s: Summary.HeldOutScores) -> [String] {
    [
      name, "\(s.points)", decimal(s.rmseBase, 3), decimal(s.rmseLeastSquares, 3), decimal(s.rmse, 3),
      decimal(s.crps, 3),
      decimal(s.logScore, 2),
      decimal(s.coverage.fifty, 2), decimal(s.coverage.ninety, 2), decimal(s.coverage.ninetyFive, 2),
      s.unseenTypes.joined(separator: " "),
    ]
  }
  let testable = Summary.HeldOutScores(
    heldOut: nil, points: validation.points, rmseBase: validation.rmseBase, rmse: validation.rmse,
    rmseMinimumReferenced: nil, crps: validation.crps, logScore: validation.logScore,
    coverage: validation.coverage, unseenTypes: [], rmseLeastSquares: validation.rmseLeastSquares)
  var rows = validation.molecules.map { row($0.heldOut ?? "", $0) }
  rows += (validation.types ?? []).map { row("type " + $0.types.joined(separator: "-"), $0.scores) }
  rows.append(row("all testable scans", testable))
  if validation.untestable.points > 0 { rows.append(row("untestable scans", validation.untestable)) }
  return textTable(
    header: [
      "held out", "points", "RMSE base", "least squares", "RMSE", "CRPS", "log score", "in 50 %", "in 90 %",
      "in 95 %",
      "types of no other molecule",
    ], rows: rows)
}
