// A molecule from a CHARMM PSF and its parameter files.

import Chemistry
import TextFiles

/// CHARMM's own constant, kcal/mol·Å/e² (CCELEC in its source; NAMD has 332.0636, OpenMM 332.0637).
let charmmCoulombConstant = 332.0716

/// Reads a PSF with its parameter, topology and stream files.
///
/// The energy is that of CHARMM in vacuum with every pair (cut-offs and switching are taken as means of a simulation):
/// atoms one and two bonds apart do not interact (nbxmod 5), those three bonds apart have the 1-4 parameters of
/// NONBONDED and the Coulomb factor e14fac, NBFIX goes before mixing. Where the 1-4 parameters are the others with a
/// common divisor of ε (as AMBER's scaling looks in CHARMM's form) that divisor is the topology's. The Coulomb constant
/// is 332.0716 kcal/mol·Å/e². Atom types are compared in any case, as CHARMM does, and kept as the PSF has them, or
/// under the name that a remark `! type A1 is c3` gives.
/// - Parameters:
///   - path: the PSF, with type names.
///   - parameters: prm, rtf and str files in the order CHARMM reads them.
/// - Throws: ``InputError`` with the place of what is damaged, missing or not supported: CMAP terms, lone pairs, Drude
///   particles, numeric atom types, two lines of one periodicity for a dihedral.
public func readCharmmTopology(_ path: String, parameters: [String]) throws -> LoadedTopology {
  try charmmMolecule(try readText(path), file: path, parameters: parameters)
}

/// The topology in the text of a PSF.
func charmmMolecule(_ text: String, file: String, parameters: [String]) throws -> LoadedTopology {
  guard !parameters.isEmpty else {
    throw InputError(
      SourcePlace(file: file), "is a PSF, which holds no parameters",
      hint: "give the force field's files too: --topology-parameters par_all36_cgenff.prm molecule.str")
  }
  let reader = CharmmReader(
    structure: try CharmmStructure(text, file: file), parameters: try CharmmParameterSet(parameters))
  return LoadedTopology(topology: try reader.topology(), files: [file] + parameters)
}

private struct CharmmReader {
  let structure: CharmmStructure
  let parameters: CharmmParameterSet

  private func types(_ atoms: [Int]) -> [String] { atoms.map { structure.atoms[$0].type.uppercased() } }

  func topology() throws -> Topology {
    let bonds = try structure.bonds.map { term in
      let bond = try parameters.bond(types(term.atoms), term.place)
      return HarmonicBond(
        i: term.atoms[0], j: term.atoms[1], forceConstant: bond.forceConstant, length: bond.length)
    }
    var ureyBradleys: [HarmonicBond] = []
    let angles = try structure.angles.map { term in
      let angle = try parameters.angle(types(term.atoms), term.place)
      if let extra = angle.ureyBradley {
        ureyBradleys.append(
          HarmonicBond(
            i: term.atoms[0], j: term.atoms[2], forceConstant: extra.forceConstant, length: extra.length))
      }
      return HarmonicAngle(
        i: term.atoms[0], j: term.atoms[1], k: term.atoms[2], forceConstant: angle.forceConstant,
        angle: angle.angle)
    }
    let graph = BondGraph(atomCount: structure.atoms.count, bonds: bonds.map { BondIndex($0.i, $0.j) })
    // A dihedral whose atoms are no chain of bonds holds a centre flat: it is an improper, whatever list it stands in.
    let dihedrals = try self.dihedrals()
    let torsions = dihedrals.filter { graph.isChain($0.quartet) }
    let impropers = try self.impropers()
    let lennardJones = try structure.atoms.map { try parameters.atom($0.type.uppercased(), $0.place) }
    let divisor = commonDivisor(lennardJones)
    let pairs = self.pairs(lennardJones, graph: graph)
    var result = Topology(
      atoms: try atoms(lennardJones, divisor: divisor), bonds: bonds, angles: angles, torsions: torsions,
      impropers: dihedrals.filter { !graph.isChain($0.quartet) } + impropers.periodic,
      harmonicImpropers: impropers.harmonic, ureyBradleys: ureyBradleys, pairs: pairs,
      coulombConstant: charmmCoulombConstant,
      oneFourScalings: pairs.contains(where: \.isOneFour)
        ? [OneFourScaling(coulombDivisor: 1 / parameters.oneFourCoulomb, lennardJonesDivisor: divisor ?? 1)]
        : [],
      combinationRule: parameters.rule)
    result.ignoresCase = true
    return result
  }

  private func atoms(_ lennardJones: [CharmmParameterSet.LennardJonesPair], divisor: Double?) throws -> [Atom] {
    try zip(structure.atoms, lennardJones).map { row, own in
      guard let element = parameters.elements[row.type.uppercased()] ?? element(ofMass: row.mass) else {
        throw InputError(
          row.place, "a mass of \(row.mass) is no element's: united and dummy atoms are not supported")
      }
      return Atom(
        name: row.name, type: parameters.names[row.type.uppercased()] ?? row.type, element: element,
        charge: row.charge, lennardJones: own.far,
        oneFourLennardJones: divisor != nil || own.near == own.far ? nil : own.near)
    }
  }

  /// The number that ε of every atom is divided by for 1-4 pairs, with the same σ; nil where there is no such.
  private func commonDivisor(_ lennardJones: [CharmmParameterSet.LennardJonesPair]) -> Double? {
    var divisor: Double?
    for own in lennardJones where own.far.epsilon > 0 || own.near.epsilon > 0 {
      guard own.near.epsilon > 0, abs(own.near.sigma - own.far.sigma) <= 1e-9 * own.far.sigma else {
        return nil
      }
      let ratio = own.far.epsilon / own.near.epsilon
      guard ratio > 0, abs((divisor ?? ratio) - ratio) <= 1e-9 * ratio else { return nil }
      divisor = divisor ?? ratio
    }
    return divisor
  }

  private func dihedrals() throws -> [Torsion] {
    var seen: Set<Quartet> = []
    return try structure.dihedrals.map { term in
      let quartet = Quartet(term.atoms[0], term.atoms[1], term.atoms[2], term.atoms[3]).canonical
      guard seen.insert(quartet).inserted else {
        throw InputError(
          term.place,
          "the dihedral \(term.atoms.map { "\($0 + 1)" }.joined(separator: "-")) stands here twice",
          hint: "CHARMM counts it twice, NAMD once; list every dihedral once")
      }
      let lines = try parameters.dihedral(types(term.atoms), term.place)
      return Torsion(
        quartet,
        terms: try lines.map { line in
          // n = 0 is a harmonic angle in CHARMM and NAMD, a constant in other programs.
          guard line.periodicity > 0 || line.forceConstant == 0 else {
            throw InputError(
              line.place, "a dihedral of periodicity 0 is not supported",
              hint: "CHARMM takes it as harmonic, others as a constant; move it to IMPROPER or take it out")
          }
          return TorsionTerm(
            periodicity: line.periodicity, phase: line.phase, forceConstant: line.forceConstant)
        })
    }
  }

  private func impropers() throws -> (periodic: [Torsion], harmonic: [HarmonicImproper]) {
    var periodic: [Torsion] = []
    var harmonic: [HarmonicImproper] = []
    for term in structure.impropers {
      let quartet = Quartet(term.atoms[0], term.atoms[1], term.atoms[2], term.atoms[3])
      let lines = try parameters.improper(types(term.atoms), term.place)
      for line in lines where line.periodicity == 0 {
        harmonic.append(HarmonicImproper(quartet, forceConstant: line.forceConstant, angle: line.phase))
      }
      let terms = lines.filter { $0.periodicity > 0 }.map {
        TorsionTerm(periodicity: $0.periodicity, phase: $0.phase, forceConstant: $0.forceConstant)
      }
      if !terms.isEmpty { periodic.append(Torsion(quartet, terms: terms)) }
    }
    return (periodic, harmonic)
  }

  private func pairs(_ own: [CharmmParameterSet.LennardJonesPair], graph: BondGraph) -> [PairInteraction] {
    let near = graph.nearPairs
    let excluded = near.excluded.union(structure.exclusions)
    var result: [PairInteraction] = []
    for i in structure.atoms.indices {
      for j in structure.atoms.indices where j > i {
        let pair = BondIndex(i, j)
        if excluded.contains(pair) { continue }
        let (a, b) = (structure.atoms[i], structure.atoms[j])
        let isOneFour = near.oneFour.contains(pair)
        let fixed = parameters.pair(a.type.uppercased(), b.type.uppercased())
        let lennardJones =
          isOneFour
          ? fixed?.near ?? own[i].near.combined(with: own[j].near, by: parameters.rule)
          : fixed?.far ?? own[i].far.combined(with: own[j].far, by: parameters.rule)
        result.append(
          PairInteraction(
            i: i, j: j, repulsion: lennardJones.repulsion, dispersion: lennardJones.dispersion,
            coulomb: charmmCoulombConstant * a.charge * b.charge
              * (isOneFour ? parameters.oneFourCoulomb : 1),
            isOneFour: isOneFour))
      }
    }
    return result
  }
}
