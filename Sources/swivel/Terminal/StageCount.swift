// How much of a stage is done, and how long the rest takes.

import TextFiles

/// How much of a stage is done, and since when it is counted.
struct StageCount: Sendable {
  var noun: String
  var total: Int
  var done = 0
  /// When the count began.
  var started: ContinuousClock.Instant

  /// "132/264 grid points, 410/s, 0.3 s left" at a time; rate and time only where they can be told.
  func text(at now: ContinuousClock.Instant) -> String {
    let seconds = (now - started) / .seconds(1)
    var text = "\(done)/\(total) \(noun)"
    // The first pieces of several threads end together, late; after the last the stage may go on without any.
    guard done >= 3, done < total, seconds >= 0.2 else { return text }
    let rate = Double(done) / seconds
    text += ", \(Self.rateText(rate)), \(Self.durationText(Double(total - done) / rate)) left"
    return text
  }

  /// Pieces a second, a minute or an hour, whichever reads best.
  private static func rateText(_ rate: Double) -> String {
    for (seconds, unit) in [(1.0, "s"), (60, "min")] where rate * seconds >= 1 {
      return decimal(rate * seconds, rate * seconds < 10 ? 1 : 0) + "/\(unit)"
    }
    return decimal(rate * 3600, 1) + "/h"
  }

  /// "0.3 s", "12 s", "2 min 5 s", "1 h 4 min".
  private static func durationText(_ seconds: Double) -> String {
    if seconds < 9.95 { return "\(decimal(seconds, 1)) s" }
    let whole = Int(min(seconds, 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
