// The built command, as a user runs it.

import Foundation
import Support
import Testing

/// Runs the built `swivel`, which stands beside the tests.
func swivel(_ arguments: String..., in folder: String = Folders.root) throws -> Folders.Outcome {
  try Folders.run(swivelPath, arguments, in: folder)
}

let swivelPath: String = {
  // The test bundle's folder is the products' folder.
  for argument in CommandLine.arguments where argument.contains(".xctest") {
    var url = URL(fileURLWithPath: argument)
    while url.path != "/" {
      let candidate = url.deletingLastPathComponent().appendingPathComponent("swivel").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      url = url.deletingLastPathComponent()
    }
  }
  return "\(Folders.root)/.build/release/swivel"
}()

func json(_ text: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

@Suite struct CommandTests {
  @Test(arguments: [
    "fit", "validate", "inspect", "energy", "export", "init", "audit", "predict", "convert", "check", "diff",
    "report", "doctor",
  ])
  func everyVerbHasHelpWithAnExample(verb: String) throws {
    let outcome = try swivel(verb, "--help")
    #expect(outcome.status == 0 && outcome.output.contains("Example"), "\(verb)")
  }

  @Test func badUsageAndBadInputEndWithTwo() throws {
    for arguments in [
      ["fit"], ["fti", "alkanes"], ["fit", "no-such-family"], ["fit", "alkanes", "--chains", "0"],
    ] {
      let outcome = try Folders.run(swivelPath, arguments, in: Folders.root)
      #expect(outcome.status == 2 && !outcome.errors.isEmpty, "\(arguments)")
    }
    try Folders.temporary { folder in
      try Folders.write("name: a\nmolecuels: []\n", to: "\(folder)/family.yaml")
      let outcome = try swivel("fit", folder)
      #expect(outcome.status == 2 && outcome.errors.contains("family.yaml:2:1: "))
      #expect(outcome.errors.contains("hint: did you mean molecules?"))
    }
  }

  @Test func fitWritesEverything() throws {
    try Folders.temporary { folder in
      let outcome = try swivel(
        "fit", "alkanes", "--output", "\(folder)/report", "--forcefields", "\(folder)/files", "--seed", "1",
        "--quiet", "--noise", "normal", "--no-bagging", "--geometry-draws", "0", "--write-design",
        "\(folder)/design.json")
      #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome.errors)")
      for file in [
        "report/summary.json", "report/run.json", "report/posterior.csv", "report/posterior.nc",
        "report/index.html", "files/alkanes.frcmod", "files/alkanes.itp", "files/alkanes.xml",
      ] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
      }
      let summary = try json(try String(contentsOfFile: "\(folder)/report/summary.json", encoding: .utf8))
      #expect((summary["rmse_fit"] as? Double ?? 1) <= 0.2)
      let diagnostics = try #require(summary["diagnostics"] as? [String: Any])
      #expect((diagnostics["max_rhat"] as? Double ?? 2) <= 1.01)
      #expect((diagnostics["min_ess_bulk"] as? Double ?? 0) >= 400)
      #expect((diagnostics["min_ess_tail"] as? Double ?? 0) >= 400)
      let design = try json(try String(contentsOfFile: "\(folder)/design.json", encoding: .utf8))
      #expect(design["schema"] as? String == "swivel.design/2")
      #expect((design["scans"] as? [Any])?.count == 11 && (design["parameters"] as? [Any])?.count == 12)
      let draws = try swivel(
        "export", "\(folder)/report", "--format", "openmm,amber", "--output", "\(folder)/draws", "--draws",
        "3",
        "--molecules", "butane", "--json")
      let written = try json(draws.output)["files"] as? [String] ?? []
      // Two parameter files and butane's prmtop, coordinates and System a draw, and the manifest.
      #expect(draws.status == 0 && written.count { $0.contains("butane-draw2") } >= 2, "\(draws.errors)")
      let manifest = try json(
        try String(contentsOfFile: "\(folder)/draws/manifest.json", encoding: .utf8))
      let members = try #require(manifest["members"] as? [[String: Any]])
      #expect(members.count == 3 && Set(members.compactMap { $0["draw"] as? Int }).count == 3)
      #expect(members.reduce(0) { $0 + ($1["files"] as? [Any] ?? []).count } + 1 == written.count)
      let parameters = try json(
        try String(contentsOfFile: "\(folder)/files/parameters.json", encoding: .utf8))
      let covariance = try #require(parameters["covariance"] as? [[Double]])
      let records = try #require(parameters["parameters"] as? [[String: Any]])
      for (index, record) in records.enumerated() {
        let sd = try #require(record["sd"] as? Double)
        #expect(abs(covariance[index][index].squareRoot() / sd - 1) < 1e-3)
      }
      let again = try swivel(
        "fit", "alkanes", "--output", "\(folder)/report2", "--forcefields", "\(folder)/files2", "--seed", "1",
        "--threads", "1", "--json", "--noise", "normal", "--no-bagging", "--geometry-draws", "0")
      // The same report in the terminal, as drawings, and its page written anew.
      let shown = try swivel("report", "\(folder)/report")
      #expect(
        shown.status == 0 && shown.output.contains("Convergence") && shown.output.contains("barrier at"))
      let drawn = try swivel("report", "\(folder)/report", "--figures", "\(folder)/figures")
      #expect(drawn.status == 0 && drawn.output.contains("drawings in"))
      #expect(FileManager.default.fileExists(atPath: "\(folder)/figures/errors.svg"))
      let before = try String(contentsOfFile: "\(folder)/report/index.html", encoding: .utf8)
      #expect(try swivel("report", "\(folder)/report", "--page").status == 0)
      #expect(try String(contentsOfFile: "\(folder)/report/index.html", encoding: .utf8) == before)
      let gates = try json(try swivel("report", "\(folder)/report", "--json").output)
      #expect(
        (gates["gates"] as? [Any] ?? []).count > 8 && gates["verdict"] is String && gates["answer"] is String)
      #expect(try swivel("report", "\(folder)/nowhere").status == 2)
      #expect(again.status == 0)
      // Wall-clock times are on a line of their own.
      func page(_ report: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(report)/index.html", encoding: .utf8)
          .replacing(/<p class="timings">[^\n]*/, with: "")
      }
      #expect(try page("report") == page("report2"), "index.html depends on the number of threads")
      for name in ["summary.json", "posterior.csv", "posterior.nc"] {
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(folder)/report/\(name)", andPath: "\(folder)/report2/\(name)"),
          "\(name) depends on the number of threads")
      }
    }
  }

  @Test func conversionsSayWhatIsLost() throws {
    try Folders.temporary { folder in
      try Folders.write(
        """
        [ dihedraltypes ]
        ; two terms of one periodicity, and a constant
        c3 c3 c3 hc 9 0.0 1.5 3
        c3 c3 c3 hc 9 37.5 0.5 3
        c3 c3 c3 hc 9 0.0 0.25 0
        X c3 os X 9 180.0 -2.0 6
        X o c o 4 180.0 43.932 2

        """, to: "\(folder)/a.itp")
      let to = try swivel(
        "convert", "\(folder)/a.itp", "--to", "amber", "--output", "\(folder)/a.frcmod", "--json")
      #expect(to.status == 0, "\(to.errors)")
      let loss = try json(to.output)
      #expect(loss["types"] as? Int == 2 && loss["terms"] as? Int == 2)
      #expect((loss["joined"] as? [Any])?.count == 1 && (loss["constants"] as? [Any])?.count == 1)
      #expect(loss["impropers"] as? Int == 1)
      #expect((loss["largest_difference"] as? Double ?? 1) < 1e-7)
      try Folders.write("x\nDIHE\nc3-c3-c3-c3 1 1e8 0.0 3.\n\n", to: "\(folder)/huge.frcmod")
      for (format, ending) in [("openmm", "xml"), ("gromacs", "itp"), ("charmm", "prm"), ("tinker", "key")] {
        let huge = try swivel(
          "convert", "\(folder)/huge.frcmod", "--to", format, "--output", "\(folder)/huge.\(ending)")
        #expect(huge.status == 2 && huge.errors.contains("million"), "\(format): \(huge.errors)")
      }
      let back = try swivel("convert", "\(folder)/a.frcmod", "--to", "gromacs", "--output", "\(folder)/b.itp")
      #expect(back.status == 0 && back.output.contains("lost: rounding"))
      let wrong = try swivel(
        "convert", "\(folder)/a.frcmod", "--to", "gromacs", "--output", "\(folder)/b.xml")
      #expect(wrong.status == 2 && wrong.errors.contains("extension"))
      let none = try swivel(
        "convert", "\(folder)/a.frcmod", "--to", "smirnoff", "--output", "\(folder)/b.offxml")
      #expect(none.status == 2 && none.errors.contains("SMARTS"))
    }
  }

  @Test func posteriorsOfAnotherRunAreRefused() throws {
    try Folders.temporary { folder in
      let fit = try swivel(
        "fit", "alkanes", "--every", "4", "--rounds", "1", "--output", "\(folder)/r", "--forcefields",
        "\(folder)/f", "--quiet")
      #expect(fit.status == 0, "\(fit.errors)")
      let path = "\(folder)/r/posterior.csv"
      let table = try String(contentsOfFile: path, encoding: .utf8)
      try Folders.write(String(table.replacingOccurrences(of: "\n0,1,", with: "\n0,7,")), to: path)
      let export = try swivel("export", "\(folder)/r", "--format", "amber", "--output", "\(folder)/e")
      #expect(export.status == 2 && export.errors.contains("another run") && export.errors.contains("hint"))
    }
  }

  @Test func scansListedTwiceAreRefused() throws {
    try Folders.temporary { folder in
      let alkanes = "\(Folders.root)/families/alkanes"
      let manifest = [
        "name: twice", "molecules:", "  - id: butane", "    topology: \(alkanes)/molecules/butane.prmtop",
        "    scans:", "      - \(alkanes)/scans/butane-0-1-2-3.extxyz",
        "      - \(alkanes)/./scans/butane-0-1-2-3.extxyz", "",
      ]
      try Folders.write("\u{FEFF}" + manifest.joined(separator: "\n"), to: "\(folder)/family.yaml")
      let outcome = try swivel("inspect", folder)
      #expect(outcome.status == 2 && outcome.errors.contains("family.yaml:7:"), "\(outcome.errors)")
      #expect(outcome.errors.contains("count twice") && outcome.errors.contains("hint"))
    }
  }

  @Test func tooFewDrawsEndWithThreeAndKeepFiles() throws {
    try Folders.temporary { folder in
      let outcome = try swivel(
        "fit", "alkanes", "--output", "\(folder)/r", "--forcefields", "\(folder)/f", "--draws", "8",
        "--warmup", "1",
        "--rounds", "1", "--quiet")
      #expect(outcome.status == 3 && outcome.errors.contains("did not converge"))
      #expect(FileManager.default.fileExists(atPath: "\(folder)/r/summary.json"))
    }
  }

  @Test func validateAddsToThePageAndToItsOwnFitOnly() throws {
    try Folders.temporary { folder in
      let common = ["--every", "4", "--output", "\(folder)/r", "--forcefields", "\(folder)/f"]
      func run(_ arguments: [String]) throws -> Folders.Outcome {
        try Folders.run(swivelPath, arguments + common, in: Folders.root)
      }
      let scored = try run(["validate", "alkanes", "--draws", "100", "--json"])
      #expect(scored.status == 0, "\(scored.errors)")
      let validation = try json(scored.output)
      #expect(validation["rmse_least_squares"] is Double)
      #expect((validation["types"] as? [Any])?.isEmpty == false)
      let pit = try #require(validation["pit"] as? [Double])
      #expect(pit.count == 10 && abs(pit.reduce(0, +) - 1) < 1e-9)
      let variance = try #require(validation["variance"] as? [String: Double])
      #expect(Set(variance.keys) == ["parameters", "noise"])
      let page = try String(contentsOfFile: "\(folder)/r/index.html", encoding: .utf8)
      #expect(page.contains("Each molecule held out of a fit of the others"))
      #expect(!page.contains("Honest parameters"))
      #expect(
        try run(["validate", "alkanes", "--draws", "100", "--halves", "--splits", "1", "--quiet"]).status == 0
      )
      let second = try String(contentsOfFile: "\(folder)/r/index.html", encoding: .utf8)
      #expect(second.contains("Honest parameters"))
      #expect(second.contains("Each molecule held out of a fit of the others"))
      let other = try run(["validate", "alkanes", "--likelihood", "energy", "--draws", "100"])
      #expect(other.status == 2 && other.errors.contains("likelihood energy+torque instead of energy"))
    }
  }

  @Test func energiesInJSON() throws {
    let family = "families/alkanes"
    let outcome = try swivel(
      "energy", "--topology", "\(family)/molecules/butane.prmtop", "--coordinates",
      "\(family)/scans/butane-0-1-2-3.extxyz", "--json", "--forces")
    #expect(outcome.status == 0)
    let result = try json(outcome.output)
    let frames = try #require(result["frames"] as? [[String: Double]])
    #expect(frames.count == 24)
    #expect(Set(frames[0].keys) == ["bond", "angle", "torsion", "improper", "lj", "coulomb", "total"])
    #expect((result["forces"] as? [[[Double]]])?.first?.count == 14)
  }

  @Test func inspectSaysWhatAFamilyIs() throws {
    let outcome = try swivel("inspect", "families/ethers", "--json")
    let result = try json(outcome.output)
    #expect(outcome.status == 0 && result["kind"] as? String == "family")
    #expect((result["scans"] as? [Any])?.count == 11)
    #expect(try swivel("inspect", "families/ethers/molecules/diethyl-ether.prmtop").status == 0)
  }

  @Test func initWritesAFamilyThatFits() throws {
    try Folders.temporary { folder in
      for (from, to) in [
        ("molecules/butane.prmtop", "butane.prmtop"),
        ("scans/butane-0-1-2-3.extxyz", "butane-0-1-2-3.extxyz"),
        ("molecules/pentane.prmtop", "pentane.prmtop"),
        ("scans/pentane-0-1-2-3.extxyz", "pentane-0-1-2-3.extxyz"),
      ] {
        try FileManager.default.copyItem(
          atPath: "\(Folders.root)/families/alkanes/\(from)", toPath: "\(folder)/\(to)")
      }
      #expect(try swivel("init", folder).status == 0)
      #expect(try swivel("init", folder).status == 2)
      let outcome = try swivel(
        "fit", folder, "--output", "\(folder)/r", "--forcefields", "\(folder)/f", "--hold-out", "pentane")
      #expect(outcome.status == 0 && outcome.output.contains("held out"), "\(outcome.errors)")
    }
  }
}
