// Workers on this machine, played by shell scripts: what is told of their ends, and what a person can do about it.

import Foundation
import Support
import Testing
import TextFiles

@testable import Acquisition

@Suite struct LocalExecutorTests {
  /// Takes jobs as worker.py does: a line with the input and the result for each, "ready" first, a line for each end.
  private static let good = """
    echo ready
    while IFS='	' read -r input result; do cp "$input" "$result"; echo done; done
    """

  /// Runs a script in place of Python.
  private func withExecutor<Result>(
    _ script: String, limit: Double = 60, workers: Int = 1,
    _ body: (LocalExecutor, _ folder: String, _ task: (String) throws -> JobTask) async throws -> Result
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // As the command does: a worker may be dead before its job is handed over.
    signal(SIGPIPE, SIG_IGN)
    let python = "\(folder)/python"
    try Folders.write("#!/bin/sh\n\(script)\n", to: python)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
    let executor = LocalExecutor(
      workers: workers, environment: PythonEnvironment(interpreter: python, sources: folder), folder: folder,
      limit: limit)
    defer { executor.stop() }
    return try await body(executor, folder) { id in
      let task = JobTask(id: id, input: "\(folder)/\(id).in", result: "\(folder)/\(id).out")
      try Folders.write("job \(id)", to: task.input)
      return task
    }
  }

  /// The first thing that an executor tells.
  private func first(_ executor: LocalExecutor) async -> ExecutorEvent? {
    for await event in executor.events { return event }
    return nil
  }

  private func refusal(_ event: ExecutorEvent?) throws -> InputError {
    guard case .refused(let error) = event else {
      Issue.record("\(String(describing: event))")
      throw InputError(nil, "no refusal")
    }
    return error
  }

  private func loss(_ event: ExecutorEvent?) -> String {
    if case .lost(let id, let reason) = event { "\(id): \(reason)" } else { "\(String(describing: event))" }
  }

  @Test func jobsEndOneAfterTheOtherOnTheSameWorker() async throws {
    try await withExecutor(Self.good) { executor, _, task in
      var names: [String] = []
      try executor.submit(task("a"))
      for await event in executor.events {
        guard case .ended(let id) = event else {
          Issue.record("\(event)")
          break
        }
        names.append(id)
        #expect(try readText(task(id).result) == "job \(id)")
        if names.count == 2 { break }
        try executor.submit(task("b"))
      }
      #expect(names == ["a", "b"])
    }
  }

  @Test func moreJobsThanWorkersAreRefused() async throws {
    try await withExecutor("echo ready; exec sleep 600", workers: 2) { executor, _, task in
      try executor.submit(task("a"))
      try executor.submit(task("b"))
      let busy = #expect(throws: InputError.self) { try executor.submit(task("c")) }
      #expect(busy?.message == "no worker is free for c" && executor.capacity == 2)
    }
  }

  @Test func aFullDiskEndsAllWithWhatToDo() async throws {
    try await withExecutor("echo ready; read -r line; exit 75") { executor, folder, task in
      try executor.submit(task("a"))
      let error = try refusal(await first(executor))
      #expect(error.message == "a worker could not write its result" && error.place?.file == folder)
      #expect(error.hint?.contains("make room on the disk") == true)
    }
  }

  @Test func anEnvironmentThatDoesNotStartIsNamed() async throws {
    try await withExecutor("echo Traceback >&2; echo \"No module named 'numpy'\" >&2; exit 1") {
      executor, folder, task in
      try executor.submit(task("a"))
      let error = try refusal(await first(executor))
      #expect(error.message == "a worker does not start: No module named 'numpy'", "\(error)")
      #expect(error.place?.file == "\(folder)/python" && error.hint?.contains("`swivel doctor --install`") == true)
    }
  }

  @Test(arguments: [
    ("echo ready; read -r line; kill -9 $$", "a: its worker died (status 9: killed, perhaps for memory)"),
    ("echo ready; read -r line; exit 4", "a: its worker died (status 4)"),
    // Without a word on standard error an exit by 1 is a job's end too.
    ("echo ready; read -r line; exit 1", "a: its worker died (status 1)"),
  ]) func workersThatDieLoseTheirJob(_ script: String, words: String) async throws {
    try await withExecutor(script) { executor, _, task in
      try executor.submit(task("a"))
      #expect(loss(await first(executor)) == words)
    }
  }

  @Test func jobsThatTakeTooLongAreEnded() async throws {
    try await withExecutor("echo ready; exec sleep 600", limit: 0) { executor, _, task in
      try executor.submit(task("a"))
      executor.endOverdue()
      #expect(loss(await first(executor)) == "a: took longer than 0 s")
    }
  }
}
