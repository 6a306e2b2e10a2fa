// Whether a scan's forces are the slope of its energies: their sign and their unit, at any number of points.

import Chemistry

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A factor by which forces may be off.
struct ForceFactor {
  /// What they were multiplied by.
  var factor: Double
  /// How much more likely the energies and the forces are with it than without, in natural logarithms.
  var evidence: Double
}

/// By which factor the torques of a one-dimensional scan are off against its energies; nil where they are not, or cannot be told.
///
/// Energies and slopes are taken as one periodic curve of a Gaussian process with harmonics n = 1 … 6, those above three small,
/// and the factors that come about by mistaken signs and units are compared by their likelihood. Another than one is told when it
/// is e¹² times likelier, and fits. Of the shipped scans and the 190 of OpenFF none is told so, nor with every second
/// point alone; at six points 60° apart the unit of butane's forces cannot be told, unless it is off by ten and more.
/// - Parameters:
///   - angles: radian.
///   - energies: kcal/mol.
///   - slopes: dE/dφ by the forces, kcal/mol/rad.
func forceFactor(angles: [Double], energies: [Double], slopes: [Double]) -> ForceFactor? {
  guard angles.count >= 4, angles.count == slopes.count, angles.count <= 100,
    let low = energies.min(), let high = energies.max(), high - low > 0.2, high - low < 100
  else { return nil }
  let mean = energies.reduce(0, +) / Double(energies.count)
  let curve = CurveLikelihood(angles: angles, span: high - low)
  let units = [
    1.0, 0.529_177_21, 1 / 0.529_177_21, 4.184, 1 / 4.184, 10, 0.1, 23.0605, 1 / 23.0605, 27.2114,
    1 / 27.2114, 51.4221, 1 / 51.4221, 627.509, 1 / 627.509,
  ]
  let candidates = units.flatMap { [$0, -$0] }
  let fits = candidates.compactMap { factor -> (factor: Double, likelihood: Double, misfit: Double)? in
    let values = energies.map { $0 - mean } + slopes.map { $0 / factor }
    guard let fit = curve.fit(values) else { return nil }
    return (factor, fit.likelihood - Double(slopes.count) * log(abs(factor)), fit.misfit)
  }
  guard let best = fits.max(by: { $0.likelihood < $1.likelihood }), best.factor != 1, best.misfit < 0.6,
    let one = fits.first(where: { $0.factor == 1 }), best.likelihood - one.likelihood > 12
  else { return nil }
  return ForceFactor(factor: best.factor, evidence: best.likelihood - one.likelihood)
}

/// The likelihood of energies and slopes as one smooth periodic curve.
private struct CurveLikelihood {
  private let factors: [(cholesky: [[Double]], logDeterminant: Double)]

  /// The variances of the harmonics n = 0 … 6, before they are scaled.
  private static let weights = [4.0, 1.0, 1.0, 1.0, 0.03, 0.005, 0.002]

  init(angles: [Double], span: Double) {
    let count = angles.count
    let energyNoise = 0.02 + 0.005 * span
    let slopeNoise = 0.1 + 0.02 * span
    factors = [0.1, 0.3, 1.0].compactMap { scale in
      let variance = scale * span * span
      var matrix = [[Double]](repeating: [Double](repeating: 0, count: 2 * count), count: 2 * count)
      for i in 0..<count {
        for j in 0..<count {
          let d = angles[i] - angles[j]
          for (n, weight) in Self.weights.enumerated() {
            let k = Double(n)
            let w = weight * variance
            matrix[i][j] += w * cos(k * d)
            matrix[count + i][j] += -w * k * sin(k * d)
            matrix[i][count + j] += w * k * sin(k * d)
            matrix[count + i][count + j] += w * k * k * cos(k * d)
          }
        }
        matrix[i][i] += energyNoise * energyNoise
        matrix[count + i][count + i] += slopeNoise * slopeNoise
      }
      return choleskyFactor(matrix).map { factor in
        (factor, 2 * factor.indices.reduce(0.0) { $0 + log(factor[$1][$1]) })
      }
    }
  }

  /// The best log likelihood over scales, and the misfit a value: one where the noise is right.
  func fit(_ values: [Double]) -> (likelihood: Double, misfit: Double)? {
    factors.map { factor, logDeterminant -> (Double, Double) in
      var solved = values
      for i in values.indices {
        for j in 0..<i { solved[i] -= factor[i][j] * solved[j] }
        solved[i] /= factor[i][i]
      }
      let square = solved.reduce(0) { $0 + $1 * $1 }
      return (-0.5 * (square + logDeterminant), square / Double(values.count))
    }.max { $0.0 < $1.0 }.map { (likelihood: $0.0, misfit: $0.1) }
  }
}

/// The lower triangle L with L Lᵀ the matrix; nil where it is not positive definite.
private func choleskyFactor(_ matrix: [[Double]]) -> [[Double]]? {
  var l = matrix
  for i in matrix.indices {
    for j in 0...i {
      var sum = matrix[i][j]
      for k in 0..<j { sum -= l[i][k] * l[j][k] }
      if i == j {
        guard sum > 0 else { return nil }
        l[i][i] = sum.squareRoot()
      } else {
        l[i][j] = sum / l[j][j]
      }
    }
  }
  return l
}

/// What the forces of a scan are in words where they are not those of its energies; nil where they are.
///
/// - Parameter torques: those about the driven bond, one a point.
func faultOfForces(of scan: Scan, torques: [Double]) -> String? {
  guard scan.second == nil else { return nil }
  let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
  guard
    let found = forceFactor(angles: angles, energies: scan.points.map(\.energy), slopes: torques.map { -$0 })
  else {
    return nil
  }
  let size = abs(found.factor)
  if found.factor < 0, abs(size - 1) < 1e-6 {
    return "its forces point up the energy: the file holds gradients where forces (−dE/dx) were expected"
  }
  let sign = found.factor < 0 ? ", and point up the energy: gradients where forces were expected" : ""
  let ratio = size > 1 ? size : 1 / size
  let known: [(Double, String)] = [
    (1.8897, "bohr and Å"), (4.184, "kcal and kJ"), (10, "Å and nm"), (23.0605, "eV and kcal/mol"),
    (27.2114, "eV and hartree"),
    (51.4221, "eV/Å and hartree/bohr"), (627.509, "hartree and kcal/mol"),
  ]
  let word = known.min { abs($0.0 - ratio) < abs($1.0 - ratio) }?.1 ?? ""
  return
    "its forces are \(size > 1 ? "too large" : "too small") by a factor of about \((ratio * 100).rounded() / 100) "
    + "(\(word)) against the slope of its energies\(sign): the unit of the forces or of the energies may be wrong"
}
