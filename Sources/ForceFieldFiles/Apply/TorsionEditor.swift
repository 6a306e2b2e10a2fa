// The torsions of a topology that can be written back with other terms: what every format's editor gives and takes.

import Chemistry
import TextFiles

/// The atoms of a topology, of one molecule or of a whole system, as far as torsions are looked up.
public struct MolecularSystem: Sendable {
  /// The atom types by which torsions are looked up, atom by atom.
  public var types: [String]
  /// The elements, where the file tells them.
  public var elements: [Element?]
  /// The name of the molecule or residue that each atom is part of.
  public var residues: [String]
  /// The bonds.
  public var bonds: [BondIndex]
  /// How often the file's system has each atom; 1 but for molecules that GROMACS counts.
  public var copies: [Int]
  /// The proper torsions.
  public var sites: [TorsionSite]
  /// The 1-4 scalings that the file states; empty where it does not.
  public var oneFourScalings: [OneFourScaling]
  /// Where torsions stand that a condition of the file leaves out, which keep their terms.
  public var skipped: [SourcePlace] = []

  /// The atom types of a torsion.
  public func type(of quartet: Quartet) -> TorsionType {
    TorsionType(types[quartet.i], types[quartet.j], types[quartet.k], types[quartet.l])
  }

  /// The atoms of each molecule, ascending.
  public var molecules: [[Int]] { BondGraph(atomCount: types.count, bonds: bonds).parts }
}

extension MolecularSystem {
  /// The atoms and bonds of a molecule, without its torsions.
  init(of topology: Topology) {
    self.init(
      types: topology.atoms.map(\.type), elements: topology.atoms.map(\.element),
      residues: topology.atoms.map { _ in "" }, bonds: topology.bondGraph.bonds,
      copies: topology.atoms.map { _ in 1 }, sites: [], oneFourScalings: topology.oneFourScalings)
  }
}

/// A proper torsion of a topology file.
public struct TorsionSite: Sendable {
  /// The four atoms, from zero, in canonical direction.
  public var quartet: Quartet
  /// Its terms; nil where the file leaves them to a definition that was not read.
  public var terms: [TorsionTerm]?
  /// Whether the file's form says the terms but for a constant.
  var isUpToConstant = false

  /// Whether its terms give the energy of others, as far as the file can say it.
  /// - Parameter terms: the others.
  public func has(_ terms: [TorsionTerm]) -> Bool {
    self.terms.map { terms.hasSameEnergy(as: $0, isUpToConstant: isUpToConstant) } ?? false
  }
}

/// A topology whose torsions can get other terms, all else kept to the byte.
protocol TorsionEditor {
  /// The atoms and torsions.
  var system: MolecularSystem { get }
  /// Whether atom types in capitals and small letters are the same (CHARMM).
  var ignoresCase: Bool { get }
  /// Every file that the topology consists of, changed or not, the topology first.
  ///
  /// - Parameter changes: the new terms of some torsions, by their place among the system's sites.
  /// - Throws: ``InputError`` where the format cannot say them.
  func edited(_ changes: [Int: [TorsionTerm]]) throws -> [EditedFile]
}

extension TorsionEditor {
  var ignoresCase: Bool { false }
}

extension [TorsionTerm] {
  /// Whether the terms give the same energy at every angle, to 1e-7 kcal/mol a periodicity: what files keep of a
  /// number.
  /// - Parameter other: the other terms.
  /// - Parameter isUpToConstant: whether energies that differ by a constant count as the same.
  func hasSameEnergy(as other: [TorsionTerm], isUpToConstant: Bool = false) -> Bool {
    let periodicities = Set((self + other).map(\.periodicity))
    func sum(_ terms: [TorsionTerm], _ value: (TorsionTerm) -> Double) -> Double {
      terms.reduce(0) { $0 + value($1) }
    }
    func isSame(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-7 }
    // A term of periodicity 0 is a constant: k(1 + cos γ).
    let constants = { (terms: [TorsionTerm]) in
      sum(terms) { $0.periodicity == 0 ? $0.forceConstant + $0.cosineAmplitude : $0.forceConstant }
    }
    return (isUpToConstant || isSame(constants(self), constants(other)))
      && periodicities.subtracting([0]).allSatisfy { n in
        let (mine, theirs) = (filter { $0.periodicity == n }, other.filter { $0.periodicity == n })
        return isSame(sum(mine, \.cosineAmplitude), sum(theirs, \.cosineAmplitude))
          && isSame(sum(mine, \.sineAmplitude), sum(theirs, \.sineAmplitude))
      }
  }
}
