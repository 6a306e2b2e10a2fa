// yammbs's torsion data sets, written: every scan along one dihedral with coordinates in Å and energies in kcal/mol.

import Chemistry
import TextFiles

/// `QCArchiveTorsionDataset` of yammbs, as JSON holds it.
public struct YammbsDataset: Encodable, Sendable {
  /// One scan.
  struct Profile: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case coordinates, energies, id
      case identifier = "qcarchive_id"
      case mappedSMILES = "mapped_smiles"
      case dihedral = "dihedral_indices"
    }
    /// The record's number, from 1; yammbs wants it under both names.
    var identifier: Int
    var id: Int
    var mappedSMILES: String
    /// Zero-based.
    var dihedral: [Int]
    /// x, y, z of atom after atom by angle, Å.
    var coordinates: [String: [Double]]
    /// kcal/mol by angle.
    var energies: [String: Double]
  }

  enum CodingKeys: String, CodingKey {
    case tag, version
    case profiles = "qm_torsions"
  }
  var tag: String
  var version = 1
  var profiles: [Profile] = []

  /// How many scans it has.
  public var scanCount: Int { profiles.count }
}

/// A family's scans as yammbs reads them, numbered from 1 in the family's order.
///
/// - Parameters:
///   - family: the family.
///   - structures: the bond orders of its molecules, by name.
/// - Returns: the data set, and what stands not in it, in words.
/// - Throws: ``InputError`` where a molecule with scans has no bond orders, or RDKit is absent.
public func yammbsDataset(
  of family: Family, structures: [String: StructureSource]
) throws -> (dataset: YammbsDataset, notes: [String]) {
  var dataset = YammbsDataset(
    tag: "Swivel \(family.name)" + (family.origin.levelOfTheory.map { ", \($0)" } ?? ""))
  var notes: [String] = []
  for molecule in family.molecules where !molecule.scans.isEmpty {
    guard let structure = structures[molecule.id] else {
      throw InputError(
        nil, "the molecule \(molecule.id) has no bond orders, which yammbs needs",
        hint: "add `structure: molecules/\(molecule.id).sdf` or `smiles: …` to family.yaml")
    }
    let smiles = try mappedSMILES(of: molecule.topology, structure: structure, molecule: molecule.id)
    for scan in molecule.scans {
      guard scan.axes.count == 1 else {
        notes.append("\(scan.id) of \(molecule.id) goes over \(scan.axes.count) dihedrals: yammbs has one")
        continue
      }
      guard scan.level == nil else {
        notes.append("\(scan.id) of \(molecule.id) is of another level of theory, \(scan.level ?? "")")
        continue
      }
      let number = dataset.profiles.count + 1
      var profile = YammbsDataset.Profile(
        identifier: number, id: number, mappedSMILES: smiles, dihedral: scan.driven.atoms,
        coordinates: [:],
        energies: [:])
      var dropped = 0
      for point in scan.points {
        let degrees = dihedralAngle(scan.driven, in: point.coordinates) / Units.degree
        let angle = "\(rounded(degrees, 1))"
        if let known = profile.energies[angle] {
          dropped += 1
          if known <= point.energy { continue }
        }
        profile.coordinates[angle] = point.coordinates.flatMap { [$0.x, $0.y, $0.z] }
        profile.energies[angle] = point.energy
      }
      if dropped > 0 {
        notes.append("\(scan.id) of \(molecule.id): of several points at one angle the lowest is written")
      }
      dataset.profiles.append(profile)
    }
  }
  guard !dataset.profiles.isEmpty else {
    throw InputError(nil, "the family has no scan along one dihedral at its level of theory")
  }
  return (dataset, notes)
}
