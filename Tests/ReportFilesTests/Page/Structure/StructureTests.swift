// The drawing of molecules: bonds of equal length, nothing on top of anything, the driven bond marked.

import Chemistry
import Support
import Testing

@testable import ReportFiles

@Suite struct StructureTests {
  private func graph(_ count: Int, _ bonds: [(Int, Int)]) -> BondGraph {
    BondGraph(atomCount: count, bonds: bonds.map { BondIndex($0.0, $0.1) })
  }

  private func distance(_ a: (x: Double, y: Double), _ b: (x: Double, y: Double)) -> Double {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
  }

  @Test(arguments: [4, 5, 6, 7])
  func ringsAreRegular(size: Int) {
    let ring = graph(size, (0..<size).map { ($0, ($0 + 1) % size) })
    let places = structureLayout(ring)
    for bond in ring.bonds { #expect(abs(distance(places[bond.a], places[bond.b]) - 1) < 0.02) }
    #expect(rings(ring).map(\.count) == [size])
  }

  @Test func bondsAreOfOneLengthAndAtomsApart() {
    // 2-phenylpyridine's skeleton, naphthalene's, neopentane's and a chain of twelve.
    let biphenyl = graph(
      12,
      (0..<6).map { ($0, ($0 + 1) % 6) } + (0..<6).map { (6 + $0, 6 + ($0 + 1) % 6) } + [(0, 6)])
    let naphthalene = graph(
      10, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 9), (9, 0), (4, 9)])
    let neopentane = graph(5, [(0, 1), (0, 2), (0, 3), (0, 4)])
    let chain = graph(12, (0..<11).map { ($0, $0 + 1) })
    for molecule in [biphenyl, naphthalene, neopentane, chain] {
      let places = structureLayout(molecule)
      for bond in molecule.bonds {
        #expect(
          abs(distance(places[bond.a], places[bond.b]) - 1) < 0.2,
          "bond \(bond.a)–\(bond.b) of \(molecule.bonds.count)")
      }
      for i in places.indices {
        for j in places.indices where j > i { #expect(distance(places[i], places[j]) > 0.7) }
      }
    }
    // The longest extent lies.
    let places = structureLayout(chain)
    #expect(places.map(\.x).max()! - places.map(\.x).min()! > 9)
    #expect(structureLayout(graph(1, [])).count == 1 && structureLayout(graph(0, [])).isEmpty)
  }

  @Test func hydrogensFoldIntoLabels() {
    // Ethanol: 0 C, 1 C, 2 O, then hydrogens 3 … 8; the hydroxyl's is 8.
    let elements = ["C", "C", "O", "H", "H", "H", "H", "H", "H"].map { Element(symbol: $0)! }
    let ethanol = StructuralFormula(
      elements: elements,
      graph: graph(9, [(0, 1), (1, 2), (0, 3), (0, 4), (0, 5), (1, 6), (1, 7), (2, 8)]))
    let aboutCC = StructureSketch(ethanol, driven: Quartet(3, 0, 1, 2))
    #expect(aboutCC.atoms.map(\.label) == [nil, nil, "OH", "H"])
    let aboutCO = StructureSketch(ethanol, driven: Quartet(0, 1, 2, 8))
    #expect(aboutCO.atoms.map(\.label) == [nil, nil, "O", "H"])
    #expect(aboutCO.driven == [0, 1, 2, 3])
    let amine = StructuralFormula(
      elements: ["C", "N", "H", "H", "H", "H", "H"].map { Element(symbol: $0)! },
      graph: graph(7, [(0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 6)]))
    let drawn = StructureSketch(amine, driven: Quartet(2, 0, 1, 5)).svg(title: "a < b")
    let reader = PageReader(drawn.source)
    #expect(reader.error == nil && reader.all("path", class: "sketch-driven").count == 1)
    // Two driven hydrogens, the nitrogen, and its other hydrogen beside, above or below.
    #expect(String(reader.all("text").map(\.text).joined().sorted()) == "HHHN")
    #expect(reader.all("title").map(\.text) == ["a < b"])
  }

  @Test func ofLargeMoleculesTheSurroundingsAreDrawn() {
    let alkane = Alkane(carbons: 60)
    let formula = StructuralFormula(of: alkane.topology)
    let sketch = StructureSketch(formula, driven: Quartet(28, 29, 30, 31))
    #expect(sketch.isCut && sketch.atoms.count == StructureSketch.mostAtoms && sketch.driven.count == 4)
    #expect(!hasUndefinedNumber(sketch.svg(title: "").source))
  }
}
