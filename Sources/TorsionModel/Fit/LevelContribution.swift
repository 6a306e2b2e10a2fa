// What each level of theory brings to a fit of several: its data, its noise, how it differs, and what would be known
// without it.

import Chemistry
import Statistics

/// One level of theory in a fit of scans of several.
public struct LevelContribution: Hashable, Sendable {
  /// How it differs about one kind of bond.
  public struct BondDifference: Hashable, Sendable {
    /// "c3-c3".
    public var bond: String
    /// Scans of this level that drive such a bond.
    public var scans: Int
    /// Scans of the family's own level that do: without any the difference is not learned there.
    public var targetScans: Int
    /// Root mean square of the difference over the grid points of this level's scans, each about its mean; kcal/mol.
    public var size: DrawSummary
  }

  /// What it is called; nil for a family's level without a name.
  public var level: String?
  /// Whether it is the family's own, to which the force constants are fitted.
  public var isTarget: Bool
  /// Fitted scans.
  public var scans: Int
  /// Energies that are fitted.
  public var points: Int
  /// Noise of its energies, kcal/mol.
  public var energyNoise: DrawSummary?
  /// Noise of its torques about driven bonds, kcal/mol/rad; nil without any.
  public var torqueNoise: DrawSummary?
  /// The scale d of the difference's prior, kcal/mol; nil for the family's level.
  public var difference: DrawSummary?
  /// How it differs, bond class by bond class; empty for the family's level.
  public var bonds: [BondDifference] = []
  /// 1 − posterior variance / prior variance of each force constant without its scans, at the scales of highest
  /// density.
  public var contractionWithout: [Double]
}

/// The levels of a fit and what all of them tell together.
public struct LevelContributions: Hashable, Sendable {
  /// The family's own first.
  public var levels: [LevelContribution]
  /// 1 − posterior variance / prior variance of each force constant with all scans, at the scales of highest density.
  public var contraction: [Double]
}

extension PreparedFamily {
  /// What levels contribute; nil where there is one.
  func levelContributions(
    _ designs: [ScanDesign], density: TorsionPosterior, draws: PosteriorDraws, target: String?
  ) -> LevelContributions? {
    guard !otherLevels.isEmpty else { return nil }
    let mode = density.mode()
    let prior = density.prior.marginalVariances(density.layout.priorScales(mode.logScales))
    func contractions(without level: Int?) -> [Double] {
      let variances = mode.posterior.variances(mode.logScales, without: level)
      return (0..<density.parameterCount).map { min(1, max(0, 1 - variances[$0] / prior[$0])) }
    }
    func summary(_ role: ScaleRole) -> DrawSummary? {
      draws.scaleRoles.firstIndex(of: role).map { drawSummary(Array(draws.chains(ofScale: $0).joined())) }
    }
    let levels = (0...otherLevels.count).map { level -> LevelContribution in
      let own = scans.indices.filter { isFitted($0) && self.level(ofScan: $0) == level }
      func noise(_ kind: RowKind) -> DrawSummary? {
        summary(ScaleRole(kind, level: level, of: otherLevels))
      }
      return LevelContribution(
        level: level == 0 ? target : otherLevels[level - 1], isTarget: level == 0, scans: own.count,
        points: own.reduce(0) { $0 + (designs[$1].fitted[.energy]?.y.count ?? 0) },
        energyNoise: noise(.energy), torqueNoise: noise(.drivenTorque),
        difference: level == 0 ? nil : summary(.difference(otherLevels[level - 1])),
        bonds: level == 0 ? [] : differences(ofLevel: level, scans: own, designs, draws),
        contractionWithout: contractions(without: level))
    }
    return LevelContributions(levels: levels, contraction: contractions(without: nil))
  }

  private func isFitted(_ s: Int) -> Bool { !molecules[scans[s].molecule].isHeldOut }

  private func differences(
    ofLevel level: Int, scans own: [Int], _ designs: [ScanDesign], _ draws: PosteriorDraws
  ) -> [LevelContribution.BondDifference] {
    let used = drawsForBands(Array(draws.levels[level - 1].differences.joined()))
    return classTable.classes.compactMap { bondClass in
      let driving = own.filter { drives(scans[$0], bondClass) && designs[$0].points.count > 1 }
      guard !driving.isEmpty else { return nil }
      var squares = used.map { _ in 0.0 }
      var points = 0
      for s in driving {
        let columns = molecules[scans[s].molecule].basis.columns
        let local = columns.indices.filter { bondClass.columns.contains(columns[$0]) }
        points += designs[s].points.count
        for (d, u) in used.enumerated() {
          let values = designs[s].energyRows.map { row in
            local.reduce(0.0) { $0 + row[$1] * u[columns[$1]] }
          }
          squares[d] += squaresAboutMean(values, weights: values.map { _ in 1 })
        }
      }
      let targets = scans.indices.filter {
        isFitted($0) && self.level(ofScan: $0) == 0 && drives(scans[$0], bondClass)
      }
      return LevelContribution.BondDifference(
        bond: bondClass.label, scans: driving.count, targetScans: targets.count,
        size: drawSummary(squares.map { ($0 / Double(points)).squareRoot() }))
    }
  }
}
