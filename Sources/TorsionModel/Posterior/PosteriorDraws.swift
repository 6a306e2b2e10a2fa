// What chains keep: force constants, scales and densities, draw by draw.

import Statistics

/// Kept draws of all chains.
public struct PosteriorDraws: Hashable, Sendable {
  /// Force constants, kcal/mol: chain, draw, parameter.
  public var forceConstants: [[[Double]]]
  /// Scales in their own units: chain, draw, scale.
  public var scales: [[[Double]]]
  /// ln posterior density of the logarithms of the scales, force constants integrated out, up to a constant: chain,
  /// draw.
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

/// A thousand draws or up to twice as many, evenly spaced among all: plenty for bands of profiles.
public func drawsForBands(_ draws: [[Double]]) -> [[Double]] {
  stride(from: 0, to: draws.count, by: max(1, draws.count / 1000)).map { draws[$0] }
}
