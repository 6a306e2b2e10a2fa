// Tinker's files that must be refused, each with its line and words.

import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct TinkerMustFailTests {
  private func check(_ change: MustFail) throws {
    try change.check("\(Folders.root)/Tests/Fixtures/tinker", topology: "amide.xyz", ["amber.prm"])
  }

  @Test(arguments: [
    MustFail("amber.prm", "bond 1 2 570.0 1.35\n", "", "bond"),
    MustFail("amber.prm", "angle 1 2 3 70.0 121.7\n", "", "angle"),
    MustFail("amber.prm", "bond 1 2 570.0 1.35", "bond 1 2 570.0", "the line ends where"),
    MustFail("amber.prm", "bond 1 2 570.0 1.35", "bond 1 2 strong 1.35", "\"strong\" stands where"),
    MustFail("amber.prm", "bond 1 2 570.0 1.35", "bond -1 2 570.0 1.35", "0 or more"),
    MustFail("amber.prm", "vdw 4 1.6612 0.21\n", "", "there is no `vdw` line"),
    MustFail("amber.prm", "vdw 9 1.387 0.0157", "vdw 9 1.387 0.0157 0.91", "reduction factor"),
    MustFail(
      "amber.prm", "atom 14 4 O \"amide O\" 8 15.999 1\n", "", "there is no `atom` line of the type 14"),
    MustFail("amber.prm", "\"amide O\" 8 15.999", "\"amide O\" 0 15.999", "is no element"),
    MustFail(
      "amber.prm", "\"amide O\" 8 15.999", "\"amide O\" 900 15.999", "numbers of an atom were expected"),
    MustFail("amber.prm", "imptors 7 7 1 2 1.1 180.0 2", "imptors 7 7 1 2 1.1 180.0 4", "periodicity 4"),
    MustFail("amber.prm", "vdw-14-scale 2.0", "vdw-15-scale 2.0", "scaled 1-5 pairs"),
    MustFail("amber.prm", "dielectric 1.0", "dielectric -1.0", "a positive number was expected"),
    MustFail("amber.prm", "dielectric 1.0", "bondterm none", "leaves terms out"),
    MustFail(
      "amber.prm", "torsion 0 1 2 0 6.65 180.0 2",
      "torsion 0 1 2 0 1 0 1 1 0 2 1 0 3 1 0 4 1 0 5 1 0 6 1 0 1", "more than six terms"),
    MustFail("amber.prm", "charge 11 -0.35\n", "", "there is no `charge` line"),
  ]) func parameters(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail("amide.xyz", "13  acrylamide", "14  acrylamide", "atoms are announced"),
    MustFail("amide.xyz", "  2 C      1.515167", "  3 C      1.515167", "number"),
    MustFail(
      "amide.xyz", "  2 C      1.515167    0.249627", "  2 C      1.515167    nowhere", "is no atom line"),
    MustFail("amide.xyz", "14 3\n", "14 33\n", "is no other atom of the 13"),
    MustFail("amide.xyz", "14 3\n", "14 2\n", "is bonded to"),
    MustFail("amide.xyz", "14 3\n", "77 3\n", "there is no `atom` line of the type 77"),
  ]) func coordinates(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "amber.prm", "vdwtype LENNARD-JONES", "vdwtype BUFFERED-14-7",
      "vdwtype BUFFERED-14-7 is not supported: LENNARD-JONES was expected", at: .change),
    MustFail(
      "amber.prm", "forcefield MADE-UP", "forcefield MMFF94", "MMFF94 has terms of its own", at: .change),
    MustFail(
      "amber.prm", "dielectric 1.0", "dielectric 1.0 x\nbond-cubic -2.55", "bond-cubic is not zero",
      at: .next(1), hint: "harmonic bonds and angles"),
    MustFail(
      "amber.prm", "vdw-14-scale 2.0", "vdw-14-scale -2.0", "vdw-14-scale -2.0: a positive number",
      at: .change),
    MustFail(
      "amber.prm", "chg-14-scale 1.2", "chg-14-scale half", "\"half\" stands where a number was expected",
      at: .change, hint: "wants a # before it"),
    MustFail(
      "amber.prm", "chg-14-scale 1.2", "chg-14-scale 1.2\nextraterm only", "extraterm asks for energy",
      at: .next(1)),
    MustFail(
      "amber.prm", "vdw 1 1.908 0.086", "vdw 0 1.908 0.086", "0 is no atom class or type", at: .change),
    MustFail("amber.prm", "charge 11 -0.35", "charge -11 -0.35", "-11 is no atom type", at: .change),
    MustFail(
      "amber.prm", "atom 11 1 C1 \"vinyl CH2\" 6 12.011 3", "atom 11 1 C1 \"vinyl CH2\" carbon 12.011 3",
      "\"carbon\" stands where an atomic number", at: .change),
    MustFail(
      "amber.prm", "torsion 3 5 6 9 0.1 0.0 3", "torsion 3 5 6 9 0.1 0.0 7",
      "the periodicity 7 is none of 1 … 6: Tinker would drop the term", at: .change, hint: "n = 6"),
    MustFail(
      "amber.prm", "torsion 3 5 6 9 0.1 0.0 3", "torsion 3 5 6 9 0.1 0.0",
      "the line ends where a periodicity was expected, after torsion", at: .change, hint: "damaged"),
    MustFail(
      "amber.prm", "torsion 3 5 6 9 0.1 0.0 3", "torsion 3 5 6 nine 0.1 0.0 3",
      "\"nine\" stands where 4 atom classes", at: .change),
    MustFail(
      "amber.prm", "charge 19 0.10\n", "charge 19 0.10\nmultipole 11 12 13 0.1\n", "AMOEBA", at: .next(1)),
  ]) func settingsAndTerms(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "amide.xyz", "13  acrylamide, N-methyl\n",
      "13  acrylamide, N-methyl\n  30.0 30.0 30.0 90.0 90.0 90.0\n", "the file has a periodic box",
      at: .next(1),
      hint: "take the line of the box out"),
    MustFail(
      "amide.xyz", "  2 C      1.515167", "  3 C      1.515167",
      "the atom has the number 3 where 2 was expected", at: .change, hint: "xyzedit"),
    MustFail(
      "amide.xyz", "  13 2 4 5\n", "  13 2 4\n", "the atom 5 is bonded to 3, but 3 not to 5", at: .any),
    MustFail("amide.xyz", "  13 2 4 5\n", "  -13 2 4 5\n", "is no atom line", at: .change),
  ]) func damagedCoordinates(_ change: MustFail) throws { try check(change) }

  /// The key's line `parameters` leads to a file that must be there.
  @Test func parametersThatAKeyNamesMustBeThere() throws {
    try MustFail(
      "amber.key", "parameters amber", "parameters amoeba", "the parameter file amoeba.prm is not there",
      at: .change, hint: "beside the topology"
    ).check(
      "\(Folders.root)/Tests/Fixtures/tinker", topology: "amide.xyz", ["amber.key"], beside: ["amber.prm"])
  }

  @Test func coordinatesAloneAreNotEnough() throws {
    let path = "\(Folders.root)/Tests/Fixtures/tinker/amide.xyz"
    let error = #expect(throws: InputError.self) { try readTopology(path) }
    #expect(error?.message.contains("has no parameters itself") == true && error?.place?.file == path)
    #expect(error?.hint?.contains(".prm") == true)
  }
}
