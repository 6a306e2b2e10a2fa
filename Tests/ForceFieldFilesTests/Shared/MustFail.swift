// Inputs that must fail: a change of one of a molecule's files, and words of the refusal.

import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

/// A change of a file that its reader refuses.
struct MustFail: Sendable, CustomTestStringConvertible {
  /// The file that is changed.
  var file: String
  /// What stands there once or more; the first is replaced.
  var from: String
  var to: String
  /// Part of the message.
  var words: String

  init(_ file: String, _ from: String, _ to: String, _ words: String) {
    (self.file, self.from, self.to, self.words) = (file, from, to, words)
  }

  var testDescription: String { "\(file): \(words)" }

  /// Reads the changed molecule and looks at the error: what it says, and that it names a line of a file where it can.
  /// - Parameters:
  ///   - source: the folder of the files.
  ///   - topology: the topology's name in it.
  ///   - others: what is read with it.
  ///   - beside: files that others include.
  func check(
    _ source: String, topology: String, _ others: [String] = [], beside: [String] = []
  ) throws {
    try Folders.temporary { folder in
      for name in [topology] + others + beside {
        var text = try readText("\(source)/\(name)")
        if name == file {
          let range = try #require(text.range(of: from), "\(from) is not in \(name)")
          text.replaceSubrange(range, with: to)
        }
        try Folders.write(text, to: "\(folder)/\(name)")
      }
      let error = #expect(throws: InputError.self) {
        try readTopology("\(folder)/\(topology)", parameters: others.map { "\(folder)/\($0)" })
      }
      #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
      #expect(error?.place?.file.hasPrefix(folder) == true, "\(error?.description ?? "")")
      // What is shown is a line of the file, with something marked; XML that is cut off ends behind its last line.
      if let error, error.place?.line != nil, words != "is no whole XML file" {
        #expect(error.descriptionWithExcerpt.contains("^"), "\(error.descriptionWithExcerpt)")
      }
    }
  }
}
