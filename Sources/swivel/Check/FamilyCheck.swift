// One family of `swivel check`: its baseline, what is fitted now, and fits remembered by what went into them.

import ArgumentParser
import FamilyFiles
import Foundation
import ReportFiles
import TextFiles
import TorsionModel
import Validation

/// A family as it is now, with the baseline it is compared with.
struct FamilyCheck: Sendable {
  var name: String
  var folder: String
  /// The baseline; nil where a new one is written.
  var baseline: Baseline?
  /// Its text.
  var baselineText = ""
  var loaded: LoadedFamily
  /// The numbers in its files.
  var data: DataDigest
  var fitting: FittingOptions
  var seed: UInt64
  /// Whether each molecule is left out in turn too.
  var leavesOut: Bool

  var baselinePath: String { "\(folder)/baseline.json" }

  /// Reads a family and its baseline.
  /// - Parameters:
  ///   - given: options of the fit that replace the baseline's.
  ///   - seed: a seed that replaces the baseline's.
  /// - Throws: `InputError`.
  init(_ argument: String, isUpdate: Bool, given: FittingOptions?, seed: UInt64?, wantsHeldOut: Bool) throws {
    let path = try familyPath(argument)
    folder = path.hasSuffix("/family.yaml") ? String(path.dropLast("/family.yaml".count)) : path
    while folder.count > 1 && folder.hasSuffix("/") { folder.removeLast() }
    let file = "\(folder)/baseline.json"
    let exists = FileManager.default.fileExists(atPath: file)
    if exists || !isUpdate {
      do {
        baseline = try Baseline(readingFrom: file)
        baselineText = try readText(file)
      } catch let error as InputError {
        // A damaged baseline must not stand in the way of a new one.
        if isUpdate {
          complain("note: nothing is kept of the earlier baseline, such as settings or --held-out: \(error)")
        } else {
          if exists { throw error }
          throw InputError(
            SourcePlace(file: file), "no such file, and a check needs a baseline",
            hint: "`swivel check --update \(argument)` writes it")
        }
      }
    }
    if let given {
      fitting = given
    } else if let baseline {
      fitting = try Self.fitting(of: baseline, file: file)
    } else {
      fitting = try parsed([], "")
    }
    // With --update a seed among the settings counts; else the baseline's.
    self.seed = seed ?? given?.seed ?? baseline?.seed ?? 1
    fitting.seed = self.seed
    leavesOut = wantsHeldOut || baseline?.fit.heldOut != nil
    loaded = try loadFamily(folder, setAside: fitting.setAside)
    name = loaded.family.name
    data = DataDigest(loaded.family)
    if let baseline, baseline.family != name, !isUpdate {
      throw InputError(
        SourcePlace(file: file), "is of the family \(baseline.family), and \(folder) is \(name)",
        hint: "`swivel check --update \(argument)` writes it anew")
    }
    try requireMolecules(fitting.holdOut, of: loaded.family)
  }

  /// The options that a baseline's settings stand for.
  private static func fitting(of baseline: Baseline, file: String) throws -> FittingOptions {
    // Parts of the model that are no more: a baseline that did not ask for them loses nothing.
    let gone: Set<String> = ["deviations", "discrepancies", "select_terms"]
    var options = FitOptions()
    let unknown = options.make(baseline.settings.filter { !(gone.contains($0.key) && $0.value == "false") })
    guard unknown.isEmpty else {
      throw InputError(
        SourcePlace(file: file),
        "this version has no such settings of a fit: "
          + unknown.map { "\($0) \(baseline.settings[$0] ?? "")" }.joined(separator: ", "),
        hint: "write it anew with `swivel check --update`")
    }
    return try parsed(options.words, "\(file): settings")
  }

  /// The files read by their path within the folder, with their hashes.
  var inputs: [String: String] {
    let prefix = folder + "/"
    return Dictionary(
      loaded.inputs.map {
        ($0.path.hasPrefix(prefix) ? String($0.path.dropFirst(prefix.count)) : $0.path, $0.sha256)
      }
    ) { first, _ in first }
  }

  /// The file that a failure is about, where one alone is: an input that changed, a topology, a scan.
  func file(of failure: RegressionFailure) -> String? {
    let path: String? =
      switch failure.gate {
      case .input: inputs[failure.subject] == nil ? nil : failure.subject
      case .base: loaded.files[failure.subject]?.topology
      case .data:
        data.scans.first { $0.label == failure.subject }?.scan
          ?? (inputs[failure.subject] == nil ? nil : failure.subject)
      default: nil
      }
    return path.map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
  }

  /// What a new baseline says.
  func newBaseline(_ digest: FitDigest) -> Baseline {
    Baseline(
      version: swivelVersion, family: name, origin: loaded.family.origin, seed: seed,
      settings: fitting.settings, inputs: inputs, data: data, fit: digest)
  }

  /// Fits the family as it is now.
  func fit(threads: Int) async throws -> FitDigest {
    var options = fitting.options
    options.threads = threads
    // Whether draws are corrected depends on k̂ of few of them: other seeds may cross its limit and jump.
    options.linearisationDraws = 0
    var digest = FitDigest(
      checking: try await TorsionModel.fit(loaded.family, options: options))
    if leavesOut {
      options.extendsChains = false
      options.draws = min(options.draws, 250)
      let scores = try await LeaveOneOut(loaded.family, options: options)
      let testable = scores.testable
      if let rmse = testable.rmse, let fifty = testable.coverage50, let ninety = testable.coverage90,
        let ninetyFive = testable.coverage95
      {
        digest.heldOut = FitDigest.HeldOutDigest(
          scans: scores.predictions.count { $0.unseenTypes.isEmpty }, rmse: rounded(rmse, 4),
          coverage: [fifty, ninety, ninetyFive].map { rounded($0, 4) })
      }
    }
    return digest
  }
}

/// A digest of a family as it is now.
struct Digested: Sendable {
  var digest: FitDigest
  /// Whether it was remembered.
  var isCached: Bool
  /// Seconds that its fit took.
  var seconds: Double
}

/// A family that could not be checked: its input cannot be used, or nothing can be fitted.
struct CheckFault: Error, Sendable {
  var folder: String
  var error: any Error

  /// The name of its folder, as families are called that can be read.
  var family: String {
    folder.split(separator: "/").last { $0 != "family.yaml" }.map(String.init) ?? folder
  }

  /// The place to look at; the family's folder where the error names none.
  var place: SourcePlace { (error as? InputError)?.place ?? SourcePlace(file: folder) }
  /// What is wrong, in one line.
  var text: String {
    if let input = error as? InputError {
      return input.message + (input.hint.map { "; hint: \($0)" } ?? "")
    }
    return "\(error)".replacingOccurrences(of: "\n  hint: ", with: "; hint: ")
  }
}

/// Fits remembered by the hash of all that went into them.
struct CheckCache: Sendable {
  var folder: String
  private let program: String

  /// A cache in `folder`, or where caches of this user stand.
  init(folder: String?) {
    let environment = ProcessInfo.processInfo.environment
    let home =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      ?? NSHomeDirectory() + "/.cache"
    self.folder = folder ?? "\(home)/swivel"
    // Another build may give other numbers under the same version.
    let bytes = Bundle.main.executablePath.flatMap { try? readBytes($0) }
    program = sha256(bytes ?? Array(swivelVersion.utf8))
  }

  /// Where a family's fit is remembered.
  func path(_ check: FamilyCheck) -> String {
    var lines = ["swivel.check-cache/3", swivelVersion, program, "\(check.seed)", "\(check.leavesOut)"]
    lines += check.fitting.settings.map { "\($0.key)=\($0.value)" }.sorted()
    lines += check.inputs.map { "\($0.key) \($0.value)" }.sorted()
    return "\(folder)/\(check.name)-\(sha256(Array(lines.joined(separator: "\n").utf8)).prefix(32)).json"
  }

  /// Forgets fits that nobody asked for in three months.
  func prune() {
    let files = FileManager.default
    let old = Date(timeIntervalSinceNow: -90 * 24 * 3600)
    for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
    where name.contains(/-[0-9a-f]{32}\.json$/) {
      let path = "\(folder)/\(name)"
      guard let date = try? files.attributesOfItem(atPath: path)[.modificationDate] as? Date, date < old
      else {
        continue
      }
      try? files.removeItem(atPath: path)
    }
  }

  /// The fit, where it is remembered and the file is sound.
  func digest(at path: String) -> FitDigest? {
    let found = (try? readBytes(path)).flatMap { try? JSONDecoder().decode(FitDigest.self, from: Data($0)) }
    // Its date says when it was last asked for.
    if found != nil {
      try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    }
    return found
  }
}

/// The digests of families as they are now, in their order; a few families at a time, each on its share of the threads.
/// A family that cannot be fitted does not keep the others from it.
func digests(
  of checks: [FamilyCheck], store: CheckCache?, threads: Int, progress: Progress
) async -> [Result<Digested, CheckFault>] {
  var found = checks.map { check in
    store.flatMap { $0.digest(at: $0.path(check)) }.map {
      Result<Digested, CheckFault>.success(Digested(digest: $0, isCached: true, seconds: 0))
    }
  }
  // The longest first, so that no thread waits for it at the end.
  func size(_ index: Int) -> Int {
    checks[index].loaded.family.molecules.flatMap(\.scans).reduce(0) { $0 + $1.points.count }
  }
  let missing = checks.indices.filter { found[$0] == nil }.sorted { (size($0), $1) > (size($1), $0) }
  let lanes = max(1, min(threads, missing.count))
  if !missing.isEmpty {
    let names = missing.map { checks[$0].name }.sorted().joined(separator: ", ")
    progress.now("fitting", inFull: "fitting \(names)", counting: "families")
    progress.count(missing.count)
  }
  await withTaskGroup(of: (Int, Result<Digested, CheckFault>).self) { group in
    var next = 0
    var hasComplained = false
    func start() {
      guard next < missing.count else { return }
      let index = missing[next]
      let check = checks[index]
      next += 1
      progress.detail(check.name)
      group.addTask {
        let started = Date()
        do {
          let digest = try await check.fit(threads: max(1, threads / lanes))
          let seconds = Date().timeIntervalSince(started)
          return (index, .success(Digested(digest: digest, isCached: false, seconds: seconds)))
        } catch {
          return (index, .failure(CheckFault(folder: check.folder, error: error)))
        }
      }
    }
    for _ in 0..<lanes { start() }
    while let (index, result) = await group.next() {
      found[index] = result
      progress.advance()
      // A cache that cannot be written costs time, not results.
      if let store, case .success(let digested) = result {
        do {
          try writeAtomically(jsonText(digested.digest), to: store.path(checks[index]))
        } catch {
          if !hasComplained { complain("note: fits are not remembered: \(error)") }
          hasComplained = true
        }
      }
      start()
    }
  }
  return found.compactMap { $0 }
}
