// How quantum chemistry is run: the options that acquire and parametrise share.

import Acquisition
import ArgumentParser
import Foundation
import TextFiles

extension ExecutorKind: ExpressibleByArgument {}

struct AcquireFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Level of theory: METHOD or METHOD/BASIS, or ENERGIES//GEOMETRIES.",
      discussion: """
        GFN2-xTB runs in tblite, METHOD/BASIS in PySCF with density fitting. B3LYP-D3BJ/DZVP//GFN2-xTB takes energies \
        and \
        forces by DFT at GFN2 geometries; B3LYP-D3BJ/DZVP relaxes at DFT too, at ten times the cost.
        """))
  var level = "GFN2-xTB"
  @Option(help: "Where jobs run: local, slurm, qcfractal.") var executor = ExecutorKind.local
  @Option(
    help: ArgumentHelp(
      "With --executor qcfractal: the server's address, or its name in qcportal_config.yaml.",
      discussion: """
        Default: QCPORTAL_ADDRESS. User and password come from QCPORTAL_USERNAME and QCPORTAL_PASSWORD, or from \
        qcportal_config.yaml.
        """))
  var server: String?
  @Option(help: "With --executor qcfractal: the compute tag of the records (default: *).") var tag: String?
  @Option(help: "Jobs at a time (default: what cores and memory allow; 200 with slurm and qcfractal).")
  var workers: Int?
  @Option(help: "Memory that a job may take, GB.") var memory = 2.0
  @Option(help: "Time that a job may take, such as 30m or 2h.") var jobLimit = "2h"
  @Option(help: "Attempts, each gentler than the one before, until a job is parked.") var attempts = 3
  @Option(help: "Begin nothing after this time, such as 2h or 90m; the same command goes on later.")
  var budget: String?
  @Flag(
    help: ArgumentHelp(
      "Compute the most telling points first, and no more than needed, with levels ENERGIES//GEOMETRIES.",
      discussion: """
        All paths are relaxed; then the point with the most expected information about the force constants per cost \
        comes \
        next, reckoned anew after each. Ends at --target-sd, at --budget, or with all points.
        """))
  var adaptive = false
  @Option(
    parsing: .unconditional,
    help:
      "With --adaptive: enough when no torsion profile has a larger posterior standard deviation, kcal/mol.")
  var targetSd: Double?
  @Flag(help: "Neither use finished scans of other families nor keep these for them.") var noStore = false

  func validate() throws {
    guard (1...1000).contains(workers ?? 1) else { throw ValidationError("--workers must be 1 … 1000") }
    guard executor == .qcfractal || (server == nil && tag == nil) else {
      throw ValidationError("--server and --tag need --executor qcfractal")
    }
    guard !(server ?? "x").isEmpty, !(tag ?? "x").isEmpty else {
      throw ValidationError("--server and --tag must not be empty")
    }
    guard memory > 0, memory.isFinite else { throw ValidationError("--memory must be positive") }
    guard adaptive || targetSd == nil else { throw ValidationError("--target-sd needs --adaptive") }
    guard targetSd ?? 1 > 0, targetSd?.isFinite ?? true else {
      throw ValidationError("--target-sd must be positive")
    }
    guard (1...10).contains(attempts) else { throw ValidationError("--attempts must be 1 … 10") }
  }

  /// The options for a family that is prepared, with the choice among its points where one is asked for.
  /// - Throws: `InputError` for a level or a time that is none, and where there is nothing to choose by.
  func options(for folder: String) throws -> AcquireOptions {
    var options = try options()
    if adaptive {
      options.adaptive = try adaptiveOptions(folder, targetSD: targetSd)
    }
    return options
  }

  /// - Throws: `InputError` for a level or a time that is none.
  func options() throws -> AcquireOptions {
    var options = AcquireOptions(recipe: try LevelRecipe(level))
    guard !adaptive || options.recipe.energy != nil else {
      throw InputError(
        nil,
        """
        --adaptive chooses which relaxed points get energies of a better level, and \(options.recipe.name) \
        has one level
        """,
        hint: "such as --level B3LYP-D3BJ/DZVP//GFN2-xTB")
    }
    options.executor = executor
    if executor == .qcfractal {
      let address = server ?? ProcessInfo.processInfo.environment["QCPORTAL_ADDRESS"]
      options.server = address.map { FractalServer(address: $0, tag: tag ?? "*") }
    }
    options.workers = workers
    options.memory = memory
    options.jobLimit = try seconds(jobLimit, "--job-limit")
    options.attempts = attempts
    options.budget = try budget.map { try seconds($0, "--budget") }
    if noStore { options.store = nil }
    return options
  }
}

/// A time such as "90", "90s", "30m", "2h", "1.5d" in seconds.
/// - Throws: `InputError` for anything else.
func seconds(_ text: String, _ option: String) throws -> Double {
  let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
  let unit = text.last.flatMap { units[$0] }
  guard let value = Double(unit == nil ? text : String(text.dropLast())), value > 0, value.isFinite else {
    throw InputError(nil, "\(option) \(text) is no time", hint: "such as 90s, 30m, 2h or 1.5d")
  }
  return value * (unit ?? 1)
}

/// Seconds as a person says them: "42 s", "7 min", "3.2 h".
func duration(_ seconds: Double) -> String {
  switch seconds {
  case ..<90: "\(decimal(seconds, 0)) s"
  case ..<5400: "\(decimal(seconds / 60, 0)) min"
  default: "\(decimal(seconds / 3600, 1)) h"
  }
}
