// A serialized OpenMM System (XmlSerializer) with the names beside it, as a topology.

import Chemistry
import TextFiles

/// Reads a serialized OpenMM System of one molecule in vacuum.
///
/// The format is OpenMM's own (serialization/src of its sources; OpenMM 7 to 8.6). Proper torsions are those whose
/// atoms form a chain of bonds, all others are impropers. A harmonic term of two atoms is a Urey-Bradley term where an
/// angle has them as its ends and no angle has them as a leg. Torsions without terms are there for every chain of four
/// atoms. Exceptions other than zero count as 1-4 pairs.
/// - Parameters:
///   - path: the <System> file.
///   - names: the prmtop, top or PSF that the System was made from; or a PDB (names, elements) and ForceField XML files
///     (types by residue templates, their classes), in any order. Without types each atom's name is its type.
/// - Throws: ``InputError`` with the place, where a file is damaged, where the atoms' types cannot be told, or where
///   the System has energy that Swivel has no term for, constraints in the place of bonds, virtual sites or a cut-off.
public func readOpenMMSystem(_ path: String, names: [String]) throws -> LoadedTopology {
  let root = try readXML(path, root: "System", keeping: ["Particles", "Constraints", "Forces"])
  let masses = try particleMasses(root, file: path)
  let forces = root.list("Forces")
  let terms = try OpenMMBondedTerms(forces, atoms: masses.count)
  let nonbonded = try OpenMMNonbonded(forces, atoms: masses.count, file: path)
  let (bonds, ureyBradleys) = bondsAndUreyBradleys(terms)
  let graph = BondGraph(atomCount: masses.count, bonds: bonds.map { BondIndex($0.i, $0.j) })
  try checkConstraints(root, graph: graph, angles: terms.angles)
  let given = try OpenMMNames(names) {
    MolecularSystem(of: try readTopology($0, parameters: $1).topology)
  }
  let elements = try elements(masses, given, file: path)
  for bond in given.conect.sorted() where !graph.bonds.contains(bond) {
    throw InputError(
      given.pdb.map { SourcePlace(file: $0) },
      "the PDB bonds the atoms \(bond.a + 1) and \(bond.b + 1), for which the System has no bond term",
      hint:
        "make the System with constraints=None and rigidWater=False; check that the PDB is of this molecule")
  }
  let types = try given.typed(graph: graph, elements: elements, file: path)
  guard types.count == masses.count else {
    throw InputError(
      SourcePlace(file: path), "the files beside it name \(types.count) atoms of \(masses.count)")
  }
  let dihedrals = properAndImproper(terms.torsions, graph: graph)
  let atoms = masses.indices.map { i in
    Atom(
      name: given.names?[i] ?? types[i].name, type: types[i].type, element: elements[i],
      charge: nonbonded.charges[i], lennardJones: nonbonded.lennardJones[i])
  }
  return LoadedTopology(
    topology: Topology(
      atoms: atoms, bonds: bonds, angles: terms.angles, torsions: dihedrals.proper,
      impropers: dihedrals.improper, harmonicImpropers: terms.harmonicImpropers, ureyBradleys: ureyBradleys,
      pairs: nonbonded.pairs, coulombConstant: openMMCoulombConstant,
      oneFourScalings: nonbonded.oneFourScalings, combinationRule: nonbonded.rule),
    files: [path] + names)
}

private func particleMasses(_ root: MarkupElement, file: String) throws -> [Double] {
  let particles = root.list("Particles")
  // All pairs are listed: larger systems are no molecules to fit torsions of.
  guard (1...10_000).contains(particles.count) else {
    throw InputError(
      SourcePlace(file: file), "the System has \(particles.count) particles; 1 … 10 000 were expected",
      hint: "write the molecule alone, without solvent")
  }
  return try particles.enumerated().map { index, particle in
    if let site = particle.children.first {
      throw UnsupportedEnergy.virtualSites.error(
        site.place, "particle \(index + 1) is a virtual site (\(site.name))")
    }
    let mass = try particle.number("mass")
    guard mass > 0 else {
      throw InputError(
        particle.place, "particle \(index + 1) has the mass \(mass): atoms held in place are not supported",
        hint: "give every atom its mass")
    }
    return mass
  }
}

/// Bonds and Urey-Bradley terms are both harmonic in a distance: the angles tell them apart.
private func bondsAndUreyBradleys(_ terms: OpenMMBondedTerms) -> ([HarmonicBond], [HarmonicBond]) {
  var ends: Set<BondIndex> = []
  var legs: Set<BondIndex> = []
  for angle in terms.angles {
    ends.insert(BondIndex(angle.i, angle.k))
    legs.formUnion([BondIndex(angle.i, angle.j), BondIndex(angle.j, angle.k)])
  }
  var result: ([HarmonicBond], [HarmonicBond]) = ([], [])
  for (term, _) in terms.distances {
    let pair = BondIndex(term.i, term.j)
    if ends.contains(pair) && !legs.contains(pair) { result.1.append(term) } else { result.0.append(term) }
  }
  return result
}

/// Constraints beside a bond term hold no energy; those instead of one do.
private func checkConstraints(_ root: MarkupElement, graph: BondGraph, angles: [HarmonicAngle]) throws {
  let bonds = Set(graph.bonds)
  let ends = Set(angles.map { BondIndex($0.i, $0.k) })
  for constraint in root.list("Constraints") {
    let a = try constraint.integer("p1", in: 0..<graph.neighbours.count)
    let b = try constraint.integer("p2", in: 0..<graph.neighbours.count)
    guard a == b || bonds.contains(BondIndex(a, b)) || ends.contains(BondIndex(a, b)) else {
      throw InputError(
        constraint.place,
        "the distance of the atoms \(a + 1) and \(b + 1) is constrained and has no bond term",
        hint: "make the System with constraints=None and rigidWater=False")
    }
  }
}

/// Elements of the PDB, else by mass.
private func elements(_ masses: [Double], _ given: OpenMMNames, file: String) throws -> [Element] {
  if let names = given.names, names.count != masses.count {
    throw InputError(
      given.pdb.map { SourcePlace(file: $0) }, "the PDB has \(names.count) atoms, the System \(masses.count)",
      hint: "both must hold the same atoms in the same order")
  }
  let result = try masses.enumerated().map { index, mass in
    guard let element = given.elements?[index] ?? Element(mass: mass) else {
      throw InputError(
        SourcePlace(file: file), "particle \(index + 1) of mass \(mass) is no element",
        hint: "give a PDB with elements in columns 77–78")
    }
    return element
  }
  // Repartitioned hydrogen masses keep the sum.
  let expected = result.reduce(0) { $0 + ($1.mass ?? .nan) }
  let found = masses.reduce(0, +)
  if abs(expected - found) > 0.002 * found + 0.1 {
    throw InputError(
      given.pdb.map { SourcePlace(file: $0) } ?? SourcePlace(file: file),
      "the elements weigh \(expected) together, the System's particles \(found)",
      hint: "the PDB is of another molecule or has other elements")
  }
  return result
}

/// Torsions along chains of bonds, one entry a quartet, the ones without terms last; and all others.
private func properAndImproper(
  _ torsions: [Torsion], graph: BondGraph
) -> (proper: [Torsion], improper: [Torsion]) {
  let bonds = Set(graph.bonds)
  var proper: [Torsion] = []
  var improper: [Torsion] = []
  var place: [Quartet: Int] = [:]
  for torsion in torsions {
    let q = torsion.quartet
    guard [BondIndex(q.i, q.j), BondIndex(q.j, q.k), BondIndex(q.k, q.l)].allSatisfy(bonds.contains) else {
      improper.append(torsion)
      continue
    }
    if let index = place[q.canonical] {
      proper[index].terms += torsion.terms
    } else {
      place[q.canonical] = proper.count
      proper.append(Torsion(q.canonical, terms: torsion.terms))
    }
  }
  for bond in graph.bonds {
    for quartet in graph.quartets(about: bond) where place[quartet.canonical] == nil {
      proper.append(Torsion(quartet.canonical, terms: []))
    }
  }
  return (proper, improper)
}
