// SMIRKS for torsion types: as much as the molecules show, and short.

import Chemistry
import Testing

@Suite struct TorsionPatternsTests {
  private func molecule(_ atoms: [(String, String)], _ bonds: [(Int, Int)]) -> Topology {
    Topology(
      atoms: atoms.enumerated().map {
        Atom(name: "\($0)", type: $1.1, element: Element(symbol: $1.0)!, charge: 0)
      },
      bonds: bonds.map { HarmonicBond(i: $0.0, j: $0.1, forceConstant: 1, length: 1) }, angles: [],
      torsions: [], impropers: [], pairs: [], coulombConstant: 332, oneFourScalings: [])
  }

  private var pentane: Topology {
    var atoms = (0..<5).map { _ in ("C", "c3") }
    var bonds = (0..<4).map { ($0, $0 + 1) }
    for carbon in 0..<5 {
      for _ in 0..<(carbon % 4 == 0 ? 3 : 2) {
        bonds.append((carbon, atoms.count))
        atoms.append(("H", "hc"))
      }
    }
    return molecule(atoms, bonds)
  }

  @Test func alkanesNameTheirNeighboursAndNoRing() {
    let types = [TorsionType("c3", "c3", "c3", "c3"), TorsionType("hc", "c3", "c3", "hc")]
    let patterns = torsionPatterns(of: types, in: [pentane])
    let carbon = "#6X4!r;!$(*~[!#1;!#6,!X4]);!$(*~*~[!#1;!#6,!X4])"
    #expect(
      patterns[types[0]] == "[#6X4!r:1]!@[\(carbon):2]-!@[\(carbon):3]!@[#6X4!r:4]")
    #expect(patterns[types[1]] == "[#1:1]!@[\(carbon):2]-!@[\(carbon):3]!@[#1:4]")
  }

  @Test func ringsAndCentralBondsAreNamed() {
    // Biphenyl's carbons: two hexagons joined by one bond.
    var atoms: [(String, String)] = []
    var bonds: [(Int, Int)] = [(0, 12)]
    for ring in 0..<2 {
      for place in 0..<6 {
        atoms += [("C", place == 0 ? "cp" : "ca"), (place == 0 ? "" : "H", "ha")].filter { !$0.0.isEmpty }
      }
      let start = ring * 11
      let carbons = [0, 1, 3, 5, 7, 9].map { $0 + start }
      for (a, b) in zip(carbons, carbons.dropFirst() + [carbons[0]]) { bonds.append((a, b)) }
      for carbon in carbons.dropFirst() { bonds.append((carbon, carbon + 1)) }
    }
    bonds[0] = (0, 11)
    let patterns = torsionPatterns(
      of: [TorsionType("ca", "cp", "cp", "ca")], in: [molecule(atoms, bonds)])
    let pattern = patterns[TorsionType("ca", "cp", "cp", "ca")] ?? ""
    #expect(pattern.contains("]-!@[") && pattern.contains("r6") && pattern.hasSuffix(":4]"), "\(pattern)")
    #expect(pattern.contains(":1]@["), "\(pattern)")
  }

  @Test func neighboursThatAllHaveAreNamedWhereTypesNeedIt() {
    // Ethanol: h1 on the carbon beside oxygen, hc on the other.
    let ethanol = molecule(
      [
        ("C", "c3"), ("C", "c3"), ("O", "oh"), ("H", "hc"), ("H", "hc"), ("H", "hc"), ("H", "h1"),
        ("H", "h1"),
        ("H", "ho"),
      ], [(0, 1), (1, 2), (0, 3), (0, 4), (0, 5), (1, 6), (1, 7), (2, 8)])
    let type = TorsionType("hc", "c3", "c3", "h1")
    let patterns = torsionPatterns(of: [type, TorsionType("hc", "c3", "c3", "oh")], in: [ethanol])
    #expect(patterns.count == 2)
    // The carbon of h1 has an oxygen and the carbon of hc has none.
    #expect(patterns[type]?.contains("!#8,!X2") == true, "\(patterns)")
  }

  @Test func whatCannotBeToldHasNone() {
    // Two of three equal hydrogens have another type.
    let odd = molecule(
      [("C", "c3"), ("C", "c3")] + ["hc", "hx", "hx"].map { ("H", $0) } + [
        ("H", "hc"), ("H", "hc"), ("H", "hc"),
      ],
      [(0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 6), (1, 7)])
    #expect(torsionPatterns(of: [TorsionType("hx", "c3", "c3", "hc")], in: [odd]).isEmpty)
    let wild = TorsionType("X", "c3", "c3", "X")
    #expect(torsionPatterns(of: [wild], in: [odd])[wild]?.hasPrefix("[*:1]!@[#6X4!r") == true)
  }
}
