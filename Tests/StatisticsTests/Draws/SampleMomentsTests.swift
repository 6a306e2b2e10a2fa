// Means and covariances against their definition.

import Testing

@testable import Statistics

@Suite struct SampleMomentsTests {
  @Test func areThoseOfTheDefinition() {
    let rows = [[1.0, 10], [2, 14], [6, 9]]
    let moments = SampleMoments(rows, count: 2)
    #expect(moments.mean == [3, 11])
    #expect(moments.covariance[0, 0] == 7 && moments.covariance[1, 1] == 7)
    #expect(moments.covariance[0, 1] == -3.5 && moments.covariance[1, 0] == -3.5)
  }

  @Test func unitsDivideDeviationsAndNotMeans() {
    let rows = [[1.0, 10], [2, 14], [6, 9]]
    let moments = SampleMoments(rows, count: 2, units: [2, 0.5])
    #expect(moments.mean == [3, 11])
    #expect(moments.covariance[0, 0] == 1.75 && moments.covariance[0, 1] == -3.5)
  }

  @Test func fewerThanTwoRowsVaryNot() {
    #expect(SampleMoments([[4, 5]], count: 2).covariance.elements == [0, 0, 0, 0])
    #expect(SampleMoments([[4, 5]], count: 2).mean == [4, 5])
    #expect(SampleMoments([], count: 1).mean == [0])
  }
}
