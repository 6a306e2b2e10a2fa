// Files of torsion parameters that must be refused, in every format, each with its place.

import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct ParameterMustFailTests {
  @Test(arguments: [
    ("own.prm", "DIHEDRALS\nC3 C3 C3 C3 0.1 3 0.0\nC3 C3 C3 C3 0.2 3 0.0\n", "a second time"),
    ("own.prm", "DIHEDRALS\nC3 C3 C3 C3 0.1 9 0.0\n", "none of 0 … 6"),
    ("own.prm", "DIHEDRALS\nC3 C3 C3 C3 much 3 0.0\n", "is no finite number"),
    ("own.prm", "DIHEDRALS\nC3 C3 C3\n", "has 3 words where 7 were expected"),
    ("own.prm", "torsion 1 2 3\n", "the line ends where"),
    ("own.key", "torsion 1 2 3 4 0.1 0.0 9\n", "periodicity 9"),
    ("own.key", "torsion 1 2 3 4 much 0.0 3\n", "\"much\" stands where"),
    ("own.lmp", "pair_coeff 1 1 0 0\n", "is no dihedral_coeff line"),
    ("own.lmp", "dihedral_coeff c3-c3 fourier 1 0.1 3 0.0\n", "is no label of four atom types"),
    ("own.lmp", "dihedral_coeff c3-c3-c3-c3 fourier 99 0.1 3 0.0\n", "make no sense"),
    ("own.lmp", "dihedral_coeff c3-c3-c3-c3 fourier 2 0.1 3 0.0\n", "coefficients"),
    ("own.itp", "[ dihedraltypes ]\nc3 c3 c3 c3 8 0 1 3\n", "is not supported"),
    ("own.itp", "[ dihedraltypes ]\nc3 c3 c3 c3 9 0 1\n", "parameters"),
    ("own.itp", "[ dihedraltypes ]\nc3 c3 c3 c3 9 0 1 8\n", "multiplicity"),
    ("own.itp", "[ dihedraltypes ]\nc3 c3 c3 c3 9 0 1 3\nc3 c3 c3 c3 3 1 2 3 4 5 6\n", "two functions"),
    (
      "own.xml", "<ForceField><PeriodicTorsionForce><Proper k1=\"1\"/></PeriodicTorsionForce></ForceField>",
      "without class1"
    ),
    (
      "own.xml",
      "<ForceField><PeriodicTorsionForce><Proper class1=\"a\" class2=\"a\" class3=\"a\" class4=\"a\" periodicity1=\"9\" phase1=\"0\" k1=\"1\"/></PeriodicTorsionForce></ForceField>",
      "lacks a periodicity"
    ),
    ("own.xml", "<ForceField><PeriodicTorsionForce>", "is no whole XML file"),
    ("own.xml", "<Other/>", "stands where <ForceField> was expected"),
    ("own.offxml", "<SMIRNOFF/>", "holds no torsion"), ("own.offxml", "<SMIRNOFF", "is no whole XML file"),
    ("own.txt", "anything", "has none of the extensions"), ("own.frcmod", "", "holds no torsion"),
  ]) func areRefused(_ change: (file: String, text: String, words: String)) throws {
    try Folders.temporary { folder in
      let path = "\(folder)/\(change.file)"
      try Folders.write(change.text, to: path)
      let error = #expect(throws: InputError.self) { try readTorsionParameters(path) }
      #expect(error?.message.contains(change.words) == true, "\(error?.description ?? "")")
      #expect(error?.place?.file == path)
    }
  }

  @Test(arguments: ["frcmod", "itp", "prm", "lmp", "key", "offxml", "xml"])
  func whatIsMissingOrNoTextIsNamed(_ ending: String) throws {
    try Folders.temporary { folder in
      let path = "\(folder)/own.\(ending)"
      #expect(throws: InputError.self) { try readTorsionParameters(path) }
      try Data([0xFF, 0xFE, 0x00, 0x41]).write(to: URL(fileURLWithPath: path))
      #expect(throws: InputError.self) { try readTorsionParameters(path) }
      #expect(throws: InputError.self) { try auditParameterFile(path) }
    }
  }

  @Test func topologiesWithFilesThatTheyDoNotNeed() throws {
    let error = #expect(throws: InputError.self) {
      try readTopology(AmberTopologyTests.butane, parameters: ["other.frcmod"])
    }
    #expect(error?.message.contains("is not needed") == true && error?.place?.file == "other.frcmod")
    let top = "\(Folders.root)/Tests/Fixtures/gromacs/mixed.top"
    let other = #expect(throws: InputError.self) { try readTopology(top, parameters: ["other.itp"]) }
    #expect(other?.message.contains("is not needed") == true && other?.hint == "leave it out")
    try Folders.temporary { folder in
      try Folders.write("no topology at all\n", to: "\(folder)/x")
      #expect(throws: InputError.self) { try readTopology("\(folder)/x") }
      #expect(throws: InputError.self) { try readTopology("\(folder)/absent") }
    }
  }
}
