// Commands that must fail, as a user gets them wrong: exit code 2, the words of what is wrong, and what to do.

import Foundation
import Support
import Testing

/// A command line that is refused.
struct RefusedCommand: Sendable, CustomTestStringConvertible {
  var arguments: [String]
  /// Part of standard error.
  var words: String
  /// Part of the hint; empty where the message says it all.
  var hint: String

  /// A line, cut at blanks.
  init(_ line: String, _ words: String, hint: String = "") {
    arguments = line.split(separator: " ").map(String.init)
    (self.words, self.hint) = (words, hint)
  }

  var testDescription: String { "swivel " + arguments.joined(separator: " ") }

  /// Runs the command from the repository's root, with `@` for a folder of the case's own.
  func check(in folder: String = "") throws {
    let outcome = try Folders.run(
      swivelPath, arguments.map { $0.replacingOccurrences(of: "@", with: folder) }, in: Folders.root)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(
      hint.isEmpty || outcome.errors.contains("hint: ") && outcome.errors.contains(hint), "\(outcome.errors)")
    #expect(outcome.output.isEmpty, "\(outcome.output)")
  }
}

@Suite struct CommandMustFailTests {
  private static let butane = "families/alkanes/molecules/butane.prmtop"
  private static let scan = "families/alkanes/scans/butane-0-1-2-3.extxyz"

  @Test(arguments: [
    RefusedCommand("fti alkanes", "there is no command swivel fti", hint: "did you mean swivel fit?"),
    RefusedCommand("frobnicate", "there is no command swivel frobnicate", hint: "`swivel --help` lists"),
    RefusedCommand("fit alkanes --chains 0", "--chains must be 1 … 64"),
    RefusedCommand("fit alkanes --warmup 0", "--warmup must be 1 … 1000000"),
    RefusedCommand(
      "fit alkanes --hold-out butan", "no molecule is called \"butan\"", hint: "did you mean butane?"),
    RefusedCommand("fit alkanes --hold-out xenon", "no molecule is called \"xenon\"", hint: "the family has"),
    RefusedCommand(
      "fit alkanes --write-design @/d.json", "a design is written for one normal noise",
      hint: "--noise normal --no-bagging"),
    RefusedCommand(
      "check alkanes --tolerance -1", "--tolerance must be a number, kcal/mol, and not negative"),
    RefusedCommand("check alkanes --threads 0", "--threads must be 1 … 1024"),
    RefusedCommand("check alkanes --held-out", "--held-out and --settings say what --update writes"),
    RefusedCommand("check alkanes --update --json", "--update compares nothing"),
    RefusedCommand("check @", "no such", hint: "swivel"),
    RefusedCommand("validate alkanes --splits 0", "--splits must be 1 … 100"),
    RefusedCommand(
      "validate alkanes --output reports/ethers", "is of the family ethers, not of alkanes",
      hint: "the right report"),
    RefusedCommand(
      "validate alkanes --output reports/alkanes --likelihood energy",
      "the report was made with other settings"),
    RefusedCommand("validate nowhere", "no such family", hint: "families/"),
    RefusedCommand("report reports/nowhere", "no such report", hint: "`swivel fit` writes it"),
    RefusedCommand("audit reports/alkanes --json --csv", "--json and --csv exclude each other"),
    RefusedCommand("audit reports/alkanes --against @/none.prmtop", "no such file"),
    RefusedCommand("diff reports/alkanes reports/nowhere", "no such"),
    RefusedCommand("init @/nowhere", "is no folder", hint: "topologies and scans"),
    RefusedCommand("init families/alkanes", "exists already", hint: "--force replaces it"),
    RefusedCommand("init @ --energy-unit calories", "there is no energy unit \"calories\""),
    RefusedCommand("init @ --force-unit newton", "there is no force unit \"newton\""),
    RefusedCommand("init @ --convention psi", "there is no convention \"psi\""),
  ]) func families(_ command: RefusedCommand) throws {
    try Folders.temporary { try command.check(in: $0) }
  }

  @Test(arguments: [
    RefusedCommand("apply \(butane) -p forcefields/alkanes/alkanes.frcmod", "--output says where to write"),
    RefusedCommand(
      "apply \(butane) -p forcefields/alkanes/alkanes.frcmod -n --structure a.sdf --smiles CCCC",
      "give --structure or --smiles, not both"),
    RefusedCommand("apply README.md -p forcefields/alkanes/alkanes.frcmod -n", "is no topology"),
    RefusedCommand(
      "convert forcefields/alkanes/alkanes.frcmod --to gromacs --output @/a.frcmod",
      "has not the extension of GROMACS itp", hint: "end it with .itp"),
    RefusedCommand(
      "convert forcefields/alkanes/alkanes.frcmod --to gromacs,amber --output @/a.itp",
      "--to takes one format"),
    RefusedCommand(
      "convert forcefields/alkanes/alkanes.frcmod --to gromcas --output @/a.itp",
      "no format is called \"gromcas\"", hint: "did you mean gromacs?"),
    RefusedCommand("export reports/alkanes --format amber --base a.offxml --output @", "--base is an offxml"),
    RefusedCommand(
      "export reports/alkanes --format openmm --bespoke L --draws 2 --output @",
      "--bespoke writes whole molecules of the means"),
    RefusedCommand("energy --topology \(butane) --coordinates @/x.xyz", "no such file"),
    RefusedCommand(
      "energy --topology \(butane) --coordinates README.md", "is neither XYZ, PDB, gro nor an AMBER inpcrd",
      hint: "XYZ starts with the number of atoms"),
    RefusedCommand(
      "energy --topology \(butane) --coordinates \(scan) -p forcefields/biaryls/biaryls.frcmod",
      "has no torsion of the", hint: "compare the atom types"),
    RefusedCommand(
      "inspect README.md", "is no family.yaml, topology, scan or parameter file", hint: "outputs of Gaussian"),
    RefusedCommand("inspect @/none", "no such family", hint: "families/"),
  ]) func files(_ command: RefusedCommand) throws {
    try Folders.temporary { try command.check(in: $0) }
  }

  @Test(arguments: [
    RefusedCommand(
      "predict reports/alkanes --topology \(butane)", "give either --scan or --coordinates with --dihedral"),
    RefusedCommand(
      "predict reports/alkanes --topology \(butane) --scan \(scan) --coordinates \(scan)",
      "give either --scan"),
    RefusedCommand(
      "predict reports/alkanes --topology \(butane) --coordinates \(scan) --dihedral 0 1 2",
      "--dihedral needs four atoms"),
    RefusedCommand(
      "predict reports/alkanes --topology \(butane) --coordinates \(scan) --dihedral 0 1 2 3 --held 1 2 3 4",
      "are of a --scan"),
    RefusedCommand(
      "predict reports/alkanes --topology \(butane) --scan \(scan) --held 1 2 3", "--held needs four atoms"),
    RefusedCommand(
      "predict reports/alkanes --topology \(butane) --scan \(scan) --temperature 0",
      "--temperature must be positive"),
    RefusedCommand(
      "predict reports/alkanes --topology \(butane) --scan \(scan) --threads 5000", "--threads must be"),
  ]) func predictions(_ command: RefusedCommand) throws { try command.check() }

  @Test(arguments: [
    RefusedCommand("acquire @ --level GFN2-xTB --workers 0", "--workers must be 1 … 1000"),
    RefusedCommand("acquire @ --level GFN2-xTB --memory 0", "--memory must be positive"),
    RefusedCommand("acquire @ --level GFN2-xTB --target-sd 0.1", "--target-sd needs --adaptive"),
    RefusedCommand("acquire @ --level GFN2-xTB --attempts 0", "--attempts must be 1 … 10"),
    RefusedCommand(
      "acquire @ --level GFN2-xTB --adaptive", "GFN2-xTB has one level",
      hint: "B3LYP-D3BJ/DZVP//GFN2-xTB"),
    RefusedCommand("acquire @ --level a//b//c", "has more than one //"),
    RefusedCommand("acquire @ --level B3LYP", "there is no level \"B3LYP\""),
    RefusedCommand(
      "acquire @ --level GFN2-xTB", "nothing says which dihedrals to drive", hint: "`swivel prepare`"),
    RefusedCommand("prepare CCCC --spacing 7 --output @/f", "--spacing must divide 360 and be 5 … 60"),
    RefusedCommand("prepare CCCC --largest 1 --output @/f", "--largest must be 2 … 200"),
    RefusedCommand("prepare CCCC --whole 1 --output @/f", "--whole must be 4 … 200"),
    RefusedCommand("prepare CCCC --starts 0 --output @/f", "--starts must be 1 … 10"),
    RefusedCommand(
      "prepare CCCC --base gafff --output @/f", "there is no base force field \"gafff\"", hint: "gaff"),
    RefusedCommand(
      "prepare CCCC --output families/alkanes", "exists already", hint: "--force makes the family anew"),
    RefusedCommand("propose reports/alkanes --candidates @ --count 0", "--count must be 1 … 1000"),
    RefusedCommand("propose reports/alkanes --candidates @", "nothing says which dihedrals to drive"),
  ]) func quantumChemistry(_ command: RefusedCommand) throws {
    try Folders.temporary { try command.check(in: $0) }
  }

  /// What a report consists of belongs together: a part of another run is refused.
  @Test func partsOfOtherRunsAreRefused() throws {
    try Folders.temporary { folder in
      let report = "\(folder)/alkanes"
      try FileManager.default.copyItem(atPath: "\(Folders.root)/reports/alkanes", toPath: report)
      func change(_ file: String, _ from: String, _ to: String) throws {
        let path = "\(report)/\(file)"
        var text = try String(contentsOfFile: "\(Folders.root)/reports/alkanes/\(file)", encoding: .utf8)
        text.replaceSubrange(try #require(text.range(of: from), "\(from) in \(file)"), with: to)
        try Folders.write(text, to: path)
      }
      let intervals = #/"interval50" : \[\s*(-?[0-9.e-]+),\s*(-?[0-9.e-]+)/#
      let summary = try String(contentsOfFile: "\(report)/summary.json", encoding: .utf8)
      let range = try #require(summary.firstMatch(of: intervals))
      // An interval whose ends were swapped, as a hand that edits a file does.
      try change("summary.json", String(range.0), "\"interval50\" : [ \(range.2), \(range.1)")
      try RefusedCommand(
        "audit \(report)", "summary.json: holds the 50 % interval", hint: "run `swivel fit` again"
      ).check()
      try change("summary.json", "\"scee\" : ", "\"scee\" : -")
      try RefusedCommand(
        "export \(report) --format amber --output @", "holds the 1-4 divisor -1.2, which no fit writes",
        hint: "run `swivel fit` again"
      ).check(in: folder)
      try change("summary.json", "\"family\" : \"alkanes\"", "\"family\" : \"../alkanes\"")
      try RefusedCommand("export \(report) --format amber --output @", "../alkanes is no file name").check(
        in: folder)
    }
  }

  /// Atoms that lie on one another have no energy.
  @Test func geometriesWithoutSenseAreNamed() throws {
    try Folders.temporary { folder in
      let frame = try String(contentsOfFile: "\(Folders.root)/\(Self.scan)", encoding: .utf8)
        .split(separator: "\n").prefix(16).map(String.init)
      func written(_ change: (inout [String]) -> Void) throws {
        var lines = frame
        change(&lines)
        try Folders.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/x.xyz")
      }
      try written { lines in lines[3] = lines[2] }
      try RefusedCommand(
        "energy --topology \(Self.butane) --coordinates @/x.xyz",
        "frame 1 has no finite energy: two atoms coincide",
        hint: "check the geometry"
      ).check(in: folder)
    }
  }
}
