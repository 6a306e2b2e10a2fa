// What the points of a scan say of its axes.

import Testing

@testable import Chemistry

@Suite struct ScanTests {
  /// Points whose dihedral 0–1–2–3 has the values given, degree.
  private func scan(_ values: [Double], held: [Quartet] = [Quartet(0, 1, 2, 3)]) -> Scan {
    Scan(
      id: "x", driven: Quartet(4, 5, 6, 7),
      points: values.enumerated().map { index, value in
        let end = rotated(
          Vector3(1, 2, 0), about: Vector3(1, 0, 0), through: .zero, by: value * Units.degree)
        let four = [Vector3(0, 2, 0), Vector3(0, 0, 0), Vector3(1, 0, 0), end]
        return GridPoint(
          coordinates: four + four.map { $0 + Vector3(0, 0, 9) }, energy: 0, forces: nil, frame: index + 1)
      }, held: held)
  }

  @Test func valuesOfAGridMakeAnAxis() {
    let grid = [-180.0, -90, 0, 90].flatMap { value in [-0.4, 0.3, 0].map { value + $0 } }
    #expect(scan(grid).second == Quartet(0, 1, 2, 3) && scan(grid).axes.count == 2)
    #expect(scan(grid, held: []).second == nil)
    // At one value, also where it lies across ±180°; drifting; at a value of its own each.
    #expect(scan([179.7, -179.9, 179.9, -179.6]).second == nil)
    #expect(scan([50, 50.2, 49.9, 50.1]).second == nil)
    #expect(scan((0..<24).map { 40 + 0.6 * Double($0) }).second == nil)
    #expect(scan((0..<24).map { 15 * Double($0) }).second == nil)
    #expect(scan([]).second == nil && scan([10]).second == nil)
  }

  @Test func rowsDriveTheBondBetweenThem() {
    let rows = [0.0, 60, 120].map { value in scan([value, value + 0.2, value - 0.1]) }
    func bonds(_ scans: [Scan]) -> Set<BondIndex> {
      Molecule(
        id: "m",
        topology: Topology(
          atoms: [], bonds: [], angles: [], torsions: [], impropers: [], pairs: [], coulombConstant: 332,
          oneFourScalings: []), scans: scans
      ).drivenBonds
    }
    #expect(bonds(rows) == [BondIndex(5, 6), BondIndex(1, 2)])
    #expect(bonds([rows[0]]) == [BondIndex(5, 6)])
  }
}
