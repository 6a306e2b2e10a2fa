// One chain: scales by independence sampling, force constants exactly given them, latent variables given both.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What one chain kept.
struct ChainDraws: Sendable {
  var forceConstants: [[Double]] = []
  /// Scales, and ν behind them where noise is a mixture.
  var scales: [[Double]] = []
  /// ln densities of the log scales.
  var logDensities: [Double] = []
  /// Sums over draws.
  var weights: NoiseWeights = []
  var kept: [Double] = []
}

/// A chain ready to run.
struct Chain: ~Copyable {
  private let whole: MixedPosterior
  private let number: Int
  private let seed: UInt64
  private let normal: (mean: [Double], precision: Matrix)
  private let mode: PosteriorMode

  init(
    _ mode: PosteriorMode, of posterior: MixedPosterior, precision: Matrix, number: Int, seed: UInt64
  ) {
    whole = posterior
    self.mode = mode
    normal = (mode.logScales, precision)
    self.number = number
    self.seed = seed
  }

  /// Runs it: `warmup` iterations, then `draws` that are kept.
  func run(warmup: Int, draws: Int) -> ChainDraws {
    var stream = RandomStream(seed: seed, stream: UInt64(number))
    var latent = mode.latent
    var posterior = mode.posterior
    var workspace = PosteriorWorkspace(posterior)
    // Dispersed about the mode by more than the posterior's width, so that R-hat can notice trouble.
    let start = normal.mean.indices.map {
      normal.mean[$0] + 2 / max(1, normal.precision[$0, $0]).squareRoot() * stream.normal()
    }
    guard
      var state = SliceSampler.State(at: start, logDensity: { posterior.logDensity($0, &workspace) })
        ?? SliceSampler.State(at: normal.mean, logDensity: { posterior.logDensity($0, &workspace) })
    else { preconditionFailure("the density is finite at its mode") }
    var sampler = IndependenceSampler(mean: normal.mean, precision: normal.precision)
    var seen: [[Double]] = []
    var result = ChainDraws()
    result.forceConstants.reserveCapacity(draws)
    result.scales.reserveCapacity(draws)
    result.weights = latent.weights.map { $0.map { _ in 0 } }
    result.kept = latent.priorFactors.map { _ in 0 }
    for step in 0..<(warmup + draws) {
      let isKept = step >= warmup
      let turn = isKept ? step - warmup : step
      sampler.step(&state, turn: turn, stream: &stream) { posterior.logDensity($0, &workspace) }
      if isKept || whole.isAugmented {
        let shared = posterior.sharedCoordinates(state.position, &workspace) { stream.normal() }
        if isKept {
          result.forceConstants.append(
            posterior.forceConstants(shared) { group in
              exp(state.position[whole.layout.priorIndex(group: group)]) * stream.normal()
            })
        }
        if whole.isAugmented {
          posterior.draw(&latent, given: shared, workspace, using: &stream)
          posterior = whole.conditional(on: latent)
          guard
            let same = SliceSampler.State(
              at: state.position, logDensity: { posterior.logDensity($0, &workspace) })
          else { preconditionFailure("weights are within bounds") }
          state = same
          // Weights and noise scales together.
          if whole.noise != .normal,
            let (trial, scales, shift) = latent.rescaled(state.position, whole, using: &stream)
          {
            // The likelihood, with the power of the weights that densities given them leave out.
            func logLikelihood(_ state: SliceSampler.State) -> Double {
              state.logDensity - whole.layout.logPrior(state.position)
            }
            let trialPosterior = whole.conditional(on: trial)
            let threshold = log(stream.uniform()) - shift * whole.degreesOfFreedom.reduce(0, +)
            if let next = SliceSampler.State(
              at: scales, logDensity: { trialPosterior.logDensity($0, &workspace) }),
              logLikelihood(next) - logLikelihood(state) > threshold
            {
              (latent, posterior, state) = (trial, trialPosterior, next)
            }
          }
        }
      }
      if isKept {
        result.scales.append(
          state.position.map { exp($0) } + (whole.noise == .normal ? [] : [latent.degreesOfFreedom]))
        result.logDensities.append(state.logDensity)
        if whole.isAugmented { result.add(latent) }
        continue
      }
      if step >= warmup / 5 { seen.append(state.position) }
      // Half-way, what was seen improves the approximation; and once more at the end.
      if step == 3 * warmup / 5 || step == warmup - 1 {
        sampler = IndependenceSampler(improving: normal, by: seen)
      }
    }
    return result
  }
}

extension ChainDraws {
  fileprivate mutating func add(_ latent: Augmentation) {
    for s in weights.indices {
      for u in weights[s].indices { weights[s][u] += latent.weights[s][u] }
    }
    for i in kept.indices where latent.priorFactors[i] == 1 { kept[i] += 1 }
  }
}

extension PosteriorDraws {
  /// What all chains kept.
  init(_ chains: [ChainDraws], of posterior: MixedPosterior) {
    forceConstants = chains.map(\.forceConstants)
    scales = chains.map(\.scales)
    logDensities = chains.map(\.logDensities)
    scaleRoles = posterior.layout.roles + (posterior.noise == .normal ? [] : [.noiseFreedom])
    let count = Double(max(1, forceConstants.reduce(0) { $0 + $1.count }))
    if posterior.noise != .normal, let first = chains.first {
      weights = first.weights.indices.map { s in
        first.weights[s].indices.map { u in chains.reduce(0) { $0 + $1.weights[s][u] } / count }
      }
    }
    if posterior.selectsTerms, let first = chains.first {
      inclusion = first.kept.indices.map { i in chains.reduce(0) { $0 + $1.kept[i] } / count }
    }
  }
}
