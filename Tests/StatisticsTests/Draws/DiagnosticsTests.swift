// R̂, effective sample sizes and Monte Carlo errors: against ArviZ, by their laws, and where they are undefined.

import Testing

@testable import Statistics

struct DiagnosticsTests {
  @Test(arguments: Reference.arviz.cases.filter { $0.name != "constant" })
  func equalsArviZ(_ reference: Reference.Case) throws {
    let diagnostics = try #require(Diagnostics(reference.chains))
    if reference.chains.count > 1 { #expect(agreeRelatively(diagnostics.rhat, reference.rhat)) }
    #expect(agreeRelatively(diagnostics.essBulk, reference.essBulk))
    #expect(agreeRelatively(diagnostics.essMean, reference.essMean))
    #expect(agreeRelatively(diagnostics.mcseMean, reference.mcseMean))
    #expect(agreeRelatively(diagnostics.mcseSD, reference.mcseSD))
    let tail = [0.05, 0.95].contains { isUndefined($0, in: reference) } ? nil : reference.essTail
    #expect(agreeRelatively(diagnostics.essTail, tail))
    for quantile in reference.quantiles {
      let undefined = isUndefined(quantile.probability, in: reference)
      let probability = quantile.probability
      #expect(agreeRelatively(diagnostics.essQuantile(probability), undefined ? nil : quantile.ess))
      #expect(agreeRelatively(diagnostics.mcseQuantile(probability), undefined ? nil : quantile.mcse))
    }
  }

  /// Where no draw of the split chains is above a quantile ArviZ returns their number; here that is nil.
  private func isUndefined(_ probability: Double, in reference: Reference.Case) -> Bool {
    let length = reference.chains[0].count
    let largest = reference.chains.flatMap { $0.prefix(length / 2) + $0.suffix(length / 2) }.max()!
    return reference.quantiles.contains { $0.probability == probability && $0.value >= largest }
  }

  @Test func singleChainComparesItsHalves() throws {
    let chain = Reference.arviz.cases.first { $0.name == "one chain" }!.chains[0]
    let one = try #require(Diagnostics([chain])?.rhat)
    #expect(one > 0.99 && one < 1.1)
    let trend = try #require(Diagnostics([chain.enumerated().map { $1 + 0.1 * Double($0) }])?.rhat)
    #expect(trend > 1.5)
  }

  @Test func monotoneMapsKeepRankDiagnostics() throws {
    let chains = Reference.arviz.cases[1].chains
    let plain = try #require(Diagnostics(chains))
    let mapped = try #require(Diagnostics(chains.map { $0.map { 3 * $0 - 7 } }))
    #expect(agreeRelatively(plain.essBulk, mapped.essBulk))
    #expect(agreeRelatively(plain.essTail, mapped.essTail))
    #expect(agreeRelatively(plain.rhat, mapped.rhat))
    #expect(agreeRelatively(plain.mcseMean.map { 3 * $0 }, mapped.mcseMean))
    #expect(agreeRelatively(plain.mcseSD.map { 3 * $0 }, mapped.mcseSD))
    let exponential = try #require(Diagnostics(chains.map { $0.map { $0 * $0 * $0 } }))
    #expect(agreeRelatively(plain.essBulk, exponential.essBulk))
  }

  @Test func orderOfChainsDoesNotMatter() throws {
    let chains = Reference.arviz.cases[6].chains
    let (plain, reversed) = (try #require(Diagnostics(chains)), try #require(Diagnostics(chains.reversed())))
    #expect(agreeRelatively(plain.rhat, reversed.rhat, within: 1e-12))
    #expect(agreeRelatively(plain.essBulk, reversed.essBulk, within: 1e-12))
  }

  @Test func autoregressionHasItsKnownSampleSize() throws {
    var stream = RandomStream(seed: 7)
    let coefficient = 0.8
    let chains = (0..<4).map { _ in
      var value = stream.normal() / (1 - coefficient * coefficient).squareRoot()
      return (0..<20_000).map { _ in
        value = coefficient * value + stream.normal()
        return value
      }
    }
    let expected = 80_000 * (1 - coefficient) / (1 + coefficient)
    let diagnostics = try #require(Diagnostics(chains))
    #expect(abs(try #require(diagnostics.essMean) / expected - 1) < 0.1)
    #expect(try #require(diagnostics.rhat) < 1.005)
  }

  @Test(arguments: [
    [], [[]], [[1, 2, 3]], [[1, 2, 3, 4], [1, 2, 3]], [[1, 2, 3, .nan]], [[1, 2, 3, .infinity]],
    [[2, 2, 2, 2], [2, 2, 2, 2]],
  ])
  func undefinedIsNil(_ chains: [[Double]]) {
    #expect(Diagnostics(chains) == nil)
  }

  @Test func quantileErrorsOfManyDraws() throws {
    var stream = RandomStream(seed: 14)
    let chains = (0..<4).map { _ in (0..<5000).map { _ in stream.uniform() } }
    let error = try #require(Diagnostics(chains)?.mcseQuantile(0.3))
    #expect(abs(error / (0.3 * 0.7 / 20_000).squareRoot() - 1) < 0.2)
  }

  @Test func chainsStuckAtDifferentValuesHaveNoRhat() throws {
    let stuck = try #require(Diagnostics([[1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2]]))
    #expect(stuck.rhat == nil)
  }
}
