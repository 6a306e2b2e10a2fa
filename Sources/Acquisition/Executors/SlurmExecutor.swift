// Slurm: jobs that are ready together are one array; results are files that appear.

import Foundation
import Synchronization
import TextFiles

/// Hands jobs to Slurm as array tasks and looks for their result files.
final class SlurmExecutor: Executor {
  let events: AsyncStream<ExecutorEvent>
  let capacity: Int
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let environment: PythonEnvironment
  private let folder: String
  private let limit: Double
  private let memory: Double
  private struct State {
    var waiting: [JobTask] = []
    /// The array task of each job that runs, as squeue names it, with when its result was first missed.
    var running: [String: (task: JobTask, slurm: String, missed: Int)] = [:]
    var isStopped = false
  }
  private let state = Mutex(State())
  /// Polls without queue entry and without result until a job counts as lost: file systems of clusters show files late.
  private static let patience = 5

  /// - Throws: `InputError` when there is no sbatch.
  init(
    environment: PythonEnvironment, folder: String, limit: Double, memory: Double, capacity: Int
  ) throws {
    self.environment = environment
    self.folder = URL(fileURLWithPath: folder).path
    self.limit = limit
    self.memory = memory
    self.capacity = capacity
    (events, continuation) = AsyncStream.makeStream()
    _ = try output(of: ["sbatch", "--version"], hint: "--executor slurm needs sbatch and squeue on the PATH")
    Thread.detachNewThread { [self] in
      while !state.withLock({ $0.isStopped }) {
        Thread.sleep(forTimeInterval: 1)
        poll()
      }
    }
  }

  func submit(_ task: JobTask) throws {
    state.withLock { $0.waiting.append(task) }
  }

  func flush() throws {
    let tasks = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    guard !tasks.isEmpty else { return }
    let name = "swivel-\(UUID().uuidString.prefix(8).lowercased())"
    let list = "\(folder)/\(name).txt"
    func absolute(_ path: String) -> String { URL(fileURLWithPath: path).path }
    try writeAtomically(
      tasks.map { "\(absolute($0.input))\t\(absolute($0.result))" }.joined(separator: "\n") + "\n", to: list)
    let script = """
      #!/bin/sh
      line=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" '\(list)')
      exec '\(environment.interpreter)' '\(environment.sources)/worker.py' "${line%%\t*}" "${line##*\t}"
      """
    let file = "\(list).sh"
    try writeAtomically(script + "\n", to: file)
    // Before Slurm has them: a kill right after sbatch must not make a later run hand the same jobs over again.
    try writeAtomically(
      tasks.enumerated().map { "\($1.id)\t\(name)_\($0)" }.joined(separator: "\n") + "\n",
      to: "\(list).held")
    _ = try output(
      of: [
        "sbatch", "--parsable", "--job-name=\(name)", "--array=0-\(tasks.count - 1)", "--ntasks=1",
        "--cpus-per-task=1",
        "--mem=\(Int(memory * 1024))M", "--time=\(max(1, Int(limit / 60)))",
        "--output=\(folder)/slurm-%A_%a.log", file,
      ], hint: "what does sbatch say about partitions, memory and time limits?")
    state.withLock { state in
      for (index, task) in tasks.enumerated() {
        state.running[task.id] = (task, "\(name)_\(index)", 0)
      }
    }
  }

  func stop() {
    // What runs on the cluster goes on, and a later run takes it in.
    let isIdle = state.withLock { state in
      state.isStopped = true
      return state.running.isEmpty
    }
    continuation.finish()
    guard isIdle else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix("swivel-") || name.hasPrefix("slurm-") {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// Takes over the array tasks of an earlier run that Slurm still has.
  /// - Parameters:
  ///   - leased: the jobs that the ledger has as leased.
  ///   - task: the files of a job.
  /// - Returns: the names of the jobs taken over.
  func adopt(_ leased: [LedgerJob], task: (String) -> JobTask) -> Set<String> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var held: [String: String] = [:]
    for name in names where name.hasSuffix(".held") {
      for line in ((try? readText("\(folder)/\(name)")) ?? "").split(separator: "\n") {
        let fields = line.split(separator: "\t").map(String.init)
        if fields.count == 2 { held[fields[0]] = fields[1] }
      }
    }
    let queue = queued()
    var adopted: Set<String> = []
    for job in leased {
      guard let slurm = held[job.id], queue?.contains(slurm) ?? true else { continue }
      state.withLock { $0.running[job.id] = (task(job.id), slurm, 0) }
      adopted.insert(job.id)
    }
    return adopted
  }

  /// The array tasks that wait or run; nil when squeue does not answer.
  private func queued() -> Set<String>? {
    guard let text = try? output(of: ["squeue", "--noheader", "--array", "--format=%j_%K"], hint: "") else {
      return nil
    }
    return Set(text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
  }

  private func poll() {
    let running = state.withLock { $0.running }
    guard !running.isEmpty else { return }
    var missing: [String] = []
    for (id, entry) in running {
      if FileManager.default.fileExists(atPath: entry.task.result) {
        state.withLock { $0.running[id] = nil }
        continuation.yield(.ended(id))
      } else {
        missing.append(id)
      }
    }
    guard !missing.isEmpty, let queue = queued() else { return }
    for id in missing {
      let isLost = state.withLock { state in
        guard let entry = state.running[id], !queue.contains(entry.slurm) else {
          state.running[id]?.missed = 0
          return false
        }
        state.running[id]?.missed += 1
        guard entry.missed + 1 >= Self.patience else { return false }
        state.running[id] = nil
        return true
      }
      if isLost { continuation.yield(.lost(id, "Slurm ended its task without a result (see slurm-*.log)")) }
    }
  }
}
