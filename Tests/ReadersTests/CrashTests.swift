// What once crashed a reader, or made it throw what no reader may, does so no more; and every reader's seeds are well.

import Foundation
import Readers
import Support
import Testing

@Suite struct CrashTests {
  static let folder = "\(Folders.root)/Tests/Fixtures/crashes"

  /// Files by reader: crashes/READER/FILE, as scripts/checks/fuzz.py leaves them.
  private static func crashes(of reader: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(reader)")) ?? []).sorted()
      .map { "\(folder)/\(reader)/\($0)" }
  }

  @Test func everyFolderIsOfAReader() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter {
      $0 != "README.md"
    }
    for name in folders { #expect(HostileReader.named(name) != nil, "\(name)") }
  }

  @Test(arguments: HostileReader.all.map(\.name)) func whatCrashedIsReadOrRefused(_ name: String) throws {
    let reader = try #require(HostileReader.named(name))
    try Folders.temporary { folder in
      try reader.prepare(folder)
      for path in Self.crashes(of: name) {
        let bytes = try #require(FileManager.default.contents(atPath: path))
        #expect(throws: Never.self, "\(path)") { try reader.read(Array(bytes), in: folder) }
      }
    }
  }

  /// A minute of what a fuzzer does without looking at coverage: seeds cut, changed and mixed, the same every time.
  @Test(arguments: HostileReader.all.map(\.name)) func damagedSeedsAreReadOrRefused(_ name: String) throws {
    let reader = try #require(HostileReader.named(name))
    #expect(!reader.seeds.isEmpty)
    var random = SeededGenerator(seed: 5)
    try Folders.temporary { folder in
      try reader.prepare(folder)
      for seed in reader.seeds {
        let bytes = Array(
          try #require(FileManager.default.contents(atPath: "\(Folders.root)/\(seed)"), "\(seed)"))
        try reader.read(bytes, in: folder)
        for round in 0..<40 {
          let damaged = damage(bytes, using: &random)
          #expect(throws: Never.self, "\(name) \(seed) round \(round)") {
            try reader.read(damaged, in: folder)
          }
        }
      }
    }
  }

  /// Bytes with some of them changed: a line gone, doubled or moved, a number made huge, a byte turned.
  private func damage(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      guard let at = lines.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<7, using: &random) {
      case 0: lines.remove(at: at)
      case 1: lines.insert(lines[at], at: at)
      case 2: lines.swapAt(at, lines.indices.randomElement(using: &random) ?? at)
      case 3: lines[at] = Array(lines[at].prefix(Int.random(in: 0...lines[at].count, using: &random)))
      case 4:
        let words = ["1e308", "-1", "nan", "99999999999999999999", "0", "", "*", "\u{FEFF}é"]
        var parts = lines[at].split(separator: 32, omittingEmptySubsequences: false).map(Array.init)
        if let place = parts.indices.randomElement(using: &random) {
          parts[place] = Array((words.randomElement(using: &random) ?? "").utf8)
        }
        lines[at] = Array(parts.joined(separator: [32]))
      case 5:
        if let place = lines[at].indices.randomElement(using: &random) {
          lines[at][place] = UInt8.random(in: 0...255, using: &random)
        }
      default: lines.removeSubrange(at...)
      }
    }
    return Array(lines.joined(separator: [10]))
  }
}
