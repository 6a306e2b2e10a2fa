// `swivel init` on raw folders of programs, as a user has them: it ends, says what it left out, and what it writes can be read.

import Foundation
import Support
import Testing

@Suite struct InitTests {
  private let fixtures = "\(Folders.root)/Tests/Fixtures/scans"

  /// A folder of files of the fixtures, with or without the topology.
  private func tree<Result>(_ files: [String], topology: Bool = true, _ body: (String) throws -> Result)
    throws -> Result
  {
    try Folders.temporary { work in
      let folder = "\(work)/raw"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for file in files + (topology ? ["peroxide.prmtop"] : []) {
        let target = "\(folder)/\(file)"
        try FileManager.default.createDirectory(
          atPath: URL(fileURLWithPath: target).deletingLastPathComponent().path,
          withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(fixtures)/\(file)", toPath: target)
      }
      return try body(folder)
    }
  }

  @Test(arguments: [
    (["xtb"], 17), (["orca"], 12), (["gaussian-relaxed.log"], 11), (["qcengine-points"], 12),
    (["qcengine-torsiondrive.json.gz"], 6),
    (["psi4-relaxed.out.gz"], 4), (["ase.traj"], 12), (["yammbs.json"], 12), (["spice.hdf5"], 12),
    (["conformers.sdf"], 12),
    (["qcportal-record.json"], 12), (["geometric-scan-final.xyz"], 5),
  ]) func rawFoldersAreReadWithoutAnEditor(files: [String], points: Int) throws {
    try tree(files) { folder in
      let made = try swivel("init", folder)
      #expect(
        made.status == 0 && made.output.contains("1 scans of 1 molecules"), "\(made.output)\(made.errors)")
      #expect(made.output.contains("next: swivel inspect"))
      let inspected = try swivel("inspect", folder, "--json")
      #expect(inspected.status == 0, "\(inspected.errors)")
      let scan = try #require((try json(inspected.output)["scans"] as? [[String: Any]])?.first)
      #expect(scan["points"] as? Int == points && scan["driven"] as? [Int] == [0, 1, 2, 3])
    }
  }

  @Test func unitsAndConventionsAreOptions() throws {
    try tree(["ase.extxyz"]) { folder in
      // Without them it still ends, and says what is missing.
      let plain = try swivel("init", folder)
      #expect(
        plain.status == 1 && plain.output.contains("0 scans") && plain.output.contains("--convention ase"),
        "\(plain.output)")
      let made = try swivel("init", folder, "--convention", "ase", "--force")
      #expect(made.status == 0 && made.output.contains("1 scans"))
      let text = try String(contentsOfFile: "\(folder)/family.yaml", encoding: .utf8)
      #expect(text.contains("energy_unit: eV") && text.contains("force_unit: eV/angstrom"))
      #expect(try swivel("inspect", folder, "--quiet").status == 0)
      #expect(try swivel("init", folder, "--convention", "asse", "--force").status == 2)
      #expect(try swivel("init", folder, "--energy-unit", "kcal", "--force").status == 2)
    }
  }

  @Test func samePointsCountOnce() throws {
    try tree(["ase.traj", "ase-db.json", "scan.extxyz.gz", "crest_ensemble.xyz"]) { folder in
      let made = try swivel("init", folder)
      #expect(
        made.output.contains("1 scans of 1 molecules") && made.output.contains("the same points as"),
        "\(made.output)")
      #expect(made.output.components(separatedBy: "the same points as").count == 4)
    }
  }

  @Test func missingTopologiesAreAskedFor() throws {
    try tree(["gaussian-relaxed.log"], topology: false) { folder in
      let made = try swivel("init", folder)
      #expect(
        made.status == 1 && made.output.contains("a scan of H2O2, and no topology of it is here"),
        "\(made.output)\(made.errors)")
      let text = try String(contentsOfFile: "\(folder)/family.yaml", encoding: .utf8)
      #expect(text.contains("topology: H2O2.prmtop") && text.contains("gaussian-relaxed.log"))
      // With the topology put where the manifest says, the family can be read.
      try FileManager.default.copyItem(atPath: "\(fixtures)/peroxide.prmtop", toPath: "\(folder)/H2O2.prmtop")
      #expect(try swivel("inspect", folder, "--quiet").status == 0)
    }
    try Folders.temporary { folder in
      try Folders.write("nothing", to: "\(folder)/notes.txt")
      #expect(try swivel("init", folder).status == 2)
    }
  }

  @Test func badFramesAreSetAsideWhenAsked() throws {
    try tree(["crest_ensemble.xyz"]) { folder in
      let path = "\(folder)/crest_ensemble.xyz"
      var lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
      lines[8] = "H nan 0 0"
      try Folders.write(lines.joined(separator: "\n"), to: path)
      let plain = try swivel("init", folder)
      #expect(
        plain.status == 1 && plain.output.contains("frame 2 line 9: a coordinate is not finite"),
        "\(plain.output)")
      let made = try swivel("init", folder, "--set-aside", "--force")
      #expect(
        made.output.contains("1 scans") && made.output.contains("swivel fit \(folder) --set-aside"),
        "\(made.output)")
    }
  }

  @Test func filesAreInspectedByThemselves() throws {
    let log = try swivel("inspect", "\(fixtures)/gaussian-relaxed.log")
    for word in [
      "Gaussian log", "Gaussian 16, ES64L-G16RevC.01", "H2O2, 4 atoms, 3 bonds", "HF/STO-3G", "0-1-2-3",
      "-150.0° to 180.0°, every 30.0°",
      "its title says MP2", "frame 4 did not converge", "- file: gaussian-relaxed.log",
      "next: swivel inspect", "--topology",
    ] { #expect(log.output.contains(word), "\(word): \(log.output)") }
    let topology = try swivel("inspect", "\(fixtures)/peroxide.prmtop")
    #expect(topology.output.contains("bonded to") && topology.output.contains("a dihedral about it"))
    let unknown = try swivel("inspect", "\(Folders.root)/LICENSE")
    #expect(
      unknown.status == 2 && unknown.errors.contains("is no family.yaml, topology, scan or parameter file"))
  }

  @Test func smallSlipsAreUnderstood() throws {
    let draws = try swivel("fit", "alkanes", "--draws", "-5")
    #expect(
      draws.status == 2 && draws.errors.hasPrefix("error: ") && draws.errors.contains("--draws must be"),
      "\(draws.errors)")
    let predicted = try swivel(
      "predict", "reports/alkanes", "--topology", "families/alkanes/molecules/butane.prmtop", "--coordinates",
      "nowhere.xyz",
      "--dihedral", "0-1-2-3")
    // A clean clone has no draws.
    let hasDraws = FileManager.default.fileExists(atPath: "\(Folders.root)/reports/alkanes/posterior.csv")
    #expect(
      predicted.errors.contains(hasDraws ? "nowhere.xyz" : "run swivel fit alkanes"), "\(predicted.errors)")
    let three = try swivel(
      "predict", "reports/alkanes", "--topology", "a.prmtop", "--coordinates", "a.xyz", "--dihedral", "0-1-2")
    #expect(three.status == 2 && three.errors.contains("--dihedral needs four atoms"), "\(three.errors)")
  }

  /// What a user says of the unit holds where a format has a usual one and no word of its own.
  @Test func aStatedUnitGoesBeforeTheUsualOne() throws {
    try tree([]) { folder in
      let scan = try String(contentsOfFile: "\(fixtures)/geometric-scan-final.xyz", encoding: .utf8)
      // The energies of the comments in kcal/mol, as some programs' scripts write them.
      let lines = scan.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
        guard let number = line.split(separator: " ").last.flatMap({ Double($0) }), line.contains("Energy")
        else { return String(line) }
        return line.replacingOccurrences(
          of: String(line.split(separator: " ").last!), with: "\(number * 627.509474)")
      }
      try Folders.write(lines.joined(separator: "\n"), to: "\(folder)/scan.xyz")
      let made = try swivel("init", folder, "--energy-unit", "kcal/mol")
      #expect(made.status == 0 && made.output.contains("1 scans"), "\(made.output)\(made.errors)")
      let text = try String(contentsOfFile: "\(folder)/family.yaml", encoding: .utf8)
      #expect(text.contains("energy_unit: kcal/mol"), "\(text)")
    }
  }

  /// Without the topology a manifest is written all the same, and it is YAML.
  @Test func aManifestWithoutItsTopologyIsYAML() throws {
    try tree(["geometric-scan-final.xyz"], topology: false) { folder in
      let made = try swivel("init", folder)
      #expect(made.status == 1, "\(made.errors)")
      let text = try String(contentsOfFile: "\(folder)/family.yaml", encoding: .utf8)
      #expect(!text.contains("'.prmtop") && text.contains(".prmtop"), "\(text)")
      let inspected = try swivel("inspect", folder)
      #expect(inspected.status == 2 && !inspected.errors.contains("no YAML"), "\(inspected.errors)")
    }
  }
}
