// Laws of files that are edited line by line: what is not touched stays to the byte, whatever its line ends are.

import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct EditedFileTests {
  /// Texts as editors and programs of all systems leave them.
  private static let texts: [[UInt8]] =
    [
      "a\nb\nc\n", "a\nb\nc", "a\r\nb\r\nc\r\n", "a\r\nb\r\nc", "\n\na\n\n", "a", "a\n", "a \\\nb \\\nc\nd\n", "a\\",
      "ä\nµ\n",
    ].map { Array($0.utf8) } + [[97, 10, 0xFF, 0xFE, 10, 98, 10], []]

  private func with(_ bytes: [UInt8], _ body: (inout EditedFile) throws -> Void) throws -> [UInt8] {
    try Folders.temporary { folder in
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/x"))
      var file = try EditedFile("\(folder)/x")
      try body(&file)
      return file.edited
    }
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test(arguments: texts) func withoutAnEditNothingChanges(_ bytes: [UInt8]) throws {
    let after = try with(bytes) { file in
      #expect(file.isUnchanged)
      #expect(file.lineCount == bytes.count { $0 == 10 } + 1)
      // Lines with their ends are the file.
      let all = (1...file.lineCount).flatMap { Array(bytes[file.lineRange($0)]) }
      #expect(all == bytes && file.line(0) == "" && file.line(file.lineCount + 1) == "")
    }
    #expect(after == bytes)
  }

  /// A line put in its own place is no change; another one changes itself alone.
  @Test(arguments: texts) func aLineIsReplacedAlone(_ bytes: [UInt8]) throws {
    let count = bytes.count { $0 == 10 } + 1
    for number in 1...count {
      let isLast = number == count
      let new = try with(bytes) { file in
        guard !file.line(number).hasSuffix("\\") else { return }
        file.replaceLine(number, with: ["new"])
      }
      let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
      guard lines[number - 1].last != UInt8(ascii: "\\") else { continue }
      let after = new.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
      // A last line that has no end gets none; behind an end there is an empty one.
      if isLast && bytes.last != 10 || !isLast { #expect(after.count == lines.count, "\(number) of \(text(bytes))") }
      #expect(text(after[number - 1]).trimmed == "new")
      for other in lines.indices where other != number - 1 { #expect(after[other] == lines[other]) }
      #expect(text(new).contains("\r\n") == text(bytes).contains("\r\n") || count == 1)
    }
  }

  @Test(arguments: [
    ("a\nb\nc\n", 2, [], "a\nc\n"), ("a\nb\nc\n", 2, ["x", "y"], "a\nx\ny\nc\n"),
    ("a\r\nb\r\nc\r\n", 2, ["x", "y"], "a\r\nx\r\ny\r\nc\r\n"),
    ("a\nb", 2, ["x"], "a\nx"), ("a\nb", 2, ["x", "y"], "a\nx\ny"), ("a\nb", 2, [], "a\n"),
    // What a backslash joins to a line goes with it.
    ("a \\\nb \\\nc\nd\n", 1, ["x"], "x\nd\n"), ("a \\\nb", 1, ["x"], "x"), ("a\nb \\\nc\n", 2, [], "a\n"),
  ]) func linesTakeThePlaceOfOne(_ before: String, number: Int, lines: [String], after: String) throws {
    #expect(text(try with(Array(before.utf8)) { $0.replaceLine(number, with: lines) }) == after)
  }

  @Test(arguments: [
    ("a\nb\n", 1, "x\na\nb\n"), ("a\nb\n", 2, "a\nx\nb\n"), ("a\nb\n", 3, "a\nb\nx\n"), ("a\nb", 3, "a\nb\nx\n"),
    ("a\nb\n", 99, "a\nb\nx\n"), ("a\r\nb", 9, "a\r\nb\r\nx\r\n"), ("", 2, "x\n"),
  ]) func linesArePutInFront(_ before: String, number: Int, after: String) throws {
    #expect(text(try with(Array(before.utf8)) { $0.insert(["x"], beforeLine: number) }) == after)
  }

  /// The order in which edits are made is no matter; of several at one place the first stands first.
  @Test func editsDoNotMeet() throws {
    let before = Array("a\nb\nc\nd\ne\n".utf8)
    let edits: [(inout EditedFile) -> Void] = [
      { $0.replaceLine(2, with: ["B", "BB"]) }, { $0.insert(["x"], beforeLine: 4) }, { $0.replaceLine(5, with: []) },
      { $0.replace(0..<1, with: "A") },
    ]
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
      let after = try with(before) { file in for index in order { edits[index](&file) } }
      #expect(text(after) == "A\nB\nBB\nc\nx\nd\n", "\(order)")
    }
    let twice = try with(before) { file in
      file.insert(["first"], beforeLine: 2)
      file.insert(["second"], beforeLine: 2)
    }
    #expect(text(twice) == "a\nfirst\nsecond\nb\nc\nd\ne\n")
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
