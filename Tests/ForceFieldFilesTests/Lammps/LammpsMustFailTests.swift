// LAMMPS data files and scripts that must be refused, each with its file, line, words and hint.

import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct LammpsMustFailTests {
  private static let folder = "\(Folders.root)/Tests/Fixtures/lammps"

  private func check(_ change: MustFail, _ name: String = "opls") throws {
    try change.check(
      Self.folder, topology: "\(name).data", ["\(name).in"], beside: name == "opls" ? ["opls.settings"] : [])
  }

  @Test(arguments: [
    MustFail("opls.data", "12 atoms\n", "-12 atoms\n", "-12 atoms make no sense", at: .change),
    MustFail(
      "opls.data", "6 atom types\n", "0 atom types\n", "12 atoms of 0 types: the counts make no sense",
      at: .any, hint: "`14 atoms`"),
    MustFail(
      "opls.data", "11 bonds\n", "11 bonds\n11 bonds\n", "the count of bonds stands here a second time",
      at: .next(1)),
    MustFail(
      "opls.data", "11 bonds\n", "11 bands\n", "\"11 bands\" is no header line", at: .change,
      hint: "header lines are such as"),
    MustFail(
      "opls.data", "11 bonds\n", "eleven bonds\n", "\"eleven bonds\" is no section", at: .change,
      hint: "Dihedral Coeffs"),
    MustFail(
      "opls.data", "11 bonds\n", "11.5 bonds\n", "\"11.5\" is no whole number; a count was expected",
      at: .change),
    MustFail(
      "opls.data", "6 bond types\n", "6 bond types\n3 crossterms\n", "3 crossterms: CMAP", at: .any,
      hint: "without the peptide backbone"),
    MustFail(
      "opls.data", "6 bond types\n", "6 bond types\n3 ellipsoids\n", "holds ellipsoids, not atoms alone",
      at: .any),
    MustFail(
      "opls.data", "Velocities\n", "Masses\n", "the section Masses stands here a second time", at: .change),
    MustFail(
      "opls.data", "Velocities\n", "Bodies of water\n", "\"Bodies of water\" is no section", at: .change,
      hint: "Masses, Atoms"),
    MustFail(
      "opls.data", "11 bonds\n", "12 bonds\n", "the section Bonds has 11 rows where the header says 12",
      at: .any, hint: "truncated"),
    MustFail(
      "opls.data", "\n12 1 6 0.09", "\n11 1 6 0.09", "the atom number 11 is not positive or stands here",
      at: .next(2)),
    MustFail("opls.data", "\n12 1 6 0.09", "\ntwelve 1 6 0.09", "\"twelve", at: .next(1)),
    MustFail(
      "opls.data", "-2.53 -0.344 -0.6 0 0 0", "-2.53 here -0.6 0 0 0",
      "\"here\" is no finite number; a coordinate was expected", at: .change),
    MustFail(
      "opls.data", "-2.53 -0.344 -0.6 0 0 0", "-2.53 -0.344 -0.6 0", "has 8 columns, which is not atom_style",
      at: .change, hint: "three image counts"),
    MustFail("opls.data", "12 1 6 0.09", "12 1 7 0.09", "there is no atom type 7", at: .change),
    MustFail(
      "opls.data", "6 1.008 # HA\n", "", "the mass of atom type 6 is given nowhere", at: .any,
      hint: "a section Masses"),
    MustFail(
      "opls.data", "6 1.008 # HA", "6 14.027 # CH2", "united and dummy atoms are not supported", at: .change),
    MustFail("opls.data", "\n1 1 1 2\n", "\n1 9 1 2\n", "there is no bond type 9", at: .next(1)),
    MustFail("opls.data", "\n1 1 1 2\n", "\n1 1 1 1\n", "the bond names an atom twice", at: .next(1)),
    MustFail("opls.data", "\n1 1 1 2\n", "\n1 1 1 2 3\n", "has 5 numbers where a bond has 4", at: .next(1)),
    MustFail(
      "opls.data", "\n1 1 1 2\n", "\n1 1 1\n", "ends after 3 words; an atom number was expected",
      at: .next(1),
      hint: "cut off"),
    MustFail("opls.data", "\n1 1 6 1 2 3\n", "\n1 1 6 1 2 77\n", "there is no atom 77", at: .next(1)),
  ]) func dataFiles(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "opls.in", "pair_style lj/cut/coul/cut &\n   500.0\n", "", "has no pair_style", at: .any,
      hint: "`pair_style lj/cut/coul/cut"),
    MustFail(
      "opls.in", "pair_style lj/cut/coul/cut &\n   500.0\n", "pair_style lj/long/coul/long off cut 500\n",
      "lj/long/coul/long with \"off\"", at: .change),
    MustFail(
      "opls.in", "run 0\nrun 100\nfix 2 all restrain dihedral 1 2 3 4 0 0 0\n", "thermo 1 &",
      "ends with & where another line was expected", at: .change, hint: "truncated"),
    MustFail(
      "opls.in", "dielectric 1.5", "dielectric -1.5", "a dielectric constant must be positive", at: .change),
    MustFail(
      "opls.in", "dielectric 1.5", "dielectric ${eps}", "\"${eps}\" is no finite number", at: .change,
      hint: "in place of the variable"),
    MustFail("opls.in", "dielectric 1.5", "dimension 2", "only three dimensions", at: .change),
    MustFail(
      "opls.in", "dielectric 1.5", "kspace_style scafacos", "kspace_style scafacos is not supported",
      at: .change),
    MustFail(
      "opls.in", "special_bonds lj/coul 0.0 0.0 0.5", "special_bonds lj/coul 0.0 0.0 -0.5",
      "a weight lies between 0 and 1", at: .change),
    MustFail(
      "opls.in", "special_bonds lj/coul 0.0 0.0 0.5", "special_bonds lj/coul 0.0 0.0",
      "ends after 4 words; a weight of 0 … 1 was expected", at: .change),
    MustFail(
      "opls.in", "special_bonds lj/coul 0.0 0.0 0.5", "special_bonds opls", "\"opls\" is no keyword of",
      at: .change),
    MustFail(
      "opls.in", "special_bonds lj/coul 0.0 0.0 0.5", "special_bonds lj 0 0 0 coul 0 0 0.5",
      "leaves out one of Lennard-Jones and Coulomb", at: .any),
    MustFail(
      "opls.in", "dielectric 1.5", "pair_modify mix", "ends after 2 words; a value was expected", at: .change),
    MustFail(
      "opls.in", "dielectric 1.5", "pair_modify nofdotr now", "pair_modify nofdotr now is not supported",
      at: .change),
    MustFail(
      "opls.in", "fix 1 all nve", "fix 1 all drude C C N", "polarisation", at: .change,
      hint: "fixed charges"),
    MustFail(
      "opls.in", "fix 1 all nve", "set type 5 diameter 1.0", "only `set type T charge Q`", at: .change,
      hint: "write_data"),
    MustFail(
      "opls.in", "read_data opls.data", "read_data opls.data\nread_data opls.data", "a second read_data",
      at: .next(1)),
    MustFail(
      "opls.in", "read_data opls.data", "read_data opls.data add append", "read_data with add", at: .change),
    MustFail(
      "opls.in", "include opls.settings", "include", "ends after 1 words; a file was expected", at: .change),
    MustFail(
      "opls.settings", "# coefficients\n", "include opls.settings\n", "includes go deeper than 20 files",
      at: .any),
    MustFail(
      "opls.data", "Atoms # full", "Atoms # molecular", "the data file says atom_style molecular", at: .any),
    MustFail(
      "opls.in", "bond_style hybrid harmonic\n", "", "no bond_style is given", at: .any, hint: "`bond_style"),
  ]) func scripts(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "opls.settings", "bond_coeff 1 harmonic 317 1.06", "bond_coeff 1 harmonic 317",
      "style harmonic has 2 coefficients, but 1 stand here", at: .change, hint: "the style in the script"),
    MustFail(
      "opls.settings", "bond_coeff 1 harmonic 317 1.06", "bond_coeff 1 harmonic strong 1.06",
      "\"strong\" is no finite number; a force constant was expected", at: .change),
    MustFail(
      "opls.settings", "bond_coeff 1 harmonic 317 1.06\n", "",
      "the coefficients of bond type 1 are given nowhere", at: .any, hint: "bond_coeff lines"),
    MustFail(
      "opls.settings", "angle_coeff 2*4", "angle_coeff 4*2", "\"4*2\" is no range of the 9 angle types",
      at: .change),
    MustFail(
      "opls.settings", "angle_coeff 9 37.5", "angle_coeff 10 37.5", "there is no angle type 10", at: .change),
    MustFail(
      "opls.settings", "dihedral_coeff 3 charmm 0.7 2 180 0.0", "dihedral_coeff 3 charmm 0.7 2 180 -0.5",
      "a weight lies between 0 and 1", at: .change),
    MustFail(
      "opls.settings", "dihedral_coeff 3 charmm 0.7 2 180 0.0", "dihedral_coeff 3 charmm 0.7 9 180 0.0",
      "the periodicity 9 is none of 0 … 6", at: .change, hint: "n = 6"),
    MustFail(
      "opls.settings", "dihedral_coeff 4 harmonic 0.35 -1 3", "dihedral_coeff 4 harmonic 0.35 2 3",
      "2 is neither 1 nor -1", at: .change),
    MustFail(
      "opls.settings", "dihedral_coeff 4 harmonic 0.35 -1 3", "dihedral_coeff 4 harmonic 0.35 -1 three",
      "\"three\" is no whole number", at: .change),
    MustFail(
      "opls.settings", "dihedral_coeff 2 multi/harmonic 0.3 -0.4 0.5 0.6 -0.2",
      "dihedral_coeff 2 multi/harmonic 0.3 -0.4 0.5", "style multi/harmonic has 5 coefficients, but 3",
      at: .change),
    MustFail(
      "opls.settings", "dihedral_coeff 2 multi/harmonic 0.3 -0.4 0.5 0.6 -0.2",
      "dihedral_coeff 2 charmm 0.3 1 0 0.7", "dihedral weights go with the pair styles lj/charmm/coul",
      at: .any,
      hint: "AMBER's scaling"),
    MustFail(
      "opls.settings", "improper_coeff 1 cvff 10.5 -1 2", "improper_coeff 1 umbrella 10.5 -1",
      "umbrella", at: .change),
    MustFail(
      "opls.settings", "pair_coeff 3 3 0.17 2.96", "pair_coeff 3 3 -0.17 2.96", "neither may be negative",
      at: .change),
    MustFail(
      "opls.settings", "pair_coeff 3 3 0.17 2.96", "pair_coeff 3 3 0.17",
      "ends after 4 words; sigma was expected", at: .change),
  ]) func coefficients(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "charmm.in", "pair_coeff 3 6 0.0619 2.65 0.0311 2.52", "pair_coeff 3 6 0.0619 2.65 0.0311",
      "another epsilon and sigma were expected", at: .change),
    MustFail(
      "charmm.data", "Pair Coeffs # lj/charmm/coul/charmm", "Pair Coeffs # lj/cut",
      "the section was written for style lj/cut", at: .any),
    MustFail(
      "charmm.data", "1 40 105 0.0 2.0", "1 40 105 0.0", "style charmm has 4 coefficients, but 3", at: .change
    ),
    MustFail(
      "charmm.in", "special_bonds charmm", "special_bonds lj/coul 0.0 0.0 1.0",
      "dihedral weights go with `special_bonds charmm` only", at: .any),
  ]) func charmmStyles(_ change: MustFail) throws { try check(change, "charmm") }

  @Test(arguments: [
    MustFail(
      "class2.data", "nharmonic 5 0.1 0.4 -0.3 0.2 0.5", "nharmonic 7 0.1 0.4 -0.3 0.2 0.5 0 0",
      "powers of the cosine above 5", at: .change),
    MustFail(
      "class2.data", "class2 0.6 15 -0.3 40 0.2 180", "class2 0.6 15", "style class2 has 6 coefficients",
      at: .change),
    MustFail(
      "class2.data", "3 class2 0 0 0 1.4", "3 class2 0 0.2 0 1.4", "cross terms of style class2", at: .change),
    MustFail("class2.data", "\n6 HA\n", "\n7 HA\n", "there is no atom type 7", at: .next(1)),
    MustFail(
      "class2.data", "\n6 HA\n", "\n6 CT3\n", "the label CT3 is given to a second atom type", at: .next(1)),
    MustFail(
      "class2.in", "if \"$(is_typelabel(dihedral,c3-c3-c3-hc))\"", "if \"1 > 0\"",
      "conditions are not followed", at: .change, hint: "without the condition"),
  ]) func labelsAndClass2(_ change: MustFail) throws { try check(change, "class2") }

  /// A script that ends with & was cut off, whether a line feed stands behind it or not; an empty line ends the command.
  @Test(arguments: [
    ("thermo 1 &", 1), ("thermo 1 &\n", 1), ("thermo 1 &\n  pe &  \n", 2), ("thermo 1 & # none\n", nil),
    ("thermo 1 &\n\n", nil),
  ])
  func scriptsThatEndInTheMiddle(_ end: String, line: Int?) throws {
    try Folders.temporary { folder in
      for name in ["opls.data", "opls.settings"] {
        try Folders.write(try readText("\(Self.folder)/\(name)"), to: "\(folder)/\(name)")
      }
      let text = try readText("\(Self.folder)/opls.in")
      let start = text[..<(try #require(text.range(of: "run 0\n")).lowerBound)]
      try Folders.write(String(start) + end, to: "\(folder)/opls.in")
      let read = { try readTopology("\(folder)/opls.data", parameters: ["\(folder)/opls.in"]).topology }
      guard let line else {
        #expect(try read().atoms.count == 12)
        return
      }
      let error = try #require(throws: InputError.self) { try read() }
      #expect(error.message == "ends with & where another line was expected", "\(error)")
      #expect(
        error.place == SourcePlace(file: "\(folder)/opls.in", line: start.count { $0 == "\n" } + line), "\(error)")
      #expect(error.hint == "the file may be truncated; else take the & away")
      #expect(error.descriptionWithExcerpt.contains("^"))
    }
  }

  @Test func scriptsThatAreMissingAreAskedFor() {
    let error = #expect(throws: InputError.self) { try readTopology("\(Self.folder)/opls.data") }
    #expect(error?.message.contains("how pairs are mixed") == true)
    #expect(error?.hint?.contains("--topology-parameters in.molecule") == true)
  }
}
