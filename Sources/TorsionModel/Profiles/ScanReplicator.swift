// Drawing one scan's offset and replicates given the force constants and scales of a draw.

import CMath
import Statistics

/// Adds up the replicates of one scan.
///
/// With r = E_QM − E_rest − X k, σ² the noise and w the power of the likelihood, the posterior given k is that of r = c
/// + ε with Var ε = σ²/w and c the free offset. A replicate is E_rest + X k + c + noise of variance σ².
struct ScanReplicator: ~Copyable {
  private let scan: FittedScan
  private var residual: [Double]
  private(set) var result = ScanReplicates()

  init(_ scan: FittedScan, draws: Int) {
    self.scan = scan
    residual = scan.targets
    result.offsets.reserveCapacity(draws)
    result.energies.reserveCapacity(draws * scan.points.count)
    result.logLikelihoods.reserveCapacity(draws * scan.points.count)
  }

  mutating func add(forceConstants: [Double], scales: [Double], stream: inout RandomStream) {
    let own = scan.columns.map { forceConstants[$0] }
    for i in residual.indices {
      var value = scan.targets[i]
      let row = scan.rows[i]
      for j in own.indices { value -= row[j] * own[j] }
      residual[i] = value
    }
    let noise = scan.noiseIndex.map { scales[$0] } ?? 0
    let variance = TorsionPosterior.variance(ofNoise: noise)
    let freedom = scan.freedomIndex.map { scales[$0] }
    if let freedom, scan.noiseModel.weighs == .points {
      addHeavyTailed(variance: variance, freedom: freedom, stream: &stream)
      return
    }
    var grain = variance
    if let freedom, scan.noiseModel.weighs == .scans {
      grain /= scanWeight(variance: variance, freedom: freedom, stream: &stream)
    }
    addIndependent(variance: grain, stream: &stream)
  }

  /// The weight of the scan's noise precision given what its energies say.
  private func scanWeight(variance: Double, freedom: Double, stream: inout RandomStream) -> Double {
    let n = Double(residual.count)
    let mean = residual.reduce(0, +) / n
    let square = residual.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * scan.power / variance
    let rows = max(0, scan.power * n - 1)
    return scan.scanWeight.draw(count: rows, square: square, freedom: freedom, using: &stream)
  }

  /// Every grid point has a weight of its own, integrated out of its likelihood.
  private mutating func addHeavyTailed(variance: Double, freedom: Double, stream: inout RandomStream) {
    // The offset by two turns of weights and mean from the median: points far off count for little.
    var weights = residual.map { _ in 1.0 }
    var offset = residual.sorted()[residual.count / 2]
    for _ in 0..<2 {
      weights = residual.map { value in
        let square = scan.power * (value - offset) * (value - offset) / variance
        return stream.gamma(shape: (freedom + scan.power) / 2, scale: 2 / (freedom + square))
      }
      let total = weights.reduce(0, +)
      let mean = zip(weights, residual).reduce(0) { $0 + $1.0 * $1.1 } / total
      offset = mean + (variance / (total * scan.power)).squareRoot() * stream.normal()
    }
    result.offsets.append(offset)
    let constant =
      lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - 0.5 * log(freedom * .pi * variance)
    for (value, point) in zip(residual, scan.points) {
      let error = value - offset
      let own = stream.gamma(shape: freedom / 2, scale: 2 / freedom)
      result.energies.append(
        Float(point.energy - error + (variance / own).squareRoot() * stream.normal()))
      let density = constant - 0.5 * (freedom + 1) * log1p(error * error / (freedom * variance))
      result.logLikelihoods.append(Float(scan.power * density))
    }
  }

  /// Grid points are independent given the offset.
  private mutating func addIndependent(variance: Double, stream: inout RandomStream) {
    let n = Double(residual.count)
    let mean = residual.reduce(0, +) / n
    let offset = mean + (variance / (n * scan.power)).squareRoot() * stream.normal()
    let noise = variance.squareRoot()
    let constant = log(2 * .pi * variance)
    result.offsets.append(offset)
    for (value, point) in zip(residual, scan.points) {
      let error = value - offset
      result.energies.append(Float(point.energy - error + noise * stream.normal()))
      result.logLikelihoods.append(Float(-0.5 * scan.power * (error * error / variance + constant)))
    }
  }
}
