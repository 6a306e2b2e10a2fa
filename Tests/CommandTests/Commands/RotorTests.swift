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

  /// A base with a term of n = 2 about the methyl's bond: it stays in every file, from the fit and from its report.
  @Test func keptTermsAreInEveryFile() throws {
    try Folders.temporary { folder in
      let source = "\(Folders.root)/Tests/Fixtures/rotors/toluene"
      for file in ["family.yaml", "toluene-7-0-1-2.extxyz"] {
        try FileManager.default.copyItem(atPath: "\(source)/\(file)", toPath: "\(folder)/\(file)")
      }
      let base = try String(contentsOfFile: "\(source)/toluene.prmtop", encoding: .utf8)
      let constants = "3.62500000E+00  0.00000000E+00  1.10000000E+00"
      try #require(base.contains(constants))
      try Folders.write(
        base.replacingOccurrences(of: constants, with: "3.62500000E+00  2.50000000E-01  1.10000000E+00"),
        to: "\(folder)/toluene.prmtop")
      let run = try swivel(
        "fit", folder, "--draws", "300", "--output", "\(folder)/r", "--forcefields", "\(folder)/f")
      #expect(run.status == 0 || run.status == 3, "\(run.errors)")
      let exported = try swivel(
        "export", "\(folder)/r", "--format", "amber,gromacs", "--output", "\(folder)/e")
      #expect(exported.status == 0, "\(exported.errors)")
      let summary = try json(String(contentsOfFile: "\(folder)/r/summary.json", encoding: .utf8))
      let cancelled = try #require((summary["cancelled_by_symmetry"] as? [[String: Any]])?.first)
      let kept = try #require((cancelled["kept"] as? [[String: Any]])?.first)
      #expect(kept["periodicity"] as? Int == 2 && kept["k"] as? Double == 0.25)
      for place in ["f", "e"] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(place)")
        let frcmod = try #require(names.first { $0.hasSuffix(".frcmod") })
        let lines = try String(contentsOfFile: "\(folder)/\(place)/\(frcmod)", encoding: .utf8)
          .split(separator: "\n").filter { $0.hasPrefix("hc-c3-ca-ca") }.map { $0.split(separator: " ") }
        #expect(
          lines.count == 2 && lines.contains { $0[2] == "0.25000000" && $0[4].hasSuffix("2.0") }, "\(lines)")
        // The file says the whole base with the fitted term: reading it back changes nothing but that.
        let whole = try swivel(
          "energy", "--topology", "\(folder)/toluene.prmtop", "--parameters", "\(folder)/\(place)/\(frcmod)",
          "--coordinates", "\(folder)/toluene-7-0-1-2.extxyz", "--json")
        let plain = try swivel(
          "energy", "--topology", "\(folder)/toluene.prmtop", "--coordinates",
          "\(folder)/toluene-7-0-1-2.extxyz", "--json")
        func torsions(_ outcome: Folders.Outcome) throws -> [Double] {
          try #require(try json(outcome.output)["frames"] as? [[String: Any]]).compactMap {
            $0["torsion"] as? Double
          }
        }
        let (a, b) = (try torsions(whole), try torsions(plain))
        #expect(a.count == 24 && zip(a, b).allSatisfy { abs($0 - $1) < 0.05 })
      }
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
