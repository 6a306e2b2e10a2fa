// `swivel apply`, `audit --against`, `energy` and `predict` where parameters and topologies do not belong together.

import Foundation
import Support
import Testing

@Suite struct ApplyRefusalTests {
  private static let frcmod = "\(Folders.root)/forcefields/ethers/ethers.frcmod"
  private static let ether = "\(Folders.root)/families/ethers/molecules/diethyl-ether.prmtop"

  private func refused(_ arguments: [String], in folder: String, _ words: String, hint: String) throws {
    let outcome = try Folders.run(swivelPath, arguments, in: folder)
    #expect(outcome.status == 2, "\(arguments): \(outcome.status) \(outcome.output)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.errors.contains("hint: ") && outcome.errors.contains(hint), "\(outcome.errors)")
  }

  /// Several topologies and a file that is none: nobody knows whose it is.
  @Test func companionsOfSeveralTopologiesAreNobodys() throws {
    try Folders.temporary { folder in
      let charmm = "\(Folders.root)/Tests/Fixtures/charmm"
      try refused(
        ["apply", Self.ether, "\(charmm)/nma.psf", "\(charmm)/base.prm", "-p", Self.frcmod, "-n"], in: folder,
        "base.prm: is no topology, and there are 2 it could belong to",
        hint: "apply to one topology that needs files beside it at a time")
      try refused(
        ["audit", Self.frcmod, "--against", Self.ether, "\(charmm)/nma.psf", "\(charmm)/base.prm"], in: folder,
        "is no topology, and there are 2 it could belong to",
        hint: "name one topology that needs files beside it at a time")
    }
  }

  @Test(arguments: [
    (["--only-in", "MOI"], "no molecule or residue is called MOI", "did you mean MOL?"),
    (["--only-in", "WAT"], "no molecule or residue is called WAT", "there are "),
  ]) func residuesThatAreNotThere(_ options: [String], words: String, hint: String) throws {
    try Folders.temporary { folder in
      let text = try String(contentsOfFile: Self.ether, encoding: .utf8)
      let label = try #require(text.firstMatch(of: /%FLAG RESIDUE_LABEL *\n%FORMAT\(20a4\) *\n(\S+)/))
      let name = label.1.count > 4 ? String(label.1.prefix(4)) : String(label.1)
      let renamed = text.replacing(
        label.0, with: label.0.replacing(name, with: "MOL".padding(toLength: name.count, withPad: " ", startingAt: 0)))
      try Folders.write(renamed, to: "\(folder)/e.prmtop")
      try refused(["apply", "e.prmtop", "-p", Self.frcmod, "-n"] + options, in: folder, words, hint: hint)
    }
  }

  @Test func formatsWithoutResiduesAreNamed() throws {
    try Folders.temporary { folder in
      let lammps = "\(Folders.root)/Tests/Fixtures/lammps"
      try refused(
        ["apply", "\(lammps)/charmm.data", "\(lammps)/charmm.in", "-p", Self.frcmod, "-n", "--only-in", "LIG"],
        in: folder, "charmm.data: names no molecules or residues to choose among",
        hint: "give the ligand's atoms types of their own")
    }
  }

  /// Parameters that go by SMARTS need bond orders, each verb by its own options; with these it goes on.
  @Test func patternsNeedBondOrders() throws {
    try Folders.temporary { folder in
      let offxml = "\(folder)/own.offxml"
      try Folders.write(
        """
        <SMIRNOFF version="0.3" aromaticity_model="OEAroModel_MDL">
          <ProperTorsions version="0.4" potential="k*(1+cos(periodicity*theta-phase))">
            <Proper smirks="[#6X4:1]-[#6X4:2]-[#8:3]-[#6X4:4]" id="t1" periodicity1="3" phase1="0.0 * degree" \
        k1="0.4 * kilocalories_per_mole" idivf1="1.0"/>
          </ProperTorsions>
        </SMIRNOFF>

        """, to: offxml)
      try refused(
        ["apply", Self.ether, "-p", offxml, "-n"], in: folder, "own.offxml: goes by SMARTS, which need bond orders",
        hint: "add --structure FILE.sdf or --smiles of the molecule")
      let applied = try Folders.run(
        swivelPath, ["apply", Self.ether, "-p", offxml, "-n", "--smiles", "CCOCC"], in: folder)
      #expect(applied.status == 0 && applied.output.contains("replaced"), "\(applied.errors)")
      let scan = "\(Folders.root)/families/ethers/scans/diethyl-ether-0-1-2-3.extxyz"
      let energy = ["energy", "--topology", Self.ether, "--coordinates", scan, "-p", offxml]
      try refused(
        energy, in: folder, "the torsions go by SMARTS, which need bond orders",
        hint: "add --structure FILE.sdf or --smiles")
      #expect(try Folders.run(swivelPath, energy + ["--smiles", "CCOCC"], in: folder).status == 0)
      try refused(
        ["audit", offxml, "--against", Self.ether], in: folder,
        "own.offxml: goes by SMARTS, and topologies have no bond orders",
        hint: "`swivel apply TOPOLOGY --structure FILE.sdf --parameters \(offxml) --dry-run` lists what it touches")
      // A structure of another molecule is none of the topology's.
      try refused(
        ["apply", Self.ether, "-p", offxml, "-n", "--smiles", "CCCCC"], in: folder, "SMARTS",
        hint: "the structure must be the topology's molecule")
    }
  }

  /// GROMACS: a file that has torsions to change and lies elsewhere cannot be written beside the topology.
  @Test func filesThatLieElsewhereAreNotWritten() throws {
    try Folders.temporary { folder in
      let source = "\(Folders.root)/Tests/Fixtures/gromacs"
      let top = try String(contentsOfFile: "\(source)/mixed.top", encoding: .utf8)
      let rules = try String(contentsOfFile: "\(source)/rules.itp", encoding: .utf8)
      let start = try #require(top.range(of: "[ moleculetype ]")).lowerBound
      let end = try #require(top.range(of: "[ system ]")).lowerBound
      let head = String(top[..<start])
      // The molecule in a file of its own, in a folder beside that of the topology.
      try Folders.write(rules, to: "\(folder)/run/rules.itp")
      try Folders.write(String(top[start..<end]), to: "\(folder)/library/odd.itp")
      try Folders.write(head + "#include \"../library/odd.itp\"\n" + top[end...], to: "\(folder)/run/x.top")
      try Folders.write("own\nDIHE\nCA-BB-BC-BC   1    0.70   0.0   3.0\n\n", to: "\(folder)/own.frcmod")
      let line = ["apply", "run/x.top", "-p", "own.frcmod", "--output"]
      try refused(
        line + ["new"], in: folder, "odd.itp: has torsions to change and lies outside the topology's folder",
        hint: "copy it beside run/x.top and include it from there")
      try refused(line + ["new.itp"], in: folder, "lies elsewhere than run/x.top", hint: "give a folder to --output")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/new"))
      // Beside it all is well.
      try Folders.write(String(top[start..<end]), to: "\(folder)/run/odd.itp")
      try Folders.write(head + "#include \"odd.itp\"\n" + top[end...], to: "\(folder)/run/x.top")
      let outcome = try Folders.run(swivelPath, line + ["new"], in: folder)
      #expect(
        outcome.status == 0 && FileManager.default.fileExists(atPath: "\(folder)/new/odd.itp"), "\(outcome.errors)")
    }
  }
}
