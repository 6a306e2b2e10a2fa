// A file of quantum-chemical data: its bytes, unpacked, and its lines, within bounds that memory bears.

import Chemistry
import Foundation
import TextFiles

/// A file that may hold scans.
struct ScanSource {
  /// As the user named it.
  var file: String
  /// What it holds, unpacked where it is compressed.
  var bytes: [UInt8]
  /// Which of several molecules or drives in it is meant; nil where nothing is said.
  var entry: String?

  /// Text longer than this is no output of one scan, and would not fit into memory beside its lines.
  static let longestText = 128 << 20
  /// The same for data that need no lines (JSON).
  static let longestData = 160 << 20

  /// How many bytes are a beginning.
  private static let beginning = 1 << 17

  init(file: String, bytes: [UInt8], entry: String? = nil) {
    self.file = file
    self.bytes = bytes
    self.entry = entry
  }

  /// Reads a file, unpacking gzip.
  /// - Throws: `InputError` where it cannot be read, is damaged, or is too large.
  init(path: String, entry: String? = nil) throws {
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    guard size <= Self.longestData else {
      throw InputError(
        SourcePlace(file: path), "is larger than \(Self.longestData >> 20) MiB",
        hint: "cut it into files of one scan each")
    }
    let read = try readBytes(path)
    self.init(file: path, bytes: isGzip(read) ? try gunzipped(read, file: path) : read, entry: entry)
  }

  /// The beginning of a file alone, by which formats are told; all of it where it is packed.
  /// - Throws: `InputError` where it cannot be read.
  static func beginning(of path: String) throws -> ScanSource {
    guard let handle = FileHandle(forReadingAtPath: path) else { return try ScanSource(path: path) }
    defer { try? handle.close() }
    let first = [UInt8]((try? handle.read(upToCount: Self.beginning)) ?? Data())
    return isGzip(first) ? try ScanSource(path: path) : ScanSource(file: path, bytes: first)
  }

  /// All of a file of which this may be the beginning.
  /// - Throws: `InputError` as `init(path:entry:)`.
  func whole() throws -> ScanSource {
    bytes.count < Self.beginning ? self : try ScanSource(path: file, entry: entry)
  }

  /// The first bytes as text, by which formats are told; bytes that are no UTF-8 are replaced.
  var head: String {
    String(decoding: bytes.prefix(1 << 16), as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
  }

  /// All of it as text; CRLF becomes LF, a byte-order mark is dropped, bytes that are no UTF-8 are replaced.
  /// - Throws: `InputError` where it is binary or too long.
  func text() throws -> String {
    guard bytes.count <= Self.longestText else {
      throw InputError(
        SourcePlace(file: file), "is a text of more than \(Self.longestText >> 20) MiB",
        hint: "cut it into files of one scan each")
    }
    guard !bytes.contains(0) else {
      throw InputError(
        SourcePlace(file: file), "is binary where text was expected",
        hint: "check that the path names the right file")
    }
    let text = String(
      decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
    return text.utf8.contains(13) ? text.replacingOccurrences(of: "\r\n", with: "\n") : text
  }

  /// Its lines.
  /// - Throws: `InputError` as ``text()``.
  func lines() throws -> SourceLines { try SourceLines(try text(), file: file) }
}

/// The lines of a text.
struct SourceLines {
  let file: String
  let lines: [Substring]

  /// More lines are no output of one scan, and none is so long.
  static let most = 4_000_000
  static let longestLine = 4 << 20

  init(_ text: String, file: String) throws {
    self.file = file
    let count = text.utf8.reduce(1) { $0 + ($1 == 10 ? 1 : 0) }
    guard count <= Self.most else {
      throw InputError(
        SourcePlace(file: file), "has more than \(Self.most) lines",
        hint: "cut it into files of one scan each")
    }
    lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { Substring($0) }
    if let long = lines.firstIndex(where: { $0.utf8.count > Self.longestLine }) {
      throw InputError(
        SourcePlace(file: file, line: long + 1), "is a line of more than \(Self.longestLine >> 20) MiB",
        hint: "the file may be damaged")
    }
  }

  /// The place of the line of an index.
  func place(_ index: Int) -> SourcePlace { SourcePlace(file: file, line: min(index, lines.count - 1) + 1) }

  /// The index of the first line from one on that holds a text; nil where none does.
  func first(holding text: StaticString, from start: Int = 0) -> Int? {
    guard start < lines.count else { return nil }
    return lines[start...].firstIndex { $0.holds(text) }
  }
}

extension Substring {
  /// Its words: what stands between white space.
  var fields: [Substring] {
    utf8.split { $0 == 32 || $0 == 9 || $0 == 13 }.map { Substring($0) }
  }

  /// Whether a text of ASCII letters stands in it.
  func holds(_ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard let first = wanted.first else { return true }
    let found = utf8.withContiguousStorageIfAvailable { bytes -> Bool in
      guard bytes.count >= wanted.count else { return false }
      for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
        var at = 1
        while at < wanted.count, bytes[start + at] == wanted[at] { at += 1 }
        if at == wanted.count { return true }
      }
      return false
    }
    return found ?? contains("\(text)")
  }

  /// What stands behind the last of a text in it, without white space at its ends; nil where it does not stand in it.
  func after(_ text: String) -> String? {
    range(of: text, options: .backwards).map { self[$0.upperBound...].trimmed }
  }
}
