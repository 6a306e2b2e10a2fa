// The options of every command that reads one molecule.

import ArgumentParser
import Chemistry
import FamilyFiles
import ForceFieldFiles
import TextFiles

/// A molecule's topology and the files it needs.
struct TopologyOptions: ParsableArguments {
  @Option(name: [.customShort("t"), .long], help: "The molecule's topology.", completion: .file())
  var topology: String
  @Option(
    name: [.customShort("f"), .long], parsing: .upToNextOption,
    help:
      """
      Files that the topology needs beside it: CHARMM parameters, a LAMMPS input, a Tinker prm; what an \
      OpenMM System was made from.
      """,
    completion: .file()
  )
  var topologyParameters: [String] = []

  @Option(
    name: [.customShort("m"), .long],
    help: "An SDF or MOL2 of the molecule, where the torsions go by SMARTS.",
    completion: .file(extensions: ["sdf", "mol", "mol2"])) var structure: String?
  @Option(name: [.customShort("s"), .long], help: "Its SMILES, instead of a structure.") var smiles: String?

  /// The molecule, with the torsions that SMARTS match marked.
  func read(matching patterns: [String] = []) throws -> Topology {
    let read = try readTopology(topology, parameters: topologyParameters).topology
    guard !patterns.isEmpty else { return read }
    guard
      let source = structure.map({ StructureSource.file($0) }) ?? smiles.map({ StructureSource.smiles($0) })
    else {
      throw InputError(
        SourcePlace(file: topology), "the torsions go by SMARTS, which need bond orders",
        hint: "add --structure FILE.sdf or --smiles")
    }
    return try matching(patterns, in: read, structure: source, molecule: topology)
  }
}
