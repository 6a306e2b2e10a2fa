// What inspect says of a single topology: its atoms, bonds and rotors by index.

import Chemistry

struct AtomsInspection: Encodable {
  struct Atom: Encodable {
    var index: Int
    var name: String
    var element: String
    var type: String
    var charge: Double
  }
  struct Rotor: Encodable {
    var bond: [Int]
    var types: [String]
    /// A dihedral about it, by which a scan may be named.
    var dihedral: [Int]
  }
  var atoms: [Atom]
  var bonds: [[Int]]
  var rotors: [Rotor]

  init(_ topology: Topology) {
    let graph = topology.bondGraph
    atoms = topology.atoms.enumerated().map { index, atom in
      Atom(index: index, name: atom.name, element: atom.element.symbol, type: atom.type, charge: atom.charge)
    }
    bonds = graph.bonds.map { [$0.a, $0.b] }
    rotors = graph.rotatableBonds.compactMap { bond in
      let all = graph.quartets(about: bond)
      func isHeavy(_ atom: Int) -> Bool { topology.atoms[atom].element.atomicNumber > 1 }
      guard let quartet = all.first(where: { isHeavy($0.i) && isHeavy($0.l) }) ?? all.first else {
        return nil
      }
      return Rotor(
        bond: [bond.a, bond.b], types: [topology.atoms[bond.a].type, topology.atoms[bond.b].type],
        dihedral: quartet.atoms)
    }
  }

  /// Tables for the terminal.
  var tables: [String] {
    let list = textTable(
      header: ["atom", "name", "element", "type", "charge", "bonded to"],
      rows: atoms.map { atom in
        let others = bonds.filter { $0.contains(atom.index) }.map { $0[0] == atom.index ? $0[1] : $0[0] }
        return [
          "\(atom.index)", atom.name, atom.element, atom.type, decimal(atom.charge, 4),
          others.map(String.init).joined(separator: " "),
        ]
      })
    guard !rotors.isEmpty else { return [list, "no bond of it can turn"] }
    return [
      list,
      textTable(
        header: ["rotor", "types", "a dihedral about it"],
        rows: rotors.map {
          [joinedIndices($0.bond), $0.types.joined(separator: "-"), joinedIndices($0.dihedral)]
        }),
    ]
  }
}
