// swivel acquire: the quantum chemistry of a family.

import Acquisition
import ArgumentParser
import Foundation
import TextFiles

struct AcquireCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acquire",
    abstract: "Run the quantum chemistry of a family that prepare made: relaxed scans of its dihedrals.",
    discussion: """
      Example:
        swivel acquire families/mine
        swivel acquire families/mine --level B3LYP-D3BJ/DZVP//GFN2-xTB --workers 2
        swivel acquire families/mine --level B3LYP-D3BJ/DZVP//GFN2-xTB --adaptive --target-sd 0.2
        swivel acquire families/mine --executor qcfractal --server https://qcf.example.org:7777
        swivel acquire families/mine --status

      Each grid point is relaxed from both neighbours with the dihedral held, and the lowest way wins. Ended at any \
      moment, by \
      Ctrl-C or by kill -9, the same command goes on where it was. A job that fails is tried again more gently and \
      then \
      parked; the family goes on without it (exit code 1 where a scan has no file). Jobs and results: FAMILY/acquire.
      """)

  @Argument(
    help: "A family: a folder with drives.json, or a name under families/.", completion: .family) var family: String
  @OptionGroup var flags: AcquireFlags
  @Flag(help: "Say how far it is and how long it takes; run nothing.") var status = false
  @Flag(help: "Try parked jobs again.") var retry = false
  @Flag(help: "JSON instead of tables.") var json = false
  @Flag(help: "Print nothing but errors.") var quiet = false

  func run() async throws {
    let folder = try familyFolder(family)
    var options = try flags.options(for: folder)
    if status { return try printStatus(folder, options) }
    options.retriesParked = retry
    let result = try await runAcquire(folder, options, progress: Progress(quiet: quiet), quiet: quiet)
    if json {
      print(try jsonText(AcquireRecord(result)), terminator: "")
    } else if !quiet {
      if let sd = result.profileSD {
        print("largest standard deviation of a torsion profile: \(decimal(sd, 3)) kcal/mol")
      }
      print("\(result.files.count) scans in \(folder)/scans; the same command goes on where it was")
      if !result.files.isEmpty {
        print(nextStepsText([NextStep(["fit", folder], "the fit of what there is")]))
      }
    }
    try requireComplete(result)
  }

  private func printStatus(_ folder: String, _ options: AcquireOptions) throws {
    let status = try acquireStatus(folder, options: options)
    if json {
      print(try jsonText(status), terminator: "")
      return
    }
    print(
      textTable(
        header: ["scan", "done", "to come", "parked"],
        rows: status.scans.map { [$0.title, "\($0.done)", "\($0.remaining)", "\($0.parked)"] }))
    for (job, reason) in status.parked.sorted(by: { $0.key < $1.key }) { print("parked: \(job): \(reason)") }
    let left = status.secondsLeft.map { "about \(duration($0)) left" } ?? "time left not known yet"
    print(
      "\n\(status.done) of \(status.known) jobs done, \(status.done == status.known ? "nothing left" : left)")
  }
}

/// The folder of a family that a command was given.
/// - Throws: `InputError` where there is none.
func familyFolder(_ argument: String) throws -> String {
  let path = try familyPath(argument)
  guard path.hasSuffix(".yaml") else { return path }
  return URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
}

/// Runs the quantum chemistry and tells how it goes.
/// - Throws: what `acquire` throws.
func runAcquire(
  _ folder: String, _ options: AcquireOptions, progress: Progress, quiet: Bool
) async throws -> AcquireResult {
  // A worker that has just died leaves a pipe that nobody reads: what is written there is lost, and does not end us.
  signal(SIGPIPE, SIG_IGN)
  progress.now("computing scans at \(options.recipe.name)")
  defer { progress.done() }
  return try await acquire(folder, options: options) { event in
    guard !quiet else { return }
    switch event {
    case .advanced(let done, let known, let left):
      progress.detail("\(done) of \(known) jobs" + (left.map { ", about \(duration($0)) left" } ?? ""))
    case .scanDone(let scan, let missing, let stored):
      let words = missing > 0 ? ", \(missing) points missing" : ""
      complain("scan done: \(scan)\(words)\(stored ? " (from the store)" : "")")
    case .scanChosen(let scan, let points, let all):
      complain("scan done: \(scan), \(points) of \(all) points were chosen")
    case .profiles(let sd, let points, let all):
      progress.detail("\(points) of \(all) points, profiles within \(decimal(sd, 2)) kcal/mol")
    case .scanFailed(let scan, let reason): complain("scan failed: \(scan): \(reason)")
    case .note(let words): complain("note: \(words)")
    case .attemptFailed(let job, let reason, let isLast):
      complain("\(isLast ? "parked" : "once more, gentler"): \(job): \(reason)")
    }
  }
}

/// Whether every scan has its file.
/// - Throws: `ExitStatus` 1 with words, where one has none.
func requireComplete(_ result: AcquireResult) throws {
  if !result.notNeeded.isEmpty {
    complain(
      """
      note: others tell what was asked for, so that no point was computed of \
      \(result.notNeeded.joined(separator: ", "))
      """
    )
  }
  if !result.unfinished.isEmpty {
    complain(
      """
      the budget is spent with \(result.unfinished.count) scans unfinished \
      (\(result.unfinished.prefix(4).joined(separator: ", "))): the same command goes on
      """
    )
  }
  if !result.unfinished.isEmpty || !result.failed.isEmpty { throw ExitStatus.checkFailed }
}

/// What `--json` prints.
private struct AcquireRecord: Encodable {
  var schema = "swivel.acquired/1"
  var files: [String]
  var failed: [String: String]
  var unfinished: [String]
  var notNeeded: [String]?
  var profileSD: Double?

  enum CodingKeys: String, CodingKey {
    case schema, files, failed, unfinished
    case notNeeded = "not_needed"
    case profileSD = "profile_sd"
  }

  init(_ result: AcquireResult) {
    files = result.files
    failed = Dictionary(result.failed.map { ($0.scan, $0.reason) }) { first, _ in first }
    unfinished = result.unfinished
    profileSD = result.profileSD
    notNeeded = result.profileSD == nil ? nil : result.notNeeded
  }
}
