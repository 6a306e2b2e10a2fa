// The line that an error is about, with ^^^ under what is wrong, as compilers show it.

import Foundation

/// The line of a file that a place names and, below, carets under the token at its column; nil where the place has no
/// line, or the file is no ordinary text, is too large to be read again for a message, or has no such line.
///
/// Without a column the carets are under what `message` quotes, "ninety", where that stands once in the line, and else
/// under all of it. Long lines are cut to what is near the column; control
/// characters are shown as "·".
///
///     sourceExcerpt(SourcePlace(file: "family.yaml", line: 3, column: 9))
///     //   3 | phase: ninety
///     //     |        ^^^^^^
public func sourceExcerpt(_ place: SourcePlace, message: String = "") -> String? {
  guard let number = place.line, number > 0, let line = line(number, of: place.file) else { return nil }
  if place.column == nil, let quoted = range(quotedIn: message, of: line) {
    return excerpt(line, number: number, marked: quoted)
  }
  return excerpt(line, number: number, column: place.column)
}

/// Where the first text that a message quotes stands in a line; nil where it does not, or more than once.
private func range(quotedIn message: String, of line: [Character]) -> Range<Int>? {
  let parts = message.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
  guard parts.count == 3, case let quoted = Array(parts[1]), let first = quoted.first, let last = quoted.last
  else { return nil }
  var found: Range<Int>?
  for start in line.indices where line[start] == first {
    let end = start + quoted.count
    guard end <= line.count, line[start..<end].elementsEqual(quoted) else { continue }
    // A part of a longer word is another word.
    if first.isOfToken, start > 0, line[start - 1].isOfToken { continue }
    if last.isOfToken, end < line.count, line[end].isOfToken { continue }
    guard found == nil else { return nil }
    found = start..<end
  }
  return found
}

/// How much of a file is read again for a message, bytes.
private let largestFile = 64 << 20
/// How much of a line is shown, characters.
private let widestLine = 100

private func line(_ number: Int, of path: String) -> [Character]? {
  let facts = try? FileManager.default.attributesOfItem(
    atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
  guard facts?[.type] as? FileAttributeType == .typeRegular, let size = facts?[.size] as? Int,
    size <= largestFile,
    let data = try? Data(contentsOf: URL(fileURLWithPath: path)), !data.contains(0)
  else { return nil }
  var rest = data[...]
  for _ in 1..<number {
    guard let end = rest.firstIndex(of: 10) else { return nil }
    rest = rest[(end + 1)...]
  }
  // Far more than is shown, and no gigabyte.
  let bytes = rest.prefix { $0 != 10 }.prefix(1 << 16)
  return String(decoding: bytes, as: UTF8.self).filter { $0 != "\r" }.map { character in
    character == "\t" ? " " : character.isShown ? character : "·"
  }
}

/// The excerpt of a line that is known.
func excerpt(_ line: [Character], number: Int, column: Int?) -> String? {
  guard let first = line.firstIndex(where: { $0 != " " }), let last = line.lastIndex(where: { $0 != " " })
  else {
    return nil
  }
  var marked = first..<(last + 1)
  if let column {
    let start = column - 1
    guard line.indices.contains(start) else { return nil }
    marked = start..<(start + 1)
    if line[start].isOfToken {
      marked = start..<(line[start...].firstIndex { !$0.isOfToken } ?? line.endIndex)
    }
  }
  return excerpt(line, number: number, marked: marked)
}

/// A line with carets under some of it.
private func excerpt(_ line: [Character], number: Int, marked: Range<Int>) -> String {
  let from = marked.lowerBound < widestLine - 20 ? 0 : marked.lowerBound - 40
  let to = min(line.count, from + widestLine)
  let shown = (from > 0 ? "…" : "") + String(line[from..<to]) + (to < line.count ? "…" : "")
  let indent = String(repeating: " ", count: marked.lowerBound - from + (from > 0 ? 1 : 0))
  let carets = String(repeating: "^", count: max(1, min(marked.upperBound, to) - marked.lowerBound))
  let margin = String(repeating: " ", count: String(number).count)
  return "  \(number) | \(shown)\n  \(margin) | \(indent)\(carets)"
}

extension Character {
  /// Whether it can be part of a word or a number.
  fileprivate var isOfToken: Bool { isLetter || isNumber || "_-+.".contains(self) }
  /// Whether a terminal shows it and does nothing else.
  fileprivate var isShown: Bool {
    unicodeScalars.allSatisfy {
      switch $0.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
  }
}
