// Workers on this machine: as many processes as cores and memory allow, each with one thread.

import Foundation
import Synchronization
import TextFiles

/// Keeps some worker processes and hands each one job at a time.
final class LocalExecutor: Executor {
  let events: AsyncStream<ExecutorEvent>
  let capacity: Int
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let environment: PythonEnvironment
  private let folder: String
  /// Seconds a job may take.
  private let limit: Double
  private let workers: Mutex<[Worker?]>

  /// - Parameters:
  ///   - workers: how many at a time.
  ///   - folder: where the workers' locks lie.
  ///   - limit: seconds a job may take.
  init(workers: Int, environment: PythonEnvironment, folder: String, limit: Double) {
    capacity = workers
    self.environment = environment
    self.folder = folder
    self.limit = limit
    (events, continuation) = AsyncStream.makeStream()
    self.workers = Mutex(Array(repeating: nil, count: workers))
  }

  func submit(_ task: JobTask) throws {
    try workers.withLock { workers in
      guard let place = workers.firstIndex(where: { $0?.task == nil }) else {
        throw InputError(nil, "no worker is free for \(task.id)")
      }
      if workers[place] == nil { workers[place] = try start(place) }
      workers[place]?.task = task
      workers[place]?.deadline = Date().addingTimeInterval(limit)
      workers[place]?.process.send("\(task.input)\t\(task.result)\n")
    }
  }

  func flush() {}

  func stop() {
    workers.withLock { workers in
      for worker in workers { worker?.process.kill() }
      workers = Array(repeating: nil, count: workers.count)
    }
    continuation.finish()
  }

  /// Kills workers whose job takes too long; whoever waits for events calls it now and then.
  func endOverdue() {
    workers.withLock { workers in
      for place in workers.indices {
        guard let worker = workers[place], worker.task != nil, worker.deadline < Date() else { continue }
        workers[place]?.isOverdue = true
        worker.process.kill()
      }
    }
  }

  /// Starts a worker and a thread that listens to it.
  private func start(_ place: Int) throws -> Worker {
    let process = try PythonProcess(
      environment, ["worker.py", "--serve", "\(folder)/worker-\(place).lock"],
      faults: "\(folder)/worker-\(place).log")
    Thread.detachNewThread { [self] in
      eachLine(of: process.output) { line in
        if line != "ready" { ended(place) }
      }
      died(place, process)
    }
    return Worker(process: process)
  }

  private func ended(_ place: Int) {
    let task = workers.withLock { workers in
      let task = workers[place]?.task
      workers[place]?.task = nil
      return task
    }
    if let task { continuation.yield(.ended(task.id)) }
  }

  private func died(_ place: Int, _ process: PythonProcess) {
    let status = process.waitUntilExit()
    let lost = workers.withLock { workers -> (JobTask?, Bool) in
      guard workers[place]?.process.identifier == process.identifier else { return (nil, false) }
      let (task, overdue) = (workers[place]?.task, workers[place]?.isOverdue ?? false)
      workers[place] = nil
      return (task, overdue)
    }
    if status == PythonProcess.cannotWrite {
      continuation.yield(.refused(PythonProcess.cannotWriteError(folder)))
      return
    }
    guard let task = lost.0 else { return }
    // A worker whose import fails ends before its first job; its last words say why.
    let words = process.lastWords
    if status == 1, !words.isEmpty {
      continuation.yield(
        .refused(
          InputError(
            SourcePlace(file: environment.interpreter), "a worker does not start: \(words)",
            hint: "`swivel doctor --install` makes an environment that has what it needs")))
      return
    }
    let reason =
      lost.1
      ? "took longer than \(Int(limit)) s"
      : "its worker died (status \(status)\(status == 9 ? ": killed, perhaps for memory" : ""))"
    continuation.yield(.lost(task.id, reason))
  }
}

/// A worker and what it computes.
private struct Worker: Sendable {
  let process: PythonProcess
  var task: JobTask?
  var deadline = Date.distantFuture
  var isOverdue = false
}
