// Checks that cannot be made: settings that are none, baselines that are missing or of another family.

import Foundation
import Support
import Testing

@Suite struct CheckMustFailTests {
  private static let settings = "--rounds 0 --every 4 --draws 500"

  private func check(_ arguments: String..., in folder: String) throws -> Folders.Outcome {
    try Folders.run(
      swivelPath, ["check", "--cache", "\(folder)/cache"] + arguments, in: folder, environment: ["GITHUB_ACTIONS": ""])
  }

  private func refused(_ outcome: Folders.Outcome, _ words: String, hint: String) {
    #expect(outcome.status == 2, "\(outcome.output)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.errors.contains("hint: ") && outcome.errors.contains(hint), "\(outcome.errors)")
  }

  @Test(arguments: [
    ("--evry 2", "--settings: ", "--evry"), ("--every 0", "--settings: ", "--every must be at least 1"),
    ("--draws many", "--settings: ", "many"), ("butane", "--settings: ", "butane"),
    ("--hold-out xenon", "no molecule is called \"xenon\"", "xenon"),
  ]) func settingsThatAreNoneAreNamed(_ settings: String, place: String, words: String) throws {
    try Folders.temporary { folder in
      _ = try makeSmallFamily(in: folder)
      let outcome = try check("--update", "small", "--settings", settings, in: folder)
      refused(
        outcome, words, hint: place == "--settings: " ? "`swivel fit --help` lists the options" : "the family has")
      #expect(outcome.errors.contains(place), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/families/small/baseline.json"))
    }
  }

  @Test func foldersWithoutFamiliesOrBaselinesAreNamed() throws {
    try Folders.temporary { folder in
      refused(
        try check("--update", in: folder), "no folder under families/ has a family.yaml",
        hint: "run it beside the folder families, or name a family's folder")
      _ = try makeSmallFamily(in: folder)
      refused(
        try check(in: folder), "no folder under families/ has a baseline.json",
        hint: "write baselines with `swivel check --update`")
      refused(
        try check("small", in: folder), "families/small/baseline.json: no such file, and a check needs a baseline",
        hint: "`swivel check --update small` writes it")
      // What the hint says helps.
      let update = try check("--update", "small", "--settings", Self.settings, in: folder)
      #expect(update.status == 0, "\(update.errors)")
      #expect(try check("small", in: folder).status == 0)
    }
  }

  @Test func baselinesOfOtherFamiliesAndVersionsAreNamed() throws {
    try Folders.temporary { folder in
      let family = try makeSmallFamily(in: folder)
      #expect(try check("--update", "small", "--settings", Self.settings, in: folder).status == 0)
      let good = try String(contentsOfFile: "\(family)/baseline.json", encoding: .utf8)
      func baseline(_ from: String, _ to: String) throws {
        #expect(good.contains(from), "\(from)")
        try Folders.write(good.replacing(from, with: to), to: "\(family)/baseline.json")
      }
      try baseline("\"family\": \"small\"", "\"family\": \"tiny\"")
      refused(
        try check("small", in: folder), "baseline.json: is of the family tiny, and families/small is small",
        hint: "`swivel check --update small` writes it anew")
      try baseline("\"every\": \"4\"", "\"evry\": \"4\", \"every\": \"4\"")
      refused(
        try check("small", in: folder), "baseline.json: this version has no such settings of a fit: evry 4",
        hint: "write it anew with `swivel check --update`")
      try baseline("\"every\": \"4\"", "\"every\": \"0\"")
      refused(
        try check("small", in: folder), "baseline.json: settings: ", hint: "`swivel fit --help` lists the options")
      // A part of the model that is no more, and was not asked for, is no matter.
      try baseline("\"every\": \"4\"", "\"select_terms\": \"false\", \"every\": \"4\"")
      #expect(try check("small", in: folder).status == 0)
      // A damaged baseline does not stand in the way of a new one; its settings are gone, which is said.
      try Folders.write(String(good.prefix(200)), to: "\(family)/baseline.json")
      let anew = try check("--update", "small", "--settings", Self.settings, in: folder)
      #expect(
        anew.status == 0 && anew.errors.contains("note: nothing is kept of the earlier baseline"), "\(anew.errors)")
    }
  }
}
