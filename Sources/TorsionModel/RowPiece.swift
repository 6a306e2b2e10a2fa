// Rows that share a scan, a kind and a discrepancy: what quadratic forms are made of, and made of anew when weights change.

import Statistics

/// Rows of one kind of one scan with one discrepancy, over (discrepancy, w).
struct RowPiece: Sendable {
  /// The scan's index in the family.
  var scan: Int
  /// The kind's place in the layout.
  var kind: Int
  /// Which discrepancy of the scan it has.
  var effect: Int
  /// Which discrepancy scale applies.
  var scale: Int
  /// How many of the coordinates are those of the discrepancy.
  var discrepancyCount: Int
  /// Which of the scan's weights applies where each scan has its own: torques about bonds that are not driven have another.
  var group: Int
  /// Whether the scan's free offset enters.
  var hasOffset: Bool
  /// The power of the likelihood.
  var power: Double
  var rows: [[Double]]
  var targets: [Double]
  /// The grid point of each row.
  var points: [Int]
  /// How much each row counts by its energy; see ``EnergyWeighting``.
  var rowWeights: [Double]

  /// The quadratic form over (discrepancy, w, y), offset integrated out, at weights of the rows.
  func gram(weights: [Double]? = nil) -> [Double] {
    var sums = RowStatistics(columns: rows.first?.count ?? 0)
    for i in rows.indices {
      sums.add(rows[i], targets[i], weight: power * rowWeights[i] * (weights?[points[i]] ?? 1))
    }
    return sums.gram(freeOffset: hasOffset)
  }

  /// How many numbers the rows are worth.
  var degreesOfFreedom: Double {
    let all = power * rowWeights.reduce(0, +)
    return hasOffset ? max(0, all - 1) : all
  }

  /// y less what coordinates explain, row by row.
  func residuals(_ coordinates: [Double]) -> [Double] {
    rows.indices.map { i in zip(rows[i], coordinates).reduce(targets[i]) { $0 - $1.0 * $1.1 } }
  }
}

/// Weights of the noise's precision: for each scan of the family one number, or one a grid point.
typealias NoiseWeights = [[Double]]

extension MoleculeBlock {
  /// Makes the quadratic forms of the pieces at weights; nil are ones.
  mutating func weigh(_ weights: NoiseWeights?, perPoint: Bool) {
    if unweighted.isEmpty {
      unweighted = pieces.map { $0.gram() }
      for piece in pieces { degreesOfFreedom[piece.kind] += piece.degreesOfFreedom }
    }
    plain = []
    effects = []
    var places: [[Int]: Int] = [:]
    for (piece, whole) in zip(pieces, unweighted) {
      var gram = whole
      if let own = weights?[piece.scan] {
        if perPoint {
          gram = piece.gram(weights: own)
        } else {
          for i in gram.indices { gram[i] *= own[piece.group] }
        }
      }
      if piece.discrepancyCount > 0 {
        if let place = places[[piece.scan, piece.effect]] {
          effects[place].forms.append((piece.kind, gram))
        } else {
          places[[piece.scan, piece.effect]] = effects.count
          effects.append(
            EffectForm(
              scan: piece.scan, effect: piece.effect, count: piece.discrepancyCount, scale: piece.scale,
              forms: [(piece.kind, gram)]))
        }
      } else if let same = plain.firstIndex(where: { $0.kind == piece.kind }) {
        for i in gram.indices { plain[same].gram[i] += gram[i] }
      } else {
        plain.append((piece.kind, gram))
      }
    }
  }
}
