// drives.json: the molecules of a family that is to be computed, and the dihedrals to drive.

import FamilyFiles
import Foundation
import TextFiles

/// The molecules that `swivel prepare` made, with what to compute for each.
public struct DriveList: Codable, Equatable, Sendable {
  /// The schema that the file states.
  public static let schema = "swivel.drives/1"

  /// One molecule.
  public struct Molecule: Codable, Equatable, Sendable {
    /// Its name in files.
    public var id: String
    /// Canonical SMILES without hydrogens.
    public var smiles: String
    /// Canonical SMILES with all hydrogens: equal for equal molecules.
    public var key: String
    /// Element symbols, shape (atoms).
    public var symbols: [String]
    /// Bonded pairs, zero-based.
    public var bonds: [[Int]]
    /// Net charge, e.
    public var charge: Int
    /// Canonical rank of each atom: maps any two copies of the molecule onto each other.
    public var ranks: [Int]
    /// Start geometry in Å, shape (atoms, 3).
    public var positions: [[Double]]
    /// The topology, relative to the family's folder.
    public var topology: String
    /// The SDF with bond orders, relative to the family's folder.
    public var structure: String
    /// Dihedrals to drive.
    public var drives: [Drive]
    /// Further geometries to start from, as ``positions``, which differ; nil for none.
    public var starts: [[[Double]]]?
    /// The fragments that are driven in place of this molecule; nil where it is driven whole.
    public var fragments: [Fragment]?

    /// A molecule of its facts.
    public init(
      id: String, smiles: String, key: String, symbols: [String], bonds: [[Int]], charge: Int, ranks: [Int],
      positions: [[Double]], topology: String, structure: String, drives: [Drive],
      starts: [[[Double]]]? = nil, fragments: [Fragment]? = nil
    ) {
      self.id = id
      self.smiles = smiles
      self.key = key
      self.symbols = symbols
      self.bonds = bonds
      self.charge = charge
      self.ranks = ranks
      self.positions = positions
      self.topology = topology
      self.structure = structure
      self.drives = drives
      self.starts = starts
      self.fragments = fragments
    }
  }

  /// A bond of a large molecule, and the fragment in which it is driven.
  public struct Fragment: Codable, Equatable, Sendable {
    /// The dihedral in the large molecule, zero-based.
    public var quartet: [Int]
    /// The picture of the bond in the large molecule, relative to the family's folder.
    public var picture: String?
    /// The fragment's name.
    public var molecule: String
    /// The large molecule's atom for each atom of the fragment; nil for those that cap cut bonds.
    public var atoms: [Int?]
    /// The dihedral in the fragment, zero-based.
    public var fragmentQuartet: [Int]

    enum CodingKeys: String, CodingKey {
      case quartet, picture, molecule, atoms
      case fragmentQuartet = "fragment_quartet"
    }
  }

  /// One dihedral to drive.
  public struct Drive: Codable, Equatable, Sendable {
    /// The four atoms, zero-based.
    public var quartet: [Int]
    /// The picture of the bond, relative to the family's folder; nil when there is none.
    public var picture: String?
  }

  /// See ``schema``.
  public var schema = DriveList.schema
  /// The family's name.
  public var name: String
  /// The base force field in words.
  public var base: String
  /// Degrees between grid points.
  public var spacing: Int
  /// What made the list, by name and version.
  public var versions: [String: String]
  /// The hash of what `swivel prepare` was asked for, files included; nil in a list that was made by hand.
  public var request: String?
  /// SMARTS of the torsions to fit, the first that matches first; nil where they go by atom types.
  public var torsions: [String]?
  /// The molecules in order.
  public var molecules: [Molecule]

  /// A list.
  public init(
    name: String, base: String, spacing: Int, versions: [String: String], request: String? = nil,
    torsions: [String]? = nil, molecules: [Molecule]
  ) {
    self.request = request
    self.torsions = torsions
    self.name = name
    self.base = base
    self.spacing = spacing
    self.versions = versions
    self.molecules = molecules
  }

  /// Reads FOLDER/drives.json and checks that its indices fit.
  /// - Parameter folder: the family's folder.
  /// - Throws: `InputError` when there is none or it is damaged.
  public init(readingFrom folder: String) throws {
    let path = "\(folder)/drives.json"
    guard FileManager.default.fileExists(atPath: path) else {
      throw InputError(
        SourcePlace(file: path), "no such file: nothing says which dihedrals to drive",
        hint: "`swivel prepare` makes a family folder with it from SDF, MOL2 or SMILES")
    }
    let hint = "make it anew with `swivel prepare`"
    self = try readJSON(Self.self, from: path, schema: Self.schema, hint: hint)
    guard 360 % max(spacing, 1) == 0, (1...90).contains(spacing) else {
      throw InputError(SourcePlace(file: path), "the spacing \(spacing) does not divide 360", hint: hint)
    }
    let known = Dictionary(molecules.map { ($0.id, $0) }) { first, _ in first }
    for molecule in molecules {
      let atoms = molecule.symbols.indices
      let geometries = [molecule.positions] + (molecule.starts ?? [])
      let indices = molecule.bonds.joined() + molecule.drives.flatMap(\.quartet) + molecule.ranks
      guard geometries.allSatisfy({ $0.count == atoms.count }), molecule.ranks.count == atoms.count,
        Set(molecule.ranks).count == atoms.count,
        geometries.joined().allSatisfy({ $0.count == 3 && $0.allSatisfy(\.isFinite) }),
        (molecule.fragments ?? []).allSatisfy({ $0.fits(molecule, known[$0.molecule]) }),
        molecule.bonds.allSatisfy({ $0.count == 2 }),
        molecule.drives.allSatisfy({ Set($0.quartet).count == 4 && $0.quartet.count == 4 }),
        indices.allSatisfy(atoms.contains)
      else {
        throw InputError(
          SourcePlace(file: path), "atoms, bonds or drives of \(molecule.id) do not fit together", hint: hint)
      }
    }
  }

  /// The text of drives.json.
  /// - Throws: what JSON encoding throws; it does not for finite numbers.
  public func text() throws -> String { try jsonText(self) }

  /// The text of family.yaml.
  /// - Parameters:
  ///   - level: the level of theory; nil before anything was computed.
  ///   - scans: the scan files of each molecule, relative to the family's folder.
  public func manifest(level: String?, scans: [String: [String]]) -> String {
    var lines = [
      "# Written by swivel prepare and swivel acquire from drives.json beside this file.", "name: \(name)",
    ]
    if let level { lines.append("level_of_theory: \(level)") }
    lines.append("base_force_field: \(base)")
    if let torsions, !torsions.isEmpty {
      lines.append("torsions:  # of the base force field, about driven bonds; the first that matches counts")
      lines += torsions.map { "  - smarts: '\($0.replacing("'", with: "''"))'" }
    }
    lines.append("molecules:")
    for molecule in molecules {
      lines += [
        "  - id: \(molecule.id)", "    topology: \(molecule.topology)",
        "    structure: \(molecule.structure)",
      ]
      if let files = scans[molecule.id], !files.isEmpty {
        lines.append("    scans:")
        lines += files.map { "      - \($0)" }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension DriveList.Fragment {
  /// Whether the map goes from the fragment's atoms to those of the large molecule, element by element.
  fileprivate func fits(_ parent: DriveList.Molecule, _ fragment: DriveList.Molecule?) -> Bool {
    guard let fragment, atoms.count == fragment.symbols.count, quartet.count == 4,
      fragmentQuartet.count == 4, fragmentQuartet.allSatisfy(atoms.indices.contains),
      fragmentQuartet.map({ atoms[$0] }) == quartet
    else { return false }
    return zip(atoms, fragment.symbols).allSatisfy { atom, symbol in
      atom.map { parent.symbols.indices.contains($0) && parent.symbols[$0] == symbol } ?? true
    }
  }
}
