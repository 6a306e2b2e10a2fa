// Whether a scan's forces are the slope of its energies: their sign and their unit, at any number of points.

import CMath
import Chemistry
import Statistics
import TextFiles

/// By which factor the torques of a one-dimensional scan are off against its energies; nil where they are not, or
/// cannot be told.
///
/// Energies and slopes are taken as one periodic curve of a Gaussian process with harmonics n = 1 … 6, those above
/// three small, and the factors that come about by mistaken signs and units are compared by their likelihood. Another
/// than one is told when it is e¹² times likelier, and fits. Of the shipped scans and the 190 of OpenFF none is told
/// so, nor with every second point alone; at six points 60° apart the unit of butane's forces cannot be told, unless it
/// is off by ten and more.
/// - Parameters:
///   - angles: radian.
///   - energies: kcal/mol.
///   - slopes: dE/dφ by the forces, kcal/mol/rad.
///   - isEven: whether the profile at −φ is that at φ, which tells much at a few points.
func forceFactor(angles: [Double], energies: [Double], slopes: [Double], isEven: Bool = false) -> Double? {
  guard angles.count >= 4, angles.count == slopes.count, angles.count <= 100,
    let low = energies.min(), let high = energies.max(), high - low > 0.2, high - low < 100
  else { return nil }
  let mean = energies.reduce(0, +) / Double(energies.count)
  let units: [Double] = [1] + mistakenUnits.flatMap { [$0.factor, 1 / $0.factor] }
  let candidates = units.flatMap { [$0, -$0] }
  let curves = curveFits(
    of: candidates.map { factor in energies.map { $0 - mean } + slopes.map { $0 / factor } },
    angles: angles, span: high - low, isEven: isEven)
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

/// Energies followed by slopes, list by list, as one smooth periodic curve: the best log likelihood over scales of the
/// harmonics, and the misfit a value, one where the noise is right.
private func curveFits(
  of lists: [[Double]], angles: [Double], span: Double, isEven: Bool
) -> [(likelihood: Double, misfit: Double)?] {
  let count = angles.count
  let energyNoise = 0.02 + 0.005 * span
  let slopeNoise = 0.1 + 0.02 * span
  var result = [(likelihood: Double, misfit: Double)?](repeating: nil, count: lists.count)
  var work = CholeskyWorkspace(order: 2 * count)
  for scale in [0.1, 0.3, 1.0] {
    let matrix = curveCovariance(
      angles, size: scale * span * span, isEven: isEven, noise: (energyNoise, slopeNoise))
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

/// The covariance of energies followed by slopes at angles (radian): a periodic Gaussian process with noise.
///
/// - Parameter isEven: whether sines are all but left out.
private func curveCovariance(
  _ angles: [Double], size: Double, isEven: Bool, noise: (energy: Double, slope: Double)
) -> Matrix {
  let count = angles.count
  var matrix = Matrix(rows: 2 * count, columns: 2 * count)
  for i in 0..<count {
    for j in 0..<count {
      for (n, weight) in harmonicWeights.enumerated() {
        let k = Double(n)
        let even = weight * size
        let odd = even * (isEven ? 0.001 : 1)
        let (a, b) = (k * angles[i], k * angles[j])
        matrix[i, j] += even * cos(a) * cos(b) + odd * sin(a) * sin(b)
        matrix[count + i, j] += k * (odd * cos(a) * sin(b) - even * sin(a) * cos(b))
        matrix[i, count + j] += k * (odd * sin(a) * cos(b) - even * cos(a) * sin(b))
        matrix[count + i, count + j] += k * k * (even * sin(a) * sin(b) + odd * cos(a) * cos(b))
      }
    }
    matrix[i, i] += noise.energy * noise.energy
    matrix[count + i, count + i] += noise.slope * noise.slope
  }
  return matrix
}

/// Whether the relaxed energy at −φ is that at φ whatever the path: the molecule is its own mirror image, and so is
/// every shape that it can take with the driven dihedral held: other rotors have three like ends, rings are flat.
func isEvenProfile(_ scan: Scan, topology: Topology) -> Bool {
  guard scan.geometry == .relaxed, scan.second == nil, scan.held.isEmpty, topology.stereocentres.isEmpty,
    isOwnMirrorImage(scan.driven, topology: topology)
  else { return false }
  let graph = topology.bondGraph
  // Pyramids of nitrogen are handed.
  let hasPyramid = topology.atoms.indices.contains {
    topology.atoms[$0].element.symbol == "N" && graph.neighbours[$0].count > 2
  }
  let classes = topology.symmetryClasses
  let others = graph.rotatableBonds.filter { $0 != scan.driven.centralBond }
  let areSymmetric = others.allSatisfy { bond in
    [(bond.a, bond.b), (bond.b, bond.a)].contains { atom, other in
      let ends = graph.neighbours[atom].filter { $0 != other }
      return ends.count == 3 && Set(ends.map { classes[$0] }).count == 1
    }
  }
  let hasBentRing = graph.bonds.contains { bond in
    graph.isInRing(bond) && [bond.a, bond.b].contains { graph.neighbours[$0].count > 3 }
  }
  return areSymmetric && !hasBentRing && !hasPyramid
}

/// A point of a scan whose energy or force the others do not bear out.
struct StrayPoint {
  /// From 1.
  var frame: Int
  /// Whether its energy is at fault; else its forces.
  var isOfEnergy = true
  var words: String
}

/// Points of which one number, energy or torque, is far from what all others predict, where those make one smooth
/// curve.
///
/// A lone energy without torques is told from 20° and closer. A branch of a scan with hysteresis is no lone point.
func notesOnSinglePoints(_ scan: Scan, graph: BondGraph) -> [StrayPoint] {
  let count = scan.points.count
  guard scan.second == nil, scan.geometry == .relaxed, count >= 8, count <= 100 else { return [] }
  let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
  let energies = scan.points.map(\.energy)
  guard let low = energies.min(), let high = energies.max(), high - low > 0.2, high - low < 100 else {
    return []
  }
  let mean = energies.reduce(0, +) / Double(count)
  let slopes = torques(of: scan, graph: graph)?.map { -$0 }
  // The span of all but the most outlying, so that a wild one does not widen its own limits.
  let sorted = energies.sorted()
  let span = max(0.5, min(sorted[count - 2] - sorted[0], sorted[count - 1] - sorted[1]))
  var covariance = curveCovariance(
    angles, size: 0.3 * span * span, isEven: false, noise: (0.02 + 0.005 * span, 0.1 + 0.02 * span))
  let values = energies.map { $0 - mean } + (slopes ?? [Double](repeating: 0, count: count))
  // Without torques their rows say nothing.
  if slopes == nil { for i in count..<(2 * count) { covariance[i, i] += 1e8 } }
  var work = CholeskyWorkspace(order: 2 * count)
  guard work.factor(covariance) else { return [] }
  var solved = values
  work.solve(&solved)
  let inverse = work.inverse()
  let total = zip(values, solved).reduce(0) { $0 + $1.0 * $1.1 }
  let known = slopes == nil ? count : 2 * count
  var worst: (place: Int, z: Double, residual: Double)?
  for i in 0..<known {
    let residual = solved[i] / inverse[i, i]
    let z = abs(residual) * inverse[i, i].squareRoot()
    if z > worst?.z ?? 0 { worst = (i, z, residual) }
  }
  guard let worst else { return [] }
  // What is left without it must be smooth, a misfit a number below one: branches with hysteresis and corners of a path
  // are not.
  let rest = max(0, total - worst.z * worst.z) / Double(known - 1)
  guard worst.z > 8, rest < 1 else { return [] }
  let point = scan.points[worst.place % count]
  let angle = wholeDegrees(angles[worst.place % count])
  if worst.place < count {
    let isDense = 2 * Double.pi / Double(count) < 20 * Units.degree
    guard abs(worst.residual) > 0.5, slopes != nil || isDense else { return [] }
    return [
      StrayPoint(
        frame: point.frame,
        words:
          "frame \(point.frame) (\(angle)) lies \(rounded(abs(worst.residual), 1)) kcal/mol "
          + "\(worst.residual > 0 ? "above" : "below") "
          + "the smooth curve of all others: its energy may be wrong")
    ]
  }
  guard abs(worst.residual) > 1 else { return [] }
  let found = values[worst.place]
  let expected = found - worst.residual
  let isTurned = abs(found + expected) < 0.3 * abs(found)
  return [
    StrayPoint(
      frame: point.frame, isOfEnergy: false,
      words:
        "frame \(point.frame) (\(angle)): the torque of its forces is \(rounded(-found, 1)) kcal/mol/rad "
        + "where the other points say "
        + "\(rounded(-expected, 1))\(isTurned ? ": its forces may be of the wrong sign" : ": its forces may be wrong")"
    )
  ]
}

/// Scans whose points are too few to tell the sign of the forces from the energies, in words.
func notesOnTold(_ scan: Scan, topology: Topology) -> [String] {
  guard scan.second == nil, let torques = torques(of: scan, graph: topology.bondGraph),
    let largest = torques.map(abs).max(), largest > 0.5
  else { return [] }
  let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
  let energies = scan.points.map(\.energy)
  let isEven = isEvenProfile(scan, topology: topology)
  // What would be found if they were turned is found, or nothing can be.
  guard scan.points.count < 8,
    forceFactor(angles: angles, energies: energies, slopes: torques, isEven: isEven) == nil
  else { return [] }
  return [
    "has forces at \(scan.points.count) points: too few to tell from its energies whether their sign and unit are right"
  ]
}

/// What the forces of a scan are in words where they are not those of its energies; nil where they are.
///
/// - Parameter torques: those about the driven bond, one a point.
func faultOfForces(of scan: Scan, torques: [Double], isEven: Bool = false) -> String? {
  guard scan.second == nil else { return nil }
  let angles = scan.points.map { dihedralAngle(scan.driven, in: $0.coordinates) }
  guard
    let found = forceFactor(
      angles: angles, energies: scan.points.map(\.energy), slopes: torques.map { -$0 }, isEven: isEven)
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
