// JSON of others: what is read is what stands there, and what is no JSON is refused with its line.

import Foundation
import Testing

@testable import TextFiles

@Suite struct JSONValueTests {
  private func parse(_ text: String) throws -> JSONValue { try parseJSON(Array(text.utf8), file: "t.json") }

  @Test func valuesAreRead() throws {
    let value = try parse(
      #"{"a": [1, -2.5e3, 0], "b": {"c": "x\n\u00e9\ud83d\ude00\"", "d": null}, "e": [true, [1], "s"], "f": []}"#
    )
    #expect(value["a"]?.flatNumbers == [1, -2500, 0])
    #expect(value["b"]?["c"]?.string == "x\né😀\"" && value["b"]?["d"] == nil)
    #expect(value["e"]?.elements?.count == 3 && value["f"]?.flatNumbers == [])
    #expect(try parse("[[1, 2], [3]]").flatNumbers == [1, 2, 3])
    #expect(try parse("[1, null]").flatNumbers == nil)
    #expect(try parse("[NaN, Infinity, -Infinity]").flatNumbers?.map(\.isFinite) == [false, false, false])
  }

  /// The same numbers as Foundation's parser, to the last bit.
  @Test func numbersAreThoseOfFoundation() throws {
    let words = [
      "0.1", "1e-320", "123456789012345678", "-0", "2.2250738585072011e-308", "9007199254740993", "1E5",
      "3.14159265358979",
    ]
    let own = try #require(try parse("[\(words.joined(separator: ","))]").flatNumbers)
    let other = try JSONDecoder().decode([Double].self, from: Data("[\(words.joined(separator: ","))]".utf8))
    #expect(own == other)
  }

  @Test(arguments: [
    "", "{", "[1, 2", "{\"a\" 1}", "{a: 1}", "[1,]x", "\"open", "tru", "nul", "[+1]", "[.5]",
    "{\"a\": 1} {\"b\": 2}", "[\"\\x\"]", "[\"\\u12\"]", "-", "[0x10]", "[-0X1F]", "[\"\\u+123\"]",
    "[\"\\u-001\"]", "[\"\\u00g0\"]", "[Infinit]", "[-Na]", "[True]", "{\"a\"}", "{\"a\":}", "{,}", "[,]",
    "[1 2]", "\u{0}",
  ]) func whatIsNoneIsRefused(text: String) {
    #expect(throws: InputError.self) { try parse(text) }
  }

  @Test func placesAreNamed() throws {
    let error = #expect(throws: InputError.self) { try parse("{\n\"a\": 1,\n\"b\": ?\n}") }
    #expect(error?.place?.line == 3)
  }

  @Test(arguments: [
    ("[1,\n2,\n,3]", 3, "is no JSON from here on"),
    ("{\n\"a\": 1\n\"b\": 2}", 3, "a comma or } was expected"),
    ("[1\n2]", 2, "a comma or ] was expected"), ("{\n\n\"a\" 1}", 3, "a colon was expected"),
    ("{\na: 1}", 2, "a key in quotes was expected"),
    ("[\n\"\\q\"]", 2, "before a character that cannot follow it"),
    ("[\"\\u12x4\"]", 1, "four hexadecimal digits"), ("{}\n{}", 2, "goes on after its JSON value"),
    ("[1,\n2", 2, "is cut off: the JSON is not complete"), ("\"open\n", 2, "is cut off"),
    ("", 1, "is cut off"),
    (String(repeating: "[", count: 300), 1, "nests deeper than 200 levels"),
  ]) func faultsHaveTheirLineAndWords(_ text: String, line: Int, words: String) {
    let error = #expect(throws: InputError.self) { try parse(text) }
    #expect(
      error?.message.contains(words) == true && error?.place?.line == line, "\(error?.description ?? "")")
    #expect(error?.hint == "copy or write the file again")
  }

  /// What Foundation writes is what is read: texts of any characters, numbers to the last bit, nesting.
  @Test func whatFoundationWritesIsRead() throws {
    struct Record: Encodable {
      var texts = ["", "\"", "\\", "/", "\n\t\r\u{8}\u{C}", "é 水 😀", "\u{1}\u{7F}\u{2028}", "a\u{0}b"]
      var numbers = [0.1, -1e-300, 1e300, .leastNonzeroMagnitude, 12345678.9, -0.0]
      var nested: [[[Double]]] = [[[1], []], []]
      var flag = true
      var none: Int?
    }
    let value = try parseJSON([UInt8](JSONEncoder().encode(Record())), file: "t.json")
    #expect(value["texts"]?.elements?.map(\.string) == Record().texts)
    #expect(value["numbers"]?.flatNumbers == Record().numbers)
    #expect(value["nested"]?.flatNumbers == [1] && value["none"] == nil)
    #expect(value["nested"]?.elements?.first?.elements?.count == 2)
    if case .bool(let flag)? = value["flag"] { #expect(flag) } else { Issue.record("no flag") }
    // Of a key that stands twice the last counts; blanks and a mark do not.
    #expect(try parse("\u{FEFF} { \"a\" : 1 ,\r\n\t\"a\":2 } ")["a"]?.number == 2)
    #expect(try parse("\"\\ud83d\"").string == "\u{FFFD}" && parse("\"\\ude00\"").string == "\u{FFFD}")
  }
}
