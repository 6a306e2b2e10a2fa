// Serialized Systems and the files beside them that must be refused, each with its place and words.

import Support
import Testing

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
}
