// What reading found odd of a scan, by kind and in words.

/// A note on data: nothing that keeps them from being used, and something that a reader should know.
public struct DataNote: Codable, Hashable, Sendable {
  /// What it is about.
  public enum Kind: String, CaseIterable, Codable, Hashable, Sendable {
    /// Several energies at one angle, or at mirrored ones.
    case branches
    /// Another rotor turns along the quantum-chemical path.
    case conformer
    /// Forces off the held dihedrals.
    case unrelaxed
    /// A hydrogen bond within the molecule that comes and goes.
    case hydrogenBond = "hydrogen bond"
    /// An energy that its torques or its neighbours do not bear out.
    case energy
    /// Forces whose sign or unit is not that of the energies, at a point, or cannot be told.
    case forces
    /// Energies, and forces alike, in another unit than stated.
    case units
    /// Levels of theory that contradict each other.
    case levels
    /// How geometries were made is stated otherwise than they show.
    case geometry
    /// Atoms in another order than the topology's.
    case order
    /// What the file says of itself: an early end, a title that contradicts its route.
    case file

    /// A heading.
    public var title: String {
      switch self {
      case .branches: "One energy an angle"
      case .conformer: "One conformer a path"
      case .unrelaxed: "Relaxed geometries"
      case .hydrogenBond: "Hydrogen bonds"
      case .energy: "Energies follow torques"
      case .forces: "Forces follow energies"
      case .units: "Units of scans"
      case .levels: "Levels of theory"
      case .geometry: "How scans were made"
      case .order: "Order of atoms"
      case .file: "Files"
      }
    }
  }

  /// What it is about.
  public var kind: Kind
  /// The scan and its molecule; nil while they are not known.
  public var place: String?
  /// In words, as they follow the name of the scan.
  public var words: String

  /// A note of its facts.
  public init(_ kind: Kind, _ words: String, place: String? = nil) {
    self.kind = kind
    self.words = words
    self.place = place
  }

  /// "scan of molecule: words".
  public var text: String { place.map { "\($0): \(words)" } ?? words }
}
