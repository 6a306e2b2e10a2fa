// Folders that tests need: the repository, the data beside it, and temporary ones.

import Foundation

/// Where tests find files.
public enum Folders {
  /// The repository's root, found from this file.
  public static let root: String = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// A file or folder of the data beside the repository; nil where it is not there. A test that needs it is `.enabled(if:)`.
  public static func shared(_ path: String) -> String? {
    let full = URL(fileURLWithPath: root).deletingLastPathComponent().path + "/shared/data/" + path
    return FileManager.default.fileExists(atPath: full) ? full : nil
  }

  /// Runs `body` with a new temporary folder, which is removed afterwards.
  public static func temporary<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)")
      .path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  /// Writes a text, making folders.
  public static func write(_ text: String, to path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// What a program printed and how it ended.
  public struct Outcome: Sendable {
    /// Exit status.
    public var status: Int32
    /// Standard output.
    public var output: String
    /// Standard error.
    public var errors: String
  }

  /// Runs a program and waits.
  public static func run(
    _ program: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try temporary { work in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      // Files, not pipes: a pipe that nobody empties blocks the program.
      let (out, err) = ("\(work)/out", "\(work)/err")
      for path in [out, err] { try "".write(toFile: path, atomically: false, encoding: .utf8) }
      process.standardOutput = FileHandle(forWritingAtPath: out)
      process.standardError = FileHandle(forWritingAtPath: err)
      try process.run()
      process.waitUntilExit()
      func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
      }
      return Outcome(status: process.terminationStatus, output: text(out), errors: text(err))
    }
  }
}
