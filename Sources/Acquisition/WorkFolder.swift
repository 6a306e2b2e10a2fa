// The folder of one family's jobs at one recipe: ledger, job files, results, locks.

import Foundation
import TextFiles

/// FAMILY/acquire/LEVEL.
struct WorkFolder {
  let path: String
  private let lock: Int32

  /// Makes the folder and takes its lock, which ends with this process.
  /// - Throws: `InputError` when another process has it or it cannot be written.
  init(family: String, recipe: LevelRecipe) throws {
    path = Self.path(family: family, recipe: recipe)
    try requireWritable(path)
    for part in ["jobs", "results"] {
      try FileManager.default.createDirectory(atPath: "\(path)/\(part)", withIntermediateDirectories: true)
    }
    lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw InputError(
        SourcePlace(file: path), "another swivel acquire works on this family at this level",
        hint: "wait for it, or look with `swivel acquire FAMILY --status`")
    }
  }

  static func path(family: String, recipe: LevelRecipe) -> String { "\(family)/acquire/\(recipe.folderName)" }

  var ledger: String { "\(path)/ledger.sqlite" }

  /// The files of a job, by its name in the ledger.
  func task(_ id: String) -> JobTask {
    let name = id.replacingOccurrences(of: "/", with: "-")
    return JobTask(id: id, input: "\(path)/jobs/\(name).json", result: "\(path)/results/\(name).json")
  }

  /// Waits until the workers of a process that was killed are gone: they end when they notice, within moments.
  /// - Parameter seconds: how long for each.
  /// - Throws: `InputError` when one does not.
  func awaitOldWorkers(seconds: Double = 120) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.hasPrefix("worker-") && name.hasSuffix(".lock") {
      let file = open("\(path)/\(name)", O_RDWR | O_CLOEXEC)
      guard file >= 0 else { continue }
      defer { close(file) }
      var tries = 0
      while flock(file, LOCK_EX | LOCK_NB) != 0 {
        tries += 1
        guard Double(tries) < seconds * 10 else {
          throw InputError(
            SourcePlace(file: "\(path)/\(name)"), "a worker of an earlier run still holds it",
            hint: "end that process, then run the same command again")
        }
        usleep(100_000)
      }
    }
  }
}
