// A small seeded generator for tests, independent of the streams under test.

import Chemistry

/// SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator of a seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A vector with components within ±`size`.
  public mutating func vector(within size: Double) -> Vector3 {
    Vector3(
      Double.random(in: -size...size, using: &self), Double.random(in: -size...size, using: &self),
      Double.random(in: -size...size, using: &self))
  }

  /// A geometry with every coordinate moved by up to `size`.
  public mutating func shaken(_ coordinates: [Vector3], by size: Double) -> [Vector3] {
    coordinates.map { $0 + vector(within: size) }
  }
}

/// A geometry turned about an axis through the origin and moved.
public func moved(_ coordinates: [Vector3], axis: Vector3, angle: Double, by shift: Vector3) -> [Vector3] {
  coordinates.map { rotated($0, about: axis.normalized, through: .zero, by: angle) + shift }
}
