// Files that are read once.

import Foundation
import Support
import Testing

@testable import TextFiles

@Suite struct FileMemoryTests {
  @Test func whatWasReadStays() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/a"
      try Folders.write("before", to: path)
      try readingFilesOnce {
        #expect(try readText(path) == "before")
        try Folders.write("after", to: path)
        #expect(try readText(path) == "before" && readBytes(path) == Array("before".utf8))
      }
      #expect(try readText(path) == "after")
      // A file that was not there may come.
      try readingFilesOnce {
        #expect(throws: InputError.self) { try readBytes("\(folder)/b") }
        try Folders.write("there", to: "\(folder)/b")
        #expect(try readText("\(folder)/b") == "there")
      }
    }
  }
}
