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

/// Where a chain is: the log scales, and the posterior given what latent variables there are.
struct ChainPosition: Sendable {
  var state: SliceSampler.State
  var latent: Augmentation
  /// The posterior given the latent variables.
  var posterior: MixedPosterior

  /// A position at log scales, of which the density must be finite.
  init?(
    _ logScales: [Double], latent: Augmentation, of whole: MixedPosterior,
    _ workspace: inout PosteriorWorkspace
  ) {
    let posterior = whole.conditional(on: latent)
    guard
      let state = SliceSampler.State(at: logScales, logDensity: { posterior.logDensity($0, &workspace) })
    else { return nil }
    (self.state, self.latent, self.posterior) = (state, latent, posterior)
  }
}

extension MixedPosterior {
  /// One transition of a chain: moves the scales, draws the force constants given them, and latent variables given both.
  ///
  /// - Parameter wanted: whether the force constants are asked for; else nil comes back.
  func advance(
    _ position: inout ChainPosition, by sampler: IndependenceSampler, turn: Int, wanted: Bool = true,
    _ workspace: inout PosteriorWorkspace, using stream: inout RandomStream
  ) -> [Double]? {
    let posterior = position.posterior
    sampler.step(&position.state, turn: turn, stream: &stream) { posterior.logDensity($0, &workspace) }
    guard wanted || isAugmented else { return nil }
    let scales = position.state.position
    let shared = posterior.sharedCoordinates(scales, &workspace) { stream.normal() }
    let forceConstants =
      wanted
      ? posterior.forceConstants(shared) { group in
        exp(scales[layout.priorIndex(group: group)]) * stream.normal()
      } : nil
    guard isAugmented else { return forceConstants }
    var latent = position.latent
    posterior.draw(&latent, given: shared, workspace, using: &stream)
    guard let next = ChainPosition(scales, latent: latent, of: self, &workspace) else {
      preconditionFailure("weights are within bounds")
    }
    position = next
    if noise != .normal { rescale(&position, &workspace, using: &stream) }
    return forceConstants
  }

  /// Moves weights and noise scales together.
  private func rescale(
    _ position: inout ChainPosition, _ workspace: inout PosteriorWorkspace, using stream: inout RandomStream
  ) {
    guard
      let (latent, scales, shift) = position.latent.rescaled(position.state.position, self, using: &stream)
    else { return }
    // The likelihood, with the power of the weights that densities given them leave out.
    func logLikelihood(_ state: SliceSampler.State) -> Double {
      state.logDensity - layout.logPrior(state.position)
    }
    let threshold = log(stream.uniform()) - shift * degreesOfFreedom.reduce(0, +)
    if let next = ChainPosition(scales, latent: latent, of: self, &workspace),
      logLikelihood(next.state) - logLikelihood(position.state) > threshold
    {
      position = next
    }
  }
}

/// A chain ready to run.
struct Chain: Sendable {
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

  /// Runs it: `warmup` iterations, then `draws` that are kept; tells how many more are done now and then.
  func run(warmup: Int, draws: Int, advanced: (Int) -> Void = { _ in }) -> ChainDraws {
    // Seldom enough to cost nothing beside an iteration.
    let stride = 64
    func count(_ step: Int, of steps: Int) {
      if (step + 1) % stride == 0 { advanced(stride) } else if step + 1 == steps { advanced(steps % stride) }
    }
    var stream = RandomStream(seed: seed, stream: UInt64(number))
    var workspace = PosteriorWorkspace(mode.posterior)
    // Dispersed about the mode by more than the posterior's width, so that R-hat can notice trouble.
    let start = normal.mean.indices.map {
      normal.mean[$0] + 2 / max(1, normal.precision[$0, $0]).squareRoot() * stream.normal()
    }
    guard
      var position = ChainPosition(start, latent: mode.latent, of: whole, &workspace)
        ?? ChainPosition(normal.mean, latent: mode.latent, of: whole, &workspace)
    else { preconditionFailure("the density is finite at its mode") }
    var sampler = IndependenceSampler(mean: normal.mean, precision: normal.precision)
    var seen: [[Double]] = []
    for step in 0..<warmup {
      _ = whole.advance(&position, by: sampler, turn: step, wanted: false, &workspace, using: &stream)
      if step >= warmup / 5 { seen.append(position.state.position) }
      // Half-way, what was seen improves the approximation; and once more at the end.
      if step == 3 * warmup / 5 || step == warmup - 1 {
        sampler = IndependenceSampler(improving: normal, by: seen)
      }
      count(step, of: warmup)
    }
    var result = ChainDraws(position.latent, reserving: draws)
    for step in 0..<draws {
      if let k = whole.advance(&position, by: sampler, turn: step, &workspace, using: &stream) {
        result.add(k, position, whole)
      }
      count(step, of: draws)
    }
    return result
  }
}

extension ChainDraws {
  fileprivate init(_ latent: Augmentation, reserving draws: Int) {
    forceConstants.reserveCapacity(draws)
    scales.reserveCapacity(draws)
    logDensities.reserveCapacity(draws)
    weights = latent.weights.map { $0.map { _ in 0 } }
    kept = latent.priorFactors.map { _ in 0 }
  }

  fileprivate mutating func add(_ k: [Double], _ position: ChainPosition, _ posterior: MixedPosterior) {
    forceConstants.append(k)
    scales.append(
      position.state.position.map { exp($0) }
        + (posterior.noise == .normal ? [] : [position.latent.degreesOfFreedom]))
    logDensities.append(position.state.logDensity)
    guard posterior.isAugmented else { return }
    for s in weights.indices {
      for u in weights[s].indices { weights[s][u] += position.latent.weights[s][u] }
    }
    for i in kept.indices where position.latent.priorFactors[i] == 1 { kept[i] += 1 }
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
