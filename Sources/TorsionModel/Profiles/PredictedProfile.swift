// The torsion profile of any molecule under a posterior, and what follows from it.

import CMath
import Chemistry
import Mechanics
import Statistics

/// A relaxed profile with one energy a posterior draw, kcal/mol.
///
/// A molecule without stereocentres is the same as its mirror image, and so is its profile: each grid point is the
/// lower of two relaxations, one from its own geometry and one from the mirror image of the geometry on the other side.
/// Which side other rotors stand on in the geometries given then does not matter.
public struct PredictedProfile: Sendable {
  /// The driven dihedral at each grid point, radian, ascending.
  public var angles: [Double]
  /// The profile of the mean force constants over its minimum.
  public var mean: [Double]
  /// Point by draw: the profile of each draw, mean-shifted onto `mean`; first order about the geometries relaxed under
  /// the mean force constants, like the fit itself.
  public var draws: [[Double]]
  /// Frames, from 1, whose relaxation did not converge.
  public var setAside: [Int]
  /// The other dihedral of a two-dimensional grid at each point, radian; nil for a profile along one.
  public var secondAngles: [Double]?
  /// Whether each grid point is the lower of two: itself and a mirror image.
  public var usesMirrorImages = false

  /// A profile of its parts, for points in any order.
  public init(
    angles: [Double], mean: [Double], draws: [[Double]], setAside: [Int] = [], secondAngles: [Double]? = nil
  ) {
    // Of a grid to the degree, so that what a held dihedral gives way by does not mix its columns.
    let order =
      if let secondAngles {
        angles.indices.sorted {
          ((angles[$0] / Units.degree).rounded(), secondAngles[$0], $0)
            < ((angles[$1] / Units.degree).rounded(), secondAngles[$1], $1)
        }
      } else {
        angles.indices.sorted { angles[$0] < angles[$1] }
      }
    self.secondAngles = secondAngles.map { angles in order.map { angles[$0] } }
    let lowest = mean.min() ?? 0
    self.angles = order.map { angles[$0] }
    self.mean = order.map { mean[$0] - lowest }
    self.draws = order.map { index in draws[index].map { $0 - lowest } }
    self.setAside = setAside
  }

  /// Relaxes geometries under the mean force constants, driven and further held dihedrals held, and pushes every draw
  /// through.
  ///
  /// - Parameters:
  ///   - topology: the molecule.
  ///   - driven: the driven dihedral.
  ///   - geometries: Å, one along the driven dihedral each.
  ///   - held: further dihedrals that stay at their values.
  ///   - second: the other dihedral of a two-dimensional grid, one of `held`.
  ///   - relaxes: false takes the geometries as given.
  ///   - parameters: what the force constants belong to.
  ///   - kept: base terms of the types that stay beside the fitted ones.
  ///   - draws: force constants, draw by parameter, kcal/mol; at least one.
  ///   - relaxation: restraints and limits.
  ///   - threads: threads at most.
  /// - Throws: ``ModelError`` when fewer than two geometries relax.
  public init(
    of topology: Topology, driven: Quartet, geometries: [[Vector3]], held: [Quartet] = [],
    second: Quartet? = nil, relaxes: Bool = true, parameters: [Parameter],
    kept: [TorsionType: [TorsionTerm]] = [:], draws: [[Double]],
    relaxation: RelaxationOptions = RelaxationOptions(), threads: Int
  ) async throws {
    let count = Double(draws.count)
    let center = parameters.indices.map { p in draws.reduce(0) { $0 + $1[p] } / count }
    let model = EnergyModel(
      TorsionParameters(parameters, forceConstants: center, kept: kept).applied(to: topology))
    let basis = Basis(topology: topology, parameters: parameters)
    let rotors = Rotors(of: topology).besides(driven, and: held)
    @Sendable func relaxed(_ geometry: [Vector3]) -> RelaxedPoint? {
      RelaxedPoint(
        geometry, driven: driven, held: held, second: second, relaxes: relaxes, model: model, basis: basis,
        rotors: rotors, options: relaxation)
    }
    var results = await parallelMap(geometries.count, threads: threads) { relaxed(geometries[$0]) }
    // What else is held has a mirror image elsewhere, and geometries as given are what they are.
    let mirrors =
      relaxes && held.isEmpty
      ? MirrorImages(of: topology, driven: driven, geometries: geometries, model: model) : nil
    if let mirrors {
      let images = await parallelMap(geometries.count, threads: threads) {
        mirrors.start(for: $0).flatMap(relaxed)
      }
      results = mirrors.lower(of: results, images: images)
    }
    let points = results.compactMap { $0 }
    guard points.count > 1 else {
      throw ModelError(
        message:
          "only \(points.count) of \(geometries.count) geometries relaxed under the fitted force field",
        hint: "check that the geometries belong to the topology")
    }
    var profiles = points.map { _ in [Double]() }
    for draw in draws {
      let changes = points.map { point in
        zip(point.row, basis.columns).reduce(0) { $0 + $1.0 * (draw[$1.1] - center[$1.1]) }
      }
      let shift = changes.reduce(0, +) / Double(changes.count)
      for i in points.indices { profiles[i].append(points[i].energy + changes[i] - shift) }
    }
    self.init(
      angles: points.map(\.angle), mean: points.map(\.energy), draws: profiles,
      setAside: results.indices.filter { results[$0] == nil }.map { $0 + 1 },
      secondAngles: second == nil ? nil : points.compactMap(\.second))
    usesMirrorImages = mirrors != nil
  }

  /// Whether the grid goes round the circle without a gap of more than 40°, along one dihedral.
  public var isClosed: Bool {
    guard secondAngles == nil, let first = angles.first, let last = angles.last else { return false }
    let gaps = zip(angles.dropFirst(), angles).map { $0 - $1 } + [first + 2 * .pi - last]
    return gaps.allSatisfy { $0 < 40 * Units.degree }
  }
}

/// A minimum of a profile, with what its basin holds at a temperature.
public struct ProfileWell: Sendable {
  /// radian, of the grid point.
  public var angle: Double
  /// Energy above the profile's minimum, one a draw, kcal/mol.
  public var energies: [Double]
  /// Share of the Boltzmann distribution of the driven dihedral in its basin, one a draw.
  public var populations: [Double]
  /// The same of the mean profile. Its difference from the mean of `populations` is the Jensen gap.
  public var plugIn: Double
}

/// A barrier between two neighbouring minima.
public struct ProfileBarrier: Sendable {
  /// radian, of the grid point.
  public var angle: Double
  /// Energy above the profile's minimum, one a draw, kcal/mol.
  public var heights: [Double]
}

extension PredictedProfile {
  /// A barrier's grid points, from the first top of one height to the last; `last` may run past the end of the circle.
  private struct Top {
    var first: Int
    var last: Int
    /// The grid point in the middle, or the one before.
    func middle(_ n: Int) -> Int { (first + last) / 2 % n }
    /// Which share of the middle's weight is of the well before.
    var shareBefore: Double { (first + last).isMultiple(of: 2) ? 0.5 : 1 }
  }

  /// The barriers of the mean profile: grid points higher than their neighbours and than the wells beside by more than
  /// a ripple, which is a tenth of a kcal/mol, or a twentieth of what the whole profile spans where that is less, but
  /// two hundredths at least. Tops that only a ripple parts are one barrier.
  private func barrierTops() -> [Top] {
    let n = angles.count
    var tops = (0..<n).filter { mean[$0] > mean[($0 + n - 1) % n] && mean[$0] >= mean[($0 + 1) % n] }
      .map { Top(first: $0, last: mean[$0] == mean[($0 + 1) % n] ? $0 + 1 : $0) }
    let ripple = max(0.02, min(0.1, 0.05 * ((mean.max() ?? 0) - (mean.min() ?? 0))))
    func height(_ top: Top) -> Double { (top.first...top.last).map { mean[$0 % n] }.max()! }
    // The least first, as wells that it parts become one.
    while tops.count > 1 {
      let depths = basins(between: tops).map { basin in basin.map { mean[$0] }.min()! }
      func before(_ t: Int) -> Int { (t + tops.count - 1) % tops.count }
      let rises = tops.indices.map { height(tops[$0]) - max(depths[$0], depths[before($0)]) }
      guard let least = rises.indices.min(by: { rises[$0] < rises[$1] }), rises[least] < ripple else { break }
      let isAfter = depths[least] >= depths[before(least)]
      let neighbour = isAfter ? (least + 1) % tops.count : before(least)
      if height(tops[neighbour]) - height(tops[least]) < ripple {
        let (left, right) = isAfter ? (tops[least], tops[neighbour]) : (tops[neighbour], tops[least])
        let gap = (right.first - left.first + n) % n
        tops[neighbour] = Top(first: left.first, last: left.first + gap + right.last - right.first)
      }
      tops.remove(at: least)
    }
    return tops.sorted { $0.middle(n) < $1.middle(n) }
  }

  /// The grid points from the middle of each barrier to that of the next.
  private func basins(between tops: [Top]) -> [[Int]] {
    let n = angles.count
    return tops.indices.map { b in
      let (start, end) = (tops[b].middle(n), tops[(b + 1) % tops.count].middle(n))
      let length = (end - start + n - 1) % n + 1
      return (1..<max(2, length)).map { (start + $0) % n }
    }
  }

  /// Minima and barriers of the mean profile, ripples left out, ascending by angle; empty where the grid is no closed
  /// circle.
  ///
  /// - Parameter temperature: K, for populations.
  public func wellsAndBarriers(temperature: Double) -> (wells: [ProfileWell], barriers: [ProfileBarrier]) {
    let n = angles.count
    guard isClosed, n > 3, let drawCount = draws.first?.count else { return ([], []) }
    let tops = barrierTops()
    guard !tops.isEmpty else { return ([], []) }
    // Each grid point stands for half the way to its neighbours.
    let widths = (0..<n).map { i -> Double in
      let step = angles[(i + 1) % n] - angles[(i + n - 1) % n]
      return (step <= 0 ? step + 2 * .pi : step) / 2
    }
    let beta = 1 / (Units.gasConstant * temperature)
    let basins = basins(between: tops)
    func shares(_ energies: [Double]) -> [Double] {
      let lowest = energies.min() ?? 0
      let weights = energies.indices.map { widths[$0] * exp(-beta * (energies[$0] - lowest)) }
      // The top itself is split between its two basins.
      let sums = basins.indices.map { b -> Double in
        let next = tops[(b + 1) % tops.count]
        return basins[b].reduce(0) { $0 + weights[$1] }
          + (1 - tops[b].shareBefore) * weights[tops[b].middle(n)]
          + next.shareBefore * weights[next.middle(n)]
      }
      let total = sums.reduce(0, +)
      return sums.map { $0 / total }
    }
    let profiles = (0..<drawCount).map { d in draws.map { $0[d] } }
    let populations = profiles.map(shares)
    let plugIn = shares(mean)
    let lowest = profiles.map { $0.min() ?? 0 }
    let wells = basins.indices.map { b in
      ProfileWell(
        angle: angles[basins[b].min { mean[$0] < mean[$1] }!],
        energies: profiles.indices.map { d in basins[b].map { profiles[d][$0] }.min()! - lowest[d] },
        populations: populations.map { $0[b] }, plugIn: plugIn[b])
    }
    let barriers = tops.map { top in
      // The top may move by a grid point between draws.
      let around = (top.first - 1...top.last + 1).map { ($0 + n) % n }
      return ProfileBarrier(
        angle: angles[top.middle(n)],
        heights: profiles.indices.map { d in around.map { profiles[d][$0] }.max()! - lowest[d] })
    }
    return (wells.sorted { $0.angle < $1.angle }, barriers)
  }
}
