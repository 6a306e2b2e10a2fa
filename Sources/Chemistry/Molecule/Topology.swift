// A molecule's force field, term by term, as every topology file format is brought to it.

/// An atom of a topology.
public struct Atom: Hashable, Sendable {
  /// The name in the file, such as "C1".
  public var name: String
  /// The force field's atom type by which torsions are looked up, such as "c3" (GROMACS's bonded type, Tinker's class).
  public var type: String
  /// The element.
  public var element: Element
  /// The partial charge in elementary charges.
  public var charge: Double
  /// Its Lennard-Jones parameters, where the file has them atom by atom; the energy is that of ``Topology/pairs``.
  public var lennardJones: LennardJones?
  /// Those for 1-4 pairs where they are others (CHARMM).
  public var oneFourLennardJones: LennardJones?

  /// An atom of its facts.
  public init(
    name: String, type: String, element: Element, charge: Double, lennardJones: LennardJones? = nil,
    oneFourLennardJones: LennardJones? = nil
  ) {
    self.name = name
    self.type = type
    self.element = element
    self.charge = charge
    self.lennardJones = lennardJones
    self.oneFourLennardJones = oneFourLennardJones
  }
}

/// Energy `forceConstant · (r − length)²`.
public struct HarmonicBond: Hashable, Sendable {
  /// The atoms, zero-based.
  public var i: Int, j: Int
  /// kcal/mol/Å² (no factor ½).
  public var forceConstant: Double
  /// Å.
  public var length: Double

  /// A bond of its atoms and parameters.
  public init(i: Int, j: Int, forceConstant: Double, length: Double) {
    self.i = i
    self.j = j
    self.forceConstant = forceConstant
    self.length = length
  }
}

/// Energy `forceConstant · (θ − angle)²`, θ at the atom j.
public struct HarmonicAngle: Hashable, Sendable {
  /// The atoms, zero-based; j is the apex.
  public var i: Int, j: Int, k: Int
  /// kcal/mol/rad² (no factor ½).
  public var forceConstant: Double
  /// Radian.
  public var angle: Double

  /// An angle of its atoms and parameters.
  public init(i: Int, j: Int, k: Int, forceConstant: Double, angle: Double) {
    self.i = i
    self.j = j
    self.k = k
    self.forceConstant = forceConstant
    self.angle = angle
  }
}

/// A torsion or a periodic improper: all the periodic terms on one quartet of atoms.
public struct Torsion: Hashable, Sendable {
  /// The atoms.
  public var quartet: Quartet
  /// The periodic terms, which add.
  public var terms: [TorsionTerm]

  /// A torsion of its atoms and terms.
  public init(_ quartet: Quartet, terms: [TorsionTerm]) {
    self.quartet = quartet
    self.terms = terms
  }
}

/// Energy `forceConstant · (ψ − angle)²` of a dihedral angle ψ, the difference taken within ±π.
public struct HarmonicImproper: Hashable, Sendable {
  /// The atoms.
  public var quartet: Quartet
  /// kcal/mol/rad² (no factor ½).
  public var forceConstant: Double
  /// Radian.
  public var angle: Double

  /// An improper of its atoms and parameters.
  public init(_ quartet: Quartet, forceConstant: Double, angle: Double) {
    self.quartet = quartet
    self.forceConstant = forceConstant
    self.angle = angle
  }
}

/// The non-bonded energy of one pair: `repulsion / r¹² − dispersion / r⁶ + coulomb / r`, scaling included.
public struct PairInteraction: Hashable, Sendable {
  /// The atoms, zero-based, i < j.
  public var i: Int, j: Int
  /// kcal/mol·Å¹².
  public var repulsion: Double
  /// kcal/mol·Å⁶.
  public var dispersion: Double
  /// kcal/mol·Å: Coulomb constant times both charges.
  public var coulomb: Double
  /// Whether it is a scaled 1-4 pair.
  public var isOneFour: Bool

  /// A pair of its atoms and parameters.
  public init(i: Int, j: Int, repulsion: Double, dispersion: Double, coulomb: Double, isOneFour: Bool) {
    self.i = i
    self.j = j
    self.repulsion = repulsion
    self.dispersion = dispersion
    self.coulomb = coulomb
    self.isOneFour = isOneFour
  }
}

/// How a force field scales 1-4 pairs: energies are divided by these.
public struct OneFourScaling: Hashable, Sendable {
  /// Divisor of Coulomb energies (AMBER's SCEE).
  public var coulombDivisor: Double
  /// Divisor of Lennard-Jones energies (AMBER's SCNB).
  public var lennardJonesDivisor: Double

  /// A scaling of the two divisors.
  public init(coulombDivisor: Double, lennardJonesDivisor: Double) {
    self.coulombDivisor = coulombDivisor
    self.lennardJonesDivisor = lennardJonesDivisor
  }
}

/// A molecule with every term of its force field; vacuum, no cut-off.
public struct Topology: Hashable, Sendable {
  /// The atoms in file order.
  public var atoms: [Atom]
  /// Harmonic bonds.
  public var bonds: [HarmonicBond]
  /// Harmonic angles.
  public var angles: [HarmonicAngle]
  /// Proper torsions, one entry a quartet.
  public var torsions: [Torsion]
  /// Periodic impropers, never fitted.
  public var impropers: [Torsion]
  /// Harmonic impropers, never fitted.
  public var harmonicImpropers: [HarmonicImproper]
  /// Urey-Bradley terms: harmonic in the distance of an angle's end atoms. Their energy counts as the angle's.
  public var ureyBradleys: [HarmonicBond]
  /// Every pair that interacts (exclusions are absent).
  public var pairs: [PairInteraction]
  /// kcal/mol·Å/e²: the force field's own Coulomb constant (AMBER's is 18.2223²).
  public var coulombConstant: Double
  /// The 1-4 scalings that occur, sorted; usually one.
  public var oneFourScalings: [OneFourScaling]
  /// How the force field combines the Lennard-Jones parameters of two atoms.
  public var combinationRule: CombinationRule
  /// Whether its file looks torsions up as Ryckaert-Bellemans functions (GROMACS's function 3, as OPLS has them).
  public var usesRyckaertBellemans = false
  /// Whether its force field compares atom types in any case (CHARMM).
  public var ignoresCase = false
  /// Torsions, by canonical quartet, that a SMARTS of the family matches.
  public var patterns: [Quartet: TorsionType] = [:]

  /// A topology of its parts.
  public init(
    atoms: [Atom], bonds: [HarmonicBond], angles: [HarmonicAngle], torsions: [Torsion], impropers: [Torsion],
    harmonicImpropers: [HarmonicImproper] = [], ureyBradleys: [HarmonicBond] = [],
    pairs: [PairInteraction], coulombConstant: Double, oneFourScalings: [OneFourScaling],
    combinationRule: CombinationRule = .lorentzBerthelot
  ) {
    self.atoms = atoms
    self.bonds = bonds
    self.angles = angles
    self.torsions = torsions
    self.impropers = impropers
    self.harmonicImpropers = harmonicImpropers
    self.ureyBradleys = ureyBradleys
    self.pairs = pairs
    self.coulombConstant = coulombConstant
    self.oneFourScalings = oneFourScalings
    self.combinationRule = combinationRule
  }

  /// What a quartet is fitted as: the pattern that matches it, else its atom types.
  public func type(of quartet: Quartet) -> TorsionType {
    patterns.isEmpty ? atomTypes(of: quartet) : patterns[quartet.canonical] ?? atomTypes(of: quartet)
  }

  /// The atom types of a quartet.
  public func atomTypes(of quartet: Quartet) -> TorsionType {
    TorsionType(
      atoms[quartet.i].type, atoms[quartet.j].type, atoms[quartet.k].type, atoms[quartet.l].type)
  }

  /// Whether atom types are names of atoms: each occurs once, although two hydrogens on one atom would share a type.
  ///
  /// Interchange, LigParGen, ATB and CGenFF's streams write such.
  public var hasTypePerAtom: Bool {
    guard Set(atoms.map(\.type)).count == atoms.count else { return false }
    return bondGraph.neighbours.contains { around in
      around.filter { atoms[$0].element.atomicNumber == 1 }.count > 1
    }
  }

  /// The bonds as a graph.
  public var bondGraph: BondGraph {
    BondGraph(atomCount: atoms.count, bonds: bonds.map { BondIndex($0.i, $0.j) })
  }
}
