// A QCFractal server: each job is a record there; fractal.py speaks with the server and writes the result files.
//
// A record outlives Swivel. The next run asks for the same jobs, and the server finds the records that it has of them.

import Foundation
import Synchronization
import TextFiles

/// Hands jobs to a QCFractal server through qcportal.
final class FractalExecutor: Executor {
  let events: AsyncStream<ExecutorEvent>
  let capacity: Int
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let folder: String
  private let process: PythonProcess
  private struct State {
    var waiting: [JobTask] = []
    /// The name of the job that each result file is of.
    var running: [String: String] = [:]
    /// Nothing more is told: it was stopped, or has refused.
    var isOver = false
  }
  private let state = Mutex(State())

  /// Starts the conversation; a server that does not answer is told of as an event.
  /// - Parameters:
  ///   - server: where the records go.
  ///   - folder: where the words of fractal.py lie.
  ///   - limit: seconds a job may take.
  ///   - capacity: records at a time.
  /// - Throws: `InputError` when Python cannot be started.
  init(
    _ server: FractalServer, environment: PythonEnvironment, folder: String, limit: Double, capacity: Int
  ) throws {
    self.folder = folder
    self.capacity = capacity
    (events, continuation) = AsyncStream.makeStream()
    process = try PythonProcess(
      environment, ["fractal.py", server.address, server.tag, "\(limit)"], faults: "\(folder)/qcfractal.log")
    Thread.detachNewThread { [self] in
      eachLine(of: process.output) { hear($0) }
      died()
    }
  }

  func submit(_ task: JobTask) {
    state.withLock { $0.waiting.append(task) }
  }

  func flush() {
    let tasks = state.withLock { state in
      for task in state.waiting { state.running[task.result] = task.id }
      defer { state.waiting = [] }
      return state.waiting
    }
    guard !tasks.isEmpty else { return }
    process.send(tasks.map { "\($0.input)\t\($0.result)\n" }.joined())
  }

  func stop() {
    // Records go on, and a later run finds them.
    state.withLock { $0.isOver = true }
    process.kill()
    continuation.finish()
  }

  /// Takes in a line of fractal.py.
  private func hear(_ line: String) {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    switch (fields.first, fields.count) {
    case ("ended", 2):
      if let id = state.withLock({ $0.running.removeValue(forKey: fields[1]) }) {
        continuation.yield(.ended(id))
      }
    case ("note", 2): continuation.yield(.note(fields[1]))
    case ("refused", 3): refuse(InputError(nil, fields[1], hint: fields[2]))
    default: break
    }
  }

  private func refuse(_ error: InputError) {
    let isFirst = state.withLock { state in
      defer { state.isOver = true }
      return !state.isOver
    }
    if isFirst { continuation.yield(.refused(error)) }
  }

  private func died() {
    let status = process.waitUntilExit()
    guard status != PythonProcess.cannotWrite else {
      return refuse(PythonProcess.cannotWriteError(folder))
    }
    refuse(
      InputError(
        SourcePlace(file: "\(folder)/qcfractal.log"),
        "the conversation with the server ended (status \(status)): \(process.lastWords)",
        hint: "nothing is lost: the same command goes on"))
  }
}
