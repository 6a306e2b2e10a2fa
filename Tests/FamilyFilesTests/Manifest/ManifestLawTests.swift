// family.yaml in the many ways in which YAML says one thing: the family is the same.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles

@testable import FamilyFiles

@Suite struct ManifestLawTests {
  /// All that a manifest says, without places.
  private func said(_ text: String) throws -> [String] {
    let manifest = try FamilyManifest(text, file: "family.yaml")
    var lines = [manifest.name, "\(manifest.origin)"]
    for rule in manifest.rules {
      lines.append("\(rule.pattern) \(rule.smarts ?? "") \(rule.periodicities ?? []) \(rule.freePhases)")
    }
    for molecule in manifest.molecules {
      lines.append(
        "\(molecule.id) \(molecule.topology) \(molecule.parameters) \(molecule.structure ?? "") "
          + (molecule.smiles ?? ""))
      for scan in molecule.scans {
        var statement = scan.statement
        (statement.place, statement.heldPlace) = (nil, nil)
        lines.append("\(scan.path) \(scan.more) \(statement)")
      }
    }
    return lines
  }

  private static let plain = """
    name: mine
    level_of_theory: B3LYP-D3BJ/DZVP
    license: CC0-1.0
    energy_unit: hartree
    torsions:
      - types: [X, c3, c3, X]
        periodicities: [1, 3]
        free_phases: true
      - smarts: "[*:1]-[#6X4:2]-[#6X4:3]-[*:4]"
    molecules:
      - id: butane
        topology: butane.top
        parameters: [a.prm, b.prm]
        scans:
          - one.xyz
          - file: two.xyz
            dihedral: [0, 1, 2, 3]
            dihedral_indexing: zero
            held: [[1, 2, 3, 4]]
            geometry: rigid
            branches: lowest
      - id: pentane
        topology: pentane.top
        energy_unit: eV

    """

  @Test(arguments: [
    ("CRLF", "\n", "\r\n"), ("comments", "\n", "  # said\n"), ("empty lines", "\n", "\n\n"),
    ("flow and block", "types: [X, c3, c3, X]", "types:\n      - X\n      - c3\n      - \"c3\"\n      - 'X'"),
    ("quotes", "id: butane", "\"id\": \"butane\""), ("a document mark", "name: mine", "---\nname: mine"),
    ("a word of four", "dihedral: [0, 1, 2, 3]", "dihedral: 0 1 2 3"),
    (
      "counted from one",
      "dihedral: [0, 1, 2, 3]\n        dihedral_indexing: zero\n        held: [[1, 2, 3, 4]]",
      "dihedral: [1, 2, 3, 4]\n        dihedral_indexing: one\n        held: [[2, 3, 4, 5]]"
    ),
    ("the order of periodicities", "[1, 3]", "[3, 1]"),
    ("null is absent", "geometry: rigid", "geometry: rigid\n        level_of_theory: ~"),
    ("a folded line", "level_of_theory: B3LYP-D3BJ/DZVP", "level_of_theory: >\n  B3LYP-D3BJ/DZVP"),
    ("a scan as a mapping", "- one.xyz", "- {file: one.xyz}"),
    ("files of one", "file: two.xyz", "files: [two.xyz]"),
  ]) func waysOfWritingDoNotMatter(_ what: String, from: String, to: String) throws {
    #expect(Self.plain.contains(from), "\(what)")
    #expect(try said(Self.plain.replacing(from, with: to)) == said(Self.plain), "\(what)")
  }

  /// The keys of every mapping in every order, by turning the lines of each around.
  @Test func theOrderOfKeysDoesNotMatter() throws {
    let turned = """
      molecules:
        - scans:
            - one.xyz
            - {branches: lowest, geometry: rigid, held: [[1, 2, 3, 4]], dihedral_indexing: zero, dihedral: [0, 1, 2, 3], file: two.xyz}
          parameters: [a.prm, b.prm]
          topology: butane.top
          id: butane
        - {energy_unit: eV, topology: pentane.top, id: pentane}
      torsions:
        - {free_phases: true, periodicities: [1, 3], types: [X, c3, c3, X]}
        - smarts: '[*:1]-[#6X4:2]-[#6X4:3]-[*:4]'
      energy_unit: hartree
      license: CC0-1.0
      level_of_theory: B3LYP-D3BJ/DZVP
      name: mine
      """
    #expect(try said(turned) == said(Self.plain))
  }

  /// What is stated at the top holds where nothing nearer is stated.
  @Test func theNearerStatementHolds() throws {
    let manifest = try FamilyManifest(
      """
      name: mine
      energy_unit: hartree
      force_unit: hartree/bohr
      parameters: shared.prm
      molecules:
        - id: a
          topology: a.psf
          scans: [a.xyz, {file: b.xyz, energy_unit: kJ/mol}]
        - id: b
          topology: b.psf
          energy_unit: eV
          parameters: [own.prm]
          scans: [a.xyz, {file: b.xyz, force_unit: eV/angstrom}]
      """, file: "family.yaml")
    let statements = manifest.molecules.flatMap { $0.scans.map(\.statement) }
    #expect(statements.map(\.energyUnit) == [.hartree, .kilojoulePerMole, .eV, .eV])
    #expect(
      statements.map(\.forceUnit) == [.hartreePerBohr, .hartreePerBohr, .hartreePerBohr, .eVPerAngstrom])
    #expect(manifest.molecules.map(\.parameters) == [["shared.prm"], ["own.prm"]])
  }

  /// Every key but a few, misspelt by one letter, is refused in its line with the right one for a hint.
  @Test func misspeltKeysNameTheRightOne() throws {
    let lines = Self.plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var tried = 0
    for (index, line) in lines.enumerated() {
      guard let match = line.firstMatch(of: /^[ -]*([a-z_]{4,}):/) else { continue }
      let key = String(match.1)
      var changed = lines
      let wrong = key.dropLast() + "q"
      changed[index] = line.replacing("\(key):", with: "\(wrong):")
      let error = #expect(throws: InputError.self, "\(line)") {
        try FamilyManifest(changed.joined(separator: "\n"), file: "family.yaml")
      }
      #expect(error?.place?.line == index + 1 && error?.message.contains("no key \"\(wrong)\"") == true)
      #expect(error?.hint?.contains(key) == true, "\(error?.description ?? "")")
      // The columns of YAML's marks: the caret stands under the key.
      let column = line.distance(from: line.startIndex, to: match.1.startIndex) + 1
      #expect(error?.place?.column == column, "\(error?.description ?? "")")
      tried += 1
    }
    #expect(tried > 15)
  }
}
