// Where `swivel apply` may write: one file for one, a folder for several, never over what it read.

import Foundation
import Support
import Testing

@Suite struct ApplyPlacesTests {
  private static let parameters = "\(Folders.root)/forcefields/ethers/ethers.frcmod"
  private static let topology = "\(Folders.root)/families/ethers/molecules/diethyl-ether.prmtop"

  @Test func whatWasReadIsNeverOverwritten() throws {
    try Folders.temporary { folder in
      try FileManager.default.copyItem(atPath: Self.topology, toPath: "\(folder)/e.prmtop")
      try FileManager.default.createDirectory(atPath: "\(folder)/other", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: Self.topology, toPath: "\(folder)/other/e.prmtop")
      let before = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/e.prmtop"))
      for arguments in [
        ["apply", "e.prmtop", "-p", Self.parameters, "--output", "e.prmtop"],
        ["apply", "e.prmtop", "-p", Self.parameters, "--output", "."],
        [
          "apply", "e.prmtop", "-p", Self.parameters, "--output",
          "../\(URL(fileURLWithPath: folder).lastPathComponent)",
        ],
        ["apply", "e.prmtop", "other/e.prmtop", "-p", Self.parameters, "--output", "new"],
      ] {
        let outcome = try Folders.run(swivelPath, arguments, in: folder)
        #expect(
          outcome.status == 2 && outcome.errors.contains("would be overwritten"),
          "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains("hint: give another folder to --output"), "\(outcome.errors)")
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/e.prmtop")) == before)
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/new"))
      let one = try Folders.run(
        swivelPath, ["apply", "e.prmtop", "-p", Self.parameters, "--output", "new.prmtop"], in: folder)
      #expect(
        one.status == 0 && FileManager.default.fileExists(atPath: "\(folder)/new.prmtop"), "\(one.errors)")
    }
  }
}
