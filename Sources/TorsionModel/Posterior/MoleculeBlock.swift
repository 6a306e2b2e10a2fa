// One molecule's rows: the pieces that quadratic forms of its force constants are made of.

import Chemistry
import Statistics

/// One molecule's rows over those columns of w = n (k − centre) that they see.
struct MoleculeBlock: Sendable {
  /// The molecule's index in the family.
  var molecule: Int
  /// The family's columns that any of its rows sees, ascending: fewer than it has where no scan turns some bonds.
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
  ///
  /// - Parameter kinds: the kinds of rows and the level of theory of each, one a noise scale.
  func block(
    _ m: Int, designs: [ScanDesign], rows kinds: [(kind: RowKind, level: Int)], prior: CoherentPrior,
    options: ModelOptions
  ) -> MoleculeBlock? {
    guard !molecules[m].isHeldOut else { return nil }
    let all = molecules[m].basis.columns
    let own = scans.indices.filter { scans[$0].molecule == m }
    let seen = all.indices.filter { place in
      own.contains { s in
        kinds.contains { designs[s].sets($0.kind).contains { $0.x.contains { $0[place] != 0 } } }
      }
    }
    let constants = seen.map { all[$0] }
    let unit = constants.map { prior.unit[$0] }
    let levels = Set(own.map(level(ofScan:))).subtracting([0]).sorted()
    let columns =
      constants + levels.flatMap { level in constants.map { level * prior.forceConstantCount + $0 } }
    var pieces: [RowPiece] = []
    for s in own {
      let power = designs[s].power(options)
      let level = level(ofScan: s)
      for (k, (kind, own)) in kinds.enumerated() where own == level {
        guard let rows = designs[s].fitted[kind], !rows.y.isEmpty else { continue }
        pieces.append(
          RowPiece(
            scan: s, kind: k, group: kind.weightGroup, hasOffset: kind.hasOffset, power: power,
            sets: designs[s].sets(kind).map { set in
              (
                set.x.map { row in
                  let shared = zip(seen, unit).map { row[$0] * $1 }
                  return shared + levels.flatMap { $0 == level ? shared : shared.map { _ in 0 } }
                }, set.residuals(prior.centre, columns: all)
              )
            }, points: rows.points, rowWeights: rows.weights))
      }
    }
    return MoleculeBlock(molecule: m, columns: columns, pieces: pieces)
  }
}
