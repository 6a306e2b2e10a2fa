// Scan files that must be refused, each with its file, its line where it has one, and words.

import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

/// A file that is refused: a text of its own, or a fixture with a change.
struct RefusedScan: Sendable, CustomTestStringConvertible {
  var file: String
  var fixture: String?
  var from = ""
  var to: String
  var words: String
  var line: Int?
  /// Part of the hint; nil where the case does not say.
  var hint: String?
  /// What the manifest states.
  var statement = ScanStatement()

  /// A text.
  init(_ file: String, _ text: String, _ words: String, line: Int? = nil, hint: String? = nil) {
    (self.file, to, self.words, self.line, self.hint) = (file, text, words, line, hint)
  }

  /// A fixture in which the first `from` is `to`.
  init(
    _ file: String, of fixture: String, _ from: String, _ to: String, _ words: String, line: Int? = nil,
    hint: String? = nil
  ) {
    self.init(file, to, words, line: line, hint: hint)
    (self.fixture, self.from) = (fixture, from)
  }

  /// The same with what the manifest states of it.
  func stating(_ change: (inout ScanStatement) -> Void) -> RefusedScan {
    var result = self
    change(&result.statement)
    return result
  }

  var testDescription: String { "\(file): \(words)" }

  func text() throws -> String {
    guard let fixture else { return to }
    var text = try readText("\(PeroxideReference.folder)/\(fixture)")
    text.replaceSubrange(try #require(text.range(of: from), "\(from) in \(fixture)"), with: to)
    return text
  }

  /// Reads the file in a folder of its own and looks at the error: its file, its line, its words, its hint, its caret.
  func check() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/\(file)"
      try Folders.write(try text(), to: path)
      let error = #expect(throws: InputError.self) { try readRawScans(path, statement: statement) }
      guard let error else { return }
      #expect((words.isEmpty || error.message.contains(words)) && !error.message.isEmpty, "\(error)")
      #expect(error.place?.file == path, "\(error)")
      if let hint { #expect(error.hint?.contains(hint) == true, "\(error)") }
      if let line {
        #expect(error.place?.line == line, "\(error)")
        #expect(error.descriptionWithExcerpt.contains("^"))
      }
    }
  }
}

@Suite struct ScanMustFailTests {
  private static let four = "COORDS 0 0 0 1 0 0 1 1 0 1 1 1"

  @Test(arguments: [
    RefusedScan("qdata.txt", "JOB 0\nENERGY -1\n", "this JOB has no COORDS", line: 1),
    RefusedScan("qdata.txt", "JOB 0\n\(four)\n", "this JOB has no ENERGY", line: 1),
    RefusedScan("qdata.txt", "JOB 0\nCOORDS 0 0 0 1\nENERGY -1\n", "no multiple of three", line: 2),
    RefusedScan("qdata.txt", "JOB 0\n\(four)\nENERGY\n", "ENERGY without a number", line: 3),
    RefusedScan(
      "qdata.txt", "JOB 0\n\(four)\nENERGY -1\nGRADIENT 0 0 0\n", "4 positions and 1 gradients", line: 1),
    RefusedScan(
      "y.json", of: "yammbs.json", "\"energies\"", "\"energiez\"",
      "lacks dihedral_indices, coordinates or energies"),
    RefusedScan("y.json", of: "yammbs.json", "\"dihedral_indices\"", "\"indices\"", "lacks dihedral_indices"),
    RefusedScan("y.json", of: "yammbs.json", "{\"-150.0\": [-0.1", "{\"-151.0\": [-0.1", "at \"-15"),
    RefusedScan("a.json", of: "ase-db.json", "\"numbers\"", "\"numberz\"", "lacks numbers or positions"),
    RefusedScan("a.json", of: "ase-db.json", "\"positions\"", "\"places\"", "lacks numbers or positions"),
    RefusedScan(
      "q.json", of: "qcengine-gradient.json", "\"success\": true", "\"success\": false", "is a failed run"),
    RefusedScan(
      "q.json", of: "qcengine-gradient.json", "\"symbols\"", "\"elements\"", "no molecule with symbols"),
    RefusedScan("q.json", "{\"a\": 1}", "is JSON of no kind that Swivel reads"),
    RefusedScan("q.json", "{\"a\": ", "is cut off", line: 1),
    RefusedScan("q.json", "[1, 2", "is cut off", line: 1),
    RefusedScan("m.mdcrd", of: "paramfit.mdcrd", "-0.190", "-x.190", "is no number", line: 2),
    RefusedScan(
      "g.fchk", of: "gaussian.fchk", "Atomic numbers", "Atomic numberz", "has no section \"Atomic numbers\""),
    RefusedScan("x.xyz", "4\nenergy=1\nH 0 0 0\nO 1 0 0\n", "the file ends before them", line: 1),
    RefusedScan("x.dat", "no scan at all\n", ""), RefusedScan("x.dat", "", ""),
  ]) func isRefused(_ scan: RefusedScan) throws { try scan.check() }

  @Test func whatIsNoTextIsNamed() throws {
    try Folders.temporary { folder in
      for (name, bytes) in [
        ("binary.log", [0x41, 0x00, 0x42] as [UInt8]), ("cut.gz", [0x1F, 0x8B, 0x08]),
        ("cut.hdf5", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]), ("cut.traj", Array("- of Ulm".utf8)),
      ] {
        let path = "\(folder)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: InputError.self, "\(name)") {
          try readRawScans(path, statement: ScanStatement())
        }
        #expect(error?.place?.file == path && error?.message.isEmpty == false)
      }
      let missing = #expect(throws: InputError.self) {
        try readRawScans("\(folder)/absent.xyz", statement: ScanStatement())
      }
      #expect(missing?.place?.file == "\(folder)/absent.xyz")
    }
  }
}
