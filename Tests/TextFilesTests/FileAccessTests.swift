// Reading and writing whole files: what must fail, and how.

import Foundation
import Support
import Testing
import TextFiles

@Suite struct FileAccessTests {
  private func error(_ body: () throws -> Void) throws -> InputError {
    try #require(throws: InputError.self) { try body() }
  }

  @Test func whatCannotBeReadIsNamedWithAHint() throws {
    try Folders.temporary { folder in
      try Folders.write("x", to: "\(folder)/butane.xyz")
      let missing = try error { _ = try readText("\(folder)/butan.xyz") }
      #expect(missing.message == "no such file" && missing.hint?.contains("butane.xyz") == true)
      #expect(try error { _ = try readBytes(folder) }.message.contains("is a folder"))
      try Data([0x50, 0, 0x4B]).write(to: URL(fileURLWithPath: "\(folder)/zip"))
      #expect(try error { _ = try readText("\(folder)/zip") }.message.contains("binary"))
      try Data([0x61, 10, 0x62, 10, 0xFF, 10]).write(to: URL(fileURLWithPath: "\(folder)/latin"))
      let encoding = try error { _ = try readUTF8("\(folder)/latin") }
      #expect(encoding.place?.line == 3 && encoding.hint?.contains("UTF-8") == true)
    }
  }

  @Test func lineEndsAndMarksDoNotMatter() throws {
    try Folders.temporary { folder in
      try Data([0xEF, 0xBB, 0xBF] + Array("a\r\nb\n".utf8)).write(to: URL(fileURLWithPath: "\(folder)/dos"))
      #expect(try readText("\(folder)/dos") == "a\nb\n")
    }
  }

  @Test func writesReplaceWholeFilesThroughLinks() throws {
    try Folders.temporary { folder in
      try writeAtomically("old", to: "\(folder)/new/place/file")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/link", withDestinationPath: "\(folder)/new/place/file")
      try writeAtomically("new", to: "\(folder)/link")
      #expect(try readText("\(folder)/new/place/file") == "new")
      let type = try FileManager.default.attributesOfItem(atPath: "\(folder)/link")[.type]
      #expect(type as? FileAttributeType == .typeSymbolicLink)
      #expect(try error { try writeAtomically("x", to: folder) }.message.contains("a folder has that name"))
      #expect(
        try error { try writeAtomically("x", to: "\(folder)/link/below") }.message.contains(
          "cannot be written"))
      #expect(try error { try requireWritable("\(folder)/link/below") }.message.contains("is a file where"))
      try requireWritable("\(folder)/not/yet/there")
    }
  }
}
