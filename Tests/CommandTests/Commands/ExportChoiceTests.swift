// What `export` leaves out on request, what `audit --against` says of a user's topology, and `convert` that fails.

import Foundation
import Support
import Testing
import TextFiles

@Suite struct ExportChoiceTests {
  @Test func typesAreLeftOutOnRequest() throws {
    try Folders.temporary { folder in
      let report = "\(folder)/report"
      // Chains this short do not converge (3); the files are there.
      let fitted = try swivel(
        "fit", "ethers", "--every", "4", "--rounds", "1", "--draws", "60", "--warmup", "60", "--quiet",
        "--output", report,
        "--forcefields", "\(folder)/forcefields")
      #expect([0, 3].contains(fitted.status), "\(fitted.errors)")
      func export(_ name: String, _ more: String...) throws -> (Folders.Outcome, String) {
        let outcome = try Folders.run(
          swivelPath,
          ["export", report, "--format", "gromacs", "--no-molecules", "--output", "\(folder)/\(name)"] + more,
          in: Folders.root)
        return (outcome, (try? readText("\(folder)/\(name)/ethers.itp")) ?? "")
      }
      let (_, all) = try export("all")
      let hydrocarbon = "families/alkanes/molecules/butane.prmtop"
      let (none, nothing) = try export("none", "--only-types-of", hydrocarbon)
      #expect(none.status == 2 && none.errors.contains("none of the") && nothing.isEmpty)
      let (some, text) = try export(
        "some", "--only-types-of", "families/ethers/molecules/methyl-ethyl-ether.prmtop")
      #expect(some.status == 0, "\(some.errors)")
      #expect(all.contains("[ dihedraltypes ]") && text.contains("[ dihedraltypes ]"))
      let (changed, fewer) = try export("changed", "--changed-only")
      #expect(changed.status == 0 && fewer.utf8.count <= all.utf8.count)
    }
  }

  @Test func auditSaysWhatATopologyWouldFeel() throws {
    let known = try swivel(
      "audit", "reports/ethers", "--against", "families/ethers/molecules/diethyl-ether.prmtop", "--fail-on",
      "none")
    #expect(known.status == 0 && known.output.contains("24 torsions are touched; 18 about bonds"))
    let file = try swivel(
      "audit", "forcefields/ethers/ethers.frcmod", "--against",
      "families/ethers/molecules/diethyl-ether.prmtop",
      "families/alkanes/molecules/butane.prmtop", "--fail-on", "none", "--json")
    let record = try JSONSerialization.jsonObject(with: Data(file.output.utf8)) as? [String: Any]
    let rows = try #require(record?["against"] as? [[String: Any]])
    #expect(
      !rows.isEmpty && rows.allSatisfy { ($0["topology"] as? String)?.contains("diethyl-ether") == true })
    #expect(rows.reduce(0) { $0 + (($1["torsions"] as? Int) ?? 0) } == 24)
    let none = try swivel(
      "audit", "reports/biaryls", "--against", "families/ethers/molecules/diethyl-ether.prmtop", "--fail-on",
      "none")
    #expect(none.output.contains("touches no torsion"))
  }

  /// An OpenMM System takes its types from the prmtop beside it, as under `apply`.
  @Test func auditTakesASystemWithItsCompanion() throws {
    try Folders.temporary { folder in
      let fit = try swivel(
        "fit", "families/ethers", "--rounds", "0", "--every", "4", "--draws", "250", "--quiet", "--output",
        "\(folder)/report", "--forcefields", "\(folder)/f")
      #expect(fit.status == 0 || fit.status == 3, "\(fit.errors)")
      let exported = try swivel(
        "export", "\(folder)/report", "--format", "openmm", "--output", "\(folder)/e", "--molecules",
        "diethyl-ether")
      #expect(exported.status == 0, "\(exported.errors)")
      let said = try swivel(
        "audit", "\(folder)/report", "--against", "\(folder)/e/molecules/openmm/diethyl-ether.system.xml",
        "families/ethers/molecules/diethyl-ether.prmtop", "--fail-on", "none")
      #expect(
        said.output.contains("24 torsions are touched") && said.output.contains("system.xml"),
        "\(said.output)\(said.errors)")
    }
  }

  @Test func aConversionThatFailsLeavesNoFile() throws {
    try Folders.temporary { folder in
      let types = "t\nDIHE\nca-ca-ca-ca   1  3.6  180.0  2.0\nCA-CA-CA-CA   1  3.6  180.0  2.0\n\n"
      try Folders.write(types, to: "\(folder)/both.frcmod")
      let said = try swivel(
        "convert", "\(folder)/both.frcmod", "--to", "charmm", "--output", "\(folder)/both.prm")
      #expect(said.status == 2 && said.errors.contains("knows no case"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["both.frcmod"])
      let lines = "t\nDIHE\nc3-c3-os-c3   1  0.1  0.0  3.0  SCEE=1.0 SCNB=1.0\n\n"
      try Folders.write(lines, to: "\(folder)/sugar.frcmod")
      let kept = try swivel(
        "convert", "\(folder)/sugar.frcmod", "--to", "amber", "--output", "\(folder)/new.frcmod")
      #expect(kept.status == 0)
      #expect(try readText("\(folder)/new.frcmod").contains("SCEE=1.000000 SCNB=1.000000"))
      let lost = try swivel(
        "convert", "\(folder)/sugar.frcmod", "--to", "openff", "--output", "\(folder)/new.offxml")
      #expect(lost.status == 2 || lost.output.contains("SCEE"))
      let gone = try swivel(
        "convert", "\(folder)/sugar.frcmod", "--to", "openmm", "--output", "\(folder)/new.xml")
      #expect(gone.status == 0 && gone.output.contains("(SCEE)"))
    }
  }
}
