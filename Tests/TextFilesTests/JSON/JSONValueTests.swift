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
    "{\"a\": 1} {\"b\": 2}", "[\"\\x\"]", "[\"\\u12\"]", "-",
  ]) func whatIsNoneIsRefused(text: String) {
    #expect(throws: InputError.self) { try parse(text) }
  }

  @Test func placesAreNamed() throws {
    let error = #expect(throws: InputError.self) { try parse("{\n\"a\": 1,\n\"b\": ?\n}") }
    #expect(error?.place?.line == 3)
  }
}
