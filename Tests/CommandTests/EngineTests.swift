// Exported files in AMBER, GROMACS and OpenMM; the long form over every family and grid point is `make validate`.

import Foundation
import Support
import Testing

@Suite struct EngineTests {
  @Test func exportedFilesGiveTheSameEnergies() throws {
    let python = "\(Folders.root)/.venv/bin/python"
    try #require(
      FileManager.default.isExecutableFile(atPath: python), "`make test` makes .venv, which this test needs")
    try Folders.temporary { folder in
      let fit = try swivel(
        "fit", "ethers", "--output", "\(folder)/r", "--forcefields", "\(folder)/f", "--quiet", "--draws",
        "500")
      #expect(fit.status == 0, "\(fit.errors)")
      let outcome = try Folders.run(
        python,
        [
          "scripts/check_engines.py", "families/ethers", "\(folder)/f", "--swivel", swivelPath, "--molecules",
          "methyl-propyl-ether", "1-2-dimethoxyethane",
        ], in: Folders.root)
      #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors.suffix(2000))")
      #expect(outcome.output.split(separator: "\n").filter { $0.hasSuffix("ok") }.count == 6)
    }
  }
}
