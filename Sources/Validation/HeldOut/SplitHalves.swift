// Whether parameter intervals mean something: fits on disjoint halves of the molecules against each other.

import Chemistry
import Statistics
import TorsionModel

/// How far fits on disjoint halves of a family's molecules lie apart, in units of what their posteriors allow.
///
/// In the directions of parameter space that both halves determine, the difference of the posterior means over its
/// standard deviation is a standard normal number where intervals are honest: its root mean square is 1, and larger
/// where they are too narrow.
public struct SplitHalves: Sendable {
  /// One way to halve the molecules.
  public struct Split: Sendable {
    /// The molecules of the first half; the others are the second.
    public var molecules: [String]
    /// z in every direction that both halves determine.
    public var z: [Double]
  }

  /// The splits.
  public var splits: [Split]
  /// All z.
  public var z: [Double] { splits.flatMap(\.z) }
  /// Their root mean square; nil without directions.
  public var rms: Double? { rootMeanSquare(z) }

  /// Fits both halves of random halvings, no two of them alike.
  ///
  /// - Parameters:
  ///   - family: the family.
  ///   - options: as for a fit.
  ///   - count: halvings; fewer where there are not so many.
  ///   - progress: called as the series and each of its fits begin, and as fits are done.
  /// - Throws: ``ModelError`` when fewer than four molecules have scans.
  public init(
    _ family: Family, options: FitOptions, count: Int = 10,
    progress: @escaping @Sendable (FitStage) -> Void = { _ in }
  ) async throws {
    let names = family.molecules.filter { !$0.scans.isEmpty && !options.heldOut.contains($0.id) }.map(\.id)
    guard names.count >= 4 else {
      throw ModelError(
        message: "halving the molecules needs at least four with scans, here are \(names.count)",
        hint: "add molecules to the family")
    }
    let base = try await baseGeometries(family, options: options, progress: progress)
    var stream = RandomStream(seed: options.seed, stream: 1 << 33)
    let halves = distinctHalves(of: names, count: max(1, count), using: &stream)
    progress(.series(fits: 2 * halves.count))
    progress(.counting(2 * halves.count))
    splits = []
    for (number, first) in halves.enumerated() {
      let second = names.filter { !first.contains($0) }
      var fits: [Fit] = []
      for (half, others) in [Set(second), Set(first)].enumerated() {
        progress(.fitting("halving \(number + 1), half \(half + 1)"))
        var own = options
        own.purpose = .parameters
        own.heldOut.formUnion(others)
        fits.append(try await TorsionModel.fit(family, options: own, base: base))
        progress(.advanced(1))
      }
      splits.append(Split(molecules: first, z: standardisedDifferences(fits[0], fits[1])))
    }
  }
}

/// First halves, sorted, of random halvings: no two halve the names alike, nor with the halves exchanged.
///
/// - Parameters:
///   - names: at least two, no two alike.
///   - count: halvings; all where there are no more.
///   - stream: what draws them.
func distinctHalves(of names: [String], count: Int, using stream: inout RandomStream) -> [[String]] {
  let half = names.count / 2
  // Ways to choose the first half; of an even number each halving is chosen twice.
  let ways = (0..<half).reduce(1.0) { $0 * Double(names.count - $1) / Double($1 + 1) }
  let wanted = min(Double(count), (names.count.isMultiple(of: 2) ? ways / 2 : ways).rounded())
  var found: [[String]] = []
  var seen: Set<[String]> = []
  while Double(found.count) < wanted {
    var order = names
    stream.shuffle(&order)
    let first = order.prefix(half).sorted()
    if seen.contains(first) { continue }
    seen.insert(first)
    if names.count.isMultiple(of: 2) { seen.insert(order.dropFirst(half).sorted()) }
    found.append(first)
  }
  return found
}

/// The root mean square of numbers; nil of none.
public func rootMeanSquare(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
}

extension WhitenedPosterior {
  /// A fit's posterior over some parameters in the units given.
  fileprivate init(_ fit: Fit, parameters: [Int], units: [Double]) {
    let scale = units.map { 1 / $0 }
    let draws = fit.draws.forceConstants.joined().map { k in
      zip(parameters, scale).map { (k[$0] - fit.parameters[$0].base) * $1 }
    }
    let moments = SampleMoments(draws, count: parameters.count)
    self.init(mean: moments.mean, covariance: moments.covariance)
  }
}

/// z in the directions of the parameters that two fits share.
func standardisedDifferences(_ first: Fit, _ second: Fit) -> [Double] {
  let places = Dictionary(uniqueKeysWithValues: second.parameters.enumerated().map { ($1.parameter, $0) })
  let common = first.parameters.indices.compactMap { i in
    places[first.parameters[i].parameter].map { (i, $0) }
  }
  // Between the two learned prior standard deviations.
  let units = common.map { (first.parameters[$0].priorSD * second.parameters[$1].priorSD).squareRoot() }
  return standardisedDifferences(
    WhitenedPosterior(first, parameters: common.map(\.0), units: units),
    WhitenedPosterior(second, parameters: common.map(\.1), units: units))
}
