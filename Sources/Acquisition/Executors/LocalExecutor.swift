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
      try workers[place]?.send("\(task.input)\t\(task.result)\n")
    }
  }

  func flush() {}

  func stop() {
    workers.withLock { workers in
      for worker in workers { worker?.kill() }
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
        worker.kill()
      }
    }
  }

  /// Starts a worker and a thread that listens to it.
  private func start(_ place: Int) throws -> Worker {
    let worker = try Worker(
      environment, lock: "\(folder)/worker-\(place).lock", faults: "\(folder)/worker-\(place).log")
    let pipe = worker.output
    Thread.detachNewThread { [self] in
      eachLine(of: pipe) { line in
        if line != "ready" { ended(place) }
      }
      died(place, worker)
    }
    return worker
  }

  private func ended(_ place: Int) {
    let task = workers.withLock { workers in
      let task = workers[place]?.task
      workers[place]?.task = nil
      return task
    }
    if let task { continuation.yield(.ended(task.id)) }
  }

  private func died(_ place: Int, _ worker: Worker) {
    let status = worker.waitUntilExit()
    let lost = workers.withLock { workers -> (JobTask?, Bool) in
      guard workers[place]?.identifier == worker.identifier else { return (nil, false) }
      let (task, overdue) = (workers[place]?.task, workers[place]?.isOverdue ?? false)
      workers[place] = nil
      return (task, overdue)
    }
    if status == Worker.cannotWrite {
      continuation.yield(
        .refused(
          InputError(
            SourcePlace(file: folder), "a worker could not write its result",
            hint: "make room on the disk and run the same command again: nothing is lost")))
      return
    }
    guard let task = lost.0 else { return }
    // A worker whose import fails ends before its first job; its last words say why.
    let words = worker.lastWords
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

/// One worker process.
private struct Worker: @unchecked Sendable {
  /// Exit status of a worker that could not write its result file.
  static let cannotWrite: Int32 = 75
  let identifier = UUID()
  var task: JobTask?
  var deadline = Date.distantFuture
  var isOverdue = false
  let output: FileHandle
  private let process: Process
  private let input: FileHandle
  private let faults: String

  init(_ environment: PythonEnvironment, lock: String, faults: String) throws {
    let (toWorker, fromWorker) = (Pipe(), Pipe())
    for handle in [toWorker.fileHandleForWriting, fromWorker.fileHandleForReading] {
      // Another worker that inherits this end would keep this one alive after Swivel is gone.
      _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
    }
    process = Process()
    process.executableURL = URL(fileURLWithPath: environment.interpreter)
    process.arguments = ["\(environment.sources)/worker.py", "--serve", lock]
    process.standardInput = toWorker
    process.standardOutput = fromWorker
    try writeAtomically("", to: faults)
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: faults))
    self.faults = faults
    input = toWorker.fileHandleForWriting
    output = fromWorker.fileHandleForReading
    try process.run()
  }

  func send(_ line: String) throws {
    // A worker that has just died is told of by its end, not by the pipe it left.
    try? input.write(contentsOf: Data(line.utf8))
  }

  func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

  func waitUntilExit() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The last line on its standard error.
  var lastWords: String {
    let text = (try? readText(faults)) ?? ""
    return text.split(separator: "\n").last.map { String($0.prefix(300)) } ?? ""
  }
}
