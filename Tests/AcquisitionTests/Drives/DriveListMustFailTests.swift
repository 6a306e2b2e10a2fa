// Drive lists and levels with a fault in them: the file, the words, and the command that makes them anew.

import Foundation
import Support
import Testing
import TextFiles

@testable import Acquisition

@Suite struct DriveListMustFailTests {
  private static let whole = """
    {"schema": "swivel.drives/1", "name": "fakes", "base": "GAFF2", "spacing": 60, "versions": {},
     "molecules": [{"id": "hooh", "smiles": "OO", "key": "[H]OO[H]", "symbols": ["H", "O", "O", "H"],
      "bonds": [[0, 1], [1, 2], [2, 3]], "charge": 0, "ranks": [2, 0, 1, 3],
      "positions": [[0.6, 0.8, 0], [0, 0, 0], [0, 0, 1.4], [0.985, -0.172, 1.6]],
      "topology": "molecules/hooh.prmtop", "structure": "molecules/hooh.sdf", "drives": [{"quartet": [0, 1, 2, 3]}]}]}
    """
  private static let unfit = "atoms, bonds or drives of hooh do not fit together"

  @Test(arguments: [
    ("\"spacing\": 60", "\"spacing\": 7", "the spacing 7 does not divide 360"),
    ("\"spacing\": 60", "\"spacing\": 0", "the spacing 0 does not divide 360"),
    ("\"spacing\": 60", "\"spacing\": 120", "the spacing 120 does not divide 360"),
    ("[[0, 1], [1, 2], [2, 3]]", "[[0, 1], [1, 2], [2, 4]]", unfit),
    ("[[0, 1], [1, 2], [2, 3]]", "[[0, 1], [1, 2], [2]]", unfit), ("[2, 0, 1, 3]", "[2, 0, 1, 1]", unfit),
    ("[2, 0, 1, 3]", "[2, 0, 1]", unfit), ("[0.6, 0.8, 0], ", "", unfit), ("[0.6, 0.8, 0]", "[0.6, 0.8]", unfit),
    ("\"quartet\": [0, 1, 2, 3]", "\"quartet\": [0, 1, 2, 0]", unfit),
    ("\"quartet\": [0, 1, 2, 3]", "\"quartet\": [0, 1, 2]", unfit), ("[0, 1], [1", "[-1, 1], [1", unfit),
    ("\"charge\": 0", "\"charge\": \"none\"", "charge"), ("\"smiles\": \"OO\", ", "", "smiles"),
    ("swivel.drives/1", "swivel.drives/9", "swivel.drives/9"), ("\"spacing\": 60,", "\"spacing\": 60", "is no JSON"),
  ]) func lists(_ from: String, to: String, words: String) throws {
    try Folders.temporary { folder in
      try Folders.write(Self.whole, to: "\(folder)/drives.json")
      #expect(try DriveList(readingFrom: folder).molecules.map(\.id) == ["hooh"])
      var text = Self.whole
      text.replaceSubrange(try #require(text.range(of: from), "\(from)"), with: to)
      try Folders.write(text, to: "\(folder)/drives.json")
      let error = #expect(throws: InputError.self) { try DriveList(readingFrom: folder) }
      #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
      #expect(error?.place?.file == "\(folder)/drives.json")
      #expect(error?.hint == "make it anew with `swivel prepare`", "\(error?.description ?? "")")
    }
  }

  @Test(arguments: [
    ("a//b//c", "the level \"a//b//c\" has more than one //"), ("B3LYP", "there is no level \"B3LYP\" in \"B3LYP\""),
    ("B3LYP/DZVP//PM7", "there is no level \"PM7\" in \"B3LYP/DZVP//PM7\""),
    ("B3LYP/DZVP/GFN2-xTB", "there is no level \"B3LYP/DZVP/GFN2-xTB\""), ("", "there is no level \"\" in \"\""),
  ]) func levels(_ name: String, words: String) throws {
    let error = try #require(throws: InputError.self) { try LevelRecipe(name) }
    #expect(error.message.hasPrefix(words), "\(error)")
    // Each example that the hint gives is a level.
    let hint = try #require(error.hint)
    let examples = hint.matches(of: /[A-Z0-9][A-Za-z0-9-]+(\/[A-Za-z0-9]+)?(\/\/[A-Za-z0-9-]+)?/).map {
      String($0.output.0)
    }
    .filter { $0.contains("/") || $0 == "GFN2-xTB" }
    #expect(examples.count >= 3)
    for example in examples { #expect(throws: Never.self, "\(example)") { try LevelRecipe(example) } }
  }

  @Test func programsThatFailAreQuoted() throws {
    #expect(try output(of: ["echo", "fine"], hint: "") == "fine\n")
    let error = #expect(throws: InputError.self) {
      try output(of: ["sh", "-c", "echo no wheel for this Python >&2; exit 3"], hint: "is there a network?")
    }
    #expect(error?.message.contains("failed: no wheel for this Python") == true && error?.hint == "is there a network?")
    let none = #expect(throws: InputError.self) { try output(of: ["/nowhere/python3"], hint: "install python3") }
    #expect(none?.message.hasPrefix("/nowhere/python3 failed: ") == true && none?.hint == "install python3")
  }
}
