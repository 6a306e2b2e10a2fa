// What a command is doing: a line with counts that is drawn anew on a terminal, a line a stage elsewhere, nothing when quiet.

import Foundation
import TorsionModel

/// Where a command tells what it is doing; standard error, so that results can be piped.
struct Progress: Sendable {
  /// The line of a terminal; nil elsewhere.
  private let line: ProgressLine?
  private let isQuiet: Bool

  init(quiet: Bool) {
    isQuiet = quiet
    line = quiet || !canRedraw() ? nil : ProgressLine()
  }

  /// Begins a stage: its name on a terminal, where counts may follow; one line elsewhere, with what is known of them.
  func now(_ text: String, inFull line: String? = nil, counting noun: String = "") {
    guard !isQuiet else { return }
    if let own = self.line { own.begin(text, noun: noun) } else { complain(line ?? text) }
  }

  /// The stage goes on in so many pieces.
  func count(_ total: Int) { line?.count(total) }

  /// Pieces are done; from any thread.
  func advance(by pieces: Int = 1) { line?.advance(by: pieces) }

  /// What of the stage is done now, on a terminal only.
  func detail(_ text: String) { line?.detail(text) }

  /// Clears the line.
  func done() { line?.end() }

  /// Words a stage of a fit, or of a series of fits with a name.
  func show(_ stage: FitStage, series: String = "") {
    switch stage {
    case .counting(let total): count(total)
    case .advanced(let pieces): advance(by: pieces)
    case .series(let fits): now(series, inFull: "\(series): \(fits) fits", counting: "fits")
    case .fitting(let name): detail(name)
    case .relaxingBase(let points):
      now(
        "relaxing under the base force field",
        inFull: "relaxing \(points) grid points under the base force field", counting: "grid points")
    case .round(let round, let rmse):
      now(
        "round \(round) of fitting and relaxing"
          + (rmse.map { ", relaxed error \(decimal($0, 3)) kcal/mol" } ?? ""), counting: "grid points")
    case .linearisation(let draws):
      now("relaxing some grid points under \(draws) draws", counting: "grid points")
    case .sampling(let parameters, let draws):
      now(
        "sampling \(parameters) force constants",
        inFull: "sampling \(parameters) force constants, \(draws) draws",
        counting: "iterations")
    case .profiles: now("relaxing under the posterior mean", counting: "grid points")
    }
  }
}

/// Whether standard error is a terminal whose line can be cleared: not where no escape codes are wanted (NO_COLOR,
/// https://no-color.org) or none are understood.
func canRedraw() -> Bool {
  let environment = ProcessInfo.processInfo.environment
  return isatty(STDERR_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty
    && !["", "dumb"].contains(environment["TERM"] ?? "")
}

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
