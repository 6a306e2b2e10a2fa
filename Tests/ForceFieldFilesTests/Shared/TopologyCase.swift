// The molecules of Tests/Fixtures in every topology format, whose texts a law may change before they are read.

import Chemistry
import Foundation
import Mechanics
import Support
import Testing
import TextFiles

@testable import ForceFieldFiles

/// A topology with the files that go with it.
struct TopologyCase: Sendable, CustomTestStringConvertible {
  var name: String
  var folder: String
  var topology: String
  /// What is read with it.
  var others: [String] = []
  /// What others include.
  var beside: [String] = []

  var testDescription: String { name }

  private static let fixtures = "\(Folders.root)/Tests/Fixtures"

  static let amber = TopologyCase(
    name: "AMBER", folder: "\(Folders.root)/families/amides/molecules", topology: "n-methylacetamide.prmtop")
  static let gromacs = TopologyCase(
    name: "GROMACS", folder: "\(fixtures)/gromacs", topology: "mixed.top", beside: ["rules.itp"])
  static let openmm = TopologyCase(
    name: "OpenMM", folder: "\(fixtures)/openmm", topology: "amide.xml",
    others: ["amide.pdb", "amide-types.xml"])
  static let charmm = TopologyCase(
    name: "CHARMM", folder: "\(fixtures)/charmm", topology: "nma.psf",
    others: ["base.rtf", "base.prm", "more.str"])
  static let lammps = ["charmm", "opls", "class2"].map {
    TopologyCase(
      name: "LAMMPS \($0)", folder: "\(fixtures)/lammps", topology: "\($0).data", others: ["\($0).in"],
      beside: $0 == "opls" ? ["opls.settings"] : [])
  }
  static let tinker = ["amber", "opls", "charmm"].map {
    TopologyCase(
      name: "Tinker \($0)", folder: "\(fixtures)/tinker", topology: "amide.xyz", others: ["\($0).prm"])
  }
  static let all = [amber, gromacs, openmm, charmm] + lammps + tinker

  /// Reads the files with their texts changed.
  /// - Parameter change: of a file's name and text; the text as it is to be.
  func read(changing change: (_ name: String, _ text: String) throws -> String = { $1 }) throws -> Topology {
    try Folders.temporary { folder in
      for name in [topology] + others + beside {
        try Folders.write(try change(name, try readText("\(self.folder)/\(name)")), to: "\(folder)/\(name)")
      }
      return try readTopology("\(folder)/\(topology)", parameters: others.map { "\(folder)/\($0)" }).topology
    }
  }
}

/// Geometries of no chemistry, whose atoms are apart: energies must agree anywhere.
func latticeCoordinates(_ count: Int, seed: UInt64) -> [Vector3] {
  var random = SeededGenerator(seed: seed)
  return (0..<count).map { i in
    let corner = Vector3(Double(i % 4), Double(i / 4 % 4), Double(i / 16))
    return 1.6 * corner + random.vector(within: 0.25)
  }
}

extension EnergyTerms {
  /// Every term by its name.
  var named: [(name: String, energy: Double)] {
    [
      ("bond", bond), ("angle", angle), ("torsion", torsion), ("improper", improper),
      ("Lennard-Jones", lennardJones), ("Coulomb", coulomb),
    ]
  }
}

/// The largest difference of a term of two topologies at geometries of no chemistry, relative above 1 kcal/mol.
/// - Parameter places: where each atom of the first stands in the second; nil where both have one order.
func largestDifference(_ a: Topology, _ b: Topology, places: [Int]? = nil) -> (term: String, size: Double) {
  var largest = ("none", 0.0)
  for seed in 1...3 as ClosedRange<UInt64> {
    let x = latticeCoordinates(a.atoms.count, seed: seed)
    var y = x
    for (atom, place) in (places ?? []).enumerated() { y[place] = x[atom] }
    let (e, f) = (EnergyModel(a).energyAndForces(of: x), EnergyModel(b).energyAndForces(of: y))
    for (one, other) in zip(e.energy.named, f.energy.named) {
      let size = abs(one.energy - other.energy) / max(1, abs(one.energy))
      if !(size <= largest.1) { largest = (one.name, size) }
    }
  }
  return largest
}

extension Topology {
  /// The same molecule with atom i in place `places[i]`.
  func relabelled(_ places: [Int]) -> Topology {
    func quartet(_ q: Quartet) -> Quartet { Quartet(places[q.i], places[q.j], places[q.k], places[q.l]) }
    var result = self
    for (atom, place) in places.enumerated() { result.atoms[place] = atoms[atom] }
    func bond(_ old: HarmonicBond) -> HarmonicBond {
      HarmonicBond(
        i: places[old.i], j: places[old.j], forceConstant: old.forceConstant, length: old.length)
    }
    result.bonds = bonds.map(bond)
    result.ureyBradleys = ureyBradleys.map(bond)
    result.angles = angles.map {
      HarmonicAngle(
        i: places[$0.i], j: places[$0.j], k: places[$0.k], forceConstant: $0.forceConstant, angle: $0.angle)
    }
    result.torsions = torsions.map { Torsion(quartet($0.quartet).canonical, terms: $0.terms) }
    result.impropers = impropers.map { Torsion(quartet($0.quartet), terms: $0.terms) }
    result.harmonicImpropers = harmonicImpropers.map {
      HarmonicImproper(quartet($0.quartet), forceConstant: $0.forceConstant, angle: $0.angle)
    }
    result.pairs = pairs.map {
      PairInteraction(
        i: min(places[$0.i], places[$0.j]), j: max(places[$0.i], places[$0.j]), repulsion: $0.repulsion,
        dispersion: $0.dispersion, coulomb: $0.coulomb, isOneFour: $0.isOneFour)
    }.sorted { ($0.i, $0.j) < ($1.i, $1.j) }
    return result
  }
}
