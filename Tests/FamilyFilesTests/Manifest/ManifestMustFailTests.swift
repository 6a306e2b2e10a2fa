// family.yaml that must be refused, each with its line and words.

import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct ManifestMustFailTests {
  private static let start = "name: a\nmolecules:\n  - id: b\n    topology: t\n"

  @Test(arguments: [
    ("", 1, "is no mapping"), ("- a\n", 1, "is no mapping"), ("name: a\n", 1, "has no molecules"),
    ("name: a\nmolecules: []\n", 2, "the list of molecules is empty"),
    ("name: a\nmolecules: b\n", 2, "molecules is a list"), ("name: [a]\n", 1, "is one value"),
    ("name: a\nmolecules:\n  - b\n", 3, "is a mapping of"),
    ("name: a\nmolecules:\n  - topology: t\n", 3, "has no id"),
    ("name: a\nmolecules:\n  - id: b/c\n    topology: t\n", 3, "cannot serve as a file name"),
    (start + "  - id: b\n    topology: u\n", 5, "a second molecule is called \"b\""),
    (start + "    parameters: ''\n", 5, "parameters is empty"),
    (start + "    parameters: [p, '']\n", 5, "a path in parameters is empty"),
    (start + "    scans: []\n", 5, "the list of scans of b is empty"),
    (start + "    scans: ['']\n", 5, "the path of a scan is empty"),
    (start + "    scans: [{dihedral: 0 1 2 3}]\n", 5, "the scan has no file"),
    (start + "    scans: [{file: s, files: [s, u]}]\n", 5, "has both file: and files:"),
    (start + "    scans: [{files: [s, s]}]\n", 5, "files is a list of different paths"),
    (start + "    scans: [{file: s, colour: red}]\n", 5, "has no key \"colour\""),
    (start + "    scans: [{file: s, atom_order: [0, x]}]\n", 5, "atom_order is a list of atoms"),
    (
      start + "torsions:\n  - {types: [X, c3, c3, X], smarts: '[*:1]~[*:2]~[*:3]~[*:4]'}\n", 6,
      "has both `smarts:` and `types:`"
    ),
    (start + "torsions:\n  - {smarts: 'CC'}\n", 6, "does not tag four atoms"),
    (
      start + "torsions:\n  - {types: [X, c3, c3, X], free_phases: maybe}\n", 6,
      "free_phases is true or false"
    ),
    (start + "torsions:\n  - {types: [X, c3, c3]}\n", 6, ""),
    (start + "torsions:\n  - {types: [X, c3, c3, X], periodicities: [9]}\n", 6, ""),
    ("name: a\nname: b\n", 2, ""), ("name: a\n  b: [\n", 2, ""), ("\tname: a\n", 1, ""),
  ])
  func isRefused(_ text: String, line: Int, words: String) {
    let error = #expect(throws: InputError.self) { try FamilyManifest(text, file: "family.yaml") }
    #expect(error?.message.contains(words) == true || words.isEmpty, "\(error?.description ?? "")")
    #expect(error?.message.isEmpty == false && error?.place?.file == "family.yaml")
    // A parser of YAML sees some faults a line later.
    #expect(
      error?.place?.line.map { abs($0 - line) <= (words.isEmpty ? 1 : 0) } == true,
      "\(error?.description ?? "")")
  }
}
