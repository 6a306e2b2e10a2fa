// A whole molecule as an AMBER topology (prmtop, ambermd.org/prmtop.pdf) and its coordinates (inpcrd).

import Chemistry
import FoundationEssentials
import TextFiles

/// The texts of a prmtop and an inpcrd.
///
/// Lennard-Jones coefficients are written pair of types by pair of types, so any combination rule can be said; charges
/// carry the topology's own Coulomb constant, so sander gives its Coulomb energy.
/// - Parameters:
///   - coordinates: Å.
///   - header: goes into the title.
/// - Throws: ``InputError`` for what a prmtop cannot say, with the reason.
func amberTopologyFiles(
  _ topology: Topology, name: String, coordinates: [Vector3], header: [String]
) throws -> [(suffix: String, text: String)] {
  let writer = try AmberTopologyWriter(topology, name: name)
  return [
    (".prmtop", try writer.text(title: "\(name): \(header.first ?? "")")),
    (".inpcrd", inpcrd(coordinates, name: name)),
  ]
}

private func inpcrd(_ coordinates: [Vector3], name: String) -> String {
  let numbers = coordinates.flatMap { [$0.x, $0.y, $0.z] }.map { padded(fixedPoint($0, 7), 12) }
  return "\(name.prefix(80))\n\(padded("\(coordinates.count)", 6))\n" + lines(numbers, perLine: 6)
}

/// A topology sorted into what a prmtop holds.
struct AmberTopologyWriter {
  let topology: Topology
  let name: String
  /// The Lennard-Jones type of each atom, from 0, and the coefficients of each pair of types.
  let kinds: [Int]
  let kindCount: Int
  let coefficients: [[(a: Double, b: Double)]]
  let dihedrals: [Dihedral]

  struct Dihedral {
    var quartet: Quartet
    var term: TorsionTerm
    var scaling: OneFourScaling
    var carriesPair: Bool
    var isImproper: Bool
  }

  init(_ topology: Topology, name: String) throws {
    self.topology = topology
    self.name = name
    try Self.refuse(topology, name: name)
    var known: [String: Int] = [:]
    kinds = topology.atoms.map { atom in
      let key = "\(atom.type) \(atom.lennardJones?.sigma ?? -1) \(atom.lennardJones?.epsilon ?? -1)"
      if let kind = known[key] { return kind }
      known[key] = known.count
      return known.count - 1
    }
    kindCount = known.count
    coefficients = try Self.coefficients(topology, kinds: kinds, count: known.count, name: name)
    dihedrals = try Self.dihedrals(topology, kinds: kinds, coefficients: coefficients, name: name)
  }

  private static func refuse(_ topology: Topology, name: String) throws {
    func refusal(_ what: String, _ hint: String) -> InputError {
      InputError(nil, "\(name): a prmtop cannot say \(what)", hint: hint)
    }
    if !topology.harmonicImpropers.isEmpty {
      throw refusal("harmonic impropers but in CHARMM's variant", "export to gromacs, openmm or charmm")
    }
    if !topology.ureyBradleys.isEmpty {
      throw refusal("Urey-Bradley terms but in CHARMM's variant", "export to gromacs, openmm or charmm")
    }
    for atom in topology.atoms where atom.type.count > 4 || atom.type.isEmpty {
      throw refusal(
        "the atom type \"\(atom.type)\": types have at most four characters", "export to gromacs or openmm")
    }
    for atom in topology.atoms where atom.element.mass == nil {
      throw refusal(
        "the mass of \(atom.element.symbol), which Swivel does not know", "export another molecule")
    }
    // sander stops at a sum of many thousands; the format has eight digits.
    guard topology.atoms.count < 100_000 else { throw refusal("so many atoms", "export smaller molecules") }
  }

  private static func coefficients(
    _ topology: Topology, kinds: [Int], count: Int, name: String
  ) throws -> [[(a: Double, b: Double)]] {
    var table = [[(a: Double, b: Double)?]](repeating: Array(repeating: nil, count: count), count: count)
    // What 1-4 pairs say, at full strength: all there is where the atoms have no parameters of their own.
    var scaled = table
    let divisor = topology.oneFourScalings.first?.lennardJonesDivisor ?? 1
    for pair in topology.pairs where pair.isOneFour {
      let found = (a: pair.repulsion * divisor, b: pair.dispersion * divisor)
      scaled[kinds[pair.i]][kinds[pair.j]] = found
      scaled[kinds[pair.j]][kinds[pair.i]] = found
    }
    for pair in topology.pairs where !pair.isOneFour {
      let (x, y) = (kinds[pair.i], kinds[pair.j])
      let found = (a: pair.repulsion, b: pair.dispersion)
      if let known = table[x][y], !isClose(known.a, found.a) || !isClose(known.b, found.b) {
        throw InputError(
          nil,
          """
          \(name): atoms \(pair.i) and \(pair.j) interact otherwise than other atoms of the types \
          \(topology.atoms[pair.i].type) and \(topology.atoms[pair.j].type), which a prmtop cannot say
          """,
          hint: "export to gromacs or openmm")
      }
      table[x][y] = found
      table[y][x] = found
    }
    return (0..<count).map { x in
      (0..<count).map { y in
        if let known = table[x][y] { return known }
        // No pair of these types interacts at full strength: their own parameters, combined.
        let first = topology.atoms[kinds.firstIndex(of: x)!].lennardJones
        let second = topology.atoms[kinds.firstIndex(of: y)!].lennardJones
        guard let first, let second else { return scaled[x][y] ?? (0, 0) }
        let both = first.combined(with: second, by: topology.combinationRule)
        return (both.repulsion, both.dispersion)
      }
    }
  }

  private static func dihedrals(
    _ topology: Topology, kinds: [Int], coefficients: [[(a: Double, b: Double)]], name: String
  ) throws -> [Dihedral] {
    let ordinary =
      topology.oneFourScalings.first ?? OneFourScaling(coulombDivisor: 1.2, lennardJonesDivisor: 2)
    var scalings: [BondIndex: OneFourScaling] = [:]
    for pair in topology.pairs where pair.isOneFour {
      let full = coefficients[kinds[pair.i]][kinds[pair.j]]
      let qq =
        topology.coulombConstant * topology.atoms[pair.i].charge * topology.atoms[pair.j].charge
      let coulomb = pair.coulomb == 0 ? ordinary.coulombDivisor : qq / pair.coulomb
      let lennardJones = pair.dispersion == 0 ? ordinary.lennardJonesDivisor : full.b / pair.dispersion
      guard coulomb.isFinite, coulomb > 0, lennardJones.isFinite, lennardJones > 0,
        isClose(full.a, pair.repulsion * lennardJones), isClose(qq, pair.coulomb * coulomb)
      else {
        throw InputError(
          nil,
          "\(name): the 1-4 pair \(pair.i)–\(pair.j) is not a scaled ordinary pair, which a prmtop cannot say",
          hint: "export to gromacs, openmm or charmm")
      }
      scalings[BondIndex(pair.i, pair.j)] = OneFourScaling(
        coulombDivisor: coulomb, lennardJonesDivisor: lennardJones)
    }
    var result: [Dihedral] = []
    var open = Set(scalings.keys)
    func add(_ torsion: Torsion, isImproper: Bool) {
      let terms = isImproper ? torsion.terms : torsion.terms.orZero
      for term in terms {
        let pair = BondIndex(torsion.quartet.i, torsion.quartet.l)
        let carries = !isImproper && open.remove(pair) != nil
        result.append(
          Dihedral(
            quartet: torsion.quartet, term: term, scaling: scalings[pair] ?? ordinary, carriesPair: carries,
            isImproper: isImproper))
      }
    }
    for torsion in topology.torsions { add(torsion, isImproper: false) }
    // 1-4 pairs without a torsion need one of no energy to carry them.
    let graph = topology.bondGraph
    for bond in graph.bonds {
      for quartet in graph.quartets(about: bond) where open.contains(BondIndex(quartet.i, quartet.l)) {
        add(Torsion(quartet, terms: []), isImproper: false)
      }
    }
    if let left = open.sorted().first {
      throw InputError(
        nil,
        """
        \(name): the atoms \(left.a) and \(left.b) are a 1-4 pair but not three bonds apart, which a prmtop \
        cannot say
        """,
        hint: "export to gromacs or openmm")
    }
    for torsion in topology.impropers { add(torsion, isImproper: true) }
    return result
  }
}
