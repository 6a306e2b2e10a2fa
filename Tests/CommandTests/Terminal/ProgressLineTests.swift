// The line of a terminal at times made up: rates, times left, width. Nothing here waits for a clock.

import Testing

@testable import swivel

@Suite struct ProgressLineTests {
  private static let start = ContinuousClock.now

  private func text(_ done: Int, of total: Int, after seconds: Double) -> String {
    StageCount(noun: "grid points", total: total, done: done, started: Self.start)
      .text(at: Self.start + .seconds(seconds))
  }

  @Test(arguments: [
    (132, 264, 0.5, "132/264 grid points, 264/s, 0.5 s left"),
    (10, 264, 2, "10/264 grid points, 5.0/s, 51 s left"),
    (10, 264, 10, "10/264 grid points, 1.0/s, 4 min 14 s left"),
    (10, 264, 60, "10/264 grid points, 10/min, 25 min 24 s left"),
    (10, 264, 6000, "10/264 grid points, 6.0/h, 42 h 20 min left"),
    (3, 10_000_000, 3e8, "3/10000000 grid points, 0.0/h, 277777 h 46 min left"),
  ])
  func rateAndTimeLeft(done: Int, total: Int, seconds: Double, expected: String) {
    #expect(text(done, of: total, after: seconds) == expected)
  }

  @Test func nothingIsToldOfTheTimeWhereItCannotBe() {
    // Too few pieces, too little time, and nothing left to do.
    for (done, seconds) in [(0, 100.0), (2, 100), (5, 0), (5, 0.19), (12, 100)] {
      #expect(text(done, of: 12, after: seconds) == "\(done)/12 grid points")
    }
    #expect(text(3, of: 12, after: 0.2) == "3/12 grid points, 15/s, 0.6 s left")
  }

  @Test func timeLeftFallsAsPiecesAreDoneAtOneRate() {
    var shortest = Double.infinity
    for done in 3..<100 {
      let words = text(done, of: 100, after: 0.05 * Double(done) + 0.1).split(separator: " ")
      guard let place = words.firstIndex(of: "s"), let left = Double(words[place - 1]) else { continue }
      #expect(left <= shortest)
      shortest = left
    }
    #expect(shortest < 1)
  }

  @Test(arguments: [0, 1, 2, 10, 32, 60, 100, 500]) func linesNeverWrap(columns: Int) {
    let count = StageCount(noun: "grid points", total: 264, done: 132, started: Self.start)
    for detail in ["", "without pentane"] {
      for count in [nil, count] {
        let progress = ProgressText(
          stage: "relaxing under the base force field", detail: detail, count: count)
        let line = progress.line(at: Self.start + .seconds(1), columns: columns)
        #expect(line.count <= max(0, columns - 1), "\(line)")
        #expect(columns != 500 || line.hasPrefix(progress.stage), "\(line)")
        #expect(columns != 32 || line.contains("…"), "\(line)")
      }
    }
  }

  @Test func aLineSaysStageDetailAndCount() {
    let count = StageCount(noun: "fits", total: 8, done: 1, started: Self.start)
    let text = ProgressText(stage: "leaving each molecule out", detail: "without butane", count: count)
    #expect(text.line(at: Self.start, columns: 80) == "leaving each molecule out: without butane  1/8 fits")
    #expect(ProgressText(stage: "sampling").line(at: Self.start, columns: 80) == "sampling …")
  }
}
