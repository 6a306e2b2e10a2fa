// What `inspect --qm-torsions` and SMARTS say of files that are none of a family, and of a library that is not RDKit's.

import Foundation
import Support
import Testing

@Suite struct InspectMustFailTests {
  /// A topology, a scan and parameters are told to be what they are, and not to be "no YAML".
  @Test(arguments: [
    ("small/molecules/butane.prmtop", "is a topology, and --qm-torsions writes the scans of a family"),
    ("small/scans/butane-0-1-2-3.extxyz", "is a file of scans, and --qm-torsions writes the scans of a family"),
    ("own.frcmod", "is a parameter file, and --qm-torsions writes"), ("notes.txt", "is no family, and --qm-torsions"),
  ]) func filesAreToldWhatTheyAre(_ file: String, words: String) throws {
    try Folders.temporary { folder in
      _ = try makeSmallFamily(in: folder)
      try Folders.write("t\nDIHE\nc3-c3-c3-c3   1    0.13  0.0   3.0\n\n", to: "\(folder)/families/own.frcmod")
      try Folders.write("nothing\n", to: "\(folder)/families/notes.txt")
      let outcome = try swivel("inspect", "families/\(file)", "--qm-torsions", "qm.json", in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains("families/\(file): \(words)"), "\(outcome.errors)")
      #expect(!outcome.errors.contains("YAML") && outcome.errors.contains("`swivel init "), "\(outcome.errors)")
    }
  }

  /// The hint, followed: a folder of a topology and its scans becomes a family, whose scans are written.
  @Test func theHintHelps() throws {
    try Folders.temporary { folder in
      let family = try makeSmallFamily(in: "\(folder)/made")
      for file in ["molecules/butane.prmtop", "scans/butane-0-1-2-3.extxyz"] {
        let name = URL(fileURLWithPath: file).lastPathComponent
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(family)/\(file)", toPath: "\(folder)/data/\(name)")
      }
      let line = ["inspect", "data/butane.prmtop", "--qm-torsions", "qm.json"]
      let refused = try Folders.run(swivelPath, line, in: folder)
      #expect(
        refused.errors.contains("`swivel init data`") && refused.errors.contains("then inspect data"),
        "\(refused.errors)")
      #expect(try swivel("init", "data", in: folder).status == 0)
      // Bond orders are what is still missing then, and are asked for.
      let without = try swivel("inspect", "data", "--qm-torsions", "qm.json", in: folder)
      if without.status != 0 {
        #expect(
          without.errors.contains("has no bond orders") && without.errors.contains("smiles: "), "\(without.errors)")
        let path = "\(folder)/data/family.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let topology = try #require(text.firstMatch(of: /\n( +)topology: [^\n]*/))
        try Folders.write(
          text.replacing(topology.0, with: topology.0 + "\n\(topology.1)smiles: 'CCCC'"), to: path)
      }
      let outcome = try swivel("inspect", "data", "--qm-torsions", "qm.json", in: folder)
      #expect(outcome.status == 0 && outcome.output.contains("wrote 1 scans to qm.json"), "\(outcome.errors)")
    }
  }

  // MARK: RDKit's library

  private func inspected(_ program: String, library: String, in folder: String) throws -> Folders.Outcome {
    let shipped = "\(Folders.root)/families/alkanes"
    try Folders.write(
      """
      name: small
      level_of_theory: GFN2-xTB
      torsions:
        - smarts: '[#6:1]-[#6:2]-[#6:3]-[#6:4]'
      molecules:
        - id: butane
          topology: \(shipped)/molecules/butane.prmtop
          smiles: CCCC
          scans:
            - \(shipped)/scans/butane-0-1-2-3.extxyz

      """, to: "\(folder)/family/family.yaml")
    return try Folders.run(
      program, ["inspect", "family", "--quiet"], in: folder, environment: ["SWIVEL_SMARTS": library])
  }

  @Test func librariesThatAreNotRDKitsAreNamed() throws {
    try Folders.temporary { folder in
      let text = "\(folder)/libswivel-smarts.so"
      try Folders.write("no library", to: text)
      let broken = try inspected(swivelPath, library: text, in: folder)
      #expect(broken.status == 2 && broken.errors.contains("\(text): cannot be loaded: "), "\(broken.errors)")
      #expect(broken.errors.contains("hint: `make smarts` installs RDKit and builds it anew"), "\(broken.errors)")
      // A library without the functions: C's own, where this system has it.
      let maps = try Folders.run("/bin/cat", ["/proc/self/maps"]).output
      let other = try #require(maps.firstMatch(of: /(\/\S*libc\.so\S*)/)).1
      let wrong = try inspected(swivelPath, library: String(other), in: folder)
      #expect(wrong.status == 2 && wrong.errors.contains("\(other): is another library"), "\(wrong.errors)")
      #expect(wrong.errors.contains("hint: `make smarts` builds it anew"), "\(wrong.errors)")
    }
  }

  /// A command that lies where no library is, as a copied binary does.
  @Test func withoutTheLibraryTypesAreTheWayOut() throws {
    try Folders.temporary { folder in
      let copy = "\(folder)/swivel"
      try FileManager.default.copyItem(atPath: swivelPath, toPath: copy)
      let outcome = try inspected(copy, library: "", in: folder)
      #expect(
        outcome.status == 2 && outcome.errors.contains("torsions by SMARTS need RDKit, which is not there"),
        "\(outcome.errors)")
      #expect(outcome.errors.contains("or choose torsions by `types:`"), "\(outcome.errors)")
      let path = "\(folder)/family/family.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try Folders.write(
        text.replacing("smarts: '[#6:1]-[#6:2]-[#6:3]-[#6:4]'", with: "types: [c3, c3, c3, c3]"), to: path)
      let typed = try Folders.run(
        copy, ["inspect", "family", "--quiet"], in: folder, environment: ["SWIVEL_SMARTS": ""])
      #expect(typed.status == 0, "\(typed.errors)")
    }
  }
}
