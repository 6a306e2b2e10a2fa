// JSON that is not what it should be, each fault with its line or its place.

import Support
import Testing
import TextFiles

@Suite struct ReadJSONTests {
  private struct Record: Codable {
    var schema: String
    var values: [Double]
  }

  private func fault(_ text: String) throws -> InputError {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/a.json")
      return try #require(throws: InputError.self) {
        _ = try readJSON(
          Record.self, from: "\(folder)/a.json", schema: "swivel.test/1", hint: "write it anew")
      }
    }
  }

  @Test func goodContentsAreRead() throws {
    try Folders.temporary { folder in
      try Folders.write(#"{"schema": "swivel.test/1", "values": [1, 2.5]}"#, to: "\(folder)/a.json")
      let record = try readJSON(Record.self, from: "\(folder)/a.json", schema: "swivel.test/1", hint: "")
      #expect(record.values == [1, 2.5])
    }
  }

  @Test(arguments: [
    "", "{", "[1, 2", #"{"schema": "swivel.test/1", "values": [1,, 2]}"#,
    #"{"schema": "swivel.test/2", "values": []}"#,
    #"{"values": []}"#, #"{"schema": "swivel.test/1"}"#, #"{"schema": "swivel.test/1", "values": ["x"]}"#,
    #"{"schema": "swivel.test/1", "values": [1e999]}"#, "[]", "null", "\u{FEFF}",
    "{\n<<<<<<< HEAD\n\"schema\": \"swivel.test/1\"}",
  ])
  func wrongContentsAreAnErrorThatNamesTheFile(text: String) throws {
    let error = try fault(text)
    #expect(error.place?.file.hasSuffix("a.json") == true && !error.message.isEmpty && error.hint != nil)
  }

  @Test func faultsOfSyntaxHaveALine() throws {
    #expect(try fault("{\n\"schema\": \"swivel.test/1\",\n\"values\": [1,\n,2]}").place?.line == 4)
    #expect(try fault("{\n<<<<<<< HEAD\n\"schema\": \"swivel.test/1\"}").place?.line == 2)
  }
}
