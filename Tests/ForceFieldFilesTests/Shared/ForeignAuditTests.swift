// Files that Swivel did not write: what can be told of them without remarks.

import Foundation
import Support
import Testing

@testable import ForceFieldFiles

@Suite struct ForeignAuditTests {
  private func audited(_ text: String, _ name: String) throws -> [String] {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/\(name)")
      let audit = try auditParameterFile("\(folder)/\(name)")
      #expect(audit.isForeign && audit.header.isEmpty)
      return audit.findings.map { "\($0.place.line ?? 0) \($0.kind.rawValue)" }
    }
  }

  @Test func frcmod() throws {
    let sane = """
      by parmchk2
      MASS

      DIHE
      X -c3-c3-X    9    1.400         0.000           3.0
      c3-c3-c3-c3   1    0.180         0.000          -3.0
      c3-c3-c3-c3   1    0.250       180.000          -2.0
      c3-c3-c3-c3   1    0.200       180.000           1.0

      """
    #expect(try audited(sane, "a.frcmod") == [])
    let insane = """
      by hand
      DIHE
      c3-c3-c3-c3   1   25.000         0.000           3.0
      c3-c3-c3-hc   1    0.180        37.500           3.0
      X -c3-c3-hc   1    0.100         0.000           3.0
      X -X -c3-X    1    0.100         0.000           3.0
      hc-c3-c3-c3   1    0.100         0.000          -3.0
      hc-c3-c3-c3   1    0.200         0.000           3.0
      c3-c3-os-c3   1    0.200         0.000          -3.0

      """
    #expect(
      try audited(insane, "a.frcmod") == [
        "3 large", "4 odd-phase", "5 unreachable", "6 unreachable", "7 duplicate", "8 duplicate", "9 missing",
      ])
  }

  @Test func gromacs() throws {
    let text = """
      [ dihedraltypes ]
      X   c3  c3  X   9  0.0  0.65  3
      c3  c3  c3  c3  9  0.0  0.75  3
      c3  c3  c3  c3  9  180.0  1.0  2
      hc  c3  c3  c3  9  0.0  90.0  3
      c3  c3  c3  hc  9  0.0  0.7  3
      X   X   X   X   9  0.0  0.7  3
      c3  c3  n   o   4  180.0  4.6  2

      """
    #expect(try audited(text, "a.itp") == ["5 large", "6 duplicate", "7 wildcard"])
  }

  @Test func charmm() throws {
    let text = """
      * foreign
      *

      DIHEDRALS
      X    CT1  CT1  X     0.2  3  0.0
      CT1  CT1  CT1  HA    0.2  3  0.0
      HA   CT1  CT1  CT1   0.3  3  0.0
      X    CT1  CT1  HA    0.2  3  0.0
      HA   CT1  OH1  H    22.0  1  90.0

      END

      """
    #expect(try audited(text, "a.prm") == ["7 duplicate", "8 unreachable", "9 large", "9 odd-phase"])
  }

  @Test func lammpsAndTinker() throws {
    let lammps = """
      dihedral_coeff c3-c3-c3-hc fourier 1 0.2 3 0
      dihedral_coeff hc-c3-c3-c3 fourier 1 0.2 3 0
      dihedral_coeff c3-c3-c3-hc fourier 1 30.0 3 0

      """
    #expect(try audited(lammps, "a.lmp") == ["3 large", "3 duplicate"])
    let tinker = """
      torsion 1 1 1 2 0.2 0.0 3
      torsion 0 1 1 0 0.2 0.0 3
      torsion 0 0 1 2 0.2 0.0 3
      torsion 2 1 1 1 0.2 45.0 3 0.1 0.0 3

      """
    #expect(
      try audited(tinker, "a.key") == ["3 unreachable", "4 odd-phase", "4 duplicate", "4 duplicate"])
  }

  @Test func openMM() throws {
    let text = """
      <ForceField>
       <PeriodicTorsionForce>
        <Proper class1="" class2="c3" class3="c3" class4="" periodicity1="3" phase1="0.0" k1="0.6"/>
        <Proper class1="" class2="c3" class3="c3" class4="hc" periodicity1="3" phase1="0.0" k1="0.6"/>
        <Proper class1="hc" class2="c3" class3="c3" class4="hc" periodicity1="3" phase1="180" k1="0.6"/>
        <Proper class1="hc" class2="c3" class3="c3" class4="hc" periodicity1="3" phase1="3.141592653589793" k1="99"/>
       </PeriodicTorsionForce>
      </ForceField>

      """
    #expect(try audited(text, "a.xml") == ["4 unreachable", "5 odd-phase", "6 large", "6 duplicate"])
  }

  @Test func smirnoff() throws {
    func proper(_ smirks: String, _ k: String = "0.2 * mole ** -1 * kilocalorie ** 1") -> String {
      "<Proper smirks=\"\(smirks)\" id=\"t\" periodicity1=\"3\" phase1=\"0.0 * degree ** 1\" k1=\"\(k)\" idivf1=\"1.0\"/>"
    }
    func file(_ lines: [String]) -> String {
      "<SMIRNOFF version=\"0.3\">\n<ProperTorsions>\n\(lines.joined(separator: "\n"))\n</ProperTorsions>\n</SMIRNOFF>\n"
    }
    let sane = file([
      proper("[*:1]-[#6X4:2]-[#6X4:3]-[*:4]"), proper("[#6X4:1]-[#6X4:2]-[#6X4:3]-[#6X4:4]"),
      proper("[#1:1]-[#6X4:2]-[#6X4:3]-[*:4]"), proper("[*:1]-[#6X4;r3:2]-@[#6X4;r3:3]-[*:4]"),
    ])
    #expect(try audited(sane, "a.offxml") == [])
    let insane = file([
      proper("[#6X4:1]-[#6X4:2]-[#6X4:3]-[#6X4:4]"), proper("[*:1]-[#6X4:2]-[#6X4:3]-[*:4]"),
      proper("[#1:1]-[#6X4:2]-[#6X4:3]-[#1:4]", "84.0 * kilojoule / mole"),
      proper("[#1:1]-[#6X4:2]-[#6X4:3]-[#1:4]"),
    ])
    #expect(try audited(insane, "a.offxml") == ["3 unreachable", "4 wildcard", "5 large", "6 duplicate"])
  }

  /// A conversion says how many impropers it leaves behind: of AMBER's parameter sets too, whose lists have no headings.
  @Test func impropersOfParameterSetsAreCounted() throws {
    try Folders.temporary { folder in
      try Folders.write(
        "title\nc3 12.01\n\nc3\nc3-c3 300.0 1.5\n\nc3-c3-c3 60.0 110.0\n\nX -c3-c3-X 9 1.4 0.0 3.0\n\n"
          + "X -X -c -o 10.5 180.0 2.0\nX -X -n -hn 1.1 180.0 2.0\n\nHW OW 0.0 0.0\n", to: "\(folder)/x.dat")
      #expect(try ParameterFormat.amber.improperCount("\(folder)/x.dat") == 2)
      try Folders.write(
        "title\nMASS\n\nDIHE\nX -c3-c3-X 9 1.4 0.0 3.0\n\nIMPROPER\nX -X -c -o 10.5 180.0 2.0\n\nNONB\n",
        to: "\(folder)/x.frcmod")
      #expect(try ParameterFormat.amber.improperCount("\(folder)/x.frcmod") == 1)
    }
  }
}
