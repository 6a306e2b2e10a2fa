// Rows that share a scan and a kind: what quadratic forms are made of, and made of anew when weights change.

import Statistics

/// Rows of one kind of one scan over the molecule's columns of w.
struct RowPiece: Sendable {
  /// The scan's index in the family.
  var scan: Int
  /// The kind's place in the layout.
  var kind: Int
  /// Which of the scan's weights applies where each scan has its own: torques about bonds that are not driven have
  /// another.
  var group: Int
  /// Whether the scan's free offset enters.
  var hasOffset: Bool
  /// The power of the likelihood.
  var power: Double
  /// Rows and targets at each of the geometries that count alike: the log likelihood is the mean of theirs.
  var sets: [(rows: [[Double]], targets: [Double])]
  /// The grid point of each row.
  var points: [Int]
  /// How much each row counts by its energy; see ``EnergyWeighting``.
  var rowWeights: [Double]

  /// The quadratic form over (w, y), offset integrated out, at weights of the rows.
  func gram(weights: [Double]? = nil) -> [Double] {
    var result: [Double] = []
    for (rows, targets) in sets {
      var sums = RowStatistics(columns: rows.first?.count ?? 0)
      for i in rows.indices {
        sums.add(rows[i], targets[i], weight: power * rowWeights[i] * (weights?[points[i]] ?? 1))
      }
      let own = sums.gram(freeOffset: hasOffset)
      result = result.isEmpty ? own : zip(result, own).map { $0 + $1 }
    }
    let count = Double(sets.count)
    return count == 1 ? result : result.map { $0 / count }
  }

  /// How many numbers the rows are worth.
  var degreesOfFreedom: Double {
    let all = power * rowWeights.reduce(0, +)
    return hasOffset ? max(0, all - 1) : all
  }

  /// y less what coordinates explain, row by row at each geometry.
  func residuals(_ coordinates: [Double]) -> [[Double]] {
    sets.map { rows, targets in
      zip(rows, targets).map { row, target in
        zip(row, coordinates).reduce(target) { $0 - $1.0 * $1.1 }
      }
    }
  }
}

/// Weights of the noise's precision: for each scan of the family one number or two, or one a grid point.
typealias NoiseWeights = [[Double]]
