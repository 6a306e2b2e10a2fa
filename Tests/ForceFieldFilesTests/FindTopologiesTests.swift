// Which topologies a folder holds and what goes with each, told by what stands in the files and by their names.

import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct FindTopologiesTests {
  private static let fixtures = "\(Folders.root)/Tests/Fixtures"

  /// A folder of files, each a copy of a fixture or a text.
  private func found(_ files: [(name: String, content: String)]) throws -> [FoundTopology] {
    try Folders.temporary { folder in
      for (name, content) in files {
        let isPath = content.hasPrefix("/")
        try Folders.write(isPath ? try readText(content) : content, to: "\(folder)/\(name)")
      }
      return findTopologies(among: files.map(\.name).sorted(), in: folder)
    }
  }

  @Test(arguments: [
    ("butane.prmtop", AmberTopologyTests.butane, TopologyFormat.amber),
    ("mixed.top", "\(fixtures)/gromacs/mixed.top", .gromacs),
    ("amide.xml", "\(fixtures)/openmm/amide.xml", .openmm),
    ("nma.psf", "\(fixtures)/charmm/nma.psf", .charmm),
    ("opls.data", "\(fixtures)/lammps/opls.data", .lammps),
    ("amide.xyz", "\(fixtures)/tinker/amide.xyz", .tinker),
  ])
  func formatsAreToldFromTheText(_ name: String, path: String, format: TopologyFormat) throws {
    let text = try readText(path)
    #expect(TopologyFormat(text, file: "whatever") == format)
    #expect(
      TopologyFormat(text.replacing("\n", with: "\r\n").replacing("\r\n", with: "\n"), file: "x") == format)
    #expect(try isTopology(path))
    #expect(try found([(name, path)]).map(\.path) == [name])
  }

  @Test(arguments: [
    "Tests/Fixtures/scans/orca_trj.xyz", "Tests/Fixtures/scans/ase.extxyz", "Tests/Fixtures/charmm/base.prm",
    "Tests/Fixtures/tinker/amber.prm", "Tests/Fixtures/gromacs/rules.itp",
    "Tests/Fixtures/openmm/amide-types.xml",
    "forcefields/alkanes/alkanes.frcmod", "forcefields/alkanes/alkanes.itp", "families/alkanes/family.yaml",
    "Tests/Fixtures/lammps/opls.in",
  ])
  func otherFilesAreNoTopologies(_ path: String) throws {
    let isRules = path.hasSuffix("rules.itp")
    // The section [ defaults ] heads a force field of GROMACS: that is a topology without a molecule.
    #expect(try isTopology("\(Folders.root)/\(path)") == isRules, "\(path)")
  }

  @Test func whatCannotBeReadIsNoTopologyOrAnError() throws {
    #expect(try !isTopology("/nowhere/at/all") && !isTopology(Folders.root))
    try Folders.temporary { folder in
      try Data([0x25, 0x46, 0, 1]).write(to: URL(fileURLWithPath: "\(folder)/x.prmtop"))
      #expect(throws: InputError.self) { try isTopology("\(folder)/x.prmtop") }
    }
  }

  /// Of several molecules in a folder each gets the files of its own name.
  @Test func companionsAreToldByTheirNames() throws {
    let charmm = "\(Self.fixtures)/charmm"
    let two = try found([
      ("a.psf", "\(charmm)/nma.psf"), ("b.psf", "\(charmm)/nma.psf"), ("a.prm", "\(charmm)/base.prm"),
      ("b.prm", "\(charmm)/base.prm"), ("notes.txt", "none"),
    ])
    #expect(two.map(\.path) == ["a.psf", "b.psf"] && two.map(\.parameters) == [["a.prm"], ["b.prm"]])
    let one = try found([
      ("nma.psf", "\(charmm)/nma.psf"), ("base.rtf", "\(charmm)/base.rtf"),
      ("base.prm", "\(charmm)/base.prm"),
      ("deeper/other.prm", "\(charmm)/base.prm"),
    ])
    #expect(one.count == 1 && Set(one[0].parameters) == ["base.rtf", "base.prm"])
    let lammps = try found([
      ("opls.data", "\(Self.fixtures)/lammps/opls.data"), ("opls.in", "\(Self.fixtures)/lammps/opls.in"),
      ("other.in", "units real"),
    ])
    #expect(lammps.map(\.parameters) == [["opls.in"]])
    let openmm = try found([
      ("amide.xml", "\(Self.fixtures)/openmm/amide.xml"), ("amide.pdb", "\(Self.fixtures)/openmm/amide.pdb"),
    ])
    #expect(openmm.map(\.path) == ["amide.xml"] && openmm[0].parameters == ["amide.pdb"])
    let tinker = try found([
      ("amide.xyz", "\(Self.fixtures)/tinker/amide.xyz"), ("amber.prm", "\(Self.fixtures)/tinker/amber.prm"),
    ])
    #expect(tinker.map(\.path) == ["amide.xyz"] && tinker[0].parameters == ["amber.prm"])
  }

  /// What is a topology by its name is found though it cannot be read: its reader says why.
  @Test func damagedTopologiesAreFoundByTheirNames() throws {
    let files = try found([
      ("a.prmtop", "damaged"), ("b.top", "damaged"), ("c.psf", "damaged"), ("d.data", "1 2\n"),
      ("e.xml", "<a/>"),
      ("f.xyz", "1\n\nH 0 0 0\n"), ("g.txt", "damaged"),
    ])
    #expect(files.map(\.path) == ["a.prmtop", "b.top", "c.psf"])
  }

  /// Force fields of a form that Swivel does not fit are told by what their files hold.
  @Test(arguments: [
    ("forcefield AMOEBA\nmultipole 1 2 3 0.1\n", ForeignForceField.amoeba),
    ("polarize 1 0.5 0.39\n", .amoeba),
    ("<ForceField><AmoebaMultipoleForce direct11Scale=\"0\"/></ForceField>", .amoeba),
    ("<ForceField>\n<DrudeForce>\n</DrudeForce></ForceField>", .drude), ("read rtf\nDRUDE\n", .drude),
    ("AUTOGENERATE angles dihedrals drude\n", .drude),
    ("Reactive MD-force field\n 39 ! Number of general parameters\n 50.0\n 9.5\n", .reaxFF),
    ("#define gd_5 180.000 1.0 2\n", .gromos), ("TITLE\nEND\nBONDSTRETCHTYPECODE\n", .gromos),
  ])
  func foreignForceFieldsAreTold(_ text: String, form: ForeignForceField) {
    #expect(ForeignForceField(text) == form && !form.reason.isEmpty)
    #expect(ForeignForceField(text.replacing("\n", with: "\r\n")) == form)
  }

  @Test func ownForceFieldsAreNotForeign() throws {
    for path in [
      "charmm/base.prm", "charmm/base.rtf", "tinker/amber.prm", "gromacs/mixed.top", "gromacs/rules.itp",
      "openmm/amide.xml", "openmm/amide-types.xml", "lammps/opls.in", "lammps/opls.data",
    ] { #expect(ForeignForceField(try readText("\(Self.fixtures)/\(path)")) == nil, "\(path)") }
    #expect(ForeignForceField("") == nil && ForeignForceField("# multipole and polarize\n") == nil)
  }
}
