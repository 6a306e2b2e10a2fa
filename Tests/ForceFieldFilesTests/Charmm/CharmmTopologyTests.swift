// CHARMM's PSF and parameter files against OpenMM's CharmmPsfFile; what is refused; damaged files.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct CharmmTopologyTests {
  private static let folder = "\(MadeUpMolecule.folder)/charmm"
  private static let files = ["base.rtf", "base.prm", "more.str"].map { "\(folder)/\($0)" }
  // OpenMM's Coulomb constant over CHARMM's.
  private static let openMM = 138.935456 / 0.4184 / charmmCoulombConstant

  static func molecule() throws -> Topology {
    try readTopology("\(folder)/nma.psf", parameters: files).topology
  }

  @Test func energiesEqualOpenMM() throws {
    let topology = try Self.molecule()
    #expect(try MadeUpMolecule.largestDifference(topology, "openmm", coulomb: Self.openMM) < 1e-7)
    #expect(topology.atoms.map(\.type).prefix(4) == ["CT3", "C", "O", "NH1"])
    #expect(topology.ureyBradleys.count > 0 && topology.harmonicImpropers.count == 2)
    #expect(topology.oneFourScalings == [OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1)])
    #expect(topology.atoms[2].oneFourLennardJones != nil && topology.combinationRule == .lorentzBerthelot)
    // A line of the types beats X C NH1 X.
    let omega = try #require(
      topology.torsions.first { $0.quartet.centralBond == BondIndex(1, 3) && $0.terms.count == 2 })
    #expect(omega.terms.map(\.periodicity) == [1, 2])
    // More of one file: later lines replace earlier ones.
    #expect(topology.bonds.contains { $0.forceConstant == 441.2 })
  }

  private func read(_ file: String, _ from: String, _ to: String) throws -> Topology {
    try Folders.temporary { folder in
      for name in ["nma.psf", "base.rtf", "base.prm", "more.str"] {
        var text = try readText("\(Self.folder)/\(name)")
        if name == file {
          let range = try #require(text.range(of: from), "\(from)")
          text.replaceSubrange(range, with: to)
        }
        try Folders.write(text, to: "\(folder)/\(name)")
      }
      return try readCharmmTopology(
        "\(folder)/nma.psf", parameters: ["base.rtf", "base.prm", "more.str"].map { "\(folder)/\($0)" }
      ).topology
    }
  }

  @Test(arguments: [
    ("nma.psf", "       0 !NCRTERM", "       1 !NCRTERM", "torsions fitted without them"),
    ("nma.psf", "0       0 !NUMLP", "1       2 !NUMLP", "lone pairs"),
    ("nma.psf", "PSF CMAP CHEQ", "PSF CMAP CHEQ DRUDE", "charges are fixed"),
    ("nma.psf", "C1   CT3 ", "C1     20 ", "type names"),
    ("nma.psf", "AMID 1    NMA  O3", "     1    NMA  O3", "is no atom"),
    ("nma.psf", "!NPHI", "!NPHY", "NPHY"),
    ("nma.psf", "       1       2       2       3", "       1       2       2      33", "no atom 33"),
    ("base.prm", "CT3  C     251.3  1.487\n", "", "bond"),
    ("base.prm", "X   CT3 C  X     0.05  6  180.0\n", "", "dihedral"),
    ("base.prm", "NH1 X   X   H     19.6  0  0.0", "", "improper"),
    ("base.prm", "X   CT3 C  X ", "X   CT3 C  HA ", "wildcard"),
    ("base.prm", "2.47  2  180.0", "2.47  1  180.0", "CHARMM adds both"),
    ("base.prm", "2.47  2  180.0", "2.47  7  180.0", "periodicity 7"),
    ("base.prm", "2.47  2  180.0", "2.47  0  180.0", "periodicity 0"),
    ("base.prm", "nbxmod  5", "nbxmod  3", "nbxmod"),
    ("base.prm", "cdiel", "rdie", "distance"),
    ("base.prm", "eps 1.0", "eps 80.0", "dielectric"),
    ("base.prm", "C      0.0  -0.1087  2.02\n", "", "atom type C"),
    ("base.prm", "DIHEDRALS", "TORSIONS", "angle"),
    ("more.str", "read para", "stream other.str\nread para", "another file"),
  ])
  func whatIsRefused(_ change: (file: String, from: String, to: String, word: String)) throws {
    let error = #expect(throws: InputError.self) { try read(change.file, change.from, change.to) }
    // A section of another name leaves its lines to the one before.
    if change.to == "TORSIONS" { return }
    #expect(error?.description.contains(change.word) == true, "\(error?.description ?? "")")
    #expect(error?.place?.line != nil || change.word == "NPHY")
  }

  @Test func mixingScalingAndExclusionsAreRead() throws {
    let scaled = try read("base.prm", "e14fac 1.0", "e14fac 0.5")
    #expect(scaled.oneFourScalings == [OneFourScaling(coulombDivisor: 2, lennardJonesDivisor: 1)])
    #expect(try read("base.prm", "atom cdiel", "atom geom cdiel").combinationRule == .geometric)
    // The first atom excludes the twelfth.
    let excluded = try read(
      "nma.psf",
      "       0 !NNB\n\n       0       0       0       0       0       0       0       0\n       0       0       0       0",
      "       1 !NNB\n      12\n       1       1       1       1       1       1       1       1\n       1       1       1       1"
    )
    #expect(excluded.pairs.count == (try Self.molecule()).pairs.count - 1)
  }

  @Test func commandsBeforeTheFirstCardArePassedOver() throws {
    let plain = try Self.molecule()
    let commands =
      "* title\n*\n\nioformat extended\nset para\nif @para .eq. 0 goto done\nbomlev -1\n\nread rtf card append\n"
    #expect(try read("more.str", "read rtf card append\n", commands) == plain)
    // A file that is no stream has no commands.
    #expect(throws: InputError.self) { try read("base.prm", "BONDS", "set para\nBONDS") }
  }

  @Test func aStructureAloneIsNotEnough() {
    let error = #expect(throws: InputError.self) { try readTopology("\(Self.folder)/nma.psf") }
    #expect(error?.hint?.contains("--topology-parameters") == true)
  }

  @Test func damagedFilesNeverTrap() throws {
    for text in MadeUpMolecule.damaged(try readText("\(Self.folder)/nma.psf")) {
      do {
        #expect(
          MadeUpMolecule.isSound(try charmmMolecule(text, file: "x.psf", parameters: Self.files).topology))
      } catch let error as InputError { #expect(error.place != nil) }
    }
    let structure = try readText("\(Self.folder)/nma.psf")
    for name in ["base.rtf", "base.prm", "more.str"] {
      try Folders.temporary { folder in
        for text in MadeUpMolecule.damaged(try readText("\(Self.folder)/\(name)")) {
          try Folders.write(text, to: "\(folder)/\(name)")
          let files = Self.files.map { $0.hasSuffix(name) ? "\(folder)/\(name)" : $0 }
          do {
            #expect(
              MadeUpMolecule.isSound(try charmmMolecule(structure, file: "x.psf", parameters: files).topology)
            )
          } catch is InputError {}
        }
      }
    }
  }

  // MARK: Writing

  private func written(_ topology: Topology, geometry: [Vector3]? = nil) throws -> (Topology, String) {
    let texts = try charmmTopology(
      topology, name: "m", coordinates: geometry ?? MadeUpMolecule.frames()[0], header: ["a header"])
    #expect(texts.map(\.suffix) == [".psf", ".prm", ".pdb"])
    return try Folders.temporary { folder in
      for (suffix, text) in texts { try Folders.write(text, to: "\(folder)/m\(suffix)") }
      return (try readTopology("\(folder)/m.psf", parameters: ["\(folder)/m.prm"]).topology, texts[1].text)
    }
  }

  @Test func writtenFilesSayTheSame() throws {
    let topology = try Self.molecule()
    let (back, text) = try written(topology)
    #expect(try MadeUpMolecule.largestDifference(topology, back) < 1e-9)
    #expect(back.atoms.map(\.type) == topology.atoms.map(\.type) && text.contains("NBFIX"))
    #expect(text.contains("* a header\n") && !text.contains("type of its own"))
  }

  @Test func slantedImpropersKeepTheirEnergy() throws {
    var topology = try Self.molecule()
    topology.impropers.append(
      Torsion(Quartet(2, 3, 1, 0), terms: [TorsionTerm(periodicity: 2, phase: 0.5, forceConstant: 7)]))
    let (back, _) = try written(topology)
    #expect(try MadeUpMolecule.largestDifference(topology, back) < 1e-9 && back.impropers.count == 1)
    // The same dihedral angle once as a torsion and once as an improper is one line.
    topology = try Self.molecule()
    topology.impropers.append(
      Torsion(topology.torsions[0].quartet, terms: [TorsionTerm(periodicity: 5, phase: 0, forceConstant: 2)]))
    #expect(try MadeUpMolecule.largestDifference(topology, written(topology).0) < 1e-9)
  }

  @Test func amberTopologiesAreScaledByColumns() throws {
    // Its impropers and torsions share types: every atom gets one of its own.
    for (family, name) in [("alkanes", "butane"), ("amides", "n-methylacetamide")] {
      let path = "\(Folders.root)/families/\(family)/molecules/\(name).prmtop"
      let topology = try readTopology(path).topology
      var random = SeededGenerator(seed: 3)
      let geometry = topology.atoms.indices.map { Vector3(2.5 * Double($0), 0, 0) + random.vector(within: 1) }
      let (back, text) = try written(topology, geometry: geometry)
      let scaling = try #require(back.oneFourScalings.first)
      #expect(abs(scaling.coulombDivisor - 1.2) < 1e-9 && abs(scaling.lennardJonesDivisor - 2) < 1e-9)
      #expect(back.atoms.allSatisfy { $0.oneFourLennardJones == nil })
      #expect(back.torsions.count == topology.torsions.count)
      #expect(text.contains("type of its own") == (family == "amides"))
      for (a, b) in zip(topology.pairs, back.pairs) {
        #expect(abs(a.repulsion - b.repulsion) <= 1e-6 * a.repulsion && a.isOneFour == b.isOneFour)
      }
    }
  }

  @Test func constantsOfOPLSGoIntoSigns() throws {
    let opls = periodicTerms(ofOPLS: [1.3, -0.7, 0.4, 0.11])
    let turned = try #require(withoutConstant(opls))
    #expect(turned.allSatisfy { $0.periodicity > 0 })
    for angle in stride(from: -3.0, through: 3, by: 0.5) {
      func energy(_ terms: [TorsionTerm]) -> Double {
        terms.reduce(0) { $0 + $1.forceConstant * (1 + cos(Double($1.periodicity) * angle - $1.phase)) }
      }
      #expect(abs(energy(opls) - energy(turned)) < 1e-12)
    }
    #expect(withoutConstant([TorsionTerm(periodicity: 0, phase: 0, forceConstant: 0.3)]) == nil)
  }

  @Test func parametersWarnOfScaling() throws {
    var forceField = RoundTripTests.random(seed: 5, free: true)
    #expect(try charmmParameters(forceField).contains("WARNING"))
    forceField.oneFourScalings = [OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1)]
    #expect(!(try charmmParameters(forceField).contains("WARNING")))
    for name in ["ANGLE", "TOOLONGNAME", "a!b", "12"] {
      forceField.torsions[0].type = TorsionType(name, "c3", "c3", "c3")
      #expect(throws: InputError.self, "\(name)") { try charmmParameters(forceField) }
    }
  }

  @Test func remarksAreReadBack() throws {
    let forceField = RoundTripTests.random(seed: 6, free: false)
    for format in [ParameterFormat.charmm, .lammps] {
      try Folders.temporary { folder in
        try writeForceFields(forceField, formats: [format], to: folder)
        let remarks = try readTermRemarks("\(folder)/random.\(format.fileExtension)")
        #expect(remarks.count == forceField.torsions.reduce(0) { $0 + $1.terms.count })
        #expect(remarks.map(\.type) == forceField.torsions.flatMap { t in t.terms.map { _ in t.type } })
      }
    }
  }

  @Test func damagedParametersNeverTrap() throws {
    let forceField = RoundTripTests.random(seed: 7, free: true)
    for format in [ParameterFormat.charmm, .lammps] {
      try Folders.temporary { folder in
        for text in MadeUpMolecule.damaged(try format.text(of: forceField)) {
          let path = "\(folder)/x.\(format.fileExtension)"
          try Folders.write(text, to: path)
          do {
            let terms = try readTorsionParameters(path).terms.values.joined()
            #expect(
              terms.allSatisfy {
                $0.forceConstant.isFinite && $0.phase.isFinite && (0...6).contains($0.periodicity)
              })
          } catch is InputError {}
        }
      }
    }
  }

  @Test func typesOfTheFilesOwnKeepTheirNames() throws {
    let prmtop = "\(Folders.root)/families/amides/molecules/n-methylacetamide.prmtop"
    let topology = try readTopology(prmtop).topology
    let origin = topology.atoms.map { _ in Vector3.zero }
    let files = try charmmTopology(topology, name: "mol", coordinates: origin, header: [])
    try Folders.temporary { folder in
      for file in files { try Folders.write(file.text, to: "\(folder)/mol\(file.suffix)") }
      // Its impropers cannot be said by type.
      #expect(files[1].text.contains("! type A1 is \(topology.atoms[0].type)\n"))
      let read = try readTopology("\(folder)/mol.psf", parameters: ["\(folder)/mol.prm"]).topology
      #expect(read.atoms.map(\.type) == topology.atoms.map(\.type))
      let applicable = try ApplicableTopology("\(folder)/mol.psf", companions: ["\(folder)/mol.prm"])
      let type = topology.type(of: topology.torsions[0].quartet)
      let terms = [TorsionTerm(periodicity: 2, phase: 0, forceConstant: 1.25)]
      let done = try applicable.applying(TorsionParameters([type: terms]))
      #expect(done.isMatched && done.missing.isEmpty)
      for file in done.files where file.isChanged {
        try Folders.write(String(decoding: file.bytes, as: UTF8.self), to: file.path)
      }
      let changed = try readTopology("\(folder)/mol.psf", parameters: ["\(folder)/mol.prm"]).topology
      for torsion in changed.torsions {
        let isOfType = changed.type(of: torsion.quartet) == type
        let before = try #require(
          topology.torsions.first { $0.quartet.canonical == torsion.quartet.canonical })
        #expect((isOfType ? terms : before.terms).hasSameEnergy(as: torsion.terms))
      }
    }
  }

  @Test func zeroTermsTakeTheBasesOut() throws {
    let type = TorsionType("ca", "cb", "cc", "cd")
    let term = FittedTerm(term: TorsionTerm(periodicity: 1, phase: 0, forceConstant: 0.5))
    var forceField = FittedForceField(
      family: "f", version: "0", oneFourScalings: [],
      torsions: [FittedTorsion(type: type, terms: [term], molecules: 1)])
    #expect(try !charmmParameters(forceField).contains("takes the base's term out"))
    forceField.ruled = [type]
    try Folders.temporary { folder in
      let path = "\(folder)/f.prm"
      try Folders.write(try charmmParameters(forceField), to: path)
      let read = try #require(try readCharmmParameters(path).terms[type])
      #expect(read.map(\.periodicity) == Array(1...6))
      #expect(read.map(\.forceConstant) == [0.5, 0, 0, 0, 0, 0])
      #expect(try auditParameterFile(path).findings.isEmpty)
    }
  }
}
