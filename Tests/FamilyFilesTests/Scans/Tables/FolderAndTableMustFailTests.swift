// Folders of ForceBalance and TorsionDrive, and tables beside geometries, where a part is not what its name says.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct FolderAndTableMustFailTests {
  private static let four = "COORDS 0 0 0 1 0 0 1 1 0 1 1 1"

  /// Reads a folder of some files, or one of them.
  private func refusal(
    _ files: [String: String], _ path: String = "", place: String, line: Int? = nil,
    stating change: (inout ScanStatement) -> Void = { _ in }
  ) throws -> InputError {
    try Folders.temporary { folder in
      for (name, text) in files { try Folders.write(text, to: "\(folder)/\(name)") }
      var statement = ScanStatement()
      change(&statement)
      let error = try #require(throws: InputError.self) {
        try readRawScans(path.isEmpty ? folder : "\(folder)/\(path)", statement: statement)
      }
      #expect(error.place?.file == "\(folder)/\(place)" && error.place?.line == line, "\(error)")
      return error
    }
  }

  @Test(arguments: ["COORDS 0 0 0\nJOB 0\n", "ENERGY -1\n", "GRADIENT 0 0 0\n"])
  func entriesBeforeTheFirstJob(_ text: String) throws {
    let key = text.prefix { $0 != " " }
    let error = try refusal(["qdata.txt": text], place: "qdata.txt", line: 1)
    #expect(error.message == "\(key) stands before the first JOB line", "\(error)")
  }

  @Test func filesWithoutAnyJob() throws {
    let error = try refusal(["qdata.txt": "nothing\n"], place: "qdata.txt")
    #expect(error.message == "holds no JOB" && error.hint == "each grid point is JOB, COORDS, ENERGY, GRADIENT")
    // What the hint says is read.
    try Folders.temporary { folder in
      let job = "JOB 0\n\(Self.four)\nENERGY -1\nGRADIENT 0 0 0 0 0 0 0 0 0 0 0 0.1\n"
      try Folders.write(job, to: "\(folder)/qdata.txt")
      try Folders.write("# i j k l\n1 2 3 4\n", to: "\(folder)/dihedrals.txt")
      let scan = try readRawScan(folder, statement: ScanStatement())
      #expect(scan.frames.count == 1 && scan.driven == Quartet(0, 1, 2, 3) && scan.frames[0].forces != nil)
    }
  }

  @Test(arguments: [
    ("COORDS 0 0 0 1 0\nENERGY -1\n", 2, "COORDS has 5 numbers, which are no multiple of three"),
    ("\(four)\nENERGY -1\nGRADIENT 0 0\n", 4, "GRADIENT has 2 numbers, which are no multiple of three"),
  ]) func numbersOfJobs(_ job: String, line: Int, words: String) throws {
    let error = try refusal(["qdata.txt": "JOB 0\n" + job], place: "qdata.txt", line: line)
    #expect(error.message.contains(words), "\(error)")
  }

  @Test func geometriesBesideATableMustBeSome() throws {
    let table = "# kcal/mol, dihedral 1 2 3 4\n0 1\n30 2\n60 3\n"
    let text = try refusal(["t.csv": table, "t.xyz": "no geometry at all\n"], "t.csv", place: "t.xyz")
    #expect(text.message == "is no XYZ, SDF or PDB file")
    let nameless = table.replacing(", dihedral 1 2 3 4", with: "")
    let odd = "4\nodd\nQ1 0 0.98 0\nQ2 0 0 0\nQ3 1.4 0 0\nQ4 1.4 0.98 0\n"
    let unknown = try refusal(["t.csv": nameless, "t.xyz": odd], "t.csv", place: "t.csv")
    #expect(unknown.message == "names no dihedral" && unknown.hint == "state it in family.yaml")
  }
}
