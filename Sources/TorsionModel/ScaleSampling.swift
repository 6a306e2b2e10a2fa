// Running the chains: scales by independence sampling, force constants by exact draws given them.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Kept draws of all chains.
public struct PosteriorDraws: Hashable, Sendable {
  /// Force constants, kcal/mol: chain, draw, parameter.
  public var forceConstants: [[[Double]]]
  /// Scales in their own units: chain, draw, scale.
  public var scales: [[[Double]]]
  /// ln posterior density of the logarithms of the scales, force constants integrated out, up to a constant: chain, draw.
  public var logDensities: [[Double]]
  /// What each scale belongs to.
  public var scaleRoles: [ScaleRole]

  /// One force constant, chain by chain.
  func chains(ofParameter index: Int) -> [[Double]] { forceConstants.map { $0.map { $0[index] } } }

  /// One scale, chain by chain.
  func chains(ofScale index: Int) -> [[Double]] { scales.map { $0.map { $0[index] } } }
}

extension MixedPosterior {
  /// The log scales of highest density, from `start` or from typical ones.
  func mode(from start: [Double]? = nil) -> [Double] {
    var workspace = PosteriorWorkspace(self)
    func logDensity(_ scales: [Double]) -> Double { self.logDensity(scales, &workspace) }
    guard let best = Maximum(of: logDensity, from: start ?? layout.start, tolerance: 0.05) else {
      preconditionFailure("the density is finite at scales of ordinary size")
    }
    return best.position
  }

  /// A normal approximation about the mode.
  private func approximation() -> (mean: [Double], precision: Matrix) {
    var workspace = PosteriorWorkspace(self)
    func logDensity(_ scales: [Double]) -> Double { self.logDensity(scales, &workspace) }
    let mode = self.mode()
    return (mode, Maximum.precision(of: logDensity, at: mode))
  }

  /// Samples: `options.chains` chains from dispersed starts, each on a random stream of its own.
  ///
  /// When R-hat or ESS of a scale or a force constant misses its limit, the chains are run again with four times the
  /// draws; once.
  func sample(_ options: FitOptions) async -> PosteriorDraws {
    let normal = approximation()
    var draws = options.draws
    for attempt in 0..<2 {
      let count = draws
      let chains = await parallelMap(options.chains, threads: options.threads) { chain in
        runChain(normal, chain: chain, warmup: options.warmup, draws: count, seed: options.seed)
      }
      let result = PosteriorDraws(
        forceConstants: chains.map(\.forceConstants), scales: chains.map { $0.logScales.map { $0.map(exp) } },
        logDensities: chains.map(\.logDensities), scaleRoles: layout.roles)
      guard options.extendsChains else { return result }
      let good =
        (0..<layout.count).allSatisfy { ChainDiagnostics(result.chains(ofScale: $0)).isGood }
        && (0..<parameterCount).allSatisfy { ChainDiagnostics(result.chains(ofParameter: $0)).isGood }
      if good || attempt == 1 { return result }
      draws *= 4
    }
    preconditionFailure("the loop returns")
  }

  private func runChain(
    _ normal: (mean: [Double], precision: Matrix), chain: Int, warmup: Int, draws: Int, seed: UInt64
  ) -> (forceConstants: [[Double]], logScales: [[Double]], logDensities: [Double]) {
    var stream = RandomStream(seed: seed, stream: UInt64(chain))
    var workspace = PosteriorWorkspace(self)
    func logDensity(_ scales: [Double]) -> Double { self.logDensity(scales, &workspace) }
    // Dispersed about the mode by more than the posterior's width, so that R-hat can notice trouble.
    let start = normal.mean.indices.map {
      normal.mean[$0] + 2 / max(1, normal.precision[$0, $0]).squareRoot() * stream.normal()
    }
    guard
      var state = SliceSampler.State(at: start, logDensity: logDensity)
        ?? SliceSampler.State(at: normal.mean, logDensity: logDensity)
    else { preconditionFailure("the density is finite at its mode") }
    var sampler = IndependenceSampler(mean: normal.mean, precision: normal.precision)
    var seen: [[Double]] = []
    for step in 0..<warmup {
      sampler.step(&state, turn: step, stream: &stream, logDensity: logDensity)
      if step >= warmup / 5 { seen.append(state.position) }
      // Half-way, what was seen improves the approximation.
      if step == 3 * warmup / 5 { sampler = IndependenceSampler(improving: normal, by: seen) }
    }
    sampler = IndependenceSampler(improving: normal, by: seen)
    var forceConstants: [[Double]] = []
    var kept: [[Double]] = []
    var logDensities: [Double] = []
    forceConstants.reserveCapacity(draws)
    kept.reserveCapacity(draws)
    for step in 0..<draws {
      sampler.step(&state, turn: step, stream: &stream, logDensity: logDensity)
      kept.append(state.position)
      logDensities.append(state.logDensity)
      forceConstants.append(draw(state.position, &workspace, using: &stream))
    }
    return (forceConstants, kept, logDensities)
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
