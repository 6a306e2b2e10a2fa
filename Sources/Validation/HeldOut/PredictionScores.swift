// How good predictions of held-out scans were: error, ranked probability score, log score, coverage, PIT.

import Chemistry
import Statistics
import TorsionModel

/// Scores of predictions, pooled over grid points.
public struct PredictionScores: Hashable, Sendable {
  /// Grid points scored.
  public var points = 0
  /// Root mean square of (posterior mean − QM), relaxed and mean-shifted per scan, kcal/mol; nil without points.
  public var rmse: Double?
  /// The same of the base force field.
  public var baseRMSE: Double?
  /// The same of plain least squares on energies; nil where a molecule did not relax under it.
  public var leastSquaresRMSE: Double?
  /// Both profiles set to zero at the QM minimum.
  public var minimumReferencedRMSE: Double?
  /// Mean continuous ranked probability score, kcal/mol.
  public var crps: Double?
  /// Mean ln predictive density of a scan's energy differences, per grid point.
  public var logScore: Double?
  /// Share of grid points inside their central 50, 90 and 95 % predictive intervals.
  public var coverage50: Double?
  /// See `coverage50`.
  public var coverage90: Double?
  /// See `coverage50`.
  public var coverage95: Double?
  /// For every grid point, the share of the predictive distribution below what was seen.
  public var pit: [Double] = []
  /// Where the predictive variance comes from, mean over grid points.
  public var variance = VarianceShares()

  /// Shares of `pit` by tenths; nil without points.
  public var pitShares: [Double]? {
    guard !pit.isEmpty else { return nil }
    var counts = [Double](repeating: 0, count: 10)
    for value in pit { counts[min(9, Int(value * 10))] += 1 }
    return counts.map { $0 / Double(pit.count) }
  }

  /// The pooled scores of predictions.
  public init(_ predictions: [ScanPrediction]) {
    var (crpsSum, logSum, logCount) = (0.0, 0.0, 0)
    var inside = [0, 0, 0]
    for prediction in predictions {
      for deviations in prediction.deviations {
        guard let sorted = SortedDraws(deviations),
          let score = RankedProbabilityScore.ofDraws(deviations, observed: 0)
        else { continue }
        points += 1
        crpsSum += score
        for (index, mass) in [0.5, 0.9, 0.95].enumerated() where sorted.centralInterval(mass).contains(0) {
          inside[index] += 1
        }
        pit.append(Double(deviations.count { $0 < 0 }) / Double(deviations.count))
      }
      let n = prediction.points.count
      logSum += prediction.logScore * Double(n - 1)
      logCount += n - 1
      variance.parameters += prediction.variance.parameters * Double(n)
      variance.noise += prediction.variance.noise * Double(n)
    }
    rmse = ProfileError.pooled(predictions.compactMap(\.fitError))
    baseRMSE = ProfileError.pooled(predictions.compactMap(\.baseError))
    let plain = predictions.compactMap(\.leastSquaresError)
    if plain.count == predictions.count { leastSquaresRMSE = ProfileError.pooled(plain) }
    minimumReferencedRMSE = ProfileError.pooled(
      predictions.compactMap(\.fitError), by: \.minimumReferencedRMSE)
    guard points > 0 else { return }
    let n = Double(points)
    crps = crpsSum / n
    logScore = logCount > 0 ? logSum / Double(logCount) : nil
    coverage50 = Double(inside[0]) / n
    coverage90 = Double(inside[1]) / n
    coverage95 = Double(inside[2]) / n
    variance.parameters /= n
    variance.noise /= n
  }
}
