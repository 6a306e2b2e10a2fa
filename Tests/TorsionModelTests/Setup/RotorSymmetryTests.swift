// Terms that cancel by the symmetry of rotors: which they are, that nothing else counts as cancelled, and that the base's
// terms of fitted types stay.

import Chemistry
import Mechanics
import Support
import SyntheticFamilies
import Testing

@testable import TorsionModel

/// What acts of n = 1 … 6.
private func acting(_ offsets: [Double]) -> [Int] {
  (1...6).filter {
    RotorSymmetry.strength(offsets.map { $0 * Units.degree }, periodicity: $0) >= RotorSymmetry.limit
  }
}

@Suite struct RotorSymmetryTests {
  @Test(arguments: [
    // One torsion; a methyl group against one atom, on sp³ or C=O carbon alike; against two sides of a plane.
    ([0.0], [1, 2, 3, 4, 5, 6]), ([0, 120, 240], [3, 6]), ([0, 60, 120, 180, 240, 300], [6]),
    // A planar group against one atom; two planar groups; the methylene's hydrogens; both ends of ethane.
    ([0, 180], [2, 4, 6]), ([0, 180, 180, 360], [2, 4, 6]), ([120, 240], [1, 2, 3, 4, 5, 6]),
    ([0, 120, 240, 120, 240, 0, 240, 0, 120], [3, 6]), ([0, 120, 240, 0], [1, 2, 3, 4, 5, 6]),
    // CF₃ and a fourfold group.
    ([0, 90, 180, 270], [4]),
  ])
  func knownRotors(offsets: [Double], expected: [Int]) {
    #expect(acting(offsets) == expected)
    // Only differences matter.
    #expect(acting(offsets.map { $0 + 77 }) == expected)
  }

  /// An alkane with its first C–C bond driven.
  private func driven(_ carbons: Int, change: (inout Molecule) -> Void = { _ in }) -> Molecule {
    let alkane = Alkane(carbons: carbons)
    let hydrogen = alkane.topology.bondGraph.neighbours[0].first { $0 >= carbons }!
    let fourth = carbons > 2 ? 2 : alkane.topology.bondGraph.neighbours[1].first { $0 >= carbons }!
    let driven = Quartet(hydrogen, 0, 1, fourth)
    let model = EnergyModel(alkane.topology)
    let points = (0..<12).map { number -> GridPoint in
      let turned = alkane.turned(bond: 0, by: Double(number) * 30 * Units.degree)
      let (energy, forces) = model.energyAndForces(of: turned)
      return GridPoint(
        coordinates: turned, energy: energy.total * 1.3, forces: forces.map { $0 * 1.3 }, frame: number + 1)
    }
    var molecule = Molecule(
      id: "C\(carbons)", topology: alkane.topology, scans: [Scan(id: "a", driven: driven, points: points)])
    change(&molecule)
    return molecule
  }

  private func table(_ molecules: [Molecule], rules: [TorsionRule] = []) -> ParameterTable {
    ParameterTable(molecules: molecules, rules: rules)
  }

  @Test func methylGroupsHaveThreefoldTermsAlone() {
    for carbons in [2, 3] {
      let table = table([driven(carbons)])
      #expect(table.parameters.allSatisfy { $0.periodicity == 3 }, "\(table.parameters.map(\.label))")
      #expect(
        table.cancelled.allSatisfy { $0.periodicities == [1, 2, 4] && !$0.offersSix && !$0.isAskedFor })
      #expect(Set(table.cancelled.map(\.type)) == Set(table.types))
    }
  }

  @Test func whatActsInOneMoleculeIsAParameterOfAll() {
    let butane = SyntheticFamily(carbons: [4], points: 12).family().molecules[0]
    #expect(table([butane]).cancelled.isEmpty)
    #expect(table([driven(3), butane]).cancelled.isEmpty)
    // So too where the one is left out of a fit.
    let left = ParameterTable(molecules: [driven(3)], alsoSymmetryOf: [butane], rules: [])
    #expect(left.cancelled.isEmpty && left.parameters.count == 8)
  }

  @Test func distortionsAndReversalsChangeNothing() {
    let plain = table([driven(3)])
    var random = SeededGenerator(seed: 4)
    let other = driven(3) { molecule in
      molecule.scans[0].driven = molecule.scans[0].driven.reversed
      for t in molecule.topology.torsions.indices where t % 2 == 0 {
        molecule.topology.torsions[t].quartet = molecule.topology.torsions[t].quartet.reversed
      }
      molecule.scans[0].points.shuffle(using: &random)
      for p in molecule.scans[0].points.indices {
        for a in molecule.scans[0].points[p].coordinates.indices {
          molecule.scans[0].points[p].coordinates[a] +=
            Vector3(
              .random(in: -1...1, using: &random), .random(in: -1...1, using: &random),
              .random(in: -1...1, using: &random)) * 0.04
        }
      }
    }
    #expect(table([other]).parameters == plain.parameters && table([other]).cancelled == plain.cancelled)
    // Atom a becomes atom count − 1 − a.
    let relabelled = driven(3) { molecule in
      let count = molecule.topology.atoms.count
      func new(_ q: Quartet) -> Quartet {
        Quartet(count - 1 - q.i, count - 1 - q.j, count - 1 - q.k, count - 1 - q.l)
      }
      molecule.topology.atoms.reverse()
      for i in molecule.topology.bonds.indices {
        molecule.topology.bonds[i].i = count - 1 - molecule.topology.bonds[i].i
        molecule.topology.bonds[i].j = count - 1 - molecule.topology.bonds[i].j
      }
      for i in molecule.topology.torsions.indices {
        molecule.topology.torsions[i].quartet = new(molecule.topology.torsions[i].quartet)
      }
      molecule.scans[0].driven = new(molecule.scans[0].driven)
      for p in molecule.scans[0].points.indices { molecule.scans[0].points[p].coordinates.reverse() }
    }
    #expect(table([relabelled]).parameters == plain.parameters)
    #expect(table([relabelled]).cancelled == plain.cancelled)
  }

  @Test func rulesAreObeyed() {
    let rule = TorsionRule(pattern: ["hc", "c3", "c3", "c3"], periodicities: [1, 3])
    let table = table([driven(3)], rules: [rule])
    #expect(table.parameters.map(\.periodicity) == [1, 3] && table.kept.values.allSatisfy(\.isEmpty))
    #expect(table.cancelled.count == 1 && table.cancelled[0].isAskedFor)
    #expect(table.cancelled[0].periodicities == [1] && table.cancelled[0].words.contains("a rule asks"))
  }

  /// Base terms that are no parameters stay, in the rest, under every force constant, and in what is written.
  @Test func theBaseStays() async throws {
    let kept = TorsionTerm(periodicity: 1, phase: .pi, forceConstant: 0.4)
    let own = TorsionTerm(periodicity: 3, phase: 0, forceConstant: 0.16)
    let type = TorsionType("hc", "c3", "c3", "c3")
    let propane = driven(3) { molecule in
      for t in molecule.topology.torsions.indices
      where molecule.topology.type(of: molecule.topology.torsions[t].quartet) == type {
        molecule.topology.torsions[t].terms = [kept, own]
      }
    }
    let table = table([propane])
    #expect(table.kept[type] == [kept])
    let topology = propane.topology
    let same = table.torsionParameters(table.base).applied(to: topology)
    let (rest, basis) = (
      EnergyModel(table.rest(of: topology)), Basis(topology: topology, parameters: table.parameters)
    )
    for point in propane.scans[0].points {
      let whole = EnergyModel(topology).energy(of: point.coordinates).total
      #expect(abs(EnergyModel(same).energy(of: point.coordinates).total - whole) < 1e-9)
      let row = basis.energyRow(at: point.coordinates)
      let fitted = zip(row, table.base).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(rest.energy(of: point.coordinates).total + fitted - whole) < 1e-9)
    }
    let fit = try await fit(
      Family(name: "propane", molecules: [propane]), options: quickOptions { $0.likelihood = .energy })
    let written = fit.fittedForceField(version: "1").torsions.first { $0.type == type }
    #expect(written?.terms.map(\.term.periodicity) == [1, 3])
    #expect(written?.terms.first?.term == kept && written?.terms.first?.sd == nil)
    #expect(written?.terms.first?.flags == [CancelledTerms.flag])
  }

  /// Where molecules have unequal base terms, their mean stays in all.
  @Test func unequalBasesKeepTheirMean() {
    let type = TorsionType("hc", "c3", "c3", "c3")
    let molecules = [0.2, 0.4].enumerated().map { index, k in
      driven(3) { molecule in
        molecule.id = "\(index)"
        for t in molecule.topology.torsions.indices
        where molecule.topology.type(of: molecule.topology.torsions[t].quartet) == type {
          molecule.topology.torsions[t].terms.append(
            TorsionTerm(periodicity: 2, phase: .pi, forceConstant: k))
        }
      }
    }
    let kept = table(molecules).kept[type] ?? []
    #expect(kept.count == 1 && kept[0].periodicity == 2 && abs(kept[0].cosineAmplitude + 0.3) < 1e-12)
  }
}
