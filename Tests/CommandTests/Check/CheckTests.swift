// swivel check and diff as a user runs them.

import Foundation
import Support
import Testing

@Suite struct CheckTests {
  private func check(_ arguments: String..., in folder: String) throws -> Folders.Outcome {
    try Folders.run(
      swivelPath, ["check", "--cache", "\(folder)/cache"] + arguments, in: folder,
      environment: ["GITHUB_ACTIONS": ""])
  }

  private func withBaseline(_ body: (_ folder: String, _ family: String) throws -> Void) throws {
    try Folders.temporary { folder in
      let family = try makeSmallFamily(in: folder)
      let outcome = try check(
        "--update", "small", "--settings", "--rounds 2 --every 2 --draws 500", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      try body(folder, family)
    }
  }

  private func failures(_ outcome: Folders.Outcome) throws -> [[String: Any]] {
    let families = try #require(try json(outcome.output)["families"] as? [[String: Any]])
    return families.flatMap { $0["failures"] as? [[String: Any]] ?? [] }
  }

  @Test func aBrokenFamilyKeepsNoOtherFromBeingChecked() throws {
    try withBaseline { folder, family in
      let broken = "\(folder)/families/broken"
      try FileManager.default.copyItem(atPath: family, toPath: broken)
      try Folders.write(
        "name: broken\nmolecules:\n  - id: butane\n    topology: nowhere.prmtop\n",
        to: "\(broken)/family.yaml")
      let outcome = try check("--json", "--junit", "\(folder)/check.xml", in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains("nowhere.prmtop"))
      let record = try json(outcome.output)
      #expect(record["passed"] as? Bool == false)
      #expect((record["families"] as? [[String: Any]])?.map { $0["passed"] as? Bool } == [true])
      let errors = try #require(record["errors"] as? [[String: Any]])
      #expect(errors.count == 1 && errors[0]["line"] as? Int == 4)
      let xml = try String(contentsOfFile: "\(folder)/check.xml", encoding: .utf8)
      #expect(xml.contains("errors=\"1\"") && xml.contains("<error type=\"input\""))
      let lines = try check("--github", "--quiet", in: folder)
      #expect(lines.errors.contains("::error file=") && lines.errors.contains("family.yaml,line=4"))
    }
  }

  @Test func passesUnderOtherSeedsAndFromTheCache() throws {
    try withBaseline { folder, family in
      let baseline = try String(contentsOfFile: "\(family)/baseline.json", encoding: .utf8)
      #expect(baseline.count < 20_000 && baseline.contains("\"every\": \"2\"") && !baseline.contains(folder))
      let first = try check("--json", in: folder)
      #expect(first.status == 0, "\(first.output) \(first.errors)")
      let again = try check(in: folder)
      #expect(again.status == 0 && again.output.contains("unchanged") && again.output.contains("passed"))
      for seed in 2...4 {
        let other = try check("--seed", "\(seed)", "--quiet", "--no-cache", in: folder)
        #expect(other.status == 0 && other.output.isEmpty, "seed \(seed): \(other.errors)")
      }
      // The same bytes on any number of threads, and for an update without a change.
      let update = try check("--update", "--threads", "1", "--no-cache", in: folder)
      #expect(update.status == 0 && !update.output.contains("accepted"), "\(update.output)")
      #expect(try String(contentsOfFile: "\(family)/baseline.json", encoding: .utf8) == baseline)
    }
  }

  @Test(arguments: [
    "force constant", "sign of energies", "sign of forces", "unit of energies", "unit of forces",
    "dropped scan", "shifted phase", "shifted angle", "charge", "one energy", "dropped grid point",
    "level of theory",
  ])
  func plantedFaultsAreCaught(fault: String) throws {
    try withBaseline { folder, family in
      func edit(_ path: String, _ change: (String) -> String) throws {
        let text = try String(contentsOfFile: "\(family)/\(path)", encoding: .utf8)
        let changed = change(text)
        #expect(changed != text, "\(fault) was not planted")
        try Folders.write(changed, to: "\(family)/\(path)")
      }
      let scan = "scans/butane-0-1-2-3.extxyz"
      switch fault {
      case "force constant":
        try edit("molecules/butane.prmtop") {
          $0.replacingOccurrences(of: "  1.30000000E-01", with: "  2.30000000E-01")
        }
      case "shifted phase":
        try edit("molecules/butane.prmtop") { text in
          let parts = text.components(separatedBy: "%FLAG DIHEDRAL_PHASE")
          let phases = parts[1].replacingOccurrences(
            of: "0.00000000E+00  0.00000000E+00  0.00000000E+00",
            with: "0.00000000E+00  3.14159265E+00  0.00000000E+00")
          return parts[0] + "%FLAG DIHEDRAL_PHASE" + phases
        }
      case "sign of energies": try edit(scan) { $0.replacingOccurrences(of: "energy=-", with: "energy=") }
      case "unit of energies":
        try edit(scan) {
          $0.replacingOccurrences(of: "energy_unit=\"kcal/mol\"", with: "energy_unit=\"kJ/mol\"")
        }
      case "unit of forces":
        try edit(scan) {
          $0.replacingOccurrences(
            of: "force_unit=\"kcal/mol/angstrom\"", with: "force_unit=\"kJ/mol/angstrom\"")
        }
      case "sign of forces":
        try edit(scan) { text in
          text.split(separator: "\n").map { line in
            var fields = line.split(separator: " ").map(String.init)
            guard fields.count == 7, fields[0].count <= 2, Double(fields[4]) != nil else {
              return String(line)
            }
            for index in 4..<7 {
              fields[index] =
                fields[index].hasPrefix("-") ? String(fields[index].dropFirst()) : "-" + fields[index]
            }
            return fields.joined(separator: " ")
          }.joined(separator: "\n") + "\n"
        }
      case "dropped scan":
        try edit("family.yaml") {
          $0.replacingOccurrences(of: "      - scans/butane-4-0-1-2.extxyz\n", with: "")
        }
      case "charge":
        try edit("molecules/butane.prmtop") {
          $0.replacingOccurrences(
            of: " -1.63922344E+00 -1.44424483E+00", with: " -1.63922344E+00  1.44424483E+00")
        }
      case "one energy":
        try edit(scan) { $0.replacingOccurrences(of: "energy=-8574.63324852", with: "energy=-8574.33324852") }
      case "level of theory": try edit("family.yaml") { $0.replacingOccurrences(of: "GFN2", with: "GFN1") }
      case "dropped grid point":
        try edit(scan) { $0.split(separator: "\n").dropFirst(16).joined(separator: "\n") + "\n" }
      default:
        // Every frame gets the energy of the next.
        try edit(scan) { text in
          let energies = text.matches(of: /energy=(\S+)/).map { String($0.1) }
          var next = Array(energies.dropFirst(2) + energies.prefix(2)).makeIterator()
          return text.replacing(/energy=\S+/) { _ in "energy=\(next.next()!)" }
        }
      }
      let outcome = try check("small", "--json", in: folder)
      if outcome.status == 2 {
        // The reader itself refuses some: then it names the file.
        #expect(outcome.errors.contains("butane-0-1-2-3.extxyz"), "\(fault): \(outcome.errors)")
        return
      }
      #expect(outcome.status == 1, "\(fault): \(outcome.errors)")
      let found = try failures(outcome)
      let gates = Set(found.compactMap { $0["gate"] as? String })
      #expect(gates.contains("input"), "\(fault): \(gates)")
      // The change itself is seen too, not only that a file is another.
      #expect(!gates.subtracting(["input"]).isEmpty, "\(fault) is seen by its hash alone")
      #expect(found.allSatisfy { ($0["message"] as? String)?.contains("\n") == false })
      // What changed, with the file.
      let named: [String: (words: String, file: String)] = [
        "force constant": ("from 0.13 to 0.23 kcal/mol", "molecules/butane.prmtop"),
        "charge": ("the charge of atom 1 changed by +0.158", "molecules/butane.prmtop"),
        "one energy": ("QM's energy at -165° changed by +0.3 kcal/mol", "scans/butane-0-1-2-3.extxyz"),
        "unit of energies": ("all by a factor of 0.239", "scans/butane-0-1-2-3.extxyz"),
        "sign of forces": ("all by a factor of -1", "scans/butane-0-1-2-3.extxyz"),
        "dropped grid point": ("; -165° is gone", "scans/butane-0-1-2-3.extxyz"),
        "level of theory": (
          "level_of_theory in family.yaml changed from \"GFN2-xTB\" to \"GFN1-xTB\"", "family.yaml"
        ),
      ]
      if let named = named[fault] {
        #expect(
          found.contains {
            ($0["message"] as? String)?.contains(named.words) == true
              && ($0["file"] as? String)?.hasSuffix(named.file) == true
          }, "\(fault): \(found.compactMap { $0["message"] })")
      }
      // As numbers too.
      if fault == "force constant" {
        let change = found.first { $0["gate"] as? String == "base" }
        #expect(change?["before"] as? Double == 0.13 && change?["after"] as? Double == 0.23)
        #expect(change?["unit"] as? String == "kcal/mol")
      }
    }
  }

  @Test func reportsForMachines() throws {
    try withBaseline { folder, family in
      // The baseline says another value: as if code had moved one force constant by 0.1.
      var text = try String(contentsOfFile: "\(family)/baseline.json", encoding: .utf8)
      let pattern = /\{"label":"c3-c3-c3-c3 n=3","mean":([^,]*),/
      let mean = try #require(text.firstMatch(of: pattern).flatMap { Double($0.1) })
      text = text.replacingOccurrences(
        of: "\"label\":\"c3-c3-c3-c3 n=3\",\"mean\":\(mean)",
        with: "\"label\":\"c3-c3-c3-c3 n=3\",\"mean\":\(mean - 0.1)")
      try Folders.write(text, to: "\(family)/baseline.json")
      let outcome = try check("--github", "--junit", "out/check.xml", in: folder)
      #expect(outcome.status == 1)
      let annotation = try #require(outcome.output.split(separator: "\n").first { $0.hasPrefix("::error ") })
      let line = text.split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0.contains("\"label\":\"c3-c3-c3-c3 n=3\"") }.map { $0 + 1 }
      #expect(
        annotation.hasPrefix(
          "::error file=families/small/baseline.json,line=\(try #require(line)),title=swivel check%3A small%2C posterior::c3-c3-c3-c3 n=3 moved by +0.1 kcal/mol"
        ), "\(annotation)")
      #expect(annotation.contains("since the baseline of swivel") && annotation.contains("2026-11-25"))
      let python = "\(Folders.root)/.venv/bin/python"
      try #require(
        FileManager.default.isExecutableFile(atPath: python), "`make test` makes .venv, which this test needs"
      )
      let reader = """
        import junitparser
        xml = junitparser.JUnitXml.fromfile("out/check.xml")
        cases = [case for suite in xml for case in suite]
        failed = [case for case in cases if any(isinstance(r, junitparser.Failure) for r in case.result)]
        skipped = [case for case in cases if any(isinstance(r, junitparser.Skipped) for r in case.result)]
        print(xml.tests, xml.failures, len(cases), len(skipped), [case.name for case in failed], failed[0].result[0].message[:24])
        """
      let junit = try Folders.run(python, ["-c", reader], in: folder)
      #expect(
        junit.output == "9 1 9 2 ['posterior'] c3-c3-c3-c3 n=3 moved by\n", "\(junit.output) \(junit.errors)")
    }
  }

  @Test func badInputEndsWithTwo() throws {
    try withBaseline { folder, family in
      let good = try String(contentsOfFile: "\(family)/baseline.json", encoding: .utf8)
      for (damaged, word) in [
        (String(good.prefix(good.count / 2)), "is cut off"), ("{}", "states no schema"),
        ("[]", "is no JSON object"),
        (good.replacingOccurrences(of: "\"seed\": 1", with: "\"seed\": -1"), "does not fit"),
        (
          good.replacingOccurrences(of: "\n  \"data\"", with: "\n<<<<<<< HEAD\n  \"data\""),
          ":2: has an unresolved merge"
        ),
        (
          good.replacingOccurrences(of: "\"family\": \"small\"", with: "\"family\": small"),
          "is no JSON from here on"
        ),
        (good.replacingOccurrences(of: "baseline/3", with: "baseline/2"), "schema"),
        (good.replacingOccurrences(of: "\"rounds\": \"2\"", with: "\"rounds\": \"many\""), "rounds"),
      ] {
        try Folders.write(damaged, to: "\(family)/baseline.json")
        let outcome = try check("small", in: folder)
        #expect(
          outcome.status == 2 && outcome.errors.contains("baseline.json") && outcome.errors.contains(word)
            && outcome.errors.contains("hint: "), "\(word): \(outcome.errors)")
      }
      try FileManager.default.removeItem(atPath: "\(family)/baseline.json")
      #expect(try check("small", in: folder).errors.contains("swivel check --update"))
      #expect(try check(in: folder).status == 2)
      let negative = try check("--tolerance", "-1", in: folder)
      #expect(negative.status == 2 && negative.errors.contains("not negative"))
    }
  }

  @Test func scoresOnMoleculesLeftOutAreCompared() throws {
    try withBaseline { folder, family in
      let update = try check("--update", "--held-out", in: folder)
      #expect(update.status == 0, "\(update.errors)")
      #expect(
        try String(contentsOfFile: "\(family)/baseline.json", encoding: .utf8).contains("\"coverage\":["))
      let other = try check("--seed", "5", in: folder)
      #expect(other.status == 0, "\(other.output)")
    }
  }

  @Test func diffShowsBothSides() throws {
    try withBaseline { folder, family in
      let fit = try swivel(
        "fit", family, "--output", "\(folder)/r", "--forcefields", "\(folder)/f", "--rounds", "2", "--every",
        "4",
        "--quiet", in: folder)
      #expect(fit.status == 0, "\(fit.errors)")
      let outcome = try swivel(
        "diff", family, "\(folder)/r", "--json", "--html", "\(folder)/d.html", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let record = try json(outcome.output)
      let scans = try #require(record["scans"] as? [[String: Any]])
      #expect(record["schema"] as? String == "swivel.diff/1" && scans.count == 3)
      #expect(
        scans.allSatisfy { $0["profile_difference"] is Double && $0["a"] is Double && $0["b"] is Double })
      let parameters = try #require(record["parameters"] as? [[String: Any]])
      #expect(!parameters.isEmpty && parameters.allSatisfy { $0["difference"] is Double })
      let page = try String(contentsOfFile: "\(folder)/d.html", encoding: .utf8)
      #expect(page.contains("<th scope=\"row\">c3-c3-c3-c3 n=3</th>") && !page.contains("nan"))
      let text = try swivel("diff", "\(folder)/r", "\(folder)/r", in: folder)
      #expect(text.status == 0 && text.output.contains("held") == false && text.output.contains("error"))
      #expect(try swivel("diff", folder, "\(folder)/r", in: folder).status == 2)
    }
  }
}
