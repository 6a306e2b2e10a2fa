// AMBER topologies (prmtop): every energy term of a molecule in vacuum, or an error that names what cannot be said.

import Chemistry
import TextFiles

/// AMBER's charge unit: e · 18.2223 squared gives kcal/mol·Å.
private let chargeUnit = 18.2223

/// Reads an AMBER topology (the %FLAG format, ambermd.org/prmtop.pdf).
///
/// The Coulomb constant is AMBER's 18.2223² kcal/mol·Å/e². 1-4 pairs are those of dihedrals whose third and fourth
/// index are positive, scaled by SCEE and SCNB of their type (1.2 and 2.0 in files without these sections).
/// - Throws: ``InputError`` with the place, where the file is damaged or holds energy terms that are not supported:
///   CMAP, CHARMM's Urey-Bradley and harmonic impropers, polarisation, extra points, 10-12 and 12-6-4 terms, boxes of
///   several molecules.
public func readAmberTopology(_ path: String) throws -> Topology {
  try amberTopology(try readText(path), file: path)
}

/// The topology in the text of a prmtop.
func amberTopology(_ text: String, file: String) throws -> Topology {
  let sections = try AmberSections(text, file: file)
  try refuseUnsupported(sections)
  return try AmberReader(sections).topology()
}

/// Energy that would be ignored is an error.
private func refuseUnsupported(_ s: AmberSections) throws {
  let unsupported = [
    ("CHARMM_UREY_BRADLEY_COUNT", "CHARMM's Urey-Bradley terms"),
    ("CHARMM_NUM_IMPROPERS", "CHARMM's harmonic impropers"),
    ("LENNARD_JONES_CCOEF", "12-6-4 Lennard-Jones terms"),
  ]
  for (name, what) in unsupported where s.has(name) {
    throw InputError(
      s.place(name), "the section \(name): \(what) are not supported",
      hint: "fit with a force field of bonds, angles, periodic torsions, Lennard-Jones and Coulomb terms")
  }
  for name in ["CMAP_COUNT", "CHARMM_CMAP_COUNT"] where s.has(name) {
    throw UnsupportedEnergy.crossTerms.error(s.place(name), "the section \(name)")
  }
  if s.has("IPOL"), let value = try s.integers("IPOL").first, value != 0 {
    throw UnsupportedEnergy.polarisation.error(s.place("IPOL"), "the section IPOL")
  }
  let pointers = try s.integers("POINTERS", count: 30)
  if pointers[20] != 0 {
    throw InputError(s.place("POINTERS"), "perturbed topologies (IFPERT) are not supported")
  }
  if let extra = try s.integers("POINTERS").dropFirst(30).first, extra != 0 {
    throw UnsupportedEnergy.virtualSites.error(s.place("POINTERS"), "extra points (NUMEXTRA = \(extra))")
  }
}

private struct AmberReader {
  let s: AmberSections
  let atomCount: Int
  let typeCount: Int
  let pointers: [Int]

  init(_ sections: AmberSections) throws {
    s = sections
    pointers = try sections.integers("POINTERS", count: 30)
    atomCount = pointers[0]
    typeCount = pointers[1]
    guard atomCount > 0, atomCount < 100_000, typeCount > 0, typeCount <= atomCount,
      pointers.prefix(20).allSatisfy({ (0..<10_000_000).contains($0) })
    else {
      throw InputError(
        sections.place("POINTERS"), "\(atomCount) atoms of \(typeCount) types: the counts make no sense")
    }
  }

  func topology() throws -> Topology {
    let charges = try s.numbers("CHARGE", count: atomCount).map { $0 / chargeUnit }
    let atoms = try self.atoms(charges: charges, lennardJones: ownLennardJones())
    let bonds = try self.bonds()
    let graph = BondGraph(atomCount: atomCount, bonds: bonds.map { BondIndex($0.i, $0.j) })
    // One molecule in a box (Interchange writes such) is computed in vacuum as any other.
    guard pointers[27] == 0 || graph.parts.count == 1 else {
      throw InputError(
        s.place("POINTERS"),
        """
        the topology has a periodic box (IFBOX = \(pointers[27])) with \(graph.parts.count) molecules; \
        Swivel computes one in vacuum
        """,
        hint:
          "write the molecule alone: `saveamberparm` before solvating, or ParmEd's `strip !:LIG` with its residue name"
      )
    }
    let dihedrals = try self.dihedrals(graph)
    return Topology(
      atoms: atoms, bonds: bonds, angles: try angles(), torsions: dihedrals.torsions,
      impropers: dihedrals.impropers, pairs: try pairs(charges: charges, oneFour: dihedrals.oneFour),
      coulombConstant: chargeUnit * chargeUnit,
      oneFourScalings: Set(dihedrals.oneFour.values).sorted {
        ($0.coulombDivisor, $0.lennardJonesDivisor) < ($1.coulombDivisor, $1.lennardJonesDivisor)
      })
  }

  private func atoms(charges: [Double], lennardJones: [LennardJones]) throws -> [Atom] {
    let names = try s.words("ATOM_NAME", count: atomCount)
    let types = try s.words("AMBER_ATOM_TYPE", count: atomCount)
    let numbers = s.has("ATOMIC_NUMBER") ? try s.integers("ATOMIC_NUMBER", count: atomCount) : nil
    let masses = try s.numbers("MASS", count: atomCount)
    return try (0..<atomCount).map { i in
      guard let element = numbers.flatMap({ Element(atomicNumber: $0[i]) }) ?? Element(mass: masses[i]) else {
        throw InputError(
          s.place(numbers == nil ? "MASS" : "ATOMIC_NUMBER", value: i),
          "atom \(i + 1) (\(names[i])) is no element: extra points and dummy atoms are not supported")
      }
      guard !types[i].isEmpty else {
        throw InputError(s.place("AMBER_ATOM_TYPE", value: i), "atom \(i + 1) (\(names[i])) has no type")
      }
      return Atom(
        name: names[i], type: types[i], element: element, charge: charges[i], lennardJones: lennardJones[i])
    }
  }

  /// Rows of atom pointers and a type number from two sections, the type from 0.
  private func rows(
    _ names: [String], counts: [Int], atoms: Int, types: Int
  ) throws -> [(atoms: [Int], type: Int, place: SourcePlace)] {
    try s.pointerRows(names, counts: counts, width: atoms + 1, atoms: atomCount).map { row in
      (Array(row.values.dropLast()), try row.parameter(among: types), row.place)
    }
  }

  private func bonds() throws -> [HarmonicBond] {
    let count = pointers[15]
    let constants = try count > 0 ? s.numbers("BOND_FORCE_CONSTANT", count: count) : []
    let lengths = try count > 0 ? s.numbers("BOND_EQUIL_VALUE", count: count) : []
    return try rows(
      ["BONDS_INC_HYDROGEN", "BONDS_WITHOUT_HYDROGEN"], counts: [pointers[2], pointers[12]], atoms: 2,
      types: count
    ).map {
      HarmonicBond(
        i: abs($0.atoms[0]) / 3, j: abs($0.atoms[1]) / 3, forceConstant: constants[$0.type],
        length: lengths[$0.type])
    }
  }

  private func angles() throws -> [HarmonicAngle] {
    let count = pointers[16]
    let constants = try count > 0 ? s.numbers("ANGLE_FORCE_CONSTANT", count: count) : []
    let values = try count > 0 ? s.numbers("ANGLE_EQUIL_VALUE", count: count) : []
    return try rows(
      ["ANGLES_INC_HYDROGEN", "ANGLES_WITHOUT_HYDROGEN"], counts: [pointers[4], pointers[13]], atoms: 3,
      types: count
    ).map {
      HarmonicAngle(
        i: abs($0.atoms[0]) / 3, j: abs($0.atoms[1]) / 3, k: abs($0.atoms[2]) / 3,
        forceConstant: constants[$0.type], angle: values[$0.type])
    }
  }

  private struct Dihedrals {
    var torsions: [Torsion] = []
    var impropers: [Torsion] = []
    var oneFour: [BondIndex: OneFourScaling] = [:]
  }

  private func dihedrals(_ graph: BondGraph) throws -> Dihedrals {
    let count = pointers[17]
    guard count > 0 else { return Dihedrals() }
    let constants = try s.numbers("DIHEDRAL_FORCE_CONSTANT", count: count)
    let periodicities = try s.numbers("DIHEDRAL_PERIODICITY", count: count)
    let phases = try s.numbers("DIHEDRAL_PHASE", count: count)
    let coulomb =
      s.has("SCEE_SCALE_FACTOR") ? try s.numbers("SCEE_SCALE_FACTOR", count: count) : phases.map { _ in 1.2 }
    let lennardJones =
      s.has("SCNB_SCALE_FACTOR") ? try s.numbers("SCNB_SCALE_FACTOR", count: count) : phases.map { _ in 2.0 }
    for (name, divisors) in [("SCEE_SCALE_FACTOR", coulomb), ("SCNB_SCALE_FACTOR", lennardJones)] {
      for (index, divisor) in divisors.enumerated() where divisor != 0 && !(0.01...1e12).contains(divisor) {
        throw InputError(
          s.place(name, value: index), "\(divisor) divides no 1-4 interaction, in the section \(name)",
          hint: "divisors are such as 1.2 and 2.0; 0 stands for none")
      }
    }
    var result = Dihedrals()
    var torsionAt: [Quartet: Int] = [:]
    for row in try rows(
      ["DIHEDRALS_INC_HYDROGEN", "DIHEDRALS_WITHOUT_HYDROGEN"], counts: [pointers[6], pointers[14]], atoms: 4,
      types: count)
    {
      let quartet = Quartet(
        abs(row.atoms[0]) / 3, abs(row.atoms[1]) / 3, abs(row.atoms[2]) / 3, abs(row.atoms[3]) / 3)
      guard Set(quartet.atoms).count == 4 else {
        throw InputError(row.place, "a dihedral names an atom twice")
      }
      let n = abs(periodicities[row.type])
      guard n == n.rounded(), n <= 6 else {
        throw InputError(
          s.place("DIHEDRAL_PERIODICITY", value: row.type),
          "the periodicity \(periodicities[row.type]) is none of 0 … 6",
          hint: "Swivel's torsions go up to n = 6")
      }
      let term = TorsionTerm(
        periodicity: Int(n), phase: phases[row.type], forceConstant: constants[row.type])
      // An improper has a negative fourth index, but where that is atom 0, which has no sign: then its atoms are no
      // chain.
      let isImproper = row.atoms[3] < 0 || !graph.isChain(quartet)
      if isImproper {
        result.impropers.append(Torsion(quartet, terms: [term]))
      } else if let index = torsionAt[quartet.canonical] {
        result.torsions[index].terms.append(term)
      } else {
        torsionAt[quartet.canonical] = result.torsions.count
        result.torsions.append(Torsion(quartet.canonical, terms: [term]))
      }
      // A scale factor of zero means that the pair is left out.
      if row.atoms[2] >= 0, row.atoms[3] >= 0, coulomb[row.type] > 0, lennardJones[row.type] > 0 {
        result.oneFour[BondIndex(quartet.i, quartet.l)] = OneFourScaling(
          coulombDivisor: coulomb[row.type], lennardJonesDivisor: lennardJones[row.type])
      }
    }
    return result
  }

  private func lennardJonesTypes() throws -> [Int] {
    let kinds = try s.integers("ATOM_TYPE_INDEX", count: atomCount)
    for (i, kind) in kinds.enumerated() where !(1...typeCount).contains(kind) {
      throw InputError(s.place("ATOM_TYPE_INDEX", value: i), "there is no Lennard-Jones type \(kind)")
    }
    return kinds
  }

  /// Each atom's parameters: those of a pair of its own type.
  private func ownLennardJones() throws -> [LennardJones] {
    let table = try s.integers("NONBONDED_PARM_INDEX", count: typeCount * typeCount)
    let count = typeCount * (typeCount + 1) / 2
    let a = try s.numbers("LENNARD_JONES_ACOEF", count: count)
    let b = try s.numbers("LENNARD_JONES_BCOEF", count: count)
    return try lennardJonesTypes().map { kind in
      let entry = try lennardJones(table, (typeCount + 1) * (kind - 1), count: count)
      return LennardJones(repulsion: entry.map { a[$0] } ?? 0, dispersion: entry.map { b[$0] } ?? 0)
    }
  }

  private func pairs(charges: [Double], oneFour: [BondIndex: OneFourScaling]) throws -> [PairInteraction] {
    let excluded = try exclusions()
    let kinds = try lennardJonesTypes()
    let table = try s.integers("NONBONDED_PARM_INDEX", count: typeCount * typeCount)
    let count = typeCount * (typeCount + 1) / 2
    let a = try s.numbers("LENNARD_JONES_ACOEF", count: count)
    let b = try s.numbers("LENNARD_JONES_BCOEF", count: count)
    let a14 = s.has("LENNARD_JONES_14_ACOEF") ? try s.numbers("LENNARD_JONES_14_ACOEF", count: count) : a
    let b14 = s.has("LENNARD_JONES_14_BCOEF") ? try s.numbers("LENNARD_JONES_14_BCOEF", count: count) : b
    var result: [PairInteraction] = []
    for i in 0..<atomCount {
      for j in (i + 1)..<max(atomCount, i + 1) {
        let scaling = oneFour[BondIndex(i, j)]
        if scaling == nil && excluded.contains(BondIndex(i, j)) { continue }
        let position = typeCount * (kinds[i] - 1) + kinds[j] - 1
        let entry = try lennardJones(table, position, count: count)
        let coulomb = chargeUnit * chargeUnit * charges[i] * charges[j]
        if let scaling {
          result.append(
            PairInteraction(
              i: i, j: j, repulsion: (entry.map { a14[$0] } ?? 0) / scaling.lennardJonesDivisor,
              dispersion: (entry.map { b14[$0] } ?? 0) / scaling.lennardJonesDivisor,
              coulomb: coulomb / scaling.coulombDivisor, isOneFour: true))
        } else {
          result.append(
            PairInteraction(
              i: i, j: j, repulsion: entry.map { a[$0] } ?? 0, dispersion: entry.map { b[$0] } ?? 0,
              coulomb: coulomb, isOneFour: false))
        }
      }
    }
    return result
  }

  /// The Lennard-Jones coefficients of a pair of types; nil for a 10-12 pair whose coefficients are zero.
  private func lennardJones(_ table: [Int], _ position: Int, count: Int) throws -> Int? {
    let entry = table[position]
    if entry > 0, entry <= count { return entry - 1 }
    let place = s.place("NONBONDED_PARM_INDEX", value: position)
    guard entry < 0 else {
      throw InputError(place, "there are no Lennard-Jones coefficients number \(entry)")
    }
    for name in ["HBOND_ACOEF", "HBOND_BCOEF"] {
      let values = s.has(name) ? try s.numbers(name) : []
      guard -entry <= values.count else {
        throw InputError(
          place, "10-12 hydrogen-bond term \(-entry) is named, and the section \(name) has \(values.count)")
      }
      if values[-entry - 1] != 0 {
        throw InputError(
          s.place(name), "the section \(name): 10-12 hydrogen-bond terms are not supported",
          hint: "use a force field without them")
      }
    }
    return nil
  }

  private func exclusions() throws -> Set<BondIndex> {
    let counts = try s.integers("NUMBER_EXCLUDED_ATOMS", count: atomCount)
    for (i, count) in counts.enumerated() where !(0...max(1, atomCount)).contains(count) {
      throw InputError(s.place("NUMBER_EXCLUDED_ATOMS", value: i), "\(count) excluded atoms make no sense")
    }
    let list = try s.integers("EXCLUDED_ATOMS_LIST", count: counts.reduce(0, +))
    var result: Set<BondIndex> = []
    var at = 0
    for (i, count) in counts.enumerated() {
      for k in at..<(at + count) {
        let atom = list[k]
        guard (0...atomCount).contains(atom) else {
          throw InputError(s.place("EXCLUDED_ATOMS_LIST", value: k), "there is no atom \(atom)")
        }
        // A zero stands for an empty list.
        if atom > 0, atom - 1 != i { result.insert(BondIndex(i, atom - 1)) }
      }
      at += count
    }
    return result
  }
}
