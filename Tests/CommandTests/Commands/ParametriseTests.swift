// `swivel parametrise` where its folder is in use.

import Acquisition
import Foundation
import Support
import Testing
import TextFiles

@Suite struct ParametriseTests {
  /// A folder with another molecule's parameters is not overwritten unasked.
  @Test func whatOtherMoleculesLeftIsNotOverwritten() throws {
    try Folders.temporary { folder in
      let list = DriveList(
        name: "propane", base: "gaff2", spacing: 15, versions: [:], request: "another", molecules: [])
      try writeAtomically(try list.text(), to: "\(folder)/out/family/drives.json")
      let said = try swivel("parametrise", "CCO ethanol", "--output", "\(folder)/out")
      #expect(
        said.status == 2 && said.errors.contains("made of other molecules")
          && said.errors.contains("--force"),
        "\(said.errors)")
    }
  }
}
