// Records that no fit writes are refused, each with its file and words; nothing of them traps.

import Foundation
import Support
import Testing
import TextFiles

@testable import ReportFiles

@Suite struct RecordMustFailTests {
  /// A shipped record in which the first `from` is `to`, read as a run to compare.
  private func refused(_ file: String, _ from: String, _ to: String) throws -> InputError? {
    try Folders.temporary { folder in
      var text = try readText("\(Folders.root)/\(file)")
      text.replaceSubrange(try #require(text.range(of: from), "\(from)"), with: to)
      let path = "\(folder)/\(URL(fileURLWithPath: file).lastPathComponent)"
      try Folders.write(text, to: path)
      let error = #expect(throws: InputError.self) { try ComparedRun(readingFrom: path) }
      #expect(error?.place?.file == path && error?.hint != nil, "\(error?.description ?? "")")
      return error
    }
  }

  @Test(arguments: [
    ("\"sd\":0.", "\"sd\":-0.", "that no fit gives"),
    ("\"mean\":", "\"mean\":1e300,\"old\":", "that no fit gives"),
    ("swivel.baseline/3", "swivel.baseline/1", "swivel.baseline/1"),
    ("\"angles\":[", "\"angles\":[7,", "that no"),
    ("\"energies\":[", "\"energies\":[7,", "that no family has"), ("\"scans\"", "\"scanz\"", "scans"),
  ]) func baselines(_ change: (from: String, to: String, words: String)) throws {
    let error = try refused("families/esters/baseline.json", change.from, change.to)
    #expect(error?.message.contains(change.words) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    ("swivel.summary/", "swivel.other/", "swivel.other/"), ("\"types\"", "\"typez\"", "types"),
    ("\"periodicity\" : ", "\"periodicity\" : 9", "types in parameter 1, which no fit writes"),
    ("\"prior_sd\" : ", "\"prior_sd\" : -", "holds the standard deviation -"),
    ("\"scee\" : ", "\"scee\" : -", "holds the 1-4 divisor -1.2, which no fit writes"),
    ("\"scnb\" : 2", "\"scnb\" : 0", "holds the 1-4 divisor 0.0"),
    ("\"interval50\" : [", "\"interval50\" : [ 1, 0 ], \"old\" : [", "holds the 50 % interval [1.0, 0.0] of"),
    (
      "\"interval95\" : [", "\"interval95\" : [ 0, 1e99 ], \"old\" : [",
      "holds the 95 % interval [0.0, 1e+99] of"
    ),
  ]) func summaries(_ change: (from: String, to: String, words: String)) throws {
    let error = try refused("reports/esters/summary.json", change.from, change.to)
    #expect(error?.message.contains(change.words) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    ("chain,draw,a\n0,0,1\n0,1,2\n", "the columns are not the parameters", 1),
    ("chain,draw,a n=1\n0,0,1\n", "fewer than two draws", nil),
    ("chain,draw,a n=1\n0,0,1\n\n0,1\n", "2 fields where 3 were expected", 4),
    ("chain,draw,a n=1\n0,0,1\n0,1,much\n", "\"much\" is no force constant", 3),
    ("chain,draw,a n=1\n0,0,1\n0,1,1e300\n", "is no force constant", 3), ("", "the columns are not", 1),
  ]) func draws(_ text: String, words: String, line: Int?) throws {
    try Folders.temporary { folder in
      let path = "\(folder)/posterior.csv"
      try Folders.write(text, to: path)
      let error = #expect(throws: InputError.self) { try readPosteriorTable(path, labels: ["a n=1"]) }
      #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
      #expect(error?.place?.file == path && (line == nil || error?.place?.line == line))
    }
  }

  @Test func foldersWithoutRecordsAreNamed() throws {
    try Folders.temporary { folder in
      let error = #expect(throws: InputError.self) { try ComparedRun(readingFrom: folder) }
      #expect(error?.message.contains("holds neither") == true && error?.place?.file == folder)
      #expect(throws: InputError.self) { try RunRecord(readingFrom: "\(folder)/run.json") }
    }
  }

  /// A page that is damaged is no error of the report: it is compared without profiles.
  @Test func damagedPagesAreNoProfile() throws {
    try Folders.temporary { folder in
      try Folders.write(
        try readText("\(Folders.root)/reports/esters/summary.json"), to: "\(folder)/summary.json")
      try Folders.write(#"{"angle":1e300"#, to: "\(folder)/page.json")
      let run = try ComparedRun(readingFrom: folder)
      #expect(run.scans.allSatisfy { $0.deviations.isEmpty } && !run.parameters.isEmpty)
    }
  }

  /// Angles that are none used to trap where profiles are compared.
  @Test func hugeAnglesOfAPageAreLeftOut() async throws {
    let fit = try await SyntheticFamily.fit.value
    let page = try reportPageData(of: fit, provenance: SyntheticFamily.provenance)
    let summary = try jsonText(Summary(fit, version: "0"))
    try Folders.temporary { folder in
      try Folders.write(summary, to: "\(folder)/summary.json")
      try Folders.write(page, to: "\(folder)/page.json")
      let whole = try ComparedRun(readingFrom: folder).scans.reduce(0) { $0 + $1.deviations.count }
      let number = try #require(page.firstRange(of: /"angle":[-0-9.]+/))
      try Folders.write(
        page.replacingCharacters(in: number, with: "\"angle\":1e300"), to: "\(folder)/page.json")
      #expect(try ComparedRun(readingFrom: folder).scans.reduce(0) { $0 + $1.deviations.count } == whole - 1)
    }
  }
}
