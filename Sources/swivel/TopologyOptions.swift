// The options of every command that reads one molecule.

import ArgumentParser
import Chemistry
import ForceFieldFiles

/// A molecule's topology and the files it needs.
struct TopologyOptions: ParsableArguments {
  @Option(help: "The molecule's topology.") var topology: String
  @Option(
    parsing: .upToNextOption,
    help:
      "Files that the topology needs beside it: CHARMM parameters, a LAMMPS input, a Tinker prm, names for an OpenMM System."
  )
  var topologyParameters: [String] = []

  /// The molecule.
  func read() throws -> Topology { try readTopology(topology, parameters: topologyParameters).topology }
}
