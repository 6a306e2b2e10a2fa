// What stands for the element of an atom in XYZ: symbols or atomic numbers, beside numbers of atoms where the columns are named.

import Chemistry
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct ElementColumnTests {
  private static let sample = Sample(count: 4)

  /// Extended XYZ whose atom lines begin as `start` says, of the atom from 0 and its element.
  private func text(_ properties: String, _ start: (Int, Element) -> String) -> String {
    let elements = Self.sample.topology.atoms.map(\.element)
    var atom = -1
    return Self.sample.extendedXYZ().split(separator: "\n").map { line -> String in
      if line.hasPrefix("Properties=") {
        atom = 0
        return String(line.replacing("Properties=species:S:1", with: "Properties=\(properties)"))
      }
      guard atom >= 0, atom < elements.count else { return String(line) }
      defer { atom += 1 }
      return start(atom, elements[atom]) + " " + line.split(separator: " ").dropFirst().joined(separator: " ")
    }.joined(separator: "\n") + "\n"
  }

  /// The same scan, however its elements are said: by Z or S, behind the number of the atom from one (n) or from zero (i).
  @Test(arguments: [
    ("species:S:1", "Z"), ("Z:I:1", "Z"), ("numbers:I:1", "Z"), ("id:I:1:species:S:1", "n S"), ("id:I:1:Z:I:1", "i Z"),
    ("species:S:1:Z:I:1", "S Z"), ("Z:I:1:species:S:1", "Z S"),
  ]) func elementsAreThose(_ properties: String, columns: String) throws {
    let plain = try read(Self.sample.extendedXYZ(), of: Self.sample)
    let other = try read(
      text(properties) { atom, element in
        columns.split(separator: " ").map { column in
          switch column {
          case "Z": "\(element.atomicNumber)"
          case "S": element.symbol
          case "n": "\(atom + 1)"
          default: "\(atom)"
          }
        }.joined(separator: " ")
      }, of: Self.sample)
    #expect(other.points.map(\.coordinates) == plain.points.map(\.coordinates))
    #expect(other.points.map(\.energy) == plain.points.map(\.energy) && other.points.allSatisfy { $0.forces != nil })
  }

  private func refusal(_ text: String, line: Int, column: Int? = nil, _ words: String) throws -> InputError {
    try Folders.temporary { folder in
      let path = "\(folder)/scan.extxyz"
      try Folders.write(text, to: path)
      let error = try #require(throws: InputError.self) { try readRawScans(path, statement: ScanStatement()) }
      #expect(error.message == words && error.place == SourcePlace(file: path, line: line, column: column), "\(error)")
      #expect(error.descriptionWithExcerpt.contains(column == nil ? "^" : "| "), "\(error.descriptionWithExcerpt)")
      return error
    }
  }

  @Test func countsAreNoElements() throws {
    let counted = "the column of elements counts the atoms from 1"
    let error = try refusal(text("species:S:1") { atom, _ in "\(atom + 1)" }, line: 3, counted)
    // The columns that the hint names are read.
    let named = try #require(error.hint?.firstMatch(of: /Properties=(\S+)/)).1 + ":forces:R:3"
    #expect(named == "id:I:1:species:S:1:pos:R:3:forces:R:3")
    let mended = text("id:I:1:species:S:1") { atom, element in "\(atom + 1) \(element.symbol)" }
    #expect(mended.contains("Properties=\(named) "))
    #expect(try read(mended, of: Self.sample).points.count == 4)
    _ = try refusal(text("Z:I:1") { atom, _ in "\(atom + 1)" }, line: 3, counted)
    let zero = try refusal(
      text("species:S:1") { atom, _ in "\(atom)" }, line: 3, column: 1,
      "\"0\" is no atomic number, and an element was expected")
    #expect(zero.hint?.hasPrefix("symbols or atomic numbers stand there") == true)
    _ = try refusal(
      text("id:I:1:Z:I:1") { atom, _ in "\(atom) \(atom == 2 ? 119 : 6)" }, line: 5, column: 3,
      "\"119\" is no atomic number, and an element was expected")
  }

  /// Numbers before the symbols that no column names, in extended XYZ and in plain frames.
  @Test func numbersBeforeSymbolsAreAskedToBeNamed() throws {
    let bare = "1\nenergy=-1 energy_unit=eV\n1 O 0 0 0\n"
    let extended = try refusal(bare, line: 3, "\"O 0 0\" are no three numbers")
    #expect(extended.hint == "the columns are those that Properties= of the comment line names")
    let frame = "3\nenergy: -1.0\n1 O 0 0 0\n2 H 0.9 0 0\n3 H 0 0.9 0\n"
    let plain = try refusal(frame, line: 3, "is no atom line: symbol, x, y, z were expected")
    #expect(plain.hint?.contains("take the numbers of the atoms away") == true, "\(plain)")
    let count = try refusal(
      "3\nenergy: -1.0\n1 0 0 0\n2 0.9 0 0\n3 0 0.9 0\n", line: 3, "the column of elements counts the atoms from 1")
    #expect(count.hint?.contains("Properties=id:I:1:species:S:1:pos:R:3") == true)
    _ = try refusal(
      "2\nenergy: -1.0\n8 0 0 0\n 119 0.9 0 0\n", line: 4, column: 2,
      "\"119\" is no atomic number, and an element was expected")
    // Atomic numbers of plain frames are elements.
    try Folders.temporary { folder in
      try Folders.write("2\nenergy: -1.0\n8 0 0 0\n1 0.9 0 0\n", to: "\(folder)/a.xyz")
      #expect(try readRawScan("\(folder)/a.xyz", statement: ScanStatement()).frames[0].symbols == ["O", "H"])
    }
  }

  /// Geometries for `energy` and `predict` take atomic numbers too, and hold them against the topology.
  @Test func geometriesHaveThemToo() throws {
    let topology = Self.sample.topology
    func read(_ change: (Element) -> Int, properties: String) throws -> [[Vector3]] {
      let lines = zip(topology.atoms, Self.sample.points[0].coordinates).map { atom, r in
        "\(change(atom.element)) \(r.x) \(r.y) \(r.z)"
      }
      return try Folders.temporary { folder in
        try Folders.write(
          "\(lines.count)\nProperties=\(properties)\n\(lines.joined(separator: "\n"))\n", to: "\(folder)/a.xyz")
        return try readCoordinates("\(folder)/a.xyz", topology: topology)
      }
    }
    #expect(try read(\.atomicNumber, properties: "Z:I:1:pos:R:3") == [Self.sample.points[0].coordinates])
    let error = #expect(throws: InputError.self) { try read({ _ in 7 }, properties: "species:S:1:pos:R:3") }
    #expect(error?.message == "atom 0 is N here and C in the topology" && error?.place?.line == 3)
  }
}
