// Coordinates in gro and PDB are those of the XYZ they were made from, to the digits that they have; damage has a place.

import Chemistry
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct StructureCoordinatesTests {
  private let topology: Topology = {
    let elements = ["O", "H", "H"].compactMap { Element(symbol: $0) }
    return Topology(
      atoms: elements.map { Atom(name: $0.symbol, type: "t", element: $0, charge: 0) }, bonds: [], angles: [],
      torsions: [], impropers: [], pairs: [], coulombConstant: 332, oneFourScalings: [])
  }()

  private static let gro = """
    water t= 0.0
    3
        1MOL      O    1   0.100  -0.200   0.300
        1MOL     H1    2   0.196  -0.200   0.300
        1MOL     H2    3   0.076  -0.107   0.300
       5.00000   5.00000   5.00000
    """
  private static let pdb = """
    REMARK   1 made up
    MODEL        1
    HETATM    1  O   MOL A   1       1.000  -2.000   3.000  1.00  0.00           O  
    HETATM    2  H1  MOL A   1       1.960  -2.000   3.000  1.00  0.00           H  
    HETATM    3  H2  MOL A   1       0.760  -1.070   3.000  1.00  0.00           H  
    ENDMDL
    """
  private static let wanted = [Vector3(1, -2, 3), Vector3(1.96, -2, 3), Vector3(0.76, -1.07, 3)]

  private func read(_ text: String, _ name: String) throws -> [[Vector3]] {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/\(name)")
      return try readCoordinates("\(folder)/\(name)", topology: topology)
    }
  }

  @Test(arguments: [
    (gro, "x.gro"), (pdb, "x.pdb"), (gro + "\n" + gro, "two.gro"), (pdb + "\n" + pdb + "\nEND\n", "two.pdb"),
  ])
  func positionsAreThoseWritten(_ file: (text: String, name: String)) throws {
    let frames = try read(file.text, file.name)
    #expect(frames.count == (file.name.hasPrefix("two") ? 2 : 1))
    for frame in frames {
      for (a, b) in zip(frame, Self.wanted) { #expect((a - b).norm < 1e-9) }
    }
  }

  @Test func columnsMayBeWider() throws {
    let wide = """
      water
      3
          1MOL      O    1   0.100000000  -0.200000000   0.300000000
          1MOL     H1    2   0.196000000  -0.200000000   0.300000000
          1MOL     H2    3   0.076000000  -0.107000000   0.300000000
      5 5 5

      """
    for (a, b) in zip(try read(wide, "x.gro")[0], Self.wanted) { #expect((a - b).norm < 1e-9) }
  }

  /// What is said of a damaged file: the line, the words, and what to do.
  @Test(
    arguments: [
      (gro, "\n3\n", "\n4\n", 2, "has 4 atoms, the topology 3", "give the molecule alone"),
      (
        gro + "\n" + gro, "  5.00000\nwater t= 0.0\n3", "  5.00000\nwater\nthree", 8, "is no number of atoms",
        "truncated"
      ),
      (gro, "\n   5.00000   5.00000   5.00000", "", 5, "ends within 3 atoms and a box", "truncated"),
      (gro, "0.196", "0.1x6", 4, "holds a coordinate that is no finite number", nil),
      (
        gro, "0.076  -0.107   0.300", "0.076", 5, "is no atom line: x, y and z in nm were expected from column 21 on",
        nil
      ),
      (pdb, "-2.000", "-2.0x0", 3, "is no atom line: x, y and z were expected in columns 31–54", nil),
      (pdb, "           O  ", "           N  ", 3, "atom 0 is N here and O in the topology", "in the same order"),
      (pdb, "HETATM    3", "ANISOU    3", 6, "has 2 atoms, the topology 3", "a model a geometry"),
    ] as [(String, String, String, Int, String, String?)])
  func damageIsNamed(_ text: String, from: String, to: String, line: Int, words: String, hint: String?) throws {
    var text = text
    text.replaceSubrange(try #require(text.range(of: from), "\(from)"), with: to)
    let name = text.contains("HETATM") ? "x.pdb" : "x.gro"
    let error = try #require(throws: InputError.self) { try read(text, name) }
    #expect(error.message == words && error.place?.line == line, "\(error)")
    #expect(error.place?.file.hasSuffix(name) == true)
    if let hint { #expect(error.hint?.contains(hint) == true, "\(error)") }
  }
}
