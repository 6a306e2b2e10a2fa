// swivel diff: two runs side by side.

import ArgumentParser
import Foundation
import ReportFiles
import TextFiles
import TorsionModel

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two runs: force constants, profiles and scores side by side.",
    discussion: """
      Example:
        swivel diff reports/alkanes reports/robust
        swivel diff families/alkanes/baseline.json reports/alkanes --html diff.html

      Each side is a report folder, its summary.json, or a family's baseline.json. Profiles are compared where both \
      sides \
      have them: baselines do, and reports as long as their page.json is beside them.
      """)

  @Argument(help: "The first run.", completion: .report) var a: String
  @Argument(help: "The second run.", completion: .report) var b: String
  @Option(help: "Also write a page that needs no other file.", completion: .file(extensions: ["html"]))
  var html: String?
  @Flag(help: "Print JSON instead of tables.") var json = false
  @Flag(help: "Print nothing.") var quiet = false

  func run() throws {
    try requireNames(html)
    // Baselines count noise scales among their parameters; reports do not.
    let runs = try [a, b].map { source in
      try requireReport(source)
      var run = try ComparedRun(readingFrom: source)
      run.parameters.removeAll { ScaleRole(noiseNamed: $0.label) != nil }
      return run
    }
    let comparison = RunComparison(runs[0], runs[1])
    if let html { try writeAtomically(htmlComparison(comparison), to: html) }
    if comparison.a.family != comparison.b.family {
      complain("note: these are runs of two families, \(comparison.a.family) and \(comparison.b.family)")
    }
    if quiet { return }
    if json {
      print(try jsonText(comparison), terminator: "")
      return
    }
    print("A: \(comparison.a.source), swivel \(comparison.a.version)")
    print("B: \(comparison.b.source), swivel \(comparison.b.version)\n")
    print(
      textTable(
        header: ["torsion", "A", "sd", "B", "sd", "B − A", "in sd"],
        rows: comparison.parameters.map {
          [
            $0.label, decimal($0.a, 3), decimal($0.sdA, 3), decimal($0.b, 3), decimal($0.sdB, 3),
            decimal($0.difference, 3), decimal($0.differenceSD, 1),
          ]
        }))
    print(
      "\n"
        + textTable(
          header: ["scan", "error A", "error B", "profiles differ by", "at most", "at"],
          rows: comparison.scans.map {
            [
              $0.label, decimal($0.a, 3), decimal($0.b, 3), decimal($0.profileDifference, 3),
              decimal($0.largest, 3), $0.angle.map { "\($0)°" } ?? "–",
            ]
          }))
    print(
      "\n"
        + textTable(
          header: ["score", "A", "B"],
          rows: comparison.scores.map { [$0.name, decimal($0.a, 3), decimal($0.b, 3)] }))
  }
}
