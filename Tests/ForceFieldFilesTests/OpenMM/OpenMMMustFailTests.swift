// Serialized Systems and the files beside them that must be refused, each with its place and words.

import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct OpenMMMustFailTests {
  @Test(arguments: [
    MustFail(
      "amide.xml", "name=\"HarmonicBondForce\" type=\"HarmonicBondForce\" usesPeriodic=\"0\"",
      "name=\"HarmonicBondForce\" type=\"HarmonicBondForce\" usesPeriodic=\"1\"",
      "periodic boundary conditions"),
    MustFail(
      "amide.xml", "type=\"HarmonicAngleForce\"", "type=\"RBTorsionForceOfNobody\"", "RBTorsionForceOfNobody"),
    MustFail("amide.xml", "periodicity=\"1\"", "periodicity=\"8\"", "is none of 0 … 6"),
    MustFail("amide.xml", "p1=\"1\" p2=\"0\" p3=\"6\"", "p1=\"1\" p2=\"1\" p3=\"6\"", "names an atom twice"),
    MustFail("amide.xml", "p1=\"1\" p2=\"0\" p3=\"6\"", "p1=\"1\" p2=\"0\" p3=\"99\"", "was expected"),
    MustFail("amide.xml", "<Particle mass=\"12.011\"/>", "<Particle mass=\"0\"/>", "has the mass 0.0"),
    MustFail("amide.xml", "<Particle mass=\"12.011\"/>", "<Particle mass=\"heavy\"/>", "is no finite number"),
    MustFail(
      "amide.xml", "<Particle mass=\"12.011\"/>",
      "<Particle mass=\"12.011\"><TwoParticleAverageSite/></Particle>", "virtual site"),
    MustFail("amide.xml", "<Particle mass=\"12.011\"/>", "<Particle/>", "lacks the attribute mass"),
    MustFail("amide.xml", "</System>", "", "is no whole XML file"),
    MustFail("amide.xml", "type=\"NonbondedForce\"", "type=\"CMMotionRemover\"", "has no NonbondedForce"),
    MustFail("amide.xml", " method=\"0\"", " method=\"4\"", "number 4, not NoCutoff"),
    MustFail("amide.xml", "eps=\"", "eps=\"-", "epsilon must not be negative"),
    MustFail("amide.pdb", "CONECT    1", "CONECT 9999", "which is not there"),
  ]) func systems(_ change: MustFail) throws {
    try change.check(
      "\(Folders.root)/Tests/Fixtures/openmm", topology: "amide.xml", ["amide.pdb", "amide-types.xml"])
  }

  private static let force =
    "energy=\"k*min(dtheta, 2*pi-dtheta)^2; dtheta = abs(theta-theta0);pi = 3.141593\""

  @Test(arguments: [
    MustFail(
      "amide.xml", "<Bond d=\".14\" k=\"264766.5529666325\" p1=\"0\" p2=\"1\"/>",
      "<Bond d=\".14\" p1=\"0\" p2=\"1\"/>", "<Bond> lacks the attribute k", at: .change,
      hint: "write it again"),
    MustFail(
      "amide.xml", "<Bond d=\".14\" k=\"264766.5529666325\" p1=\"0\" p2=\"1\"/>",
      "<Bond d=\".14\" k=\"inf\" p1=\"0\" p2=\"1\"/>", "k = \"inf\" in <Bond> is no finite number",
      at: .change),
    MustFail(
      "amide.xml", "p1=\"0\" p2=\"1\"/>", "p1=\"0\" p2=\"one\"/>",
      "p2 = \"one\" in <Bond> is no whole number",
      at: .change),
    MustFail(
      "amide.xml", "p1=\"0\" p2=\"1\"/>", "p1=\"-1\" p2=\"1\"/>", "p1 = -1 in <Bond>: 0 … 12 was expected",
      at: .change, hint: "another molecule"),
    MustFail(
      "amide.xml", "<Constraints/>", "<Constraints><Constraint d=\".1\" p1=\"0\" p2=\"12\"/></Constraints>",
      "the distance of the atoms 1 and 13 is constrained and has no bond term", at: .change,
      hint: "constraints=None"),
    MustFail(
      "amide.xml", force, "energy=\"k*(theta-theta0)^2\"", "in an energy that does not wrap", at: .any),
    MustFail(
      "amide.xml", force, "energy=\"k*(1+cos(3*theta))\"",
      "a CustomTorsionForce of the energy \"k*(1+cos(3*theta))\" is not supported", at: .change,
      hint: "harmonic impropers"),
    MustFail(
      "amide.xml", "param1=\"12\" param2=\".1\"", "param1=\"12\" param2=\"7\"",
      "theta0 = 7.0 lies outside ±pi",
      at: .change),
    MustFail(
      "amide.xml", "<Particle mass=\"12.011\"/>", "<Particle mass=\"0.2\"/>", "weigh", at: .any,
      hint: "another molecule"),
    MustFail(
      "amide.xml", "type=\"RBTorsionForce\" usesPeriodic=\"0\"", "type=\"DrudeForce\" usesPeriodic=\"0\"",
      "polarisation", at: .any, hint: "fixed charges"),
    MustFail(
      "amide.xml", "<Exception eps=\"0\" p1=\"0\" p2=\"1\"", "<Exception eps=\"0\" p1=\"1\" p2=\"1\"",
      "an exception names an atom twice", at: .change),
    MustFail(
      "amide.xml", "<Exception eps=\"0\" p1=\"0\" p2=\"1\"", "<Exception eps=\"-1\" p1=\"0\" p2=\"1\"",
      "epsilon must not be negative", at: .change),
    MustFail(
      "amide.xml", "</Forces>", "<Force type=\"NonbondedForce\" method=\"0\"/></Forces>",
      "a second NonbondedForce", at: .change),
    MustFail(
      "amide.xml", "</Forces>", "<Force type=\"GBSAOBCForce\" method=\"0\"/></Forces>", "solvent", at: .change
    ),
    MustFail(
      "amide.xml", "</Forces>",
      "<Force type=\"CustomBondForce\" energy=\"k*(r-r0)^4\"><PerBondParameters/><Bonds><Bond p1=\"0\" p2=\"1\"/></Bonds></Force></Forces>",
      "a CustomBondForce of the energy", at: .change, hint: "4*epsilon*((sigma/r)^12-(sigma/r)^6)"),
    MustFail(
      "amide.xml", "</Forces>",
      "<Force type=\"CustomNonbondedForce\" method=\"0\" energy=\"exp(-r)\"><PerParticleParameters/><Particles/></Force></Forces>",
      "has 0 particles, the System 13", at: .change, hint: "damaged"),
  ]) func forces(_ change: MustFail) throws { try check(change) }

  @Test(arguments: [
    MustFail(
      "amide.pdb", "HETATM    1  C1  AMD A   1       2.559", "HETATM    1  C1 BAMD A   1       2.559",
      "alternate location B", at: .change),
    MustFail(
      "amide.pdb", "HETATM    1  C1  AMD A   1       2.559  -0.243  -0.051  1.00  0.00           C",
      "HETATM    1  C1  AMD A   1       2.559  -0.243", "is no whole atom record", at: .change,
      hint: "PDBFile.writeFile"),
    MustFail(
      "amide.pdb", "-0.051  1.00  0.00           C", "-0.051  1.00  0.00          Qq",
      "\"Qq\" in columns 77–78 is no element", at: .change),
    MustFail(
      "amide.pdb", "HETATM   13  H13 AMD A   1      -2.222  -0.055   1.085  1.00  0.00           H", "",
      "CONECT names the atom 13, which is not there", at: .any),
    MustFail(
      "amide.pdb", "CONECT    4    3\n", "CONECT    4    3    1\n",
      "the PDB bonds the atoms 1 and 4, for which the System has no bond term", at: .any,
      hint: "constraints=None"),
    MustFail(
      "amide-types.xml", "<Atom name=\"C2\" type=\"t2\"/>", "<Atom name=\"C1\" type=\"t2\"/>",
      "the template has a second atom C1", at: .change),
    MustFail(
      "amide-types.xml", "atomName1=\"C1\" atomName2=\"C2\"", "atomName1=\"C1\" atomName2=\"C9\"",
      "the bond names the atom C9, which the template lacks", at: .change),
    MustFail(
      "amide-types.xml", "<Atom name=\"C2\" type=\"t2\"/>", "<Atom name=\"C2\"/>",
      "<Atom> lacks the attribute type", at: .change),
    MustFail(
      "amide-types.xml", "  </Residue>", "<ExternalBond atomName=\"Q\"/></Residue>",
      "the external bond names an atom that the template lacks", at: .change),
    MustFail("amide-types.xml", "   <Atom name=\"H9\" type=\"t7\"/>\n", "", "template", at: .any),
    MustFail(
      "amide-types.xml", "<ForceField>", "<ForceField>\n <Include file=\"amide-types.xml\"/>",
      "includes go deeper than eight files", at: .next(1), hint: "may include itself"),
    MustFail(
      "amide-types.xml", "<ForceField>", "<ForceField>\n <Include file=\"nowhere.xml\"/>", "no such file",
      at: .any),
  ]) func filesOfNames(_ change: MustFail) throws { try check(change) }

  private func check(_ change: MustFail) throws {
    try change.check(
      "\(Folders.root)/Tests/Fixtures/openmm", topology: "amide.xml", ["amide.pdb", "amide-types.xml"])
  }

  /// Files beside a System of which one is too many or another thing.
  @Test func filesThatDoNotBelongAreNamed() throws {
    let folder = "\(Folders.root)/Tests/Fixtures/openmm"
    for (files, words, place) in [
      (["\(folder)/amide.pdb", "\(folder)/amide.pdb"], "is a second file of names", "amide.pdb"),
      (
        ["\(Folders.root)/Tests/Fixtures/charmm/more.str"], "has no atom: neither a PDB nor a ForceField XML",
        "more.str"
      ),
      (["\(folder)/amide.xml"], "where a <ForceField> was expected", "amide.xml"),
      (
        [AmberTopologyTests.butane, "\(folder)/amide.pdb"], "is a topology: no other file is needed",
        "butane.prmtop"
      ),
      ([AmberTopologyTests.butane], "has 14 atoms, the System 13", "butane.prmtop"),
    ] {
      let error = #expect(throws: InputError.self, "\(files)") {
        try readTopology("\(folder)/amide.xml", parameters: files)
      }
      #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
      #expect(error?.place?.file.hasSuffix(place) == true, "\(error?.description ?? "")")
    }
  }
}
