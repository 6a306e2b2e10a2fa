// Topologies whose torsions have no place of their own for new terms: which file lacks what, and what to give instead.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct TorsionEditorPlaceTests {
  private static let fixtures = "\(Folders.root)/Tests/Fixtures"
  private static let term = TorsionTerm(periodicity: 2, phase: 0, forceConstant: 0.7)

  /// Copies fixtures with a change in each, and applies a term to the torsions that `chooses` says.
  private func refusal(
    _ kind: String, _ names: [String], terms: [TorsionTerm] = [term], onlyIn residues: [String]? = nil,
    _ change: (String, String) throws -> String = { $1 }
  ) throws -> InputError {
    try Folders.temporary { folder in
      for name in names {
        let text = try readText("\(Self.fixtures)/\(kind)/\(name)")
        try Folders.write(try change(name, text), to: "\(folder)/\(name)")
      }
      if kind == "gromacs" { try Folders.write(GromacsSamples.rules, to: "\(folder)/rules.itp") }
      let error = try #require(throws: InputError.self) {
        let topology = try ApplicableTopology(
          "\(folder)/\(names[0])", companions: names.dropFirst().map { "\(folder)/\($0)" })
        let system = topology.system
        let all = Set(system.sites.map { system.type(of: $0.quartet) }).map { ($0, terms) }
        _ = try topology.applying(TorsionParameters(Dictionary(uniqueKeysWithValues: all)), onlyIn: residues)
      }
      #expect(error.place?.file.hasPrefix(folder) == true, "\(error)")
      return error
    }
  }

  // MARK: GROMACS

  @Test(arguments: [
    (
      "4 3 2 5 9 180 1.25 3", "4 3 2 5 9 180 1.25 3 180 1.3 3",
      "[ dihedrals ]: 6 parameters where function 9 has 3: a second state (free-energy columns) is not supported"
    ),
    ("4 3 2 5 9 180 1.25 3", "4 3 2 5 9 180 1.25", "[ dihedrals ]: 2 parameters where function 9 has 3"),
    ("2 3 4 8 3 1 2 3 4 5 6", "2 3 4 8 3 1 2 3 4 5", "[ dihedrals ]: 5 parameters where function 3 has 6"),
  ]) func linesOfGROMACSOfOtherStates(_ from: String, to: String, words: String) throws {
    let error = try refusal("gromacs", ["mixed.top"]) { _, text in
      try #require(text.contains(from))
      return text.replacing(from, with: to)
    }
    #expect(error.message == words && error.place?.line != nil, "\(error)")
    #expect(error.hint == "apply the parameters to the topology of one state, and make the other from it")
  }

  // MARK: CHARMM

  @Test func parametersOfCHARMMWithoutDihedrals() throws {
    let names = ["nma.psf", "base.rtf", "base.prm", "more.str"]
    // The dihedrals of all files gone, titles included.
    let error = try refusal("charmm", names) { name, text in
      guard name.hasSuffix(".prm") || name.hasSuffix(".str") else { return text }
      var isInside = false
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
        let first = line.split(separator: " ").first?.uppercased() ?? ""
        if first.hasPrefix("DIHE") || first == "PHI" {
          isInside = true
        } else if ["BONDS", "ANGLES", "IMPROPERS", "IMPROPER", "NONBONDED", "NBFIX", "END", "IMPH", "ATOMS", "RETURN"]
          .contains(first)
        {
          isInside = false
        }
        return !isInside
      }
      return lines.joined(separator: "\n")
    }
    #expect(error.message.contains("has no section DIHEDRALS for the lines of "), "\(error)")
    #expect(error.hint == "give the parameter file that has one")
  }

  @Test func structuresOfCHARMMAloneAreNotEnough() throws {
    let error = try refusal("charmm", ["nma.psf"])
    #expect(error.message == "is a PSF, which holds no parameters: those of its parameter files are changed")
    #expect(error.hint?.hasPrefix("give them behind it: swivel apply ") == true)
  }

  // MARK: OpenMM

  private static let names = ["amide.xml", "amide.pdb", "amide-types.xml"]

  @Test func systemsWithoutAForceOfTorsions() throws {
    let error = try refusal("openmm", Self.names, terms: [TorsionTerm(periodicity: 6, phase: 0.4, forceConstant: 0.7)])
    { name, text in
      name == "amide.xml" ? text.replacing(/<Force [^>]*type="PeriodicTorsionForce"[\s\S]*?<\/Force>/, with: "") : text
    }
    #expect(error.message.contains("the System has no PeriodicTorsionForce for the terms of "), "\(error)")
    #expect(error.hint == "add an empty PeriodicTorsionForce to the System before it is serialized")
  }

  @Test func torsionsOfACustomForce() throws {
    let force = """
      <Force energy="k*(1+cos(theta))" forceGroup="0" name="c" type="CustomTorsionForce" usesPeriodic="0" version="3">\
      <PerTorsionParameters><Parameter name="k"/></PerTorsionParameters><GlobalParameters/><EnergyParameterDerivatives/>\
      <Torsions><Torsion p1="P" p2="Q" p3="R" p4="S" param1="1"/></Torsions></Force>
      """
    let text = try readText("\(Self.fixtures)/openmm/amide.xml")
    let torsion = try #require(text.firstMatch(of: /<Torsion [^>]*p1="(\d+)" p2="(\d+)" p3="(\d+)" p4="(\d+)"/))
    let own = force.replacing("\"P\"", with: "\"\(torsion.1)\"").replacing("\"Q\"", with: "\"\(torsion.2)\"")
      .replacing("\"R\"", with: "\"\(torsion.3)\"").replacing("\"S\"", with: "\"\(torsion.4)\"")
    let error = try refusal("openmm", Self.names) { name, text in
      name == "amide.xml" ? text.replacing("</Forces>", with: own + "</Forces>") : text
    }
    let atoms = [torsion.1, torsion.2, torsion.3, torsion.4].joined(separator: "-")
    #expect(
      error.message.hasPrefix("a CustomTorsionForce holds the torsion of the atoms \(atoms) (from 0)"), "\(error)")
    #expect(error.hint == "make the System with a PeriodicTorsionForce or an RBTorsionForce")
  }

  @Test func structuresOfOtherSizes() throws {
    let error = try refusal("openmm", Self.names) { name, text in
      guard name == "amide.pdb" else { return text }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let last = try #require(lines.lastIndex { $0.hasPrefix("HETATM") || $0.hasPrefix("ATOM") })
      return (lines[..<last] + lines[(last + 1)...].filter { !$0.hasPrefix("CONECT") }).joined(separator: "\n")
    }
    #expect(
      error.message == "the PDB has 12 atoms, the System 13" && error.place?.file.hasSuffix("amide.pdb") == true,
      "\(error)")
    #expect(error.hint == "both must hold the same atoms in the same order")
  }

  // MARK: All

  /// A molecule or residue that none is called like; `allOf` says what there is.
  @Test(arguments: [
    ("gromacs", ["mixed.top"], "od", "did you mean odd?"),
    ("charmm", ["nma.psf", "base.rtf", "base.prm", "more.str"], "ligand", "there are "),
  ])
  func residuesThatAreNotThere(_ kind: String, names: [String], residue: String, hint: String) throws {
    let error = try refusal(kind, names, onlyIn: [residue])
    #expect(
      error.message == "no molecule or residue is called \(residue)" && error.hint?.contains(hint) == true, "\(error)")
  }
}
