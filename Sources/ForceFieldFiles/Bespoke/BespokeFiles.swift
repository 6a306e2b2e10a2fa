// Fitted molecules with atom types of their own, or SMARTS of the whole molecule: nothing else of a system is touched.

import Chemistry
import TextFiles

/// A molecule whose topology has the fitted torsions in it.
public struct BespokeMolecule: Sendable {
  /// Its name, which names its files.
  public var name: String
  /// The terms, the fitted ones among them.
  public var topology: Topology
  /// Å, as many as atoms.
  public var coordinates: [Vector3]
  /// The torsions whose terms were fitted.
  public var fitted: Set<Quartet>

  /// A molecule and its fitted torsions.
  /// - Parameters:
  ///   - name: what names its files.
  ///   - topology: the terms, with `parameters` in them or not.
  ///   - coordinates: Å, as many as atoms.
  ///   - parameters: the fitted terms, which are applied.
  public init(name: String, topology: Topology, coordinates: [Vector3], parameters: TorsionParameters) {
    self.name = name
    self.topology = parameters.applied(to: topology)
    self.coordinates = coordinates
    fitted = Set(
      topology.torsions.map(\.quartet).filter { parameters.terms(for: topology.type(of: $0)) != nil })
  }
}

extension ParameterFormat {
  /// The files of molecules that change nothing else: paths within a folder, and texts.
  /// - Parameters:
  ///   - molecules: the molecules.
  ///   - prefix: what the names of their atom types begin with.
  ///   - header: lines to put on top as comments.
  /// - Throws: ``InputError`` where the format has no such form, with the command that does the same, or cannot say a term.
  public func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)] {
    guard !prefix.isEmpty, prefix.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      throw InputError(
        nil, "\"\(prefix)\" begins no name of an atom type",
        hint: "give letters and digits, as in --bespoke L1")
    }
    switch self {
    case .amber: return try amberBespoke(molecules, prefix: prefix, header: header)
    case .gromacs: return try gromacsBespoke(molecules, prefix: prefix, header: header)
    case .openmm: return try openMMBespoke(molecules, prefix: prefix, header: header)
    case .smirnoff: return try smirnoffBespoke(molecules, prefix: prefix, header: header)
    case .gromacsRB:
      throw InputError(
        nil, "bespoke GROMACS molecules are written with function 9", hint: "ask for --format gromacs")
    case .lammps:
      throw InputError(
        nil, "LAMMPS numbers types: a molecule's data file has its own already",
        hint:
          "export without --bespoke; read molecules/lammps/NAME.data by `read_data … add append` with offsets"
      )
    case .charmm, .tinker:
      throw InputError(
        nil, "\(title) is not written with types of its own",
        hint:
          "give the ligand's atoms types of their own in your files, and `swivel apply` the report to them")
    }
  }
}

extension Topology {
  /// Refuses terms that AMBER's form of a force field has not.
  /// - Throws: ``InputError`` without a place.
  func requireAmberForm(format: String) throws {
    guard harmonicImpropers.isEmpty, ureyBradleys.isEmpty,
      atoms.allSatisfy({ $0.oneFourLennardJones == nil || $0.oneFourLennardJones == $0.lennardJones })
    else {
      throw InputError(
        nil,
        "harmonic impropers, Urey-Bradley terms or Lennard-Jones parameters of 1-4 pairs do not go into a bespoke \(format)",
        hint: "write gromacs, or `swivel apply` the report to your own topology")
    }
    guard combinationRule == .lorentzBerthelot else {
      throw InputError(
        nil, "Lennard-Jones parameters that combine by geometric means do not go into a bespoke \(format)",
        hint: "write gromacs, or `swivel apply` the report to your own topology")
    }
  }
}
