// What is printed behind "next:" runs as it is printed, verb after verb.

import Foundation
import Support
import Testing

@Suite struct NextStepTests {
  /// The commands that an output names.
  private func commands(_ output: String) -> [String] {
    let lines = output.split(separator: "\n").map(String.init)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("next: ") }) else { return [] }
    let first = lines[start].dropFirst("next: ".count)
    let others = lines[(start + 1)...].prefix { $0.hasPrefix("      swivel ") }.map { $0.dropFirst(6) }
    return ([first] + others).map(String.init)
  }

  /// Runs a printed command in a folder, its comment included.
  private func run(_ command: String, in folder: String) throws -> Folders.Outcome {
    #expect(command.hasPrefix("swivel "), "\(command)")
    return try Folders.run("/bin/sh", ["-c", swivelPath + command.dropFirst("swivel".count)], in: folder)
  }

  /// A folder with a space in its name, so that paths need quotes.
  private func work<Result>(_ body: (String) throws -> Result) throws -> Result {
    try Folders.temporary { folder in
      let own = "\(folder)/my work"
      try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
      return try body(own)
    }
  }

  @Test func fromAFolderOfScansToATopologyWithTheTerms() throws {
    try work { folder in
      let family = try makeSmallFamily(in: folder)
      try FileManager.default.removeItem(atPath: "\(family)/family.yaml")
      let made = try swivel("init", "families/small", in: folder)
      #expect(
        commands(made.output) == [
          "swivel inspect families/small  # what was read, and what a fit could tell",
          "swivel fit families/small      # the fit; report and parameter files",
        ])
      let inspected = try run(commands(made.output)[0], in: folder)
      #expect(inspected.status == 0 && commands(inspected.output).first?.hasPrefix("swivel fit") == true)
      // As printed but for what makes it quick: what it prints repeats that.
      let fitted = try swivel(
        "fit", "families/small", "--every", "4", "--rounds", "0", "--chains", "2", "--draws", "300",
        "--warmup",
        "100", "--output", "my report", in: folder)
      #expect([0, 3].contains(fitted.status), "\(fitted.errors)")
      let steps = commands(fitted.output)
      #expect(steps.count == 3, "\(fitted.output)")
      var outputs: [String] = []
      for step in steps {
        let said = try run(step, in: folder)
        #expect(said.status == 0, "\(step): \(said.errors)")
        outputs.append(said.output)
      }
      #expect(steps.map { $0.split(separator: " ")[1] } == ["validate", "audit", "export"])
      #expect(commands(outputs[0]).first?.hasPrefix("swivel export 'my report'") == true)
      let trial = try #require(commands(outputs[2]).first)
      #expect(trial.hasPrefix("swivel apply families/small/molecules/butane.prmtop"))
      let tried = try run(trial, in: folder)
      #expect(tried.status == 0 && tried.output.contains("nothing was written"))
      let applied = try run(try #require(commands(tried.output).first), in: folder)
      #expect(applied.status == 0 && applied.output.contains("applied/butane.prmtop"), "\(applied.errors)")
      let shown = try run(try #require(commands(applied.output).first), in: folder)
      #expect(shown.status == 0 && shown.output.contains(": 0 torsions replaced"), "\(shown.output)")
    }
  }

  @Test func ofSingleFiles() throws {
    try work { folder in
      let family = try makeSmallFamily(in: folder)
      let files = FileManager.default
      try files.copyItem(atPath: "\(family)/scans/butane-0-1-2-3.extxyz", toPath: "\(folder)/scan.extxyz")
      // Without a topology the command is for later, and says so.
      let alone = try swivel("inspect", "scan.extxyz", in: folder)
      #expect(alone.output.contains("next: swivel init .") && alone.output.contains("once its topology"))
      try files.copyItem(atPath: "\(family)/molecules/butane.prmtop", toPath: "\(folder)/butane.prmtop")
      let beside = try swivel("inspect", "scan.extxyz", in: folder)
      let checked = try run(try #require(commands(beside.output).first), in: folder)
      #expect(checked.status == 0 && checked.output.contains("24"), "\(checked.errors)")
      #expect(try run(try #require(commands(checked.output).first), in: folder).status == 0)
      let source = "\(Folders.root)/forcefields/alkanes/alkanes.frcmod"
      let converted = try swivel("convert", source, "--to", "charmm", "--output", "my.prm", in: folder)
      #expect(converted.status == 0, "\(converted.errors)")
      #expect(try run(try #require(commands(converted.output).first), in: folder).status == 0)
      let parameters = try swivel("inspect", "my.prm", in: folder)
      #expect(try run(try #require(commands(parameters.output).first), in: folder).status == 0)
    }
  }
}
