// Streams: reproducible, distinct, and distributed as they say.

import Testing

@testable import Statistics

struct RandomStreamTests {
  @Test func sameSeedAndStreamGiveTheSameNumbers() {
    var a = RandomStream(seed: 11, stream: 3)
    var b = RandomStream(seed: 11, stream: 3)
    for _ in 0..<100 {
      #expect(a.uniform() == b.uniform() && a.normal() == b.normal())
      #expect(a.gamma(shape: 0.7, scale: 2) == b.gamma(shape: 0.7, scale: 2))
      #expect(a.integer(below: 1000) == b.integer(below: 1000))
    }
  }

  /// The numbers themselves, so that a change of the generator or the seeding cannot go unnoticed.
  @Test func numbersStayAsTheyAre() {
    var stream = RandomStream(seed: 1, stream: 2)
    #expect(stream.uniform() == 0.9578159575471666)
    // Not to the last bit, which the C library's logarithm may round differently elsewhere.
    #expect(agree(stream.normal(), -0.11550162145053319, within: 1e-14))
    #expect(agree(stream.gamma(shape: 2.5, scale: 0.5), 1.2751922248497256, within: 1e-14))
  }

  @Test(arguments: [0, 1, 42, UInt64.max])
  func streamsOfOneSeedNeverCollide(seed: UInt64) {
    let seeds = Set((0..<4096).map { RandomStream.generatorSeed(seed: seed, stream: $0) })
    #expect(seeds.count == 4096 && !seeds.contains(0))
  }

  @Test func seedsUseAll64Bits() {
    let seeds: [UInt64] = [0, 1, 1 << 32, 1 << 63, 4357]
    let words = Set(seeds.map { RandomStream.generatorSeed(seed: $0, stream: 0) })
    #expect(words.count == seeds.count)
    #expect(
      RandomStream.generatorSeed(seed: 5, stream: 1 << 12) != RandomStream.generatorSeed(seed: 5, stream: 0))
  }

  @Test func momentsOfNormals() {
    var stream = RandomStream(seed: 5)
    let count = 400_000
    var sums = [Double](repeating: 0, count: 5)
    for _ in 0..<count {
      let x = stream.normal()
      var power = 1.0
      for k in 1...4 {
        power *= x
        sums[k] += power
      }
    }
    let moments = sums.map { $0 / Double(count) }
    // Variances of the k-th powers are 1, 2, 15 and 96: five standard errors each.
    for (moment, expected, variance) in zip3(moments.dropFirst(), [0, 1, 0, 3], [1, 2, 15, 96]) {
      #expect(abs(moment - expected) < 5 * (variance / Double(count)).squareRoot())
    }
  }

  private func zip3(_ a: ArraySlice<Double>, _ b: [Double], _ c: [Double]) -> [(Double, Double, Double)] {
    zip(a, zip(b, c)).map { ($0, $1.0, $1.1) }
  }

  @Test func normalsDoNotRepeat() {
    var stream = RandomStream(seed: 6)
    #expect(Set((0..<500_000).map { _ in stream.normal() }).count == 500_000)
  }

  @Test func streamsAreUncorrelated() {
    var a = RandomStream(seed: 1, stream: 0)
    var b = RandomStream(seed: 1, stream: 1)
    let count = 200_000
    var sum = 0.0
    for _ in 0..<count { sum += a.normal() * b.normal() }
    #expect(abs(sum) < 4.5 * Double(count).squareRoot())
  }

  @Test func uniformsFillTheOpenInterval() {
    var stream = RandomStream(seed: 8)
    let draws = (0..<100_000).map { _ in stream.uniform() }
    #expect(draws.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(kolmogorovSmirnov(draws) { $0 } < 1.95)
  }

  @Test(arguments: [(0.5, 2.0), (3.0, 0.1)])
  func momentsOfGammas(shape: Double, scale: Double) throws {
    var stream = RandomStream(seed: 9)
    let draws = (0..<200_000).map { _ in stream.gamma(shape: shape, scale: scale) }
    let error = (shape / Double(draws.count)).squareRoot() * scale
    #expect(abs(try #require(mean(draws)) - shape * scale) < 4.5 * error)
    #expect(abs(try #require(variance(draws)) / (shape * scale * scale) - 1) < 0.03)
  }

  @Test func integersAndShufflesAreUniform() {
    var stream = RandomStream(seed: 10)
    var counts = [Int](repeating: 0, count: 7)
    var places = [Int](repeating: 0, count: 4)
    for _ in 0..<70_000 {
      counts[stream.integer(below: 7)] += 1
      var deck = [0, 1, 2, 3]
      stream.shuffle(&deck)
      #expect(deck.reduce(0, +) == 6)
      places[deck.firstIndex(of: 0)!] += 1
    }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 450 })
    #expect(places.allSatisfy { abs($0 - 17_500) < 550 })
    var empty: [Int] = []
    stream.shuffle(&empty)
    #expect(empty.isEmpty && stream.integer(below: 1) == 0)
  }
}

/// √n times the largest distance of the draws' distribution from `cumulative`; above 1.95 with probability 0.001.
func kolmogorovSmirnov(_ draws: [Double], _ cumulative: (Double) -> Double) -> Double {
  let n = Double(draws.count)
  var largest = 0.0
  for (i, draw) in draws.sorted().enumerated() {
    let p = cumulative(draw)
    largest = max(largest, p - Double(i) / n, Double(i + 1) / n - p)
  }
  return largest * n.squareRoot()
}
