// Densities: each integrates to one, on its own axis and on the logarithm's, and equals SciPy's value.

import Foundation
import Testing

@testable import Statistics

struct DistributionsTests {
  private static let positive: [Density] = [
    .halfNormal(scale: 0.3), .halfNormal(scale: 20), .halfStudentT(degreesOfFreedom: 3, scale: 0.5),
    .halfStudentT(degreesOfFreedom: 1, scale: 2), .logNormal(median: 0.2, logStandardDeviation: 1.5),
    .logNormal(median: 30, logStandardDeviation: 0.1),
  ]

  /// The trapezium rule, which converges exponentially for smooth functions that vanish at both ends.
  private func integral(over range: ClosedRange<Double>, _ f: (Double) -> Double) -> Double {
    let count = 40_000
    let width = (range.upperBound - range.lowerBound) / Double(count)
    return (0...count).reduce(0) { $0 + f(range.lowerBound + Double($1) * width) } * width
  }

  @Test(arguments: positive)
  func densityOfTheLogarithmIntegratesToOne(_ density: Density) {
    #expect(agree(integral(over: -45...45) { exp(density.logDensity(ofLog: $0)) }, 1, within: 1e-8))
  }

  @Test(arguments: positive)
  func bothAxesAgree(_ density: Density) {
    for u in [-3.0, -0.5, 0, 1, 2.5] {
      #expect(agree(density.logDensity(ofLog: u), density.logDensity(exp(u)) + u, within: 1e-12))
    }
  }

  @Test func normalIntegratesToOne() {
    let density = Density.normal(mean: -2, standardDeviation: 0.7)
    #expect(agree(integral(over: -12...8) { exp(density.logDensity($0)) }, 1, within: 1e-12))
  }

  /// scipy.stats 1.17.1: norm(1, 2).logpdf(4), halfnorm(scale=2).logpdf(3), t(4, scale=2).logpdf(3) + log(2),
  /// lognorm(0.5, scale=2).logpdf(3).
  @Test func equalsSciPy() {
    #expect(
      agree(Density.normal(mean: 1, standardDeviation: 2).logDensity(4), -2.737085713764618, within: 1e-14))
    #expect(agree(Density.halfNormal(scale: 2).logDensity(3), -2.0439385332046727, within: 1e-14))
    #expect(
      agree(
        Density.halfStudentT(degreesOfFreedom: 4, scale: 2).logDensity(3), -2.0965470095827747, within: 1e-14)
    )
    #expect(
      agree(
        Density.logNormal(median: 2, logStandardDeviation: 0.5).logDensity(3), -1.653207549099168,
        within: 1e-14))
  }

  @Test(arguments: positive)
  func outsideTheSupportIsMinusInfinity(_ density: Density) {
    for x in [-1, -1e-300, Double.nan, -.infinity, .infinity] {
      #expect(density.logDensity(x) == -.infinity)
    }
    for u in [Double.nan, .infinity, -.infinity] { #expect(density.logDensity(ofLog: u) == -.infinity) }
  }

  @Test func normalOfNaN() {
    #expect(Density.normal(mean: 0, standardDeviation: 1).logDensity(.nan) == -.infinity)
    #expect(Density.normal(mean: 0, standardDeviation: 1).logDensity(.infinity) == -.infinity)
  }
}
