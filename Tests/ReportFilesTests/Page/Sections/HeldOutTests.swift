// The held-out section says what the predictions say.

import Statistics
import Testing
import TorsionModel

@testable import ReportFiles

@Suite struct HeldOutTests {
  @Test func panelAgreesWithTheFit() async throws {
    let fit = try await SyntheticFamily.fit.value
    #expect(!fit.predictions.isEmpty)
    let panel = HeldOutPanel(fit.predictions, isInTurn: false)
    // One molecule is held out, and both pool its scans over all grid points.
    #expect(abs(try #require(panel.rmse) - (try #require(fit.heldOutRMSE))) < 1e-12)
    #expect(abs(try #require(panel.rmseBase) - (try #require(fit.heldOutBaseRMSE))) < 1e-12)
    #expect(panel.molecules.map(\.name) == ["hexane"])
    let matrix = try #require(panel.matrix)
    #expect(matrix.molecules == ["hexane"] && matrix.types == ["c3-c3-c3-c3"])
    #expect(abs(try #require(matrix.errors[0][0]) - (try #require(panel.rmse))) < 1e-12)
    for split in panel.variance {
      #expect(abs(split.shares.reduce(0) { $0 + $1.share } - 1) < 1e-12)
      #expect(split.shares.allSatisfy { $0.share >= 0 })
    }
    let observed = panel.coverage[0].points.map(\.observed)
    #expect(observed == observed.sorted() && observed.allSatisfy { (0...1).contains($0) })
  }

  @Test func coverageCountsPoints() async throws {
    var prediction = try #require(try await SyntheticFamily.fit.value.predictions.first)
    // Four points whose draws are 1 … 100 less a number: zero lies at the 50, 20, 4 and 1 % quantile.
    prediction.deviations = [50.5, 20.5, 4.5, 1.5].map { shift in (1...100).map { Double($0) - shift } }
    prediction.points = [0, 1, 2, 3]
    let coverage = HeldOutPanel.Coverage("x", [prediction]).points
    #expect(coverage.first { $0.nominal == 0.5 }?.observed == 0.25)
    #expect(coverage.first { $0.nominal == 0.75 }?.observed == 0.5)
    #expect(coverage.first { $0.nominal == 0.95 }?.observed == 0.75)
  }

  @Test func bandsLieAboutTheQMEnergy() async throws {
    let fit = try await SyntheticFamily.fit.value
    let prediction = try #require(fit.predictions.first)
    let page = ReportPage(fit, provenance: SyntheticFamily.provenance)
    let scan = try #require(page.scans.first { $0.molecule == "hexane" })
    #expect(scan.points.allSatisfy { $0.heldOut != nil })
    for (point, deviations) in zip(scan.points, prediction.deviations) {
      let expected = point.qm + deviations.reduce(0, +) / Double(deviations.count)
      let heldOut = try #require(point.heldOut)
      // The two sums differ in rounding only.
      #expect(abs(heldOut.mean - expected) < 1e-9)
      #expect(heldOut.band90.contains(heldOut.mean))
    }
    #expect(
      page.scans.filter { $0.molecule != "hexane" }.allSatisfy { $0.points.allSatisfy { $0.heldOut == nil } })
  }
}
