// Which grid point of some scans to compute next, where paths are known and energies are dear.

import CMath
import Chemistry
import Mechanics
import Statistics

/// A relaxed path along which energies and forces are to be computed.
public struct ChoicePath: Sendable {
  /// The molecule's topology.
  public var topology: Topology
  /// The driven dihedral.
  public var driven: Quartet
  /// The geometry at each grid point in Å; nil where relaxation failed.
  public var geometries: [[Vector3]?]

  /// A path of its three facts.
  public init(topology: Topology, driven: Quartet, geometries: [[Vector3]?]) {
    self.topology = topology
    self.driven = driven
    self.geometries = geometries
  }
}

/// What was computed at a grid point.
public struct ChoiceMeasurement: Sendable {
  /// QM energy, kcal/mol.
  public var energy: Double
  /// QM forces, kcal/mol/Å.
  public var forces: [Vector3]

  /// A measurement of its two facts.
  public init(energy: Double, forces: [Vector3]) {
    self.energy = energy
    self.forces = forces
  }
}

/// A grid point by its path and place.
public struct ChoicePoint: Hashable, Sendable {
  /// Index of the path.
  public var path: Int
  /// Index of the grid point.
  public var point: Int

  /// A point of its two facts.
  public init(path: Int, point: Int) {
    self.path = path
    self.point = point
  }
}

/// The linear model of all paths at their own geometries: force constants n = 1 … 4 of every torsion type about a
/// driven bond, and an offset a path.
///
/// Each point would add its energy row and its torque row. Constants are normal around the base force field
/// (``priorSD``), noise is estimated from what the measurements so far leave (``Belief/noise``); a path counts as few
/// independent points at most, as in the fit (``ModelOptions/effectivePoints``).
public struct PointChoice: Sendable {
  /// Prior standard deviation of a force constant, kcal/mol.
  public static let priorSD = 1.0
  /// Noise of an energy (kcal/mol) and of a torque (kcal/mol/rad) before anything is measured, and how many
  /// measurements that guess counts as.
  static let guess = (energy: 0.5, torque: 1.5, count: 6.0)
  /// Offsets are this wide: free beside energies along a path.
  static let offsetSD = 100.0

  private struct Row {
    var energy: [Double]
    var torque: [Double]
    var restEnergy: Double
    var restTorque: Double
  }
  private let parameters: [Parameter]
  private let rows: [[Row?]]
  private let turns: [BondTurn]
  private let driven: [ChoicePath]

  /// The rows of all paths.
  /// - Parameter paths: the paths; molecules that share torsion types share force constants.
  public init(_ paths: [ChoicePath]) {
    driven = paths
    let types = Set(
      paths.flatMap { path in
        path.topology.torsions.filter { $0.quartet.centralBond == path.driven.centralBond }
          .map { path.topology.type(of: $0.quartet) }
      })
    let parameters = types.sorted().flatMap { type in (1...4).map { Parameter(type: type, periodicity: $0) } }
    self.parameters = parameters
    let turns = paths.map {
      BondTurn(bond: $0.driven.centralBond, quartet: $0.driven, graph: $0.topology.bondGraph)
    }
    self.turns = turns
    rows = zip(paths, turns).map { path, turn in
      let basis = Basis(topology: path.topology, parameters: parameters)
      let model = EnergyModel(path.topology)
      return path.geometries.map { geometry in
        geometry.map { geometry in
          let (energy, forces) = model.energyAndForces(of: geometry)
          var row = Row(
            energy: [Double](repeating: 0, count: parameters.count),
            torque: [Double](repeating: 0, count: parameters.count), restEnergy: energy.total,
            restTorque: turn.torque(of: forces, in: geometry))
          for (column, value) in zip(basis.columns, basis.energyRow(at: geometry)) {
            row.energy[column] = value
          }
          for (column, value) in zip(basis.columns, basis.torqueRow(of: turn, at: geometry)) {
            row.torque[column] = value
          }
          return row
        }
      }
    }
  }

  /// What is believed after measurements.
  public struct Belief: Sendable {
    /// Of force constants, then offsets.
    fileprivate var belief: GaussianBelief
    /// Standard deviation of an energy (kcal/mol) and of a torque (kcal/mol/rad).
    public fileprivate(set) var noise: (energy: Double, torque: Double)
    /// How many points of each path are measured or under way.
    fileprivate var counts: [Int]
    /// The largest posterior standard deviation of a path's torsion profile at any of its grid points, the profile's
    /// mean taken off, kcal/mol.
    public fileprivate(set) var largestSD: Double
  }

  /// The posterior of the linear model.
  /// - Parameters:
  ///   - measured: what was computed.
  ///   - underWay: points that are being computed, whose information is as good as there.
  /// - Returns: the belief; nil when a matrix is not positive definite in floating point.
  public func belief(measured: [ChoicePoint: ChoiceMeasurement], underWay: Set<ChoicePoint> = []) -> Belief? {
    var counts = [Int](repeating: 0, count: rows.count)
    for point in measured.keys { counts[point.path] += 1 }
    // Energies of a path stand against its first point, so that the offset is a number of ordinary size.
    let points = measured.keys.sorted { ($0.path, $0.point) < ($1.path, $1.point) }
    var zero: [Int: Double] = [:]
    for point in points where zero[point.path] == nil {
      zero[point.path] = (measured[point]?.energy ?? 0) - (rows[point.path][point.point]?.restEnergy ?? 0)
    }
    let targets = points.compactMap {
      point -> (point: ChoicePoint, row: Row, energy: Double, torque: Double)? in
      guard let row = rows[point.path][point.point], let value = measured[point],
        let geometry = driven[point.path].geometries[point.point]
      else { return nil }
      return (
        point, row, value.energy - row.restEnergy - (zero[point.path] ?? 0),
        turns[point.path].torque(of: value.forces, in: geometry) - row.restTorque
      )
    }
    var noise = (energy: Self.guess.energy, torque: Self.guess.torque)
    var found: GaussianBelief?
    // The noise that explains what the fit with it leaves: settles within some rounds to the accuracy that matters.
    for _ in 0..<(targets.isEmpty ? 1 : 8) {
      var precision = Matrix(diagonal: priorSDs.map { 1 / ($0 * $0) })
      var right = [Double](repeating: 0, count: width)
      for target in targets {
        let spread = Self.spread(counts[target.point.path])
        for (row, value, sd) in [
          (energyRow(target.row, path: target.point.path), target.energy, noise.energy),
          (torqueRow(target.row), target.torque, noise.torque),
        ] {
          let weight = 1 / (sd * sd * spread)
          for a in 0..<width where row[a] != 0 {
            right[a] += weight * row[a] * value
            for b in 0..<width { precision[a, b] += weight * row[a] * row[b] }
          }
        }
      }
      var work = CholeskyWorkspace(order: width)
      guard work.factor(precision) else { return nil }
      let belief = GaussianBelief(covariance: work.inverse())
      found = belief
      let mean = belief.covariance.times(right)
      noise = estimate(targets.map { ($0.point.path, $0.row, $0.energy, $0.torque) }, mean)
    }
    guard var belief = found else { return nil }
    for point in underWay.sorted(by: { ($0.path, $0.point) < ($1.path, $1.point) })
    where measured[point] == nil {
      counts[point.path] += 1
      guard let row = rows[point.path][point.point] else { continue }
      guard
        let next = belief.after(
          both(row, path: point.path), noise: variances(noise, count: counts[point.path]))
      else { return nil }
      belief = next
    }
    return Belief(belief: belief, noise: noise, counts: counts, largestSD: largestSD(belief))
  }

  /// The point that would tell most per cost.
  /// - Parameters:
  ///   - candidates: the points to choose among, in an order that decides between equals.
  ///   - belief: what is believed.
  ///   - cost: of a point of a path, in any unit.
  /// - Returns: the point with its expected information in nats; nil when none tells anything.
  public func best(
    of candidates: [ChoicePoint], under belief: Belief, cost: (Int) -> Double
  ) -> (point: ChoicePoint, gain: Double)? {
    var best: (point: ChoicePoint, gain: Double, rate: Double)?
    for candidate in candidates {
      guard let row = rows[candidate.path][candidate.point] else { continue }
      let noise = variances(belief.noise, count: belief.counts[candidate.path] + 1)
      guard let told = belief.belief.gain(both(row, path: candidate.path), noise: noise) else { continue }
      // About the force constants alone, I(y; k) = I(y; k, o) − I(y; o | k): what an energy tells of its path's offset
      // is worth nothing by itself. Given the constants, offsets are independent and known from their path's energies
      // alone.
      let count = belief.counts[candidate.path]
      let energyVariance = belief.noise.energy * belief.noise.energy
      let known =
        1 / (Self.offsetSD * Self.offsetSD) + Double(count) / (energyVariance * Self.spread(count))
      let gain = told - log(1 + 1 / (known * noise[0, 0])) / 2
      let rate = gain / cost(candidate.path)
      if gain > 1e-9, rate > best?.rate ?? 0 { best = (candidate, gain, rate) }
    }
    return best.map { ($0.point, $0.gain) }
  }

  private var width: Int { parameters.count + rows.count }

  private var priorSDs: [Double] {
    parameters.map { _ in Self.priorSD } + rows.map { _ in Self.offsetSD }
  }

  private static func spread(_ count: Int) -> Double { 1 / ModelOptions().power(points: count, axes: 1) }

  private func energyRow(_ row: Row, path: Int) -> [Double] {
    row.energy + rows.indices.map { $0 == path ? 1 : 0 }
  }

  private func torqueRow(_ row: Row) -> [Double] { row.torque + rows.map { _ in 0 } }

  private func both(_ row: Row, path: Int) -> Matrix {
    Matrix(rows: 2, columns: width, elements: energyRow(row, path: path) + torqueRow(row))
  }

  private func variances(_ noise: (energy: Double, torque: Double), count: Int) -> Matrix {
    let spread = Self.spread(count)
    return Matrix(diagonal: [noise.energy, noise.torque].map { $0 * $0 * spread })
  }

  /// Root mean squares of what is left, the guess counting as some measurements.
  private func estimate(
    _ targets: [(path: Int, row: Row, energy: Double, torque: Double)], _ mean: [Double]
  ) -> (energy: Double, torque: Double) {
    func left(_ row: [Double], _ value: Double) -> Double {
      let rest = value - zip(row, mean).reduce(0) { $0 + $1.0 * $1.1 }
      return rest * rest
    }
    let energies = targets.reduce(0) { $0 + left(energyRow($1.row, path: $1.path), $1.energy) }
    let torques = targets.reduce(0) { $0 + left(torqueRow($1.row), $1.torque) }
    func root(_ sum: Double, _ guess: Double) -> Double {
      sqrt((sum + Self.guess.count * guess * guess) / (Double(targets.count) + Self.guess.count))
    }
    return (root(energies, Self.guess.energy), root(torques, Self.guess.torque))
  }

  private func largestSD(_ belief: GaussianBelief) -> Double {
    var largest = 0.0
    for path in rows {
      let own = path.compactMap { $0?.energy }
      guard !own.isEmpty else { continue }
      let mean = parameters.indices.map { column in own.reduce(0) { $0 + $1[column] } / Double(own.count) }
      for row in own {
        let centred = zip(row, mean).map { $0 - $1 } + rows.map { _ in 0 }
        let variance = zip(centred, belief.covariance.times(centred)).reduce(0) { $0 + $1.0 * $1.1 }
        largest = max(largest, sqrt(max(variance, 0)))
      }
    }
    return largest
  }
}
