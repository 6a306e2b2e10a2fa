// Whether a scan's forces are the slope of its energies: their sign and their unit, at any number of points.

import CMath
import Chemistry
import Statistics

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
func forceFactor(angles: [Double], energies: [Double], slopes: [Double]) -> Double? {
  guard angles.count >= 4, angles.count == slopes.count, angles.count <= 100,
    let low = energies.min(), let high = energies.max(), high - low > 0.2, high - low < 100
  else { return nil }
  let mean = energies.reduce(0, +) / Double(energies.count)
  let units: [Double] = [1] + mistakenUnits.flatMap { [$0.factor, 1 / $0.factor] }
  let candidates = units.flatMap { [$0, -$0] }
  let curves = curveFits(
    of: candidates.map { factor in energies.map { $0 - mean } + slopes.map { $0 / factor } },
    angles: angles, span: high - low)
  let fits = zip(candidates, curves).compactMap {
    factor, fit -> (factor: Double, likelihood: Double, misfit: Double)? in
    guard let fit else { return nil }
    return (factor, fit.likelihood - Double(slopes.count) * log(abs(factor)), fit.misfit)
  }
  guard let best = fits.max(by: { $0.likelihood < $1.likelihood }), best.factor != 1, best.misfit < 0.6,
    let one = fits.first(where: { $0.factor == 1 }), best.likelihood - one.likelihood > 12
  else { return nil }
  return best.factor
}

/// Units that are taken for each other, and by what numbers are then off.
private let mistakenUnits: [(factor: Double, words: String)] = [
  (1 / Units.bohr, "bohr and Å"), (1 / Units.kilojoule, "kcal and kJ"), (Units.nanometre, "Å and nm"),
  (Units.electronvolt, "eV and kcal/mol"), (Units.hartree / Units.electronvolt, "eV and hartree"),
  (Units.hartreePerBohr / Units.electronvolt, "eV/Å and hartree/bohr"),
  (Units.hartree, "hartree and kcal/mol"),
]

/// The variances of the harmonics n = 0 … 6 of a curve, before they are scaled.
private let harmonicWeights = [4.0, 1.0, 1.0, 1.0, 0.03, 0.005, 0.002]

/// Energies followed by slopes, list by list, as one smooth periodic curve: the best log likelihood over scales of the harmonics,
/// and the misfit a value, one where the noise is right.
private func curveFits(
  of lists: [[Double]], angles: [Double], span: Double
) -> [(likelihood: Double, misfit: Double)?] {
  let count = angles.count
  let energyNoise = 0.02 + 0.005 * span
  let slopeNoise = 0.1 + 0.02 * span
  var result = [(likelihood: Double, misfit: Double)?](repeating: nil, count: lists.count)
  var work = CholeskyWorkspace(order: 2 * count)
  for scale in [0.1, 0.3, 1.0] {
    var matrix = Matrix(rows: 2 * count, columns: 2 * count)
    for i in 0..<count {
      for j in 0..<count {
        let d = angles[i] - angles[j]
        for (n, weight) in harmonicWeights.enumerated() {
          let k = Double(n)
          let w = weight * scale * span * span
          matrix[i, j] += w * cos(k * d)
          matrix[count + i, j] += -w * k * sin(k * d)
          matrix[i, count + j] += w * k * sin(k * d)
          matrix[count + i, count + j] += w * k * k * cos(k * d)
        }
      }
      matrix[i, i] += energyNoise * energyNoise
      matrix[count + i, count + i] += slopeNoise * slopeNoise
    }
    guard work.factor(matrix) else { continue }
    for (place, values) in lists.enumerated() {
      var solved = values
      work.solveLower(&solved)
      let square = solved.reduce(0) { $0 + $1 * $1 }
      let likelihood = -0.5 * (square + work.logDeterminant)
      if likelihood > result[place]?.likelihood ?? -.infinity {
        result[place] = (likelihood, square / Double(values.count))
      }
    }
  }
  return result
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
  let size = abs(found)
  if found < 0, abs(size - 1) < 1e-6 {
    return "its forces point up the energy: the file holds gradients where forces (−dE/dx) were expected"
  }
  let sign = found < 0 ? ", and point up the energy: gradients where forces were expected" : ""
  let ratio = size > 1 ? size : 1 / size
  let word = mistakenUnits.min { abs($0.factor - ratio) < abs($1.factor - ratio) }?.words ?? ""
  return
    "its forces are \(size > 1 ? "too large" : "too small") by a factor of about \((ratio * 100).rounded() / 100) "
    + "(\(word)) against the slope of its energies\(sign): the unit of the forces or of the energies may be wrong"
}
