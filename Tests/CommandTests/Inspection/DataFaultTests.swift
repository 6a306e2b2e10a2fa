// Kinds of faults that data have, each with its right outcome, as a user meets them: the tables of docs/formats.md.

import Foundation
import Support
import Testing

/// A faulty folder and what must be said of it.
struct DataFault: CustomStringConvertible, Sendable {
  var folder: String
  /// refused: inspect ends with 2. warned: it ends with 0 and a note says so. read: it ends with 0.
  var outcome: String
  var words: [String]
  var description: String { folder }

  static let all = [
    DataFault(
      folder: "cyclised-b", outcome: "refused", words: ["frame 10 has a new bond 0–6", "another molecule"]),
    DataFault(
      folder: "linear-nitrile", outcome: "refused",
      words: ["nearly straight", "torsion over a linear angle is undefined"]),
    DataFault(
      folder: "shifted-energies-one", outcome: "refused",
      words: ["have one geometry or are mirror images", "stand 1 frame later than their geometries"]),
    DataFault(
      folder: "gradient-sign-butane-8-perbohr", outcome: "refused",
      words: ["too small by a factor of about 1.89", "bohr and Å"]),
    DataFault(folder: "gradient-sign-butane-6-grad", outcome: "refused", words: ["point up the energy"]),
    DataFault(
      folder: "gradient-sign-butane-6-perbohr", outcome: "refused",
      words: ["too small by a factor of about 1.89", "bohr and Å"]),
    DataFault(folder: "gradient-sign-butane-7of15-grad", outcome: "refused", words: ["point up the energy"]),
    DataFault(
      folder: "gradient-sign-butane-12-evAsHartree", outcome: "refused",
      words: ["too large by a factor of about 27.21"]),
    DataFault(
      folder: "improper-ring-improper", outcome: "refused", words: ["is an improper", "Swivel fits torsions"]),
    DataFault(folder: "improper-ring-ring-unstated", outcome: "read", words: ["thf"]),
    DataFault(folder: "units-stated-kcal", outcome: "read", words: ["butane"]),
    DataFault(folder: "units-stated-kj", outcome: "read", words: ["butane"]),
    DataFault(
      folder: "atom-order-all-reversed", outcome: "warned",
      words: ["stand in another order", "are renumbered"]),
    DataFault(
      folder: "hysteresis-b", outcome: "warned",
      words: ["glycol-backward.log", "at -60° (frame 13)", "its own mirror image", "branches: lowest"]),
  ]
}

@Suite struct DataFaultTests {
  private let folder = "\(Folders.root)/Tests/Fixtures/faults"

  @Test(arguments: DataFault.all) func faultsHaveTheirOutcome(_ fault: DataFault) throws {
    try Folders.temporary { work in
      let family = "\(work)/f"
      try FileManager.default.copyItem(atPath: "\(folder)/\(fault.folder)", toPath: family)
      var said = ""
      if !FileManager.default.fileExists(atPath: "\(family)/family.yaml") {
        let made = try swivel("init", family)
        #expect(made.status < 2, "\(made.errors)")
        said = made.output
      }
      let outcome = try swivel("inspect", family)
      said += outcome.output + outcome.errors
      // What init leaves out is refused: the manifest has no scan.
      let isLeftOut = said.contains("left out:") && !said.contains("scan  ")
      #expect(
        (outcome.status == 2 || isLeftOut) == (fault.outcome == "refused"), "\(outcome.status): \(said)")
      for word in fault.words { #expect(said.contains(word), "\(word) in: \(said)") }
      if fault.outcome == "warned" { #expect(said.contains("note: ")) }
    }
  }

  @Test func unitsStatedAreObeyed() throws {
    for (name, folder) in [("kcal", "units-stated-kcal"), ("kj", "units-stated-kj")] {
      let outcome = try swivel("inspect", "\(folder.isEmpty ? "" : self.folder)/\(folder)", "--json")
      let scan = try #require((try json(outcome.output)["scans"] as? [[String: Any]])?.first)
      // Butane's cis barrier.
      let span = try #require(scan["span"] as? Double)
      #expect((4.0...7.0).contains(span), "\(name): \(span)")
    }
  }

  /// Files of both directions, merged, with the lowest point at each angle: the profile of the forward scan.
  @Test func branchesAreMergedToTheLowest() throws {
    try Folders.temporary { work in
      for file in ["glycol-backward.log", "glycol-forward.log", "glycol.prmtop"] {
        try FileManager.default.copyItem(atPath: "\(folder)/hysteresis-b/\(file)", toPath: "\(work)/\(file)")
      }
      func manifest(_ more: String) -> String {
        """
        name: g
        molecules:
          - id: glycol
            topology: glycol.prmtop
            scans:
              - files: [glycol-backward.log, glycol-forward.log]
        \(more)
        """
      }
      try Folders.write(manifest(""), to: "\(work)/family.yaml")
      let both = try swivel("inspect", work)
      #expect(both.status == 0 && both.output.contains("has two energies at"), "\(both.output)\(both.errors)")
      try Folders.write(manifest("        branches: lowest"), to: "\(work)/family.yaml")
      let lowest = try swivel("inspect", work, "--json")
      let inspected = try json(lowest.output)
      let scan = try #require((inspected["scans"] as? [[String: Any]])?.first)
      #expect(scan["points"] as? Int == 36 || scan["points"] as? Int == 37, "\(scan["points"] ?? "")")
      #expect((scan["setAside"] as? [String])?.count == 74 - (scan["points"] as? Int ?? 0))
      #expect((inspected["notes"] as? [String])?.contains { $0.contains("two energies") } == false)
      try Folders.write(manifest("        branches: highest"), to: "\(work)/family.yaml")
      let wrong = try swivel("inspect", work)
      #expect(wrong.status == 2 && wrong.errors.contains("lowest or all"))
    }
  }

  /// What init finds of another order it writes, and what is written is obeyed.
  @Test func ordersOfAtomsAreWritten() throws {
    try Folders.temporary { work in
      let family = "\(work)/f"
      try FileManager.default.copyItem(atPath: "\(folder)/atom-order-all-reversed", toPath: family)
      let made = try swivel("init", family)
      let text = try String(contentsOfFile: "\(family)/family.yaml", encoding: .utf8)
      #expect(
        made.output.contains("are renumbered") && text.contains("atom_order: [8, 7, 6, 5, 4, 3, 1, 2, 0]"))
      #expect(made.output.contains("next: swivel inspect"))
      #expect(try swivel("inspect", family, "--quiet").status == 0)
      let wrong = text.replacingOccurrences(
        of: "[8, 7, 6, 5, 4, 3, 1, 2, 0]", with: "[8, 8, 6, 5, 4, 3, 1, 2, 0]")
      try wrong.write(toFile: "\(family)/family.yaml", atomically: true, encoding: .utf8)
      let refused = try swivel("inspect", family)
      #expect(refused.status == 2 && refused.errors.contains("atom_order is no order"))
    }
  }

  /// Two points of one geometry with two energies are no branches, whose geometries would differ.
  @Test func aLoneWrongEnergyIsNoBranch() throws {
    let source = "\(Folders.root)/families/alkanes"
    let lines = try String(contentsOfFile: "\(source)/scans/butane-0-1-2-3.extxyz", encoding: .utf8)
      .split(separator: "\n")
    // Twelve points without forces: too few for the smooth curve of all others.
    var text = ""
    for start in stride(from: 0, to: lines.count, by: 32) {
      var comment = String(lines[start + 1]).replacing(":forces:R:3", with: "")
      if comment.contains("grid_angle=75.0") {
        comment = comment.replacing(/energy=(\S+)/) { "energy=\((Double($0.1) ?? 0) + 3)" }
      }
      text += "14\n\(comment)\n"
      for line in lines[(start + 2)..<(start + 16)] {
        text += line.split(separator: " ").prefix(4).joined(separator: " ") + "\n"
      }
    }
    try Folders.temporary { work in
      try Folders.write(text, to: "\(work)/a.extxyz")
      let said = try swivel("inspect", "\(work)/a.extxyz", "--topology", "\(source)/molecules/butane.prmtop")
      #expect(
        said.status == 0 && said.output.contains("have one geometry or are mirror images")
          && said.output.contains("no other branch, but a wrong energy"), "\(said.output)\(said.errors)")
      #expect(!said.output.contains("hysteresis"))
    }
  }
}
