// Families whose manifest is sound and whose files are not: what is missing, twice, or of another molecule is named in family.yaml.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct FamilyMustFailTests {
  private let sample = Sample()

  /// Reads a manifest beside a topology "m.top", scans "s.extxyz" and "t.extxyz", and other files.
  private func load(
    _ manifest: String, files: [String: String] = [:], options: FamilyOptions = FamilyOptions()
  ) throws -> LoadedFamily {
    try Folders.temporary { folder in
      let header =
        "energy_unit=\"kcal/mol\" force_unit=\"kcal/mol/angstrom\" dihedral=\"4 0 1 2\" dihedral_indexing=zero"
      var all = [
        "m.top": "topology", "s.extxyz": sample.extendedXYZ(), "t.extxyz": sample.extendedXYZ(header: header),
        "short.extxyz": Sample(count: 1).extendedXYZ(), "empty.extxyz": "", "family.yaml": manifest,
      ]
      all.merge(files) { $1 }
      for (name, text) in all { try Folders.write(text, to: "\(folder)/\(name)") }
      return try readFamily(path: folder, options: options) { path, files in
        guard try readText(path) == "topology" else {
          throw InputError(SourcePlace(file: path), "is no topology")
        }
        return (sample.topology, [path] + files)
      }
    }
  }

  private static func manifest(_ scans: String, molecule: String = "") -> String {
    "name: a\nmolecules:\n  - id: b\n    topology: m.top\n\(molecule)    scans:\n\(scans)"
  }

  @Test(
    arguments: [
      (manifest("      - x.extxyz\n"), "family.yaml", 6, "there is no file ", "did you mean s.extxyz?"),
      (
        manifest("      - s.extxyz\n      - s.extxyz\n"), "family.yaml", 7,
        "s.extxyz stands in the list twice",
        "take one of the two out"
      ),
      (
        manifest("      - {file: s.extxyz, geometry: bent}\n"), "family.yaml", 6, "geometry is \"bent\"",
        "rigid for single"
      ),
      (
        manifest("      - {file: s.extxyz, branches: highest}\n"), "family.yaml", 6,
        "branches is \"highest\"", "lowest keeps"
      ),
      (
        manifest("      - {file: s.extxyz, atom_order: [0, 1, 2]}\n"), "family.yaml", 6,
        "atom_order is no order of the 14",
        "from zero, each once"
      ),
      (manifest("      - {file: s.extxyz, dihedral: 0 1 2}\n"), "family.yaml", 6, "is not four atoms", ""),
      (
        manifest("      - {file: s.extxyz, dihedral: [0, 1, 2, 3]}\n"), "family.yaml", 6, "from zero or one",
        "dihedral_indexing"
      ),
      (
        manifest("      - {file: s.extxyz, held: [[0, 1, 2]], dihedral_indexing: zero}\n"), "family.yaml", 6,
        "held is a list of dihedrals, four atoms each", "such as held: [[4, 0, 1, 2]]"
      ),
      (
        manifest("      - {file: s.extxyz, held: [[0, 1, 2, 3]], dihedral_indexing: zero}\n"), "family.yaml",
        6,
        "is about the bond of another that is held or driven", "one dihedral a bond"
      ),
      (
        manifest("      - {file: s.extxyz, energy_unit: calories}\n"), "family.yaml", 6,
        "there is no energy unit \"calories\"",
        "one of kcal/mol"
      ),
      (
        manifest("      - {file: s.extxyz, force_unit: newton}\n"), "family.yaml", 6,
        "there is no force unit \"newton\"",
        "eV/angstrom"
      ),
      (
        manifest("      - {file: s.extxyz, energy_unit: eV}\n"), "s.extxyz", 2, "here and eV in the manifest",
        ""
      ),
      (
        manifest("      - {files: [s.extxyz, t.extxyz]}\n"), "family.yaml", 6, "drives 4 0 1 2 and",
        "list the others as scans"
      ),
      (manifest("      - short.extxyz\n"), "short.extxyz", nil, "has 1 usable grid points", "truncated"),
      (manifest("      - empty.extxyz\n"), "empty.extxyz", 1, "is empty", "it reads outputs of Gaussian"),
      (
        manifest("      - s.extxyz\n", molecule: "    parameters: p.prm\n"), "family.yaml", 5,
        "there is no file ", "relative to the manifest"
      ),
      ("name: a\nmolecules:\n  - {id: b, topology: s.extxyz}\n", "s.extxyz", nil, "is no topology", ""),
      ("name: a\nmolecules:\n  - {id: b, topology: n.top}\n", "family.yaml", 3, "there is no file ", "m.top"),
      (
        "name: a\nother_levels: x\nmolecules:\n  - {id: b, topology: m.top}\n", "family.yaml", 2,
        "other_levels is a list", ""
      ),
      (
        "name: a\ntorsions: x\nmolecules:\n  - {id: b, topology: m.top}\n", "family.yaml", 2,
        "torsions is a list", "hyphen"
      ),
      (
        "name: a\ntorsions:\n  - periodicities: [1]\nmolecules:\n  - {id: b, topology: m.top}\n",
        "family.yaml", 3,
        "a torsion rule needs `types:` or `smarts:`", "types: [X, c3, c3, X]"
      ),
      (
        "name: a\ntorsions:\n  - {types: [X, c3, c3, X], periodicities: [1, 1]}\nmolecules:\n  - {id: b, topology: m.top}\n",
        "family.yaml", 3, "different numbers of 1 … 6", "[1, 2, 3]"
      ),
      (
        "name: a\ntorsions:\n  - {types: [X, c3, c3, X], periodicities: []}\nmolecules:\n  - {id: b, topology: m.top}\n",
        "family.yaml", 3, "different numbers of 1 … 6", ""
      ),
      (
        "name: a\ntorsions:\n  - {types: [X, c3, [c3], X]}\nmolecules:\n  - {id: b, topology: m.top}\n",
        "family.yaml", 3,
        "types is one value", ""
      ),
    ] as [(String, String, Int?, String, String)])
  func isRefused(_ manifest: String, file: String, line: Int?, words: String, hint: String) {
    let error = #expect(throws: InputError.self) { try load(manifest) }
    #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
    #expect(
      error?.place?.file.hasSuffix("/\(file)") == true && error?.place?.line == line,
      "\(error?.description ?? "")")
    #expect(hint.isEmpty || error?.hint?.contains(hint) == true, "\(error?.description ?? "")")
  }

  /// The same grid points under another name would count twice.
  @Test func copiesOfAScanAreRefused() {
    let error = #expect(throws: InputError.self) {
      try load(
        Self.manifest("      - s.extxyz\n      - copy.extxyz\n"), files: ["copy.extxyz": sample.extendedXYZ()]
      )
    }
    #expect(error?.message.contains("copy.extxyz of b holds the same bytes as s.extxyz of b") == true)
    #expect(error?.place?.line == 7 && error?.hint == "take one of the two out")
  }

  @Test func nothingLeftIsAnError() {
    let text = Self.manifest("      - s.extxyz\n").replacing("m.top", with: "n.top")
    let error = #expect(throws: InputError.self) {
      try load(text, options: FamilyOptions(setAsideBadMolecules: true))
    }
    #expect(
      error?.message.contains("no molecule could be used: left out: molecule b: ") == true,
      "\(error?.description ?? "")")
  }

  /// What is left out is named, and the rest is what it would be without it.
  @Test func badScansAreLeftOutByName() throws {
    let both = try load(
      Self.manifest("      - s.extxyz\n      - empty.extxyz\n"),
      options: FamilyOptions(setAsideBadMolecules: true))
    let one = try load(Self.manifest("      - s.extxyz\n"))
    #expect(both.family.molecules == one.family.molecules)
    #expect(both.notes.contains { $0.hasPrefix("left out: scan empty.extxyz of b: ") }, "\(both.notes)")
  }

  @Test func familiesThatAreNotThereAreNamed() throws {
    try Folders.temporary { folder in
      func error(_ path: String) -> InputError? {
        #expect(throws: InputError.self) { try readFamily(path: path) { _, _ in (sample.topology, []) } }
      }
      #expect(error(folder)?.hint == "`swivel init \(folder)` writes a family.yaml for the files in it")
      #expect(error("\(folder)/none")?.message == "no such family")
      #expect(error("\(folder)/none")?.hint?.contains("a folder with a family.yaml") == true)
    }
  }

  /// Files of one drive are one scan on one zero, frames counted on; the order of the files is that of the frames.
  @Test func filesOfOneDriveAreOneScan() throws {
    let atoms = sample.topology.atoms.count
    let lines = sample.extendedXYZ().split(separator: "\n").map(String.init)
    let (first, second) = (lines.prefix(5 * (atoms + 2)), lines.dropFirst(5 * (atoms + 2)))
    let parts = [
      "one.extxyz": first.joined(separator: "\n") + "\n", "two.extxyz": second.joined(separator: "\n") + "\n",
    ]
    let whole = try load(Self.manifest("      - s.extxyz\n")).family.molecules[0].scans[0]
    let merged = try load(Self.manifest("      - files: [one.extxyz, two.extxyz]\n"), files: parts)
    #expect(merged.family.molecules[0].scans[0].points == whole.points)
    #expect(merged.inputs.count == 4, "the manifest, the topology and both files")
    let other = try load(Self.manifest("      - files: [two.extxyz, one.extxyz]\n"), files: parts)
    #expect(Set(other.family.molecules[0].scans[0].points.map(\.energy)) == Set(whole.points.map(\.energy)))
  }

  /// Names that YAML would take for something else are quoted, and come back.
  @Test(arguments: [
    "butane", "2-methylbutane", "yes", "No", "null", "1e5", "a b", "it's", "#1", "a: b", "- x", "é", "[x]",
    "{x}", "*x", "&x",
    "x/y.z_w", "", "%", "@at", "'", "\"", "true", "~",
  ]) func scalarsComeBack(text: String) throws {
    let manifest = try FamilyManifest(
      "name: a\nmolecules:\n  - id: b\n    topology: t\n    smiles: \(yamlScalar(text))\n    scans: [\(yamlScalar("s" + text))]\n",
      file: "family.yaml")
    #expect(manifest.molecules[0].smiles ?? "" == text && manifest.molecules[0].scans[0].path == "s" + text)
  }

  @Test func foldersWithoutAnythingAreRefused() throws {
    try Folders.temporary { folder in
      func error(_ path: String) -> InputError? {
        #expect(throws: InputError.self) {
          try makeFamilyManifest(path, findTopologies: { _ in [] }) { _, _ in (sample.topology, []) }
        }
      }
      let missing = error("\(folder)/none")
      #expect(missing?.message == "is no folder" && missing?.place?.file == "\(folder)/none")
      #expect(error(folder)?.message == "holds no topology and no scan that can be read")
      try Folders.write("damaged", to: "\(folder)/s.extxyz")
      let damaged = error(folder)
      #expect(
        damaged?.message.contains("that can be read: s.extxyz: ") == true, "\(damaged?.description ?? "")")
      #expect(damaged?.hint?.contains("put topologies (.prmtop") == true)
    }
  }
}
