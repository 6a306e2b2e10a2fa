// Torsion scans and families: what quantum chemistry says about related molecules.

/// One geometry of a scan with its quantum-chemical energy and, where known, forces.
public struct GridPoint: Hashable, Sendable {
  /// Å, in the atom order of the topology.
  public var coordinates: [Vector3]
  /// kcal/mol, on any zero.
  public var energy: Double
  /// −dE/dx in kcal/mol/Å; nil when the file has none.
  public var forces: [Vector3]?
  /// Where it stands in its file, from 1, for messages.
  public var frame: Int

  /// A grid point of its facts.
  public init(coordinates: [Vector3], energy: Double, forces: [Vector3]?, frame: Int) {
    self.coordinates = coordinates
    self.energy = energy
    self.forces = forces
    self.frame = frame
  }
}

/// A grid point left out of the fit, with the reason in words.
public struct SetAsidePoint: Hashable, Sendable {
  /// Where it stands in its file, from 1.
  public var frame: Int
  /// Why it was left out.
  public var reason: String

  /// A left-out point and the reason.
  public init(frame: Int, reason: String) {
    self.frame = frame
    self.reason = reason
  }
}

/// How the geometries of a scan came about.
public enum ScanGeometry: String, CaseIterable, Hashable, Sendable {
  /// All but the held dihedrals was relaxed at every grid point.
  case relaxed
  /// One geometry was turned about the driven bond, and nothing relaxed: energies are those of the geometries as given.
  case rigid
}

/// A torsion scan: geometries along one driven dihedral, or over a grid of several.
public struct Scan: Hashable, Sendable {
  /// The path in the manifest, which names the scan everywhere.
  public var id: String
  /// The dihedral that was driven.
  public var driven: Quartet
  /// How its geometries came about.
  public var geometry: ScanGeometry
  /// Further dihedrals that were held when they were made: at one value, or at those of a grid.
  public var held: [Quartet]
  /// Its grid points.
  public var points: [GridPoint]
  /// Points already left out while reading.
  public var setAside: [SetAsidePoint]
  /// What reading found odd.
  public var notes: [DataNote] = []
  /// For each atom of the topology the file's atom, zero-based; nil where both have one order.
  public var atomOrder: [Int]?
  /// The level of theory of its energies where that is another than the family's; nil for the family's.
  public var level: String?
  /// The level of theory that its geometries were relaxed at, where its energies and forces are of another; nil where
  /// nobody says so.
  public var geometryLevel: String?

  /// A scan of its parts; relaxed, with nothing but the driven dihedral held, unless told otherwise.
  public init(
    id: String, driven: Quartet, points: [GridPoint], setAside: [SetAsidePoint] = [],
    geometry: ScanGeometry = .relaxed, held: [Quartet] = []
  ) {
    self.id = id
    self.driven = driven
    self.geometry = geometry
    self.held = held
    self.points = points
    self.setAside = setAside
  }

  /// The dihedrals over which the grid goes: the driven one, then those held at different values.
  public var axes: [Quartet] {
    [driven] + held.filter { isAxis($0, over: [self]) }
  }

  /// The other axis of a two-dimensional grid; nil for a scan along one dihedral.
  public var second: Quartet? { held.first { isAxis($0, over: [self]) } }
}

/// Whether the values of a dihedral over scans are those of a grid: two and more, apart by more than 3°, each at
/// several points and within 3°. One that is held at a single value, or drifts, is no axis.
private func isAxis(_ quartet: Quartet, over scans: [Scan]) -> Bool {
  let angles = scans.flatMap { scan in scan.points.map { dihedralAngle(quartet, in: $0.coordinates) } }
    .sorted()
  guard let first = angles.first, let last = angles.last, angles.allSatisfy(\.isFinite) else { return false }
  // Values begin behind gaps; the first of the list may belong to the last.
  let starts = angles.indices.filter {
    ($0 == 0 ? first + 2 * .pi - last : angles[$0] - angles[$0 - 1]) > 3 * Units.degree
  }
  guard starts.count > 1, 2 * starts.count <= angles.count else { return false }
  return starts.indices.allSatisfy { place in
    let next = starts[(place + 1) % starts.count]
    let end = angles[(next + angles.count - 1) % angles.count]
    let width = end - angles[starts[place]]
    return (width < 0 ? width + 2 * .pi : width) < 3 * Units.degree
  }
}

/// A molecule of a family: a topology and its scans.
public struct Molecule: Hashable, Sendable {
  /// The name in the manifest.
  public var id: String
  /// Its force field.
  public var topology: Topology
  /// Its scans.
  public var scans: [Scan]

  /// A molecule of its parts.
  public init(id: String, topology: Topology, scans: [Scan]) {
    self.id = id
    self.topology = topology
    self.scans = scans
  }

  /// The bonds that its scans turn: driven ones, and those of grids in one scan or cut into several.
  public var drivenBonds: Set<BondIndex> {
    var bonds = Set(scans.map(\.driven.centralBond))
    for quartet in Set(scans.flatMap(\.held)) where !bonds.contains(quartet.centralBond) {
      let holding = scans.filter { $0.held.contains(quartet) }
      if isAxis(quartet, over: holding) { bonds.insert(quartet.centralBond) }
    }
    return bonds
  }
}

/// Which torsions to fit, and with what terms, as a manifest states it.
public struct TorsionRule: Hashable, Sendable {
  /// Four atom types, "X" for any; empty where `smarts` says which torsions.
  public var pattern: [String]
  /// A SMARTS with four tagged atoms; nil for a rule by atom types. SMARTS come before atom types, in the manifest's
  /// order.
  public var smarts: String?
  /// The periodicities to fit; nil means the default ones.
  public var periodicities: [Int]?
  /// Whether phases are free (a sine beside each cosine), for chiral surroundings.
  public var freePhases: Bool

  /// A rule of its parts.
  public init(pattern: [String], smarts: String? = nil, periodicities: [Int]?, freePhases: Bool = false) {
    self.pattern = pattern
    self.smarts = smarts
    self.periodicities = periodicities
    self.freePhases = freePhases
  }

  /// Whether a torsion type falls under the rule, read in either direction.
  public func matches(_ type: TorsionType) -> Bool {
    if smarts != nil || type.smarts != nil { return smarts == type.smarts }
    return TorsionType(pattern).covers(type)
  }
}

extension [TorsionRule] {
  /// The types whose periodicities a rule states.
  /// - Parameter types: those to choose among; of several rules that match one the first counts.
  public func typesOfStatedPeriodicities(among types: [TorsionType]) -> Set<TorsionType> {
    Set(types.filter { type in first { $0.matches(type) }?.periodicities != nil })
  }
}

/// A family: related molecules fitted together.
public struct Family: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Where its data come from.
  public var origin: DataOrigin
  /// Which torsions to fit; empty means every type about a driven bond.
  public var rules: [TorsionRule]
  /// Its molecules.
  public var molecules: [Molecule]
  /// What reading found odd of its scans.
  public var dataNotes: [DataNote] = []

  /// A family of its parts.
  public init(
    name: String, origin: DataOrigin = DataOrigin(), rules: [TorsionRule] = [], molecules: [Molecule]
  ) {
    self.name = name
    self.origin = origin
    self.rules = rules
    self.molecules = molecules
  }
}
