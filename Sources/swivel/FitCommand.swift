// swivel fit: the main job.

import ArgumentParser
import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import Mechanics
import ReportFiles
import TextFiles
import TorsionModel

extension LikelihoodKind: ExpressibleByArgument {}
extension PriorCentre: ExpressibleByArgument {}

struct FitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a family and write its parameter files and its report.",
    discussion: """
      Example:
        swivel fit alkanes --seed 1
        swivel fit path/to/family --output reports/mine --forcefields forcefields/mine --hold-out pentane
      """)

  @Argument(help: "A family: a folder with family.yaml, the file itself, or a name under families/.")
  var family: String
  @Option(help: "Report folder (default: reports/<name>).") var output: String?
  @Option(help: "Folder of the parameter files (default: forcefields/<name>).") var forcefields: String?
  @Option(help: "Master seed; the same seed gives the same numbers on any number of threads.")
  var seed: UInt64 = 1
  @Option(help: "Chains.") var chains = 4
  @Option(help: "Warm-up iterations a chain.") var warmup = 500
  @Option(help: "Kept draws a chain.") var draws = 1000
  @Option(help: "Threads at most (default: all cores).")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "energy, energy+torque or energy+forces.") var likelihood = LikelihoodKind.energyAndTorque
  @Option(help: "Where the prior is centred: base or zero.") var priorCentre = PriorCentre.base
  @Option(help: "Rounds of relaxation at most; 0 takes the geometries as given.") var rounds = 6
  @Option(help: "Fit each K-th grid point only, by ascending angle.") var every = 1
  @Option(parsing: .upToNextOption, help: "Molecules to predict but not to fit.") var holdOut: [String] = []
  @Option(help: "Weak pull of atoms to the QM geometry while relaxing, kcal/mol/Å².")
  var cartesianRestraint = 0.0
  @Option(help: "Weak pull of the other rotatable bonds to their QM dihedrals, kcal/mol/rad².")
  var torsionRestraint = 0.0
  @Flag(help: "Name bad grid points and molecules, leave them out and go on.") var setAside = false
  @Flag(help: "Print summary.json instead of the table.") var json = false
  @Flag(help: "No progress, no table.") var quiet = false

  func validate() throws {
    func require(_ condition: Bool, _ message: String) throws {
      if !condition { throw ValidationError(message) }
    }
    try require((1...64).contains(chains), "--chains must be 1 … 64")
    try require((1...1_000_000).contains(warmup), "--warmup must be 1 … 1000000")
    try require((4...1_000_000).contains(draws), "--draws must be 4 … 1000000")
    try require(threads >= 1, "--threads must be at least 1")
    try require((0...50).contains(rounds), "--rounds must be 0 … 50")
    try require(every >= 1, "--every must be at least 1")
    try require(cartesianRestraint >= 0 && cartesianRestraint.isFinite, "--cartesian-restraint must not be negative")
    try require(torsionRestraint >= 0 && torsionRestraint.isFinite, "--torsion-restraint must not be negative")
  }

  func run() async throws {
    let started = Date()
    let progress = Progress(quiet: quiet)
    progress.now("reading \(family)")
    let loaded = try loadFamily(family, setAside: setAside)
    progress.done()
    for note in loaded.notes { complain("note: \(note)") }
    var options = FitOptions()
    options.likelihood = likelihood
    options.priorCentre = priorCentre
    options.seed = seed
    options.chains = chains
    options.warmup = warmup
    options.draws = draws
    options.threads = threads
    options.rounds = rounds
    options.every = every
    options.heldOut = Set(holdOut)
    options.relaxation = RelaxationOptions(
      cartesianRestraint: cartesianRestraint, torsionRestraint: torsionRestraint)
    let read = Date()
    let fit = try await TorsionModel.fit(loaded.family, options: options) { progress.show($0) }
    let fitted = Date()
    progress.now("writing")
    let report = output ?? "reports/\(loaded.family.name)"
    let summary = Summary(fit, version: swivelVersion)
    let record = RunRecord(
      family: loaded.family.name, command: CommandLine.arguments, version: swivelVersion,
      versions: libraryVersions(), seed: seed, settings: settings, inputs: loaded.inputs,
      notes: loaded.notes, started: started.formatted(.iso8601),
      timings: [
        "read": read.timeIntervalSince(started), "fit": fitted.timeIntervalSince(read),
      ])
    let files = forcefields ?? "forcefields/\(loaded.family.name)"
    try writeForceFields(
      fit.fittedForceField(version: swivelVersion), formats: ParameterFormat.allCases, to: files)
    try writeAtomically(posteriorTable(of: fit), to: "\(report)/posterior.csv")
    try writeAtomically(
      htmlReport(
        of: fit, provenance: ReportProvenance(version: swivelVersion, inputs: loaded.inputs)),
      to: "\(report)/index.html")
    try writeAtomically(jsonText(record), to: "\(report)/run.json")
    // Last: whoever finds a summary finds everything beside it.
    let text = try jsonText(summary)
    try writeAtomically(text, to: "\(report)/summary.json")
    progress.done()
    if json {
      print(text, terminator: "")
    } else if !quiet {
      print(fitTable(fit, files: files, report: report, seconds: Date().timeIntervalSince(started)))
    }
    for scan in fit.scans where !scan.setAside.isEmpty {
      complain(
        "set aside: \(scan.molecule) \(scan.scan): "
          + scan.setAside.map { "frame \($0.frame) (\($0.reason))" }.joined(separator: ", "))
    }
    if !fit.converged {
      complain(
        "error: the chains did not converge (R-hat ≤ 1.01 and ESS ≥ 400 on every parameter): see the diagnostics of \(report)/index.html\n  hint: more --draws or --warmup; files were written"
      )
      throw ExitStatus.notConverged
    }
  }

  private var settings: [String: String] {
    [
      "likelihood": likelihood.rawValue, "prior_centre": priorCentre.rawValue, "chains": "\(chains)",
      "warmup": "\(warmup)", "draws": "\(draws)", "rounds": "\(rounds)", "every": "\(every)",
      "hold_out": holdOut.joined(separator: " "), "cartesian_restraint": "\(cartesianRestraint)",
      "torsion_restraint": "\(torsionRestraint)", "set_aside": "\(setAside)",
    ]
  }
}

/// What a person wants to see right after a fit.
private func fitTable(_ fit: Fit, files: String, report: String, seconds: Double) -> String {
  let parameters = textTable(
    header: ["torsion", "n", "mean", "90 % interval", "base", "contraction", "molecules", "flags"],
    rows: fit.parameters.map {
      [
        $0.parameter.type.label + ($0.parameter.isSine ? " (sin)" : ""), "\($0.parameter.periodicity)",
        decimal($0.draws.mean, 3),
        "[\(decimal($0.draws.interval90.lowerBound, 3)), \(decimal($0.draws.interval90.upperBound, 3))]",
        decimal($0.base, 3), decimal($0.contraction, 2), "\($0.molecules)", $0.flags.joined(separator: "; "),
      ]
    })
  let scans = textTable(
    header: ["scan", "dihedral", "points", "RMSE base", "RMSE fitted", "largest"],
    rows: fit.scans.map {
      [
        $0.molecule + ($0.isHeldOut ? " (held out)" : ""),
        $0.driven.atoms.map(String.init).joined(separator: "-"), "\($0.fitError?.points ?? 0)",
        decimal($0.baseError?.rmse, 3), decimal($0.fitError?.rmse, 3), decimal($0.fitError?.largest, 3),
      ]
    })
  var lines = [parameters, "", scans, ""]
  lines.append(
    "relaxed RMSE \(decimal(fit.baseRMSE, 3)) → \(decimal(fit.fitRMSE, 3)) kcal/mol"
      + (fit.heldOutRMSE.map { ", held out \(decimal(fit.heldOutBaseRMSE, 3)) → \(decimal($0, 3))" } ?? "")
      + " (\(fit.roundErrors.count) rounds, \(fit.settled ? "settled" : "not settled"); \(decimal(seconds, 1)) s)")
  let summary = Summary(fit, version: swivelVersion)
  lines.append(
    "max R-hat \(decimal(summary.diagnostics.maxRhat, 4)), min ESS bulk \(decimal(summary.diagnostics.minESSBulk, 0)), tail \(decimal(summary.diagnostics.minESSTail, 0))"
  )
  lines.append("parameters in \(files)/, report in \(report)/index.html")
  return lines.joined(separator: "\n")
}
