// Tinker's files that must be refused, each with its line and words.

import Support
import Testing

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
}
