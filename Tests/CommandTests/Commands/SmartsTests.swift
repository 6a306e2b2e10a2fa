// Torsions chosen by SMARTS, from family.yaml to parameter files. `make smarts` builds the library that this needs.

import Foundation
import Support
import Testing

@Suite struct SmartsTests {
  /// The shipped alkanes with torsion rules of the test's own.
  private func alkanes(_ rules: [String], in folder: String) throws -> String {
    let shipped = "\(Folders.root)/families/alkanes"
    var text = try String(contentsOfFile: "\(shipped)/family.yaml", encoding: .utf8)
    text = text.replacingOccurrences(of: ": molecules/", with: ": \(shipped)/molecules/")
      .replacingOccurrences(of: "- scans/", with: "- \(shipped)/scans/")
    let block = rules.isEmpty ? "" : "torsions:\n" + rules.map { "  - \($0)\n" }.joined()
    try Folders.write(text + block, to: "\(folder)/family.yaml")
    return folder
  }

  private func fit(_ family: String, _ output: String) throws -> [String: Any] {
    let outcome = try swivel(
      "fit", family, "--every", "4", "--rounds", "1", "--output", "\(output)/r", "--forcefields",
      "\(output)/f",
      "--quiet")
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try json(try String(contentsOfFile: "\(output)/r/summary.json", encoding: .utf8))
  }

  /// What is written for yammbs reads back as the scans it was made of, in the topology's order of atoms.
  @Test func scansAreWrittenForYammbs() throws {
    try Folders.temporary { folder in
      let (family, file) = (try alkanes([], in: folder), "\(folder)/qm.json")
      let outcome = try swivel("inspect", family, "--qm-torsions", file)
      #expect(outcome.status == 0 && outcome.output.contains("wrote 11 scans to"), "\(outcome.errors)")
      // yammbs wants a number under both of its names.
      let profiles = try #require(
        try json(String(contentsOfFile: file, encoding: .utf8))["qm_torsions"] as? [[String: Any]])
      #expect(profiles.map { $0["id"] as? Int } == profiles.map { $0["qcarchive_id"] as? Int })
      #expect(profiles.map { $0["id"] as? Int } == Array(1...11))
      let shipped = "\(Folders.root)/families/alkanes"
      func inspected(_ path: String, _ molecule: String) throws -> [String: Any] {
        let outcome = try swivel(
          "inspect", path, "--topology", "\(shipped)/molecules/\(molecule).prmtop", "--json")
        return try #require(
          (try json(outcome.output)["scans"] as? [[String: Any]])?.first, "\(outcome.errors)")
      }
      for (entry, name, molecule) in [
        (1, "butane-0-1-2-3", "butane"), (11, "2-2-dimethylbutane-0-1-4-5", "2-2-dimethylbutane"),
      ] {
        let written = try inspected("\(file)#\(entry)", molecule)
        let read = try inspected("\(shipped)/scans/\(name).extxyz", molecule)
        #expect(
          written["points"] as? Int == read["points"] as? Int
            && written["driven"] as? [Int] == read["driven"] as? [Int])
        let (a, b) = (try #require(written["span"] as? Double), try #require(read["span"] as? Double))
        #expect(abs(a - b) < 1e-9)
      }
      // Without bond orders, and for a single scan, it is refused.
      let path = "\(folder)/family.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try Folders.write(text.replacingOccurrences(of: "    smiles: 'CCCC'\n", with: ""), to: path)
      let without = try swivel("inspect", family, "--qm-torsions", file)
      #expect(without.status == 2 && without.errors.contains("has no bond orders"), "\(without.errors)")
      let single = try swivel(
        "inspect", "\(shipped)/scans/butane-0-1-2-3.extxyz", "--topology",
        "\(shipped)/molecules/butane.prmtop", "--qm-torsions", file)
      #expect(single.status == 2 && single.errors.contains("is for a family"))
    }
  }

  /// Patterns that say what the atom types say give the fit of the atom types, and files by type.
  @Test func patternsEqualToTypesAreTheSameFit() throws {
    try Folders.temporary { folder in
      let byType = try fit(try alkanes([], in: "\(folder)/a"), "\(folder)/a")
      let patterns = [
        "smarts: '[#6X4:1]-[#6X4:2]-[#6X4:3]-[#6X4:4]'", "smarts: '[#1:1]-[#6X4:2]-[#6X4:3]-[#6,#7:4]'",
        "smarts: '[#1:1]-[#6X4:2]-[#6X4:3]-[#1:4]'",
      ]
      let bySmarts = try fit(try alkanes(patterns, in: "\(folder)/b"), "\(folder)/b")
      let names = [
        "c3-c3-c3-c3": "[#6X4:1]-[#6X4:2]-[#6X4:3]-[#6X4:4]",
        "c3-c3-c3-hc": "[#1:1]-[#6X4:2]-[#6X4:3]-[#6,#7:4]",
        "hc-c3-c3-hc": "[#1:1]-[#6X4:2]-[#6X4:3]-[#1:4]",
      ]
      let typed = try #require(byType["parameters"] as? [[String: Any]])
      let matched = try #require(bySmarts["parameters"] as? [[String: Any]])
      #expect(typed.count == 12 && matched.count == 12)
      for parameter in typed {
        let types = try #require(parameter["types"] as? [String]).joined(separator: "-")
        let other = try #require(
          matched.first {
            $0["smarts"] as? String == names[types]
              && $0["periodicity"] as? Int == parameter["periodicity"] as? Int
          })
        let (a, b) = (try #require(parameter["mean"] as? Double), try #require(other["mean"] as? Double))
        // Monte Carlo error of means over thousands of draws.
        #expect(abs(a - b) < 0.12 * (parameter["sd"] as? Double ?? 0), "\(types)")
      }
      // Every torsion of a type is matched, so that files by type can be written.
      let frcmod = try String(contentsOfFile: "\(folder)/b/f/alkanes.frcmod", encoding: .utf8)
      #expect(frcmod.contains("c3-c3-c3-hc") && frcmod.contains("hc-c3-c3-hc"))
      let offxml = try String(contentsOfFile: "\(folder)/b/f/alkanes.offxml", encoding: .utf8)
      #expect(offxml.contains("smirks=\"[#1:1]-[#6X4:2]-[#6X4:3]-[#6,#7:4]\""))
      let predicted = try swivel(
        "predict", "\(folder)/b/r", "--topology", "families/alkanes/molecules/pentane.prmtop", "--smiles",
        "CCCCC",
        "--scan", "families/alkanes/scans/pentane-0-1-2-3.extxyz", "--json")
      #expect(predicted.status == 0, "\(predicted.errors)")
      let bare = try swivel(
        "predict", "\(folder)/b/r", "--topology", "families/alkanes/molecules/pentane.prmtop", "--scan",
        "families/alkanes/scans/pentane-0-1-2-3.extxyz", "--json")
      #expect(bare.status == 2 && bare.errors.contains("--smiles"))
    }
  }

  /// A pattern finer than atom types: only SMIRNOFF can say it.
  @Test func patternsFinerThanTypesGoToSMIRNOFFAlone() throws {
    try Folders.temporary { folder in
      let rules = [
        "smarts: '[#6X4:1]-[CH2:2]-[CH2:3]-[#6X4:4]'\n    periodicities: [1, 2, 3]", "types: [X, c3, c3, X]",
      ]
      let summary = try fit(try alkanes(rules, in: folder), folder)
      let parameters = try #require(summary["parameters"] as? [[String: Any]])
      #expect(parameters.filter { $0["smarts"] as? String != nil }.count == 3 && parameters.count == 15)
      for (file, isThere) in [("alkanes.offxml", true), ("alkanes.frcmod", false), ("alkanes.itp", false)] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/f/\(file)") == isThere, "\(file)")
      }
    }
  }

  @Test(arguments: [
    ("smarts: '[*:1]-[#6:2]'", "four atoms"), ("smarts: '[*:1]-[#6X4:2]-[#6X4:3]-[*:4'", "four atoms"),
    ("smarts: '[*:1]-[Qq:2]-[#6X4:3]-[*:4]'", "no SMARTS"),
    ("smarts: '[#6X4:1]-[#6X4:3]-[#6X4:2]-[#6X4:4]'", "no chain"),
    ("smarts: '[*:1]-[#6:2]-[#6:3]-[*:4]'\n    types: [X, c3, c3, X]", "both"),
  ])
  func patternsThatCannotBeUsedAreErrors(rule: String, words: String) throws {
    try Folders.temporary { folder in
      let outcome = try swivel("inspect", try alkanes([rule], in: folder))
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.contains("hint"))
    }
  }

  @Test func structuresMustBeTheMolecule() throws {
    try Folders.temporary { folder in
      let family = try alkanes(["smarts: '[*:1]-[#6X4:2]-[#6X4:3]-[*:4]'"], in: folder)
      let path = "\(family)/family.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for (new, words) in [
        ("smiles: 'CC(C)C'", "another molecule"), ("smiles: 'CCCCC'", "atoms"),
        ("smiles: 'C(C'", "cannot be read"),
        ("structure: none.sdf", "no file"), ("description: none", "no bond orders"),
      ] {
        try Folders.write(text.replacingOccurrences(of: "smiles: 'CCCC'", with: new), to: path)
        let outcome = try swivel("inspect", family)
        #expect(outcome.status == 2 && outcome.errors.contains(words), "\(new): \(outcome.errors)")
      }
    }
  }
}
