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
}
