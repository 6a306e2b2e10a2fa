// The errors of a scan as others define and print them, so that a reader can compare with their papers.

import CMath
import Chemistry
import Mechanics
import Statistics

/// The error of one scan under one force field by the definitions of others. Each is nil where it is undefined.
public struct PublishedErrors: Hashable, Sendable {
  /// K, of the Boltzmann distributions whose distance is taken: yammbs' default.
  public static let temperature = 500.0

  /// Grid points that have a relaxed energy.
  public var points: Int
  /// kcal/mol: root of the mean square at relaxed geometries, both profiles zero at the QM minimum. ForceBalance's
  /// `Ene-RMSE` without attenuation (Qiu et al. 2021, doi:10.1021/acs.jctc.1c00571).
  public var forceBalanceRMSE: Double?
  /// kcal/mol: root of the mean square at the QM geometries, the mean difference taken off. Espaloma's (Wang et al.
  /// 2022, doi:10.1039/D2SC02739A).
  public var espalomaRMSE: Double?
  /// kcal/mol: root of the mean square at relaxed geometries, both profiles zero at the QM minimum
  /// (https://github.com/openforcefield/yammbs, `RMSE` of `yammbs/torsion/analysis.py`): ForceBalance's, in other
  /// words.
  public var yammbsRMSE: Double? { forceBalanceRMSE }
  /// Å: root of the mean square over the grid of the distance between QM and relaxed geometry, heavy atoms, superposed.
  /// yammbs' `RMSD`, but atom on atom: yammbs takes the best of all that symmetry allows.
  public var yammbsRMSD: Double?
  /// Å: the same of all atoms.
  public var allAtomRMSD: Double?
  /// 0 … 1: Jensen–Shannon distance, to base 2, of the Boltzmann distributions over the grid points at ``temperature``.
  /// yammbs' `JSDistance`.
  public var yammbsJSDistance: Double?
  /// kcal/mol: highest less lowest energy of the relaxed profile, less the same of QM: the barrier height of TorsionNet
  /// (Rai et al. 2022, doi:10.1021/acs.jcim.1c01346).
  public var barrierError: Double?

  /// Errors of one profile.
  ///
  /// - Parameters:
  ///   - qm: kcal/mol at each grid point, on any zero.
  ///   - relaxed: kcal/mol at relaxed geometries, on any zero; nil where relaxation failed.
  ///   - atQM: kcal/mol at the QM geometries, on any zero.
  ///   - heavyRMSD: Å, heavy atoms, superposed; nil where relaxation failed.
  ///   - allRMSD: Å, all atoms, superposed; nil where relaxation failed.
  init(qm: [Double], relaxed: [Double?], atQM: [Double?], heavyRMSD: [Double?], allRMSD: [Double?]) {
    let pairs = zip(qm, relaxed).compactMap { q, m in m.map { (qm: q, mm: $0) } }
    let energies = ProfileError(reference: qm, model: relaxed)
    points = pairs.count
    forceBalanceRMSE = energies?.minimumReferencedRMSE
    espalomaRMSE = ProfileError(reference: qm, model: atQM)?.rmse
    yammbsRMSD = rootMeanSquare(heavyRMSD.compactMap { $0 })
    allAtomRMSD = rootMeanSquare(allRMSD.compactMap { $0 })
    yammbsJSDistance = jensenShannonDistance(
      pairs.map(\.qm), pairs.map(\.mm), temperature: Self.temperature)
    if let height = barrierHeight(pairs.map(\.mm)), let reference = barrierHeight(pairs.map(\.qm)) {
      barrierError = height - reference
    }
  }
}

/// The errors of one scan under the base force field and under the posterior mean.
public struct PublishedPair: Hashable, Sendable {
  /// Under the base force field.
  public var base: PublishedErrors
  /// Under the posterior mean.
  public var fit: PublishedErrors
}

/// The errors of several scans as one, each averaged as its source does.
public struct PooledPublishedErrors: Hashable, Sendable {
  /// Scans.
  public var scans: Int
  /// kcal/mol: root of the mean square over the grid points of all scans.
  public var forceBalanceRMSE: Double?
  /// kcal/mol: root of the mean square over the grid points of all scans.
  public var espalomaRMSE: Double?
  /// kcal/mol: mean over scans.
  public var yammbsRMSE: Double?
  /// Å: mean over scans.
  public var yammbsRMSD: Double?
  /// Å: mean over scans.
  public var allAtomRMSD: Double?
  /// Mean over scans.
  public var yammbsJSDistance: Double?
  /// kcal/mol: mean of the absolute errors of barrier heights over scans.
  public var barrierMAE: Double?
  /// Share of scans whose ``PublishedErrors/yammbsRMSE`` is below 1 kcal/mol.
  public var shareBelowOne: Double?

  /// The errors of scans.
  public init(_ errors: [PublishedErrors]) {
    func pooled(_ pick: (PublishedErrors) -> Double?) -> Double? {
      let known = errors.compactMap { error in
        pick(error).map { (square: $0 * $0, points: Double(error.points)) }
      }
      let points = known.reduce(0) { $0 + $1.points }
      return points > 0 ? (known.reduce(0) { $0 + $1.square * $1.points } / points).squareRoot() : nil
    }
    func mean(_ pick: (PublishedErrors) -> Double?) -> Double? {
      let known = errors.compactMap(pick)
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
    scans = errors.count
    forceBalanceRMSE = pooled(\.forceBalanceRMSE)
    espalomaRMSE = pooled(\.espalomaRMSE)
    yammbsRMSE = mean(\.yammbsRMSE)
    yammbsRMSD = mean(\.yammbsRMSD)
    allAtomRMSD = mean(\.allAtomRMSD)
    yammbsJSDistance = mean(\.yammbsJSDistance)
    barrierMAE = mean { $0.barrierError.map(abs) }
    shareBelowOne = mean { $0.yammbsRMSE.map { $0 < 1 ? 1 : 0 } }
  }
}

/// Root of the mean square; nil of nothing.
private func rootMeanSquare(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}

/// Highest less lowest energy of a profile, kcal/mol; nil of nothing.
func barrierHeight(_ energies: [Double]) -> Double? {
  guard let low = energies.min(), let high = energies.max() else { return nil }
  return high - low
}

/// The Jensen–Shannon distance of two Boltzmann distributions over the same points: the root of the divergence to base
/// 2, from 0 (equal) to 1 (nowhere both); nil for no points (Endres & Schindelin 2003, doi:10.1109/TIT.2003.813506).
///
/// - Parameters:
///   - a: energies, kcal/mol, on any zero.
///   - b: energies, kcal/mol, on any zero.
///   - temperature: K, above 0.
func jensenShannonDistance(_ a: [Double], _ b: [Double], temperature: Double) -> Double? {
  guard !a.isEmpty, a.count == b.count else { return nil }
  func shares(_ energies: [Double]) -> [Double] {
    let low = energies.min() ?? 0
    let weights = energies.map { exp(-($0 - low) / (Units.gasConstant * temperature)) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
  let divergence = zip(shares(a), shares(b)).reduce(0.0) { sum, pair in
    let middle = (pair.0 + pair.1) / 2
    func part(_ p: Double) -> Double { p > 0 ? 0.5 * p * log2(p / middle) : 0 }
    return sum + part(pair.0) + part(pair.1)
  }
  // Rounding may leave equal distributions a hair below zero.
  return max(0, divergence).squareRoot()
}

/// Root mean square distance of two geometries, atom on atom, after the best superposition (a rotation, no mirror), Å;
/// nil for no atoms. Horn's quaternions: the largest eigenvalue of a 4 × 4 matrix (1987, doi:10.1364/JOSAA.4.000629).
func superposedRMSD(_ a: [Vector3], _ b: [Vector3]) -> Double? {
  guard !a.isEmpty, a.count == b.count else { return nil }
  let count = Double(a.count)
  let (centreA, centreB) = (a.reduce(.zero, +) * (1 / count), b.reduce(.zero, +) * (1 / count))
  // Sums of products of coordinates, and of squares.
  var s = [[Double]](repeating: [0, 0, 0], count: 3)
  var squares = 0.0
  for (p, q) in zip(a, b) {
    let (u, v) = (p - centreA, q - centreB)
    for (i, x) in [u.x, u.y, u.z].enumerated() {
      for (j, y) in [v.x, v.y, v.z].enumerated() { s[i][j] += x * y }
    }
    squares += u.dot(u) + v.dot(v)
  }
  let key = Matrix(
    rows: 4, columns: 4,
    elements: [
      s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0],
      s[1][2] - s[2][1], s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2],
      s[2][0] - s[0][2], s[0][1] + s[1][0], s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1],
      s[0][1] - s[1][0], s[2][0] + s[0][2], s[1][2] + s[2][1], s[2][2] - s[0][0] - s[1][1],
    ])
  guard let largest = SymmetricEigen(key)?.values.first else { return nil }
  return (max(0, squares - 2 * largest) / count).squareRoot()
}

extension PreparedFamily {
  /// The errors of one scan under the base force field and under fitted force constants.
  ///
  /// - Parameters:
  ///   - base: relaxed under the base force field.
  ///   - fitted: relaxed under the force constants.
  ///   - forceConstants: kcal/mol, in the table's order.
  func publishedErrors(
    ofScan s: Int, base: RelaxedScan, fitted: RelaxedScan, forceConstants: [Double]
  ) -> PublishedPair {
    let topology = molecules[scans[s].molecule].molecule.topology
    let scan = scan(scans[s])
    let heavy = topology.atoms.indices.filter { topology.atoms[$0].element.atomicNumber > 1 }
    func errors(_ relaxed: RelaxedScan, _ own: Topology) -> PublishedErrors {
      let model = EnergyModel(own)
      let atQM = scan.points.map { point -> Double? in
        let energy = model.energy(of: point.coordinates).total
        return energy.isFinite ? energy : nil
      }
      func distances(_ atoms: [Int]) -> [Double?] {
        zip(scan.points, relaxed.coordinates).map { point, coordinates in
          coordinates.flatMap { there in
            superposedRMSD(atoms.map { point.coordinates[$0] }, atoms.map { there[$0] })
          }
        }
      }
      return PublishedErrors(
        qm: scan.points.map(\.energy), relaxed: relaxed.energies, atQM: atQM, heavyRMSD: distances(heavy),
        allRMSD: distances(Array(topology.atoms.indices)))
    }
    return PublishedPair(
      base: errors(base, topology),
      fit: errors(fitted, table.torsionParameters(forceConstants).applied(to: topology))
    )
  }
}
