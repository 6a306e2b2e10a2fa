// swivel report: a report that a fit has left, in the terminal, as figures, or as a page written anew.

import ArgumentParser
import Foundation
import ReportFiles
import TextFiles

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show a report in the terminal, write its drawings as SVG files, or write its page anew.",
    discussion: """
      Example:
        swivel report reports/alkanes                        gates and tables
        swivel report reports/alkanes --figures figures      every drawing, 85 or 170 mm wide
        swivel report reports/alkanes --page                 index.html anew, after an update of Swivel
      """)

  @Argument(help: "A report folder, such as reports/alkanes.", completion: .directory) var report: String
  @Flag(help: "Print gates and tables; so it does without --figures, --page and --json.") var text = false
  @Option(help: "A folder for every drawing as an SVG file.", completion: .directory) var figures: String?
  @Flag(help: "Write index.html anew from page.json.") var page = false
  @Flag(help: "Print the gates as JSON instead.") var json = false
  @Flag(help: "Print nothing.") var quiet = false

  func validate() throws {
    if figures?.isEmpty == true { throw ValidationError("--figures needs the name of a folder") }
  }

  func run() throws {
    try requireReport(report)
    // Whoever names a file of the report means its folder.
    let file = ["/index.html", "/summary.json", "/page.json"].first(where: report.hasSuffix)
    let report = String(report.dropLast(file?.count ?? 0))
    let written = try WrittenReport(folder: report)
    if page {
      try writeAtomically(written.html, to: "\(report)/index.html")
      if !text && !json && !quiet { print("\(report)/index.html") }
    }
    if let figures {
      let drawings = written.figures
      for figure in drawings { try writeAtomically(figure.svg, to: "\(figures)/\(figure.name).svg") }
      let own = Set(drawings.map { "\($0.name).svg" })
      let others = ((try? FileManager.default.contentsOfDirectory(atPath: figures)) ?? []).filter {
        $0.hasSuffix(".svg") && !own.contains($0)
      }
      if !others.isEmpty {
        complain("note: \(figures)/ has \(others.count) other SVG files, which are not of this report")
      }
      if !text && !json && !quiet { print("\(drawings.count) drawings in \(figures)/") }
    }
    if quiet { return }
    if json {
      print(try jsonText(ReportRecord(report: report, written)), terminator: "")
    } else if text || !page && figures == nil {
      print(reportText(written))
    }
  }
}

private struct ReportRecord: Encodable {
  var schema = "swivel.report/1"
  var report: String
  var family: String
  var answer: String
  var verdict: String
  var gates: [WrittenReport.GateRecord]

  init(report: String, _ written: WrittenReport) {
    self.report = report
    family = written.family
    answer = written.answer
    verdict = written.verdict
    gates = written.gates
  }
}

private func reportText(_ written: WrittenReport) -> String {
  var lines = [written.title, "", "Did it work? \(written.answer).", ""]
  let widest = written.gates.map(\.title.count).max() ?? 0
  for gate in written.gates {
    let title = gate.title.padding(toLength: widest, withPad: " ", startingAt: 0)
    let verdict = gate.verdict.padding(toLength: 7, withPad: " ", startingAt: 0)
    lines += wrapped(gate.reason, width: 100 - widest - 11).enumerated().map { index, line in
      index == 0
        ? "\(verdict)  \(title)  \(line)" : String(repeating: " ", count: widest + 11) + line
    }
  }
  for table in written.tables {
    lines += ["", table.heading, "", textTable(header: table.header, rows: table.rows)]
  }
  // A terminal's numbers can be pasted: no typographic minus. What commands terminals stays in the file.
  let text = lines.joined(separator: "\n").replacingOccurrences(of: "\u{2212}", with: "-")
  return String(
    text.unicodeScalars.filter { $0 == "\n" || $0.properties.generalCategory != .control }.map(Character.init)
  )
}

/// Text in lines of at most `width` characters where its words allow it.
private func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = [""]
  for word in text.split(separator: " ") {
    let last = lines[lines.count - 1]
    if last.isEmpty {
      lines[lines.count - 1] = String(word)
    } else if last.count + 1 + word.count <= max(20, width) {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
