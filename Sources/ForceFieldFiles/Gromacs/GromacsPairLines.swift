// The non-bonded lines of a GROMACS topology that is being written: what the combination rule and the excluded bonds
// do not say already.

import Chemistry
import TextFiles

struct GromacsPairLines {
  /// The scaling of 1-4 Coulomb energies in [ defaults ].
  let fudgeQQ: Double
  /// [ nonbond_params ].
  private(set) var overrides: [String] = []
  /// [ pairs ].
  private(set) var pairs: [String] = []
  /// [ exclusions ].
  private(set) var exclusions: [String] = []

  private let topology: Topology
  private let isComplete: Bool

  /// - Parameter isComplete: whether 1-4 pairs say their Coulomb scaling on their own lines, whatever [ defaults ] has.
  init(_ topology: Topology, typeNames: [String], isComplete: Bool = false) throws {
    self.topology = topology
    self.isComplete = isComplete
    fudgeQQ = Self.fudge(topology)
    let graph = topology.bondGraph
    let near = Self.excludedByBonds(graph)
    var interacting: [BondIndex: PairInteraction] = [:]
    for pair in topology.pairs {
      guard interacting.updateValue(pair, forKey: BondIndex(pair.i, pair.j)) == nil else {
        throw InputError(nil, "the pair of atoms \(pair.i + 1) and \(pair.j + 1) is listed twice")
      }
    }
    let full = topology.pairs.filter { !$0.isOneFour && !near.contains(BondIndex($0.i, $0.j)) }
    let combined = try overridden(full, typeNames)
    var excluded: [Int: [Int]] = [:]
    for i in topology.atoms.indices {
      for j in topology.atoms.indices.dropFirst(i + 1) {
        let key = BondIndex(i, j)
        let pair = interacting[key]
        if let pair, !pair.isOneFour, !near.contains(key),
          let expected = combined[GromacsTypeKey([typeNames[i], typeNames[j]])],
          !differs(pair, expected), !hasOtherCoulomb(pair)
        {
          continue
        }
        if !near.contains(key) { excluded[i, default: []].append(j) }
        if let pair { pairs.append(try line(pair)) }
      }
    }
    for (i, others) in excluded.sorted(by: { $0.key < $1.key }) {
      for start in stride(from: 0, to: others.count, by: 20) {
        let part = others[start..<min(start + 20, others.count)]
        exclusions.append("\(i + 1) " + part.map { "\($0 + 1)" }.joined(separator: " "))
      }
    }
  }

  /// Atoms within three bonds.
  private static func excludedByBonds(_ graph: BondGraph) -> Set<BondIndex> {
    let (excluded, oneFour) = graph.nearPairs
    return excluded.union(oneFour)
  }

  /// The scaling that the 1-4 pair of the largest charges shows.
  private static func fudge(_ topology: Topology) -> Double {
    func charges(_ pair: PairInteraction) -> Double {
      topology.coulombConstant * topology.atoms[pair.i].charge * topology.atoms[pair.j].charge
    }
    let largest = topology.pairs.filter(\.isOneFour).max { abs(charges($0)) < abs(charges($1)) }
    guard let largest, charges(largest) != 0 else { return 1 }
    let ratio = largest.coulomb / charges(largest)
    return ratio >= 0 && ratio <= 1000 ? ratio : 1
  }

  /// The coefficients in force for each pair of types, with a line for those that the combination rule gets wrong.
  private mutating func overridden(
    _ full: [PairInteraction], _ typeNames: [String]
  ) throws -> [GromacsTypeKey: LennardJones] {
    var result: [GromacsTypeKey: LennardJones] = [:]
    for pair in full {
      let key = GromacsTypeKey([typeNames[pair.i], typeNames[pair.j]])
      guard result[key] == nil else { continue }
      let none = LennardJones(sigma: 0, epsilon: 0)
      let expected = (topology.atoms[pair.i].lennardJones ?? none).combined(
        with: topology.atoms[pair.j].lennardJones ?? none, by: topology.combinationRule)
      result[key] = expected
      guard differs(pair, expected) else { continue }
      let own = try lennardJones(pair)
      result[key] = own
      overrides.append("\(typeNames[pair.i]) \(typeNames[pair.j]) 1 \(gromacsLennardJones(own))")
    }
    return result
  }

  private func differs(_ pair: PairInteraction, _ expected: LennardJones) -> Bool {
    func differ(_ a: Double, _ b: Double) -> Bool { abs(a - b) > 1e-6 * max(abs(a), abs(b)) }
    return differ(pair.repulsion, expected.repulsion) || differ(pair.dispersion, expected.dispersion)
  }

  private func hasOtherCoulomb(_ pair: PairInteraction) -> Bool {
    abs(pair.coulomb - full(pair)) > 1e-8 * max(abs(pair.coulomb), abs(full(pair)))
  }

  /// The unscaled Coulomb coefficient of two atoms.
  private func full(_ pair: PairInteraction) -> Double {
    topology.coulombConstant * topology.atoms[pair.i].charge * topology.atoms[pair.j].charge
  }

  private func lennardJones(_ pair: PairInteraction) throws -> LennardJones {
    guard (pair.repulsion > 0) == (pair.dispersion > 0), pair.repulsion >= 0, pair.dispersion >= 0 else {
      throw InputError(
        nil,
        "atoms \(pair.i + 1) and \(pair.j + 1) repel or attract each other alone; sigma and epsilon cannot say that",
        hint: "write another format")
    }
    return LennardJones(repulsion: pair.repulsion, dispersion: pair.dispersion)
  }

  /// A line of [ pairs ]: function 1 where the Coulomb energy is the scaled one, else function 2 with charges.
  private func line(_ pair: PairInteraction) throws -> String {
    let own = gromacsLennardJones(try lennardJones(pair))
    let atoms = "\(pair.i + 1) \(pair.j + 1)"
    let full = full(pair)
    if !isComplete, abs(pair.coulomb - fudgeQQ * full) <= 1e-8 * abs(pair.coulomb) {
      return "\(atoms) 1 \(own)"
    }
    guard full == 0 else {
      return
        "\(atoms) 2 \(pair.coulomb / full) \(topology.atoms[pair.i].charge) \(topology.atoms[pair.j].charge) \(own)"
    }
    return "\(atoms) 2 1.0 \(pair.coulomb / topology.coulombConstant) 1.0 \(own)"
  }
}
