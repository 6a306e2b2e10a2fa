// What summary.json says of scans.

import TextFiles

extension Summary {
  /// The errors of one scan.
  public struct ScanRecord: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case molecule, scan, driven, geometry, level, held, types, environment, points, downweighted, derived,
        errors
      case jumps, cause
      case noiseWeight = "noise_weight"
      case heldOut = "held_out"
      case setAside = "set_aside"
      case highEnergy = "high_energy"
      case rmseBase = "rmse_base"
      case rmseFit = "rmse_fit"
      case maxErrorFit = "max_error_fit"
      case leftWell = "left_well"
      case largestTurn = "largest_turn_degrees"
      case rmseBaseMinimumReferenced = "rmse_base_min_referenced"
      case rmseFitMinimumReferenced = "rmse_fit_min_referenced"
    }
    /// Molecule name.
    public var molecule: String
    /// Scan path.
    public var scan: String
    /// Driven dihedral, zero-based.
    public var driven: [Int]
    /// relaxed, or rigid where energies are those of the geometries as given; null in files of earlier versions.
    @Nullable public var geometry: String?
    /// Its level of theory where that is another than the family's; absent otherwise.
    public var level: String?
    /// Further dihedrals that were held at QM's values, zero-based; null in files of earlier versions.
    @Nullable public var held: [[Int]]?
    /// Atom types along the driven dihedral.
    public var types: [String]
    /// What surrounds the driven bond, in circles of radius 0, 1, 2.
    @Nullable public var environment: [String]?
    /// Whether the molecule was held out.
    public var heldOut: Bool
    /// Grid points compared.
    public var points: Int
    /// Points left out.
    public var setAside: [SetAsideRecord]
    /// Grid points whose energy makes them count less than a tenth, or not at all; null in files of earlier versions.
    @Nullable public var highEnergy: [HighEnergyRecord]?
    /// Grid points that Student-t noise makes count less than a third; null under other noise.
    @Nullable public var downweighted: [DownweightedRecord]?
    /// How much an ordinary scan's weight this one has, with noise by scan; null under other noise.
    @Nullable public var noiseWeight: Double?
    /// Base force field, kcal/mol.
    @Nullable public var rmseBase: Double?
    /// Posterior mean, kcal/mol.
    @Nullable public var rmseFit: Double?
    /// Largest deviation of the posterior mean after the mean shift.
    @Nullable public var maxErrorFit: Double?
    /// Base, both profiles zero at the QM minimum.
    @Nullable public var rmseBaseMinimumReferenced: Double?
    /// Posterior mean, the same way.
    @Nullable public var rmseFitMinimumReferenced: Double?
    /// Errors by the definitions of others; null in files of earlier versions.
    @Nullable public var errors: ScanErrorsRecord?
    /// Grid points at which a force field would turn another rotor out of its well; null in files of earlier versions.
    @Nullable public var leftWell: [LeftWellRecord]?
    /// Largest turn of another rotor against QM in the fitted geometries, degree; null where there is none.
    @Nullable public var largestTurn: Double?
    /// Grid points whose relaxed energy jumps against both neighbours'; null in files of earlier versions.
    @Nullable public var jumps: [JumpRecord]?
    /// Why the fitted error is what it is; null for held-out scans and in files of earlier versions.
    @Nullable public var cause: CauseRecord?
    /// Minima, populations and barriers; null in files of earlier versions.
    @Nullable public var derived: [DerivedRecord]?
  }

  /// What follows from the profile of a scan.
  public struct DerivedRecord: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case kind, angle, qm, base, mean, interval90
      case qmAngle = "qm_angle"
      case baseAngle = "base_angle"
      case plugIn = "plug_in"
      case jensenGap = "jensen_gap"
    }
    /// minimum, barrier (kcal/mol over the profile's minimum) or population (share of 1 at 298.15 K).
    public var kind: String
    /// The driven dihedral in the fitted profile, degree; where the fitted one has no such well or barrier, in QM's,
    /// else in the base force field's.
    public var angle: Double
    /// By quantum chemistry; null where it has no such well or barrier within 30°, as for the others.
    @Nullable public var qm: Double?
    /// The driven dihedral in QM's profile, degree.
    @Nullable public var qmAngle: Double?
    /// By the base force field.
    @Nullable public var base: Double?
    /// The driven dihedral in the base force field's profile, degree.
    @Nullable public var baseAngle: Double?
    /// Posterior mean.
    @Nullable public var mean: Double?
    /// Central 90 % credible interval.
    @Nullable public var interval90: [Double]?
    /// The value of the mean profile.
    @Nullable public var plugIn: Double?
    /// Mean less plug-in value, where it exceeds a tenth of the interval.
    @Nullable public var jensenGap: Double?
  }

  /// A point at which a wall holds another rotor in its well.
  public struct LeftWellRecord: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case under, frame, angle, rotor, from, to
      case energyDrop = "energy_drop"
    }
    /// The force field that would turn it: base or fit.
    public var under: String
    /// Frame in the file, from 1.
    public var frame: Int
    /// The driven dihedral, degree.
    public var angle: Double
    /// The dihedral that would turn, zero-based.
    public var rotor: [Int]
    /// Its QM value, degree.
    public var from: Double
    /// Its value once nothing holds it, degree.
    public var to: Double
    /// How far the energy falls from the wall to there, kcal/mol.
    @Nullable public var energyDrop: Double?
  }

  /// A point of high energy.
  public struct HighEnergyRecord: Codable, Hashable, Sendable {
    /// Frame in the file, from 1.
    public var frame: Int
    /// The driven dihedral, degree.
    public var angle: Double
    /// QM energy over the scan's minimum, kcal/mol.
    public var energy: Double
    /// Its weight in the fit; 0 where it is not fitted.
    public var weight: Double
  }

  /// A point that counts for little.
  public struct DownweightedRecord: Codable, Hashable, Sendable {
    /// Frame in the file, from 1.
    public var frame: Int
    /// The driven dihedral, degree.
    public var angle: Double
    /// Its share of an ordinary point's weight.
    public var weight: Double
  }

  /// A point left out.
  public struct SetAsideRecord: Codable, Hashable, Sendable {
    /// Frame in the file, from 1.
    public var frame: Int
    /// Why.
    public var reason: String
  }
}
