// Running the chains: scales by slice sampling, force constants by exact draws given them.

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
  /// Scales in their own units: chain, draw, scale; the prior's is the last.
  public var scales: [[[Double]]]
  /// What each scale belongs to; nil is the prior of the force constants.
  public var scaleKinds: [RowKind?]

  /// One force constant, chain by chain.
  func chains(ofParameter index: Int) -> [[Double]] { forceConstants.map { $0.map { $0[index] } } }

  /// One scale, chain by chain.
  func chains(ofScale index: Int) -> [[Double]] { scales.map { $0.map { $0[index] } } }
}

/// Samples a posterior: `options.chains` chains from dispersed starts, each on a random stream of its own.
///
/// When R-hat or ESS of a scale misses its limit, the chains are run again with twice the draws; once.
func sample(_ density: CollapsedPosterior, options: FitOptions) async -> PosteriorDraws {
  let mode = density.mode()
  var draws = options.draws
  for attempt in 0..<2 {
    let count = draws
    let chains = await parallelMap(options.chains, threads: options.threads) { chain in
      runChain(density, mode: mode, chain: chain, warmup: options.warmup, draws: count, seed: options.seed)
    }
    let result = PosteriorDraws(
      forceConstants: chains.map(\.forceConstants), scales: chains.map { $0.logScales.map { $0.map(exp) } },
      scaleKinds: density.blocks.map(\.kind) + [nil])
    let good = (0..<density.dimension).allSatisfy {
      ChainDiagnostics(result.chains(ofScale: $0)).isGood
    }
    if good || attempt == 1 { return result }
    draws *= 2
  }
  preconditionFailure("the loop returns")
}

private func runChain(
  _ density: CollapsedPosterior, mode: [Double], chain: Int, warmup: Int, draws: Int, seed: UInt64
) -> (forceConstants: [[Double]], logScales: [[Double]]) {
  var stream = RandomStream(seed: seed, stream: UInt64(chain))
  var workspace = ScaleWorkspace(density)
  func logDensity(_ scales: [Double]) -> Double { density.logDensity(scales, &workspace) }
  // Dispersed about the mode by more than the posterior's width, so that R-hat can notice trouble.
  let start = mode.map { $0 + 0.5 * stream.normal() }
  guard
    var state = SliceSampler.State(at: start, logDensity: logDensity)
      ?? SliceSampler.State(at: mode, logDensity: logDensity)
  else { preconditionFailure("the density is finite at its mode") }
  let tuning = SliceSampler.warmUp(
    &state, tuning: SliceSampler.Tuning(widths: mode.map { _ in 0.5 }), steps: warmup, stream: &stream,
    logDensity: logDensity)
  var forceConstants: [[Double]] = []
  var kept: [[Double]] = []
  forceConstants.reserveCapacity(draws)
  kept.reserveCapacity(draws)
  for _ in 0..<draws {
    SliceSampler.step(&state, tuning: tuning, stream: &stream, logDensity: logDensity)
    kept.append(state.position)
    forceConstants.append(density.draw(state.position, &workspace, using: &stream))
  }
  return (forceConstants, kept)
}
