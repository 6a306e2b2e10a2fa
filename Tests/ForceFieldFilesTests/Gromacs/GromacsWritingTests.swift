// Written GROMACS files: topologies that say the same when read back, dihedral types of function 3, wildcards.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct GromacsWritingTests {
  /// Writes a topology, reads it back, and compares the energies term by term. That gmx_d gives them too was measured on
  /// all shipped molecules and grid points.
  private func expectSame(_ topology: Topology, at coordinates: [Vector3]) throws {
    let files = try gromacsTopology(
      topology, name: "a molecule", coordinates: coordinates, header: ["one", "two"])
    #expect(files.map(\.suffix) == [".top", ".gro"] && files[0].text.hasPrefix("; one\n; two\n"))
    let read = try GromacsSamples.read(files[0].text)
    let a = EnergyModel(topology).energyAndForces(of: coordinates).energy
    let b = EnergyModel(read).energyAndForces(of: coordinates).energy
    let ratio = read.coulombConstant / topology.coulombConstant
    for (index, (ours, theirs)) in zip(a.byEngine, b.byEngine).enumerated() {
      let expected = index == 4 ? ours * ratio : ours
      // 1e-6 of a coefficient is not worth an override.
      #expect(abs(expected - theirs) < 1e-6 * max(1, abs(expected)))
    }
    #expect(abs(a.torsion - b.torsion) < 1e-9 && read.torsions.count == topology.torsions.count)
    #expect(read.atoms.map(\.element) == topology.atoms.map(\.element))
    #expect(read.bondGraph == topology.bondGraph && read.combinationRule == topology.combinationRule)
    for scaling in topology.oneFourScalings where topology.oneFourScalings.count == 1 {
      #expect(read.oneFourScalings == [scaling])
    }
  }

  @Test func shippedMoleculesSurvive() throws {
    for family in try FileManager.default.contentsOfDirectory(atPath: "\(Folders.root)/families") {
      let folder = "\(Folders.root)/families/\(family)/molecules"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".prmtop") {
        let topology = try readAmberTopology("\(folder)/\(name)")
        var random = SeededGenerator(seed: 1)
        // No chemistry: the energies must agree anywhere.
        let coordinates = topology.atoms.indices.map { i in
          Vector3(
            1.6 * Double(i % 4), 1.6 * Double(i / 4 % 4) + Double.random(in: 0..<0.4, using: &random),
            1.6 * Double(i / 16) + Double.random(in: 0..<0.4, using: &random))
        }
        try expectSame(topology, at: coordinates)
      }
    }
  }

  @Test(arguments: 1...3)
  func everyKindOfTermSurvives(rule: Int) throws {
    let files = GromacsSamples.files(rule: rule)
    try expectSame(
      try GromacsSamples.read(files.top, rules: files.rules), at: GromacsSamples.mixedCoordinates)
  }

  @Test func forceFieldsOfGromacsSurvive() throws {
    for name in ["oplsaa", "charmm27", "amber99sb-ildn"] {
      guard let topology = try GromacsSamples.amide(name) else { return }
      try expectSame(topology, at: GromacsSamples.amideCoordinates)
    }
  }

  @Test func namesThatGromppMisreadsAreChanged() throws {
    var topology = try GromacsSamples.read(GromacsSamples.mixed)
    for i in topology.atoms.indices {
      topology.atoms[i].type = ["7", "a;b", "#x", "[", "c d", "136", "é", ""][i]
      topology.atoms[i].name = "a long name \(i)"
      topology.atoms[i].lennardJones = nil
    }
    try expectSame(topology, at: GromacsSamples.mixedCoordinates)
  }

  @Test func whatGromacsCannotSayIsRefused() throws {
    let topology = try GromacsSamples.read(GromacsSamples.mixed)
    let coordinates = GromacsSamples.mixedCoordinates
    var repelling = topology
    repelling.pairs[0].dispersion = 0
    #expect(throws: InputError.self) {
      try gromacsTopology(repelling, name: "x", coordinates: coordinates, header: [])
    }
    #expect(throws: InputError.self) {
      try gromacsTopology(topology, name: "x", coordinates: Array(coordinates.dropLast()), header: [])
    }
    #expect(throws: InputError.self) {
      try gromacsTopology(
        topology, name: "x", coordinates: coordinates.map { .nan * $0 }, header: [])
    }
  }

  // MARK: Dihedral types

  @Test func ryckaertBellemansSayWhatWasWritten() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      var forceField = RoundTripTests.random(seed: seed, free: false)
      for i in forceField.torsions.indices {
        forceField.torsions[i].terms.removeAll { $0.term.periodicity == 6 }
        for t in forceField.torsions[i].terms.indices where seed % 2 == 0 && t % 2 == 1 {
          forceField.torsions[i].terms[t].term.phase = .pi
        }
      }
      forceField.torsions.removeAll { $0.terms.isEmpty }
      try Folders.temporary { folder in
        try Folders.write(
          try gromacsDihedralTypes(forceField, ryckaertBellemans: true), to: "\(folder)/x.itp")
        let read = try readTorsionParameters("\(folder)/x.itp")
        #expect(read.terms.count == forceField.torsions.count)
        for torsion in forceField.torsions {
          let terms = try #require(read.terms[torsion.type])
          // A phase of 180 degrees comes back as a negative term and a constant; rounding makes no constant.
          #expect(seed % 2 == 0 || !terms.contains { $0.periodicity == 0 })
          for angle in stride(from: -3.0, through: 3, by: 0.5) {
            let expected = torsion.terms.map(\.term).reduce(0) { $0 + energy($1, at: angle) }
            #expect(abs(terms.reduce(0) { $0 + energy($1, at: angle) } - expected) < 1e-7)
          }
        }
        let remarks = try readTermRemarks("\(folder)/x.itp")
        #expect(remarks.count == forceField.torsions.reduce(0) { $0 + $1.terms.count })
      }
    }
  }

  private func energy(_ term: TorsionTerm, at angle: Double) -> Double {
    term.forceConstant * (1 + cos(Double(term.periodicity) * angle - term.phase))
  }

  @Test func whatRyckaertBellemansCannotSayIsRefused() throws {
    func refusal(_ term: TorsionTerm) -> InputError? {
      var forceField = RoundTripTests.random(seed: 1, free: false)
      forceField.torsions = Array(forceField.torsions.prefix(1))
      forceField.torsions[0].terms = Array(forceField.torsions[0].terms.prefix(1))
      forceField.torsions[0].terms[0].term = term
      return #expect(throws: InputError.self) {
        try gromacsDihedralTypes(forceField, ryckaertBellemans: true)
      }
    }
    let six = refusal(TorsionTerm(periodicity: 6, phase: 0, forceConstant: 1))
    #expect(six?.message.contains("periodicity 6") == true && six?.hint?.contains("function 9") == true)
    let phase = refusal(TorsionTerm(periodicity: 2, phase: 0.3, forceConstant: 1))
    #expect(phase?.message.contains("phase") == true)
  }

  @Test func dihedralTypesOfEveryFunctionAreRead() throws {
    try Folders.temporary { folder in
      try Folders.write(
        """
        [ dihedraltypes ]
        X  c3 c3 X  9 0.0 4.184 1
        hc c3 c3 X  9 0.0 8.368 2
        X  c3 c3 hc 1 0.0 4.184 3
        os c3 c3 X  9 0.0 4.184 4
        c3 c3 c3 c3 3 1 0 0 0 0 0
        c3 c3 os c3 5 8.368 0 0 0
        X  X  c  o  4 180.0 43.9 2
        a  b        2 0.0 100.0
        c3 os       9 180.0 4.184 3
        """, to: "\(folder)/x.itp")
      let read = try readTorsionParameters("\(folder)/x.itp")
      #expect(read.terms.count == 6 && read.wildcards.count == 4)
      func periodicities(_ a: String, _ b: String, _ c: String, _ d: String) -> [Int]? {
        read.terms(for: TorsionType(a, b, c, d))?.map(\.periodicity)
      }
      // A constant alone; the exact type before those with X, one X before two, the first of two with one; of two
      // definitions of one type, read from either end, the last.
      #expect(periodicities("c3", "c3", "c3", "c3") == [0])
      #expect(periodicities("c3", "c3", "c3", "ca") == [1])
      #expect(periodicities("c3", "c3", "c3", "hc") == [3])
      #expect(periodicities("os", "c3", "c3", "hc") == [3])
      #expect(periodicities("os", "c3", "c3", "c3") == [4])
      #expect(periodicities("c3", "os", "c3", "c3") == [1])
      #expect(periodicities("hc", "c3", "os", "c3") == [3])
      #expect(periodicities("a", "c", "o", "b") == nil)
      for (text, word) in [
        ("c3 c3 c3 c3 9 0 1 7", "multiplicity"),
        ("c3 c3 c3 c3 9 0 1 1\na a a a 9 0 1 1\nc3 c3 c3 c3 9 0 1 2", "second"),
        ("c3 c3 c3 c3 3 1 2 3 4 5", "6 parameters"), ("c3 c3 c3 c3 8 1 2", "function 8"),
        ("c3 c3 c3 c3 9 0 1 1\nc3 c3 c3 c3 3 1 2 3 4 5 6", "two functions"), ("c3 c3 c3", "two or four"),
        ("c3 c3 c3 c3 9 0 1 1 0 2", "second state"),
      ] {
        try Folders.write("[ dihedraltypes ]\n\(text)\n", to: "\(folder)/y.itp")
        let error = #expect(throws: InputError.self) { try readTorsionParameters("\(folder)/y.itp") }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.place?.line != nil)
      }
    }
  }
}
