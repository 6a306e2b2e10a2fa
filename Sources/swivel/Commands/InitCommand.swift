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
      """)

  @Argument(help: "A folder with topologies and scans.", completion: .directory) var folder: String
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
    let text = try makeFamilyManifest(
      folder,
      findTopologies: { files in
        findTopologies(among: files, in: folder).map { ($0.path, $0.parameters) }
      }, readTopology: topologyWithFiles)
    if dryRun {
      print(text, terminator: "")
    } else {
      try writeAtomically(text, to: path)
      if !quiet { print("wrote \(path)") }
    }
  }
}
