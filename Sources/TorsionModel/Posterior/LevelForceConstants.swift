// Which level of theory scans are of, and what scans of it see: the shared force constants and that level's
// differences.

extension PreparedFamily {
  /// The level of theory of a scan: 0 for the family's, else by place among ``otherLevels`` from 1. A held-out scan of
  /// a level that no fitted scan has counts as of the family's.
  func level(ofScan s: Int) -> Int {
    scan(scans[s]).level.flatMap { otherLevels.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
  }

  /// What the noise of a scan's rows belongs to.
  func noiseRole(_ kind: RowKind, ofScan s: Int) -> ScaleRole {
    ScaleRole(kind, level: level(ofScan: s), of: otherLevels)
  }

  /// Whether a pooled error is over a scan: over those of the family's own level, or all where none is.
  func isOfTarget(_ s: Int, among all: [Int]) -> Bool {
    scan(scans[s]).level == nil || all.allSatisfy { scan(scans[$0]).level != nil }
  }
}

extension PosteriorDraws {
  /// The force constants that scans of a level see, kcal/mol, draw after draw of all chains.
  func forceConstants(ofLevel level: Int) -> [[Double]] {
    let shared = Array(forceConstants.joined())
    guard level > 0 else { return shared }
    return zip(shared, levels[level - 1].differences.joined()).map { zip($0, $1).map { $0 + $1 } }
  }

  /// Their means.
  func meanForceConstants(ofLevel level: Int) -> [Double] {
    let all = forceConstants(ofLevel: level)
    guard let first = all.first else { return [] }
    return first.indices.map { p in all.reduce(0) { $0 + $1[p] } / Double(all.count) }
  }
}
