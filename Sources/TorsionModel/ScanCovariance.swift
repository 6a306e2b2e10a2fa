// What makes the residuals of one scan hang together: the molecule's deviation and the scan's discrepancy.

import Chemistry
import Statistics

/// The smooth random parts of the energies of one scan given the shared force constants, at some of its grid points.
///
/// Models without deviations and discrepancies have none; a scale that the model lacks counts as zero.
struct ScanCovariance: Sendable {
  private struct ClassPart: Sendable {
    /// Place of the deviation's scale among the sampled ones; nil in models without it.
    var scale: Int?
    /// Places in the molecule's columns.
    var local: [Int]
    /// Factor of the deviation's shape.
    var factor: Matrix
  }

  private let rows: [[Double]]
  private let columnCount: Int
  private let classes: [ClassPart]
  private let noiseIndex: Int?
  private let discrepancyIndex: Int?
  private let effects: [[Double]]
  /// Of the parts that share a scale, at scale one: the scale's place, and point × point.
  private let covariances: [(scale: Int, matrix: Matrix)]

  /// The parts of scan number `scan` at points with the energy rows and driven dihedrals given.
  init(
    family: PreparedFamily, scan: Int, rows: [[Double]], angles: [Double], shape: DeviationShape,
    roles: [ScaleRole]
  ) {
    let prepared = family.molecules[family.scans[scan].molecule]
    let columns = prepared.basis.columns
    let labels = family.classTable.groupLabels
    self.rows = rows
    columnCount = columns.count
    var covariances: [Int: Matrix] = [:]
    func add(_ half: Matrix, scale: Int?) {
      guard let scale else { return }
      covariances[scale, default: Matrix(rows: rows.count, columns: rows.count)].add(
        half.times(half.transposed))
    }
    classes = family.classTable.classes.indices.compactMap { c in
      let range = family.classTable.classes[c].columns
      let local = columns.indices.filter { range.contains(columns[$0]) }
      guard !local.isEmpty else { return nil }
      let factor = shape.factor(class: c, places: local.map { columns[$0] - range.lowerBound })
      let scale = roles.firstIndex(of: .deviation(labels[family.classTable.groups[c]]))
      let own = Matrix(
        rows: rows.count, columns: local.count, elements: rows.flatMap { row in local.map { row[$0] } })
      add(own.times(factor), scale: scale)
      return ClassPart(scale: scale, local: local, factor: factor)
    }
    let driven = family.scan(family.scans[scan]).driven
    let group = family.classTable.group(of: prepared.molecule.topology.type(of: driven))
    noiseIndex = roles.firstIndex(of: .noise(.energy))
    discrepancyIndex = roles.firstIndex(of: .discrepancy(labels[group]))
    effects = angles.map(Discrepancy.energyRow)
    let z = Matrix(rows: angles.count, columns: Discrepancy.count, elements: effects.flatMap { $0 })
    add(z, scale: discrepancyIndex)
    self.covariances = covariances.keys.sorted().map { ($0, covariances[$0]!) }
  }

  /// Whether there is any smooth part: else grid points are independent.
  var isSmooth: Bool { !covariances.isEmpty }

  /// The standard deviation of grid-point noise.
  func noise(_ scales: [Double]) -> Double { noiseIndex.map { scales[$0] } ?? 0 }

  /// The covariance of the energies, with `noise` as the variance of every point on its own.
  func covariance(_ scales: [Double], noise: Double) -> Matrix {
    var result = Matrix(rows: rows.count, columns: rows.count)
    for each in covariances { result.add(each.matrix, times: scales[each.scale] * scales[each.scale]) }
    for i in rows.indices { result[i, i] += noise }
    return result
  }

  /// A draw of the deviation and of the discrepancy at each point, from their prior.
  func draw(
    _ scales: [Double], using stream: inout RandomStream
  ) -> (deviation: [Double], discrepancy: [Double]) {
    var own = [Double](repeating: 0, count: columnCount)
    for each in classes {
      guard let tau = each.scale.map({ scales[$0] }) else { continue }
      let z = each.local.map { _ in stream.normal() }
      for (place, value) in zip(each.local, each.factor.times(z)) { own[place] = tau * value }
    }
    // Drawn without an amplitude too, so that models share the numbers that follow.
    let amplitude = discrepancyIndex.map { scales[$0] } ?? 0
    let coefficients = (0..<Discrepancy.count).map { _ in amplitude * stream.normal() }
    return (
      rows.map { row in zip(row, own).reduce(0) { $0 + $1.0 * $1.1 } },
      effects.map { row in zip(row, coefficients).reduce(0) { $0 + $1.0 * $1.1 } }
    )
  }
}
