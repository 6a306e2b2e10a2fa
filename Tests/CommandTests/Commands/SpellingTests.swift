// Misspelt names: the nearest one is offered, a far one is not.

import Foundation
import Support
import Testing
import TextFiles

@Suite struct SpellingTests {
  @Test(arguments: [
    ("fit alkan", "did you mean alkanes?"), ("fit families/alkans", "did you mean families/alkanes?"),
    ("validate ehters", "did you mean ethers?"), ("check alkan", "did you mean alkanes?"),
    ("inspect familes/alkanes", "did you mean families/alkanes?"),
    (
      "inspect families/alkanes/molecules/butan.prmtop",
      "did you mean families/alkanes/molecules/butane.prmtop?"
    ),
    ("fit alkanes --hold-out pentan", "did you mean pentane?"),
    ("validate alkanes --hold-out pentan", "did you mean pentane?"),
    ("export reports/alkanes --format gromcas --output x", "did you mean gromacs?"),
    ("export reports/alkane --format gromacs --output x", "did you mean reports/alkanes?"),
    ("audit alkanes", "did you mean reports/alkanes?"),
    ("audit reports/alkans", "did you mean reports/alkanes?"),
    ("audit forcefields/alkanes/alkane.frcmod", "did you mean forcefields/alkanes/alkanes.frcmod?"),
    ("diff reports/alkanes reports/ehters", "did you mean reports/ethers?"),
    ("convert a.itp --to amebr --output a.frcmod", "did you mean amber?"),
    ("predict report/alkanes --topology a --scan b", "did you mean reports/alkanes?"),
    (
      "energy --topology families/alkanes/molecules/butane.prmtpo --coordinates a",
      "did you mean families/alkanes/molecules/butane.prmtop?"
    ),
    ("fti alkanes", "did you mean swivel fit?"), ("doktor", "did you mean swivel doctor?"),
    ("fit alkanes --hold-ut x", "Did you mean '--hold-out'?"),
  ])
  func theCommandOffersTheNearest(line: String, hint: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let outcome = try Folders.run(swivelPath, words, in: Folders.root)
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(hint), "\(line): \(outcome.errors)")
  }

  @Test func moleculesOfAReport() throws {
    try Folders.temporary { folder in
      let fit = try swivel(
        "fit", "alkanes", "--every", "4", "--rounds", "1", "--quiet", "--output", "\(folder)/r",
        "--forcefields",
        "\(folder)/f")
      #expect(fit.status == 0, "\(fit.errors)")
      let export = try swivel(
        "export", "\(folder)/r", "--format", "amber", "--output", "\(folder)/x", "--molecules", "butan")
      #expect(export.status == 2 && export.errors.contains("hint: did you mean butane?"), "\(export.errors)")
    }
  }

  /// Files that family.yaml names, in its own words and with its line.
  @Test func filesOfAManifest() throws {
    try Folders.temporary { folder in
      let alkanes = "\(Folders.root)/families/alkanes"
      for (from, to) in [
        ("molecules/butane.prmtop", "molecules/butane.prmtop"),
        ("scans/butane-0-1-2-3.extxyz", "scans/butane-0-1-2-3.extxyz"),
      ] {
        let text = try String(contentsOfFile: "\(alkanes)/\(from)", encoding: .utf8)
        try Folders.write(text, to: "\(folder)/\(to)")
      }
      func manifest(_ topology: String, _ scan: String) -> String {
        "name: a\nmolecules:\n  - id: butane\n    topology: \(topology)\n    scans:\n      - \(scan)\n"
      }
      for (text, place, meant) in [
        (
          manifest("molecules/butan.prmtop", "scans/butane-0-1-2-3.extxyz"), "4:15", "molecules/butane.prmtop"
        ),
        (
          manifest("molecules/butane.prmtop", "scan/butane-0-1-2.extxyz"), "6:9",
          "scans/butane-0-1-2-3.extxyz"
        ),
      ] {
        try Folders.write(text, to: "\(folder)/family.yaml")
        let outcome = try swivel("inspect", folder)
        #expect(outcome.status == 2 && outcome.errors.contains("family.yaml:\(place): there is no file"))
        #expect(outcome.errors.contains("hint: did you mean \(meant)?"), "\(outcome.errors)")
      }
    }
  }
}
