// swivel audit: a report and the files exported from it raise the same concerns.

import Foundation
import Support
import Testing

@Suite struct AuditTests {
  /// Types, periodicity and concerns of audit's JSON.
  private func audited(_ source: String) throws -> [String] {
    let outcome = try swivel("audit", source, "--json")
    #expect(outcome.status == 0, "\(source): \(outcome.errors)")
    let parameters = try #require(try json(outcome.output)["parameters"] as? [[String: Any]])
    return parameters.map { p in
      "\(p["types"] as? [String] ?? []) \(p["periodicity"] as? Int ?? 0) \(p["concerns"] as? [String] ?? [])"
    }
  }

  @Test func reportsAndFilesRaiseTheSameConcerns() throws {
    let report = try audited("reports/amides")
    #expect(report.count > 50)
    for format in ["frcmod", "itp", "xml"] {
      // Rounding in the remarks may swap neighbours of nearly equal spread.
      #expect(try audited("forcefields/amides/amides.\(format)").sorted() == report.sorted(), "\(format)")
    }
    let first = try #require(report.first)
    #expect(!first.hasSuffix("[]"))
    #expect(try #require(report.last).contains("[]") || !report.contains { $0.hasSuffix("[]") })
  }

  @Test func tablesAreAsLongAsTheJSON() throws {
    let csv = try swivel("audit", "reports/alkanes", "--csv")
    let lines = csv.output.split(separator: "\n")
    // Commas between molecules stand within quotes.
    let columns = lines.map { line in
      line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .reduce(1) { $1.offset % 2 == 0 ? $0 + $1.element.count { $0 == "," } : $0 }
    }
    #expect(csv.status == 0 && columns == Array(repeating: 11, count: 13), "\(columns)")
    let text = try swivel("audit", "reports/alkanes")
    #expect(text.status == 0 && text.output.contains("12 force constants"))
  }

  @Test func otherFilesAreRefused() throws {
    for source in ["README.md", "no-such-report", "families/alkanes/molecules/butane.prmtop"] {
      let outcome = try swivel("audit", source)
      #expect(outcome.status == 2 && outcome.errors.contains("hint:"), "\(source): \(outcome.errors)")
    }
  }

  @Test func foreignFilesAreAuditedForWhatCanBeTold() throws {
    try Folders.temporary { folder in
      let bare = """
        bare
        DIHE
        c3-c3-c3-c3   1      0.2      0.0   3.0

        """
      try Folders.write(bare, to: "\(folder)/bare.frcmod")
      let sane = try swivel("audit", "\(folder)/bare.frcmod")
      #expect(sane.status == 0 && sane.output.contains("1 terms without remarks"), "\(sane.errors)")
      try Folders.write(bare.replacing("  0.2 ", with: " 20.2 "), to: "\(folder)/bare.frcmod")
      let insane = try swivel("audit", "\(folder)/bare.frcmod")
      #expect(insane.status == 1 && insane.output.contains("bare.frcmod:3: large: c3-c3-c3-c3 n = 3"))
      #expect(try swivel("audit", "\(folder)/bare.frcmod", "--fail-on", "duplicate,odd-phase").status == 0)
      #expect(try swivel("audit", "\(folder)/bare.frcmod", "--fail-on", "none").status == 0)
      #expect(try swivel("audit", "\(folder)/bare.frcmod", "--fail-on", "lrage").status == 2)
    }
  }

  @Test func concernsFailWhereAsked() throws {
    #expect(try swivel("audit", "reports/amides", "--quiet").status == 0)
    #expect(try swivel("audit", "reports/amides", "--quiet", "--fail-on", "one-molecule").status == 1)
    #expect(try swivel("audit", "reports/amides", "--quiet", "--fail-on", "concerns").status == 1)
  }

  @Test func whatIsPlantedIsNamedInEveryFormat() throws {
    try Folders.temporary { folder in
      for (format, ending) in [
        ("amber", "frcmod"), ("gromacs", "itp"), ("charmm", "prm"), ("lammps", "lmp"), ("openmm", "xml"),
        ("smirnoff", "offxml"), ("tinker", "key"),
      ] {
        let path = "\(folder)/alkanes.\(ending)"
        let converted = try swivel(
          "convert", "forcefields/alkanes/alkanes.frcmod", "--to", format, "--output", path, "--family",
          "alkanes")
        #expect(converted.status == 0, "\(converted.errors)")
        let untouched = try swivel("audit", path)
        #expect(untouched.status == 0 && untouched.output.contains("nothing amiss"), "\(untouched.output)")
        #expect(
          untouched.output.contains("converted by Swivel") && untouched.output.contains("Terms: 12 of 3"))
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        // The first number of the first line of terms: a force constant.
        let index = try #require(
          lines.firstIndex { line in
            !["#", "*", ";"].contains(where: line.hasPrefix) && !line.contains("<!--")
              && line.contains(/[0-9]\.[0-9]{4,}/) && !line.contains("Torsion parameters")
              && !line.contains("<?xml") && !line.contains("potential=")
          }, "\(ending)")
        let line = lines[index]
        let dot = try #require(line.firstRange(of: /[0-9]\.[0-9]{4,}/), "\(line)")
        lines[index] = line.replacingCharacters(
          in: dot.lowerBound..<line.index(after: dot.lowerBound), with: "7")
        try Folders.write(lines.joined(separator: "\n"), to: path)
        let changed = try swivel("audit", path)
        #expect(changed.status == 1, "\(ending)")
        #expect(changed.output.contains("\(path):\(index + 1): "), "\(changed.output)")
        let record = try json(try swivel("audit", path, "--json").output)
        #expect(record["failed"] as? Bool == true)
        let findings = try #require(record["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["line"] as? Int == index + 1 && $0["fails"] as? Bool == true })
      }
    }
  }
}
