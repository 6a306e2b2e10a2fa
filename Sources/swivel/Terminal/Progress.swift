// What a command is doing: a line with counts that is drawn anew on a terminal, a line a stage elsewhere, nothing when
// quiet.

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
    case .following(let draws, let turn):
      now("relaxing under \(draws) draws, turn \(turn)", counting: "grid points")
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
