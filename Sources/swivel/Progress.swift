// A progress line on a terminal, plain lines elsewhere, nothing when quiet.

import Foundation
import TorsionModel

/// Where a command tells what it is doing; standard error, so that results can be piped.
struct Progress: Sendable {
  var isQuiet: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(quiet: Bool) { isQuiet = quiet }

  /// Says what is being done now; on a terminal it replaces the line before.
  func now(_ text: String) {
    guard !isQuiet else { return }
    if isTerminal {
      FileHandle.standardError.write(Data("\r\u{1B}[2K\(text) …".utf8))
    } else {
      complain(text)
    }
  }

  /// Clears the line.
  func done() {
    if !isQuiet && isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[2K".utf8)) }
  }

  /// Words a stage of a fit.
  func show(_ stage: FitStage) {
    switch stage {
    case .relaxingBase(let points): now("relaxing \(points) grid points under the base force field")
    case .round(let round, let rmse):
      now(
        "round \(round) of fitting and relaxing"
          + (rmse.map { ", relaxed error \(decimal($0, 3)) kcal/mol" } ?? ""))
    case .linearisation(let draws): now("relaxing some grid points under \(draws) draws")
    case .sampling(let parameters, let draws): now("sampling \(parameters) force constants, \(draws) draws")
    case .profiles: now("relaxing under the posterior mean")
    }
  }
}

/// A number with a fixed count of decimals, "–" when there is none.
func decimal(_ value: Double?, _ digits: Int) -> String {
  guard let value, value.isFinite else { return "–" }
  return String(format: "%.\(digits)f", value)
}

/// A text table: columns padded to their widest cell, the first left-aligned, the others right-aligned.
func textTable(header: [String], rows: [[String]]) -> String {
  let all = [header] + rows
  let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  return all.map { row in
    zip(row, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: cell.1 - cell.0.count)
      return column == 0 ? cell.0 + padding : padding + cell.0
    }.joined(separator: "  ").replacing(/\ +$/, with: "")
  }.joined(separator: "\n")
}
