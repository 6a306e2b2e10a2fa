// A fit of one molecule, as a user runs it: what is said of transfer, and why a scan ends where it does.

import Foundation
import Support
import Testing

@Suite struct CauseCommandTests {
  /// A family of one of the alkanes.
  private func copyButane(to folder: String, changing change: (String) -> String = { $0 }) throws {
    let source = "\(Folders.root)/families/alkanes"
    try FileManager.default.copyItem(
      atPath: "\(source)/molecules/butane.prmtop", toPath: "\(folder)/butane.prmtop")
    let scan = try String(contentsOfFile: "\(source)/scans/butane-0-1-2-3.extxyz", encoding: .utf8)
    try Folders.write(change(scan), to: "\(folder)/butane.extxyz")
    try Folders.write(
      "name: one\nmolecules:\n  - id: butane\n    topology: butane.prmtop\n    scans: [butane.extxyz]\n",
      to: "\(folder)/family.yaml")
  }

  @Test func oneMoleculeTellsNothingOfTransfer() throws {
    try Folders.temporary { folder in
      try copyButane(to: folder)
      let run = try swivel(
        "fit", folder, "--draws", "300", "--output", "\(folder)/r", "--forcefields", "\(folder)/f")
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      #expect(run.output.contains("note: all data are of one molecule, butane"), "\(run.errors)")
      #expect(!run.output.contains("why: "), "\(run.errors)")
      for source in ["\(folder)/r", "\(folder)/f/one.frcmod"] {
        let audit = try swivel("audit", source)
        #expect(audit.output.contains("nothing is known about transfer"), "\(audit.output)")
        #expect(try json(try swivel("audit", source, "--json").output)["transfer"] is String)
      }
      #expect(try json(try swivel("audit", "reports/alkanes", "--json").output)["transfer"] is NSNull)
      #expect(!(try swivel("audit", "reports/alkanes").output.contains("about transfer")))
    }
  }

  /// An energy that is wrong by some kcal/mol is the cause, and its frame is named.
  @Test func aBadPointIsTheCause() throws {
    try Folders.temporary { folder in
      try copyButane(to: folder) { text in
        var seen = 0
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
          guard let range = line.range(of: "energy=") else { return String(line) }
          seen += 1
          let number = line[range.upperBound...].prefix { !$0.isWhitespace }
          guard seen == 9, let value = Double(number) else { return String(line) }
          return line.replacingOccurrences(of: "energy=\(number)", with: "energy=\(value + 3)")
        }.joined(separator: "\n")
      }
      let run = try swivel(
        "fit", folder, "--draws", "300", "--output", "\(folder)/r", "--forcefields", "\(folder)/f")
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      #expect(run.output.contains("why: butane 0-1-2-3 ends at"), "\(run.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      let scan = try #require((summary["scans"] as? [[String: Any]])?.first)
      let cause = try #require(scan["cause"] as? [String: Any])
      #expect(cause["cause"] as? String == "torsion form", "\(cause)")
      #expect((cause["why"] as? String)?.contains("Frame 9 stands apart") == true, "\(cause)")
      let page = try String(contentsOfFile: "\(folder)/r/index.html", encoding: .utf8)
      #expect(page.contains("Frame 9 stands apart") && page.contains("What holds errors up"))
    }
  }
}
