// A file of which some bytes are replaced and all others kept, line ends and odd bytes included.

import TextFiles

/// A file and the pieces of it that are to be others.
struct EditedFile {
  /// The file as the user named it.
  let path: String
  /// What it holds.
  let bytes: [UInt8]
  /// Where each line starts; a last line without an end counts.
  private let starts: [Int]
  private var edits: [(range: Range<Int>, bytes: [UInt8])] = []

  /// Reads a file.
  /// - Throws: ``InputError`` where it cannot be read.
  init(_ path: String) throws {
    self.path = path
    bytes = try readBytes(path)
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 10 { starts.append(index + 1) }
    self.starts = starts
  }

  /// Whether nothing is to be changed.
  var isUnchanged: Bool { edits.allSatisfy { Array(bytes[$0.range]) == $0.bytes } }

  /// What stands in front of a line feed in this file.
  private var lineEnd: String {
    guard let first = bytes.firstIndex(of: 10), first > 0, bytes[first - 1] == 13 else { return "\n" }
    return "\r\n"
  }

  /// How many lines there are.
  var lineCount: Int { starts.count }

  /// A line without its end.
  /// - Parameter number: from 1.
  func line(_ number: Int) -> String {
    guard starts.indices.contains(number - 1) else { return "" }
    var range = lineRange(number)
    while let last = range.last, bytes[last] == 10 || bytes[last] == 13 {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    return String(decoding: bytes[range], as: UTF8.self)
  }

  /// The bytes of a line with its end.
  /// - Parameter number: from 1.
  func lineRange(_ number: Int) -> Range<Int> {
    starts[number - 1]..<(number < starts.count ? starts[number] : bytes.count)
  }

  /// Puts lines in the place of one and of those that a backslash at its end joins to it; none take it out.
  /// - Parameters:
  ///   - number: from 1.
  ///   - lines: without ends.
  mutating func replaceLine(_ number: Int, with lines: [String]) {
    var last = number
    while line(last).last == "\\", last < lineCount { last += 1 }
    let range = lineRange(number).lowerBound..<lineRange(last).upperBound
    replace(range, with: text(lines, endsFile: range.upperBound == bytes.count))
  }

  /// Puts lines in front of one.
  /// - Parameters:
  ///   - number: from 1; one more than there are stands for the end.
  ///   - lines: without ends.
  mutating func insert(_ lines: [String], beforeLine number: Int) {
    let at = number <= lineCount ? lineRange(number).lowerBound : bytes.count
    let isOpen = at == bytes.count && !bytes.isEmpty && bytes.last != 10
    replace(at..<at, with: (isOpen ? lineEnd : "") + text(lines, endsFile: false))
  }

  private func text(_ lines: [String], endsFile: Bool) -> String {
    let end = endsFile && bytes.last != 10 ? "" : lineEnd
    return lines.isEmpty ? "" : lines.joined(separator: lineEnd) + end
  }

  /// Puts a text in the place of some bytes.
  mutating func replace(_ range: Range<Int>, with text: String) {
    edits.append((range, Array(text.utf8)))
  }

  /// What the file is to hold.
  var edited: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var at = 0
    // Stable where several insert at one place.
    let ordered = edits.enumerated().sorted {
      ($0.element.range.lowerBound, $0.element.range.upperBound, $0.offset)
        < ($1.element.range.lowerBound, $1.element.range.upperBound, $1.offset)
    }
    for (_, edit) in ordered where edit.range.lowerBound >= at {
      result += bytes[at..<edit.range.lowerBound]
      result += edit.bytes
      at = edit.range.upperBound
    }
    return result + bytes[at...]
  }
}
