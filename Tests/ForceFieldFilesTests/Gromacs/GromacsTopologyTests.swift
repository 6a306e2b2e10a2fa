// GROMACS topologies against gmx's own energies, by grompp's rules of precedence, and damaged ones.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct GromacsTopologyTests {
  /// gmx_d 2022.5 (Debian): grompp, mdrun -rerun in a box of 50 nm with cut-offs of 20 nm; kcal/mol; bond, angle with
  /// Urey-Bradley and harmonic potential, all dihedrals, Lennard-Jones, Coulomb.
  @Test(arguments: [
    (1, [21.624532000, 5.058677143, 123.314668547, 0.578277418, -0.375972414]),
    (2, [21.624532000, 5.058677143, 123.314668547, 0.415704989, -9.386383385]),
    (3, [21.624532000, 5.058677143, 123.314668547, -0.180828062, -4.477351384]),
  ])
  func everyKindOfLineEqualsGromacs(_ reference: (rule: Int, terms: [Double])) throws {
    let files = GromacsSamples.files(rule: reference.rule)
    let topology = try GromacsSamples.read(files.top, rules: files.rules)
    let energy = EnergyModel(topology).energyAndForces(of: GromacsSamples.mixedCoordinates).energy
    for (ours, theirs) in zip(energy.byEngine, reference.terms) { #expect(abs(ours - theirs) < 1e-7) }
    #expect(topology.combinationRule == (reference.rule == 2 ? .lorentzBerthelot : .geometric))
  }

  /// Types, pair types, Ryckaert-Bellemans, Urey-Bradley, harmonic impropers and macros from the force fields that GROMACS
  /// 2022.5 comes with; as above.
  @Test(arguments: [
    ("oplsaa", [0.477946931, 0.749648399, 0.671647279, 2.543544671, -17.501042832]),
    ("charmm27", [1.501483792, 0.939617963, 1.286164797, 0.989937916, -30.794449714]),
    ("amber99sb-ildn", [0.477946931, 0.695791372, 2.632397626, 1.816807563, -31.754217811]),
  ])
  func forceFieldsOfGromacsEqualGromacs(_ reference: (name: String, terms: [Double])) throws {
    guard let topology = try GromacsSamples.amide(reference.name) else { return }
    let energy = EnergyModel(topology).energyAndForces(of: GromacsSamples.amideCoordinates).energy
    for (ours, theirs) in zip(energy.byEngine, reference.terms) { #expect(abs(ours - theirs) < 1e-7) }
    #expect(topology.atoms.map(\.element.symbol).joined() == "CCONCHHHHHHH")
    #expect(topology.torsions.count == 16)
    if reference.name == "oplsaa" {
      #expect(topology.atoms[0].type == "CT" && topology.atoms[3].type == "N")
      #expect(topology.oneFourScalings == [OneFourScaling(coulombDivisor: 2, lennardJonesDivisor: 2)])
      #expect(topology.impropers.count == 2)
    }
    if reference.name == "charmm27" {
      #expect(topology.harmonicImpropers.count == 2 && !topology.ureyBradleys.isEmpty)
      #expect(topology.oneFourScalings == [OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1)])
      #expect(topology.atoms[0].oneFourLennardJones != nil && topology.atoms[5].oneFourLennardJones == nil)
    }
  }

  @Test func whatTheLinesMean() throws {
    let topology = try GromacsSamples.read(GromacsSamples.mixed)
    #expect(topology.atoms.map(\.type) == ["CA", "BB", "BC", "BC", "HA", "HA", "HA", "HA"])
    #expect(topology.atoms.map(\.charge) == [0.1, -0.11, 0.15, 0.05, 0.06, 0.07, 0.06, -0.3])
    #expect(topology.atoms.map(\.element.symbol).joined() == "CCCCHHHH")
    #expect(abs(topology.coulombConstant - 332.0637) < 1e-3)
    // A connection holds no energy; a harmonic potential is no bond.
    #expect(topology.bonds.contains(HarmonicBond(i: 3, j: 7, forceConstant: 0, length: 0)))
    #expect(topology.bondGraph.bonds.count == 7 && topology.ureyBradleys.count == 3)
    // The exact type's three lines hold, not the wildcards; the second entry of a quartet adds to it.
    let exact = try #require(topology.torsions.first { $0.quartet == Quartet(4, 1, 2, 3) })
    #expect(exact.terms.map(\.periodicity) == [1, 2, 6, 3])
    #expect(abs(exact.terms[3].forceConstant - 1.25 / 4.184) < 1e-12)
    // One X beats two; of two definitions with one X the first in the file holds. Equal terms are joined.
    let wild = try #require(topology.torsions.first { $0.quartet == Quartet(0, 1, 2, 3) })
    #expect(wild.terms.map(\.periodicity) == [3, 2])
    #expect(abs(wild.terms[1].forceConstant - 2.2 / 4.184) < 1e-12)
    // Function 1 on atoms that are no chain is an improper.
    #expect(topology.impropers.map(\.quartet) == [Quartet(3, 1, 0, 5), Quartet(2, 1, 3, 5)])
    #expect(topology.harmonicImpropers.count == 2)
    let files = try Folders.temporary { folder in
      try Folders.write(GromacsSamples.rules, to: "\(folder)/rules.itp")
      try Folders.write(GromacsSamples.mixed, to: "\(folder)/x.top")
      return try readTopology("\(folder)/x.top").files.map { $0.split(separator: "/").last.map(String.init) }
    }
    #expect(files == ["x.top", "rules.itp"])
  }

  @Test(arguments: [
    ("[ pairs ]", "[ cmap ]\n1 2 3 4 5 1\n[ pairs ]", "torsions fitted without them"),
    ("[ pairs ]", "[ constraints ]\n1 2 1 0.1\n[ pairs ]", "rigid"),
    ("[ pairs ]", "[ settles ]\n1 1 0.1 0.16\n[ pairs ]", "rigid water"),
    ("[ pairs ]", "[ virtual_sites2 ]\n5 1 2 1 0.3\n[ pairs ]", "at atoms alone"),
    ("[ pairs ]", "[ position_restraints ]\n1 1 1 1 1\n[ pairs ]", "restraints"),
    ("[ pairs ]", "[ peirs ]", "no section"), ("2 3 1\n", "2 3 3 0.15 400 20\n", "Morse"),
    ("2 3 1\n", "2 3 2 0.15 1e6\n", "GROMOS"), ("\n2 3 4\n", "\n2 3 4 2 109 500\n", "GROMOS"),
    ("\n2 3 4\n", "\n2 3 4 1 109 500 110 400\n", "second state"),
    ("5 2 3 4 9\n", "5 2 3 4 8 1 2\n", "tabulated"),
    ("5 2 3 4 9\n", "5 2 3 4 9 180 1 7\n", "multiplicity"),
    ("5 2 3 4 9\n", "5 2 3 4 9 180 1 1.5\n", "multiplicity"),
    ("5 2 3 4 9\n", "5 2 3 4 9 180 1\n", "3 parameters"), ("5 2 3 4 9\n", "5 2 3 9 9\n", "no whole number"),
    ("5 2 3 4 9\n", "5 2 3 2 9\n", "twice"), ("1 CA 1 ODD C1 1", "1 CZ 1 ODD C1 1", "no atom type CZ"),
    ("1 CA 1 ODD C1 1", "2 CA 1 ODD C1 1", "atom 1"), ("C1 1", "C1 1 0.1 12.0 CA 0.1 12", "second state"),
    ("2 6 1 0.3 0.2", "2 6 1 0.3 0.2 0.3 0.2", "second state"), ("2 6 1 0.3 0.2", "2 6 2", "function 2"),
    ("2 6 1 0.3 0.2", "2 6 1 0.3 nan", "no finite number"), ("odd 1", "odd 2", "more than one molecule"),
    ("odd 1", "odd 1\nodd 1", "more than one molecule"), ("odd 1", "even 1", "no [ moleculetype ] even"),
    ("odd 1", "odd 0", "asks for no molecule"),
    ("[ bondtypes ]", "[ atomtypes ]\nV 0 0.0 V 0 0\n[ bondtypes ]", "none"),
    ("X  BB BC BC", "X BB BC X 9 0 1 4\nX  BB BC BC", "second block"),
    ("#include \"rules.itp\"", "", "[ defaults ]"),
    ("#include \"rules.itp\"", "#include \"x.top\"", "includes itself"),
    ("#include \"rules.itp\"", "#include \"ruled.itp\"", "no file ruled.itp"),
    ("#ifdef POSRES", "#if POSRES", "#if"),
    ("#define unused", "#defune unused", "#defune"), ("#else", "#endif", "#endif without"),
    ("[ system ]", "#ifdef X\n[ system ]", "no #endif"), ("[ bondtypes ]", "[ bondtypes", "bracket"),
    ("[ bondtypes ]", "#define a a b a\n#define b a b\n[ bondtypes ]\na b", "function"),
    ("8 1\n", "8 9\n", "no whole number"),
    ("[ system ]", "[ bondtypes ]\nCA CA 1 0.1 1\n[ system ]", "behind"),
  ])
  func whatCannotBeSaidIsRefused(_ change: (from: String, to: String, word: String)) throws {
    var text = GromacsSamples.mixed
    text.replaceSubrange(try #require(text.range(of: change.from)), with: change.to)
    if change.word == "none" { text = text.replacingOccurrences(of: "1 CA 1 ODD", with: "1 V 1 ODD") }
    let error = #expect(throws: InputError.self) { try GromacsSamples.read(text) }
    let said = "\(error?.message ?? "") \(error?.hint ?? "")"
    #expect(change.word == "none" ? said.contains("kind V") : said.contains(change.word), "\(said)")
    #expect(error?.place != nil)
  }

  /// grompp 2022.5 ends an open condition with its file; what it hides must not be a part of the force field.
  @Test func aLastEndifMayBeMissing() throws {
    let text = GromacsSamples.mixed
    for open in [
      "#ifdef POSRES\n#include \"nowhere.itp\"", "#ifdef POSRES\n[ position_restraints ]\n1 1 9 9 9",
    ] {
      #expect(try GromacsSamples.read(text + "\n" + open + "\n") == GromacsSamples.read(text))
    }
  }

  @Test(arguments: [
    ("1 2 yes", "2 2 no", "Buckingham"), ("1 2 yes", "1 4 yes", "no whole number"),
    ("0.5 0.8333", "0.5 0.8333 10", "power"), ("A 0.34 0.36", "A 0.34 -0.36", "negative"),
    ("A 0.34 0.36", "AA 0.34 0.36", "particle type"), ("A 0.34 0.36", "A 0.34", "two Lennard-Jones"),
    ("HA CC 1 0.29", "HA CC 2 0.29", "function 2"),
    ("HA HA 1 0.21 0.03", "HA HA 1 0.21 0.03 0.1 0.1", "second state"),
    ("#endif", "#endif\n[ defaults ]\n1 2 yes", "second line"), ("#endif", "1 2 3\n#endif", "second line"),
    ("#ifndef", "stray\n#ifndef", "before the first section"),
  ])
  func forceFieldsThatAreWrong(_ change: (from: String, to: String, word: String)) throws {
    let range = try #require(GromacsSamples.rules.range(of: change.from))
    let rules = GromacsSamples.rules.replacingCharacters(in: range, with: change.to)
    let error = #expect(throws: InputError.self) {
      try GromacsSamples.read(GromacsSamples.mixed, rules: rules)
    }
    #expect(error?.message.contains(change.word) == true, "\(error?.message ?? "")")
    #expect(error?.place?.line != nil)
  }

  @Test func linesCutAndWordsForNumbersNeverTrap() throws {
    let lines = GromacsSamples.mixed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var random = SeededGenerator(seed: 5)
    func mustNotTrap(_ text: String) throws {
      do {
        let topology = try GromacsSamples.read(text)
        let energy = EnergyModel(topology).energyAndForces(of: GromacsSamples.mixedCoordinates).energy
        #expect(topology.atoms.count != 8 || energy.bond.isFinite)
      } catch let error as InputError {
        #expect(error.place?.file.isEmpty == false)
      }
    }
    for index in lines.indices {
      var cut = lines
      cut[index] = String(cut[index].prefix(cut[index].count / 2))
      try mustNotTrap(cut.joined(separator: "\n"))
      try mustNotTrap(lines.prefix(index).joined(separator: "\n") + "\n" + lines[index].prefix(3))
      let words = lines[index].split(separator: " ").map(String.init)
      for word in words.indices {
        var changed = words
        changed[word] = ["word", "1e999", "-7", "nan", "99999999999999999999"][(word + index) % 5]
        var all = lines
        all[index] = changed.joined(separator: " ")
        try mustNotTrap(all.joined(separator: "\n"))
      }
    }
    let bytes = Array(GromacsSamples.mixed.utf8)
    for _ in 0..<200 {
      var damaged = bytes
      for _ in 0..<4 {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
          in: 32..<127, using: &random)
      }
      try mustNotTrap(String(decoding: damaged, as: UTF8.self))
    }
  }

  @Test func errorsNameTheColumn() throws {
    let text = GromacsSamples.mixed.replacingOccurrences(of: "4 6 1 0.109 3e5", with: "4 6 1 0.109 3f5")
    let error = #expect(throws: InputError.self) { try GromacsSamples.read(text) }
    #expect(error?.place?.column == 13 && error?.message.contains("3f5") == true)
  }

  @Test func textsAreToldApart() throws {
    #expect(TopologyFormat(GromacsSamples.mixed, file: "x") == .gromacs)
    #expect(TopologyFormat("#include \"a.ff/forcefield.itp\"\n[system]\nx\n", file: "x") == .gromacs)
    #expect(TopologyFormat("[ dihedraltypes ]\nA A A A 9 0 1 1\n", file: "x.itp") == nil)
    #expect(TopologyFormat("3\n[ no frame ]\n", file: "x.xyz") == nil)
  }

  /// OPLS-AA's topologies look torsions up by function 3: the file of a family of such has that.
  @Test func theFileHasTheFunctionOfTheTopologies() throws {
    var forceField = ParameterAuditTests.made()
    let (nine, three) = (
      try ParameterFormat.gromacs.text(of: forceField), try ParameterFormat.gromacsRB.text(of: forceField)
    )
    forceField.usesRyckaertBellemans = true
    let own = try ParameterFormat.gromacs.text(of: forceField)
    func rows(_ text: String) -> [Substring] { text.split(separator: "\n").filter { !$0.hasPrefix(";") } }
    #expect(rows(own) == rows(three) && rows(own) != rows(nine))
    #expect(try ParameterAuditTests.audited(own, .gromacs).findings.isEmpty)
    forceField.torsions[0].terms[0].term.periodicity = 6
    let error = #expect(throws: InputError.self) { try ParameterFormat.gromacs.text(of: forceField) }
    #expect(error?.message.contains("periodicity 6") == true && error?.hint?.contains("swivel apply") == true)
  }

  @Test(arguments: [("3", true), ("9", false)])
  func topologiesSayWhichFunctionTheyLookUp(function: String, isSeries: Bool) throws {
    let values = function == "3" ? "0.6 1.9 0.0 -2.5 0.0 0.0" : "0.0 0.6 3"
    try Folders.temporary { folder in
      try Folders.write(
        """
        [ defaults ]
        1 3 yes 0.5 0.5
        [ atomtypes ]
        O 8 16.0 0.0 A 0.3 0.5
        H 1 1.0 0.0 A 0.1 0.1
        [ bondtypes ]
        O O 1 0.14 1000.0
        O H 1 0.1 1000.0
        [ angletypes ]
        H O O 1 100.0 100.0
        [ dihedraltypes ]
        H O O H \(function) \(values)
        [ moleculetype ]
        P 3
        [ atoms ]
        1 H 1 P H1 1 0.0
        2 O 1 P O2 1 0.0
        3 O 1 P O3 1 0.0
        4 H 1 P H4 1 0.0
        [ bonds ]
        1 2 1
        2 3 1
        3 4 1
        [ angles ]
        1 2 3 1
        2 3 4 1
        [ dihedrals ]
        1 2 3 4 \(function)
        [ system ]
        p
        [ molecules ]
        P 1
        """, to: "\(folder)/p.top")
      #expect(try readTopology("\(folder)/p.top").topology.usesRyckaertBellemans == isSeries)
    }
  }
}
