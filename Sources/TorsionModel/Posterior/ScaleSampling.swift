// Running the chains: scales by independence sampling, force constants by exact draws given them.

import CMath
import Statistics

extension TorsionPosterior {
  /// Samples: `options.chains` chains from dispersed starts, each on a random stream of its own.
  ///
  /// When R-hat or ESS of a scale or a force constant misses its limit, and four times the draws may bring all of them
  /// within it, the chains are run again with those; once.
  func sample(
    _ options: FitOptions, progress: @escaping @Sendable (FitStage) -> Void = { _ in }
  ) async -> PosteriorDraws {
    let mode = self.mode()
    let precision = mode.precision()
    var draws = options.draws
    for attempt in 0..<2 {
      let count = draws
      progress(.counting(options.chains * (options.warmup + count)))
      let chains = await parallelMap(options.chains, threads: options.threads) { chain in
        Chain(
          mode, of: self, precision: precision, number: chain, seed: options.seed,
          bags: options.model.bagsMolecules
        )
        .run(warmup: options.warmup, draws: count) { progress(.advanced($0)) }
      }
      let result = PosteriorDraws(chains, of: self)
      guard options.extendsChains, attempt == 0 else { return result }
      let diagnostics =
        result.scaleRoles.indices.map { ChainDiagnostics(result.chains(ofScale: $0)) }
        + (0..<parameterCount).map { ChainDiagnostics(result.chains(ofParameter: $0)) }
      let factor = 4
      guard diagnostics.contains(where: { !$0.isGood }),
        diagnostics.allSatisfy({ $0.mayBeGood(withDraws: Double(factor)) })
      else { return result }
      draws *= factor
    }
    preconditionFailure("the loop returns")
  }
}

extension IndependenceSampler {
  /// The approximation with its mean and covariance averaged with those of positions seen, the former counting as
  /// forty of the latter.
  init(improving normal: (mean: [Double], precision: Matrix), by seen: [[Double]]) {
    let n = normal.mean.count
    guard seen.count > 20 else {
      self.init(mean: normal.mean, precision: normal.precision)
      return
    }
    let count = Double(seen.count)
    let own = 40.0
    let mean = (0..<n).map { i in (own * normal.mean[i] + seen.reduce(0) { $0 + $1[i] }) / (own + count) }
    var cholesky = CholeskyWorkspace(order: n)
    let first = cholesky.factor(normal.precision)
    precondition(first, "an approximation is positive definite")
    var covariance = cholesky.inverse()
    for i in 0..<n {
      for j in 0..<n {
        let shift = (normal.mean[i] - mean[i]) * (normal.mean[j] - mean[j])
        let sum = seen.reduce(0) { $0 + ($1[i] - mean[i]) * ($1[j] - mean[j]) }
        covariance[i, j] = (own * (covariance[i, j] + shift) + sum) / (own + count)
      }
    }
    let second = cholesky.factor(covariance)
    precondition(second, "a sum of positive-definite matrices")
    self.init(mean: mean, precision: cholesky.inverse())
  }
}
