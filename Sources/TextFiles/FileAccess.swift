// Reading whole files and writing them so that a kill at any moment leaves the old or the new one, never half.

import Foundation

/// Reads a file's bytes.
/// - Throws: ``InputError`` naming the file when it is missing, a folder, or unreadable.
public func readBytes(_ path: String) throws -> [UInt8] {
  guard let memory = FileMemory.current else { return try bytesOnDisk(path) }
  return try memory.bytes(of: path, reading: bytesOnDisk)
}

private func bytesOnDisk(_ path: String) throws -> [UInt8] {
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
  let isFile = type == nil || type == .typeRegular
  guard type != .typeDirectory else {
    throw InputError(SourcePlace(file: path), "cannot be written: a folder has that name")
  }
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

/// Whether files can be written into a folder that is there or can be made, as far as can be seen beforehand: what
/// takes minutes should not end at a folder that nobody may write to.
/// - Throws: ``InputError`` naming the folder, or what stands in its way.
public func requireWritable(_ folder: String) throws {
  var place = folder
  var isFolder: ObjCBool = false
  while !FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) {
    // Not by NSString, whose deletingLastPathComponent traps on names of one letter (Swift 6.3.1).
    guard let slash = place.lastIndex(of: "/"), place != "/" else {
      place = "."
      continue
    }
    place = slash == place.startIndex ? "/" : String(place[..<slash])
  }
  guard isFolder.boolValue else {
    throw InputError(SourcePlace(file: place), "is a file where a folder is to be written")
  }
  guard access(place, W_OK) == 0 else {
    throw InputError(
      SourcePlace(file: place), "cannot be written to: \(String(cString: strerror(errno)))",
      hint: "check its permissions and whether the disk is mounted read-only, or name another folder")
  }
}

/// Writes text atomically.
/// - Throws: ``InputError`` naming the path when the disk refuses.
public func writeAtomically(_ text: String, to path: String) throws {
  try writeAtomically(text.utf8, to: path)
}
