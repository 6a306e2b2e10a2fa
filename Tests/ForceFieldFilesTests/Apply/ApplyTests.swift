// Laws of applying torsions to a topology of each format: the energies, nothing else, once is enough, the base is nothing.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct ApplyTests {
  /// A topology with the files that it needs, in the repository or made.
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var path: String
    var companions: [String] = []
    /// Whether the format's form has no constant.
    var isUpToConstant = false
    var testDescription: String { name }
  }

  private static let fixtures = "\(Folders.root)/Tests/Fixtures"

  static let samples: [Sample] = [
    Sample(name: "amber", path: "\(Folders.root)/families/ethers/molecules/methyl-propyl-ether.prmtop"),
    Sample(name: "amber, amide", path: "\(Folders.root)/families/amides/molecules/n-ethylacetamide.prmtop"),
    Sample(
      name: "openmm", path: "\(fixtures)/openmm/amide.xml",
      companions: ["amide.pdb", "amide-types.xml"].map { "\(fixtures)/openmm/\($0)" }),
    Sample(
      name: "charmm", path: "\(fixtures)/charmm/nma.psf",
      companions: ["base.rtf", "base.prm", "more.str"].map { "\(fixtures)/charmm/\($0)" }),
    Sample(
      name: "lammps, charmm", path: "\(fixtures)/lammps/charmm.data",
      companions: ["\(fixtures)/lammps/charmm.in"]),
    Sample(
      name: "lammps, hybrid", path: "\(fixtures)/lammps/opls.data",
      companions: ["\(fixtures)/lammps/opls.in"], isUpToConstant: true),
    Sample(
      name: "tinker", path: "\(fixtures)/tinker/amide.xyz", companions: ["\(fixtures)/tinker/amber.prm"]),
  ]

  /// Random terms for every second type of a topology, periodicities 1 … 4 of phase 0.
  static func parameters(for topology: Topology, seed: UInt64) -> TorsionParameters {
    var random = SeededGenerator(seed: seed)
    let types = Set(topology.torsions.map { topology.atomTypes(of: $0.quartet) }).sorted()
    var terms: [TorsionType: [TorsionTerm]] = [:]
    for (index, type) in types.enumerated() where index % 2 == 0 {
      terms[type] = (1...4).filter { _ in Bool.random(using: &random) }.map {
        TorsionTerm(periodicity: $0, phase: 0, forceConstant: Double.random(in: -2...2, using: &random))
      }
      if terms[type]?.isEmpty == true {
        terms[type] = [TorsionTerm(periodicity: 2, phase: 0, forceConstant: 1)]
      }
    }
    return TorsionParameters(terms)
  }

  /// Writes an application's files into a folder; their paths.
  static func write(_ application: TorsionApplication, to folder: String) throws -> [String] {
    try application.files.map { file in
      let path = "\(folder)/\(URL(fileURLWithPath: file.path).lastPathComponent)"
      try writeAtomically(file.bytes, to: path)
      return path
    }
  }

  /// The sample's files as an application left them: the topology, and what goes beside it.
  static func places(_ sample: Sample, _ written: [String], in folder: String) -> (String, [String]) {
    func place(_ path: String) -> String {
      let name = URL(fileURLWithPath: path).lastPathComponent
      return written.first { $0.hasSuffix("/\(name)") } ?? path
    }
    return (place(sample.path), sample.companions.map(place))
  }

  private static func geometries(_ count: Int) -> [[Vector3]] {
    var random = SeededGenerator(seed: 7)
    return (0..<6).map { _ in (0..<count).map { _ in random.vector(within: 3) } }
  }

  /// The largest difference of an energy between two topologies; from the mean difference where constants do not count.
  private static func largestDifference(_ a: Topology, _ b: Topology, isUpToConstant: Bool) -> Double {
    func torsional(_ topology: Topology) -> [Double] {
      var own = topology
      own.pairs = []
      return geometries(own.atoms.count).map { EnergyModel(own).energyAndForces(of: $0).energy }.map {
        $0.torsion + $0.improper
      }
    }
    let differences = zip(torsional(a), torsional(b)).map { $0 - $1 }
    let mean = isUpToConstant ? differences.reduce(0, +) / Double(differences.count) : 0
    return differences.map { abs($0 - mean) }.max() ?? 0
  }

  @Test(arguments: samples)
  func theTopologySaysTheAppliedEnergies(sample: Sample) throws {
    let before = try readTopology(sample.path, parameters: sample.companions).topology
    for seed in 1...3 as ClosedRange<UInt64> {
      let parameters = Self.parameters(for: before, seed: seed)
      try Folders.temporary { folder in
        let application = try ApplicableTopology(sample.path, companions: sample.companions).applying(
          parameters)
        #expect(application.isMatched && application.count(.replaced) > 0 && application.missing.isEmpty)
        let written = try Self.write(application, to: folder)
        let (path, companions) = Self.places(sample, written, in: folder)
        let after = try readTopology(path, parameters: companions).topology
        let expected = parameters.applied(to: before)
        #expect(
          Self.largestDifference(after, expected, isUpToConstant: sample.isUpToConstant) < 1e-5,
          "\(sample.name)")
        // Everything but the torsions is what it was.
        #expect(after.atoms == before.atoms && after.bonds == before.bonds && after.angles == before.angles)
        #expect(after.pairs == before.pairs && after.impropers == before.impropers)
        // Applying the same again changes no byte.
        let again = try ApplicableTopology(path, companions: companions).applying(parameters)
        #expect(
          again.count(.replaced) == 0
            && again.count(.already) == application.count(.replaced) + application.count(.already))
        #expect(again.files.allSatisfy { !$0.isChanged })
      }
    }
  }

  @Test(arguments: samples)
  func theBaseChangesNoByte(sample: Sample) throws {
    let system = try ApplicableTopology(sample.path, companions: sample.companions).system
    // Made-up molecules have types whose torsions differ.
    let terms = Dictionary(grouping: system.sites, by: { system.type(of: $0.quartet) }).compactMapValues {
      sites in
      sites[0].terms.flatMap { own in
        sites.allSatisfy { $0.terms?.hasSameEnergy(as: own) == true } ? own : nil
      }
    }
    let application = try ApplicableTopology(sample.path, companions: sample.companions)
      .applying(TorsionParameters(terms))
    #expect(application.count(.replaced) == 0 && application.count(.already) > 0)
    #expect(application.files.allSatisfy { !$0.isChanged })
    for file in application.files { #expect(try readBytes(file.path) == file.bytes) }
  }

  @Test(arguments: samples)
  func whatHasNoTypeOfTheParametersIsNotMatched(sample: Sample) throws {
    let type = TorsionType("q1", "q2", "q3", "q4")
    let application = try ApplicableTopology(sample.path, companions: sample.companions).applying(
      TorsionParameters([type: [TorsionTerm(periodicity: 1, phase: 0, forceConstant: 1)]]))
    #expect(!application.isMatched && application.missing.map(\.label.localizedLowercase) == ["q1-q2-q3-q4"])
    #expect(application.files.allSatisfy { !$0.isChanged })
  }

  @Test func onlyDihedralSectionsOfAPrmtopChange() throws {
    let sample = Self.samples[0]
    let before = try readText(sample.path)
    let topology = try readTopology(sample.path).topology
    let application = try ApplicableTopology(sample.path).applying(Self.parameters(for: topology, seed: 4))
    let after = String(decoding: application.files[0].bytes, as: UTF8.self)
    func sections(_ text: String) -> [String: String] {
      Dictionary(
        text.components(separatedBy: "%FLAG ").map { (String($0.prefix { $0 != " " && $0 != "\n" }), $0) },
        uniquingKeysWith: { first, _ in first })
    }
    let (a, b) = (sections(before), sections(after))
    #expect(a.keys.sorted() == b.keys.sorted())
    for (name, text) in a where !name.hasPrefix("DIHEDRAL") && !name.hasPrefix("SC") && name != "POINTERS" {
      #expect(b[name] == text, "\(name)")
    }
  }

  /// A top with an include, look-up, macros, Ryckaert-Bellemans, water and Windows line ends.
  private static let itp = """
    [ moleculetype ]
    ether 3
    [ atoms ]
    1 h1 1 MOL H1 1 0.1 1.008
    2 c3 1 MOL C1 2 -0.2 12.011
    3 os 1 MOL O1 3 0.1 15.999
    4 c3 1 MOL C2 4 0.0 12.011
    5 h1 1 MOL H2 5 0.0 1.008
    [ bonds ]
    1 2 1 0.1 1000
    2 3 1 0.1 1000
    3 4 1 0.1 1000
    4 5 1 0.1 1000
    [ dihedrals ]
    ; proper
    1 2 3 4 9   ; looked up
    2 3 4 5 3 RB_TERMS ; of a macro
    #ifdef RESTRAIN
    [ dihedral_restraints ]
    1 2 3 4 1 180 0 1000
    #endif

    """

  private static let top = """
    #define RB_TERMS 1.0 -1.0 0.5 0.0 0.0 0.0
    [ defaults ]
    1 2 yes 0.5 0.8333
    [ atomtypes ]
    h1 1 1.008 0.0 A 0.2 0.1
    c3 6 12.011 0.0 A 0.3 0.4
    os 8 15.999 0.0 A 0.3 0.7
    OW 8 15.999 0.0 A 0.3 0.6
    HW 1 1.008 0.0 A 0.0 0.0
    [ dihedraltypes ]
    X c3 os X 9 0.0 1.6 3
    #include "ether.itp"
    [ moleculetype ]
    SOL 2
    [ atoms ]
    1 OW 1 SOL OW 1 -0.8 15.999
    2 HW 1 SOL HW1 1 0.4 1.008
    3 HW 1 SOL HW2 1 0.4 1.008
    [ settles ]
    1 1 0.1 0.16
    [ exclusions ]
    1 2 3
    [ system ]
    ether in water
    [ molecules ]
    ether 3
    SOL 500

    """

  @Test func aSolvatedTopChangesInItsInclude() throws {
    try Folders.temporary { folder in
      try Folders.write(Self.top.replacingOccurrences(of: "\n", with: "\r\n"), to: "\(folder)/system.top")
      try Folders.write(Self.itp.replacingOccurrences(of: "\n", with: "\r\n"), to: "\(folder)/ether.itp")
      let type = TorsionType("c3", "os", "c3", "h1")
      let parameters = TorsionParameters([
        type: [
          TorsionTerm(periodicity: 1, phase: 0, forceConstant: 0.5),
          TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.25),
        ]
      ])
      let application = try ApplicableTopology("\(folder)/system.top").applying(parameters)
      // Two torsions in each of three molecules.
      #expect(application.count(.replaced) == 6 && application.rows.allSatisfy { $0.molecule == "ether" })
      #expect(application.files.map(\.isChanged) == [false, true])
      let text = String(decoding: application.files[1].bytes, as: UTF8.self)
      let lines = text.components(separatedBy: "\r\n")
      #expect(!text.replacingOccurrences(of: "\r\n", with: "").contains("\n"))
      let kept = Self.itp.components(separatedBy: "\n").filter {
        !$0.hasPrefix("1 2 3 4 9") && !$0.hasPrefix("2 3 4 5")
      }
      #expect(lines.filter(kept.contains) == kept)
      // Inline in place of the look-up, and still a Ryckaert-Bellemans function.
      let changed = lines.filter { !kept.contains($0) }.map { $0.split(separator: " ").map(String.init) }
      #expect(
        changed.map { Array($0.prefix(5)) } == [
          ["1", "2", "3", "4", "9"], ["1", "2", "3", "4", "9"], ["2", "3", "4", "5", "3"],
        ])
      #expect(changed[0].last == "up" && changed[2].suffix(3) == ["of", "a", "macro"])
      let series = RyckaertBellemans(
        changed[2][5..<11].compactMap { Double($0).map { $0 * Units.kilojoule } })
      #expect(series.periodicTerms.hasSameEnergy(as: parameters.terms[type] ?? []))
      try writeAtomically(application.files[1].bytes, to: "\(folder)/ether.itp")
      let again = try ApplicableTopology("\(folder)/system.top").applying(parameters)
      #expect(again.count(.already) == 6 && again.files.allSatisfy { !$0.isChanged })
    }
  }

  @Test func twoStatesAndStylesThatCannotSayItAreRefused() throws {
    try Folders.temporary { folder in
      let states = Self.itp.replacingOccurrences(of: "1 2 3 4 9 ", with: "1 2 3 4 9 0 1.0 3 0 2.0 3 ")
      try Folders.write(Self.top, to: "\(folder)/system.top")
      try Folders.write(states, to: "\(folder)/ether.itp")
      #expect(throws: InputError.self) { _ = try ApplicableTopology("\(folder)/system.top") }
    }
    // Style charmm has whole degrees only.
    let sample = Self.samples[4]
    let topology = try readTopology(sample.path, parameters: sample.companions).topology
    let type = topology.atomTypes(of: topology.torsions[0].quartet)
    let oblique = TorsionParameters([type: [TorsionTerm(periodicity: 1, phase: 0.3, forceConstant: 1)]])
    #expect(throws: InputError.self) {
      try ApplicableTopology(sample.path, companions: sample.companions).applying(oblique)
    }
    // A PSF alone has nothing to change.
    #expect(throws: InputError.self) { try ApplicableTopology(Self.samples[3].path) }
  }

  @Test func typesThatDifferByCapitalsAloneAreRefusedInCHARMM() throws {
    let sample = Self.samples[3]
    let topology = try readTopology(sample.path, parameters: sample.companions).topology
    let type = topology.atomTypes(of: topology.torsions[0].quartet)
    let lower = TorsionType(
      type.a.lowercased(), type.b.lowercased(), type.c.lowercased(), type.d.lowercased())
    let one = [TorsionTerm(periodicity: 1, phase: 0, forceConstant: 1)]
    let two = [TorsionTerm(periodicity: 1, phase: 0, forceConstant: 2)]
    let system = try ApplicableTopology(sample.path, companions: sample.companions)
    #expect(throws: InputError.self) { try system.applying(TorsionParameters([type: one, lower: two])) }
    #expect(try system.applying(TorsionParameters([lower: one])).isMatched)
  }
}
