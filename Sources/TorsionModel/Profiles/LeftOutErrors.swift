// How far a fit is off on molecules that it did not see: every molecule left out in turn, at fixed scales.

import Chemistry
import Statistics

/// What the error of a new molecule's scan is drawn from.
///
/// The noise that a fit leaves of its own scans says little of the next molecule's. So each fitted molecule is left out
/// in closed form, at the scales of highest density, and what its scans are off beyond what the force constants' spread
/// explains is the noise that a new scan is taken to have.
struct LeftOutErrors: Sendable {
  fileprivate struct Entry: Sendable {
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

  /// - Parameter draws: of the force constants that scans of each level see.
  init(
    _ family: PreparedFamily, designs: [ScanDesign], mode: PosteriorMode, draws: [[[Double]]],
    options: FitOptions
  ) {
    var workspace = PosteriorWorkspace(mode.posterior)
    let posterior = mode.posterior
    // Without molecules left out, the errors of the fit itself are all there is.
    var inSample: [Entry] = []
    let all = posterior.conditionalMean(mode.logScales, &workspace)
    for block in posterior.blocks {
      var factors = [Double](repeating: 1, count: family.molecules.count)
      factors[block.molecule] = 0
      let columns = family.molecules[block.molecule].basis.columns
      let others = posterior.conditionalMean(mode.logScales, molecules: factors, &workspace)
      for (s, index) in family.scans.enumerated() where index.molecule == block.molecule {
        guard let rows = designs[s].fitted[.energy], rows.y.count > 1 else { continue }
        let type = family.molecules[index.molecule].molecule.topology.type(of: family.scan(index).driven)
        let level = family.level(ofScan: s)
        let spread = parameterVariance(rows, draws[level], columns)
        func entry(_ k: [Double]) -> Entry {
          let own = k.forceConstants(ofLevel: level, count: posterior.parameterCount)
          let square = meanSquare(rows, own, columns)
          return Entry(
            bondClass: type.bondClass, variance: max(square - spread, 0.1 * square),
            freedom: max(1, designs[s].power(options.model) * rows.weights.reduce(0, +) - 1))
        }
        inSample.append(entry(all))
        if family.isTestable(s) { entries.append(entry(others)) }
      }
    }
    if entries.isEmpty { entries = inSample }
  }

  /// The errors that a new scan of a bond class may have.
  func candidates(bondClass: [String]) -> Candidates {
    let own = entries.filter { $0.bondClass == bondClass }
    return Candidates(own.count >= Self.leastScans ? own : entries)
  }

  /// The errors that a new scan's noise is drawn from.
  struct Candidates: Sendable {
    private let entries: [Entry]
    private let median: Double

    fileprivate init(_ entries: [Entry]) {
      self.entries = entries
      median = entries.isEmpty ? 0 : entries.map(\.variance).sorted()[entries.count / 2]
    }

    /// Draws the variance per grid point of a new scan, kcal/mol².
    func draw(using stream: inout RandomStream) -> Double {
      guard !entries.isEmpty else { return TorsionPosterior.noiseFloor }
      let one = entries[stream.integer(below: entries.count)]
      let freedom = LeftOutErrors.common + one.freedom
      let square = LeftOutErrors.common * median + one.freedom * one.variance
      return square / stream.gamma(shape: freedom / 2, scale: 2) + TorsionPosterior.noiseFloor
    }
  }
}

/// The weighted mean square of a scan's residuals about their mean.
private func meanSquare(_ rows: DesignRows, _ k: [Double], _ columns: [Int]) -> Double {
  squaresAboutMean(rows.residuals(k, columns: columns), weights: rows.weights) / rows.weights.reduce(0, +)
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
    let own = scans[scan].molecule
    return drivenTypes(scan).filter { table.isSeen($0) }.allSatisfy { type in
      molecules.indices.contains { m in
        m != own && !molecules[m].isHeldOut && molecules[m].basis.types.contains(type)
      }
    }
  }

  /// The types of the torsions about the bond that a scan drives.
  func drivenTypes(_ scan: Int) -> Set<TorsionType> {
    let topology = molecules[scans[scan].molecule].molecule.topology
    let bond = self.scan(scans[scan]).driven.centralBond
    return Set(
      topology.torsions.filter { $0.quartet.centralBond == bond }.map { topology.type(of: $0.quartet) })
  }
}
