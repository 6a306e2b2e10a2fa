// Six-fold rotors, as a user runs them.

import Foundation
import Support
import Testing

@Suite struct RotorTests {
  @Test(arguments: [("toluene", "hc-c3-ca-ca"), ("nitromethane", "h1-c3-no-o")])
  func sixIsWhatActs(family: String, type: String) throws {
    try Folders.temporary { folder in
      let run = try swivel(
        "fit", "Tests/Fixtures/rotors/\(family)", "--draws", "300", "--output", "\(folder)/r",
        "--forcefields",
        "\(folder)/f")
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      #expect(
        run.errors.contains("terms of \(type) with n = 1, 2, 3, 4 add up to a constant"), "\(run.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      let parameters = try #require(summary["parameters"] as? [[String: Any]])
      #expect(parameters.map { $0["periodicity"] as? Int } == [6])
      let cancelled = try #require((summary["cancelled_by_symmetry"] as? [[String: Any]])?.first)
      #expect(
        cancelled["periodicities"] as? [Int] == [1, 2, 3, 4] && cancelled["offers_six"] as? Bool == true)
      #expect(cancelled["asked_for"] as? Bool == false)
      let page = try String(contentsOfFile: "\(folder)/r/index.html", encoding: .utf8)
      #expect(page.contains("with terms that cancel by symmetry"))
      let inspected = try swivel("inspect", "Tests/Fixtures/rotors/\(family)")
      #expect(inspected.output.contains("n = 6 is what acts"), "\(inspected.output)")
    }
  }

  @Test func rulesThatAskForCancelledTermsAreObeyedAndWarnedOf() throws {
    try Folders.temporary { folder in
      let source = "\(Folders.root)/Tests/Fixtures/rotors/toluene"
      for file in ["toluene.prmtop", "toluene-7-0-1-2.extxyz"] {
        try FileManager.default.copyItem(atPath: "\(source)/\(file)", toPath: "\(folder)/\(file)")
      }
      let manifest = try String(contentsOfFile: "\(source)/family.yaml", encoding: .utf8)
      let rule = "torsions:\n  - types: [hc, c3, ca, ca]\n    periodicities: [2, 3]\nmolecules:"
      try Folders.write(
        manifest.replacingOccurrences(of: "molecules:", with: rule), to: "\(folder)/family.yaml")
      let run = try swivel(
        "fit", folder, "--draws", "300", "--output", "\(folder)/r", "--forcefields", "\(folder)/f")
      #expect(run.errors.contains("warning: terms of hc-c3-ca-ca with n = 2, 3"), "\(run.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      let parameters = try #require(summary["parameters"] as? [[String: Any]])
      #expect(parameters.map { $0["periodicity"] as? Int } == [2, 3])
    }
  }
}
