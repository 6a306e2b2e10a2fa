// Mixing of rounds: where steps bend by the same share every round, their end is found at once.

import Testing

@testable import TorsionModel

@Suite struct StepMemoryTests {
  /// g(x) − x* = M (x − x*): the first direction overshoots, the second creeps, the third is right.
  private let shares = [-0.9, 0.8, 0.0]
  private let end = [1.0, -2.0, 0.5]

  private func target(_ x: [Double]) -> [Double] {
    x.indices.map { end[$0] + shares[$0] * (x[$0] - end[$0]) }
  }

  private func distance(_ x: [Double]) -> Double {
    zip(x, end).map { abs($0 - $1) }.max() ?? 0
  }

  @Test func roundsThatBendAlikeEndAtOnce() {
    var memory = StepMemory()
    var x = [0.0, 0.0, 0.0]
    var plain = x
    for round in 0..<4 {
      let g = target(x)
      let mixed = memory.mixed(from: x, to: g) { $0 }
      #expect((mixed == nil) == (round == 0))
      x = mixed ?? g
      plain = target(plain)
    }
    // What the ridge of a millionth leaves of the largest share.
    #expect(distance(x) < 5e-3, "\(x)")
    #expect(distance(plain) > 0.5)
  }

  /// What does nothing to the fitted energies has no say in the combination.
  @Test func whatTheDataDoNotSeeHasNoSay() {
    var memory = StepMemory()
    _ = memory.mixed(from: [0, 0], to: [1, 5]) { [$0[0]] }
    let mixed = memory.mixed(from: [1, 5], to: [1.5, -40]) { [$0[0]] }
    // Steps of 1 and then ½ add up to 2.
    #expect(abs((mixed?[0] ?? 0) - 2) < 1e-4, "\(mixed ?? [])")
  }

  /// Rounds that do not differ, or differ so little that they would have to be taken far, are not mixed.
  @Test func roundsThatHardlyDifferAreNotMixed() {
    var memory = StepMemory()
    _ = memory.mixed(from: [0], to: [1]) { $0 }
    #expect(memory.mixed(from: [0], to: [1]) { $0 } == nil)
    #expect(memory.mixed(from: [1], to: [1.99]) { $0 } == nil)
  }
}
