// A topology's pairs told by atoms again: what formats that combine Lennard-Jones parameters need to be written.

import Chemistry
import TextFiles

/// Lennard-Jones parameters by atom, weights of 1-4 pairs, and the pairs that these do not give.
struct PairPlan {
  /// Parameters of each atom, and those for 1-4 pairs before the weight.
  let far: [LennardJones]
  let near: [LennardJones]
  /// Factors of the energies of 1-4 pairs.
  let coulombWeight: Double
  let lennardJonesWeight: Double
  /// Pairs whose parameters are not those of their atoms, before the weight.
  private(set) var exceptions: [BondIndex: LennardJones] = [:]
  /// The 1-4 pairs.
  let oneFour: Set<BondIndex>
  /// The pairs that do not interact.
  private let excluded: Set<BondIndex>

  // What rounding in files makes.
  private static let tolerance = 1e-6

  /// The plan of a topology for a format that combines by `rule`.
  /// - Throws: ``InputError`` where pairs are left out or scaled otherwise than by bonds and one 1-4 scaling.
  init(_ topology: Topology, rule: CombinationRule, format: String) throws {
    guard topology.oneFourScalings.count <= 1 else {
      throw InputError(
        nil, "the 1-4 pairs have \(topology.oneFourScalings.count) different scalings: \(format) has one")
    }
    let scaling = topology.oneFourScalings.first
    coulombWeight = 1 / (scaling?.coulombDivisor ?? 1)
    lennardJonesWeight = 1 / (scaling?.lennardJonesDivisor ?? 1)
    far = try topology.atoms.map { atom in
      guard let own = atom.lennardJones else {
        throw InputError(nil, "the topology gives no Lennard-Jones parameters of the atom \(atom.name)")
      }
      return own
    }
    near = zip(topology.atoms, far).map { $0.oneFourLennardJones ?? $1 }
    let graph = topology.bondGraph.nearPairs
    oneFour = graph.oneFour
    excluded = graph.excluded
    var missing = Set<BondIndex>()
    for i in topology.atoms.indices {
      for j in topology.atoms.indices where j > i { missing.insert(BondIndex(i, j)) }
    }
    missing.subtract(graph.excluded)
    for pair in topology.pairs {
      let index = BondIndex(pair.i, pair.j)
      let isNear = oneFour.contains(index)
      guard missing.remove(index) != nil, isNear == pair.isOneFour else {
        throw InputError(
          nil,
          "the pair \(pair.i + 1)-\(pair.j + 1) interacts otherwise than its bonds say, which \(format) cannot say"
        )
      }
      let product = topology.coulombConstant * topology.atoms[pair.i].charge * topology.atoms[pair.j].charge
      let coulomb = product * (isNear ? coulombWeight : 1)
      guard abs(pair.coulomb - coulomb) <= Self.tolerance * abs(product) + 1e-9 else {
        throw InputError(
          nil,
          """
          the Coulomb energy of the pair \(pair.i + 1)-\(pair.j + 1) is not that of its charges, which \
          \(format) cannot say
          """
        )
      }
      let weight = isNear ? lennardJonesWeight : 1
      let parameters = isNear ? near : far
      let rest = parameters[pair.i].combined(with: parameters[pair.j], by: rule)
      if !isClose(pair.repulsion, weight * rest.repulsion)
        || !isClose(pair.dispersion, weight * rest.dispersion)
      {
        guard (pair.repulsion > 0) == (pair.dispersion > 0), pair.repulsion >= 0 else {
          throw InputError(
            nil,
            "the pair \(pair.i + 1)-\(pair.j + 1) only attracts or only repels, which \(format) cannot say")
        }
        exceptions[index] = LennardJones(
          repulsion: pair.repulsion / weight, dispersion: pair.dispersion / weight)
      }
    }
    if let pair = missing.min() {
      throw InputError(
        nil,
        """
        the pair \(pair.a + 1)-\(pair.b + 1) does not interact although it is not near by bonds, which \
        \(format) cannot say
        """
      )
    }
  }

  /// Parameters that pairs of types have instead of the combined ones; nil where atoms of one pair of types differ.
  ///
  /// - Parameter types: a number for each atom.
  func overrides(types: [Int], rule: CombinationRule) -> [BondIndex: (
    far: LennardJones?, near: LennardJones?
  )]? {
    guard !exceptions.isEmpty else { return [:] }
    var result: [BondIndex: (far: LennardJones?, near: LennardJones?)] = [:]
    for (pair, value) in exceptions {
      let key = BondIndex(types[pair.a], types[pair.b])
      let isNear = oneFour.contains(pair)
      if isNear {
        result[key, default: (nil, nil)].near = value
      } else {
        result[key, default: (nil, nil)].far = value
      }
    }
    for i in types.indices {
      for j in types.indices where j > i {
        guard let entry = result[BondIndex(types[i], types[j])] else { continue }
        let pair = BondIndex(i, j)
        if excluded.contains(pair) { continue }
        let isNear = oneFour.contains(pair)
        guard let wanted = isNear ? entry.near : entry.far else { continue }
        let parameters = isNear ? near : far
        let own = exceptions[pair] ?? parameters[i].combined(with: parameters[j], by: rule)
        guard abs(own.sigma - wanted.sigma) <= Self.tolerance * wanted.sigma,
          abs(own.epsilon - wanted.epsilon) <= Self.tolerance * wanted.epsilon
        else { return nil }
      }
    }
    return result
  }
}

/// Whether two numbers are one but for what rounding in files makes, relative to the larger.
func isClose(_ a: Double, _ b: Double, within tolerance: Double = 1e-6) -> Bool {
  abs(a - b) <= tolerance * max(abs(a), abs(b))
}

/// A term's phase in degrees, exactly 0 or 180 where it is that but for rounding in files.
func exactDegrees(_ term: TorsionTerm) -> Double {
  let unit = TorsionTerm(periodicity: term.periodicity, phase: term.phase, forceConstant: 1)
  guard unit.sineAmplitude == 0 else { return degrees(term.phase) }
  return unit.cosineAmplitude > 0 ? 0 : 180
}
