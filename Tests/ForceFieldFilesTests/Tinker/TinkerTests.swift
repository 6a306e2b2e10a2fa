// Tinker's files: its lookup rules in three styles of force field, files written again, and damaged ones.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct TinkerTests {
  static let folder = "\(Folders.root)/Tests/Fixtures/tinker"

  static func files(_ names: [String]) -> [String] { names.map { "\(folder)/\($0)" } }

  static func topology(_ names: [String]) throws -> Topology {
    try readTopology("\(folder)/amide.xyz", parameters: files(names)).topology
  }

  // bond, angle, torsion, improper, Lennard-Jones, Coulomb by scripts/checks/engine_checks/tinker.py (numpy 2), which was written
  // from Tinker's manual and sources without a look at the reader: Tinker itself is in no package registry.
  @Test(arguments: [
    (
      ["amber.prm"],
      [
        28.69141634279302, 7.277268751022094, 3.1580483331591735, 0.6917578207544149, 3.086237715467888,
        7.152811869103407,
      ]
    ),
    (
      ["amber.key"],
      [
        28.716126170013087, 7.277268751022094, 3.2536005635120513, 0.6917578207544149, 3.1182195814409917,
        5.864002768476007,
      ]
    ),
    (
      ["amber.key", "amber.prm"],
      [
        28.716126170013087, 7.277268751022094, 3.2536005635120513, 0.6917578207544149, 3.1182195814409917,
        5.864002768476007,
      ]
    ),
    (
      ["opls.prm"],
      [
        31.560557977072317, 7.23216931179316, 1.5790241665795868, 0.34587891037720747, 4.13808135170347,
        -14.77554376101236,
      ]
    ),
    (
      ["charmm.prm"],
      [
        28.69141634279302, 7.518805995093495, 3.1580483331591735, 51.823029303224516, 4.547356726522346,
        18.117791445257016,
      ]
    ),
  ])
  func energiesFollowTinkersRules(names: [String], reference: [Double]) throws {
    let e = try OpenMMSystemTests.energy(try Self.topology(names))
    for (ours, theirs) in zip(
      [e.bond, e.angle, e.torsion, e.improper, e.lennardJones, e.coulomb], reference)
    {
      #expect(abs(ours - theirs) < 1e-9 * max(1, abs(theirs)), "\(names)")
    }
  }

  @Test func theTopologySaysWhatTinkerHas() throws {
    let amber = try readTopology("\(Self.folder)/amide.xyz", parameters: Self.files(["amber.key"]))
    // The key's line `parameters amber` is followed.
    #expect(
      amber.files.map { URL(fileURLWithPath: $0).lastPathComponent } == [
        "amide.xyz", "amber.prm", "amber.key",
      ])
    let topology = amber.topology
    #expect(topology.atoms[2].type == "3" && topology.atoms[2].element.symbol == "C")
    #expect(topology.coulombConstant == 332.0522173 && topology.combinationRule == .lorentzBerthelot)
    #expect(topology.oneFourScalings == [OneFourScaling(coulombDivisor: 1.2, lennardJonesDivisor: 2)])
    #expect(
      topology.torsions.count == 18 && topology.torsions.allSatisfy { $0.quartet == $0.quartet.canonical })
    // Two orders at C1, three cyclic ones at C2 and C3, one at N5.
    #expect(topology.impropers.count == 9)
    let opls = try Self.topology(["opls.prm"])
    #expect(opls.combinationRule == .geometric && opls.coulombConstant == 332.063713)
    let charmm = try Self.topology(["charmm.prm"])
    #expect(charmm.ureyBradleys.count == 5 && charmm.atoms[5].oneFourLennardJones != nil)
  }

  @Test(arguments: [
    ("vdwtype LENNARD-JONES", "vdwtype BUFFERED-14-7", "vdwtype"),
    ("radiusrule ARITHMETIC", "radiusrule CUBIC-MEAN", "radiusrule"),
    ("dielectric 1.0", "bond-cubic -2.55", "bond-cubic"),
    ("dielectric 1.0", "vdw-12-scale 1.0", "vdw-12-scale"),
    ("dielectric 1.0", "multipole 11 12 13 0.1", "AMOEBA"),
    ("dielectric 1.0", "opbend 2 1 0 0 0.5", "opbend"),
    (
      "imptors 0 0 2", "imptors 0 3 0 2 1.0 180.0 2\nimptors 3 0 2 0 1.0 180.0 2\nimptors 0 0 2",
      "matches with no atoms"
    ),
    ("dielectric 1.0", "torsionterm none", "torsionterm"),
    ("bond 3 4 570.0 1.229\n", "", "bond parameters"), ("angle 9 6 9 35.0 109.5\n", "", "angle parameters"),
    ("torsion 0 3 5 0 2.5 180.0 2\n", "", "torsion parameters"), ("vdw 9 1.387 0.0157\n", "", "vdw"),
    ("charge 19 0.10\n", "", "charge"), ("atom 19 9 H1 \"methyl H\" 1 1.008 1\n", "", "type 19"),
    ("180.0 2\nimptors 0 0 2", "180.0 4\nimptors 0 0 2", "periodicity"),
    ("6.65 180.0 2", "6.65 180.0 7", "periodicity"),
    ("vdw 9 1.387 0.0157", "vdw 9 1.387 0.0157 0.9", "reduction"),
    ("atom 19 9 H1 \"methyl H\" 1", "atom 19 9 H1 \"methyl H\" 0", "element"),
  ])
  func whatCannotBeSaidIsRefused(_ change: (from: String, to: String, word: String)) throws {
    let text = try readText("\(Self.folder)/amber.prm")
    let range = try #require(text.range(of: change.from))
    try Folders.temporary { folder in
      try Folders.write(text.replacingCharacters(in: range, with: change.to), to: "\(folder)/x.prm")
      let error = #expect(throws: InputError.self) {
        try readTopology("\(Self.folder)/amide.xyz", parameters: ["\(folder)/x.prm"])
      }
      #expect(error?.message.contains(change.word) == true, "\(error?.description ?? "")")
    }
    #expect(throws: InputError.self) { try readTopology("\(Self.folder)/amide.xyz") }
  }

  /// Tinker looks for these in the key alone: in a .prm they are prose, as in oplsaal.prm.
  @Test(arguments: ["group-molecule", "cutoff 9.0", "group of Prof. Karl F. Freed, Department of Chemistry"])
  func keywordsOfTheRunCountInAKey(line: String) throws {
    try Folders.temporary { folder in
      let text = try readText("\(Self.folder)/amber.prm")
      try Folders.write(line + "\n" + text, to: "\(folder)/x.prm")
      try Folders.write(line + "\n", to: "\(folder)/x.key")
      let own = try readTopology("\(Self.folder)/amide.xyz", parameters: ["\(Self.folder)/amber.prm"])
        .topology
      #expect(try readTopology("\(Self.folder)/amide.xyz", parameters: ["\(folder)/x.prm"]).topology == own)
      let error = #expect(throws: InputError.self) {
        try readTopology("\(Self.folder)/amide.xyz", parameters: ["\(folder)/x.prm", "\(folder)/x.key"])
      }
      #expect(error?.place?.file == "\(folder)/x.key" && error?.place?.line == 1)
    }
  }

  /// Formyl chloride with one wildcard improper, whose energy Tinker 26.2 gives as 1.3941 kcal/mol (`analyze`), before v25 as 0.
  @Test(arguments: [("0 3 1 2", 1.3941), ("4 3 1 2", 1.3941), ("0 0 1 2", nil), ("0 9 1 2", 0)])
  func impropersWithOneWildcardApply(_ line: (key: String, energy: Double?)) throws {
    try Folders.temporary { folder in
      try Folders.write(
        """
        radiustype R-MIN
        radiussize RADIUS
        radiusrule ARITHMETIC
        epsilonrule GEOMETRIC
        atom 1 1 C "C" 6 12.0 3
        atom 2 2 O "O" 8 16.0 1
        atom 3 3 H "H" 1 1.0 1
        atom 4 4 Cl "Cl" 17 35.45 1
        vdw 1 1.9 0.086
        vdw 2 1.66 0.21
        vdw 3 0.6 0.0157
        vdw 4 1.9 0.2
        bond 1 2 500 1.22
        bond 1 3 340 1.09
        bond 1 4 300 1.75
        angle 2 1 3 50 120
        angle 2 1 4 50 120
        angle 3 1 4 50 118
        imptors \(line.key) 10.5 180.0 2
        charge 1 0.3
        charge 2 -0.4
        charge 3 0.15
        charge 4 -0.05

        """, to: "\(folder)/x.prm")
      try Folders.write(
        "4\n1 C 0.0 0.0 0.10 1 2 3 4\n2 O 0.0 1.22 0.0 2 1\n3 H 0.95 -0.55 0.0 3 1\n4 Cl -1.5 -0.9 0.0 4 1\n",
        to: "\(folder)/x.xyz")
      let topology = try readTopology("\(folder)/x.xyz", parameters: ["\(folder)/x.prm"]).topology
      let positions = [
        Vector3(0, 0, 0.1), Vector3(0, 1.22, 0), Vector3(0.95, -0.55, 0), Vector3(-1.5, -0.9, 0),
      ]
      let energy = EnergyModel(topology).energyAndForces(of: positions).energy.improper
      if let wanted = line.energy {
        #expect(abs(energy - wanted) < 1e-4)
      } else {
        #expect(topology.impropers.count == 3)
      }
    }
  }

  @Test func termsOfOtherMoleculesDoNotMatter() throws {
    let text = try readText("\(Self.folder)/amber.prm")
    try Folders.temporary { folder in
      // No such class, no ring of five atoms, and a term that is switched off.
      try Folders.write(
        text + "opbend 2 77 0 0 0.5\nbond5 1 2 300.0 1.4\nstrbnd 1 2 3 1.0 1.0\nstrbndterm none\n",
        to: "\(folder)/x.prm")
      let topology = try readTopology("\(Self.folder)/amide.xyz", parameters: ["\(folder)/x.prm"]).topology
      #expect(topology == (try Self.topology(["amber.prm"])))
    }
  }

  @Test func everyDamagedNumberIsAnError() throws {
    let xyz = try readText("\(Self.folder)/amide.xyz").split(separator: "\n").map(String.init)
    let prm = try readText("\(Self.folder)/charmm.prm").split(separator: "\n").map(String.init)
    try Folders.temporary { folder in
      func read(_ xyz: [String], _ prm: [String]) throws {
        try Folders.write(xyz.joined(separator: "\n") + "\n", to: "\(folder)/a.xyz")
        try Folders.write(prm.joined(separator: "\n") + "\n", to: "\(folder)/a.prm")
        _ = try readTinkerTopology("\(folder)/a.xyz", parameters: ["\(folder)/a.prm"])
      }
      func damaged(_ line: String) -> [(text: String, wasNumber: Bool)] {
        let fields = line.split(separator: " ").map(String.init)
        return fields.indices.map { index in
          var copy = fields
          copy[index] = "oops"
          return (copy.joined(separator: " "), Double(fields[index]) != nil)
        }
      }
      for (index, line) in xyz.enumerated() {
        var cut = xyz
        cut.remove(at: index)
        #expect(throws: InputError.self, "\(line)") { try read(cut, prm) }
        for (text, wasNumber) in damaged(line) where wasNumber {
          var copy = xyz
          copy[index] = text
          #expect(throws: InputError.self, "\(text)") { try read(copy, prm) }
        }
      }
      for (index, line) in prm.enumerated() where !line.hasPrefix("#") && !line.hasPrefix("opbend") {
        var cut = prm
        cut.remove(at: index)
        do { try read(xyz, cut) } catch is InputError {}
        for (text, wasNumber) in damaged(line) where wasNumber {
          var copy = prm
          copy[index] = text
          #expect(throws: InputError.self, "\(text)") { try read(xyz, copy) }
        }
      }
      let whole = try readText("\(Self.folder)/amide.xyz")
      for length in stride(from: 0, to: whole.count, by: 7) {
        do { try read([String(whole.prefix(length))], prm) } catch is InputError {}
      }
    }
  }

  /// charmm.prm with two improper lines at the carbonyl carbon that add up.
  private static func sumOfImpropers() throws -> Topology {
    let text = try readText("\(folder)/charmm.prm")
    let line = try #require(text.range(of: "improper 3 0 0 0"))
    return try Folders.temporary { folder in
      try Folders.write(text.replacingCharacters(in: line, with: "improper 3 5 0 0"), to: "\(folder)/x.prm")
      return try readTopology("\(Self.folder)/amide.xyz", parameters: ["\(folder)/x.prm"]).topology
    }
  }

  @Test func impropersThatOverlapAreNotWritten() throws {
    // `3 4 0 0` and `3 0 0 0` both give one order of the same atoms.
    let topology = try Self.topology(["charmm.prm"])
    #expect(throws: InputError.self) {
      try tinkerTopology(topology, name: "x", coordinates: try OpenMMSystemTests.coordinates(), header: [])
    }
  }

  @Test(arguments: [["amber.key"], ["opls.prm"], ["charmm.prm"]])
  func writtenFilesSayTheSame(names: [String]) throws {
    let topology = try names == ["charmm.prm"] ? Self.sumOfImpropers() : Self.topology(names)
    if names == ["charmm.prm"] { #expect(topology.harmonicImpropers.count >= 3) }
    let files = try tinkerTopology(
      topology, name: "amide", coordinates: try OpenMMSystemTests.coordinates(), header: ["made by a test"])
    try Folders.temporary { folder in
      for file in files { try Folders.write(file.text, to: "\(folder)/amide\(file.suffix)") }
      let again = try readTopology("\(folder)/amide.xyz", parameters: ["\(folder)/amide.prm"]).topology
      #expect(again.atoms.map(\.type) == topology.atoms.map(\.type))
      let (a, b) = (try OpenMMSystemTests.energy(topology), try OpenMMSystemTests.energy(again))
      for (x, y) in [
        (a.bond, b.bond), (a.angle, b.angle), (a.torsion, b.torsion), (a.improper, b.improper),
        (a.lennardJones, b.lennardJones), (a.coulomb, b.coulomb),
      ] {
        #expect(abs(x - y) < 1e-9 * max(1, abs(x)), "\(names)")
      }
    }
  }

  @Test func aFragmentAndCompleteFilesShareTheirClasses() throws {
    let alkane = Alkane(carbons: 4)
    let forceField = RoundTripTests.random(seed: 9, free: true)
    let classes = tinkerClasses(of: forceField.torsions.flatMap(\.type.types))
    #expect(classes["c"] == 1 && classes["c3"] == 2)
    #expect(tinkerClasses(of: ["7", "12", "7"]) == ["7": 7, "12": 12])
    #expect(tinkerClasses(of: ["7", "012"]) == ["012": 1, "7": 2])
    let fitted = FittedTorsion(
      type: TorsionType("c3", "c3", "c3", "c3"),
      terms: [
        FittedTerm(
          term: TorsionTerm(periodicity: 3, phase: 0, forceConstant: 1.25), sd: 0.1, interval90: 1...1.5,
          contraction: 0.5, flags: ["prior only"])
      ], molecules: 2)
    var own = forceField
    own.torsions = forceField.torsions.filter { $0.type != fitted.type } + [fitted]
    try Folders.temporary { folder in
      let numbers = tinkerClasses(of: own.torsions.flatMap(\.type.types))
      for file in try tinkerTopology(
        alkane.topology, name: "butane", coordinates: alkane.coordinates, header: [], classes: numbers)
      {
        try Folders.write(file.text, to: "\(folder)/butane\(file.suffix)")
      }
      try Folders.write(try tinkerParameters(own), to: "\(folder)/family.key")
      // Tinker's way, the fragment as a key, and Swivel's, applied to the topology, agree.
      let asKey = try readTopology(
        "\(folder)/butane.xyz", parameters: ["\(folder)/butane.prm", "\(folder)/family.key"]
      ).topology
      let applied = try readTinkerTorsions("\(folder)/family.key").applied(to: alkane.topology)
      let (a, b) = (
        EnergyModel(asKey).energyAndForces(of: alkane.turned(bond: 1, by: 1)).energy,
        EnergyModel(applied).energyAndForces(of: alkane.turned(bond: 1, by: 1)).energy
      )
      #expect(abs(a.torsion - b.torsion) < 1e-9 && abs(a.total - b.total) < 1e-9)
      let remarks = try readTermRemarks("\(folder)/family.key")
      let remark = try #require(remarks.first { $0.type == fitted.type })
      #expect(
        remark.periodicity == 3 && remark.mean == 1.25 && remark.interval90 == 1...1.5
          && remark.molecules == 2)
      #expect(remarks.count == own.torsions.reduce(0) { $0 + $1.terms.count })
    }
  }

  @Test func constantsOfTorsionsAreSaidBySigns() throws {
    // OPLS: ½F₂(1 − cos 2φ) is a term of phase 0, negative, and a constant; Tinker says it with a phase of 180°.
    let terms = periodicTerms(ofOPLS: [1.3, -0.4, 0.7, 0.2])
    let said = try #require(tinkerTerms(terms, highest: 6))
    #expect(said.allSatisfy { $0.periodicity > 0 })
    func energy(_ terms: [TorsionTerm], _ phi: Double) -> Double {
      terms.reduce(0) { $0 + $1.forceConstant * (1 + cos(Double($1.periodicity) * phi - $1.phase)) }
    }
    for phi in stride(from: -3.0, through: 3, by: 0.7) {
      #expect(abs(energy(terms, phi) - energy(said, phi)) < 1e-12)
    }
    #expect(tinkerTerms(terms + [TorsionTerm(periodicity: 0, phase: 0, forceConstant: 1)], highest: 6) == nil)
    let twice = [
      TorsionTerm(periodicity: 2, phase: 0.3, forceConstant: 1),
      TorsionTerm(periodicity: 2, phase: -0.3, forceConstant: 1),
    ]
    // Two terms of one periodicity add to a smaller one and a constant, which no sign says.
    #expect(tinkerTerms(twice, highest: 6) == nil)
  }

  @Test func damagedFragmentsHaveAPlace() throws {
    try Folders.temporary { folder in
      for (text, line) in [
        ("# class 1 is c3\ntorsion 1 1 1 x 1.0 0.0 1\n", 2), ("torsion 0 1 1 1 1.0 0.0\n", 1),
        ("torsion 1 1 1 1 1.0 0.0 1 2.0\n", 1), ("# class 1 is c3\n# class 1 is c4\n", 2),
      ] {
        try Folders.write(text, to: "\(folder)/a.key")
        let error = #expect(throws: InputError.self) { try readTorsionParameters("\(folder)/a.key") }
        #expect(error?.place?.line == line, "\(text)")
      }
    }
  }
}
