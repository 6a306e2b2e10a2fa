// What to do next, printed after a verb: commands that run as they are printed.

import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import TextFiles

/// A command of Swivel and what it is for.
struct NextStep {
  /// The words behind `swivel`.
  var words: [String]
  /// What it is for, in a few words.
  var purpose: String

  init(_ words: [String], _ purpose: String) {
    self.words = words
    self.purpose = purpose
  }

  /// The command as a shell takes it.
  var command: String { (["swivel"] + words).map(shellWord).joined(separator: " ") }
}

/// "next: swivel fit ethers   # …", a line a step; empty without any.
func nextStepsText(_ steps: [NextStep]) -> String {
  let width = steps.map(\.command.count).max() ?? 0
  return steps.enumerated().map { index, step in
    (index == 0 ? "next: " : "      ") + step.command.padding(toLength: width, withPad: " ", startingAt: 0)
      + "  # \(step.purpose)"
  }.joined(separator: "\n")
}

/// The first format that can say a force field, for a command that is to work as printed.
func writableFormat(of forceField: FittedForceField) -> String {
  (ParameterFormat.oneAPackage.first { (try? $0.text(of: forceField)) != nil } ?? .openmm).rawValue
}

/// `swivel export` of a report.
func exportStep(_ report: String, format: String) -> NextStep {
  NextStep(
    ["export", report, "--format", format, "--output", "exported"], "parameter files and whole molecules")
}

extension LoadedFamily {
  /// `swivel apply` of a parameter file to the family's first topology, which lists what it would change.
  func tryingStep(_ parameters: String) -> NextStep? {
    guard let molecule = family.molecules.first, let own = files[molecule.id] else { return nil }
    var words = ["apply", path(own.topology)] + own.parameters.map(path)
    words += ["--parameters", parameters, "--dry-run"]
    if !molecule.topology.patterns.isEmpty {
      if let structure = own.structure {
        words += ["--structure", path(structure)]
      } else if let smiles = own.smiles {
        words += ["--smiles", smiles]
      }
    }
    return NextStep(words, "what it changes; your own topology in its place, --output FOLDER to write")
  }
}
