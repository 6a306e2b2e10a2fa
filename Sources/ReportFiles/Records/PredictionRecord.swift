// What predict says as JSON: energies with intervals, minima with populations, barriers, and how far the family covers
// it.

import Chemistry
import Statistics
import TextFiles
import TorsionModel

/// What `swivel predict` says of one scan, schema swivel.prediction/1; energies in kcal/mol.
public struct PredictionRecord: Encodable, Sendable {
  /// A grid point.
  public struct Point: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case angle, second, mean, interval50, interval90, interval95, qm
      case parameterInterval90 = "parameter_interval90"
    }
    /// The driven dihedral, degree.
    public var angle: Double
    /// The other dihedral of a two-dimensional grid, degree; absent along one.
    public var second: Double?
    /// The posterior mean, kcal/mol.
    public var mean: Double
    /// Interval of 50 %, noise of the fitted energies included.
    public var interval50: [Double]
    /// The same of 90 %.
    public var interval90: [Double]
    /// The same of 95 %.
    public var interval95: [Double]
    /// Interval of 90 % of what the force constants leave open.
    public var parameterInterval90: [Double]
    /// Quantum chemistry, shifted by the mean difference; null without.
    @Nullable public var qm: Double?
  }
  /// A minimum.
  public struct Well: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case angle, energy, interval90, population
      case populationInterval90 = "population_interval90"
      case populationPlugIn = "population_plug_in"
      case jensenGap = "jensen_gap"
    }
    /// Where, degree.
    public var angle: Double
    /// Mean over draws.
    public var energy: Double
    /// Of the energy.
    public var interval90: [Double]
    /// Mean over draws, 0 … 1.
    public var population: Double
    /// Of the population.
    public var populationInterval90: [Double]
    /// The population at the mean profile.
    public var populationPlugIn: Double
    /// Mean over draws less the plug-in value, where it exceeds a tenth of the interval.
    @Nullable public var jensenGap: Double?
  }
  /// A maximum between two minima.
  public struct Barrier: Encodable, Sendable {
    /// Where, degree.
    public var angle: Double
    /// Mean over draws.
    public var height: Double
    /// Of the height.
    public var interval90: [Double]
  }

  enum CodingKeys: String, CodingKey {
    case schema, report, topology, driven, geometry, held, types, coverage, reason, temperature, points,
      minima, barriers
    case setAside = "set_aside"
    case mirrorImages = "mirror_images"
    case stereocentres
  }
  /// "swivel.prediction/1".
  public var schema = "swivel.prediction/1"
  /// The report whose draws were used.
  public var report: String
  /// The molecule's topology.
  public var topology: String
  /// The driven atoms, from 0.
  public var driven: [Int]
  /// relaxed; or rigid, where energies are those of the geometries as given.
  public var geometry: String
  /// Further dihedrals that were held.
  public var held: [[Int]]
  /// Their types.
  public var types: [String]
  /// inside, near or outside.
  public var coverage: String
  /// Why.
  public var reason: String
  /// Of the populations, K.
  public var temperature: Double
  /// The grid points.
  public var points: [Point] = []
  /// Minima, where the grid goes round the circle.
  public var minima: [Well] = []
  /// The maxima between them.
  public var barriers: [Barrier] = []
  /// Geometries that did not relax, by place.
  public var setAside: [Int]
  /// Whether each point is the lower of two relaxations, one from a mirror image.
  public var mirrorImages: Bool
  /// Atoms that forbid it, from 0.
  public var stereocentres: [Int]

  /// The record of a profile.
  /// - Parameters:
  ///   - report: the report's path.
  ///   - path: the topology's.
  ///   - scan: the driven dihedral, and the grid.
  ///   - hasQM: whether the grid points' energies are quantum chemistry's.
  ///   - molecule: the molecule.
  ///   - summary: the report's.
  ///   - profile: the energies by draws.
  ///   - noise: the standard deviation of the noise of energies, kcal/mol.
  ///   - temperature: of populations, K.
  public init(
    report: String, topology path: String, scan: Scan, hasQM: Bool, molecule: Topology, summary: Summary,
    profile: PredictedProfile, noise: Double, temperature: Double
  ) {
    let (driven, second) = (scan.driven, scan.second)
    self.report = report
    topology = path
    self.driven = driven.atoms
    geometry = scan.geometry.rawValue
    held = scan.held.map(\.atoms)
    types = driven.atoms.map { molecule.atoms[$0].type }
    self.temperature = temperature
    setAside = profile.setAside
    mirrorImages = profile.usesMirrorImages
    stereocentres = molecule.stereocentres
    (coverage, reason) = coverageOf(driven, in: molecule, by: summary)
    var stream = RandomStream(seed: summary.seed, stream: 1 << 35)
    // Noise is of points about the scan's mean, like the bands.
    let count = profile.draws.first?.count ?? 0
    let grain = (0..<count).map { _ -> [Double] in
      let values = profile.angles.map { _ in noise * stream.normal() }
      let mean = values.reduce(0, +) / Double(values.count)
      return values.map { $0 - mean }
    }
    let qm =
      hasQM
      ? scan.points.map { point in
        (
          angle: dihedralAngle(driven, in: point.coordinates),
          second: second.map { dihedralAngle($0, in: point.coordinates) } ?? 0, energy: point.energy
        )
      } : []
    let lowest = qm.map(\.energy).min() ?? 0
    let meanShift =
      qm.isEmpty
      ? 0
      : profile.mean.reduce(0, +) / Double(profile.mean.count)
        - qm.reduce(0) { $0 + $1.energy - lowest } / Double(qm.count)
    points = profile.angles.indices.map { i in
      let noisy = interval(profile.draws[i].indices.map { profile.draws[i][$0] + grain[$0][i] })
      let other = profile.secondAngles?[i]
      func distance(_ angle: Double, _ second: Double) -> Double {
        abs(wrapped(angle - profile.angles[i])) + (other.map { abs(wrapped(second - $0)) } ?? 0)
      }
      let matching = qm.min { distance($0.angle, $0.second) < distance($1.angle, $1.second) }
      return Point(
        angle: profile.angles[i] / Units.degree, second: other.map { $0 / Units.degree },
        mean: profile.mean[i], interval50: noisy(0.5),
        interval90: noisy(0.9), interval95: noisy(0.95), parameterInterval90: interval(profile.draws[i])(0.9),
        qm: matching.map { $0.energy - lowest + meanShift })
    }
    let (wells, tops) = profile.wellsAndBarriers(temperature: temperature)
    minima = wells.map { well in
      let population = well.populations.reduce(0, +) / Double(well.populations.count)
      let range = interval(well.populations)(0.9)
      let gap = population - well.plugIn
      return Well(
        angle: well.angle / Units.degree, energy: well.energies.reduce(0, +) / Double(well.energies.count),
        interval90: interval(well.energies)(0.9), population: population, populationInterval90: range,
        populationPlugIn: well.plugIn, jensenGap: abs(gap) > 0.1 * (range[1] - range[0]) ? gap : nil)
    }
    barriers = tops.map {
      Barrier(
        angle: $0.angle / Units.degree, height: $0.heights.reduce(0, +) / Double($0.heights.count),
        interval90: interval($0.heights)(0.9))
    }
  }
}

/// Central intervals of draws by their mass.
private func interval(_ draws: [Double]) -> (Double) -> [Double] {
  guard let sorted = SortedDraws(draws) else {
    preconditionFailure("energies of relaxed geometries are finite")
  }
  return { mass in
    let range = sorted.centralInterval(mass)
    return [range.lowerBound, range.upperBound]
  }
}

/// How far a torsion is from those that were fitted, and why.
private func coverageOf(_ driven: Quartet, in molecule: Topology, by summary: Summary) -> (String, String) {
  let bond = driven.centralBond
  let fitted = Set(
    summary.parameters.filter { $0.molecules > 0 }.map(\.type))
  let rules = (summary.torsionRules ?? []).map(\.rule)
  // Types that no rule chose stay as the base force field has them.
  let unseen = Set(
    molecule.torsions.filter { $0.quartet.centralBond == bond }.map { molecule.type(of: $0.quartet) }
      .filter { type in rules.isEmpty || rules.contains { $0.matches(type) } }
  ).subtracting(fitted)
  guard unseen.isEmpty else {
    return ("outside", "no fitted molecule has " + unseen.sorted().map(\.label).joined(separator: ", "))
  }
  let known = summary.scans.filter { !$0.heldOut }.compactMap(\.environment)
  let isByElement = isByElement(known)
  let mine = bondEnvironment(bond, of: molecule, byElement: isByElement)
  for radius in mine.indices.reversed()
  where known.contains(where: { $0.count > radius && $0[radius] == mine[radius] }) {
    switch radius {
    case 2: return ("inside", "a fitted scan drives a bond with the same surroundings up to two bonds away")
    case 1:
      return ("near", "a fitted scan drives a bond with the same neighbours, not with the same second ones")
    default: return ("outside", "fitted scans drive \(mine[0]), but none with these neighbours")
    }
  }
  return ("outside", "no fitted scan drives \(mine[0])")
}
