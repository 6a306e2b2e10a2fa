// What is undefined: null in what Swivel writes, absent or null in what it reads, and never a number that is none.

import Foundation
import Testing
import TextFiles

@Suite struct NullableTests {
  private struct Record: Codable, Hashable {
    var name: String
    @Nullable var value: Double?
    @Nullable var list: [Int]?
  }

  private func decoded(_ text: String) throws -> Record {
    try JSONDecoder().decode(Record.self, from: Data(text.utf8))
  }

  @Test func absenceIsWrittenAsNull() throws {
    let text = try jsonText(Record(name: "a", value: nil, list: nil))
    #expect(text == "{\n  \"list\" : null,\n  \"name\" : \"a\",\n  \"value\" : null\n}\n")
  }

  @Test(arguments: [
    (Double?.none, [Int]?.none), (0, []), (-1.5, [1, 2]), (1e-300, nil), (.greatestFiniteMagnitude, [0]),
  ]) func whatIsWrittenIsRead(value: Double?, list: [Int]?) throws {
    let record = Record(name: "é \"quoted\" / \u{1}", value: value, list: list)
    #expect(try decoded(jsonText(record)) == record)
  }

  /// Reports of earlier versions lack keys that later ones have.
  @Test func missingKeysReadAsNull() throws {
    #expect(try decoded(#"{"name": "a"}"#) == Record(name: "a", value: nil, list: nil))
    #expect(try decoded(#"{"name": "a", "value": null}"#).value == nil)
    #expect(throws: DecodingError.self) { try decoded(#"{"name": "a", "value": "much"}"#) }
    #expect(throws: DecodingError.self) { try decoded(#"{"value": 1}"#) }
  }

  @Test func numbersThatAreNoneAreUndefined() {
    for value: Double? in [1.5, 0, -1e300, nil] { #expect(finite(value) == value) }
    for value: Double? in [.nan, .infinity, -.infinity] { #expect(finite(value) == nil) }
  }

  @Test func theSameValueIsTheSameText() throws {
    struct Unordered: Encodable { var entries: [String: Double] }
    let keys = (0..<50).map { "key\($0)/x" }
    let one = Unordered(entries: Dictionary(uniqueKeysWithValues: keys.map { ($0, 0.1) }))
    let other = Unordered(entries: Dictionary(uniqueKeysWithValues: keys.reversed().map { ($0, 0.1) }))
    let text = try jsonText(one)
    #expect(try jsonText(other) == text && text.hasSuffix("}\n") && text.contains("\"key7/x\" : 0.1"))
    #expect(throws: EncodingError.self) { try jsonText(Unordered(entries: ["a": .nan])) }
  }
}
