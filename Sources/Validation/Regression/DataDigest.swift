// The numbers that go into fits of a family, so that a check can say which of them changed, and not only which file.

import Chemistry
import TextFiles

/// What a baseline keeps of a family's data; rounded, so that files of it stay small.
public struct DataDigest: Codable, Hashable, Sendable {
  /// A molecule's force field.
  public struct MoleculeDigest: Codable, Hashable, Sendable {
    /// The molecule's name.
    public var molecule: String
    /// The distinct parameters of each kind of term and types, "bond c3-hc"; the components of a row are those of
    /// ``DataDigest/components(of:)``. Charges have a row an atom.
    public var terms: [String: [[Double]]]
  }

  /// A scan.
  public struct ScanDigest: Codable, Hashable, Sendable {
    /// The molecule's name.
    public var molecule: String
    /// Zero-based atoms of the driven dihedral.
    public var driven: [Int]
    /// The path in the manifest.
    public var scan: String
    /// The driven dihedral at each grid point, degree.
    public var angles: [Double]
    /// Quantum chemistry's energy over the scan's lowest, kcal/mol.
    public var energies: [Double]
    /// Quantum chemistry's torque about the driven bond, kcal/mol/rad; null where the scan has no forces.
    public var torques: [Double?]
    /// Radius of gyration, Å, where atom i weighs i + 1: it changes with a geometry, and where two atoms are swapped.
    public var radii: [Double]

    /// "butane 0-1-2-3".
    public var label: String { "\(molecule) \(joinedIndices(driven))" }
  }

  /// The molecules, in the family's order.
  public var molecules: [MoleculeDigest]
  /// Their scans.
  public var scans: [ScanDigest]

  /// The digest of a family's data.
  public init(_ family: Family) {
    molecules = family.molecules.map { MoleculeDigest(molecule: $0.id, terms: terms(of: $0.topology)) }
    scans = family.molecules.flatMap { molecule in
      molecule.scans.map { ScanDigest($0, of: molecule) }
    }
  }

  /// What the numbers of a row mean, with their units, by the first word of a term's label.
  public static func components(of label: String) -> [(name: String, unit: String)] {
    switch label.prefix(while: { $0 != " " }) {
    case "charges": [("charge", "e")]
    case "bond", "Urey-Bradley": [("force constant", "kcal/mol/Å²"), ("length", "Å")]
    case "angle": [("force constant", "kcal/mol/rad²"), ("angle", "°")]
    case "torsion", "improper": [("force constant", "kcal/mol"), ("phase", "°")]
    case "harmonic": [("force constant", "kcal/mol/rad²"), ("angle", "°")]
    case "pair": [("repulsion", "kcal/mol·Å¹²"), ("dispersion", "kcal/mol·Å⁶")]
    case "1-4": [("Coulomb divisor", ""), ("Lennard-Jones divisor", "")]
    default: []
    }
  }
}

extension DataDigest.ScanDigest {
  fileprivate init(_ scan: Scan, of molecule: Molecule) {
    let bond = scan.driven.centralBond
    let turn = BondTurn(bond: bond, quartet: scan.driven, graph: molecule.topology.bondGraph)
    let lowest = scan.points.map(\.energy).min() ?? 0
    self.init(
      molecule: molecule.id, driven: scan.driven.atoms, scan: scan.id,
      angles: scan.points.map { rounded(dihedralAngle(scan.driven, in: $0.coordinates) / Units.degree, 1) },
      energies: scan.points.map { rounded($0.energy - lowest, 3) },
      torques: scan.points.map { point in
        point.forces.map { rounded(turn.torque(of: $0, in: point.coordinates), 3) }
      },
      radii: scan.points.map { rounded(radiusOfGyration($0.coordinates), 4) })
  }
}

private func radiusOfGyration(_ coordinates: [Vector3]) -> Double {
  let n = Double(coordinates.count)
  guard n > 0 else { return 0 }
  let weight = coordinates.indices.map { Double($0 + 1) * 2 / (n * (n + 1)) }
  let centre = coordinates.indices.reduce(Vector3.zero) { $0 + coordinates[$1] * weight[$1] }
  let square = coordinates.indices.reduce(0.0) { sum, i in
    sum + (coordinates[i] - centre).dot(coordinates[i] - centre) * weight[i]
  }
  return square.squareRoot()
}

/// The distinct parameters of a topology by kind and types.
private func terms(of topology: Topology) -> [String: [[Double]]] {
  var found: [String: Set<[Double]>] = [:]
  func add(_ label: String, _ numbers: Double...) {
    found[label, default: []].insert(numbers.map { significant($0, 6) })
  }
  /// The types of atoms, in the direction that comes first.
  func types(_ atoms: [Int]) -> String {
    let names = atoms.map { topology.atoms[$0].type }
    return (names.lexicographicallyPrecedes(names.reversed()) ? names : names.reversed()).joined(
      separator: "-")
  }
  for bond in topology.bonds { add("bond \(types([bond.i, bond.j]))", bond.forceConstant, bond.length) }
  for bond in topology.ureyBradleys {
    add("Urey-Bradley \(types([bond.i, bond.j]))", bond.forceConstant, bond.length)
  }
  for angle in topology.angles {
    add("angle \(types([angle.i, angle.j, angle.k]))", angle.forceConstant, angle.angle / Units.degree)
  }
  for (kind, torsions) in [("torsion", topology.torsions), ("improper", topology.impropers)] {
    for torsion in torsions {
      let name =
        kind == "improper"
        ? torsion.quartet.atoms.map { topology.atoms[$0].type }.joined(separator: "-")
        : types(torsion.quartet.atoms)
      for term in torsion.terms where term.forceConstant != 0 {
        add("\(kind) \(name) n=\(term.periodicity)", term.forceConstant, term.phase / Units.degree)
      }
    }
  }
  for improper in topology.harmonicImpropers {
    let name = improper.quartet.atoms.map { topology.atoms[$0].type }.joined(separator: "-")
    add("harmonic improper \(name)", improper.forceConstant, improper.angle / Units.degree)
  }
  for pair in topology.pairs {
    add("pair \(types([pair.i, pair.j]))\(pair.isOneFour ? " (1-4)" : "")", pair.repulsion, pair.dispersion)
  }
  for scaling in topology.oneFourScalings {
    add("1-4 scaling", scaling.coulombDivisor, scaling.lennardJonesDivisor)
  }
  var result = found.mapValues { $0.sorted { $0.lexicographicallyPrecedes($1) } }
  result["charges"] = topology.atoms.map { [significant($0.charge, 6)] }
  return result
}
