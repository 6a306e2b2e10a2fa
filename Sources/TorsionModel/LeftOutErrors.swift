// How far a fit is off on molecules that it did not see: every molecule left out in turn, at fixed scales.

import Chemistry
import Statistics

/// What the error of a new molecule's scan is drawn from.
///
/// The noise that a fit leaves of its own scans says little of the next molecule's. So each fitted molecule is left out in
/// closed form, at the scales of highest density, and what its scans are off beyond what the force constants' spread
/// explains is the noise that a new scan is taken to have.
struct LeftOutErrors: Sendable {
  private struct Entry: Sendable {
    var bondClass: [String]
    /// Variance per grid point beyond that of the force constants, kcal/mol².
    var variance: Double
    /// As how many numbers it counts.
    var freedom: Double
  }
  private var entries: [Entry] = []

  /// Classes with at least this many scans left out have errors of their own.
  static let leastScans = 4
  /// As by how many numbers a scan's variance is drawn to the median of all.
  static let common = 4.0

  init(
    _ family: PreparedFamily, designs: [ScanDesign], mode: PosteriorMode, draws: [[Double]],
    options: FitOptions
  ) {
    var workspace = PosteriorWorkspace(mode.posterior)
    let posterior = mode.posterior
    var inSample: [Entry] = []
    for block in posterior.blocks {
      var factors = [Double](repeating: 1, count: family.molecules.count)
      factors[block.molecule] = 0
      let others = posterior.weighing(molecules: factors).conditionalMean(mode.logScales, &workspace)
      let all = posterior.conditionalMean(mode.logScales, &workspace)
      for (s, index) in family.scans.enumerated() where index.molecule == block.molecule {
        guard let rows = designs[s].fitted[.energy], rows.y.count > 1 else { continue }
        let prepared = family.molecules[index.molecule]
        let type = prepared.molecule.topology.type(of: family.scan(index).driven)
        func entry(_ k: [Double]) -> Entry {
          let square = meanSquare(rows, k, block.columns)
          let spread = parameterVariance(rows, draws, block.columns)
          return Entry(
            bondClass: type.bondClass, variance: max(square - spread, 0.1 * square),
            freedom: max(1, options.model.power(points: rows.y.count) * rows.weights.reduce(0, +) - 1))
        }
        inSample.append(entry(all))
        if family.isTestable(s) { entries.append(entry(others)) }
      }
    }
    if entries.isEmpty { entries = inSample }
  }

  /// Draws the variance per grid point of a new scan of a bond class.
  func draw(bondClass: [String], using stream: inout RandomStream) -> Double {
    let own = entries.filter { $0.bondClass == bondClass }
    let candidates = own.count >= Self.leastScans ? own : entries
    guard !candidates.isEmpty else { return TorsionPosterior.noiseFloor }
    let median = candidates.map(\.variance).sorted()[candidates.count / 2]
    let one = candidates[stream.integer(below: candidates.count)]
    let freedom = Self.common + one.freedom
    let square = Self.common * median + one.freedom * one.variance
    return square / stream.gamma(shape: freedom / 2, scale: 2) + TorsionPosterior.noiseFloor
  }
}

/// The weighted mean square of a scan's residuals about their mean.
private func meanSquare(_ rows: DesignRows, _ k: [Double], _ columns: [Int]) -> Double {
  let residuals = zip(rows.x, rows.y).map { x, y in zip(x, columns).reduce(y) { $0 - $1.0 * k[$1.1] } }
  let total = rows.weights.reduce(0, +)
  let mean = zip(rows.weights, residuals).reduce(0) { $0 + $1.0 * $1.1 } / total
  return zip(rows.weights, residuals).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / total
}

/// The variance over draws of a scan's profile about its mean, per grid point.
private func parameterVariance(_ rows: DesignRows, _ draws: [[Double]], _ columns: [Int]) -> Double {
  let n = Double(rows.x.count)
  let means = columns.indices.map { c in rows.x.reduce(0) { $0 + $1[c] } / n }
  let count = Double(draws.count)
  return rows.x.reduce(0.0) { total, row in
    let values = draws.map { k in
      columns.indices.reduce(0.0) { $0 + (row[$1] - means[$1]) * k[columns[$1]] }
    }
    let mean = values.reduce(0, +) / count
    return total + values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  } / n
}

extension PreparedFamily {
  /// Whether other fitted molecules have every fitted type about the bond that a fitted scan drives.
  func isTestable(_ scan: Int) -> Bool {
    let index = scans[scan]
    let topology = molecules[index.molecule].molecule.topology
    let bond = self.scan(index).driven.centralBond
    let types = Set(
      topology.torsions.filter { $0.quartet.centralBond == bond }.map { topology.type(of: $0.quartet) })
    return types.filter { table.isSeen($0) }.allSatisfy { type in
      molecules.indices.contains { m in
        m != index.molecule && !molecules[m].isHeldOut && molecules[m].basis.types.contains(type)
      }
    }
  }
}
