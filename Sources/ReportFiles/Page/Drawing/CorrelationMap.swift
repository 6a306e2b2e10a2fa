// Posterior correlations of the force constants, and the strongest of them.

import CMath
import TorsionModel

/// The correlations of all pairs of force constants, in the order of the parameters.
struct CorrelationMap: Codable, Hashable, Sendable {
  /// Row by row the part below the diagonal, in hundredths: 53 is 0.53.
  var rows: [[Int]]

  /// The map of draws, draw by parameter; nil for fewer than two parameters.
  init?(draws: [[Double]]) {
    guard let count = draws.first?.count, count > 1, draws.count > 1 else { return nil }
    let n = Double(draws.count)
    let means = (0..<count).map { p in draws.reduce(0) { $0 + $1[p] } / n }
    let columns = (0..<count).map { p -> [Double] in
      let centred = draws.map { $0[p] - means[p] }
      let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return length > 0 ? centred.map { $0 / length } : centred
    }
    rows = (0..<count).map { i in
      (0..<i).map { j in
        Int((100 * zip(columns[i], columns[j]).reduce(0) { $0 + $1.0 * $1.1 }).rounded())
      }
    }
  }

  /// The correlation of two different parameters.
  subscript(_ i: Int, _ j: Int) -> Double { Double(i > j ? rows[i][j] : rows[j][i]) / 100 }

  /// The pairs of at least `limit` in size, the strongest first.
  func strongest(_ limit: Double, count: Int) -> [(first: Int, second: Int, value: Double)] {
    let pairs = rows.indices.flatMap { i in
      rows[i].indices.compactMap { j in
        abs(self[i, j]) >= limit ? (first: j, second: i, value: self[i, j]) : nil
      }
    }
    return Array(pairs.sorted { abs($0.value) > abs($1.value) }.prefix(count))
  }
}
