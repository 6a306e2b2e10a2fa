// Drawing from a density of a few unconstrained variables, one coordinate after the other.

/// Univariate slice sampling with stepping out and shrinkage, coordinate by coordinate
/// (Neal 2003, doi:10.1214/aos/1056562461, figures 3 and 5).
///
/// The log density is any function of the position, known up to a constant. Where it is not finite (−∞, NaN, or
/// +∞, which no proper density has at a place one can hit) the density counts as zero and the chain never goes.
/// The draws depend on nothing but the arguments: the same stream gives the same bytes.
public enum SliceSampler {
  /// Where a chain is.
  public struct State: Sendable, Hashable {
    /// The coordinates.
    public internal(set) var position: [Double]
    /// The log density there; finite.
    public internal(set) var logDensity: Double

    /// The state at `position`; nil when the log density there is not finite.
    public init?(at position: [Double], logDensity: ([Double]) -> Double) {
      let value = logDensity(position)
      guard value.isFinite, position.allSatisfy(\.isFinite) else { return nil }
      (self.position, self.logDensity) = (position, value)
    }
  }

  /// What the sampler may choose freely; fixed while draws are kept.
  public struct Tuning: Sendable, Hashable {
    /// The width of the first interval around each coordinate, positive, in the unit of the coordinate.
    public var widths: [Double]
    /// How many widths the interval may grow to; 1 is no stepping out.
    public var largestInterval = 32
    /// How many points of the interval are tried before the coordinate stays as it is; the interval has
    /// collapsed onto the old point long before, unless the log density is not a function of the position.
    public var largestShrinkage = 200

    /// The tuning with these widths, one a coordinate.
    public init(widths: [Double]) {
      precondition(widths.allSatisfy { $0 > 0 && $0.isFinite }, "the widths must be positive")
      self.widths = widths
    }
  }

  /// What one step took: data on how well the tuning fits, never an error.
  public struct Info: Sendable, Hashable {
    /// Log densities evaluated.
    public var evaluations = 0
    /// Times an interval was enlarged.
    public var expansions = 0
    /// Times an interval was shrunk, each after a point outside the slice.
    public var shrinkages = 0
    /// Coordinates that stayed because `largestShrinkage` points lay outside the slice.
    public var stuck = 0
  }

  /// Moves `state` by one update of every coordinate in order, leaving the density invariant.
  ///
  /// The last log density evaluated is that of the new position (unless the last coordinate got stuck), so what
  /// the evaluation leaves in memory, such as a factor, can be used for it.
  @discardableResult
  public static func step(
    _ state: inout State, tuning: Tuning, stream: inout RandomStream, logDensity: ([Double]) -> Double
  ) -> Info {
    precondition(tuning.widths.count == state.position.count, "one width a coordinate")
    var info = Info()
    for i in state.position.indices {
      update(i, of: &state, tuning: tuning, stream: &stream, info: &info, logDensity: logDensity)
    }
    return info
  }

  /// Moves one coordinate of `state`, leaving the density invariant.
  @discardableResult
  public static func step(
    _ state: inout State, coordinate: Int, tuning: Tuning, stream: inout RandomStream,
    logDensity: ([Double]) -> Double
  ) -> Info {
    var info = Info()
    update(coordinate, of: &state, tuning: tuning, stream: &stream, info: &info, logDensity: logDensity)
    return info
  }

  private static func update(
    _ i: Int, of state: inout State, tuning: Tuning, stream: inout RandomStream, info: inout Info,
    logDensity: ([Double]) -> Double
  ) {
    let (old, width) = (state.position[i], tuning.widths[i])
    let level = state.logDensity - stream.exponential()
    func value(at x: Double) -> Double {
      state.position[i] = x
      info.evaluations += 1
      let value = logDensity(state.position)
      return value.isFinite ? value : -.infinity
    }
    var lower = old - width * stream.uniform()
    var upper = lower + width
    // The share of each side is drawn beforehand: so the old point is as likely from the new one.
    var stepsDown = stream.integer(below: max(1, tuning.largestInterval))
    var stepsUp = max(1, tuning.largestInterval) - 1 - stepsDown
    while stepsDown > 0, value(at: lower) > level {
      lower -= width
      stepsDown -= 1
      info.expansions += 1
    }
    while stepsUp > 0, value(at: upper) > level {
      upper += width
      stepsUp -= 1
      info.expansions += 1
    }
    for _ in 0..<tuning.largestShrinkage {
      let new = lower + (upper - lower) * stream.uniform()
      let newValue = value(at: new)
      if newValue > level {
        state.logDensity = newValue
        return
      }
      if new < old { lower = new } else { upper = new }
      info.shrinkages += 1
    }
    // Staying keeps the density invariant: the way back would meet the same points.
    state.position[i] = old
    info.stuck += 1
  }

  /// Moves `state` by `steps` updates and returns `tuning` with better widths.
  ///
  /// Two random points of a slice lie a third of its width apart on average, so the moves since the last change
  /// tell the widths of the slices; the widths change after 4, 8, 16, … steps. The states passed through are not
  /// draws.
  public static func warmUp(
    _ state: inout State, tuning: Tuning, steps: Int, stream: inout RandomStream,
    logDensity: ([Double]) -> Double
  ) -> Tuning {
    // Measured on normal, log-gamma and log-half-t densities: with stepping out, widths of 1 to 2 slices give most
    // effective draws for an evaluation; without it 3 to 5 do, 20 % more than with it.
    let movesPerWidth = tuning.largestInterval > 1 ? 4.0 : 12.0
    var tuning = tuning
    var distances = [Double](repeating: 0, count: state.position.count)
    var (lastChange, nextChange) = (0, 4)
    for done in stride(from: 1, through: steps, by: 1) {
      let old = state.position
      step(&state, tuning: tuning, stream: &stream, logDensity: logDensity)
      for i in old.indices { distances[i] += abs(state.position[i] - old[i]) }
      guard done == nextChange else { continue }
      for i in old.indices where distances[i] > 0 {
        tuning.widths[i] = movesPerWidth * distances[i] / Double(done - lastChange)
        distances[i] = 0
      }
      (lastChange, nextChange) = (done, 2 * done)
    }
    return tuning
  }
}
