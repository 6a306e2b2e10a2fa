// CHARMM files that must be refused, each with its line and words.

import Support
import Testing

@Suite struct CharmmMustFailTests {
  private func check(_ change: MustFail) throws {
    try change.check(
      "\(Folders.root)/Tests/Fixtures/charmm", topology: "nma.psf", ["base.rtf", "base.prm", "more.str"])
  }

  @Test(arguments: [
    MustFail("nma.psf", "PSF CMAP CHEQ", "PSF CMAP CHEQ DRUDE", "Drude particles"),
    MustFail("nma.psf", "11 !NBOND: bonds", "11 !BANDS: bonds", "is not known to Swivel"),
    MustFail("nma.psf", "2 !NIMPHI: impropers", "2 !NPHI: dihedrals", "second time"),
    MustFail("nma.psf", "12 !NATOM", "13 !NATOM", "where the section says 13"),
    MustFail("nma.psf", "      12 !NATOM\n", "      x !NATOM\n", "a count before !NATOM"),
    MustFail("nma.psf", "       2 AMID 1    NMA  C2", "       3 AMID 1    NMA  C2", "is no atom: number"),
    MustFail(
      "nma.psf", "       1       2       2       3", "       1       x       2       3", "is no atom's number"
    ),
    MustFail(
      "nma.psf", "       5      10       5      11       5      12", "       5      10       5      11",
      "numbers stand here"),
    MustFail(
      "nma.psf", "       1       2       2       3", "       1      77       2       3", "there is no atom 77"
    ),
    MustFail(
      "nma.psf", "       1       2       2       3", "       1       1       2       3", "names an atom twice"
    ),
    MustFail(
      "nma.psf", "       0 !NCRTERM: cross-terms\n", "       1 !NCRTERM: cross-terms\n 1 2 3 4 5 6 7 8\n",
      "are not supported"),
  ]) func structures(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail("base.prm", "CT3  C     251.3  1.487", "CT3  C     251.3", "has 3 words where 4 were expected"),
    MustFail("base.prm", "CT3  C     251.3  1.487", "CT3  C     lots  1.487", "\"lots\" is no finite number"),
    MustFail("base.prm", "CT3  C     251.3  1.487\n", "", "bond"),
    MustFail("base.prm", "CT3 C   O     79.3  121.3\n", "", "angle"),
    MustFail(
      "base.prm", "C   NH1 CT3 HA   0.11  3   17.5\nC   NH1 CT3 HA  -0.03  1    0.0\n", "", "dihedral"),
    MustFail("base.prm", "O   X   X   C    118.7  0  0.0\n", "", "improper"),
    MustFail(
      "base.prm", "CT3  C     251.3  1.487", "X  C     251.3  1.487",
      "wildcards are supported in dihedrals and impropers only"),
    MustFail(
      "base.prm", "X   C  NH1 X     2.39  2  180.0", "X   C  NH1 C     2.39  2  180.0", "both end atoms"),
    MustFail(
      "base.prm", "X   CT3 C  X     0.05  6  180.0", "X   CT3 C  X     0.05  7  180.0", "periodicity 7"),
    MustFail(
      "base.prm", "H   NH1 CT3 HA   0.07  3    0.0", "H   NH1 CT3 HA   0.07  0    0.0", "periodicity 0"),
    MustFail("base.prm", "nbxmod  5", "nbxmod  4", "nbxmod 4"),
    MustFail("base.prm", "eps 1.0", "eps 4.0", "dielectric constant other than 1"),
    MustFail("base.prm", "cdiel", "rdiel", "grows with distance"),
    MustFail("base.prm", "e14fac 1.0", "e14fac -1.0", "e14fac"),
    MustFail("base.prm", "H      0.0  -0.0457  0.2247", "H      0.0  -0.0457  -9e9", "makes no sense"),
    MustFail("more.str", "RETURN\n", "RETURN -", "where another line was expected"),
    MustFail("base.prm", "BONDS\n", "BANDS\n", "stands in no section"),
    MustFail("base.prm", "BONDS\n!V(bond)", "stream other.str\nBONDS\n!V(bond)", "another file is read here"),
    MustFail("base.rtf", "MASS  -1  H ", "MASS  -1 ", "MASS number type mass"),
  ]) func parameters(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "nma.psf", "PSF CMAP CHEQ\n", "PSF CMAP CHEQ\n\nstray\n", "a section such as `14 !NATOM` was expected",
      at: .next(2)),
    MustFail(
      "nma.psf", "      11 !NBOND: bonds", "      11 !NDOND: bonds", "the section !NDOND is not known",
      at: .change),
    MustFail(
      "nma.psf", "C1   CT3   -0.270000", "C1    20   -0.270000", "the atom type is a number", at: .change,
      hint: "write psf card xplor"),
    MustFail(
      "nma.psf", "      18 !NTHETA: angles\n", "      19 !NTHETA: angles\n",
      "54 numbers stand here where 19 angles have 57", at: .any, hint: "truncated"),
    MustFail(
      "nma.psf", "       2       1       6       2", "       2       1       6.5     2",
      "\"6.5\" is no atom's number", at: .change, hint: "write it again"),
    MustFail(
      "nma.psf", "       6       1       2       3       6", "       6       1       2       1       6",
      "a dihedral names an atom twice", at: .change),
    MustFail(
      "nma.psf", "       6       1       2       3       6       1       2       4",
      "       6       1       2       3       6       1       2       3",
      "the dihedral 6-1-2-3 stands here twice", at: .any, hint: "list every dihedral once"),
    MustFail(
      "nma.psf", "       0 !NNB\n", "       1 !NNB\n", "exclusions of 12 atoms have 13", at: .change,
      hint: "truncated"),
    MustFail(
      "nma.psf", "       0 !NNB\n\n       0       0", "       1 !NNB\n\n      12       0       1",
      "the ends of the exclusion lists must ascend", at: .any),
    MustFail(
      "nma.psf",
      "       0 !NNB\n\n       0       0       0       0       0       0       0       0",
      "       1 !NNB\n      77\n       1       1       1       1       1       1       1       1",
      "there is no atom 77, in an exclusion", at: .any),
    MustFail(
      "nma.psf", "       0       0 !NUMLP NUMLPH", "       1       3 !NUMLP NUMLPH", "the section !NUMLP",
      at: .change, hint: "aryl halides"),
  ]) func damagedStructures(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "base.prm", "CT3 C   O     79.3  121.3", "CT3 C   O     79.3", "has 4 words where 5 or 7 were expected",
      at: .change, hint: "remarks stand after !"),
    MustFail(
      "base.prm", "X   C  NH1 X     2.39  2  180.0", "X   C  NH1 X     2.39  2.5  180.0",
      "the periodicity 2.5 is none of 0 … 6", at: .change, hint: "n = 6"),
    MustFail(
      "base.prm", "X   C  NH1 X     2.39  2  180.0", "X   C  NH1 X     2.39  0  180.0",
      "a dihedral of periodicity 0 is not supported", at: .change, hint: "move it to IMPROPER"),
    MustFail(
      "base.prm", "CT3 C  NH1 CT3   2.47  2  180.0", "CT3 C  NH1 CT3   2.47  1  180.0",
      "the periodicity 1 is given to the same types as in line", at: .change),
    MustFail(
      "base.prm", "O      0.0  -0.1231  1.69   0.0  -0.1187  1.41", "O      0.0  -0.1231  1e4",
      "a radius of 10000.0 Å makes no sense", at: .change),
    MustFail(
      "base.prm", "O      0.0  -0.1231  1.69   0.0  -0.1187  1.41", "O      0.0  -0.1231",
      "has 3 words where 4 or 7 were expected", at: .change, hint: "remarks stand after !"),
    MustFail(
      "base.prm", "nbxmod  5 atom", "nbxmod  five atom", "\"five\" is no finite number; the exclusion mode",
      at: .change),
    MustFail(
      "base.prm", "HA     0.0  -0.0243  1.33\n", "", "atom type HA", at: .any,
      hint: "every parameter file"),
    MustFail(
      "base.prm", "HA   CT3   321.4  1.109\n", "", "there are no parameters for the bond CT3-HA", at: .any,
      hint: "--topology-parameters"),
    MustFail(
      "base.rtf", "MASS  -1  HA     1.00800", "MASS  -1  HA     light",
      "\"light\" is no finite number; a mass",
      at: .change),
    MustFail(
      "more.str", "NBFIX\nO  HA   -0.0619  2.97", "NBFIX\nO  HA   -0.0619  far",
      "\"far\" is no finite number", at: .next(1)),
  ]) func damagedParameters(_ change: MustFail) throws { try check(change) }
}
