// Reports of which a part is missing, damaged or of another run: what each verb says, and that its hint helps.

import Foundation
import Support
import Testing

/// A small family and its report, copied for each case; fitted once.
struct SmallReport {
  /// Where families/small, reports/small and forcefields/small lie.
  var folder: String

  private static let options = [
    "--chains", "2", "--draws", "60", "--warmup", "40", "--rounds", "1", "--every", "4", "--quiet",
  ]
  /// Left in place until the tests end.
  private static let made = Result<String, any Error> {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("swivel-\(UUID().uuidString)").path
    _ = try makeSmallFamily(in: folder)
    let fit = try Folders.run(swivelPath, ["fit", "small"] + options, in: folder)
    // Draws this few need not converge.
    try #require([0, 3].contains(fit.status), "\(fit.errors)")
    return folder
  }

  /// Runs `body` with a copy.
  static func with(_ body: (SmallReport) throws -> Void) throws {
    let source = try made.get()
    try Folders.temporary { folder in
      for name in ["families", "reports", "forcefields"] {
        try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(folder)/\(name)")
      }
      try body(SmallReport(folder: folder))
    }
  }

  func run(_ line: String) throws -> Folders.Outcome {
    try Folders.run(
      swivelPath, line.split(separator: " ").map(String.init), in: folder,
      environment: ["SWIVEL_CACHE": "\(folder)/cache", "XDG_CACHE_HOME": "\(folder)/cache", "GITHUB_ACTIONS": ""])
  }

  /// A fit as short as the first.
  func fit() throws {
    let outcome = try run("fit small " + Self.options.joined(separator: " "))
    #expect([0, 3].contains(outcome.status), "\(outcome.errors)")
  }

  /// Runs a command that must end with code 2; what it says.
  func refusal(_ line: String, _ words: String, hint: String) throws {
    let outcome = try run(line)
    #expect(outcome.status == 2, "\(line): \(outcome.status) \(outcome.output)")
    #expect(outcome.errors.contains(words), "\(line): \(outcome.errors)")
    #expect(
      hint.isEmpty || outcome.errors.contains("hint: ") && outcome.errors.contains(hint), "\(line): \(outcome.errors)")
    #expect(outcome.output.isEmpty, "\(line): \(outcome.output)")
  }

  func change(_ file: String, _ from: String, _ to: String) throws {
    var text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    text.replaceSubrange(try #require(text.range(of: from), "\(from) in \(file)"), with: to)
    try Folders.write(text, to: "\(folder)/\(file)")
  }
}

@Suite struct DamagedReportTests {
  private static let predict =
    "predict reports/small --topology families/small/molecules/butane.prmtop --scan families/small/scans/butane-0-1-2-3.extxyz"
  private static let drawn = [predict, "export reports/small --format amber --output out"]

  @Test(arguments: drawn) func withoutDrawsTheFitIsNamedThatWritesThem(_ line: String) throws {
    try SmallReport.with { report in
      try FileManager.default.removeItem(atPath: "\(report.folder)/reports/small/posterior.csv")
      try report.refusal(
        line, "reports/small: has no posterior.csv: its draws were not kept with it",
        hint: "run swivel fit small, which writes it")
      try report.fit()
      #expect(try report.run(line + " --quiet").status == 0)
    }
  }

  @Test(arguments: drawn) func drawsOfAnotherRunAreRefused(_ line: String) throws {
    try SmallReport.with { report in
      try report.change("reports/small/posterior.csv", "\n0,0,", "\n0,0,1")
      try report.refusal(
        line, "posterior.csv: is of another run than summary.json beside it", hint: "run `swivel fit` again")
      // A report without a hash of them, as the first versions wrote, is read as far as the table goes.
      try report.change("reports/small/summary.json", "\"posterior_sha256\"", "\"posterior_sha\"")
      try report.change("reports/small/posterior.csv", "\n0,1,", "\n0,1,much")
      try report.refusal(line, "is no force constant", hint: "")
    }
  }

  @Test func runsThatDoNotBelongToTheSummaryAreNamed() throws {
    let export = "export reports/small --format amber --output out"
    try SmallReport.with { report in
      try report.change("reports/small/run.json", "\"seed\" : 1", "\"seed\" : 7")
      try report.refusal(
        export, "run.json: is of another run (family small, seed 7) than summary.json beside it",
        hint: "name the molecules' family with --family")
      // Either way out of it is one.
      #expect(try report.run(export + " --family families/small --quiet").status == 0)
      #expect(try report.run(export + " --no-molecules --quiet").status == 0)
      try report.change("reports/small/run.json", "\"schema\" : \"swivel.run/", "\"schema\" : \"swivel.runs/")
      try report.refusal(export, "run.json: has schema", hint: "")
      try Folders.write("{\"schema\": ", to: "\(report.folder)/reports/small/run.json")
      try report.refusal(export, "run.json:1", hint: "")
      try FileManager.default.removeItem(atPath: "\(report.folder)/reports/small/run.json")
      try report.refusal(export, "run.json: no such file", hint: "")
    }
  }

  /// Files that changed since the fit are a note and no molecules; what is asked for by name must be there.
  @Test func familiesThatChangedAreNoted() throws {
    try SmallReport.with { report in
      let export = "export reports/small --format amber --output out"
      try report.change("families/small/family.yaml", "license: CC0-1.0", "license: CC-BY-4.0")
      let outcome = try report.run(export)
      #expect(
        outcome.status == 0 && outcome.errors.contains("families/small/family.yaml is not there as it was fitted"))
      #expect(!outcome.output.contains("molecules/"), "\(outcome.output)")
      try report.refusal(
        export + " --bespoke L", "there is no molecule to write", hint: "name the fitted family with --family")
      #expect(try report.run(export + " --bespoke L --family families/small --quiet").status == 0)
      try report.refusal(
        export + " --family small --molecules butan", "no molecule is called \"butan\"", hint: "did you mean butane?")
      #expect(try report.run(export + " --draws 100000").status == 2)
    }
  }

  @Test func exportsThatWouldBeEmptyAreRefused() throws {
    try SmallReport.with { report in
      let ring = "\(Folders.root)/families/biaryls/molecules/2-2-bipyridine.prmtop"
      try #require(FileManager.default.fileExists(atPath: ring))
      try report.refusal(
        "export reports/small --format amber --output out --no-molecules --only-types-of \(ring)",
        "torsion types is left to write", hint: "leave --only-types-of or --changed-only out")
    }
  }

  /// Fields of summary.json that no fit writes are told before anything is reckoned with them.
  @Test(arguments: [
    ("\"prior_sd\" : ", "\"prior_sd\" : -", "standard deviation -"),
    ("\"schema\" : \"swivel.summary/1\"", "\"schema\" : \"swivel.summary/2\"", "has schema \"swivel.summary/2\""),
    ("\"seed\" : 1", "\"seed\" : \"one\"", "summary.json: holds a value of another kind at "),
    ("\"parameters\" : [", "\"parameters\" : 5, \"old\" : [", "summary.json: holds a value of another kind at "),
    ("{", "", "is no JSON"),
  ]) func summaries(_ from: String, to: String, words: String) throws {
    try SmallReport.with { report in
      try report.change("reports/small/summary.json", from, to)
      for line in Self.drawn + [
        "audit reports/small", "apply families/small/molecules/butane.prmtop -p reports/small -n",
      ] {
        let outcome = try report.run(line)
        #expect(outcome.status == 2 && outcome.errors.contains("summary.json"), "\(line): \(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(line): \(outcome.errors)")
      }
    }
  }
}
