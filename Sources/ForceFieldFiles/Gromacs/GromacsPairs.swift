// The non-bonded pairs of a GROMACS molecule: exclusions by bonds and by name, 1-4 pairs and other explicit pairs.

import Chemistry
import TextFiles

struct GromacsPairs {
  private let molecule: GromacsMolecule
  private let excluded: Set<BondIndex>
  private var explicit: [BondIndex: PairInteraction] = [:]
  /// The 1-4 scalings that occur, sorted. A part that is left out altogether has the divisor 1e6.
  private(set) var scalings: [OneFourScaling] = []

  init(_ molecule: GromacsMolecule, _ graph: BondGraph) throws {
    self.molecule = molecule
    excluded = try Self.excluded(molecule, graph)
    var seen: Set<OneFourScaling> = []
    for section in ["pairs", "pairs_nb"] {
      for line in molecule.system.sections[section] ?? [] {
        let (pair, scaling) = try self.pair(line)
        if let scaling { seen.insert(scaling) }
        // Lines on the same atoms add up.
        let key = BondIndex(pair.i, pair.j)
        explicit[key] = explicit[key].map { Self.sum($0, pair) } ?? pair
      }
    }
    scalings = seen.sorted {
      ($0.coulombDivisor, $0.lennardJonesDivisor) < ($1.coulombDivisor, $1.lennardJonesDivisor)
    }
  }

  /// Atoms within `nrexcl` bonds, and those of [ exclusions ].
  private static func excluded(_ molecule: GromacsMolecule, _ graph: BondGraph) throws -> Set<BondIndex> {
    var result: Set<BondIndex> = []
    for atom in molecule.atoms.indices {
      var seen: Set<Int> = [atom]
      var shell = [atom]
      for _ in 0..<molecule.system.excludedBonds where !shell.isEmpty {
        shell = shell.flatMap { graph.neighbours[$0] }.filter { seen.insert($0).inserted }
        for other in shell { result.insert(BondIndex(atom, other)) }
      }
    }
    for line in molecule.system.sections["exclusions"] ?? [] {
      let atoms = try line.fields.indices.map {
        try line.integer($0, in: 1...molecule.atoms.count, "an atom's number") - 1
      }
      for other in atoms.dropFirst() where other != atoms[0] { result.insert(BondIndex(atoms[0], other)) }
    }
    return result
  }

  /// The interaction of a line of [ pairs ] or [ pairs_nb ], and the scaling it shows.
  private func pair(_ line: GromacsLine) throws -> (PairInteraction, OneFourScaling?) {
    let atoms = try molecule.indices(line, 2)
    let (i, j) = (min(atoms[0], atoms[1]), max(atoms[0], atoms[1]))
    let function = line.fields.count > 2 ? try line.integer(2, in: 1...99, "the function") : 1
    let own = try line.numbers(from: 3, "a parameter")
    let field = molecule.forceField
    let charges = molecule.atoms[i].charge * molecule.atoms[j].charge
    func interaction(_ v: Int, coulomb: Double, isOneFour: Bool) throws -> PairInteraction {
      let (repulsion, dispersion) = field.coefficients(try field.lennardJones(line, from: 3 + v))
      return PairInteraction(
        i: i, j: j, repulsion: repulsion, dispersion: dispersion,
        coulomb: GromacsForceField.coulomb * coulomb,
        isOneFour: isOneFour)
    }
    switch (line.section, function, own.count) {
    case ("pairs", 1, 0):
      return try typed(i, j, coulomb: GromacsForceField.coulomb * field.fudgeQQ * charges, line)
    case ("pairs", 1, 2):
      let pair = try interaction(0, coulomb: field.fudgeQQ * charges, isOneFour: true)
      return (pair, scaling(of: pair))
    case ("pairs", 2, 5):
      let pair = try interaction(3, coulomb: own[0] * own[1] * own[2], isOneFour: true)
      return (pair, scaling(of: pair))
    case ("pairs", 2, 0):
      throw InputError(
        line.place, "[ pairs ]: function 2 without parameters; grompp 2022 sets its Lennard-Jones to zero",
        hint: "give fudgeQQ, both charges, V and W")
    case ("pairs_nb", 1, 4):
      return (try interaction(2, coulomb: own[0] * own[1], isOneFour: false), nil)
    case ("pairs", 1, 4):
      throw InputError(
        line.place(field: 5), "[ pairs ]: a second state (free-energy columns) is not supported",
        hint: "leave out what follows the first two parameters")
    default:
      throw InputError(
        line.place, "[ \(line.section) ]: function \(function) with \(own.count) parameters is not supported",
        hint:
          "[ pairs ] has function 1 with none or two, function 2 with five; [ pairs_nb ] function 1 with four"
      )
    }
  }

  /// A 1-4 pair with the parameters of its atom types.
  private func typed(
    _ i: Int, _ j: Int, coulomb: Double, _ line: GromacsLine
  ) throws -> (PairInteraction, OneFourScaling?) {
    let field = molecule.forceField
    let types = (molecule.atomTypes[i], molecule.atomTypes[j])
    guard let found = field.oneFour(types.0, types.1) else {
      throw InputError(
        line.place, "[ pairs ]: no 1-4 parameters for the atom types \(types.0) and \(types.1)",
        hint: "give them in [ pairtypes ] or on the line, or say gen-pairs yes in [ defaults ]")
    }
    let (repulsion, dispersion) = field.coefficients(found.parameters)
    // Parameters of their own for 1-4 pairs are not scaled ones.
    return (
      PairInteraction(
        i: i, j: j, repulsion: repulsion, dispersion: dispersion, coulomb: coulomb, isOneFour: true),
      OneFourScaling(
        coulombDivisor: divisor(field.fudgeQQ),
        lennardJonesDivisor: found.isGenerated ? divisor(field.fudgeLJ) : 1)
    )
  }

  private func divisor(_ factor: Double) -> Double {
    // Six decimals: a fudgeQQ of 0.83333333 is 1.2.
    factor > 1e-6 ? (1e6 / factor).rounded() / 1e6 : 1e6
  }

  /// What a pair with numbers of its own divides by, told from the full interaction of its atoms; nil where that is
  /// zero.
  private func scaling(of pair: PairInteraction) -> OneFourScaling? {
    guard let full = molecule.forceField.lennardJones(molecule.atomTypes[pair.i], molecule.atomTypes[pair.j])
    else { return nil }
    let (repulsion, dispersion) = molecule.forceField.coefficients(full)
    let coulomb = GromacsForceField.coulomb * molecule.atoms[pair.i].charge * molecule.atoms[pair.j].charge
    guard repulsion > 0, dispersion > 0, coulomb != 0 else { return nil }
    let factors = (pair.repulsion / repulsion, pair.dispersion / dispersion)
    // Files print seven or eight digits of σ, whose power of twelve loses one more.
    let isScaled = abs(factors.0 - factors.1) < 1e-4 * factors.0
    func rounded(_ factor: Double) -> Double { divisor((factor * 1e4).rounded() / 1e4) }
    let own = divisor(molecule.forceField.fudgeLJ)
    let coulombDivisor = divisor(pair.coulomb / coulomb)
    guard isScaled else { return OneFourScaling(coulombDivisor: coulombDivisor, lennardJonesDivisor: 1) }
    let isOwn = abs(factors.1 * own - 1) < 1e-4
    return OneFourScaling(
      coulombDivisor: coulombDivisor, lennardJonesDivisor: isOwn ? own : rounded(factors.1))
  }

  private static func sum(_ a: PairInteraction, _ b: PairInteraction) -> PairInteraction {
    PairInteraction(
      i: a.i, j: a.j, repulsion: a.repulsion + b.repulsion, dispersion: a.dispersion + b.dispersion,
      coulomb: a.coulomb + b.coulomb, isOneFour: a.isOneFour || b.isOneFour)
  }

  /// Every pair that interacts, i < j. Nothing overflows: the numbers of the file are below 1e18.
  func interactions() -> [PairInteraction] {
    var result: [PairInteraction] = []
    let field = molecule.forceField
    var coefficients: [GromacsTypeKey: (repulsion: Double, dispersion: Double)] = [:]
    for i in molecule.atoms.indices {
      for j in molecule.atoms.indices.dropFirst(i + 1) {
        let key = BondIndex(i, j)
        guard !excluded.contains(key) else {
          if let pair = explicit[key] { result.append(pair) }
          continue
        }
        let types = GromacsTypeKey([molecule.atomTypes[i], molecule.atomTypes[j]])
        var found = coefficients[types]
        if found == nil, let full = field.lennardJones(types.types[0], types.types[1]) {
          found = field.coefficients(full)
          coefficients[types] = found
        }
        let (repulsion, dispersion) = found ?? (0, 0)
        let pair = PairInteraction(
          i: i, j: j, repulsion: repulsion, dispersion: dispersion,
          coulomb: GromacsForceField.coulomb * molecule.atoms[i].charge * molecule.atoms[j].charge,
          isOneFour: false)
        result.append(explicit[key].map { Self.sum(pair, $0) } ?? pair)
      }
    }
    return result
  }
}
