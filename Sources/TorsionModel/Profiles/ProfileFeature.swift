// What follows from the profile of a scan: minima, barriers and populations, by quantum chemistry and by both force
// fields.

import Chemistry
import Statistics

/// A quantity of a relaxed profile that goes round the circle. Energies are in kcal/mol over the profile's minimum.
public struct ProfileFeature: Hashable, Sendable {
  /// What it is.
  public enum Kind: String, Hashable, Sendable {
    /// The energy of a well's lowest grid point.
    case minimum
    /// The share of the Boltzmann distribution of the driven dihedral in a well, at ``ProfileFeature/temperature``.
    case population
    /// The energy of the highest grid point between two wells.
    case barrier
  }

  /// K, of the populations.
  public static let temperature = 298.15
  /// Wells or barriers of two profiles further apart are not the same, radian: two steps of a 15° grid, half of the
  /// distance between the wells of a threefold bond and its barriers.
  static let reach = 30 * Units.degree

  /// What it is.
  public var kind: Kind
  /// Of the grid point that the fitted force field's mean profile has there; where it has none, that of QM, else that
  /// of the base force field. Radian.
  public var angle: Double
  /// By quantum chemistry; nil where its profile has no such well or barrier.
  public var qm: Double?
  /// Of quantum chemistry's grid point, radian; nil where it has none.
  public var qmAngle: Double?
  /// By the base force field; nil where its profile has no such well or barrier, or some grid point did not relax.
  public var base: Double?
  /// Of the base force field's grid point, radian; nil where it has none.
  public var baseAngle: Double?
  /// By the fitted force field; nil where its mean profile has no such well or barrier.
  public var fitted: Fitted?

  /// A value under the posterior.
  public struct Fitted: Hashable, Sendable {
    /// Posterior mean, every draw pushed through.
    public var mean: Double
    /// 90 % credible interval.
    public var interval90: ClosedRange<Double>
    /// The value of the mean profile.
    public var plugIn: Double

    /// Mean less plug-in value, where it exceeds a tenth of the interval (Jensen's inequality) and a thousandth of a
    /// kcal/mol or of a share; nil below.
    public var jensenGap: Double? {
      let gap = mean - plugIn
      return abs(gap) > max(1e-3, 0.1 * (interval90.upperBound - interval90.lowerBound)) ? gap : nil
    }
  }
}

extension ProfileFeature {
  /// The features of one scan, wells before barriers; none where its grid is no closed circle.
  ///
  /// Every profile is read at its own wells and barriers. Those of two profiles are the same where they are nearest to
  /// each other and within ``reach``: a value of QM at an angle where QM has no barrier would be no barrier.
  ///
  /// - Parameters:
  ///   - angles: radian, of every grid point.
  ///   - draws: point by draw, the profile under each.
  static func all(
    angles: [Double], qm: [Double], base: [Double]?, draws: [[Double]]
  ) -> [ProfileFeature] {
    guard let count = draws.first?.count, count > 0 else { return [] }
    // Profiles are linear in the force constants: their mean is the profile of the mean.
    let mean = draws.map { $0.reduce(0, +) / Double(count) }
    func extrema(_ energies: [Double], draws: [[Double]]? = nil) -> [[Extremum]] {
      let profile = PredictedProfile(
        angles: angles, mean: energies, draws: draws ?? energies.map { [$0] })
      let (wells, barriers) = profile.wellsAndBarriers(temperature: temperature)
      return [wells.map(Extremum.init), barriers.map(Extremum.init)]
    }
    let (fitted, plugIn, reference) = (extrema(mean, draws: draws), extrema(mean), extrema(qm))
    let before = base.map { extrema($0) }
    return [0, 1].flatMap { kind in
      features(
        fitted: fitted[kind], plugIn: plugIn[kind], qm: reference[kind], base: before?[kind] ?? [])
    }
  }

  /// Wells, or barriers, of three profiles side by side: those of the fitted one, then those that it lacks. Each of
  /// each profile stands once, so that populations of a profile sum to one.
  ///
  /// - Parameter plugIn: the fitted ones' values under the mean profile.
  private static func features(
    fitted: [Extremum], plugIn: [Extremum], qm: [Extremum], base: [Extremum]
  ) -> [ProfileFeature] {
    let (qmOfFitted, baseOfFitted) = (matches(fitted, qm), matches(fitted, base))
    let freeQM = qm.indices.filter { !qmOfFitted.contains($0) }.map { qm[$0] }
    let freeBase = base.indices.filter { !baseOfFitted.contains($0) }.map { base[$0] }
    let baseOfQM = matches(freeQM, freeBase)
    typealias Row = (fitted: Int?, qm: Extremum?, base: Extremum?)
    var rows: [Row] = fitted.indices.map { index in
      (index, qmOfFitted[index].map { qm[$0] }, baseOfFitted[index].map { base[$0] })
    }
    rows += freeQM.indices.map { index in (nil, freeQM[index], baseOfQM[index].map { freeBase[$0] }) }
    rows += freeBase.indices.filter { !baseOfQM.contains($0) }.map { (nil, nil, freeBase[$0]) }
    return rows.flatMap { row -> [ProfileFeature] in
      guard let own = row.fitted.map({ fitted[$0] }) ?? row.qm ?? row.base else { return [] }
      return own.values.map { kind, values in
        let plain = row.fitted.flatMap { plugIn[$0].values[kind]?.first }
        let sorted = row.fitted == nil ? nil : SortedDraws(values)
        return ProfileFeature(
          kind: kind, angle: own.angle, qm: row.qm?.values[kind]?.first, qmAngle: row.qm?.angle,
          base: row.base?.values[kind]?.first, baseAngle: row.base?.angle,
          fitted: sorted.flatMap { sorted in
            plain.map {
              Fitted(
                mean: values.reduce(0, +) / Double(values.count), interval90: sorted.centralInterval(0.9),
                plugIn: $0)
            }
          })
      }
    }
  }

  /// For each of `left` the one of `right` that is the same: closest pairs first, none further apart than ``reach``; of
  /// pairs equally close those nearer to 0° on either side, so that profiles that mirror themselves are matched alike.
  private static func matches(_ left: [Extremum], _ right: [Extremum]) -> [Int?] {
    var result = [Int?](repeating: nil, count: left.count)
    let pairs = left.indices.flatMap { l in
      right.indices.map { (left: l, right: $0, distance: abs(wrapped(left[l].angle - right[$0].angle))) }
    }
    // A hair more, since two grid steps of 15° are seldom 30° to the last bit.
    func order(_ pair: (left: Int, right: Int, distance: Double)) -> (Double, Double, Int) {
      // To a degree, as angles of relaxed grid points are not exact.
      func degrees(_ angle: Double) -> Double { (abs(angle) / Units.degree).rounded() }
      return (
        degrees(pair.distance), degrees(left[pair.left].angle) + degrees(right[pair.right].angle), pair.left
      )
    }
    for pair in pairs.sorted(by: { order($0) < order($1) })
    where pair.distance < reach + 0.5 * Units.degree && result[pair.left] == nil
      && !result.contains(pair.right)
    {
      result[pair.left] = pair.right
    }
    return result
  }
}

/// A well or a barrier with what is said of it, one value a draw.
private struct Extremum {
  var angle: Double
  var values: KeyValuePairs<ProfileFeature.Kind, [Double]>

  init(_ well: ProfileWell) {
    (angle, values) = (well.angle, [.minimum: well.energies, .population: well.populations])
  }

  init(_ barrier: ProfileBarrier) { (angle, values) = (barrier.angle, [.barrier: barrier.heights]) }
}

extension KeyValuePairs where Key: Equatable {
  fileprivate subscript(_ key: Key) -> Value? { first { $0.key == key }?.value }
}
