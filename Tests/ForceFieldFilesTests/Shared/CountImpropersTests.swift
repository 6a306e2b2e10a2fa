// Impropers in parameter files: what a conversion of torsions says that it leaves behind.

import Support
import Testing

@testable import ForceFieldFiles

@Suite struct CountImpropersTests {
  @Test(arguments: [
    (
      ParameterFormat.amber,
      "t\nDIHE\nc3-c3-c3-c3   1  0.1 0.0 3.0\n\nIMPROPER\nX -X -c -o   1.1 180.0 2.0\nX -c -n -hn  1.1 180.0 2.0\n\nNONBON\n",
      2
    ),
    (
      .gromacs,
      "[ dihedraltypes ]\nc3 c3 c3 c3 9 0 1 3\nX X c o 4 180 4 2\nc o 2 0 40\n[ bondtypes ]\na b 2 0.1 1\n", 2
    ),
    (
      .openmm,
      "<ForceField><PeriodicTorsionForce>\n<Proper class1=\"a\" class2=\"a\" class3=\"a\" class4=\"a\" periodicity1=\"1\" phase1=\"0\" k1=\"1\"/>\n<Improper class1=\"a\"/>\n  <Improper class1=\"b\"/>\n</PeriodicTorsionForce></ForceField>",
      2
    ),
    (
      .charmm,
      "DIHEDRALS\nA A A A 0.1 3 0.0\n\nIMPROPER ! those\nA X X B 1.0 0 0.0\n! none\nB X X A 1.0 0 0.0\n\nNONBONDED\nA 0 -0.1 2.0\nEND\n",
      2
    ),
    (
      .lammps,
      "dihedral_coeff a-a-a-a fourier 1 0.1 3 0\nimproper_coeff 1 cvff 1 -1 2\n  improper_coeff 2 cvff 1 -1 2\n",
      2
    ),
    (
      .tinker, "torsion 1 1 1 1 0.1 0.0 3\nimptors 1 2 3 4 1 180 2\nIMPROPER 1 2 3 4 10 0\nimptorunit 1.0\n",
      2
    ),
    (
      .smirnoff,
      "<SMIRNOFF>\n<ImproperTorsions>\n<Improper smirks=\"[*:1]\"/>\n</ImproperTorsions>\n</SMIRNOFF>", 1
    ),
    (.amber, "t\nDIHE\nc3-c3-c3-c3   1  0.1 0.0 3.0\n\nNONBON\n", 0),
    (.charmm, "DIHEDRALS\nA A A A 0.1 3 0.0\nEND\n", 0),
    (.gromacs, "[ dihedraltypes ]\nc3 c3 c3 c3 9 0 1 3\n", 0),
  ])
  func areCounted(_ format: ParameterFormat, text: String, count: Int) throws {
    try Folders.temporary { folder in
      let path = "\(folder)/x.\(format.fileExtension)"
      for written in [text, text.replacing("\n", with: "\r\n")] {
        try Folders.write(written, to: path)
        #expect(try format.improperCount(path) == count)
      }
    }
  }

  /// What Swivel writes has torsions alone.
  @Test(arguments: ParameterFormat.allCases) func noneAreWritten(format: ParameterFormat) throws {
    try Folders.temporary { folder in
      let path = "\(folder)/x.\(format.fileExtension)"
      try Folders.write(format.text(of: ParameterAuditTests.made()), to: path)
      #expect(try format.improperCount(path) == 0)
    }
  }
}
