// Quantiles and summaries against NumPy and by hand.

import Testing

@testable import Statistics

struct QuantilesTests {
  @Test(arguments: Reference.arviz.cases)
  func quantilesEqualNumPy(_ reference: Reference.Case) throws {
    let sorted = try #require(SortedDraws(reference.draws))
    for quantile in reference.quantiles {
      #expect(agree(sorted.quantile(quantile.probability), quantile.value, within: 1e-12))
    }
  }

  @Test func quantilesByHand() throws {
    let sorted = try #require(SortedDraws([3, 1, 4, 2]))
    #expect(sorted.quantile(0) == 1 && sorted.quantile(1) == 4)
    #expect(sorted.median == 2.5 && sorted.quantile(1 / 3.0) == 2)
    #expect(sorted.centralInterval(1) == 1...4)
    #expect(sorted.centralInterval(0) == 2.5...2.5)
    #expect(try #require(SortedDraws([7])).quantile(0.9) == 7)
    // Between equal draws a quantile is that draw, to the last bit.
    let tied = try #require(SortedDraws(Array(repeating: 0.1, count: 11)))
    #expect((0...100).allSatisfy { tied.quantile(Double($0) / 100) == 0.1 })
  }

  @Test func summaryByHand() throws {
    let summary = try #require(DrawSummary((0...100).map { Double($0) }.reversed()))
    #expect(summary.count == 101 && summary.mean == 50 && summary.median == 50)
    #expect(agree(summary.sd, 858.5.squareRoot()))
    #expect(agree(summary.interval50.lowerBound, 25) && agree(summary.interval50.upperBound, 75))
    #expect(agree(summary.interval90.lowerBound, 5) && agree(summary.interval90.upperBound, 95))
    #expect(agree(summary.interval95.lowerBound, 2.5) && agree(summary.interval95.upperBound, 97.5))
  }

  @Test func undefinedIsNil() {
    #expect(
      SortedDraws([Double]()) == nil && SortedDraws([1, .nan]) == nil && SortedDraws([1, .infinity]) == nil)
    #expect(DrawSummary([]) == nil && DrawSummary([1]) == nil && DrawSummary([1, .nan, 2]) == nil)
    #expect(mean([]) == nil && mean([.nan]) == nil)
    #expect(variance([1]) == nil && standardDeviation([]) == nil && standardDeviation([1, .infinity]) == nil)
    #expect(variance([2, 4]) == 2)
  }
}
