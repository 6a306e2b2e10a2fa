// Latent variables that make mixtures Gaussian: weights of scans or grid points, and terms left out or kept.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a chain holds beside scales and force constants where the noise or the prior is a mixture of normal densities.
///
/// - Noise: precision times λ with λ ~ Gamma(ν/2, ν/2), one a scan (and kind of torque) or one a grid point, so that noise is Student-t with ν
///   degrees of freedom scan-wise or point-wise (West 1987, doi:10.1093/biomet/74.3.646); ν is sampled too.
/// - Prior: a term is kept, with the prior's standard deviation, or left out, with ``spikeRatio`` of it (George & McCulloch
///   1993, doi:10.1080/01621459.1993.10476353); both are as likely beforehand.
struct Augmentation: Sendable {
  /// λ: for each scan one number for energies and driven torques and one for the others, or one a grid point.
  var weights: NoiseWeights
  /// Those that have rows.
  let used: [(scan: Int, unit: Int)]
  /// ln ν.
  var logFreedom: Double
  /// Factors of each coordinate's prior precision: 1 for a term that is kept.
  var priorFactors: [Double]

  /// Standard deviation of a term left out over that of one kept.
  static let spikeRatio = 0.1
  static var spikePrecision: Double { 1 / (spikeRatio * spikeRatio) }
  /// ln ν is normal about ln 4.
  static let freedomCentre = log(4.0)
  static let freedom = Density.normal(mean: freedomCentre, standardDeviation: freedomSpread)
  private static let freedomSpread = 0.15

  /// ν drawn from its prior.
  static func drawFreedom(using stream: inout RandomStream) -> Double {
    exp(freedomCentre + freedomSpread * stream.normal())
  }

  /// Everything at its typical value.
  init(_ posterior: MixedPosterior) {
    let scans = (posterior.blocks.flatMap(\.pieces).map(\.scan).max() ?? -1) + 1
    var weights: NoiseWeights = (0..<scans).map { _ in [] }
    var seen: Set<[Int]> = []
    for piece in posterior.blocks.flatMap(\.pieces) {
      for unit in Set(posterior.noise == .studentT ? piece.points : [piece.group]) {
        let missing = unit + 1 - weights[piece.scan].count
        if missing > 0 { weights[piece.scan] += [Double](repeating: 1, count: missing) }
        seen.insert([piece.scan, unit])
      }
    }
    self.weights = weights
    used = seen.sorted { $0.lexicographicallyPrecedes($1) }.map { ($0[0], $0[1]) }
    logFreedom = Self.freedomCentre
    priorFactors = posterior.groupOfCoordinate.map { _ in 1 }
  }

  /// ν.
  var degreesOfFreedom: Double { exp(logFreedom) }

  /// ln density of all weights given ν, and of ν.
  private func logDensity(ofLogFreedom u: Double, sum: Double, logSum: Double, count: Double) -> Double {
    let half = exp(u) / 2
    return Self.freedom.logDensity(u) + count * (half * log(half) - lgamma(half)) + (half - 1) * logSum
      - half * sum
  }

  /// Draws ln ν given the weights of the units in use.
  mutating func drawFreedom(_ used: [Double], using stream: inout RandomStream) {
    let sum = used.reduce(0, +)
    let logSum = used.reduce(0) { $0 + log($1) }
    let count = Double(used.count)
    func density(_ u: [Double]) -> Double {
      logDensity(ofLogFreedom: u[0], sum: sum, logSum: logSum, count: count)
    }
    guard var state = SliceSampler.State(at: [logFreedom], logDensity: density) else { return }
    SliceSampler.step(
      &state, tuning: SliceSampler.Tuning(widths: [1]), stream: &stream, logDensity: density)
    logFreedom = state.position[0]
  }
}

extension Augmentation {
  /// Proposes to multiply all weights by e²ᵗ and all noise scales by eᵗ, which leaves the likelihood as it is but for the
  /// noise floor; t is drawn by a slice update of what the priors say about it. Scales and weights hang together so
  /// tightly that, one given the other, they would hardly move (Yu & Meng 2011, doi:10.1198/jcgs.2011.203main).
  func rescaled(
    _ logScales: [Double], _ posterior: MixedPosterior, using stream: inout RandomStream
  ) -> (latent: Augmentation, logScales: [Double], shift: Double)? {
    let kinds = posterior.layout.kinds.indices
    let sum = used.reduce(0.0) { $0 + weights[$1.scan][$1.unit] }
    let half = degreesOfFreedom / 2
    func shifted(_ t: Double) -> [Double] {
      var result = logScales
      for k in kinds { result[k] += t }
      return result
    }
    func density(_ t: [Double]) -> Double {
      posterior.layout.logPrior(shifted(t[0])) + half * (2 * t[0] * Double(used.count) - sum * exp(2 * t[0]))
    }
    guard var state = SliceSampler.State(at: [0], logDensity: density) else { return nil }
    let width = 2 / (half * Double(max(1, used.count))).squareRoot()
    SliceSampler.step(
      &state, tuning: SliceSampler.Tuning(widths: [width]), stream: &stream, logDensity: density)
    let t = state.position[0]
    var latent = self
    for each in used { latent.weights[each.scan][each.unit] *= exp(2 * t) }
    return (latent, shifted(t), t)
  }
}

/// How much a scan or a grid point is off: what its weight depends on.
private struct UnitMisfit {
  var freedom = 0.0
  var square = 0.0
}

extension MixedPosterior {
  /// Whether chains hold an ``Augmentation``.
  var isAugmented: Bool { noise != .normal || selectsTerms }

  /// The posterior given the latent variables.
  func conditional(on latent: Augmentation) -> MixedPosterior {
    var result = self
    if noise != .normal { result.weigh(latent.weights) }
    result.priorFactors = latent.priorFactors
    return result
  }

  /// Draws the latent variables given scales and the family's coordinates; deviations and discrepancies are drawn on
  /// the way. The workspace must hold the factors of this posterior at these scales.
  func draw(
    _ latent: inout Augmentation, given shared: [Double],
    _ workspace: borrowing PosteriorWorkspace, using stream: inout RandomStream
  ) {
    if noise != .normal {
      let misfits = self.misfits(shared, weights: latent.weights, workspace) { stream.normal() }
      let nu = latent.degreesOfFreedom
      var used: [Double] = []
      for s in misfits.indices {
        for u in misfits[s].indices where misfits[s][u].freedom > 0 {
          let misfit = misfits[s][u]
          let weight = stream.gamma(shape: (nu + misfit.freedom) / 2, scale: 2 / (nu + misfit.square))
          latent.weights[s][u] = min(max(weight, 1e-8), 1e8)
          used.append(latent.weights[s][u])
        }
      }
      latent.drawFreedom(used, using: &stream)
    }
    if selectsTerms {
      for i in shared.indices {
        let isKept = stream.uniform() < inclusionProbability(shared[i], coordinate: i, workspace)
        latent.priorFactors[i] = isKept ? 1 : Augmentation.spikePrecision
      }
    }
  }

  /// How likely a term is kept whose coordinate has this value.
  private func inclusionProbability(
    _ value: Double, coordinate: Int, _ workspace: borrowing PosteriorWorkspace
  ) -> Double {
    let square = value * value * workspace.priorPrecisions[groupOfCoordinate[coordinate]]
    let logOdds = log(Augmentation.spikeRatio) + 0.5 * square * (Augmentation.spikePrecision - 1)
    return 1 / (1 + exp(-logOdds))
  }

  /// Latent variables at their conditional means given the family's coordinates: the E step of an EM iteration.
  func settle(_ latent: inout Augmentation, shared: [Double], _ workspace: borrowing PosteriorWorkspace) {
    if selectsTerms {
      for i in shared.indices {
        let kept = inclusionProbability(shared[i], coordinate: i, workspace)
        latent.priorFactors[i] = kept + (1 - kept) * Augmentation.spikePrecision
      }
    }
    guard noise != .normal else { return }
    let nu = latent.degreesOfFreedom
    let misfits = self.misfits(shared, weights: latent.weights, workspace) { 0 }
    for s in misfits.indices {
      for u in misfits[s].indices where misfits[s][u].freedom > 0 {
        latent.weights[s][u] = (nu + misfits[s][u].freedom) / (nu + misfits[s][u].square)
      }
    }
  }

  /// Squares of residuals over their variance at weight one, by scan and unit.
  private func misfits(
    _ shared: [Double], weights: NoiseWeights, _ workspace: borrowing PosteriorWorkspace,
    noise draw: () -> Double
  ) -> [[UnitMisfit]] {
    var result = weights.map { $0.map { _ in UnitMisfit() } }
    for (index, block) in blocks.enumerated() {
      var w = block.coordinates(shared)
      if layout.hasDeviation {
        // u given w: from the rows over (u, w, y).
        let r = block.rank
        let u = conditional(
          workspace.moleculeMatrix(index), order: 2 * r + 1, first: r, given: w + [-1], noise: draw)
        for i in w.indices { w[i] += u[i] }
      }
      var discrepancies: [[Int]: [Double]] = [:]
      for (number, effect) in block.effects.enumerated() {
        discrepancies[[effect.scan, effect.effect]] = conditional(
          workspace.effectMatrix(index, number), order: effect.count + block.rank + 1, first: effect.count,
          given: w + [-1], noise: draw)
      }
      for (piece, gram) in zip(block.pieces, block.unweighted) {
        let precision = workspace.precisions[piece.kind]
        let delta = piece.discrepancyCount > 0 ? discrepancies[[piece.scan, piece.effect]]! : []
        let own = weights[piece.scan]
        if noise == .byScan {
          let z = delta + w + [-1]
          result[piece.scan][piece.group].freedom += piece.degreesOfFreedom
          result[piece.scan][piece.group].square += precision * max(0, form(gram, z))
          continue
        }
        var residuals = piece.residuals(delta + w)
        if piece.hasOffset {
          let shares = zip(piece.points, piece.rowWeights).map { own[$0] * $1 }
          let total = shares.reduce(0, +)
          let mean = zip(residuals, shares).reduce(0) { $0 + $1.0 * $1.1 } / total
          let offset = mean + draw() / (precision * piece.power * total).squareRoot()
          for i in residuals.indices { residuals[i] -= offset }
        }
        for i in residuals.indices {
          let (point, power) = (piece.points[i], piece.power * piece.rowWeights[i])
          result[piece.scan][point].freedom += power
          result[piece.scan][point].square += power * precision * residuals[i] * residuals[i]
        }
      }
    }
    return result
  }

  /// zᵀ M z of a symmetric matrix, row after row.
  private func form(_ matrix: [Double], _ z: [Double]) -> Double {
    var sum = 0.0
    for i in z.indices {
      var row = 0.0
      for j in z.indices { row += matrix[i * z.count + j] * z[j] }
      sum += z[i] * row
    }
    return sum
  }

  /// The first variables of an eliminated form given the others: mean, plus noise of their conditional covariance.
  private func conditional(
    _ matrix: UnsafeMutablePointer<Double>, order: Int, first count: Int, given others: [Double],
    noise: () -> Double
  ) -> [Double] {
    var x = (0..<count).map { i in
      (0..<others.count).reduce(noise()) { $0 - matrix[i * order + count + $1] * others[$1] }
    }
    substituteBack(matrix, order: order, first: count, &x)
    return x
  }
}

extension MoleculeBlock {
  /// w = A g.
  func coordinates(_ shared: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rank)
    var left = 0
    for each in classes {
      for row in each.rows {
        for (offset, column) in each.columns.enumerated() {
          result[row] += map[row * stride + left + offset] * shared[column]
        }
      }
      left += each.columns.count
    }
    return result
  }
}
