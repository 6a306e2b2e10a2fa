// The map of a scan over two dihedrals.

import Testing

@testable import ReportFiles

@Suite struct MapPlotTests {
  private func panel(_ step: Int) -> ScanPanel {
    var number = 0
    let points = stride(from: -180, to: 180, by: step).flatMap { angle in
      stride(from: -180, to: 180, by: step).map { second -> ScanPanel.Point in
        number += 1
        return ScanPanel.Point(
          frame: number, angle: Double(angle), second: Double(second), qm: Double(number % 7), base: nil,
          fit: number == 5 ? nil : Double(number % 5), isFitted: true)
      }
    }
    return ScanPanel(
      molecule: "glycol <&>", scan: "td", driven: "0-1-2-3", second: "4-0-1-2", types: "oh-c3-c3-oh",
      isHeldOut: false, points: points, setAside: [])
  }

  @Test func everyPointHasItsCells() {
    let drawing = MapPlot(panel: panel(30), index: 3, residualLimit: 2).svg.source
    let reader = PageReader(drawing)
    #expect(reader.error == nil)
    #expect(!drawing.contains("nan") && !drawing.contains("inf") && drawing.contains("glycol &lt;&amp;&gt;"))
    let targets = drawing.components(separatedBy: "class=\"target\"").count - 1
    // Points at −180° stand at both edges: (12 + 1)² cells in each of three maps.
    #expect(targets == 3 * 169)
    #expect(drawing.contains("data-row=\"143\""))
  }

  @Test func emptyAndUndefinedMapsDraw() {
    var empty = panel(90)
    empty.points = []
    #expect(PageReader(MapPlot(panel: empty, index: 0, residualLimit: 0.2).svg.source).error == nil)
    var flat = panel(90)
    for index in flat.points.indices {
      flat.points[index].qm = 0
      flat.points[index].fit = nil
    }
    #expect(PageReader(MapPlot(panel: flat, index: 0, residualLimit: 0.2).svg.source).error == nil)
  }

  /// A bump on one grid point, and none on a slope that all share.
  @Test func pointsApartFromTheirNeighboursAreFound() {
    var map = panel(30)
    for index in map.points.indices {
      map.points[index].qm = 0
      map.points[index].fit = 0.02 * abs(map.points[index].angle) + 0.01 * Double(index % 3)
    }
    #expect(map.pointsApart.isEmpty)
    map.points[50].fit = 4
    #expect(map.pointsApart.map(\.point.frame) == [51])
    #expect(map.pointsApart[0].by > 1)
  }
}
