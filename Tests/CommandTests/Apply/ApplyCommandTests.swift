// `swivel apply` as a user runs it: what is written where, exit codes, the dry run, parameters of a report and of a file.

import Foundation
import Support
import Testing
import TextFiles

@Suite struct ApplyCommandTests {
  private static let prmtop = "families/ethers/molecules/diethyl-ether.prmtop"
  private static let scan = "families/ethers/scans/diethyl-ether-0-1-2-3.extxyz"

  private func energies(_ topology: String, _ more: String...) throws -> [Double] {
    let said = try Folders.run(
      swivelPath, ["energy", "--topology", topology, "--coordinates", Self.scan, "--json"] + more,
      in: Folders.root)
    #expect(said.status == 0, "\(said.errors)")
    let frames = try json(said.output)["frames"] as? [[String: Double]]
    return try #require(frames).compactMap { $0["total"] }
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// A report with its draws, which committed ones lack.
  private func quickReport(in folder: String) throws -> String {
    let said = try swivel(
      "fit", "families/ethers", "--rounds", "0", "--every", "4", "--draws", "250", "--quiet", "--output",
      "\(folder)/report", "--forcefields", "\(folder)/forcefields")
    #expect(said.status == 0 || said.status == 3, "\(said.errors)")
    return "\(folder)/report"
  }

  @Test func aReportGivesItsFittedEnergies() throws {
    try Folders.temporary { folder in
      let output = "\(folder)/new.prmtop"
      let said = try swivel("apply", Self.prmtop, "--parameters", "reports/ethers", "--output", output)
      #expect(said.status == 0, "\(said.errors)")
      #expect(said.output.contains("24 torsions replaced") && said.output.contains("c3-c3-os-c3"))
      let fitted = try energies(Self.prmtop, "--parameters", "forcefields/ethers/ethers.frcmod")
      let applied = try energies(output)
      // Eight decimals of 24 torsions.
      #expect(zip(fitted, applied).allSatisfy { abs($0 - $1) < 1e-5 } && applied.count == fitted.count)
      #expect(try zip(energies(Self.prmtop), applied).contains { abs($0 - $1) > 0.1 })
      let again = try swivel(
        "apply", output, "--parameters", "forcefields/ethers/ethers.frcmod", "--output", "\(folder)/again",
        "--json")
      let topologies = try #require(try json(again.output)["topologies"] as? [[String: Any]])
      #expect((topologies[0]["counts"] as? [String: Int]) == ["replaced": 0, "already": 24, "kept": 0])
      #expect(try readBytes("\(folder)/again/new.prmtop") == readBytes(output))
    }
  }

  @Test func nothingMatchedEndsWithOneAndWritesNothing() throws {
    try Folders.temporary { folder in
      let said = try swivel(
        "apply", Self.prmtop, "--parameters", "reports/biaryls", "--output", "\(folder)/out.prmtop")
      #expect(
        said.status == 1 && said.errors.contains("no torsion has a type of") && said.errors.contains("hint"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test func aDryRunWritesNothing() throws {
    try Folders.temporary { folder in
      let said = try swivel(
        "apply", Self.prmtop, "--parameters", "reports/ethers", "--dry-run", "--output", "\(folder)/out")
      #expect(said.status == 0 && said.output.contains("nothing was written"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test func inputIsNeverOverwritten() throws {
    try Folders.temporary { folder in
      let copy = "\(folder)/mol.prmtop"
      try writeAtomically(try readBytes("\(Folders.root)/\(Self.prmtop)"), to: copy)
      for output in [copy, folder] {
        let said = try swivel("apply", copy, "--parameters", "reports/ethers", "--output", output)
        #expect(said.status == 2 && said.errors.contains("overwritten"), "\(output): \(said.errors)")
      }
      #expect(try readBytes(copy) == readBytes("\(Folders.root)/\(Self.prmtop)"))
    }
  }

  @Test func otherOneFourScalingIsNamed() throws {
    try Folders.temporary { folder in
      let text = try readText("\(Folders.root)/\(Self.prmtop)")
      let start = try #require(text.range(of: "%FLAG SCEE_SCALE_FACTOR"))
      let changed =
        text[..<start.lowerBound]
        + text[start.lowerBound...].replacingOccurrences(of: "1.20000000E+00", with: "1.00000000E+00")
      try Folders.write(String(changed), to: "\(folder)/mol.prmtop")
      let said = try swivel("apply", "\(folder)/mol.prmtop", "--parameters", "reports/ethers", "--dry-run")
      #expect(said.status == 0 && said.errors.contains("1-4 pairs are divided by 1.000"))
    }
  }

  /// A System of as many atoms and another molecule's topology: types would land on the wrong atoms.
  @Test func theTopologyOfAnotherMoleculeIsRefused() throws {
    try Folders.temporary { folder in
      let report = try quickReport(in: folder)
      let exported = try swivel(
        "export", report, "--format", "openmm", "--output", "\(folder)/e", "--molecules",
        "diethyl-ether")
      #expect(exported.status == 0, "\(exported.errors)")
      let system = "\(folder)/e/molecules/openmm/diethyl-ether.system.xml"
      let own = try swivel("apply", system, Self.prmtop, "--parameters", "reports/ethers", "--dry-run")
      #expect(own.status == 0, "\(own.errors)")
      let other = try swivel(
        "apply", system, "families/ethers/molecules/methyl-propyl-ether.prmtop", "--parameters",
        "reports/ethers", "--output", "\(folder)/out")
      #expect(other.status == 2 && other.errors.contains("of another molecule"), "\(other.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
    }
  }

  /// Torsions in a branch that the topology does not take keep their terms, and that is said.
  @Test func torsionsInBranchesThatAreNotTakenAreNamed() throws {
    try Folders.temporary { folder in
      let report = try quickReport(in: folder)
      let exported = try swivel(
        "export", report, "--format", "gromacs", "--output", "\(folder)/e", "--molecules",
        "diethyl-ether")
      #expect(exported.status == 0, "\(exported.errors)")
      let top = "\(folder)/e/molecules/gromacs/diethyl-ether.top"
      let text = try readText(top)
      let head = try #require(text.range(of: "[ dihedrals ]\n"))
      let branch = "#ifdef SOFT\n1 2 3 4 9 0.0 1.0 3\n#endif\n"
      try Folders.write(
        String(text[..<head.upperBound]) + branch + String(text[head.upperBound...]), to: "\(folder)/soft.top"
      )
      let said = try swivel("apply", "\(folder)/soft.top", "--parameters", "reports/ethers", "--dry-run")
      #expect(
        said.status == 0 && said.errors.contains("1 lines of [ dihedrals ] stand in a branch"),
        "\(said.errors)\(said.output)")
    }
  }
}
