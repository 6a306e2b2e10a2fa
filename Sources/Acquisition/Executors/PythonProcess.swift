// A process of Swivel's Python that is spoken to line by line, and ends when its standard input does.

import Foundation
import TextFiles

/// A running Python process.
struct PythonProcess: @unchecked Sendable {
  /// Exit status of a process that could not write a result file.
  static let cannotWrite: Int32 = 75
  /// Tells it from another in its place.
  let identifier = UUID()
  /// Its standard output.
  let output: FileHandle
  private let process: Process
  private let input: FileHandle
  private let faults: String

  /// Starts it.
  /// - Parameters:
  ///   - arguments: the name of one of Swivel's Python files, and what it is given.
  ///   - faults: the file for its standard error.
  /// - Throws: `InputError` when the file cannot be written, and what starting a process throws.
  init(_ environment: PythonEnvironment, _ arguments: [String], faults: String) throws {
    let (toProcess, fromProcess) = (Pipe(), Pipe())
    for handle in [toProcess.fileHandleForWriting, fromProcess.fileHandleForReading] {
      // Another process that inherits this end would keep this one alive after Swivel is gone.
      _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
    }
    process = Process()
    process.executableURL = URL(fileURLWithPath: environment.interpreter)
    process.arguments = ["\(environment.sources)/\(arguments[0])"] + arguments.dropFirst()
    process.standardInput = toProcess
    process.standardOutput = fromProcess
    try writeAtomically("", to: faults)
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: faults))
    self.faults = faults
    input = toProcess.fileHandleForWriting
    output = fromProcess.fileHandleForReading
    try process.run()
  }

  /// Says a line to it.
  func send(_ line: String) {
    // A process that has just died is told of by its end, not by the pipe it left.
    try? input.write(contentsOf: Data(line.utf8))
  }

  /// Ends it at once.
  func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

  /// Waits for its end and gives its exit status.
  func waitUntilExit() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The last line on its standard error.
  var lastWords: String {
    let text = (try? readText(faults)) ?? ""
    return text.split(separator: "\n").last.map { String($0.prefix(300)) } ?? ""
  }

  /// What is said when a result file cannot be written.
  /// - Parameter folder: where it should be.
  static func cannotWriteError(_ folder: String) -> InputError {
    InputError(
      SourcePlace(file: folder), "a worker could not write its result",
      hint: "make room on the disk and run the same command again: nothing is lost")
  }
}
