// Bounds of what is read: files, texts and lines that are no output of one scan are refused before they fill the memory.

import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct ScanSourceTests {
  /// A file of a size that takes no room on the disk.
  private func hollow(_ path: String, bytes: UInt64) throws {
    try Folders.write("", to: path)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: bytes)
    try handle.close()
  }

  @Test func filesThatAreTooLargeAreNotRead() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/large.out"
      try hollow(path, bytes: UInt64(ScanSource.longestData) + 1)
      let error = #expect(throws: InputError.self) { try readRawScans(path, statement: ScanStatement()) }
      #expect(error?.message == "is larger than 160 MiB" && error?.place?.file == path)
      #expect(error?.hint == "cut it into files of one scan each")
      // By its beginning alone it is still told to be no scan.
      #expect(!isScanFile(path))
      try hollow(path, bytes: UInt64(ScanSource.longestData))
      #expect(try ScanSource(path: path).bytes.count == ScanSource.longestData)
    }
  }

  @Test func textsThatAreTooLongAreNamed() {
    let long = ScanSource(file: "a.log", bytes: [UInt8](repeating: 65, count: ScanSource.longestText + 1))
    let error = #expect(throws: InputError.self) { try long.text() }
    #expect(error?.message == "is a text of more than 128 MiB" && error?.place == SourcePlace(file: "a.log"))
    #expect(error?.hint == "cut it into files of one scan each")
  }

  @Test func linesThatAreTooManyOrTooLongAreNamed() throws {
    let many = #expect(throws: InputError.self) {
      try SourceLines(String(repeating: "\n", count: SourceLines.most), file: "a.log")
    }
    #expect(many?.message == "has more than 4000000 lines" && many?.hint == "cut it into files of one scan each")
    #expect(
      try SourceLines(String(repeating: "\n", count: SourceLines.most - 1), file: "a.log").lines.count == 4_000_000)
    let wide = String(repeating: "a", count: SourceLines.longestLine)
    #expect(try SourceLines("b\n\(wide)\n", file: "a.log").lines.count == 3)
    let long = #expect(throws: InputError.self) { try SourceLines("b\n\(wide)a\n", file: "a.log") }
    #expect(long?.place == SourcePlace(file: "a.log", line: 2) && long?.message == "is a line of more than 4 MiB")
    #expect(long?.hint == "the file may be damaged")
  }

  /// What is binary behind a beginning of text is found when it is read, and not told before.
  @Test func zerosBehindTheBeginningAreNamed() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/a.log"
      let text = " Entering Gaussian System, Link 0=g16\n" + String(repeating: "text\n", count: 20_000)
      try Data(Array(text.utf8) + [0]).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: InputError.self) { try readRawScans(path, statement: ScanStatement()) }
      #expect(error?.message == "is binary where text was expected" && error?.place?.file == path)
      #expect(error?.hint == "check that the path names the right file")
    }
  }
}
