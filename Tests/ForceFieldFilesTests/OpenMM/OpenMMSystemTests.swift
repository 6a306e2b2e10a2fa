// Serialized OpenMM Systems against OpenMM's own energies, written again, and damaged.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct OpenMMSystemTests {
  static let folder = "\(Folders.root)/Tests/Fixtures/openmm"
  static let system = "\(folder)/amide.xml"
  static let pdb = "\(folder)/amide.pdb"
  static let types = "\(folder)/amide-types.xml"

  /// The geometry of the fixtures, Å.
  static func coordinates() throws -> [Vector3] {
    try readText("\(Folders.root)/Tests/Fixtures/tinker/amide.xyz").split(separator: "\n").dropFirst().map {
      let v = $0.split(separator: " ").dropFirst(2).prefix(3).compactMap { Double($0) }
      return Vector3(v[0], v[1], v[2])
    }
  }

  static func energy(_ topology: Topology) throws -> EnergyTerms {
    EnergyModel(topology).energyAndForces(of: try coordinates()).energy
  }

  private struct Reference: Decodable {
    var bonded2: Double, torsions: Double, lj: Double, coulomb: Double
  }

  // OpenMM 8.6.1, Reference platform: Tests/Fixtures/openmm/make.py.
  @Test(arguments: [[pdb, types], [types, pdb], [types]])
  func energiesEqualOpenMM(names: [String]) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/energies.json"))
    let reference = try JSONDecoder().decode(Reference.self, from: data)
    let loaded = try readTopology(Self.system, parameters: names)
    let energy = try Self.energy(loaded.topology)
    for (ours, theirs) in [
      (energy.bond + energy.angle, reference.bonded2), (energy.torsion + energy.improper, reference.torsions),
      (energy.lennardJones, reference.lj), (energy.coulomb, reference.coulomb),
    ] {
      #expect(abs(ours - theirs) < 1e-6 * abs(theirs))
    }
    #expect(loaded.files == [Self.system] + names)
  }

  /// Types from the topology that a System was made from, in `fit` and `energy` as in `apply`; without, names of atoms.
  @Test func typesComeFromTheTopologyItWasMadeFrom() throws {
    let named = try readOpenMMSystem(Self.system, names: [Self.pdb, Self.types]).topology
    try Folders.temporary { folder in
      for (suffix, text) in try ParameterFormat.gromacs.completeTopology(
        named, name: "amide", coordinates: try Self.coordinates(), header: [])
      {
        try Folders.write(text, to: "\(folder)/amide\(suffix)")
      }
      let topology = try readOpenMMSystem(Self.system, names: ["\(folder)/amide.top"]).topology
      #expect(topology.atoms.map(\.type) == named.atoms.map(\.type))
      #expect(topology.torsions == named.torsions)
      let applicable = try ApplicableTopology(Self.system, companions: ["\(folder)/amide.top"])
      #expect(applicable.system.types == named.atoms.map(\.type))
      let other = "\(Folders.root)/families/alkanes/molecules/butane.prmtop"
      let error = #expect(throws: InputError.self) { try readOpenMMSystem(Self.system, names: [other]) }
      #expect(error?.hint?.contains("prmtop that it was made from") == true)
    }
    let alone = try readOpenMMSystem(Self.system, names: []).topology
    #expect(alone.atoms[3].type == "O4" && alone.hasTypePerAtom)
    #expect(try Self.energy(alone) == Self.energy(named))
  }

  @Test func termsAreTold() throws {
    let topology = try readOpenMMSystem(Self.system, names: [Self.pdb, Self.types]).topology
    #expect(topology.bonds.count == 12 && topology.ureyBradleys.count == 5 && topology.angles.count == 18)
    #expect(
      topology.torsions.count == 18 && topology.impropers.count == 1 && topology.harmonicImpropers.count == 1)
    #expect(topology.torsions.allSatisfy { $0.quartet == $0.quartet.canonical })
    #expect(
      topology.atoms.map(\.type) == [
        "c2", "ce", "c", "o", "n", "c3", "ha", "ha", "ha", "hn", "h1", "h1", "h1",
      ])
    #expect(topology.atoms[3].name == "O4" && topology.atoms[3].element.symbol == "O")
    #expect(topology.oneFourScalings == [OneFourScaling(coulombDivisor: 1.2, lennardJonesDivisor: 2)])
    #expect(topology.pairs.filter(\.isOneFour).count == topology.bondGraph.nearPairs.oneFour.count)
  }

  @Test(arguments: [
    ("method=\"0\"", "method=\"4\"", "NoCutoff"),
    ("<Constraints/>", "<Constraints><Constraint d=\"1\" p1=\"0\" p2=\"9\"/></Constraints>", "constrained"),
    ("type=\"RBTorsionForce\"", "type=\"AmoebaVdwForce\"", "AmoebaVdwForce"),
    ("usesPeriodic=\"0\"", "usesPeriodic=\"1\"", "periodic"), ("periodicity=\"3\"", "periodicity=\"7\"", "7"),
    ("k*min", "k*max", "k*max"), ("p2=\"1\"", "p2=\"13\"", "13"), ("p2=\"1\"", "p2=\"0\"", "twice"),
    ("<ParticleOffsets/>", "<ParticleOffsets><Offset/></ParticleOffsets>", "offsets"),
    ("<Particle mass=\"12.011\"/>", "<Particle mass=\"0\"/>", "mass"),
    (
      "<Particle mass=\"12.011\"/>", "<Particle mass=\"0\"><TwoParticleAverageSite/></Particle>",
      "virtual site"
    ),
    ("<Particle mass=\"12.011\"/>", "<Particle mass=\"14.007\"/>", "weigh"),
    ("type=\"CMMotionRemover\"", "type=\"GBSAOBCForce\"", "solvent"),
    ("<Particle mass=\"12.011\"/>", "", "0 … 11"), ("<System", "<Sistem", "XML"),
    ("eps=\".", "eps=\"-.", "negative"),
  ])
  func whatCannotBeSaidIsRefused(_ change: (from: String, to: String, word: String)) throws {
    let text = try readText(Self.system)
    let range = try #require(text.range(of: change.from))
    try Folders.temporary { folder in
      let path = "\(folder)/x.xml"
      try Folders.write(text.replacingCharacters(in: range, with: change.to), to: path)
      let error = #expect(throws: InputError.self) {
        try readOpenMMSystem(path, names: [Self.pdb, Self.types])
      }
      #expect(error?.message.contains(change.word) == true, "\(error?.description ?? "")")
      #expect(error?.place?.line != nil || change.word == "weigh")
    }
  }

  @Test func knownFormsOfCustomForces() {
    // As CharmmPsfFile, AmberPrmtopFile, GromacsTopFile and ForceField of OpenMM 8.6.1 write them.
    func improper(_ text: String) -> (factor: Double, isWrapped: Bool)? {
      OpenMMExpression(text).harmonicImproper
    }
    #expect(
      improper("k*min(dtheta, 2*pi-dtheta)^2; dtheta = abs(theta-theta0);pi = 3.141593;")?.isWrapped == true)
    #expect(improper("k*min(dtheta, 2*3.141592653589793-dtheta)^2; dtheta = abs(theta-theta0)")?.factor == 1)
    #expect(improper("k*(theta-theta0)^2")?.isWrapped == false)
    let gromacs =
      "0.5*k*(thetap-theta0)^2; thetap = step(-(theta-theta0+pi))*2*pi+theta+step(theta-theta0-pi)*(-2*pi)"
    #expect(improper(gromacs + "; pi = 3.14159265358979")?.factor == 0.5)
    for other in [
      gromacs, "k*min(dtheta, 2*3-dtheta)^2; dtheta = abs(theta-theta0)", "k*(1+cos(n*theta))", "",
      "k*min(dtheta, 2*pi-dtheta)^2; dtheta = abs(theta-theta0); pi = 3.2",
    ] { #expect(improper(other) == nil, "\(other)") }
    func pairs(_ text: String) -> OpenMMExpression.LennardJonesForm? { OpenMMExpression(text).lennardJones }
    let tables = "a=acoef(type1, type2);b=bcoef(type1, type2)"
    #expect(pairs("acoef(type1, type2)/r^12 - bcoef(type1, type2)/r^6;") == .table(isRoot: false))
    #expect(pairs("(a/r6)^2-b/r6; r6=r^6;" + tables) == .table(isRoot: true))
    #expect(pairs("A1*A2/r^12-C1*C2/r^6") == .products)
    #expect(pairs("(a/r6)^2-b/r6-c/r^4; r6=r^6;" + tables) == nil)
    #expect(
      OpenMMExpression("4*epsilon*((sigma/r)^12-(sigma/r)^6)").pairLennardJones == .sigmaEpsilon(factor: 4))
    #expect(OpenMMExpression("-C/r^6+A/r^12").pairLennardJones == .coefficients)
    #expect(OpenMMExpression("k*(r-r0)^2").pairLennardJones == nil)
  }

  /// Without types names of atoms stand for them, of which `fit` and `inspect` say that they are; unclear ones are an error.
  @Test func typesAreNotGuessed() throws {
    let bare = try readTopology(Self.system, parameters: [Self.pdb]).topology
    #expect(bare.atoms.map(\.type) == bare.atoms.enumerated().map { "\($1.element.symbol)\($0 + 1)" })
    #expect(bare.hasTypePerAtom)
    try Folders.temporary { folder in
      // One of three hydrogens that the bonds do not tell apart gets another type.
      let text = try readText(Self.types).replacingOccurrences(
        of: "name=\"H11\" type=\"t9\"", with: "name=\"H11\" type=\"t8\"")
      try Folders.write(text, to: "\(folder)/t.xml")
      let unclear = #expect(throws: InputError.self) {
        try readOpenMMSystem(Self.system, names: ["\(folder)/t.xml"])
      }
      #expect(unclear?.message.contains("differ in type") == true)
      // Names tell them.
      let topology = try readOpenMMSystem(Self.system, names: [Self.pdb, "\(folder)/t.xml"]).topology
      #expect(topology.atoms.suffix(3).map(\.type) == ["hn", "h1", "h1"])
    }
  }

  @Test func writtenSystemsSayTheSame() throws {
    let topology = try readOpenMMSystem(Self.system, names: [Self.pdb, Self.types]).topology
    let files = try openMMSystem(
      topology, name: "amide", coordinates: try Self.coordinates(), header: ["a -- b"])
    try Folders.temporary { folder in
      for file in files { try Folders.write(file.text, to: "\(folder)/amide\(file.suffix)") }
      let again = try readTopology(
        "\(folder)/amide.system.xml", parameters: ["\(folder)/amide.pdb", "\(folder)/amide.types.xml"]
      ).topology
      #expect(again.atoms.map(\.type) == topology.atoms.map(\.type))
      #expect(again.oneFourScalings == topology.oneFourScalings)
      let (a, b) = (try Self.energy(topology), try Self.energy(again))
      #expect(abs(a.total - b.total) < 1e-10 && abs(a.torsion - b.torsion) < 1e-10)
    }
  }

  @Test func amberTopologiesAreWritten() throws {
    let alkane = Alkane(carbons: 5)
    let files = try openMMSystem(
      alkane.topology, name: "pentane", coordinates: alkane.coordinates, header: [])
    try Folders.temporary { folder in
      for file in files { try Folders.write(file.text, to: "\(folder)/x\(file.suffix)") }
      let again = try readOpenMMSystem("\(folder)/x.system.xml", names: ["\(folder)/x.types.xml"]).topology
      let own = EnergyModel(alkane.topology).energyAndForces(of: alkane.coordinates).energy
      let read = EnergyModel(again).energyAndForces(of: alkane.coordinates).energy
      #expect(abs(own.lennardJones - read.lennardJones) < 1e-9 && abs(own.torsion - read.torsion) < 1e-9)
      let ratio = again.coulombConstant / alkane.topology.coulombConstant
      #expect(abs(own.coulomb * ratio - read.coulomb) < 1e-9)
    }
  }

  @Test func truncationsAndNoiseNeverTrap() throws {
    let sources = try [Self.system, Self.pdb, Self.types].map { Array(try readText($0).utf8) }
    var random = SeededGenerator(seed: 5)
    try Folders.temporary { folder in
      let paths = ["\(folder)/s.xml", "\(folder)/n.pdb", "\(folder)/t.xml"]
      for round in 0..<90 {
        for (index, source) in sources.enumerated() {
          var damaged = source
          if index == round % 3 {
            if round % 2 == 0 { damaged.removeLast(Int.random(in: 1..<source.count, using: &random)) }
            for _ in 0..<(round % 5) where !damaged.isEmpty {
              damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(
                in: 32..<127, using: &random)
            }
          }
          try Folders.write(String(decoding: damaged, as: UTF8.self), to: paths[index])
        }
        do {
          let topology = try readOpenMMSystem(paths[0], names: Array(paths.dropFirst())).topology
          #expect(topology.atoms.allSatisfy { $0.charge.isFinite })
        } catch is InputError {}
      }
    }
  }
}
