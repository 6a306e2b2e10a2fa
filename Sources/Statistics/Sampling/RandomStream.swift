// Where random numbers come from: one stream for each (seed, stream number), never a global generator.

import CGSL

/// A reproducible stream of random numbers: GSL's Mersenne twister MT19937 (doi:10.1145/272991.272995).
///
/// The same (seed, stream) always gives the same numbers. Give each chain, molecule or job a stream number of its
/// own, so that nothing depends on which thread does the work. A stream cannot be copied, only moved: no number
/// is handed out twice.
public struct RandomStream: ~Copyable, @unchecked Sendable {
  // Sendable because the struct is the only owner of the generator and all use of it is `mutating`.
  private let generator: UnsafeMutablePointer<gsl_rng>

  /// Stream number `stream` of `seed`.
  ///
  /// MT19937 takes 32 bits of seed. Streams of one seed whose numbers agree in all but the low 12 bits, so
  /// 0 ..< 4096 among others, never coincide; any other two (seed, stream) pairs do with probability 2⁻³¹.
  public init(seed: UInt64, stream: UInt64 = 0) {
    generator = gsl_rng_alloc(swivel_mt19937())
    gsl_rng_set(generator, UInt(Self.generatorSeed(seed: seed, stream: stream)))
  }

  deinit { gsl_rng_free(generator) }

  /// The 32-bit seed of a stream; never 0, which GSL would silently replace by 4357.
  static func generatorSeed(seed: UInt64, stream: UInt64) -> UInt32 {
    let block = splitMix(splitMix(seed) &+ stream >> 12)
    // For one block the low 12 bits are a bijection of the stream's; the steps below map distinct words to
    // distinct words, and the top bit keeps zero out.
    var word = UInt32(truncatingIfNeeded: block) ^ UInt32(truncatingIfNeeded: stream & 0xFFF) | 0x8000_0000
    word = (word ^ word >> 16) &* 0x85EB_CA6B  // MurmurHash3's finaliser spreads them over all 32 bits
    word = (word ^ word >> 13) &* 0xC2B2_AE35
    return word ^ word >> 16
  }

  /// The mixing function of SplitMix64 (doi:10.1145/2660193.2660195).
  private static func splitMix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// A uniform number in the open interval (0, 1), with 52 random bits.
  public mutating func uniform() -> Double {
    // Half a step above a 52-bit integer is exact in a Double and can round to neither 0 nor 1.
    let high = gsl_rng_get(generator) >> 6
    let low = gsl_rng_get(generator) >> 6
    return (Double(high << 26 | low) + 0.5) * 0x1p-52
  }

  /// A standard normal number, by the ratio of uniforms (doi:10.1145/355744.355750).
  ///
  /// GSL's ziggurat is twice as fast but draws from one 32-bit word, so that values repeat.
  public mutating func normal() -> Double { gsl_ran_gaussian_ratio_method(generator, 1) }

  /// A gamma number with density ∝ x^(shape − 1) exp(−x / scale), by Marsaglia and Tsang
  /// (doi:10.1145/358407.358414); both arguments must be positive.
  public mutating func gamma(shape: Double, scale: Double) -> Double {
    precondition(shape > 0 && scale > 0, "a gamma distribution needs a positive shape and scale")
    return gsl_ran_gamma(generator, shape, scale)
  }

  /// A standard exponential number, positive.
  public mutating func exponential() -> Double { -log(uniform()) }

  /// A uniform integer in 0 ..< `bound`, without bias; `bound` must be in 1 ... 2³² − 1.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0 && bound <= UInt32.max, "the bound must be in 1 ... 2^32 - 1")
    return Int(gsl_rng_uniform_int(generator, UInt(bound)))
  }

  /// Puts `elements` in a random order, each equally likely (Fisher and Yates).
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }
}
