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
      let export = try swivel(
        "export", "\(folder)/r", "--output", "\(folder)/e", "--quiet", "--molecules", "methyl-propyl-ether",
        "1-2-dimethoxyethane", "--format", "amber,gromacs,gromacs-rb,openmm,charmm,lammps,smirnoff,tinker")
      #expect(export.status == 0, "\(export.errors)")
      let outcome = try Folders.run(
        python,
        [
          "scripts/checks/check_engines.py", "families/ethers", "\(folder)/e", "--every", "2", "--swivel",
          swivelPath, "--molecules",
          "methyl-propyl-ether", "1-2-dimethoxyethane",
        ], in: Folders.root)
      #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors.suffix(2000))")
      // Seven fragments and seven whole molecules a molecule.
      #expect(outcome.output.contains("28 checks, 0 failed"), "\(outcome.output)")
    }
  }
}
