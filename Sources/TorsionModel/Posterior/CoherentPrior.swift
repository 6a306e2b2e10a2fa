// The prior of the force constants: coherent changes of a bond's energy may be large, cancelling ones may not.

import CMath
import Chemistry
import Statistics

/// A normal prior of w = n (k − centre), bond class by bond class.
///
/// The force constants about one bond hang together: a scan's energies see a few combinations of them well, and others
/// hardly at all, along which large constants of opposite signs would cancel. So the prior is diagonal in the
/// eigenbasis of the class's Gram matrix of energy rows per grid point, in units of 1/n: along an eigenvector of
/// eigenvalue λ the variance is s² + f² g with g = min(1, 2 λ), 1 for what changes energies by as much as one cosine
/// all around. s, one for all, is what any force constant may differ from the base force field; f, one a group of
/// classes, is how far the energy about such a bond may.
struct CoherentPrior: Sendable {
  /// One bond class.
  struct Part: Sendable {
    /// Its columns.
    var columns: Range<Int>
    /// The group whose f applies; those of levels of theory, whose d does, come last.
    var group: Int
    /// Eigenvectors, columns × directions.
    var basis: Matrix
    /// g of each direction, 0 … 1, the largest first.
    var eigenvalues: [Double]
    /// The number of directions with g > 0.
    let rank: Int
    /// Whether s² is part of the variance; of differences of levels it is not.
    let hasFloor: Bool

    init(columns: Range<Int>, group: Int, basis: Matrix, eigenvalues: [Double], hasFloor: Bool = true) {
      self.columns = columns
      self.group = group
      self.basis = basis
      self.eigenvalues = eigenvalues
      self.hasFloor = hasFloor
      rank = eigenvalues.prefix { $0 > 0 }.count
    }
  }

  /// The mean of k, kcal/mol.
  let centre: [Double]
  /// 1/n of each column.
  let unit: [Double]
  /// The classes, which divide the columns among them; then the classes of each other level's differences.
  let parts: [Part]
  /// The number of force constants: the first of the columns. Differences of levels follow, see ``LevelDifference``.
  let forceConstantCount: Int

  /// The mean square of one full cosine: an eigenvalue of this and more has g = 1.
  private static let fullSight = 0.5

  /// An eigenvalue below this is zero, but for rounding.
  private static let leastSight = 1e-13

  /// The variance of each direction of a class, kcal/mol², at the squares of s and f.
  private static func variances(_ part: Part, _ scales: PriorScales) -> [Double] {
    let floor = part.hasFloor ? scales.floor : 0
    return part.eigenvalues.map { floor + scales.coherent[part.group] * $0 }
  }

  /// Adds the precision of w to a matrix: 1/s² and, along what energies see, what the larger variance takes off it.
  ///
  /// - Parameters:
  ///   - places: where the upper triangle of each part stands in the matrix, row after row.
  ///   - scratch: memory for one basis.
  /// - Returns: ln det of the prior's covariance.
  func addPrecision(
    _ scales: PriorScales, to matrix: UnsafeMutablePointer<Double>, places: [[Int32]],
    _ scratch: inout [Double]
  ) -> Double {
    let floorPrecision = 1 / scales.floor
    let logFloor = log(scales.floor)
    var logDeterminant = 0.0
    for (part, places) in zip(parts, places) {
      guard part.hasFloor else {
        logDeterminant += Self.addPrecision(ofDifference: part, scales, to: matrix, places: places)
        continue
      }
      let (count, rank) = (part.columns.count, part.rank)
      let coherent = scales.coherent[part.group]
      logDeterminant += Double(count - rank) * logFloor
      part.basis.elements.withUnsafeBufferPointer { basis in
        scratch.withUnsafeMutableBufferPointer { rows in
          for d in 0..<rank {
            let variance = scales.floor + coherent * part.eigenvalues[d]
            logDeterminant += log(variance)
            let root = (floorPrecision - 1 / variance).squareRoot()
            for i in 0..<count { rows[i * rank + d] = root * basis[i * count + d] }
          }
          var next = 0
          for i in 0..<count {
            let first = rows.baseAddress! + i * rank
            matrix[Int(places[next])] += floorPrecision
            for j in i..<count {
              matrix[Int(places[next])] -= scalarProduct(first, rows.baseAddress! + j * rank, rank)
              next += 1
            }
          }
        }
      }
    }
    return logDeterminant
  }

  /// The same of one class of differences, which has no floor.
  private static func addPrecision(
    ofDifference part: Part, _ scales: PriorScales, to matrix: UnsafeMutablePointer<Double>, places: [Int32]
  ) -> Double {
    let variances = variances(part, scales)
    var next = 0
    for i in part.columns.indices {
      for j in i..<part.columns.endIndex {
        let (a, b) = (i - part.columns.startIndex, j - part.columns.startIndex)
        matrix[Int(places[next])] += variances.indices.reduce(0) {
          $0 + part.basis[a, $1] * part.basis[b, $1] / variances[$1]
        }
        next += 1
      }
    }
    return variances.reduce(0) { $0 + log($1) }
  }

  /// Adds the derivatives of ln N(w; 0, Σ) by s² and every f², averaged over w, to `gradient`.
  ///
  /// - Parameters:
  ///   - moment: the mean of w wᵀ where the parts have elements.
  ///   - places: where the upper triangle of each part stands in it.
  func addDerivatives(
    _ scales: PriorScales, moment: [Double], places: [[Int32]], floor: inout Double, coherent: inout [Double]
  ) {
    for (part, places) in zip(parts, places) {
      let (count, rank) = (part.columns.count, part.rank)
      var trace = 0.0
      var squares = [Double](repeating: 0, count: rank)
      part.basis.elements.withUnsafeBufferPointer { basis in
        var next = 0
        for i in 0..<count {
          for j in i..<count {
            let value = moment[Int(places[next])]
            next += 1
            if i == j { trace += value }
            let both = i == j ? value : 2 * value
            for d in 0..<rank { squares[d] += both * basis[i * count + d] * basis[j * count + d] }
          }
        }
      }
      for d in 0..<rank {
        let g = part.eigenvalues[d]
        let variance = (part.hasFloor ? scales.floor : 0) + scales.coherent[part.group] * g
        let slope = 0.5 * (squares[d] / variance - 1) / variance
        if part.hasFloor { floor += slope }
        coherent[part.group] += slope * g
        trace -= squares[d]
      }
      guard part.hasFloor else { continue }
      floor += 0.5 * (trace / scales.floor - Double(count - rank)) / scales.floor
    }
  }

  /// −½ wᵀ Σ⁻¹ w of force constants, without the determinant.
  func logKernel(_ forceConstants: [Double], _ scales: PriorScales) -> Double {
    let w = centre.indices.map { (forceConstants[$0] - centre[$0]) / unit[$0] }
    var sum = 0.0
    for (part, own) in zip(parts, directions(w)) {
      for (value, variance) in zip(own, Self.variances(part, scales)) { sum += value * value / variance }
    }
    return -0.5 * sum
  }

  /// The coordinates of w along each class's eigenvectors, class after class.
  func directions(_ w: [Double]) -> [[Double]] {
    parts.map { part in part.basis.transposedTimes(part.columns.map { w[$0] }) }
  }

  /// ln of the density of w given by its coordinates, up to a constant.
  ///
  /// - Parameter group: the group of classes whose part is wanted; nil for all that s has a part in.
  func logDensity(directions: [[Double]], _ scales: PriorScales, group: Int?) -> Double {
    var sum = 0.0
    for (part, own) in zip(parts, directions) where group == nil ? part.hasFloor : part.group == group {
      for (value, variance) in zip(own, Self.variances(part, scales)) {
        sum += log(variance) + value * value / variance
      }
    }
    return -0.5 * sum
  }

  /// Variance of each force constant, kcal/mol².
  func marginalVariances(_ scales: PriorScales) -> [Double] {
    var result = [Double](repeating: 0, count: centre.count)
    for part in parts {
      let variances = Self.variances(part, scales)
      for (i, column) in part.columns.enumerated() {
        let own = zip(part.basis.row(i), variances).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
        result[column] = unit[column] * unit[column] * own
      }
    }
    return result
  }

  /// Force constants drawn from the prior, kcal/mol.
  func draw(_ scales: PriorScales, using stream: inout RandomStream) -> [Double] {
    var result = centre
    for part in parts {
      let z = Self.variances(part, scales).map { $0.squareRoot() * stream.normal() }
      for (column, w) in zip(part.columns, part.basis.times(z)) { result[column] += unit[column] * w }
    }
    return result
  }
}

extension CoherentPrior.Part {
  /// The class of the differences of a level, `shift` columns behind that of the force constants.
  func ofDifference(group: Int, shift: Int) -> CoherentPrior.Part {
    CoherentPrior.Part(
      columns: (columns.lowerBound + shift)..<(columns.upperBound + shift), group: group, basis: basis,
      eigenvalues: eigenvalues.map { max($0, LevelDifference.leastSight) }, hasFloor: false)
  }
}

extension CoherentPrior {
  /// The prior about `centre` at the energy rows of designs.
  ///
  /// Scans that drive a class say what its force constants do together; without any, all scans do; directions that no
  /// row sees have the eigenvalue zero.
  init(family: PreparedFamily, centre: [Double], designs: [ScanDesign]) {
    let unit = family.table.parameters.map { 1 / Double($0.periodicity) }
    let classes = family.classTable.classes.enumerated().map { index, bondClass in
      var gram = family.energyGram(of: bondClass, designs: designs)
      for (i, first) in bondClass.columns.enumerated() {
        for (j, second) in bondClass.columns.enumerated() { gram[i, j] *= unit[first] * unit[second] }
      }
      guard let eigen = SymmetricEigen(gram) else {
        preconditionFailure("readers and relaxation let only finite numbers into the design")
      }
      return Part(
        columns: bondClass.columns, group: family.classTable.groups[index], basis: eigen.vectors,
        // What rounding leaves of zero is zero.
        eigenvalues: eigen.values.map { $0 < Self.leastSight ? 0 : min(1, $0 / Self.fullSight) })
    }
    let levels = family.otherLevels.count
    self.centre = centre + [Double](repeating: 0, count: levels * centre.count)
    self.unit = (0...levels).flatMap { _ in unit }
    forceConstantCount = centre.count
    parts =
      classes
      + (0..<levels).flatMap { level in
        classes.map {
          $0.ofDifference(
            group: family.classTable.groupLabels.count + level, shift: (level + 1) * centre.count)
        }
      }
  }
}

extension PreparedFamily {
  /// Σ (x − x̄)(x − x̄)ᵀ of a class's energy rows per grid point, x̄ by scan: over the fitted scans that drive the
  /// class, else over held-out ones that do, else over all.
  func energyGram(of bondClass: BondClass, designs: [ScanDesign]) -> Matrix {
    let count = bondClass.columns.count
    let start = bondClass.columns.lowerBound
    func drives(_ index: ScanIndex) -> Bool { self.drives(index, bondClass) }
    let choices: [(ScanIndex) -> Bool] = [
      { drives($0) && !molecules[$0.molecule].isHeldOut }, drives, { _ in true },
    ]
    for isChosen in choices {
      var gram = Matrix(rows: count, columns: count)
      var points = 0
      for (s, index) in scans.enumerated() where isChosen(index) && designs[s].points.count > 1 {
        let columns = molecules[index.molecule].basis.columns
        let local = columns.indices.filter { bondClass.columns.contains(columns[$0]) }
        guard !local.isEmpty else { continue }
        var sums = RowStatistics(columns: local.count)
        for row in designs[s].energyRows { sums.add(local.map { row[$0] }, 0) }
        let own = sums.gram(freeOffset: true)
        for (a, first) in local.enumerated() {
          for (b, second) in local.enumerated() {
            gram[columns[first] - start, columns[second] - start] += own[a * (local.count + 1) + b]
          }
        }
        points += designs[s].points.count
      }
      guard points > 0 else { continue }
      var mean = Matrix(rows: count, columns: count)
      mean.add(gram, times: 1 / Double(points))
      return mean
    }
    return Matrix(rows: count, columns: count)
  }
}

extension CoherentPrior {
  /// The standard deviation of each force constant, kcal/mol: the root of the mean over draws of the prior's variance.
  func deviations(_ draws: PosteriorDraws) -> [Double] {
    let places = draws.scaleRoles.indices.filter {
      switch draws.scaleRoles[$0] {
      case .prior, .coherent, .difference: true
      case .noise, .levelNoise, .noiseFreedom: false
      }
    }
    let all = draws.scales.joined()
    let squares = places.map { place in
      all.reduce(0) { $0 + $1[place] * $1[place] } / Double(max(1, all.count))
    }
    let scales = PriorScales(floor: squares[0], coherent: Array(squares.dropFirst()))
    return marginalVariances(scales).map { $0.squareRoot() }
  }
}
