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

extension Topology {
  /// Refuses terms that AMBER's form of a force field has not.
  /// - Throws: ``InputError`` without a place.
  func requireAmberForm(format: String) throws {
    guard harmonicImpropers.isEmpty, ureyBradleys.isEmpty,
      atoms.allSatisfy({ $0.oneFourLennardJones == nil || $0.oneFourLennardJones == $0.lennardJones })
    else {
      throw InputError(
        nil,
        """
        harmonic impropers, Urey-Bradley terms or Lennard-Jones parameters of 1-4 pairs do not go into a \
        bespoke \(format)
        """,
        hint: "write gromacs, or `swivel apply` the report to your own topology")
    }
    guard combinationRule == .lorentzBerthelot else {
      throw InputError(
        nil, "Lennard-Jones parameters that combine by geometric means do not go into a bespoke \(format)",
        hint: "write gromacs, or `swivel apply` the report to your own topology")
    }
  }
}
