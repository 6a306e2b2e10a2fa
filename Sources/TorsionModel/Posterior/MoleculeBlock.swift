// One molecule's rows: the pieces that quadratic forms of its force constants are made of.

import Chemistry
import Statistics

/// One molecule's rows over its columns of w = n (k − centre).
struct MoleculeBlock: Sendable {
  /// The molecule's index in the family.
  var molecule: Int
  /// The family's columns that it has, ascending.
  var columns: [Int]
  /// Its rows.
  var pieces: [RowPiece]
  /// The form of each piece at weights of one: over (w, y), row after row.
  var forms: [[Double]]

  init(molecule: Int, columns: [Int], pieces: [RowPiece]) {
    self.molecule = molecule
    self.columns = columns
    self.pieces = pieces
    forms = pieces.map { $0.gram() }
  }
}

extension PreparedFamily {
  /// The rows of a fitted molecule; nil for one that is held out.
  func block(
    _ m: Int, designs: [ScanDesign], kinds: [RowKind], prior: CoherentPrior, options: ModelOptions
  ) -> MoleculeBlock? {
    guard !molecules[m].isHeldOut else { return nil }
    let columns = molecules[m].basis.columns
    let unit = columns.map { prior.unit[$0] }
    var pieces: [RowPiece] = []
    for (s, index) in scans.enumerated() where index.molecule == m {
      let power = options.power(points: designs[s].fitted[.energy]?.y.count ?? 0)
      for (k, kind) in kinds.enumerated() {
        guard let rows = designs[s].fitted[kind], !rows.y.isEmpty else { continue }
        pieces.append(
          RowPiece(
            scan: s, kind: k, group: kind == .otherTorque ? 1 : 0, hasOffset: kind == .energy, power: power,
            rows: rows.x.map { row in zip(row, unit).map { $0 * $1 } },
            targets: zip(rows.x, rows.y).map { row, y in
              zip(row, columns).reduce(y) { $0 - $1.0 * prior.centre[$1.1] }
            }, points: rows.points, rowWeights: rows.weights))
      }
    }
    return MoleculeBlock(molecule: m, columns: columns, pieces: pieces)
  }
}
