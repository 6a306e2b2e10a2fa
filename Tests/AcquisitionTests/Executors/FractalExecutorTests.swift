// The conversation with fractal.py, whose part a shell script plays.

import Foundation
import Support
import Testing
import TextFiles

@testable import Acquisition

@Suite struct FractalExecutorTests {
  /// What an executor tells while the script plays fractal.py; ends with the first word that nothing follows.
  private func told(_ script: String, tasks: [String] = [], until count: Int) async throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writeAtomically(script, to: "\(folder)/fractal.py")
    let executor = try FractalExecutor(
      FractalServer(address: "http://here", tag: "mine"),
      environment: PythonEnvironment(interpreter: "/bin/sh", sources: folder), folder: folder, limit: 60,
      capacity: 10)
    defer { executor.stop() }
    for id in tasks {
      executor.submit(JobTask(id: id, input: "\(folder)/\(id).in", result: "\(folder)/\(id).out"))
    }
    executor.flush()
    var words: [String] = []
    for await event in executor.events {
      switch event {
      case .ended(let id): words.append("ended \(id)")
      case .lost(let id, let reason): words.append("lost \(id) \(reason)")
      case .note(let note): words.append("note \(note)")
      case .refused(let error):
        words.append("refused \(error.message)" + (error.hint.map { " (\($0))" } ?? ""))
      }
      if words.count == count { break }
    }
    return words.map { $0.replacingOccurrences(of: folder, with: "FOLDER") }
  }

  @Test func jobsAreHandedOverAndEndInWhateverOrder() async throws {
    let script = """
      read first; read second
      for line in "$second" "$first"; do printf 'ended\\t%s\\n' "${line#*\t}"; done
      printf 'ended\\tnobodys\\n'
      printf 'note\\t%s\\n' "$1 $2 $3"
      read more
      """
    let words = try await told(script, tasks: ["a", "b"], until: 3)
    #expect(words == ["ended b", "ended a", "note http://here mine 60.0"])
  }

  @Test func aRefusalIsTheLastWord() async throws {
    let script = "printf 'note\\tone\\nrefused\\tno server\\tlook there\\n'; exit 3"
    #expect(try await told(script, until: 2) == ["note one", "refused no server (look there)"])
  }

  @Test func anEndWithoutWordsIsTold() async throws {
    let words = try await told("echo 'no such thing' >&2; exit 4", until: 1)
    #expect(
      words == [
        "refused the conversation with the server ended (status 4): no such thing "
          + "(nothing is lost: the same command goes on)"
      ])
  }

  @Test func aFullDiskIsTold() async throws {
    let words = try await told("exit 75", until: 1)
    #expect(words.first?.contains("make room on the disk") == true)
  }

  @Test func withoutAServerThereIsNoExecutor() throws {
    var options = AcquireOptions(recipe: try LevelRecipe("GFN2-xTB"))
    options.executor = .qcfractal
    #expect(throws: InputError.self) {
      try options.makeExecutor(PythonEnvironment(interpreter: "/bin/sh", sources: "/nowhere"), folder: "/nowhere")
    }
  }
}
