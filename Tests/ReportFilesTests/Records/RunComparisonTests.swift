// Two runs side by side: a run differs from itself by nothing, the order only turns signs, and nothing of either is lost.

import Foundation
import Support
import Testing
import TextFiles

@testable import ReportFiles

@Suite struct RunComparisonTests {
  private func run(_ path: String) throws -> ComparedRun { try ComparedRun(readingFrom: "\(Folders.root)/\(path)") }

  @Test(arguments: ["reports/esters", "reports/esters/summary.json", "families/esters/baseline.json"])
  func aRunIsItself(_ path: String) throws {
    let run = try run(path)
    let same = RunComparison(run, run)
    #expect(same.parameters.count == run.parameters.count && same.scans.count == run.scans.count)
    #expect(same.parameters.allSatisfy { $0.difference == 0 && $0.a == $0.b && ($0.differenceSD ?? 0) == 0 })
    #expect(same.scans.allSatisfy { $0.a == $0.b && ($0.profileDifference ?? 0) == 0 && ($0.largest ?? 0) == 0 })
    #expect(same.scores.map(\.name) == run.scores.map(\.name) && same.scores.allSatisfy { $0.a == $0.b })
    #expect(same.schema == "swivel.diff/1" && same.a == same.b)
  }

  @Test func orderTurnsSignsAlone() throws {
    let (a, b) = (try run("reports/esters"), try run("reports/ethers"))
    let (forth, back) = (RunComparison(a, b), RunComparison(b, a))
    #expect(forth.a == back.b && forth.b == back.a)
    // What either has is there once.
    let labels = Set(a.parameters.map(\.label)).union(b.parameters.map(\.label))
    #expect(Set(forth.parameters.map(\.label)) == labels && forth.parameters.count == labels.count)
    #expect(Set(forth.scans.map(\.label)) == Set(a.scans.map(\.label)).union(b.scans.map(\.label)))
    // The first one's order, then what the second has alone.
    #expect(forth.parameters.prefix(a.parameters.count).map(\.label) == a.parameters.map(\.label))
    for pair in forth.parameters {
      let other = try #require(back.parameters.first { $0.label == pair.label })
      #expect(other.a == pair.b && other.b == pair.a && other.sdA == pair.sdB && other.sdB == pair.sdA)
      #expect(other.difference == pair.difference.map { -$0 } && other.differenceSD == pair.differenceSD.map { -$0 })
      #expect((pair.difference == nil) == (pair.a == nil || pair.b == nil))
    }
  }

  /// The differences of profiles are those of the points that both have, and the largest of them is at its angle.
  @Test func profilesAreComparedPointByPoint() throws {
    var (a, b) = (try run("families/esters/baseline.json"), try run("families/esters/baseline.json"))
    let angles = a.scans[0].deviations.keys.sorted()
    try #require(angles.count > 4)
    for (index, angle) in angles.enumerated() { b.scans[0].deviations[angle]? += index == 2 ? -0.5 : 0.1 }
    b.scans[0].deviations[angles[0]] = nil
    a.scans[0].deviations[angles[1]] = nil
    let pair = RunComparison(a, b).scans[0]
    #expect(abs((pair.largest ?? 0) + 0.5) < 1e-12 && pair.angle == angles[2])
    let count = Double(angles.count - 2)
    #expect(abs((pair.profileDifference ?? 0) - ((0.25 + (count - 1) * 0.01) / count).squareRoot()) < 1e-12)
    b.scans[0].deviations = [:]
    let none = RunComparison(a, b).scans[0]
    #expect(none.profileDifference == nil && none.largest == nil && none.angle == nil)
  }

  @Test func thePageHasEveryRow() throws {
    let comparison = RunComparison(try run("reports/esters"), try run("reports/ethers"))
    let html = htmlComparison(comparison)
    let reader = PageReader(html)
    #expect(reader.error == nil && !hasUndefinedNumber(html))
    let rows = reader.all("th").filter { $0.attributes["scope"] == "row" }.map(\.text)
    #expect(rows == comparison.scores.map(\.name) + comparison.scans.map(\.label) + comparison.parameters.map(\.label))
    // Names that a family may have cannot become markup.
    var nasty = try run("reports/esters")
    nasty.family = "<script>alert(1)</script>"
    nasty.parameters[0].label = "a<b>&\"c"
    let safe = htmlComparison(RunComparison(nasty, nasty))
    #expect(PageReader(safe).error == nil && !safe.contains("<script>alert") && safe.contains("a&lt;b&gt;&amp;"))
  }
}
