// What predictions of molecules that a fit did not see say: errors, calibration, where the uncertainty comes from.

import CMath
import Chemistry
import Statistics
import TextFiles
import TorsionModel
import Validation

extension HeldOutPanel {
  /// The panel of predictions; they are not empty.
  ///
  /// - Parameter isInTurn: whether every molecule was held out of a fit of the others, rather than some of this fit.
  init(_ predictions: [ScanPrediction], isInTurn: Bool) {
    let names = unique(predictions.map(\.molecule))
    let types = unique(predictions.map(\.type.label)).sorted()
    func of(_ name: String, _ type: String) -> [ScanPrediction] {
      predictions.filter { $0.molecule == name && $0.type.label == type }
    }
    let testable = predictions.filter(\.unseenTypes.isEmpty)
    // As in summary.json: leaving one out pools what can be tested, a fit's own held-out molecules all.
    let pooled = PredictionScores(isInTurn && !testable.isEmpty ? testable : predictions)
    var coverage: [Coverage] = []
    if !testable.isEmpty { coverage.append(Coverage("all types seen", testable)) }
    if testable.count < predictions.count { coverage.append(Coverage("all scans", predictions)) }
    self.init(
      isInTurn: isInTurn,
      untestableScans: isInTurn && !testable.isEmpty ? predictions.count - testable.count : 0,
      rmseBase: finite(pooled.baseRMSE), rmse: finite(pooled.rmse),
      rmseLeastSquares: finite(pooled.leastSquaresRMSE), crps: finite(pooled.crps), coverage: coverage,
      molecules: names.map { name in
        let own = predictions.filter { $0.molecule == name }
        let scores = PredictionScores(own)
        let draws = sortedDraws(own)
        return Molecule(
          name: name, rmseBase: finite(scores.baseRMSE), rmse: finite(scores.rmse), crps: finite(scores.crps),
          coverage50: observedCoverage(draws, 0.5), coverage90: observedCoverage(draws, 0.9),
          coverage95: observedCoverage(draws, 0.95),
          unseenTypes: Set(own.flatMap(\.unseenTypes)).sorted().map(\.label))
      },
      matrix: Matrix(
        molecules: names, types: types,
        errors: names.map { name in
          types.map { finite(ProfileError.pooled(of(name, $0).compactMap(\.fitError))) }
        },
        coverage90: names.map { name in types.map { observedCoverage(sortedDraws(of(name, $0)), 0.9) } }))
    variance = unique(predictions.map { $0.type.bondClass.joined(separator: "-") }).sorted().compactMap {
      name in
      VarianceSplit(name, predictions.filter { $0.type.bondClass.joined(separator: "-") == name })
    }
  }
}

extension ScanPanel {
  /// Adds the prediction of this scan, where there is one.
  mutating func include(_ predictions: [ScanPrediction]) {
    guard let mine = predictions.first(where: { $0.molecule == molecule && $0.scan == scan }) else { return }
    heldOutRMSE = finite(mine.fitError?.rmse)
    isTestable = mine.unseenTypes.isEmpty
    for (place, deviations) in zip(mine.points, mine.deviations) where points.indices.contains(place) {
      guard let sorted = SortedDraws(deviations), let centre = mean(deviations) else { continue }
      let band = sorted.centralInterval(0.9)
      let qm = points[place].qm
      points[place].heldOut = Prediction(
        mean: qm + centre, band90: (qm + band.lowerBound)...(qm + band.upperBound))
    }
  }
}

extension HeldOutPanel.Coverage {
  /// The observed coverage of central predictive intervals at round nominal ones.
  init(_ name: String, _ predictions: [ScanPrediction]) {
    let draws = sortedDraws(predictions)
    self.init(
      name: name,
      independent: predictions.reduce(0) { $0 + $1.independentPoints },
      points: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95].compactMap { nominal in
        observedCoverage(draws, nominal).map { Point(nominal: nominal, observed: $0) }
      })
  }
}

extension HeldOutPanel.VarianceSplit {
  /// The shares of the predictive variance of some scans; nil when there is none.
  init?(_ label: String, _ predictions: [ScanPrediction]) {
    func sum(_ part: (VarianceShares) -> Double) -> Double {
      predictions.reduce(0) { $0 + part($1.variance) * Double($1.points.count) }
    }
    let total = sum(\.total)
    guard total > 0, total.isFinite else { return nil }
    let points = predictions.reduce(0) { $0 + $1.points.count }
    self.init(
      label: label,
      shares: [
        Share(name: "force constants", share: sum(\.parameters) / total),
        Share(name: "molecules and form", share: sum(\.noise) / total),
      ], sd: (total / Double(max(1, points))).squareRoot())
  }
}

/// The predictive draws of every grid point, sorted once for all intervals.
private func sortedDraws(_ predictions: [ScanPrediction]) -> [SortedDraws] {
  predictions.flatMap(\.deviations).compactMap { SortedDraws($0) }
}

/// The share of grid points inside their central predictive interval of `nominal` mass; nil without points.
private func observedCoverage(_ points: [SortedDraws], _ nominal: Double) -> Double? {
  points.isEmpty
    ? nil : Double(points.count { $0.centralInterval(nominal).contains(0) }) / Double(points.count)
}

private func unique(_ names: [String]) -> [String] {
  var seen: Set<String> = []
  return names.filter { seen.insert($0).inserted }
}
