// Files that read well and have no room for other torsions: what is in the way, and what the format can say instead.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct TorsionEditorMustFailTests {
  private static func cosine(_ n: Int, _ k: Double = 0.7, phase: Double = 0) -> TorsionTerm {
    TorsionTerm(periodicity: n, phase: phase * Units.degree, forceConstant: k)
  }

  // MARK: AMBER

  /// Butane with a change in its text, under terms of every periodicity for all its torsions.
  private func amber(_ change: (String) throws -> String) throws -> InputError? {
    try Folders.temporary { folder in
      let path = "\(folder)/butane.prmtop"
      try Folders.write(try change(try readText(AmberTopologyTests.butane)), to: path)
      let error = #expect(throws: InputError.self) {
        let topology = try ApplicableTopology(path)
        let types = Set(topology.system.sites.map { topology.system.type(of: $0.quartet) })
        let terms = (1...6).map { Self.cosine($0, 0.1 * Double($0)) }
        _ = try topology.applying(TorsionParameters(Dictionary(uniqueKeysWithValues: types.map { ($0, terms) })))
      }
      #expect(error?.place?.file == path, "\(error?.description ?? "")")
      return error
    }
  }

  /// A section in other columns, its values as they are.
  private func laidOut(_ text: String, _ section: String, as format: String, width: Int, perLine: Int) throws -> String
  {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let head = try #require(lines.firstIndex { $0.hasPrefix("%FLAG \(section) ") })
    let end = lines[(head + 2)...].firstIndex { $0.hasPrefix("%") } ?? lines.endIndex
    let values = lines[(head + 2)..<end].joined(separator: " ").split(separator: " ").map(String.init)
    #expect(values.allSatisfy { $0.count <= width }, "\(section)")
    let rows = stride(from: 0, to: values.count, by: perLine).map { start in
      values[start..<min(start + perLine, values.count)].map {
        String(repeating: " ", count: width - $0.count) + $0
      }.joined()
    }
    lines.replaceSubrange((head + 1)..<end, with: ["%FORMAT(\(format))"] + rows)
    return lines.joined(separator: "\n")
  }

  @Test func columnsOfAMBERAreNamedBySection() throws {
    // Twenty columns are read, and could be written; no program of AMBER has them.
    let wide = try amber { try laidOut($0, "DIHEDRAL_FORCE_CONSTANT", as: "4E20.8", width: 20, perLine: 4) }
    #expect(wide?.message == "the section DIHEDRAL_FORCE_CONSTANT has fields of 20 columns; 16 were expected")
    #expect(wide?.hint == "ParmEd's `outparm` writes them")
    let plain = try amber { try laidOut($0, "DIHEDRAL_PHASE", as: "5F16.8", width: 16, perLine: 5) }
    #expect(plain?.message == "the section DIHEDRAL_PHASE has the format \"5F16.8\", which is not known")
    #expect(plain?.hint == "formats are such as 10I8 and 5E16.8; ParmEd's `outparm` writes them")
    let bare = try amber { try laidOut($0, "DIHEDRALS_WITHOUT_HYDROGEN", as: "I8", width: 8, perLine: 1) }
    #expect(
      bare?.message.contains("DIHEDRALS_WITHOUT_HYDROGEN has the format \"I8\"") == true, "\(bare?.description ?? "")")
    // 27 torsions of six terms are more than two columns can count.
    let narrow = try amber { try laidOut($0, "POINTERS", as: "10I2", width: 2, perLine: 10) }
    #expect(narrow?.message == "a number does not fit into the section POINTERS", "\(narrow?.description ?? "")")
  }

  @Test(arguments: [
    ("POINTERS", 0, "0", "0 atoms: the counts make no sense"), ("POINTERS", 0, "-14", "-14 atoms: the counts make no"),
    ("POINTERS", 12, "-3", "14 atoms: the counts make no sense"),
    ("DIHEDRALS_INC_HYDROGEN", 4, "99", "there is no parameter number 99"),
    ("DIHEDRALS_INC_HYDROGEN", 4, "0", "there is no parameter number 0"),
    ("DIHEDRALS_INC_HYDROGEN", 0, "7", "7 points at no atom"),
    ("BONDS_INC_HYDROGEN", 1, "42", "42 points at no atom"), ("MASS", 3, "heavy", "\"heavy\" is no finite number"),
    ("RESIDUE_POINTER", 0, "one", "\"one\" is no whole number"),
  ]) func valuesOfAMBER(_ section: String, index: Int, value: String, words: String) throws {
    let error = try amber { try AmberMustFailTests.Change(section, index, value, "").applied(to: $0) }
    #expect(error?.message.contains(words) == true && error?.place?.line != nil, "\(error?.description ?? "")")
  }

  // MARK: LAMMPS

  /// Four carbons with one dihedral of a style.
  private struct Chain {
    var style: String
    var coefficients: String
    var special = "lj/coul 0.0 0.0 0.5"
    var dihedrals = ["1 1 1 2 3 4"]

    func write(to folder: String) throws -> (data: String, script: String) {
      let data = """
        made up

        4 atoms
        3 bonds
        2 angles
        \(dihedrals.count) dihedrals
        1 atom types
        1 bond types
        1 angle types
        1 dihedral types

        -20 20 xlo xhi
        -20 20 ylo yhi
        -20 20 zlo zhi

        Masses

        1 12.011 # c3

        Atoms # full

        1 1 1 0.0 0.0 0.0 0.0
        2 1 1 0.0 1.5 0.0 0.0
        3 1 1 0.0 2.0 1.4 0.0
        4 1 1 0.0 3.5 1.4 0.3

        Bonds

        1 1 1 2
        2 1 2 3
        3 1 3 4

        Angles

        1 1 1 2 3
        2 1 2 3 4

        Dihedrals

        \(dihedrals.joined(separator: "\n"))

        """
      let script = """
        units real
        atom_style full
        pair_style \(style == "charmm" ? "lj/charmm/coul/charmm 900 1000" : "lj/cut/coul/cut 500.0")
        bond_style harmonic
        angle_style harmonic
        dihedral_style \(style)
        special_bonds \(special)
        read_data chain.data
        pair_coeff * * 0.1 3.4
        bond_coeff 1 300 1.5
        angle_coeff 1 50 110
        dihedral_coeff 1 \(coefficients)

        """
      try Folders.write(data, to: "\(folder)/chain.data")
      try Folders.write(script, to: "\(folder)/chain.in")
      return ("\(folder)/chain.data", "\(folder)/chain.in")
    }

    /// The chain with other terms, written and read again.
    func applying(_ terms: [TorsionTerm]) throws -> [TorsionTerm] {
      try Folders.temporary { folder in
        let (data, script) = try write(to: folder)
        let topology = try ApplicableTopology(data, companions: [script])
        let type = TorsionType("c3", "c3", "c3", "c3")
        for (path, bytes, _) in try topology.applying(TorsionParameters([type: terms])).files {
          try Data(bytes).write(to: URL(fileURLWithPath: path))
        }
        return try #require(try ApplicableTopology(data, companions: [script]).system.sites.first?.terms)
      }
    }
  }

  /// The energy of terms with every angle, up to a constant.
  private func profile(_ terms: [TorsionTerm]) -> [Double] {
    let values = stride(from: 0.0, to: 360, by: 15).map { angle in
      terms.reduce(0) { $0 + $1.forceConstant * cos(Double($1.periodicity) * angle * Units.degree - $1.phase) }
    }
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  /// Each style with the terms it can say: the energy is theirs, whatever the style's form and signs.
  @Test(arguments: [
    ("harmonic", "0.3 1 3", [cosine(1, 0.4), cosine(2, -0.7), cosine(3, 0.2, phase: 180)]),
    ("multi/harmonic", "0.3 -0.4 0.5 0.6 -0.2", [cosine(1, 0.4), cosine(2, -0.7), cosine(4, 0.2, phase: 180)]),
    ("nharmonic", "3 0.3 -0.4 0.5", [cosine(1, 0.4), cosine(3, 0.2), cosine(5, -0.3)]),
    ("opls", "1.0 0.2 0.3 0.0", [cosine(1, 0.4), cosine(2, 0.7, phase: 180), cosine(3, 0.2), cosine(4, -0.1)]),
    ("fourier", "1 0.3 1 0.0", [cosine(1, 0.4, phase: 33), cosine(6, -0.7), cosine(3, 0.2, phase: 180)]),
    ("charmm", "0.3 1 0 0.5", [cosine(1, 0.4, phase: 33), cosine(6, 0.7), cosine(3, 0.2, phase: 180)]),
  ]) func stylesOfLAMMPSSayTheTerms(_ style: String, coefficients: String, terms: [TorsionTerm]) throws {
    let chain = Chain(
      style: style, coefficients: coefficients, special: style == "charmm" ? "charmm" : "lj/coul 0.0 0.0 0.5")
    for (a, b) in zip(profile(try chain.applying(terms)), profile(terms)) { #expect(abs(a - b) < 1e-9) }
  }

  @Test(arguments: [
    ("harmonic", "0.3 1 3", [cosine(2, 0.7, phase: 30)], "phases are 0 or 180 degrees there"),
    ("multi/harmonic", "0.3 -0.4 0.5 0.6 -0.2", [cosine(5)], "it has periodicities up to 4 and phases of 0 and 180"),
    ("multi/harmonic", "0.3 -0.4 0.5 0.6 -0.2", [cosine(2, 0.7, phase: 90)], "it has periodicities up to 4"),
    ("nharmonic", "3 0.3 -0.4 0.5", [cosine(6)], "it has periodicities up to 5 and phases of 0 and 180 degrees"),
    ("opls", "1.0 0.2 0.3 0.0", [cosine(5)], "it has periodicities 1 … 4 and phases of 0 and 180 degrees"),
    ("charmm", "0.3 1 0 0.5", [cosine(2, 0.7, phase: 22.5)], "phases are whole degrees there, and one is 22.5"),
    ("class2", "0.6 15 -0.3 40 0.2 180", [cosine(2)], "apply does not write that style"),
  ]) func termsThatStylesCannotSay(_ style: String, coefficients: String, terms: [TorsionTerm], words: String) throws {
    let special = style == "charmm" ? "charmm" : "lj/coul 0.0 0.0 0.5"
    let chain = Chain(style: style, coefficients: coefficients, special: special)
    let error = try #require(throws: InputError.self) { try chain.applying(terms) }
    #expect(error.message.hasPrefix("dihedral_style \(style) cannot say c3-c3-c3-c3: \(words)"), "\(error)")
    #expect(error.place?.file.hasSuffix("chain.in") == true && error.place?.line == 12, "\(error)")
    #expect(error.hint == "write the molecule for style fourier, which has any periodicity and phase")
    // And so it is.
    let fourier = try Chain(style: "fourier", coefficients: "1 0.3 1 0.0").applying(terms)
    for (a, b) in zip(profile(fourier), profile(terms)) { #expect(abs(a - b) < 1e-9) }
  }

  @Test func pairsThatAreWeighedTwiceAreNamed() throws {
    var chain = Chain(style: "charmm", coefficients: "0.3 1 0 1.0", special: "charmm")
    chain.dihedrals.append("2 1 1 2 3 4")
    let error = try #require(throws: InputError.self) { try chain.applying([Self.cosine(2)]) }
    #expect(error.message.contains("weigh their 1-4 pair by 2.0, more than one can"), "\(error)")
    #expect(error.place?.file.hasSuffix("chain.data") == true && error.place?.line != nil)
  }

  // MARK: Tinker

  @Test func parameterFilesWithoutTorsionsAreNamed() throws {
    try Folders.temporary { folder in
      let source = "\(Folders.root)/Tests/Fixtures/tinker"
      try Folders.write(try readText("\(source)/amide.xyz"), to: "\(folder)/amide.xyz")
      let prm = try readText("\(source)/amber.prm")
      let bare = prm.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("torsion ") }
      try Folders.write(bare.joined(separator: "\n"), to: "\(folder)/amber.prm")
      let topology = try ApplicableTopology("\(folder)/amide.xyz", companions: ["\(folder)/amber.prm"])
      let type = topology.system.type(of: try #require(topology.system.sites.first).quartet)
      let parameters = TorsionParameters([type: [Self.cosine(2)]])
      let error = #expect(throws: InputError.self) { try topology.applying(parameters) }
      #expect(
        error?.message == "has no torsion line to put that of \(type.label) beside", "\(error?.description ?? "")")
      #expect(
        error?.place?.file == "\(folder)/amber.prm" && error?.hint == "give the parameter file of the force field")
      // With it, all is well.
      try Folders.write(prm, to: "\(folder)/amber.prm")
      let whole = try ApplicableTopology("\(folder)/amide.xyz", companions: ["\(folder)/amber.prm"])
      #expect(try whole.applying(parameters).files.contains { $0.path.hasSuffix("amber.prm") && $0.isChanged })
    }
  }

  @Test func moleculesThatTinkerCannotTellApartAreNamed() throws {
    let alkane = Alkane(carbons: 4)
    func refusal(_ topology: Topology, classes: [String: Int]? = nil) -> InputError? {
      #expect(throws: InputError.self) {
        try tinkerTopology(topology, name: "x", coordinates: alkane.coordinates, header: [], classes: classes)
      }
    }
    // Two terms on the same atoms: whichever classes these get, Tinker takes one line.
    var bonds = alkane.topology
    bonds.bonds.append(bonds.bonds[0])
    #expect(refusal(bonds)?.message == "two bond terms on the same atoms cannot be written for Tinker")
    var angles = alkane.topology
    angles.angles.append(angles.angles[0])
    let twice = refusal(angles)
    #expect(twice?.message.hasPrefix("an angle off the bonds, of 0° or given twice (") == true)
    #expect(twice?.hint == "write another format")
    let crowded = refusal(alkane.topology, classes: ["c3": 999, "hc": 1000])
    #expect(crowded?.message == "the molecule needs 1000 classes, Tinker has 999", "\(crowded?.description ?? "")")
    #expect(throws: Never.self) {
      try tinkerTopology(
        alkane.topology, name: "x", coordinates: alkane.coordinates, header: [], classes: ["c3": 998, "hc": 999])
    }
    let few = #expect(throws: InputError.self) {
      try tinkerTopology(alkane.topology, name: "x", coordinates: [], header: [])
    }
    #expect(few?.message == "0 coordinates for 14 atoms")
  }
}
