// Inputs that must fail: a change of one of a molecule's files, words of the refusal, and where it points.

import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

/// A change of a file that its reader refuses.
struct MustFail: Sendable, CustomTestStringConvertible {
  /// The line that the error names.
  enum Place: Hashable {
    /// That of the change's first character.
    case change
    /// So many lines below it.
    case next(Int)
    /// One that the case does not say: what is missing stands nowhere.
    case any
  }

  /// The file that is changed.
  var file: String
  /// What stands there once or more; the first is replaced.
  var from: String
  var to: String
  /// Part of the message.
  var words: String
  /// Which line the error names.
  var place = Place.any
  /// Part of the hint; nil where the case does not say.
  var hint: String?

  init(_ file: String, _ from: String, _ to: String, _ words: String) {
    (self.file, self.from, self.to, self.words) = (file, from, to, words)
  }

  init(
    _ file: String, _ from: String, _ to: String, _ words: String, at place: Place, hint: String? = nil
  ) {
    self.init(file, from, to, words)
    (self.place, self.hint) = (place, hint)
  }

  var testDescription: String { "\(file): \(words.isEmpty ? to : words)" }

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
      var line = 0
      for name in [topology] + others + beside {
        var text = try readText("\(source)/\(name)")
        if name == file {
          let range = try #require(text.range(of: from), "\(from) is not in \(name)")
          line = text[..<range.lowerBound].count { $0 == "\n" } + 1
          text.replaceSubrange(range, with: to)
        }
        try Folders.write(text, to: "\(folder)/\(name)")
      }
      let error = #expect(throws: InputError.self) {
        try readTopology("\(folder)/\(topology)", parameters: others.map { "\(folder)/\($0)" })
      }
      guard let error else { return }
      #expect((words.isEmpty || error.message.contains(words)) && !error.message.isEmpty, "\(error)")
      #expect(error.place?.file.hasPrefix(folder) == true, "\(error)")
      switch place {
      case .change: #expect(error.place?.file == "\(folder)/\(file)" && error.place?.line == line, "\(error)")
      case .next(let lines):
        #expect(error.place?.file == "\(folder)/\(file)" && error.place?.line == line + lines, "\(error)")
      case .any: break
      }
      if let hint { #expect(error.hint?.contains(hint) == true, "\(error)") }
      // What is shown is a line of the file, with something marked; XML that is cut off ends behind its last line.
      if error.place?.line != nil, words != "is no whole XML file" {
        #expect(error.descriptionWithExcerpt.contains("^"), "\(error.descriptionWithExcerpt)")
      }
      // A column points at the word that the message quotes.
      if let column = error.place?.column,
        let quoted = error.message.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first,
        let own = error.place?.line, let path = error.place?.file, error.message.hasPrefix("\"")
      {
        let text = try readText(path).split(separator: "\n", omittingEmptySubsequences: false)[own - 1]
        #expect(text.dropFirst(column - 1).hasPrefix(quoted), "\(error.descriptionWithExcerpt)")
      }
    }
  }
}
