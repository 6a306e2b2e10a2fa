// SMARTS for atom types from what surrounds their atoms.

import Chemistry
import Testing

@Suite struct AtomPatternsTests {
  private func molecule(_ atoms: [(String, String)], _ bonds: [(Int, Int)]) -> Topology {
    Topology(
      atoms: atoms.enumerated().map {
        Atom(name: "\($0)", type: $1.1, element: Element(symbol: $1.0)!, charge: 0)
      },
      bonds: bonds.map { HarmonicBond(i: $0.0, j: $0.1, forceConstant: 1, length: 1) }, angles: [],
      torsions: [],
      impropers: [], pairs: [], coulombConstant: 332, oneFourScalings: [])
  }

  /// Methanol: H atoms on carbon and oxygen, told apart by their neighbour.
  private var methanol: Topology {
    molecule(
      [("C", "c3"), ("O", "oh"), ("H", "h1"), ("H", "h1"), ("H", "h1"), ("H", "ho")],
      [(0, 1), (0, 2), (0, 3), (0, 4), (1, 5)])
  }

  @Test func typesAreToldApartByAsLittleAsNeeded() {
    let patterns = atomPatterns(of: ["c3", "oh", "h1", "ho"], in: [methanol])
    #expect(patterns["c3"] == "[#6X4]" && patterns["oh"] == "[#8X2]")
    #expect(patterns["h1"] == "[#1X1!r&$(*(~[#6X4]))]" && patterns["ho"] == "[#1X1!r&$(*(~[#8X2]))]")
  }

  @Test func severalSurroundingsOfATypeAreAlternatives() {
    // The type h is on carbon and on oxygen: no pattern but the element's is needed.
    var both = methanol
    for index in 2...5 { both.atoms[index].type = "h" }
    #expect(atomPatterns(of: ["h"], in: [both])["h"] == "[#1X1]")
    // With a third hydrogen type both places must be said.
    let water = molecule([("O", "ow"), ("H", "hw"), ("H", "hw")], [(0, 1), (0, 2)])
    let patterns = atomPatterns(of: ["h", "hw"], in: [both, water])
    #expect(patterns["h"]?.contains("),#1X1!r&$(") == true && patterns["hw"] != nil)
  }

  @Test func typesThatLookAlikeHaveNone() {
    var odd = methanol
    odd.atoms[4].type = "hx"
    let patterns = atomPatterns(of: ["h1", "hx", "c3"], in: [odd])
    #expect(patterns["h1"] == nil && patterns["hx"] == nil && patterns["c3"] != nil)
  }

  @Test func symmetryClassesFollowTheGraph() {
    let classes = methanol.symmetryClasses
    #expect(classes[2] == classes[3] && classes[3] == classes[4] && classes[5] != classes[2])
    #expect(Set(classes).count == 4)
  }
}
