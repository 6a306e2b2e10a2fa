// swivel init: a manifest from a folder of topologies and scans.

import ArgumentParser
import FamilyFiles
import ForceFieldFiles
import Foundation
import TextFiles

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write DIR/family.yaml from the topologies and scans found in DIR.",
    discussion: """
      Example:
        swivel init my-molecules && swivel fit my-molecules
        swivel init my-molecules --convention ase      files of ASE that state no units: eV, eV/angstrom
        swivel init my-molecules --energy-unit kJ/mol  tables that state none
      Ends with 1 where no scan could be used: what was left out, and why, is printed.
      """)

  @Argument(help: "A folder with topologies and scans.", completion: .directory) var folder: String
  @OptionGroup var units: ScanUnitOptions
  @Flag(help: "Name bad grid points, leave them out and go on.") var setAside = false
  @Flag(help: "Replace a family.yaml that is there.") var force = false
  @Flag(help: "Print the manifest, write nothing.") var dryRun = false
  @Flag(help: "Print nothing but errors.") var quiet = false

  func run() throws {
    let path = "\(folder)/family.yaml"
    if !force && !dryRun && FileManager.default.fileExists(atPath: path) {
      throw InputError(
        SourcePlace(file: path), "exists already",
        hint: "--force replaces it, --dry-run prints what would be written")
    }
    let made = try makeFamilyManifest(
      folder, energyUnit: units.energy, forceUnit: units.force,
      options: FamilyOptions(setAsideBadPoints: setAside),
      findTopologies: { files in
        findTopologies(among: files, in: folder).map { ($0.path, $0.parameters) }
      }, readTopology: topologyWithFiles)
    if dryRun {
      print(made.text, terminator: "")
    } else {
      try writeAtomically(made.text, to: path)
    }
    if !quiet, !dryRun {
      print("wrote \(path): \(made.scans) scans of \(made.molecules) molecules")
      for note in made.notes { print("note: \(note)") }
      for line in gathered(made.leftOut) { print("left out: \(line)") }
      printNextSteps(made)
    }
    // What was found was left out, or has no topology: there is nothing to fit yet.
    if made.scans == 0, !made.leftOut.isEmpty { throw ExitStatus.checkFailed }
  }

  /// Reasons that differ by their file alone, as one line each.
  private func gathered(_ reasons: [String]) -> [String] {
    var groups: [(words: String, all: [String])] = []
    for reason in reasons {
      let file = reason.prefix { $0 != ":" }
      let words = reason.dropFirst(file.count).replacingOccurrences(of: "\(folder)/\(file)", with: "")
        .filter { !$0.isNumber }
      if let place = groups.firstIndex(where: { $0.words == words }) {
        groups[place].all.append(reason)
      } else {
        groups.append((words, [reason]))
      }
    }
    return groups.flatMap { group in
      group.all.count < 4
        ? group.all : [group.all[0] + " (and \(group.all.count - 1) more files for this reason)"]
    }
  }

  /// What to do now.
  private func printNextSteps(_ made: MadeManifest) {
    let option = setAside ? ["--set-aside"] : []
    print(
      nextStepsText(
        made.scans > 0
          ? [
            NextStep(["inspect", folder] + option, "what was read, and what a fit could tell"),
            NextStep(["fit", folder] + option, "the fit; report and parameter files"),
          ]
          : [NextStep(["init", folder, "--force"], "again, once what is left out above is mended")]))
  }
}
