// Options whose values are none, or that do not go together: exit code 2, the option by its name, nothing computed or written.

import Foundation
import Support
import Testing

@Suite struct OptionMustFailTests {
  private static let butane = "families/alkanes/molecules/butane.prmtop"
  private static let scan = "families/alkanes/scans/butane-0-1-2-3.extxyz"

  private func refused(_ arguments: [String], _ words: String, hint: String = "") throws {
    try Folders.temporary { folder in
      let outcome = try Folders.run(
        swivelPath, arguments.map { $0.replacing("@", with: folder) }, in: Folders.root,
        environment: ["SWIVEL_CACHE": "\(folder)/cache"])
      #expect(outcome.status == 2 && outcome.output.isEmpty, "\(arguments): \(outcome.status) \(outcome.output)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(hint.isEmpty || outcome.errors.contains("hint: ") && outcome.errors.contains(hint), "\(outcome.errors)")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty, "\(arguments): \(left)")
    }
  }

  /// An empty name, as an unset variable of a shell leaves it, would mean the root of the disk or the current folder.
  @Test(arguments: [
    (["fit", "alkanes", "--output", ""], "a folder to write to is empty"),
    (["fit", "alkanes", "--forcefields", ""], "a folder to write to is empty"),
    (["validate", "alkanes", "--output", ""], "a folder to write to is empty"),
    (["export", "reports/alkanes", "--format", "amber", "--output", ""], "a folder to write to is empty"),
    (["apply", butane, "-p", "reports/alkanes", "--output", ""], "a folder to write to is empty"),
    (["check", "alkanes", "--cache", ""], "a folder to write to is empty"),
    (["check", "alkanes", "--junit", ""], "a folder to write to is empty"),
    (["propose", "reports/alkanes", "--candidates", "@", "--output", ""], "a folder to write to is empty"),
  ]) func namesThatAreEmpty(_ arguments: [String], words: String) throws {
    try refused(arguments, words, hint: "give a folder, or leave the option out")
  }

  @Test func filesAndFoldersThatHaveNoName() throws {
    let plain = ["fit", "alkanes", "--noise", "normal", "--no-bagging", "--geometry-draws", "0"]
    try refused(
      plain + ["--write-design", ""], "the file to write the design to has no name", hint: "give --write-design a path")
    try refused(["report", "reports/alkanes", "--figures", ""], "--figures needs the name of a folder")
  }

  @Test(arguments: [
    ("fit alkanes --draws 3", "--draws must be 4 … 1000000"), ("fit alkanes --rounds -1", "--rounds must be 0 … 50"),
    ("fit alkanes --geometry-draws 3", "--geometry-draws must be an even number, 0 … 64"),
    ("fit alkanes --geometry-draws 66", "--geometry-draws must be an even number, 0 … 64"),
    ("fit alkanes --effective-points 0", "--effective-points must be positive"),
    ("fit alkanes --energy-upper -3", "--energy-upper must be positive"),
    ("fit alkanes --every 0", "--every must be at least 1"),
    ("fit alkanes --cartesian-restraint -1", "--cartesian-restraint must not be negative"),
    ("fit alkanes --torsion-restraint nan", "--torsion-restraint must not be negative"),
    ("fit alkanes --well-width 0", "--well-width must be positive"),
    ("fit alkanes --threads 0", "--threads must be 1 … 1024"),
    ("fit alkanes --likelihood energies", "energies"), ("fit alkanes --noise pink", "pink"),
    ("fit alkanes --energy-weight boltzmann", "boltzmann"),
    ("acquire @ --level GFN2-xTB --target-sd -1 --adaptive", "--target-sd must be positive"),
  ]) func numbersOutOfTheirRange(_ line: String, words: String) throws {
    try refused(line.split(separator: " ").map(String.init), words)
  }

  @Test(arguments: [
    ("acquire @ --level GFN2-xTB --job-limit never", "--job-limit never is no time", "such as 90s, 30m, 2h or 1.5d"),
    ("acquire @ --level GFN2-xTB --budget 0", "--budget 0 is no time", "such as 90s, 30m, 2h or 1.5d"),
    ("acquire @ --level GFN2-xTB --budget 2w", "--budget 2w is no time", "such as 90s"),
  ]) func timesThatAreNone(_ line: String, words: String, hint: String) throws {
    try refused(line.split(separator: " ").map(String.init), words, hint: hint)
  }

  @Test(arguments: [
    (
      "predict reports/alkanes --topology \(butane) --coordinates \(scan) --dihedral 0 1 2 3 --geometry rigid",
      "--geometry, --held, --set-aside and units are of a --scan", ""
    ),
    (
      "inspect \(scan) --topology \(butane) --qm-torsions @/qm.json", "--qm-torsions is for a family",
      "swivel init FOLDER makes one of scans"
    ),
    ("convert @/none.frcmod --to amber --output @/a.frcmod", "none.frcmod: no such file", ""),
    ("convert README.md --to amber --output @/a.frcmod", "README.md: has none of the extensions", ""),
    ("fit alkanes --every 40", "grid point", "--every"),
  ]) func whatDoesNotGoTogether(_ line: String, words: String, hint: String) throws {
    try refused(line.split(separator: " ").map(String.init), words, hint: hint)
  }

  /// Files of other kinds of force fields are told by their names, with what Swivel fits instead.
  @Test(arguments: [
    ("a.prm", "forcefield AMOEBA-BIO-2018\npolarize 1 1.0 0.39\nmultipole 1 2 3 0.1\n", "AMOEBA")
  ]) func forceFieldsOfOthers(_ name: String, text: String, words: String) throws {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/\(name)")
      let outcome = try swivel("inspect", name, in: folder)
      #expect(outcome.status == 2 && outcome.errors.contains("is of the force field \(words)"), "\(outcome.errors)")
      #expect(outcome.errors.contains("hint: Swivel fits torsions of fixed-charge force fields"), "\(outcome.errors)")
    }
  }
}
