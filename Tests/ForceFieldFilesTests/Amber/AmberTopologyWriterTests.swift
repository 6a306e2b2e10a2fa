// A prmtop that Swivel wrote is the topology it was written from.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

@Suite struct AmberTopologyWriterTests {
  private func written(_ topology: Topology, _ coordinates: [Vector3]) throws -> Topology {
    let files = try amberTopologyFiles(topology, name: "made", coordinates: coordinates, header: ["a test"])
    #expect(files.map(\.suffix) == [".prmtop", ".inpcrd"])
    return try amberTopology(files[0].text, file: "made.prmtop")
  }

  private func expectEqualEnergies(_ a: Topology, _ b: Topology, _ coordinates: [Vector3]) {
    var random = SeededGenerator(seed: 4)
    for _ in 0..<4 {
      let x = random.shaken(coordinates, by: 0.1)
      let (e, f) = (EnergyModel(a).energy(of: x), EnergyModel(b).energy(of: x))
      // E16.8 keeps nine digits.
      for term in [\EnergyTerms.bond, \.angle, \.torsion, \.improper, \.lennardJones, \.coulomb] {
        #expect(abs(e[keyPath: term] - f[keyPath: term]) <= 3e-8 * max(1, abs(e[keyPath: term])))
      }
    }
  }

  @Test func familiesComeBack() throws {
    for path in [
      "amides/molecules/n-methylacetamide", "biaryls/molecules/2-2-bipyridine",
      "esters/molecules/methyl-acetate",
    ] {
      let file = "\(Folders.root)/families/\(path).prmtop"
      let topology = try readAmberTopology(file)
      var random = SeededGenerator(seed: 9)
      let somewhere = topology.atoms.indices.map { i in
        Vector3(1.4 * Double(i), 0, 0) + random.vector(within: 1.5)
      }
      let back = try written(topology, somewhere)
      #expect(back.atoms.map(\.type) == topology.atoms.map(\.type))
      #expect(back.pairs.count == topology.pairs.count)
      expectEqualEnergies(topology, back, somewhere)
    }
  }

  @Test func manyTermsFreePhasesAndNegativeConstants() throws {
    let alkane = Alkane(carbons: 5)
    var topology = alkane.topology
    for index in topology.torsions.indices {
      topology.torsions[index].terms = (1...6).map {
        TorsionTerm(periodicity: $0, phase: 0.4 * Double($0), forceConstant: 1 - 0.5 * Double($0))
      }
    }
    topology.impropers = [
      Torsion(Quartet(5, 6, 0, 1), terms: [TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 1.1)]),
      Torsion(Quartet(5, 6, 1, 0), terms: [TorsionTerm(periodicity: 2, phase: .pi, forceConstant: 2.1)]),
    ]
    expectEqualEnergies(topology, try written(topology, alkane.coordinates), alkane.coordinates)
  }

  @Test func pairsOfAnyRuleAndTorsionlessPairsAreKept() throws {
    let alkane = Alkane(carbons: 4)
    var topology = alkane.topology
    topology.torsions = []
    topology.combinationRule = .geometric
    let back = try written(topology, alkane.coordinates)
    #expect(back.pairs.filter(\.isOneFour).count == topology.pairs.filter(\.isOneFour).count)
    expectEqualEnergies(topology, back, alkane.coordinates)
  }

  @Test func whatAPrmtopCannotSayIsRefused() {
    let alkane = Alkane(carbons: 4)
    var long = alkane.topology
    long.atoms[0].type = "opls_135"
    var improper = alkane.topology
    improper.harmonicImpropers = [HarmonicImproper(Quartet(0, 1, 2, 3), forceConstant: 1, angle: 0)]
    var pairs = alkane.topology
    let last = pairs.pairs.lastIndex { !$0.isOneFour }!
    pairs.pairs[last].repulsion *= 1.1
    var far = alkane.topology
    far.pairs[last].isOneFour = true
    for topology in [long, improper, pairs, far] {
      #expect(throws: InputError.self) {
        try amberTopologyFiles(topology, name: "x", coordinates: alkane.coordinates, header: [])
      }
    }
  }
}
