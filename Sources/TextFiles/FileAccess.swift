// Reading whole files and writing them so that a kill at any moment leaves the old or the new one, never half.

import Foundation

/// Reads a file's bytes.
/// - Throws: ``InputError`` naming the file when it is missing, a folder, or unreadable.
public func readBytes(_ path: String) throws -> [UInt8] {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw InputError(
      SourcePlace(file: path), "no such file",
      hint: didYouMean(
        nearestPath(to: path),
        else: "check the path; it is read relative to the manifest or the current folder"))
  }
  guard !isFolder.boolValue else {
    throw InputError(SourcePlace(file: path), "is a folder where a file was expected")
  }
  do {
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    throw InputError(
      SourcePlace(file: path), "cannot be read: \(error.localizedDescription)",
      hint: "check that it is an ordinary file and its permissions")
  }
}

/// Reads a file that must be UTF-8 throughout, as XML is here.
/// - Throws: ``InputError`` with the line of the first byte that is not.
public func readUTF8(_ path: String) throws -> [UInt8] {
  let bytes = try readBytes(path)
  guard String(validating: bytes, as: UTF8.self) == nil else { return bytes }
  var line = 1
  for part in bytes.split(separator: 10, omittingEmptySubsequences: false) {
    if String(validating: part, as: UTF8.self) == nil { break }
    line += 1
  }
  throw InputError(
    SourcePlace(file: path, line: line), "holds a byte that is not UTF-8",
    hint: "the file may be damaged, or written in another encoding; save it as UTF-8")
}

/// Reads a file as UTF-8 text (CRLF line ends become LF, a byte-order mark is dropped).
/// - Throws: ``InputError`` when it cannot be read or is not text.
public func readText(_ path: String) throws -> String {
  let bytes = try readBytes(path)
  guard !bytes.contains(0) else {
    throw InputError(
      SourcePlace(file: path), "is binary where text was expected",
      hint: "check that the path names the right file and that it is not compressed")
  }
  let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
  let text = String(decoding: bytes.dropFirst(hasMark ? 3 : 0), as: UTF8.self)
  return text.contains("\r") ? text.replacingOccurrences(of: "\r\n", with: "\n") : text
}

/// Writes bytes to a temporary file beside `path` and renames it into place; makes missing folders.
/// - Throws: ``InputError`` naming the path when the disk refuses.
public func writeAtomically(_ bytes: some Sequence<UInt8>, to path: String) throws {
  // Through a link to what it leads to; a pipe or a device is written to and not replaced by a file.
  let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
  let type = (try? FileManager.default.attributesOfItem(atPath: url.path))?[.type] as? FileAttributeType
  let isFile = type == nil || type == .typeRegular || type == .typeDirectory
  do {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    if isFile {
      try Data(bytes).write(to: url, options: .atomic)
    } else {
      let handle = try FileHandle(forWritingTo: url)
      try handle.write(contentsOf: Data(bytes))
      try handle.close()
    }
  } catch {
    throw InputError(
      SourcePlace(file: path), "cannot be written: \(error.localizedDescription)",
      hint: "check that the folder exists or can be made, its permissions, and the space on the disk")
  }
}

/// Writes text atomically.
/// - Throws: ``InputError`` naming the path when the disk refuses.
public func writeAtomically(_ text: String, to path: String) throws {
  try writeAtomically(text.utf8, to: path)
}
