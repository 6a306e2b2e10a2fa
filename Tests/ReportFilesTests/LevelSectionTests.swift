// Scans of two levels on the page and in summary.json.

import Chemistry
import Foundation
import Support
import Testing
import TextFiles
import TorsionModel

@testable import ReportFiles

@Suite struct LevelSectionTests {
  private func fit() async throws -> Fit {
    var family = SyntheticFamily.family()
    family.molecules[1].scans[0].level = "cheap <1> & \"2\""
    family.molecules[2].scans[0].level = "cheap <1> & \"2\""
    family.origin.otherLevels = ["cheap <1> & \"2\""]
    var options = SyntheticFamily.options()
    options.rounds = 0
    options.heldOut = []
    return try await TorsionModel.fit(family, options: options)
  }

  @Test func levelsStandOnThePageAndInTheSummary() async throws {
    let fit = try await fit()
    let html = htmlReport(of: fit, provenance: SyntheticFamily.provenance)
    let reader = PageReader(html)
    #expect(reader.error == nil)
    let ids = reader.elements.compactMap { $0.attributes["id"] }
    for id in ["levels", "level-table", "difference-table", "share-table"] {
      #expect(ids.contains(id), "\(id)")
    }
    #expect(html.contains("cheap &lt;1&gt; &amp;") && !html.contains("cheap <1>"))
    let page = ReportPage(fit, provenance: SyntheticFamily.provenance)
    let gate = try #require(page.gates.first { $0.title == "Levels of theory" })
    #expect(gate.verdict == .good && gate.reason.contains("2 scans"))
    #expect(page.scans.filter { $0.making?.contains("cheap") == true }.count == 2)
    let summary = Summary(fit, version: "0.0.0-test")
    let levels = try #require(summary.levels)
    #expect(levels.levels.map(\.target) == [true, false] && levels.levels.map(\.scans) == [1, 2])
    #expect(levels.contraction.count == summary.parameters.count)
    #expect(summary.origin.otherLevels == ["cheap <1> & \"2\""])
    #expect(summary.origin.levelWords?.contains("whose difference is learned") == true)
    let path =
      FileManager.default.temporaryDirectory.path + "/levels-\(UInt64.random(in: 0...UInt64.max)).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try writeAtomically(jsonText(summary), to: path)
    #expect(try Summary(readingFrom: path) == summary)
    // Pooled errors are over the family's own level.
    #expect(fit.baseRMSE == fit.scans[0].baseError?.rmse)
  }

  @Test func oneLevelHasNoSection() async throws {
    let fit = try await SyntheticFamily.fit.value
    #expect(fit.levels == nil)
    let html = htmlReport(of: fit, provenance: SyntheticFamily.provenance)
    #expect(!html.contains("id=\"levels\""))
    let text = try jsonText(Summary(fit, version: "0.0.0-test"))
    #expect(!text.contains("\"levels\"") && !text.contains("\"level\""))
  }
}
