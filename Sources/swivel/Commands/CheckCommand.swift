// swivel check: are the families still what their baselines say?

import ArgumentParser
import Foundation
import ReportFiles
import TextFiles
import TorsionModel
import Validation

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Refit families and compare with their baseline.json; fails only for a reason with a probability.",
    discussion: """
      Example:
        swivel check --update alkanes        writes families/alkanes/baseline.json
        swivel check                         every family under families/ that has a baseline.json
        swivel check --junit check.xml --github

      Fails where an error grew by more than the tolerance with a probability above 0.95, a parameter left its joint \
      posterior region, coverage left its band, chains missed their limits, scans, force constants or base values \
      changed, or an input has another hash than the baseline's. docs/ci.md has it pasted into CI.

      Exit codes: 0 fine, 1 a check failed, 2 bad input, 3 no baseline was written as the chains did not converge.
      """)

  @Argument(
    help: "Families: folders with family.yaml, or names under families/ (default: all with a baseline.json).",
    completion: .family)
  var families: [String] = []
  @Flag(help: "Write baseline.json anew instead of comparing (default: for every family under families/).")
  var update = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      With --update: options of `swivel fit` in quotes, "--every 2 --draws 500" (default: the baseline's, \
      else none).
      """,
      valueName: "options"))
  var settings: String?
  @Flag(help: "With --update: leave each molecule out in turn too, here and in every later check.")
  var heldOut = false
  @Option(parsing: .unconditional, help: "By how much an error may grow, kcal/mol.") var tolerance =
    RegressionLimits().tolerance
  @Option(help: "Another master seed than the baseline's.") var seed: UInt64?
  @Option(help: "Write JUnit XML.", completion: .file(extensions: ["xml"])) var junit: String?
  @Flag(help: "Print GitHub annotations; the default where GITHUB_ACTIONS is true.") var github = false
  @Flag(help: "Print JSON instead of the table.") var json = false
  @Option(
    help: "Folder of earlier fits (default: $XDG_CACHE_HOME/swivel, else ~/.cache/swivel).",
    completion: .directory)
  var cache: String?
  @Flag(help: "Fit anew even what did not change.") var noCache = false
  @Option(help: "Threads at most (default: all cores).")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @Flag(help: "No progress, no table: failures alone.") var quiet = false

  func validate() throws {
    if !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("--tolerance must be a number, kcal/mol, and not negative")
    }
    if !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 … 1024") }
    if !update && (heldOut || settings != nil) {
      throw ValidationError(
        "--held-out and --settings say what --update writes: a check takes them from the baseline")
    }
    if update && (junit != nil || json) {
      throw ValidationError("--update compares nothing: no --junit, no --json")
    }
  }

  func run() async throws {
    try requireNames(cache, junit)
    let progress = Progress(quiet: quiet)
    var given: FittingOptions?
    if let settings {
      given = try parsed(settings.split(separator: " ").map(String.init), "--settings")
    }
    // A family that cannot be read keeps no other from being checked; nothing is accepted in its place.
    var faults: [CheckFault] = []
    var checks: [FamilyCheck] = []
    for family in try familiesToCheck() {
      do {
        checks.append(
          try FamilyCheck(family, isUpdate: update, given: given, seed: seed, wantsHeldOut: heldOut))
      } catch {
        if update { throw error }
        faults.append(CheckFault(folder: family, error: error))
      }
    }
    let store = noCache ? nil : CheckCache(folder: cache)
    let digested = await digests(of: checks, store: store, threads: threads, progress: progress)
    progress.done()
    store?.prune()
    if update { return try write(checks, digested.map { try unwrapped($0) }) }
    var limits = RegressionLimits()
    limits.tolerance = tolerance
    var results: [CheckResult] = []
    for (check, digest) in zip(checks, digested) {
      switch digest {
      case .success(let digest): results.append(CheckResult(check, digest, limits: limits))
      case .failure(let fault): faults.append(fault)
      }
    }
    if github || ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true" {
      for line in results.flatMap(githubAnnotations) + faults.map(githubAnnotation) {
        json || quiet ? complain(line) : print(line)
      }
    }
    if json {
      print(try jsonText(CheckRecord(results, faults)), terminator: "")
    } else if !quiet, !results.isEmpty {
      print(checkText(results))
      let failed = results.filter { !$0.failures.isEmpty }.map {
        String($0.baselinePath.dropLast("/baseline.json".count))
      }
      if !failed.isEmpty {
        print(
          nextStepsText([NextStep(["check"] + failed + ["--update"], "accepts what changed, if it was meant")]
          ))
      }
    } else if quiet, !json {
      for line in failureLines(results) { complain(line) }
    }
    for fault in faults { complain("error: \(fault.error)") }
    // Last, so that a path that cannot be written takes no answer away.
    if let junit { try writeAtomically(junitXML(results, faults), to: junit) }
    if !faults.isEmpty { throw ExitStatus(code: ExitStatus.badInput) }
    if results.contains(where: { !$0.failures.isEmpty }) { throw ExitStatus.checkFailed }
  }

  /// A digest, or the error in its place.
  private func unwrapped(_ result: Result<Digested, CheckFault>) throws -> Digested {
    do { return try result.get() } catch { throw error.error }
  }

  /// The families asked for, else all under families/ that have a baseline, or may get one.
  private func familiesToCheck() throws -> [String] {
    guard families.isEmpty else { return families }
    let wanted = update ? "family.yaml" : "baseline.json"
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: "families")) ?? []).sorted()
    let found = names.map { "families/\($0)" }.filter {
      FileManager.default.fileExists(atPath: "\($0)/\(wanted)")
    }
    guard !found.isEmpty else {
      throw InputError(
        nil, "no folder under families/ has a \(wanted)",
        hint: update
          ? "run it beside the folder families, or name a family's folder"
          : "write baselines with `swivel check --update`, or name a family's folder")
    }
    return found
  }

  /// Writes the baselines, and says what they accept.
  private func write(_ checks: [FamilyCheck], _ digests: [Digested]) throws {
    for (check, digested) in zip(checks, digests) {
      guard digested.digest.converged else {
        complain(
          """
          error: \(check.name): the chains did not converge, so no baseline was written\n  hint: more \
          draws: --settings "--draws 4000"
          """
        )
        throw ExitStatus.notConverged
      }
      let changes =
        check.baseline == nil ? [] : CheckResult(check, digested, limits: RegressionLimits()).failures
      let text = try check.newBaseline(digested.digest).text()
      try writeAtomically(text, to: check.baselinePath)
      if !quiet {
        print("\(check.name): wrote \(check.baselinePath)")
        if let before = check.baseline {
          let seeds = before.seed == check.seed ? [] : [("seed", "\(before.seed)", "\(check.seed)")]
          let settings = check.fitting.settings.sorted { $0.key < $1.key }.compactMap { name, value in
            before.settings[name].flatMap { $0 == value ? nil : (name, $0, value) }
          }
          for (name, old, new) in seeds + settings { print("  accepted: \(name) from \(old) to \(new)") }
        }
        for change in changes { print("  accepted: \(change.failure.message)") }
      }
    }
  }
}

/// The options of a fit from words of a command line.
/// - Throws: `InputError` naming `source` where they are none.
func parsed(_ words: [String], _ source: String) throws -> FittingOptions {
  do {
    return try FittingOptions.parse(words)
  } catch {
    throw InputError(
      nil, "\(source): \(FittingOptions.message(for: error))", hint: "`swivel fit --help` lists the options")
  }
}
