// A report's page.json, read again: the same page, figures and tables; damaged, it is refused with the command that writes it.

import Foundation
import Support
import Testing
import TextFiles
import TorsionModel

@testable import ReportFiles

@Suite struct WrittenReportTests {
  private func written(_ change: (String) throws -> String? = { $0 }) async throws -> WrittenReport {
    let page = try reportPageData(of: try await SyntheticFamily.fit.value, provenance: SyntheticFamily.provenance)
    return try Folders.temporary { folder in
      if let text = try change(page) { try Folders.write(text, to: "\(folder)/page.json") }
      do { return try WrittenReport(folder: folder) } catch let error as InputError {
        #expect(error.place?.file == "\(folder)/page.json", "\(error)")
        throw error
      }
    }
  }

  @Test func tablesAreThoseOfThePage() async throws {
    let fit = try await SyntheticFamily.fit.value
    let report = try await written()
    let reader = PageReader(report.html)
    let points = fit.scans.reduce(0) { $0 + $1.points.count }
    #expect(
      report.title.hasPrefix(
        "\(fit.family): 3 molecules, 3 scans, \(points) grid points, \(fit.parameters.count) force constants"))
    #expect(report.title.hasSuffix(", truth <\"1\">"))
    for table in report.tables {
      #expect(table.rows.allSatisfy { $0.count == table.header.count }, "\(table.heading)")
      #expect(table.rows.joined().allSatisfy { !hasUndefinedNumber($0) }, "\(table.heading)")
    }
    let parameters = try #require(report.tables.first { $0.heading.hasPrefix("Force constants") })
    // The terminal's numbers are the page's.
    let rows = reader.rows(ofTable: "parameter-table")
    #expect(parameters.rows.map { [$0[0], $0[1], $0[2]] } == rows.map { [$0[0], $0[1], $0[2]] })
    #expect(parameters.rows.map { $0[3] } == rows.map { $0[4] })
    let scans = try #require(report.tables.first { $0.heading.hasPrefix("Scans") })
    #expect(scans.rows.map(\.first) == fit.scans.map { $0.molecule + ($0.isHeldOut ? " (held out)" : "") })
    #expect(scans.rows.last?.last == "1", "the point set aside")
    #expect(
      Set(report.figures.map(\.name)).count == report.figures.count
        && report.figures.allSatisfy { $0.svg.contains("<svg") })
    #expect(report.answer.isEmpty == false && ["good", "look", "bad", "not run"].contains(report.verdict))
    // The whole is as bad as its worst part.
    let order = ["not run", "good", "look", "bad"]
    let worst = report.gates.compactMap { order.firstIndex(of: $0.verdict) }.max().map { order[$0] }
    #expect(report.verdict == worst, "\(report.gates.map(\.verdict))")
  }

  @Test func withoutItTheFitIsNamed() async throws {
    let error = await #expect(throws: InputError.self) { try await written { _ in nil } }
    #expect(
      error?.message == "no such file"
        && error?.hint?.hasPrefix("`swivel fit` leaves it in the report's folder") == true)
  }

  @Test(arguments: [
    ("\"family\":", "\"familie\":"), ("\"scans\":[", "\"scans\":7,\"old\":["), ("{", "{{"),
    ("\"rank\":", "\"rank\":\"many\",\"old\":"),
    ("\"settled\":", "\"setled\":"), ("\"chains\":{", "\"chains\":[],\"old\":{"),
  ]) func damagedPagesAreOfNoVersion(_ from: String, to: String) async throws {
    let error = await #expect(throws: InputError.self) {
      try await written { text in
        var text = text
        text.replaceSubrange(try #require(text.range(of: from), "\(from)"), with: to)
        return text
      }
    }
    #expect(
      error?.message == "is not the page of this version" && error?.hint == "run `swivel fit` again to write it anew")
  }

  /// Places that a part names and another does not have, as a hand that edits the file leaves them.
  @Test func partsThatDoNotBelongTogetherAreRefused() async throws {
    let fit = try await SyntheticFamily.fit.value
    func isRefused(_ change: (inout ReportPage) throws -> Void) throws -> Bool {
      var page = ReportPage(fit, provenance: SyntheticFamily.provenance)
      page.fillOptionalParts()
      try change(&page)
      return try Folders.temporary { folder in
        try Folders.write(try jsonText(page), to: "\(folder)/page.json")
        do {
          _ = try WrittenReport(folder: folder).html
          return false
        } catch is InputError { return true }
      }
    }
    #expect(try !isRefused { _ in })
    #expect(try isRefused { $0.correlations?.rows[2].append(50) })
    #expect(try isRefused { $0.scans[0].sketch?.driven = [0, 1, 2, -1] })
    #expect(try isRefused { $0.scans[1].sketch?.bonds[0].b = 999 })
    #expect(
      try isRefused { page in
        try #require(page.heldOut?.matrix != nil)
        page.heldOut?.matrix?.errors.removeLast()
      })
    #expect(try isRefused { $0.heldOut?.matrix?.coverage90[0].append(0.9) })
    #expect(try isRefused { $0.heldOut?.matrix?.types.append("c3-c3-c3-os") })
  }

  /// Every choice of a fit stands on the page once, and none of them is only a flag.
  @Test func everyChoiceIsInWords() async throws {
    let fit = try await SyntheticFamily.fit.value
    let page = ReportPage(fit, provenance: SyntheticFamily.provenance)
    #expect(
      page.settings.count == FitSetting.all.count + 1 && Set(page.settings.map(\.name)).count == page.settings.count)
    #expect(page.settings.allSatisfy { !$0.name.hasPrefix("--") && !$0.value.isEmpty }, "\(page.settings)")
    #expect(page.settings.last == .init(name: "Seed", value: "\(fit.options.seed)"))
    // A choice that is another is said otherwise.
    var other = fit
    for (name, value) in [
      ("likelihood", "energy"), ("prior_centre", "zero"), ("noise", "student-t"), ("bagging", "false"),
      ("effective_points", "inf"), ("energy_weight", "openff"), ("energy_upper", "3.25"), ("chains", "7"),
      ("warmup", "77"), ("rounds", "0"), ("geometry_draws", "0"), ("every", "3"), ("cartesian_restraint", "0.5"),
      ("well_width", "21"), ("torsion_restraint", "1.25"), ("hold_out", "butane"), ("set_aside", "true"),
    ] {
      other.options = fit.options
      try #require(other.options.make([name: value]).isEmpty, "\(name)")
      let changed = ReportPage(other, provenance: SyntheticFamily.provenance).settings
      #expect(changed != page.settings, "\(name)")
      #expect(zip(changed, page.settings).count { $0 != $1 } <= 2, "\(name)")
    }
  }
}
