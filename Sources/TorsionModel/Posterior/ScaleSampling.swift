// Running the chains: scales by independence sampling, force constants by exact draws given them.

import CMath
import Statistics

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
  /// Posterior means of the noise's weights, by scan of the family: one, or one a grid point; empty in models without.
  public var weights: [[Double]] = []

  /// What scans of other levels of theory see beside the force constants, level by level.
  public var levels: [LevelDraws] = []

  /// Some draws with every molecule counted once, of all chains.
  var plain: [PlainDraw] = []

  /// The mean over draws of the means of the force constants given the scales and weights, kcal/mol: without the noise
  /// that draws of what the data leave open add to it (Rao–Blackwell), and without bagging.
  var conditionalMean: [Double] = []

  /// Moves the draws so that their mean is the mean of conditional means.
  mutating func centreOnConditionalMean() {
    let count = Double(max(1, forceConstants.reduce(0) { $0 + $1.count }))
    func shift(_ draws: [[[Double]]], to mean: [Double]) -> [Double] {
      mean.indices.map { p in mean[p] - draws.joined().reduce(0) { $0 + $1[p] } / count }
    }
    move(by: shift(forceConstants, to: conditionalMean))
    for l in levels.indices {
      let own = shift(levels[l].differences, to: levels[l].conditionalMean)
      levels[l].differences = levels[l].differences.map { $0.map { zip($0, own).map { $0 + $1 } } }
    }
  }

  /// One force constant, chain by chain.
  func chains(ofParameter index: Int) -> [[Double]] { forceConstants.map { $0.map { $0[index] } } }

  /// Adds a shift to every draw of the force constants; an empty one is none.
  mutating func move(by shift: [Double]) {
    guard !shift.isEmpty else { return }
    for c in forceConstants.indices {
      for d in forceConstants[c].indices {
        for p in shift.indices { forceConstants[c][d][p] += shift[p] }
      }
    }
  }

  /// One scale, chain by chain.
  func chains(ofScale index: Int) -> [[Double]] { scales.map { $0.map { $0[index] } } }

  /// The mean of one scale over all chains.
  func mean(ofScale index: Int) -> Double {
    let values = chains(ofScale: index).joined()
    return values.reduce(0, +) / Double(max(1, values.count))
  }
}

/// One draw from the posterior in which every molecule counts once: what bagging widens.
struct PlainDraw: Hashable, Sendable {
  /// kcal/mol.
  var forceConstants: [Double]
  /// Beside them what scans of other levels of theory see, level by level.
  var differences: [[Double]] = []
  /// In their own units, by the roles of the scales.
  var scales: [Double]
}

/// The scales of highest density and, where latent variables are part of the model, the posterior given those.
struct PosteriorMode: Sendable {
  var logScales: [Double]
  var latent: Augmentation
  /// The posterior given the latent variables.
  var posterior: TorsionPosterior

  /// The precision of the normal density that fits that of the log scales there.
  func precision() -> Matrix {
    var workspace = PosteriorWorkspace(posterior)
    return Maximum.precision(of: { posterior.logDensity($0, &workspace) }, at: logScales)
  }

  /// The mean of the force constants there.
  func mean() -> [Double] {
    var workspace = PosteriorWorkspace(posterior)
    return posterior.conditionalMean(logScales, &workspace)
  }
}

extension TorsionPosterior {
  /// The log scales of highest density, from `start` or from typical ones.
  func mode(from start: [Double]? = nil) -> PosteriorMode {
    var result = PosteriorMode(
      logScales: start ?? layout.start, latent: Augmentation(self), posterior: self)
    // Few EM steps come close enough: chains start from here, and rounds of relaxation go on from here.
    for step in 0..<(noise.weighs != .nothing ? 6 : 1) {
      var workspace = PosteriorWorkspace(result.posterior)
      if step > 0 {
        let w = result.posterior.coordinates(result.logScales, &workspace) { 0 }
        settle(&result.latent, logScales: result.logScales, w: w)
        result.posterior = conditional(on: result.latent)
      }
      func logDensity(_ scales: [Double]) -> Double { result.posterior.logDensity(scales, &workspace) }
      func gradient(_ scales: [Double]) -> [Double]? { result.posterior.gradient(scales, &workspace) }
      guard
        let best = Maximum(of: logDensity, gradient: gradient, from: result.logScales, tolerance: 0.05)
      else {
        preconditionFailure("the density is finite at scales of ordinary size")
      }
      result.logScales = best.position
    }
    return result
  }

  /// Samples: `options.chains` chains from dispersed starts, each on a random stream of its own.
  ///
  /// When R-hat or ESS of a scale or a force constant misses its limit, and four times the draws may bring all of them within
  /// it, the chains are run again with those; once.
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

/// A thousand draws or up to twice as many, evenly spaced among all: plenty for bands of profiles.
public func drawsForBands(_ draws: [[Double]]) -> [[Double]] {
  stride(from: 0, to: draws.count, by: max(1, draws.count / 1000)).map { draws[$0] }
}
