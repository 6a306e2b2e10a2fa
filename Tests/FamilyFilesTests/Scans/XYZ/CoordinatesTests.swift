// Geometries without energies: the same in every format, and what is damaged or of another molecule named by its line.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct CoordinatesTests {
  private static let elements = ["O", "H", "H"].compactMap { Element(symbol: $0) }
  private static let topology = Topology(
    atoms: elements.map { Atom(name: $0.symbol, type: "t", element: $0, charge: 0) }, bonds: [], angles: [],
    torsions: [], impropers: [], pairs: [], coulombConstant: 332, oneFourScalings: [])
  private static let wanted = [Vector3(1, -2, 3), Vector3(1.96, -2, 3), Vector3(0.76, -1.07, 3)]

  private static let xyz = "3\nwater\nO 1.0 -2.0 3.0\nH 1.96 -2.0 3.0\nH 0.76 -1.07 3.0\n"
  private static let inpcrd = """
    water
        3
       1.0000000  -2.0000000   3.0000000   1.9600000  -2.0000000   3.0000000
       0.7600000  -1.0700000   3.0000000

    """

  private func read(_ text: String, _ name: String = "x.xyz") throws -> [[Vector3]] {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/\(name)")
      return try readCoordinates("\(folder)/\(name)", topology: Self.topology)
    }
  }

  @Test(arguments: [
    (xyz, 1), (xyz + xyz, 2), (xyz.replacing("O ", with: "8 "), 1),
    (xyz.replacing("water", with: "energy=1.5 Properties=species:S:1:pos:R:3"), 1),
    (xyz.replacing("3.0\n", with: "3.0 0.1 0.2 0.3\n"), 1), (xyz.replacing("1.96", with: "1.96D0"), 1),
    (xyz.replacing("\n", with: "\r\n"), 1), (xyz.replacing(" ", with: "\t"), 1), (inpcrd, 1),
    (inpcrd.replacing("    3\n", with: "    3  0.1000000E+01\n"), 1),
    // Velocities and a box stand behind the coordinates.
    (
      inpcrd + "   0.1000000   0.1000000   0.1000000\n  50.0000000  50.0000000  50.0000000  90.0 90.0 90.0\n",
      1
    ),
  ])
  func positionsAreThoseWritten(_ text: String, frames: Int) throws {
    let read = try read(text)
    #expect(read.count == frames)
    for frame in read { #expect(zip(frame, Self.wanted).allSatisfy { ($0 - $1).norm < 1e-12 }) }
  }

  @Test(arguments: [
    (
      xyz.replacing("3\nwater", with: "2\nwater").replacing("H 0.76 -1.07 3.0\n", with: ""), 1,
      "frame 1 has 2 atoms, the topology 3", ""
    ),
    (xyz + xyz.replacing("1.96", with: "far"), 9, "is no atom line: symbol, x, y, z were expected", ""),
    (xyz.replacing("H 1.96 -2.0 3.0", with: "H 1.96 -2.0"), 4, "is no atom line", ""),
    (
      xyz.replacing("H 1.96", with: "N 1.96"), 4, "atom 1 is N here and H in the topology",
      "in the same order"
    ),
    (
      xyz.replacing("water", with: "Properties=pos:R:3:species:S:1"), 2,
      "must start with species:S:1:pos:R:3", ""
    ),
    (inpcrd.replacing("    3\n", with: "    4\n"), 2, "has 4 atoms, the topology 3", ""),
    (inpcrd.replacing("  -1.0700000", with: "  -1.07x0000"), 4, "\"-1.07x0000\" is no finite number", ""),
    ("water\nthree\n\n", 1, "is neither XYZ, PDB, gro nor an AMBER inpcrd", "in their second line"),
    ("", 1, "is neither XYZ", ""),
    ("3\nwater\nO 1.0 -2.0 3.0\n", 1, "the file ends before them", "truncated"),
  ])
  func damageHasItsLine(_ text: String, line: Int, words: String, hint: String) {
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(
      error?.message.contains(words) == true && error?.place?.line == line, "\(error?.description ?? "")")
    #expect(hint.isEmpty || error?.hint?.contains(hint) == true, "\(error?.description ?? "")")
  }

  @Test func columnsOfRestartsAreNamed() {
    let text = Self.inpcrd.replacing(
      "  -2.0000000   3.0000000   1.96", with: "    ********   3.0000000   1.96")
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.place?.line == 3 && error?.place?.column == 13, "\(error?.description ?? "")")
    let cut = Self.inpcrd.replacing("   0.7600000  -1.0700000   3.0000000\n", with: "")
    let short = #expect(throws: InputError.self) { try read(cut) }
    #expect(short?.message == "ends after 6 of 9 coordinates" && short?.hint == "the file is truncated")
  }

  /// The frames of a scan are geometries too, in any format that has elements.
  @Test(arguments: ["ase.extxyz", "orca_trj.xyz", "crest_ensemble.xyz", "models.pdb"])
  func scansAreGeometries(name: String) throws {
    let reference = try PeroxideReference.load()
    let frames = try readCoordinates(
      "\(PeroxideReference.folder)/\(name)", topology: PeroxideReference.topology)
    #expect(frames.count == reference.points.count)
    for (frame, point) in zip(frames, reference.points) {
      for (r, x) in zip(frame, point.xyz) {
        // Three digits of a PDB.
        #expect((r - Vector3(x[0], x[1], x[2])).norm < (name.hasSuffix("pdb") ? 1e-3 : 1e-5))
      }
    }
  }
}
