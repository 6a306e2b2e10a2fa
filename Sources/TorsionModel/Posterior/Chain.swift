// One chain: scales by independence sampling, force constants exactly given them, latent variables given both.

import CMath
import Statistics

/// What one chain kept.
struct ChainDraws: Sendable {
  /// Then the differences of levels.
  var forceConstants: [[Double]] = []
  /// Some draws with every molecule counted once.
  var plain: [PlainDraw] = []
  /// The sum over draws of the means of the force constants given everything else.
  var conditionalMeans: [Double] = []
  /// Scales, and ν behind them where noise is a mixture.
  var scales: [[Double]] = []
  /// ln densities of the log scales.
  var logDensities: [Double] = []
  /// Sums over draws.
  var weights: NoiseWeights = []
}

/// Where a chain is: the log scales, and the posterior given what latent variables there are.
struct ChainPosition: Sendable {
  var state: SliceSampler.State
  var latent: Augmentation
  /// The posterior given the latent variables.
  var posterior: TorsionPosterior

  /// A position at log scales, of which the density must be finite.
  init?(
    _ logScales: [Double], latent: Augmentation, of whole: TorsionPosterior,
    _ workspace: inout PosteriorWorkspace
  ) {
    let posterior = whole.conditional(on: latent)
    guard
      let state = SliceSampler.State(at: logScales, logDensity: { posterior.logDensity($0, &workspace) })
    else { return nil }
    (self.state, self.latent, self.posterior) = (state, latent, posterior)
  }
}

extension TorsionPosterior {
  /// One transition of a chain: moves the scales, draws the force constants given them, and latent variables given
  /// both.
  ///
  /// - Parameters:
  ///   - wanted: whether the force constants are asked for; else nil comes back.
  ///   - bags: whether those that come back are drawn with the molecules weighed at random. The chain goes on from
  ///     others.
  func advance(
    _ position: inout ChainPosition, by sampler: IndependenceSampler, turn: Int, wanted: Bool = true,
    bags: Bool = false, _ workspace: inout PosteriorWorkspace, using stream: inout RandomStream
  ) -> (mean: [Double], draw: [Double], plain: [Double])? {
    let posterior = position.posterior
    sampler.step(&position.state, turn: turn, stream: &stream) { posterior.logDensity($0, &workspace) }
    guard wanted || noise.weighs != .nothing else { return nil }
    var scales = position.state.position
    let (mean, w) = posterior.meanAndDraw(scales, &workspace, using: &stream)
    drawPriorScales(&scales, given: w, using: &stream)
    if noise.weighs != .nothing {
      var latent = position.latent
      drawNoise(&scales, &latent, given: w, using: &stream)
      guard let next = ChainPosition(scales, latent: latent, of: self, &workspace) else {
        preconditionFailure("weights are within bounds")
      }
      position = next
    } else if let next = ChainPosition(scales, latent: position.latent, of: self, &workspace) {
      position = next
    }
    guard wanted else { return nil }
    let plain = posterior.forceConstants(w)
    guard bags else { return (posterior.forceConstants(mean), plain, plain) }
    let weights = moleculeFactors(using: &stream)
    let draw = position.posterior.draw(
      position.state.position, molecules: weights, &workspace, using: &stream)
    return (posterior.forceConstants(mean), draw, plain)
  }

  /// Draws s and every f given w, by slices: moves where the normal approximation of the collapsed density is poor.
  private func drawPriorScales(
    _ logScales: inout [Double], given w: [Double], using stream: inout RandomStream
  ) {
    let directions = prior.directions(w)
    var squares = layout.priorScales(logScales)
    let tuning = SliceSampler.Tuning(widths: logScales.map { _ in 0.6 })
    let first = layout.priorIndex
    for (index, own) in zip(first..., layout.priors[first...]) {
      let group = index == first ? nil : index - first - 1
      func density(_ x: [Double]) -> Double {
        squares.set(exp(2 * x[index]), group: group)
        return own.logDensity(ofLog: x[index])
          + prior.logDensity(directions: directions, squares, group: group)
      }
      guard var state = SliceSampler.State(at: logScales, logDensity: density) else { return }
      SliceSampler.step(&state, coordinate: index, tuning: tuning, stream: &stream, logDensity: density)
      logScales = state.position
      squares.set(exp(2 * logScales[index]), group: group)
    }
  }

  /// Force constants, then the differences of each other level, of a vector of all of them.
  func parts(of all: [Double]) -> [[Double]] {
    stride(from: 0, to: all.count, by: parameterCount).map { Array(all[$0..<($0 + parameterCount)]) }
  }

  /// Dirichlet(α, …, α) weights of the molecules with rows times their number m, by index in the family.
  ///
  /// The Bayesian bootstrap (Rubin 1981, doi:10.1214/aos/1176345338) has α = 1. A mean over m molecules then varies by
  /// (m − 1)/(m (m + 1)) of their variance, where means of m molecules drawn anew vary by 1/m of it: at three molecules
  /// half of that. α = (m − 2)/m gives 1/m for every m; it is kept above ¼, where one molecule would be all.
  private func moleculeFactors(using stream: inout RandomStream) -> [Double] {
    var factors = [Double](repeating: 1, count: (blocks.map(\.molecule).max() ?? -1) + 1)
    guard blocks.count > 1 else { return factors }
    let shape = max(0.25, 1 - 2 / Double(blocks.count))
    let weights = blocks.map { _ in stream.gamma(shape: shape, scale: 1) }
    let mean = weights.reduce(0, +) / Double(blocks.count)
    for (block, weight) in zip(blocks, weights) { factors[block.molecule] = weight / mean }
    return factors
  }
}

/// A chain ready to run.
struct Chain: Sendable {
  private let whole: TorsionPosterior
  private let number: Int
  private let seed: UInt64
  private let normal: (mean: [Double], precision: Matrix)
  private let mode: PosteriorMode
  private let bags: Bool

  /// How many draws without bagging each chain keeps, about.
  private static let plainDraws = 64

  init(
    _ mode: PosteriorMode, of posterior: TorsionPosterior, precision: Matrix, number: Int, seed: UInt64,
    bags: Bool
  ) {
    whole = posterior
    self.bags = bags
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
    let plainStride = max(1, draws / Self.plainDraws)
    for step in 0..<draws {
      if let (mean, k, plain) = whole.advance(
        &position, by: sampler, turn: step, bags: bags, &workspace, using: &stream)
      {
        result.add(mean, k, position, whole)
        if step % plainStride == plainStride / 2 {
          let parts = whole.parts(of: plain)
          result.plain.append(
            PlainDraw(
              forceConstants: parts[0], differences: Array(parts.dropFirst()), scales: result.scales[step]))
        }
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
  }

  fileprivate mutating func add(
    _ mean: [Double], _ k: [Double], _ position: ChainPosition, _ posterior: TorsionPosterior
  ) {
    forceConstants.append(k)
    if conditionalMeans.isEmpty { conditionalMeans = mean.map { _ in 0 } }
    for i in mean.indices { conditionalMeans[i] += mean[i] }
    scales.append(
      position.state.position.map { exp($0) }
        + (posterior.noise.weighs == .nothing ? [] : [position.latent.degreesOfFreedom]))
    logDensities.append(position.state.logDensity)
    guard posterior.noise.weighs != .nothing else { return }
    for s in weights.indices {
      for u in weights[s].indices { weights[s][u] += position.latent.weights[s][u] }
    }
  }
}

extension PosteriorDraws {
  /// What all chains kept.
  init(_ chains: [ChainDraws], of posterior: TorsionPosterior) {
    let count = Double(max(1, chains.reduce(0) { $0 + $1.forceConstants.count }))
    let means = posterior.parts(
      of: (0..<posterior.columnCount).map { p in
        chains.reduce(0) { $0 + ($1.conditionalMeans.isEmpty ? 0 : $1.conditionalMeans[p]) } / count
      })
    if posterior.layout.otherLevels.isEmpty {
      forceConstants = chains.map(\.forceConstants)
    } else {
      let parts = chains.map { $0.forceConstants.map(posterior.parts) }
      forceConstants = parts.map { $0.map { $0[0] } }
      levels = posterior.layout.otherLevels.enumerated().map { l, level in
        LevelDraws(
          level: level, differences: parts.map { $0.map { $0[l + 1] } }, conditionalMean: means[l + 1])
      }
    }
    scales = chains.map(\.scales)
    plain = chains.flatMap(\.plain)
    logDensities = chains.map(\.logDensities)
    scaleRoles = posterior.layout.roles + (posterior.noise.weighs == .nothing ? [] : [.noiseFreedom])
    conditionalMean = means[0]
    if posterior.noise.weighs != .nothing, let first = chains.first {
      weights = first.weights.indices.map { s in
        first.weights[s].indices.map { u in chains.reduce(0) { $0 + $1.weights[s][u] } / count }
      }
    }
  }
}
