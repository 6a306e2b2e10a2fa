// Scales and weights of noise drawn given the force constants, or settled at their means.

import CMath
import Statistics

extension Augmentation {
  /// Everything at its typical value.
  init(_ posterior: TorsionPosterior) {
    let scans = (posterior.blocks.flatMap(\.pieces).map(\.scan).max() ?? -1) + 1
    var weights: NoiseWeights = (0..<scans).map { _ in [] }
    for piece in posterior.blocks.flatMap(\.pieces) {
      for unit in Set(posterior.noise.weighs == .points ? piece.points : [piece.group]) {
        let missing = unit + 1 - weights[piece.scan].count
        if missing > 0 { weights[piece.scan] += [Double](repeating: 1, count: missing) }
      }
    }
    self.init(weights: weights, logFreedom: Self.freedomCentre)
  }
}

/// What residuals say of the noise, unit by unit: of every scan, or every grid point, that has a weight of its own.
private struct NoiseEvidence {
  /// Which scan and which of its weights.
  var units: [(scan: Int, unit: Int)]
  /// How many numbers of each kind a unit has: unit after unit, kind after kind.
  var freedoms: [Double]
  /// Their sums of squares, in the units of the rows.
  var squares: [Double]
  let kinds: Int
  /// Where units are scans rather than grid points: the prior of their weights.
  let scanWeight: ScanWeight?

  /// ln of the likelihood of noise scales and ν with the weights integrated out, up to a constant.
  func logLikelihood(precisions: [Double], freedom nu: Double) -> Double {
    var value = 0.0
    let logs = precisions.map { log($0) }
    for u in units.indices {
      var (count, square) = (0.0, 0.0)
      for k in 0..<kinds {
        let own = freedoms[u * kinds + k]
        count += own
        square += precisions[k] * squares[u * kinds + k]
        value += 0.5 * own * logs[k]
      }
      if let scanWeight {
        value += scanWeight.logLikelihood(count: count, square: square, freedom: nu)
        continue
      }
      let gamma: Double = lgamma((nu + count) / 2)
      let constant: Double = lgamma(nu / 2)
      value += gamma - constant - 0.5 * count * log(nu)
      value -= 0.5 * (nu + count) * log1p(square / nu)
    }
    return value
  }

  /// The sums of a unit at the precisions given.
  func misfit(_ u: Int, precisions: [Double]) -> (freedom: Double, square: Double) {
    (0..<kinds).reduce((0.0, 0.0)) {
      ($0.0 + freedoms[u * kinds + $1], $0.1 + precisions[$1] * squares[u * kinds + $1])
    }
  }
}

extension TorsionPosterior {
  /// Draws the scales of the noise and ν given w with the weights integrated out, then the weights given all of them:
  /// scales given weights would hardly move (a partially collapsed Gibbs step; van Dyk & Park 2008,
  /// doi:10.1198/016214508000000409).
  func drawNoise(
    _ logScales: inout [Double], _ latent: inout Augmentation, given w: [Double],
    using stream: inout RandomStream
  ) {
    let count = layout.kinds.count
    func precisions(_ x: [Double]) -> [Double] { (0..<count).map { Self.precision(x[$0]) } }
    let evidence = noiseEvidence(w, weights: latent.weights, precisions: precisions(logScales)) {
      stream.normal()
    }
    func density(_ x: [Double]) -> Double {
      let nu = exp(x[count])
      guard nu > 0.1, nu < 1e4 else { return -.infinity }
      return layout.logNoisePrior(x) + Augmentation.freedom.logDensity(x[count])
        + evidence.logLikelihood(precisions: precisions(x), freedom: nu)
    }
    let start = Array(logScales.prefix(count)) + [latent.logFreedom]
    guard var state = SliceSampler.State(at: start, logDensity: density) else { return }
    let tuning = SliceSampler.Tuning(widths: [Double](repeating: 0.5, count: count) + [0.4])
    SliceSampler.step(&state, tuning: tuning, stream: &stream, logDensity: density)
    for k in 0..<count { logScales[k] = state.position[k] }
    latent.logFreedom = state.position[count]
    let nu = latent.degreesOfFreedom
    let moved = precisions(logScales)
    for (u, unit) in evidence.units.enumerated() {
      let misfit = evidence.misfit(u, precisions: moved)
      let weight =
        noise.weighs == .scans
        ? scanWeight.draw(count: misfit.freedom, square: misfit.square, freedom: nu, using: &stream)
        : stream.gamma(shape: (nu + misfit.freedom) / 2, scale: 2 / (nu + misfit.square))
      latent.weights[unit.scan][unit.unit] = min(max(weight, 1e-8), 1e8)
    }
  }

  /// Latent variables at their conditional means given scales and w: the E step of an EM iteration.
  func settle(_ latent: inout Augmentation, logScales: [Double], w: [Double]) {
    let precisions = layout.kinds.indices.map { Self.precision(logScales[$0]) }
    let evidence = noiseEvidence(w, weights: latent.weights, precisions: precisions) { 0 }
    let nu = latent.degreesOfFreedom
    for (u, unit) in evidence.units.enumerated() {
      let misfit = evidence.misfit(u, precisions: precisions)
      latent.weights[unit.scan][unit.unit] =
        noise.weighs == .scans
        ? scanWeight.mean(count: misfit.freedom, square: misfit.square, freedom: nu)
        : (nu + misfit.freedom) / (nu + misfit.square)
    }
  }

  /// ln of the likelihood of w at noise scales, weights integrated out at the typical ν; up to a constant.
  func logLikelihood(of w: [Double], logScales: [Double]) -> Double {
    let precisions = layout.kinds.indices.map { Self.precision(logScales[$0]) }
    guard noise.weighs == .nothing else {
      return noiseEvidence(w, weights: Augmentation(self).weights, precisions: precisions) { 0 }
        .logLikelihood(precisions: precisions, freedom: exp(Augmentation.freedomCentre))
    }
    return blocks.reduce(0) { sum, block in
      let own = block.columns.map { w[$0] } + [-1]
      return zip(block.pieces, block.forms).reduce(sum) {
        $0 - 0.5 * precisions[$1.0.kind] * form($1.1, own)
      }
    }
  }

  /// The precision of noise at the logarithm of its scale.
  static func precision(_ logScale: Double) -> Double { 1 / (exp(2 * logScale) + noiseFloor) }

  /// Sums of squares of residuals by unit and kind.
  ///
  /// - Parameter draw: a normal number for what a scan's offset leaves open; zero for its mean.
  private func noiseEvidence(
    _ w: [Double], weights: NoiseWeights, precisions: [Double], noise draw: () -> Double
  ) -> NoiseEvidence {
    let kinds = layout.kinds.count
    var starts: [Int] = []
    var total = 0
    for each in weights {
      starts.append(total)
      total += each.count
    }
    var freedoms = [Double](repeating: 0, count: total * kinds)
    var squares = freedoms
    for block in blocks {
      let own = block.columns.map { w[$0] }
      for (piece, gram) in zip(block.pieces, block.forms) {
        if noise.weighs == .scans {
          let place = (starts[piece.scan] + piece.group) * kinds + piece.kind
          freedoms[place] += piece.degreesOfFreedom
          squares[place] += max(0, form(gram, own + [-1]))
          continue
        }
        let weights = weights[piece.scan]
        var residuals = piece.residuals(own)
        if piece.hasOffset {
          let each = zip(piece.points, piece.rowWeights).map { weights[$0] * $1 }
          let total = each.reduce(0, +)
          let noise = draw() / (precisions[piece.kind] * piece.power * total).squareRoot()
          for g in residuals.indices {
            let mean = zip(residuals[g], each).reduce(0) { $0 + $1.0 * $1.1 } / total
            for i in residuals[g].indices { residuals[g][i] -= mean + noise }
          }
        }
        for (i, point) in piece.points.enumerated() {
          let place = (starts[piece.scan] + point) * kinds + piece.kind
          let power = piece.power * piece.rowWeights[i]
          freedoms[place] += power
          let square = residuals.reduce(0) { $0 + $1[i] * $1[i] } / Double(residuals.count)
          squares[place] += power * square
        }
      }
    }
    var evidence = NoiseEvidence(
      units: [], freedoms: [], squares: [], kinds: kinds,
      scanWeight: noise.weighs == .scans ? scanWeight : nil)
    for s in weights.indices {
      for u in weights[s].indices {
        let range = ((starts[s] + u) * kinds)..<((starts[s] + u + 1) * kinds)
        guard freedoms[range].contains(where: { $0 > 0 }) else { continue }
        evidence.units.append((s, u))
        evidence.freedoms += freedoms[range]
        evidence.squares += squares[range]
      }
    }
    return evidence
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
}
