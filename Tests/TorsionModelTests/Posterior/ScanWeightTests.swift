// The weight of a scan against sums over its values.

import Foundation
import Statistics
import SyntheticFamilies
import Testing

@testable import TorsionModel

@Suite struct ScanWeightTests {
  private let prior = ScanWeight(scans: 5)

  /// ∫ p(λ) λ^(n/2) exp(−λ S/2) dλ and the same with a further λ, over ln λ.
  private func moments(_ count: Double, _ square: Double, _ nu: Double) -> (Double, Double) {
    func gamma(_ x: Double, shape: Double, rate: Double) -> Double {
      exp(shape * log(rate) - lgamma(shape) + shape * log(x) - rate * x)
    }
    var (sum, first) = (0.0, 0.0)
    for t in stride(from: -40.0, to: 6, by: 0.002) {
      let x = exp(t)
      let density = 0.999 * gamma(x, shape: nu / 2, rate: nu / 2) + 0.001 * gamma(x, shape: 0.5, rate: 50)
      let value = density * exp(0.5 * count * t - 0.5 * x * square)
      sum += value
      first += x * value
    }
    return (sum, first / sum)
  }

  @Test(arguments: [(3.0, 1.0), (20, 20), (20, 250), (20, 400), (8, 1e5)])
  func followsItsDefinition(count: Double, square: Double) {
    let (whole, mean) = moments(count, square, 10)
    let (other, _) = moments(count, 12, 6)
    let ours =
      prior.logLikelihood(count: count, square: square, freedom: 10)
      - prior.logLikelihood(count: count, square: 12, freedom: 6)
    #expect(abs(ours - log(whole / other)) < 1e-5 * (1 + abs(ours)))
    #expect(abs(prior.mean(count: count, square: square, freedom: 10) / mean - 1) < 1e-4)
    var stream = RandomStream(seed: 9)
    let draws = 20_000
    let average =
      (0..<draws).reduce(0) { sum, _ in
        sum + prior.draw(count: count, square: square, freedom: 10, using: &stream)
      } / Double(draws)
    #expect(abs(average / mean - 1) < 0.08)
  }

  @Test func aLoneScanIsNotBroken() {
    let alone = ScanWeight(scans: 1)
    #expect(alone.mean(count: 20, square: 1e4, freedom: 10) == 30.0 / 10010)
    #expect(prior.mean(count: 20, square: 1e4, freedom: 10) < 25.0 / 10010)
  }

  /// What a scan of nonsense says of ν and of the noise that all share is next to nothing.
  @Test func aBrokenScanTeachesNothing() {
    func log(_ freedom: Double, _ square: Double) -> Double {
      prior.logLikelihood(count: 20, square: square, freedom: freedom)
    }
    #expect(abs(log(3, 1e6) - log(10, 1e6)) < 0.05)
    // d ln L / d ln σ = S/σ² · … − n is one at most: beside the 10 of ν = 10.
    let slope = (log(10, 1e6 * exp(-0.02)) - log(10, 1e6)) / 0.01 - 20
    #expect(slope < 1.1 && slope > 0)
  }
}
