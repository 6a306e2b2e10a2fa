// swivel prepare: molecules to a family folder.

import Acquisition
import ArgumentParser
import Chemistry
import Foundation
import TextFiles

struct PrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Make a family folder from molecules: topologies, geometries, which dihedrals to drive.",
    discussion: """
      Example:
        swivel prepare ligands.sdf --output families/ligands
        swivel prepare 'CC(=O)Nc1ccccc1 acetanilide' CCCO --output families/mine --polar

      Each molecule becomes a topology (AmberTools), an SDF with the lowest geometry found (RDKit, GFN2-xTB) and a \
      list of \
      dihedrals to drive: rotatable bonds, one of each kind that symmetry knows, none in rings or at linear ends, \
      equal \
      surroundings once over the family, with a picture of each in drives/. Molecules of more than --whole heavy atoms \
      are \
      driven in fragments. `swivel acquire` computes them. Runs in the Python that `swivel doctor --install` makes.
      """)

  @Argument(
    help: "SDF, MOL, MOL2 or SMI files, or SMILES with a name behind a blank.",
    completion: .file(extensions: ["sdf", "mol", "mol2", "smi"]))
  var molecules: [String]
  @Option(help: "The family's folder; its last part is its name.", completion: .directory) var output: String
  @OptionGroup var flags: PrepareFlags
  @Flag(help: "Replace a family that is there.") var force = false
  @Flag(help: "Print the result as JSON.") var json = false
  @Flag(help: "Print nothing but errors.") var quiet = false

  func run() throws {
    try requireFolders((output, "families"))
    if !force, FileManager.default.fileExists(atPath: "\(output)/family.yaml") {
      throw InputError(
        SourcePlace(file: "\(output)/family.yaml"), "exists already",
        hint: "--force makes the family anew; finished quantum chemistry of molecules that stay is kept")
    }
    let progress = Progress(quiet: quiet)
    let result = try prepareFamily(
      try flags.options(molecules), in: output, name: familyName(ofFolder: output)
    ) { progress.now("preparing \($0)") }
    progress.done()
    tellRefused(result)
    if json {
      print(try jsonText(PrepareRecord(result)), terminator: "")
    } else if !quiet {
      print(
        textTable(
          header: ["molecule", "SMILES", "driven", "in fragments", "as in others"],
          rows: result.taken.map {
            [$0.id, $0.smiles, "\($0.drives)", "\($0.fragments.count)", "\($0.leftOut.count)"]
          }))
      for molecule in result.taken { tellFragments(of: molecule, in: output) }
      print("\nwrote \(output)/family.yaml and drives.json")
      print(
        nextStepsText([NextStep(["acquire", output], "the quantum chemistry; it can be stopped and goes on")])
      )
    }
    if !result.refused.isEmpty { throw ExitStatus.checkFailed }
  }
}

/// In which fragment each bond of a large molecule is driven, and how its own profile is seen.
private func tellFragments(of molecule: PrepareResult.Taken, in folder: String) {
  guard let first = molecule.fragments.first else { return }
  print(
    "\n"
      + textTable(
        header: ["bond of \(molecule.id)", "driven in", "as"],
        rows: molecule.fragments.map {
          [joinedIndices($0.quartet), $0.molecule, joinedIndices($0.fragmentQuartet)]
        }))
  let files = "\(folder)/molecules/\(molecule.id)"
  let predict = NextStep(
    [
      "predict", "REPORT", "--topology", "\(files).prmtop", "--structure", "\(files).sdf", "--coordinates",
      "\(files).xyz", "--dihedral", joinedIndices(first.quartet),
    ], "its own profile")
  print("\nafter a fit: \(predict.command)  # \(predict.purpose)")
}

/// Words on molecules that were not taken, and on those that were.
func tellRefused(_ result: PrepareResult) {
  for (name, words) in result.refused { complain("left out: \(name) \(words)") }
  for molecule in result.taken {
    for note in molecule.notes { complain("note: \(molecule.id): \(note)") }
  }
}

/// The name of a family in a folder: its last part, in characters that names of files may have.
func familyName(ofFolder folder: String) -> String {
  let last = URL(fileURLWithPath: folder).lastPathComponent
  let name = String(last.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "-" })
  return name.isEmpty || name.allSatisfy({ $0 == "-" }) ? "family" : name
}

/// What `--json` prints.
private struct PrepareRecord: Encodable {
  struct Taken: Encodable {
    var id: String
    var smiles: String
    var drives: Int
    var fragments: [DriveList.Fragment]?
    var notes: [String]
  }
  var schema = "swivel.preparation/1"
  var molecules: [Taken]
  var refused: [String: String]

  init(_ result: PrepareResult) {
    molecules = result.taken.map {
      Taken(
        id: $0.id, smiles: $0.smiles, drives: $0.drives,
        fragments: $0.fragments.isEmpty ? nil : $0.fragments, notes: $0.notes)
    }
    refused = Dictionary(result.refused.map { ($0.name, $0.words) }) { first, _ in first }
  }
}
