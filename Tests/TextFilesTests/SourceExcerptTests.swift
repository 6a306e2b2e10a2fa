// The line in question and carets under what is wrong.

import Foundation
import Support
import Testing

@testable import TextFiles

@Suite struct SourceExcerptTests {
  private func shown(_ text: String, line: Int?, column: Int? = nil) throws -> String? {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/file")
      return sourceExcerpt(SourcePlace(file: "\(folder)/file", line: line, column: column))
    }
  }

  @Test func caretsAreUnderTheTokenAtTheColumn() throws {
    #expect(
      try shown("a: 1\nphase: ninety # no\n", line: 2, column: 8) == """
          2 | phase: ninety # no
            |        ^^^^^^
        """)
    // A column at a bracket marks that alone; CRLF and tabs do not move it.
    #expect(
      try shown("x\r\n\t[ 1, 2\r\n", line: 2, column: 2) == """
          2 |  [ 1, 2
            |  ^
        """)
  }

  @Test func withoutAColumnTheWholeLineIsMarked() throws {
    #expect(
      try shown("  two words", line: 1) == """
          1 |   two words
            |   ^^^^^^^^^
        """)
  }

  @Test func whatTheMessageQuotesIsMarked() throws {
    func shown(_ line: String, _ message: String) throws -> String? {
      try Folders.temporary { folder in
        try Folders.write(line, to: "\(folder)/file")
        return sourceExcerpt(SourcePlace(file: "\(folder)/file", line: 1), message: message)
      }
    }
    #expect(
      try shown("c3-c3  1.5 nan 3", "\"nan\" is no finite number; a phase was expected") == """
          1 | c3-c3  1.5 nan 3
            |            ^^^
        """)
    // Twice, or within a longer word: nobody knows which.
    for (line, word) in [("nan 1 nan", "nan"), ("nano 1", "nan"), ("a 1.50", "1.5")] {
      let whole = try #require(try shown(line, "\"\(word)\" is no number"))
      #expect(whole.hasSuffix(String(repeating: "^", count: line.count)), "\(whole)")
    }
    #expect(try shown("x y", "is \"\" and \"")?.hasSuffix("^^^") == true)
  }

  @Test(arguments: [
    (Int?.none, Int?.none), (0, nil), (-3, nil), (3, nil), (2, nil), (1, 0), (1, 99), (.max, 1),
  ])
  func placesThatAreNotThereShowNothing(line: Int?, column: Int?) throws {
    #expect(try shown("one line\n", line: line, column: column) == nil)
  }

  @Test func filesThatAreNoTextShowNothing() throws {
    #expect(sourceExcerpt(SourcePlace(file: "/nowhere/at/all", line: 1)) == nil)
    #expect(sourceExcerpt(SourcePlace(file: "/", line: 1)) == nil)
    #expect(sourceExcerpt(SourcePlace(file: "/dev/zero", line: 1)) == nil)
    #expect(try shown("bin\0ary", line: 1) == nil)
  }

  /// Escape sequences of a file must not reach the terminal, nor lines that fill it.
  @Test func whatIsShownIsHarmlessAndShort() throws {
    let escape = try #require(try shown("k \u{1B}[31mred\u{7}\u{202E}", line: 1))
    #expect(!escape.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 0x202E })
    let long = String(repeating: "a ", count: 40_000) + "wrong" + String(repeating: " b", count: 40_000)
    // The column lies beyond what is read of a line.
    #expect(try shown(long, line: 1, column: 80_001) == nil)
    let near = try #require(
      try shown(String(repeating: "a ", count: 500) + "wrong b b", line: 1, column: 1001))
    let lines = near.split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.count < 130 })
    // The carets stand under the word.
    let carets = try #require(lines[1].range(of: "^^^^^"))
    let offset = lines[1].distance(from: lines[1].startIndex, to: carets.lowerBound)
    #expect(lines[0].dropFirst(offset).hasPrefix("wrong"))
    #expect(
      try shown(String(decoding: [0x6B, 0xFF, 0xFE, 0x20, 0x78] as [UInt8], as: UTF8.self), line: 1) != nil)
  }

  @Test func anErrorShowsItsLineBetweenMessageAndHint() throws {
    try Folders.temporary { folder in
      let file = "\(folder)/family.yaml"
      try Folders.write("name: x\n", to: file)
      let error = InputError(SourcePlace(file: file, line: 1, column: 7), "not so", hint: "mend it")
      #expect(
        error.descriptionWithExcerpt == "\(file):1:7: not so\n  1 | name: x\n    |       ^\n  hint: mend it")
      #expect(error.description == "\(file):1:7: not so\n  hint: mend it")
    }
  }
}
