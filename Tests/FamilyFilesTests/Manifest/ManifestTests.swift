// family.yaml: what it may say, and the place of what it may not.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct ManifestTests {
  let sample = Sample()

  /// Reads a manifest beside one topology "m.top" and one scan "s.extxyz".
  private func load(_ manifest: String, options: FamilyOptions = FamilyOptions()) throws -> LoadedFamily {
    try Folders.temporary { folder in
      try Folders.write(manifest, to: "\(folder)/family.yaml")
      try Folders.write("topology", to: "\(folder)/m.top")
      try Folders.write(sample.extendedXYZ(), to: "\(folder)/s.extxyz")
      return try readFamily(path: folder, options: options) { path, files in (sample.topology, [path] + files)
      }
    }
  }

  @Test func fullManifest() throws {
    let loaded = try load(
      """
      name: mine
      level_of_theory: GFN2-xTB
      license: CC0-1.0
      torsions:
        - types: [X, c3, c3, X]
          periodicities: [3, 1]
        - types: [hc, c3, c3, hc]
          free_phases: true
      molecules:
        - id: butane
          topology: m.top
          scans:
            - s.extxyz
      """)
    #expect(loaded.family.name == "mine" && loaded.family.molecules[0].scans[0].points.count == 12)
    #expect(loaded.family.rules.map(\.periodicities) == [[1, 3], nil] && loaded.family.rules[1].freePhases)
    #expect(loaded.inputs.count == 3 && loaded.inputs.allSatisfy { $0.sha256.count == 64 })
  }

  @Test func scansAsMappings() throws {
    let loaded = try load(
      "name: a\nmolecules:\n  - {id: b, topology: m.top, scans: [{file: s.extxyz, dihedral: [4, 3, 2, 1], dihedral_indexing: one}]}\n"
    )
    #expect(loaded.family.molecules[0].scans[0].driven == Quartet(3, 2, 1, 0))
  }

  @Test(arguments: [
    ("name: a\nmolecule: []\n", 2, "no key"), ("name: a/b\nmolecules: []\n", 1, "file name"),
    ("name: a\nmolecules: []\n", 2, "empty"), ("molecules:\n  - {id: b, topology: m.top}\n", 1, "no name"),
    ("name: a\nmolecules:\n  - {id: b}\n", 3, "no topology"),
    ("name: a\nmolecules:\n  - {id: b, topology: x.top}\n", 3, "no file"),
    ("name: a\nmolecules:\n  - {id: b, topology: m.top, scans: [x.xyz]}\n", 3, "no file"),
    (
      "name: a\nmolecules:\n  - {id: b, topology: m.top}\n  - {id: b, topology: m.top}\n", 4,
      "second molecule"
    ),
    ("name: a\ntorsions:\n  - smarts: '[*:1]'\nmolecules:\n  - {id: b, topology: m.top}\n", 3, "four atoms"),
    ("name: a\ntorsions:\n  - types: [c3, c3]\nmolecules:\n  - {id: b, topology: m.top}\n", 3, "four"),
    (
      "name: a\ntorsions:\n  - types: [X, c3, c3, X]\n    periodicities: [7]\nmolecules:\n  - {id: b, topology: m.top}\n",
      4, "1 … 6"
    ), ("name: a\nmolecules:\n  - id: b\n   topology: m.top\n", 4, "YAML"), ("- a\n", 1, "mapping"),
  ])
  func errorsHaveAPlace(_ bad: (text: String, line: Int, word: String)) {
    let error = #expect(throws: InputError.self) { try load(bad.text) }
    #expect(error?.message.contains(bad.word) == true, "\(error?.message ?? "")")
    #expect(error?.place?.line == bad.line, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func misspeltKeysAreGuessed() {
    let error = #expect(throws: InputError.self) { try load("name: a\nmolecuels: []\n") }
    #expect(error?.hint == "did you mean molecules?")
  }

  @Test func badMoleculesAreNamedAndLeftOut() throws {
    let text =
      "name: a\nmolecules:\n  - {id: b, topology: m.top, scans: [{file: s.extxyz, geometry: rigid}]}\n  - {id: c, topology: x.top}\n"
    let loaded = try load(text, options: FamilyOptions(setAsideBadMolecules: true))
    #expect(loaded.family.molecules.map(\.id) == ["b"])
    #expect(loaded.notes.count == 1 && loaded.notes[0].contains("molecule c"))
  }

  /// The scans' own level of theory stands where the manifest has none, and what contradicts the manifest is named.
  @Test func levelsOfTheoryAreCompared() throws {
    try Folders.temporary { folder in
      try Folders.write("topology", to: "\(folder)/m.top")
      let header =
        "energy_unit=\"kcal/mol\" force_unit=\"kcal/mol/angstrom\" dihedral=\"0 1 2 3\" dihedral_indexing=zero level_of_theory=\"GFN2-xTB\""
      try Folders.write(sample.extendedXYZ(header: header), to: "\(folder)/s.extxyz")
      func family(_ statement: String) throws -> LoadedFamily {
        let text =
          "name: a\n\(statement)molecules:\n  - {id: b, topology: m.top, scans: [{file: s.extxyz, geometry: rigid}]}\n"
        try Folders.write(text, to: "\(folder)/family.yaml")
        return try readFamily(path: folder) { path, files in (sample.topology, [path] + files) }
      }
      let silent = try family("")
      #expect(silent.family.origin.levelOfTheory == "GFN2-xTB" && silent.notes.isEmpty)
      #expect(try family("level_of_theory: gfn2-xTB\n").notes.isEmpty)
      let other = try family("level_of_theory: B3LYP\n")
      #expect(other.family.origin.levelOfTheory == "B3LYP" && other.notes.count == 1)
      #expect(other.notes.first?.contains("GFN2-xTB where family.yaml says B3LYP") == true)
    }
  }

  /// Scans of another level are those that say so, in the manifest or by their files where the manifest lists their level.
  @Test func levelsOfTheoryAreDeclared() throws {
    try Folders.temporary { folder in
      try Folders.write("topology", to: "\(folder)/m.top")
      let header =
        "energy_unit=\"kcal/mol\" force_unit=\"kcal/mol/angstrom\" dihedral=\"0 1 2 3\" dihedral_indexing=zero level_of_theory="
      try Folders.write(sample.extendedXYZ(header: header + "\"GFN2-xTB\""), to: "\(folder)/s.extxyz")
      let few = Sample(count: 6)
      try Folders.write(
        few.extendedXYZ(header: header + "\"B3LYP/DZVP//GFN2-xTB\""), to: "\(folder)/dear.extxyz")
      func family(_ top: String, cheap: String = "", molecule: String = "", scans: Bool = true) throws
        -> LoadedFamily
      {
        let list =
          scans
          ? "[{file: s.extxyz, geometry: rigid\(cheap)}, {file: dear.extxyz, geometry: rigid}]"
          : "[{file: s.extxyz, geometry: rigid\(cheap)}]"
        try Folders.write(
          "name: a\n\(top)molecules:\n  - {id: b, topology: m.top\(molecule), scans: \(list)}\n",
          to: "\(folder)/family.yaml")
        return try readFamily(path: folder) { path, files in (sample.topology, [path] + files) }
      }
      func levels(_ loaded: LoadedFamily) -> [String?] { loaded.family.molecules[0].scans.map(\.level) }
      let listed = try family("level_of_theory: b3lyp/DZVP\nother_levels: [gfn2-xtb]\n")
      #expect(levels(listed) == ["gfn2-xtb", nil])
      #expect(!listed.notes.contains { $0.contains("level of theory") }, "\(listed.notes)")
      #expect(listed.family.origin.otherLevels == ["gfn2-xtb"])
      #expect(
        listed.family.origin.levelWords == "b3lyp/DZVP (with scans at gfn2-xtb, whose difference is learned)")
      let stated = try family("level_of_theory: B3LYP/DZVP\n", cheap: ", level_of_theory: GFN2-xTB")
      #expect(levels(stated) == ["GFN2-xTB", nil])
      #expect(!stated.notes.contains { $0.contains("level of theory") })
      // Undeclared levels are one, and a note says so; its kind makes the gate.
      let mixed = try family("level_of_theory: B3LYP/DZVP\n")
      #expect(levels(mixed) == [nil, nil] && mixed.family.dataNotes.contains { $0.kind == .levels })
      #expect(mixed.notes.contains { $0.contains("other_levels: [GFN2-xTB]") }, "\(mixed.notes)")
      // The family's own level, stated of a scan, is no other.
      let same = try family(
        "level_of_theory: GFN2-xTB\n", cheap: ", level_of_theory: gfn2-xtb", scans: false)
      #expect(levels(same) == [nil] && same.family.origin.otherLevels.isEmpty)
      // What cannot be: no scan of the family's level, levels without a family's, a list without it.
      for (top, cheap, scans, word) in [
        (
          "level_of_theory: CCSD(T)\n", ", level_of_theory: GFN2-xTB", false,
          "no scan is of the family's level"
        ),
        ("", ", level_of_theory: GFN2-xTB", true, "nothing says which the force constants are for"),
        ("other_levels: [GFN2-xTB]\n", "", true, "other_levels is a list"),
        ("level_of_theory: X\nother_levels: []\n", "", true, "other_levels is a list"),
      ] {
        let error = #expect(throws: InputError.self) { try family(top, cheap: cheap, scans: scans) }
        #expect(
          error?.message.contains(word) == true && error?.place?.line != nil, "\(error.map { "\($0)" } ?? "")"
        )
        #expect(error?.hint?.contains("level_of_theory") == true)
      }
    }
  }

  @Test func manifestsAreMade() throws {
    try Folders.temporary { folder in
      try Folders.write("topology", to: "\(folder)/butane.prmtop")
      try Folders.write(sample.extendedXYZ(), to: "\(folder)/butane-0-1-2-3.extxyz")
      try Folders.write("junk", to: "\(folder)/notes.xyz")
      // A copy, one with other torsions, and another molecule.
      for name in ["copy", "other", "pentane"] {
        try Folders.write("topology", to: "\(folder)/\(name).prmtop")
      }
      var other = sample.topology
      other.torsions.removeLast()
      let text = try makeFamilyManifest(
        folder, findTopologies: { $0.filter { $0.hasSuffix(".prmtop") }.map { ($0, []) } }
      ) { path, files in
        let isOther = path.hasSuffix("other.prmtop")
        return (
          path.hasSuffix("pentane.prmtop")
            ? Alkane(carbons: 5).topology : isOther ? other : sample.topology, [path] + files
        )
      }.text
      #expect(text.contains("other.prmtop: the same molecule as butane.prmtop, with other parameters"))
      #expect(text.contains("pentane.prmtop: no scan fits it") && !text.contains("copy.prmtop"))
      #expect(text.contains("Not used") && text.contains("notes.xyz"))
      try Folders.write(text, to: "\(folder)/family.yaml")
      let loaded = try readFamily(path: folder) { path, files in (sample.topology, [path] + files) }
      #expect(loaded.family.molecules.map(\.id) == ["butane"])
      #expect(loaded.family.molecules[0].scans.count == 1)
    }
  }
}
