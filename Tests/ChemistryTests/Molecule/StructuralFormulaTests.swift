// Kekulé structures from elements and connectivity: counts that every chemist knows.

import Testing

@testable import Chemistry

@Suite struct StructuralFormulaTests {
  /// A molecule of heavy atoms "C C O", bonds "0-1 1-2", with hydrogens on each atom as counted.
  private func formula(_ symbols: String, _ bonds: String, hydrogens: [Int] = []) -> StructuralFormula {
    var elements = symbols.split(separator: " ").compactMap { Element(symbol: $0) }
    var list = bonds.split(separator: " ").map { pair -> BondIndex in
      let ends = pair.split(separator: "-").compactMap { Int($0) }
      return BondIndex(ends[0], ends[1])
    }
    for (atom, count) in hydrogens.enumerated() {
      for _ in 0..<count {
        list.append(BondIndex(atom, elements.count))
        elements.append(Element(symbol: "H")!)
      }
    }
    return StructuralFormula(
      elements: elements, graph: BondGraph(atomCount: elements.count, bonds: list))
  }

  private func order(_ formula: StructuralFormula, _ a: Int, _ b: Int) -> Int? {
    formula.graph.bonds.firstIndex(of: BondIndex(a, b)).map { formula.orders[$0] }
  }

  private func doubles(_ formula: StructuralFormula) -> Int { formula.orders.count { $0 == 2 } }

  @Test func ringsAlternate() {
    let benzene = formula("C C C C C C", "0-1 1-2 2-3 3-4 4-5 0-5", hydrogens: [1, 1, 1, 1, 1, 1])
    #expect(doubles(benzene) == 3)
    for atom in 0..<6 {
      #expect([(atom + 1) % 6, (atom + 5) % 6].count { order(benzene, atom, $0) == 2 } == 1)
    }
    let naphthalene = formula(
      "C C C C C C C C C C", "0-1 1-2 2-3 3-4 4-5 5-6 6-7 7-8 8-9 9-0 4-9",
      hydrogens: [1, 1, 1, 1, 0, 1, 1, 1, 1, 0])
    #expect(doubles(naphthalene) == 5)
    let pyridine = formula("N C C C C C", "0-1 1-2 2-3 3-4 4-5 0-5", hydrogens: [0, 1, 1, 1, 1, 1])
    #expect(doubles(pyridine) == 3)
    // Pyrrole's nitrogen has three neighbours and keeps its lone pair.
    let pyrrole = formula("N C C C C", "0-1 1-2 2-3 3-4 0-4", hydrogens: [1, 1, 1, 1, 1])
    #expect(doubles(pyrrole) == 2 && order(pyrrole, 0, 1) == 1 && order(pyrrole, 0, 4) == 1)
    // An order of atoms in which the first free choice leads into a dead end: fulvene's exocyclic bond.
    let fulvene = formula("C C C C C C", "0-1 1-2 2-3 3-4 0-4 4-5", hydrogens: [1, 1, 1, 1, 0, 2])
    #expect(doubles(fulvene) == 3 && order(fulvene, 4, 5) == 2)
  }

  @Test func functionalGroupsAreAsDrawn() {
    let amide = formula("C C O N", "0-1 1-2 1-3", hydrogens: [3, 0, 0, 2])
    #expect(order(amide, 1, 2) == 2 && order(amide, 1, 3) == 1 && doubles(amide) == 1)
    let nitrile = formula("C C N", "0-1 1-2", hydrogens: [3, 0, 0])
    #expect(order(nitrile, 1, 2) == 3 && order(nitrile, 0, 1) == 1)
    let nitro = formula("C N O O", "0-1 1-2 1-3", hydrogens: [3, 0, 0, 0])
    #expect(order(nitro, 1, 2) == 2 && order(nitro, 1, 3) == 2)
    let carboxylate = formula("C C O O", "0-1 1-2 1-3", hydrogens: [3, 0, 0, 0])
    #expect(doubles(carboxylate) == 1)
    let sulfone = formula("C S O O C", "0-1 1-2 1-3 1-4", hydrogens: [3, 0, 0, 0, 3])
    #expect(order(sulfone, 1, 2) == 2 && order(sulfone, 1, 3) == 2 && order(sulfone, 0, 1) == 1)
    let sulfoxide = formula("C S O C", "0-1 1-2 1-3", hydrogens: [3, 0, 0, 3])
    #expect(order(sulfoxide, 1, 2) == 2)
    let thioether = formula("C S C", "0-1 1-2", hydrogens: [3, 0, 3])
    #expect(doubles(thioether) == 0)
    let butane = formula("C C C C", "0-1 1-2 2-3", hydrogens: [3, 2, 2, 3])
    #expect(butane.orders.allSatisfy { $0 == 1 })
  }

  @Test func oddGraphsEnd() {
    // A long polyene ring that lacks an atom for pairing, and nothing at all.
    let count = 31
    let bonds = (0..<count).map { "\($0)-\(($0 + 1) % count)" }.joined(separator: " ")
    let radical = formula(
      [String](repeating: "C", count: count).joined(separator: " "), bonds,
      hydrogens: [Int](repeating: 1, count: count))
    #expect(doubles(radical) == 15)
    #expect(StructuralFormula(elements: [], graph: BondGraph(atomCount: 0, bonds: [])).orders.isEmpty)
  }
}
