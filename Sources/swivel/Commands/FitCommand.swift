// swivel fit: the main job.

import ArgumentParser
import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import Mechanics
import ReportFiles
import Statistics
import TextFiles
import TorsionModel

extension LikelihoodKind: ExpressibleByArgument {}
extension PriorCentre: ExpressibleByArgument {}
extension NoiseModel: ExpressibleByArgument {}
extension EnergyWeightScheme: ExpressibleByArgument {}

struct FitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a family and write its parameter files and its report.",
    discussion: """
      Example:
        swivel fit alkanes --seed 1
        swivel fit path/to/family --output reports/mine --forcefields forcefields/mine --hold-out pentane
      """)

  @Argument(
    help: "A family: a folder with family.yaml, the file itself, or a name under families/.",
    completion: .family)
  var family: String
  @Option(help: "Report folder (default: reports/<name>).", completion: .directory) var output: String?
  @Option(help: "Folder of the parameter files (default: forcefields/<name>).", completion: .directory)
  var forcefields: String?
  @OptionGroup var fitting: FittingOptions
  @Option(
    help: ArgumentHelp(
      "Also write the design rows and priors of the final round, for checks with other samplers.",
      discussion: """
        JSON, schema swivel.design/2: the parameters with their prior centres, the bond classes with the directions of \
        their priors, the priors of all scales, and scan by scan the rows x and targets y as docs/model.md has them. \
        With --noise normal --no-bagging --geometry-draws 0 only. scripts/checks/check_numpyro.py samples from it.
        """, valueName: "file"), completion: .file(extensions: ["json"]))
  var writeDesign: String?
  @Flag(help: "Print summary.json instead of the table.") var json = false
  @Flag(help: "No progress, no table.") var quiet = false

  func run() async throws {
    try requireFolders((output, "reports"), (forcefields, "forcefields"))
    if writeDesign != nil, fitting.noise != .normal || fitting.bagging || fitting.geometryDraws > 0 {
      throw InputError(
        nil, "a design is written for one normal noise, molecules that count alike and one geometry a grid point",
        hint: "give --noise normal --no-bagging --geometry-draws 0 beside --write-design")
    }
    if writeDesign?.isEmpty == true {
      throw InputError(nil, "the file to write the design to has no name", hint: "give --write-design a path")
    }
    let started = Date()
    let progress = Progress(quiet: quiet)
    progress.now("reading \(family)")
    let loaded = try loadFamily(family, setAside: fitting.setAside)
    progress.done()
    if !quiet { for note in loaded.notes { complain("note: \(note)") } }
    if writeDesign != nil { try requireEqualWeights(loaded.family, fitting.energyWeighting) }
    try requireMolecules(fitting.holdOut, of: loaded.family)
    try await fitFamily(
      loaded, fitting, output: output, forcefields: forcefields, design: writeDesign, json: json,
      quiet: quiet, progress: progress, started: started)
  }
}

/// Whether all grid points count alike, as a design that is written has it.
/// - Throws: `InputError` where one does not.
private func requireEqualWeights(_ family: Family, _ weighting: EnergyWeighting) throws {
  let scans = family.molecules.flatMap(\.scans)
  guard let scan = scans.first(where: { weighting.weights(of: $0.points.map(\.energy)).contains { $0 < 1 } })
  else { return }
  throw InputError(
    nil, "a design is written for grid points that all count alike, and \(scan.id) has some of high energy",
    hint: "give --energy-weight none, or leave out --write-design")
}

/// Fits a family and writes everything that a fit leaves; `quiet` prints no table.
/// - Throws: `InputError`, `ModelError`; `ExitStatus.notConverged` after everything was written.
func fitFamily(
  _ loaded: LoadedFamily, _ fitting: FittingOptions, output: String?, forcefields: String?,
  design: String? = nil,
  json: Bool, quiet: Bool, progress: Progress, started: Date
) async throws {
  var options = fitting.options
  options.keepsDesign = design != nil
  let read = Date()
  let fit = try await TorsionModel.fit(loaded.family, options: options) { progress.show($0) }
  let fitted = Date()
  progress.now("writing")
  let report = output ?? "reports/\(loaded.family.name)"
  var summary = Summary(fit, version: swivelVersion)
  let record = RunRecord(
    family: loaded.family.name, command: CommandLine.arguments, version: swivelVersion,
    versions: libraryVersions(), seed: fitting.seed, settings: fitting.settings, inputs: loaded.records,
    notes: loaded.notes, started: started.formatted(.iso8601),
    timings: [
      "read": read.timeIntervalSince(started), "fit": fitted.timeIntervalSince(read),
    ])
  let files = forcefields ?? "forcefields/\(loaded.family.name)"
  var forceField = fit.fittedForceField(version: swivelVersion)
  forceField.proof = loaded.proof(of: forceField.parameters)
  let written = try writeForceFields(
    forceField, formats: ParameterFormat.oneAPackage, to: files,
    refusesAll: false)
  if let design, let record = fit.design { try writeAtomically(jsonText(DesignRecord(record)), to: design) }
  let posterior = posteriorTable(of: fit)
  summary.posteriorSHA256 = sha256(Array(posterior.utf8))
  try writeAtomically(posterior, to: "\(report)/posterior.csv")
  try await writePosteriorNetCDF(of: fit, version: swivelVersion, to: "\(report)/posterior.nc")
  let provenance = ReportProvenance(
    version: swivelVersion, inputs: loaded.records, license: loaded.family.origin.license,
    timings: [
      .init(stage: "reading", seconds: read.timeIntervalSince(started)),
      .init(stage: "relaxing, fitting and sampling", seconds: fitted.timeIntervalSince(read)),
    ])
  try writeAtomically(reportPageData(of: fit, provenance: provenance), to: "\(report)/page.json")
  try writeAtomically(htmlReport(of: fit, provenance: provenance), to: "\(report)/index.html")
  try writeAtomically(jsonText(record), to: "\(report)/run.json")
  // Last but for its twin: whoever finds a summary finds everything beside it.
  try writeAtomically(
    jsonText(ParametersRecord(summary, draws: Array(fit.draws.forceConstants.joined()))),
    to: "\(files)/parameters.json")
  let text = try jsonText(summary)
  try writeAtomically(text, to: "\(report)/summary.json")
  progress.done()
  if json {
    print(text, terminator: "")
  } else if !quiet {
    print(fitTable(fit, files: files, report: report, seconds: Date().timeIntervalSince(started)))
    print(
      nextStepsText(
        stepsAfter(
          fit, of: loaded.folder, with: options, report: report, format: writableFormat(of: forceField))))
  }
  for refusal in written.refusals {
    complain("note: no \(refusal.format.title) was written: \(refusal.error.message)")
  }
  tellWhatToMind(fit)
  if !fit.converged {
    let bad = fit.parameters.filter { !$0.diagnostics.isGood }.sorted {
      ($0.diagnostics.rhat ?? .infinity) > ($1.diagnostics.rhat ?? .infinity)
    }
    let which =
      bad.first.map { " (\(bad.count) of \(fit.parameters.count) constants, \($0.parameter.label) most)" }
      ?? ""
    complain(
      """
      error: the chains did not converge\(which): R-hat ≤ \(decimal(ConvergenceLimits.rhat, 2)) and ESS ≥ \
      \(decimal(ConvergenceLimits.ess, 0)) are wanted; see the diagnostics of \(report)/index.html\n  hint: \
      more --draws or --warmup, or --hold-out for a molecule that torsions cannot describe; files were \
      written
      """
    )
    throw ExitStatus.notConverged
  }
}

/// Says what was left out, what counts for little, and what makes the numbers doubtful.
private func tellWhatToMind(_ fit: Fit) {
  for found in fit.cancelledBySymmetry {
    complain("\(found.isAskedFor ? "warning" : "note"): \(found.words)")
  }
  for scan in fit.scans where !scan.setAside.isEmpty {
    complain(
      "set aside: \(scan.molecule) \(scan.scan): "
        + scan.setAside.map { "frame \($0.frame) (\($0.reason))" }.joined(separator: ", "))
  }
  for scan in fit.scans where !scan.highEnergy.isEmpty {
    complain(
      "warning: \(scan.molecule) \(scan.scan): too high in energy to count (--energy-weight, --energy-upper): "
        + scan.highEnergy.map {
          """
          frame \($0.frame) (\(decimal($0.angle / Units.degree, 0))°, \(decimal($0.qm, 1)) kcal/mol, weight \
          \(decimal($0.energyWeight, 2)))
          """
        }.joined(separator: ", "))
  }
  for scan in fit.scans where !scan.downweighted.isEmpty {
    complain(
      "counts for little: \(scan.molecule) \(scan.scan): "
        + scan.downweighted.map {
          "frame \($0.frame) (\(decimal($0.angle / Units.degree, 0))°, weight \(decimal($0.weight, 2)))"
        }.joined(separator: ", "))
  }
  for scan in fit.scans {
    for jump in scan.jumps where jump.isFitted {
      let turn = jump.rotor.map {
        """
        , \(joinedIndices($0.atoms)) from \(decimal(jump.from / Units.degree, 0))° to \
        \(decimal(jump.to / Units.degree, 0))°
        """
      }
      complain(
        "warning: \(scan.molecule) \(scan.scan): the relaxed energy jumps at frame \(jump.frame) "
          + "(\(decimal(jump.drivenAngle / Units.degree, 0))°\(turn ?? "")): \(decimal(abs(jump.energy), 1)) kcal/mol "
          + "\(jump.energy < 0 ? "below" : "above") both neighbours beyond what QM has")
    }
  }
  if let left = leftWells(of: fit) { complain("warning: \(left)") }
  if let doubts = unitDoubts(of: fit) { complain("warning: \(doubts)") }
  if fit.linearisation.isTooFar {
    complain(
      """
      warning: geometries follow the force constants too far for the linear posterior (Pareto k̂ \
      \(decimal(fit.linearisation.khat, 2)), limit \(decimal(LinearisationCheck.usableLimit, 1))): take \
      intervals as rough
      """
    )
  }
}

/// Where the fitted force field would turn a rotor out of QM's well, scan by scan; nil where it does nowhere.
private func leftWells(of fit: Fit) -> String? {
  let scans = fit.scans.compactMap { scan -> String? in
    let left = scan.leftWell.filter(\.isFitted)
    guard let worst = left.max(by: { $0.energyDrop < $1.energyDrop }) else { return nil }
    return
      "\(scan.molecule) \(scan.scan) at \(left.count) point\(left.count == 1 ? "" : "s") (frame \(worst.frame): "
      + "\(joinedIndices(worst.rotor.atoms)) from \(decimal(worst.from / Units.degree, 0))° "
      + "to \(decimal(worst.to / Units.degree, 0))°, \(decimal(worst.energyDrop, 1)) kcal/mol lower)"
  }
  guard !scans.isEmpty else { return nil }
  return "rotors beside the driven one would leave their QM wells, and walls hold them there: "
    + scans.joined(separator: "; ")
}

/// Why errors are what they are, and what is known about other molecules.
private func causeLines(_ fit: Fit) -> [String] {
  var lines: [String] = []
  if let words = fit.cause.flatMap({ fit.causeWords($0) }) {
    lines.append("errors are still large or far from least squares: \(words.brief); \(words.remedy)")
  }
  for scan in fit.scans {
    guard let words = scan.cause.flatMap({ fit.causeWords($0, of: scan) }) else { continue }
    lines.append(
      "why: \(scan.molecule) \(joinedIndices(scan.driven.atoms)) ends at \(decimal(scan.fitError?.rmse, 2)) kcal/mol: "
        + "\(words.why)\n  hint: \(words.remedy)")
  }
  if fit.fittedMolecules.count == 1, let molecule = fit.fittedMolecules.first {
    lines.append(
      """
      note: all data are of one molecule, \(molecule): nothing is known about transfer to others, and every \
      interval is about this molecule only
      """
    )
  }
  return lines
}

/// What to do after a fit.
/// - Parameters:
///   - fit: what came out.
///   - folder: the family's.
///   - options: those that it was made with, which `validate` repeats.
///   - report: where it was written.
///   - format: one that can say it.
private func stepsAfter(
  _ fit: Fit, of folder: String, with options: FitOptions, report: String, format: String
) -> [NextStep] {
  let place = report == "reports/\(fit.family)" ? [] : ["--output", report]
  let validate = NextStep(
    ["validate", folder.isEmpty ? "." : folder] + place + options.words,
    "errors on molecules left out in turn")
  return (fit.fittedMolecules.count > 1 ? [validate] : []) + [
    NextStep(["audit", report], "the most doubtful force constants first"),
    exportStep(report, format: format),
  ]
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
        decimal($0.base, 3), decimal($0.contraction, 2), "\($0.molecules)",
        $0.flags.map(\.rawValue).joined(separator: "; "),
      ]
    })
  let scans = textTable(
    header: ["scan", "dihedral", "points", "RMSE base", "RMSE fitted", "largest"],
    rows: fit.scans.map {
      [
        $0.molecule + ($0.isHeldOut ? " (held out)" : ""),
        joinedIndices($0.driven.atoms), "\($0.fitError?.points ?? 0)",
        decimal($0.baseError?.rmse, 3), decimal($0.fitError?.rmse, 3), decimal($0.fitError?.largest, 3),
      ]
    })
  var lines = [parameters, "", scans, ""]
  lines.append(
    "relaxed RMSE \(decimal(fit.baseRMSE, 3)) → \(decimal(fit.fitRMSE, 3)) kcal/mol"
      + (fit.heldOutRMSE.map { ", held out \(decimal(fit.heldOutBaseRMSE, 3)) → \(decimal($0, 3))" } ?? "")
      + " (\(fit.roundErrors.count) rounds, \(fit.settled ? "settled" : "not settled"); \(decimal(seconds, 1)) s)"
  )
  lines += causeLines(fit)
  let summary = Summary(fit, version: swivelVersion)
  lines.append(
    """
    max R-hat \(decimal(summary.diagnostics.maxRhat, 4)), min ESS bulk \
    \(decimal(summary.diagnostics.minESSBulk, 0)), tail \(decimal(summary.diagnostics.minESSTail, 0))
    """
  )
  if let khat = fit.linearisation.khat {
    lines.append(
      "linearisation: Pareto k̂ \(decimal(khat, 2)) under \(fit.linearisation.draws) draws"
        + (fit.linearisation.isCorrected ? ", draws corrected" : ""))
  }
  lines.append("parameters in \(files)/, report in \(report)/index.html")
  return lines.joined(separator: "\n")
}
