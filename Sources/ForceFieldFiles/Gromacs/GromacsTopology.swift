// GROMACS topologies: every energy term in vacuum of the molecule that a file asks for.

import Chemistry
import TextFiles

/// Reads a GROMACS topology (.top) with its includes (GROMACS manual, "Topology file").
///
/// It must ask for one molecule. Nothing is defined but what the file defines, so that an `#ifdef POSRES` stays out.
/// The Coulomb constant is GROMACS's, 138.935457644 kJ/mol·nm/e². An atom's type is its bonded type, by which grompp
/// finds torsions. Torsions of functions 1, 3, 5 and 9 whose atoms are no chain of bonds count as impropers, like those
/// of 4. Harmonic potentials (bonds of function 6) stand with the Urey-Bradley terms: they bond nothing. A torsion's
/// constant part is a term of periodicity 0.
/// - Throws: ``InputError`` with the place, where a file is damaged or says what is not supported: other functions,
///   constraints, restraints, virtual sites, CMAP, free-energy states, Buckingham potentials, more than one molecule.
public func readGromacsTopology(_ path: String) throws -> LoadedTopology {
  let source = try GromacsSource(path)
  let system = try GromacsSystem(source, path: path)
  return LoadedTopology(topology: try GromacsMolecule(system).topology(), files: source.files)
}

extension GromacsMolecule {
  /// All terms of the molecule.
  /// - Throws: ``InputError`` with the place of what cannot be read or is not supported.
  func topology() throws -> Topology {
    let bonds = try self.bonds()
    let angles = try self.angles()
    let graph = BondGraph(atomCount: atoms.count, bonds: bonds.chemical.map { BondIndex($0.i, $0.j) })
    let dihedrals = try self.dihedrals(graph)
    let pairs = try GromacsPairs(self, graph)
    var result = Topology(
      atoms: atoms, bonds: bonds.chemical, angles: angles.harmonic, torsions: dihedrals.torsions,
      impropers: dihedrals.impropers, harmonicImpropers: dihedrals.harmonic,
      ureyBradleys: angles.ureyBradley + bonds.others, pairs: pairs.interactions(),
      coulombConstant: GromacsForceField.coulomb, oneFourScalings: pairs.scalings,
      combinationRule: forceField.rule == 2 ? .lorentzBerthelot : .geometric)
    result.usesRyckaertBellemans = dihedrals.areRyckaertBellemans
    return result
  }
}
