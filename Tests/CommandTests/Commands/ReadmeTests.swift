// Every command of the README, run in its order.

import Foundation
import Support
import Testing

@Suite struct ReadmeTests {
  /// The lines of the README's `sh` blocks.
  private func commands() throws -> [String] {
    let text = try String(contentsOfFile: "\(Folders.root)/README.md", encoding: .utf8)
    return text.components(separatedBy: "```sh\n").dropFirst().flatMap { block in
      block.components(separatedBy: "```")[0].split(separator: "\n").map(String.init)
    }
  }

  @Test func everyCommandRuns() throws {
    let all = try commands()
    #expect(all.count >= 8 && all.allSatisfy { $0.hasPrefix("swivel ") || $0.hasPrefix(".venv/bin/python ") })
    try Folders.temporary { folder in
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/families", withDestinationPath: "\(Folders.root)/families")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/scripts", withDestinationPath: "\(Folders.root)/scripts")
      let mine = "\(folder)/my-molecules"
      try FileManager.default.createDirectory(atPath: mine, withIntermediateDirectories: true)
      for name in ["ethanol", "1-propanol"] {
        let family = "\(Folders.root)/families/alcohols"
        try FileManager.default.copyItem(
          atPath: "\(family)/molecules/\(name).prmtop", toPath: "\(mine)/\(name).prmtop")
        for scan in try FileManager.default.contentsOfDirectory(atPath: "\(family)/scans")
        where scan.hasPrefix(name + "-") {
          try FileManager.default.copyItem(atPath: "\(family)/scans/\(scan)", toPath: "\(mine)/\(scan)")
        }
      }
      for command in all {
        let words = command.split(separator: " ").dropFirst().map(String.init)
        let program = command.hasPrefix("swivel ") ? swivelPath : "\(Folders.root)/.venv/bin/python"
        let outcome = try Folders.run(program, words, in: folder)
        #expect(outcome.status == 0, "\(command): \(outcome.errors.suffix(500))")
      }
      #expect(FileManager.default.fileExists(atPath: "\(folder)/ensemble/alkanes-draw10.xml"))
    }
  }

  @Test func makeTargetsExist() throws {
    let makefile = try String(contentsOfFile: "\(Folders.root)/Makefile", encoding: .utf8)
    for target in ["demo", "test", "validate", "bench", "lint"] { #expect(makefile.contains("\n\(target):")) }
    let ci = try String(contentsOfFile: "\(Folders.root)/.ci/run", encoding: .utf8)
    #expect(ci.contains("make test"))
  }
}
