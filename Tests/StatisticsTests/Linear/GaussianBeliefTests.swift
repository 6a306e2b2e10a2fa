// Expected information of linear measurements: closed forms and laws.

import CMath
import Statistics
import Testing

@Suite struct GaussianBeliefTests {
  private let belief = GaussianBelief(covariance: Matrix(rows: 2, columns: 2, elements: [4, 1, 1, 3]))
  private let noise = Matrix(diagonal: [0.25])

  @Test func oneMeasurementOfOneParameter() throws {
    let row = Matrix(rows: 1, columns: 2, elements: [1, 0])
    // ½ log(1 + σ²/s²), and the conditional covariance of a bivariate normal.
    let gain = try #require(belief.gain(row, noise: noise))
    #expect(abs(gain - 0.5 * log(1 + 4 / 0.25)) < 1e-12)
    let after = try #require(belief.after(row, noise: noise)).covariance
    #expect(abs(after[0, 0] - 4 * 0.25 / 4.25) < 1e-12)
    #expect(abs(after[1, 1] - (3 - 1 / 4.25)) < 1e-12)
  }

  @Test func informationAddsUpAlongAChain() throws {
    let (a, b) = (
      Matrix(rows: 1, columns: 2, elements: [1, 2]), Matrix(rows: 1, columns: 2, elements: [-1, 1])
    )
    let both = Matrix(rows: 2, columns: 2, elements: [1, 2, -1, 1])
    let first = try #require(belief.gain(a, noise: noise))
    let learnt = try #require(belief.after(a, noise: noise))
    let second = try #require(learnt.gain(b, noise: noise))
    let together = try #require(belief.gain(both, noise: Matrix(diagonal: [0.25, 0.25])))
    #expect(abs(first + second - together) < 1e-12)
    let alone = try #require(belief.gain(b, noise: noise))
    #expect(second <= alone + 1e-12)
  }

  @Test func theSameAgainIsWorthLess() throws {
    let row = Matrix(rows: 1, columns: 2, elements: [1, 1])
    let first = try #require(belief.gain(row, noise: noise))
    let learnt = try #require(belief.after(row, noise: noise))
    let again = try #require(learnt.gain(row, noise: noise))
    #expect(again < 0.4 * first)
  }

  @Test func aboutAllIsTheWholeAndAboutNothingRelatedIsNothing() throws {
    let row = Matrix(rows: 1, columns: 2, elements: [1, 2])
    let whole = try #require(belief.gain(row, noise: noise))
    let all = try #require(belief.gain(row, noise: noise, about: [0, 1]))
    let part = try #require(belief.gain(row, noise: noise, about: [1]))
    #expect(abs(all - whole) < 1e-10 && part <= whole)
    let apart = GaussianBelief(covariance: Matrix(diagonal: [4, 3]))
    let other = Matrix(rows: 1, columns: 2, elements: [1, 0])
    let unrelated = try #require(apart.gain(other, noise: noise, about: [1]))
    #expect(abs(unrelated) < 1e-12)
  }

  @Test func whatIsNoCovarianceIsNil() {
    let row = Matrix(rows: 1, columns: 2, elements: [1, 0])
    #expect(belief.gain(row, noise: Matrix(diagonal: [-9])) == nil)
    #expect(belief.gain(row, noise: Matrix(diagonal: [.nan])) == nil)
  }
}
