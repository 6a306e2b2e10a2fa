// The page: well-formed, complete, honest about its numbers, and closed to injection.

import Chemistry
import Foundation
import Testing
import TorsionModel

@testable import ReportFiles

@Suite struct PageTests {
  private func page() async throws -> (fit: Fit, html: String, reader: PageReader) {
    let fit = try await SyntheticFamily.fit.value
    let html = htmlReport(of: fit, provenance: SyntheticFamily.provenance)
    return (fit, html, PageReader(html))
  }

  @Test func isWellFormedAndSelfContained() async throws {
    let (_, html, reader) = try await page()
    #expect(reader.error == nil)
    #expect(html.utf8.count < 1_000_000)
    // The only addresses are the XML namespace and places on the page.
    let addresses = html.replacingOccurrences(of: "http://www.w3.org/1999/xhtml", with: "")
    for scheme in ["http:", "https:", "//", "file:", "@import"] {
      #expect(!addresses.replacingOccurrences(of: "// ", with: "").contains(scheme), "\(scheme)")
    }
    for element in reader.elements {
      #expect(element.attributes["src"] == nil)
      if let target = element.attributes["href"] { #expect(target.hasPrefix("#") || target == "data:,") }
    }
    #expect(!hasUndefinedNumber(html))
    #expect(!html.lowercased().contains("confidence"))
  }

  @Test func isTheSameTwice() async throws {
    let (fit, html, _) = try await page()
    #expect(htmlReport(of: fit, provenance: SyntheticFamily.provenance) == html)
  }

  /// The formula on the page is the one that weights come from.
  @Test func wordsOfWeightsAreTheirFormula() async throws {
    let (fit, html, _) = try await page()
    #expect(fit.options.energyWeighting.scheme == .smooth)
    #expect(html.contains("1 up to 15 kcal/mol, 1/(1 + ((E − 15)/10)²) above"))
    for energy in [16.0, 25, 35, 50] {
      let wanted = 1 / (1 + ((energy - 15) / 10) * ((energy - 15) / 10))
      #expect(abs(fit.options.energyWeighting.weight(at: energy) - wanted) < 1e-12)
    }
    #expect(fit.options.energyWeighting.weight(at: 15) == 1)
  }

  @Test func idsAreUniqueAndLinksArrive() async throws {
    let (_, _, reader) = try await page()
    let ids = reader.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for element in reader.elements {
      if let target = element.attributes["href"], target.hasPrefix("#") {
        #expect(ids.contains(String(target.dropFirst())), "\(target)")
      }
      for attribute in ["aria-labelledby", "for"] {
        for id in (element.attributes[attribute] ?? "").split(separator: " ") {
          #expect(ids.contains(String(id)), "\(id)")
        }
      }
    }
  }

  @Test func isReadableWithoutEyes() async throws {
    let (_, _, reader) = try await page()
    for name in ["header", "nav", "main", "h1"] { #expect(reader.all(name).count == 1, "\(name)") }
    #expect(reader.all("html")[0].attributes["lang"] == "en")
    for table in reader.elements.indices where reader.elements[table].name == "table" {
      #expect(reader.elements[table + 1].name == "caption")
    }
    for cell in reader.all("th") { #expect(["col", "row"].contains(cell.attributes["scope"] ?? "")) }
    for (index, svg) in reader.elements.enumerated() where svg.name == "svg" && svg.path.last != "svg" {
      let hidden =
        svg.attributes["aria-hidden"] == "true" || svg.path.contains("li") && svg.attributes["role"] == nil
      if !hidden {
        #expect(svg.attributes["role"] == "img")
        #expect(reader.elements[index + 1].name == "title")
      }
    }
    let levels = reader.elements.compactMap {
      $0.name.count == 2 && $0.name.hasPrefix("h") ? Int($0.name.dropFirst()) : nil
    }
    for (a, b) in zip(levels, levels.dropFirst()) { #expect(b <= a + 1, "h\(a) then h\(b)") }
  }

  @Test func namesCannotBecomeMarkup() async throws {
    let (fit, html, reader) = try await page()
    #expect(reader.all("script").count == 1)
    #expect(reader.all("b").isEmpty && reader.all("i").isEmpty)
    #expect(!html.contains("<script>alert"))
    #expect(reader.all("h1")[0].text.hasPrefix(fit.family))
    #expect(reader.all("h3").contains { $0.text.hasPrefix(SyntheticFamily.nastyName) })
    #expect(reader.rows(ofTable: "inputs").map(\.first) == SyntheticFamily.provenance.inputs.map(\.path))
    #expect(reader.rows(ofTable: "inputs").map(\.last) == SyntheticFamily.provenance.inputs.map(\.sha256))
  }

  @Test func everyScanHasItsPanel() async throws {
    let (fit, _, reader) = try await page()
    let profiles = reader.all("svg", class: "profile")
    #expect(profiles.count == fit.scans.count)
    // A column under the pointer for each grid point, and a mark of the QM energy for each.
    let points = fit.scans.reduce(0) { $0 + $1.points.count }
    #expect(reader.all("rect", class: "target").count == points)
    // A point at 180° is one at −180° too, and stands at both ends.
    func marks(_ points: [ProfilePoint]) -> Int {
      points.reduce(0) { $0 + (abs($1.angle) > 179.5 * Units.degree ? 2 : 1) }
    }
    let all = fit.scans.flatMap(\.points)
    #expect(marks(all) > points)
    #expect(reader.all("circle", class: "qm").filter { $0.path.contains("g") }.count == marks(all))
    let open = marks(all.filter { !$0.isFitted })
    #expect(
      reader.all("circle", class: "open").filter {
        $0.path.contains("g") && $0.attributes["class"] == "qm open"
      }.count == open)
    #expect(reader.all("table", class: "values").count == fit.scans.count)
    #expect(reader.all("span", class: "badge").count == fit.scans.filter(\.isHeldOut).count)
    let reasons = reader.all("div", class: "set-aside-list").map(\.text)
    #expect(reasons.count == 1 && reasons[0].contains("frame 25: energy 40 kcal/mol <above> its neighbours"))
  }

  @Test func numbersAreThoseOfTheSummary() async throws {
    let (fit, _, reader) = try await page()
    let summary = Summary(fit, version: "0.0.0-test")
    let rows = reader.rows(ofTable: "parameter-table")
    #expect(rows.count == summary.parameters.count)
    func shown(_ value: Double?, _ digits: Int) -> String {
      guard let value else { return "–" }
      let text = String(format: "%.\(digits)f", value)
      // printf writes "-0.000"; the page leaves the sign of a rounded zero away.
      let isZero = text.allSatisfy { "-0.".contains($0) }
      return text.replacingOccurrences(of: "-", with: isZero ? "" : "\u{2212}")
    }
    for (row, p) in zip(rows, summary.parameters) {
      #expect(row[0] == p.types.joined(separator: "-"))
      #expect(row[1] == "\(p.periodicity)")
      #expect(row[2] == shown(p.mean, 3) && row[3] == shown(p.sd, 3))
      #expect(row[4] == "\(shown(p.interval90[0], 3)) to \(shown(p.interval90[1], 3))")
      #expect(row[5] == shown(p.base, 3) && row[6] == shown(p.priorSD, 3))
      #expect(row[8] == shown(p.tau, 3) && row[9] == "\(p.molecules)" && row[10] == shown(p.rhat, 3))
      for flag in p.flags { #expect(row[12].contains(flag)) }
    }
    let derived = reader.rows(ofTable: "derived-table")
    let records = summary.scans.flatMap { scan in (scan.derived ?? []).map { (scan, $0) } }
    #expect(derived.count == records.count && !records.isEmpty)
    for (row, (scan, record)) in zip(derived, records) {
      #expect(row[0] == "\(scan.molecule) \(scan.driven.map(String.init).joined(separator: "-"))")
      #expect(row[1].hasPrefix(record.kind))
      #expect(row[2] == shown(record.qm, 2) && row[3] == shown(record.base, 2))
      #expect(row[4] == shown(record.mean, 2))
      let bounds = record.interval90.map { $0.map { shown($0, 2) } }
      #expect(row[5] == bounds.map { "\($0[0]) to \($0[1])" } ?? "–")
    }
    let captions = reader.all("figcaption").map(\.text).filter { $0.contains("→") }
    #expect(captions.count == summary.scans.count)
    for (caption, scan) in zip(captions, summary.scans) {
      #expect(caption.contains("RMSE\u{A0}\(shown(scan.rmseBase, 2))\u{A0}→\u{A0}\(shown(scan.rmseFit, 2))"))
    }
    let big = reader.all("p", class: "big").map(\.text)
    #expect(big.contains { $0.hasPrefix("\(shown(summary.rmseBase, 2)) → \(shown(summary.rmseFit, 2))") })
    let gates = reader.all("ul", class: "gates").map(\.text).joined()
    #expect(gates.contains("from \(shown(summary.rmseBase, 3)) to \(shown(summary.rmseFit, 3)) kcal/mol"))
    #expect(gates.contains("R-hat \(shown(summary.diagnostics.maxRhat, 3))"))
  }

  @Test func everyScanShowsWhatTurns() async throws {
    let (fit, _, reader) = try await page()
    #expect(reader.all("svg", class: "sketch").count == fit.scans.count)
    #expect(reader.all("path", class: "sketch-driven").count == fit.scans.count)
  }

  @Test func correlationsAreThoseOfTheDraws() async throws {
    let (fit, _, reader) = try await page()
    let map = try #require(reader.all("svg", class: "heat-map").first)
    let names = try #require(map.attributes["data-names"]).split(separator: "|").map(String.init)
    let values = try #require(map.attributes["data-values"]).split(separator: ",").compactMap { Double($0) }
    #expect(names.count == fit.parameters.count && values.count == names.count * (names.count - 1) / 2)
    let draws = Array(fit.draws.forceConstants.joined())
    func column(_ p: Int) -> [Double] { draws.map { $0[p] } }
    func correlation(_ a: [Double], _ b: [Double]) -> Double {
      let n = Double(a.count)
      let (ma, mb) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
      func sum(_ f: (Double, Double) -> Double) -> Double {
        zip(a, b).reduce(0) { $0 + f($1.0 - ma, $1.1 - mb) }
      }
      return sum { $0 * $1 } / (sum { x, _ in x * x } * sum { _, y in y * y }).squareRoot()
    }
    for i in names.indices {
      for j in 0..<i {
        // Hundredths.
        let found = values[i * (i - 1) / 2 + j] / 100
        #expect(abs(found - correlation(column(i), column(j))) < 0.0051)
      }
    }
  }

  @Test func drawingsAreFilesOfTheirOwn() async throws {
    let fit = try await SyntheticFamily.fit.value
    var full = ReportPage(fit, provenance: SyntheticFamily.provenance)
    full.fillOptionalParts()
    let figures = full.figures
    #expect(Set(figures.map(\.name)).count == figures.count)
    #expect(figures.count { $0.name.hasPrefix("scan-") } == fit.scans.count)
    for name in [
      "errors", "parameters-c3-c3", "correlations", "calibration", "relaxation", "variance", "matrix",
      "pulls",
      "learning-curve", "follows-01-butane_0-1-2-3-energies",
    ] {
      #expect(figures.contains { $0.name == name }, "\(name)")
    }
    for figure in figures {
      let reader = PageReader(figure.svg)
      #expect(reader.error == nil, "\(figure.name)")
      let svg = try #require(reader.elements.first)
      #expect(
        svg.attributes["width"]?.hasSuffix("mm") == true && svg.attributes["height"]?.hasSuffix("mm") == true)
      // Programs that print know no custom properties, and file systems no odd characters.
      #expect(
        !figure.svg.contains("var(--") && !figure.svg.contains("--c") && !hasUndefinedNumber(figure.svg))
      #expect(figure.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    }
  }

  @Test func pagesEditedByHandAreNoTraps() async throws {
    let fit = try await SyntheticFamily.fit.value
    let page = ReportPage(fit, provenance: SyntheticFamily.provenance)
    #expect(page.isConsistent)
    var ragged = page
    ragged.correlations?.rows[1] = []
    var lost = page
    lost.scans[0].sketch?.driven = [0, 1, 2, 99]
    var loose = page
    loose.scans[0].sketch?.bonds[0].a = 50
    #expect(!ragged.isConsistent && !lost.isConsistent && !loose.isConsistent)
  }
}
