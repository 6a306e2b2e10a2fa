// A molecule made ready for fitting: its force field compiled, its turns found.

import Chemistry
import Mechanics

/// A molecule with what does not change while the force constants do.
struct PreparedMolecule: Sendable {
  var molecule: Molecule
  var isHeldOut: Bool
  /// The force field without the fitted torsions.
  var rest: EnergyModel
  var basis: Basis
  /// Turns about every bond that carries fitted torsions.
  var turns: [BondTurn]
  /// All that turns.
  var rotors: Rotors

  init(_ molecule: Molecule, table: ParameterTable, isHeldOut: Bool) {
    self.molecule = molecule
    self.isHeldOut = isHeldOut
    rest = EnergyModel(table.rest(of: molecule.topology))
    basis = Basis(topology: molecule.topology, parameters: table.parameters)
    let graph = molecule.topology.bondGraph
    let fitted = Set(basis.entries.map(\.quartet.centralBond))
    let driven = Dictionary(
      (molecule.scans.map(\.driven) + molecule.scans.flatMap(\.held)).map { ($0.centralBond, $0) },
      uniquingKeysWith: { first, _ in first })
    // Bonds in rings have no turn of their own unless they are driven.
    turns = fitted.sorted().compactMap { bond in
      guard driven[bond] != nil || !graph.isInRing(bond) else { return nil }
      return BondTurn(bond: bond, quartet: driven[bond] ?? Quartet(0, 0, 0, 0), graph: graph)
    }
    rotors = Rotors(of: molecule.topology)
  }

  /// The family's columns of the fitted torsions about bonds of the molecule.
  func columns(about bonds: Set<BondIndex>) -> Set<Int> {
    Set(
      basis.entries.filter { bonds.contains($0.quartet.centralBond) }
        .flatMap { $0.terms.map { basis.columns[$0.column] } })
  }
}
