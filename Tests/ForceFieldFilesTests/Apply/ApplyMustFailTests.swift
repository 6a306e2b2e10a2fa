// Topologies that parameters cannot be applied to, and terms that their formats cannot say, each with its place and a way out.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct ApplyMustFailTests {
  private static let fixtures = "\(Folders.root)/Tests/Fixtures"

  /// A sample of `ApplyTests` with a change in one of its files, and what is said when it is read or applied to.
  private func refusal(
    _ sample: Int, _ file: String = "", _ from: String = "", _ to: String = "",
    terms: [TorsionTerm] = [TorsionTerm(periodicity: 2, phase: 0, forceConstant: 0.7)]
  ) throws -> InputError? {
    let sample = ApplyTests.samples[sample]
    return try Folders.temporary { folder in
      let paths = [sample.path] + sample.companions
      let folderOf = URL(fileURLWithPath: sample.path).deletingLastPathComponent().path
      let more = ["opls.settings"].map { "\(folderOf)/\($0)" }.filter {
        FileManager.default.fileExists(atPath: $0)
      }
      for path in paths + more {
        let name = URL(fileURLWithPath: path).lastPathComponent
        var text = try readText(path)
        if name == file { text.replaceSubrange(try #require(text.range(of: from), "\(from)"), with: to) }
        try Folders.write(text, to: "\(folder)/\(name)")
      }
      let names = paths.map { "\(folder)/\(URL(fileURLWithPath: $0).lastPathComponent)" }
      let error = #expect(throws: InputError.self) {
        let topology = try ApplicableTopology(names[0], companions: Array(names.dropFirst()))
        var all: [TorsionType: [TorsionTerm]] = [:]
        for site in topology.system.sites { all[topology.system.type(of: site.quartet)] = terms }
        _ = try topology.applying(TorsionParameters(all)).files
      }
      #expect(
        error?.place == nil || error?.place?.file.hasPrefix(folder) == true, "\(error?.description ?? "")")
      return error
    }
  }

  @Test func topologiesThatAreNoneAreNamed() throws {
    let error = #expect(throws: InputError.self) { try ApplicableTopology("\(Folders.root)/README.md") }
    #expect(
      error?.message == "is no topology that Swivel knows"
        && error?.hint?.contains("a GROMACS top or itp") == true)
    try Folders.temporary { folder in
      try Folders.write("[ defaults ]\n1 2 yes 0.5 0.5\n", to: "\(folder)/x.top")
      let none = #expect(throws: InputError.self) { try ApplicableTopology("\(folder)/x.top") }
      #expect(none?.message == "defines no molecule" && none?.hint?.contains("[ moleculetype ]") == true)
    }
    let psf = #expect(throws: InputError.self) { try ApplicableTopology("\(Self.fixtures)/charmm/nma.psf") }
    #expect(
      psf?.hint?.contains("swivel apply") == true && psf?.message.contains("holds no parameters") == true)
  }

  /// Terms that a style has no numbers for are refused, with what the style has.
  @Test(arguments: [
    (4, [TorsionTerm(periodicity: 2, phase: 0.3, forceConstant: 1)], "phases are whole degrees there"),
    (5, [TorsionTerm(periodicity: 2, phase: 0.3, forceConstant: 1)], "phases of 0 and 180 degrees"),
    (5, [TorsionTerm(periodicity: 6, phase: 0, forceConstant: 1)], "phases of 0 and 180 degrees"),
  ]) func stylesOfLammps(_ sample: Int, terms: [TorsionTerm], words: String) throws {
    let error = try refusal(sample, terms: terms)
    #expect(
      error?.message.contains(words) == true && error?.message.isEmpty == false, "\(error?.description ?? "")"
    )
  }

  @Test func filesWithoutAPlaceForTheTermsAreNamed() throws {
    let lammps = try refusal(4, "charmm.data", "\n1 1 6 1 2 3\n", "\n1 1 6 1 2 77\n")
    #expect(lammps?.message == "there is no atom 77" && lammps?.place?.line != nil)
    let tinker = try refusal(6, "amber.prm", "atom 19 9 H1", "atom 20 9 H1")
    #expect(tinker?.message.contains("there is no `atom` line of the type 19") == true)
    #expect(
      tinker?.hint?.contains("the one the coordinates were made with") == true && tinker?.place?.line != nil)
    let openmm = try refusal(
      2, "amide.pdb", "HETATM   13  H13 AMD A   1      -2.222  -0.055   1.085  1.00  0.00           H  \n", ""
    )
    #expect(openmm?.message.isEmpty == false, "\(openmm?.description ?? "")")
  }

  /// What an audit reads of damaged files, where the reader itself would not come by.
  @Test(
    arguments: [
      ("x.frcmod", "t\nDIHE\nc3-c3          1  0.1  0.0  3.0\n\n", "is not four atom types", 3),
      ("x.lmp", "dihedral_coeff c3-c3 fourier 1 0.1 3 0.0\n", "\"c3-c3\" is no label of four atom types", 1),
      (
        "x.xml",
        "<ForceField><PeriodicTorsionForce>\n<Proper class1=\"a\" k1=\"1\"/></PeriodicTorsionForce></ForceField>",
        "a <Proper> without class1 … class4 or type1 … type4", 2
      ),
      (
        "x.offxml", "<SMIRNOFF><ProperTorsions>\n<Proper smirks=\"CCCC\"/></ProperTorsions></SMIRNOFF>",
        "the smirks \"CCCC\" does not tag four atoms", 2
      ),
      (
        "x.offxml", "<SMIRNOFF><ProperTorsions>\n<Proper id=\"t1\"/></ProperTorsions></SMIRNOFF>",
        "<Proper> lacks the attribute smirks", 2
      ),
      ("x.key", "torsion 1 2 3\n", "the line ends where 4 atom classes", 1),
      ("x.prm", "nothing\n", "holds no torsion", nil),
      ("x.itp", "[ dihedraltypes ]\nc3 c3 c3 c3 9 0 1\n", "function 9 has 3 parameters", 2),
      ("x.txt", "anything", "has none of the extensions", nil),
    ] as [(String, String, String, Int?)]) func audits(
      _ name: String, text: String, words: String, line: Int?
    ) throws
  {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/\(name)")
      let error = #expect(throws: InputError.self) { try auditParameterFile("\(folder)/\(name)") }
      #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
      #expect(
        error?.place?.file == "\(folder)/\(name)" && error?.place?.line == line, "\(error?.description ?? "")"
      )
    }
  }

  /// Lennard-Jones tables of a System: what OpenMM's readers write, damaged.
  @Test(arguments: [
    ("", "", "is not supported"),
    (
      "<GlobalParameters/>", "<GlobalParameters><Parameter default=\"1\" name=\"x\"/></GlobalParameters>",
      "GlobalParameters of a CustomNonbondedForce are not supported"
    ),
    ("<Parameter name=\"type\"/>", "<Parameter name=\"kind\"/>", "the force lacks the parameter type"),
    (
      "<Exclusions/>", "<Exclusions><Exclusion p1=\"2\" p2=\"2\"/></Exclusions>",
      "an exclusion names an atom twice"
    ),
    (
      "<Function name=\"bcoef\" type=\"Discrete2DFunction\" xsize=\"1\" ysize=\"1\"><Values><Value v=\"1\"/></Values></Function>",
      "<Function name=\"bcoef\" type=\"Discrete2DFunction\" xsize=\"2\" ysize=\"2\"><Values><Value v=\"1\"/><Value v=\"1\"/><Value v=\"1\"/><Value v=\"1\"/></Values></Function>",
      "the tables acoef and bcoef differ in size"
    ),
    (
      "name=\"bcoef\" type=\"Discrete2DFunction\"", "name=\"bcoef\" type=\"Continuous2DFunction\"",
      "the force lacks the table bcoef as a Discrete2DFunction"
    ),
    (
      "xsize=\"1\" ysize=\"1\"><Values><Value v=\"4\"/></Values>", "xsize=\"1\" ysize=\"1\"><Values/>",
      "the table acoef has 0 values, not 1 times 1"
    ),
    ("<Particle param1=\"0\"/>", "<Particle param1=\"3\"/>", "there is no Lennard-Jones type 3.0"),
  ]) func lennardJonesTablesOfASystem(_ from: String, to: String, words: String) throws {
    let energy = from.isEmpty ? "exp(-r)" : "acoef(type1, type2)/r^12 - bcoef(type1, type2)/r^6"
    var force = """
      <Force type="CustomNonbondedForce" method="0" energy="\(energy)"><PerParticleParameters><Parameter name="type"/>\
      </PerParticleParameters><GlobalParameters/><Functions><Function name="acoef" type="Discrete2DFunction" xsize="1" ysize="1">\
      <Values><Value v="4"/></Values></Function><Function name="bcoef" type="Discrete2DFunction" xsize="1" ysize="1"><Values>\
      <Value v="1"/></Values></Function></Functions><Exclusions/><Particles>\
      \(String(repeating: "<Particle param1=\"0\"/>", count: 13))</Particles></Force>
      """
    if !from.isEmpty { force.replaceSubrange(try #require(force.range(of: from), "\(from)"), with: to) }
    let text = try readText(OpenMMSystemTests.system).replacing("</Forces>", with: force + "</Forces>")
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/x.xml")
      let error = #expect(throws: InputError.self) { try readOpenMMSystem("\(folder)/x.xml", names: []) }
      #expect(
        error?.message.contains(words) == true && error?.place?.line != nil, "\(error?.description ?? "")")
    }
  }
}
