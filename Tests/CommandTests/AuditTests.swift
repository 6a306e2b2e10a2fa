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
    try Folders.temporary { folder in
      let bare = """
        bare
        DIHE
        c3-c3-c3-c3   1      0.2      0.0   3.0

        """
      try Folders.write(bare, to: "\(folder)/bare.frcmod")
      let outcome = try swivel("audit", "\(folder)/bare.frcmod")
      #expect(outcome.status == 2 && outcome.errors.contains("no term with a remark"), "\(outcome.errors)")
    }
  }
}
