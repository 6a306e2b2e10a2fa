// Files that are read once: what is edited is what was understood, whatever becomes of the file in between.

import Synchronization

/// The bytes of files by path.
final class FileMemory: Sendable {
  private let known = Mutex<[String: [UInt8]]>([:])

  /// The bytes of a file, read at the first time.
  func bytes(of path: String, reading: (String) throws -> [UInt8]) throws -> [UInt8] {
    if let bytes = known.withLock({ $0[path] }) { return bytes }
    let bytes = try reading(path)
    known.withLock { $0[path] = bytes }
    return bytes
  }

  /// What a task has read; nil outside ``readingFilesOnce(_:)``.
  @TaskLocal static var current: FileMemory?
}

/// Runs something in which every file is read from the disk once, however often its bytes are asked for.
/// - Parameter body: what reads; files that it writes are not to be read by it.
/// - Throws: what it throws.
public func readingFilesOnce<Result>(_ body: () throws -> Result) rethrows -> Result {
  try FileMemory.$current.withValue(FileMemory(), operation: body)
}
