// Torsion profiles of one scan under the force fields of a fit.

import Chemistry

/// One grid point of a fitted scan; energies in kcal/mol over the QM minimum of the scan.
public struct ProfilePoint: Hashable, Sendable {
  /// The frame in its file, from 1.
  public var frame: Int
  /// The driven dihedral, radian.
  public var angle: Double
  /// The other dihedral of a two-dimensional grid, radian; nil along one.
  public var secondAngle: Double? = nil
  /// Quantum chemistry.
  public var qm: Double
  /// The base force field, relaxed, mean-shifted; nil where relaxation failed.
  public var base: Double?
  /// The fitted force field, relaxed, mean-shifted; nil where relaxation failed.
  public var fit: Double?
  /// 50 % and 90 % credible bands of the fitted profile; nil where relaxation failed.
  public var band50: ClosedRange<Double>?
  /// See `band50`.
  public var band90: ClosedRange<Double>?
  /// Whether its rows entered the fit.
  public var isFitted: Bool
  /// Posterior mean of its noise's precision over that of an ordinary point, under Student-t noise; nil otherwise.
  public var weight: Double?
  /// How much its energy lets it count in the fit, 0 … 1; see ``EnergyWeighting``.
  public var energyWeight = 1.0
}

/// What a fit says about one scan.
public struct ScanFit: Hashable, Sendable {
  /// The molecule's name.
  public var molecule: String
  /// The scan's path, or several joined by " + ".
  public var scan: String
  /// The driven dihedral.
  public var driven: Quartet
  /// How its geometries came about, and how they are taken.
  public var geometry = ScanGeometry.relaxed
  /// Further dihedrals that are held.
  public var held: [Quartet] = []
  /// Its level of theory where that is another than the family's.
  public var level: String?
  /// The one of them that is the other axis of a two-dimensional grid.
  public var second: Quartet?
  /// The atom types along the driven dihedral.
  public var types: [String]
  /// What surrounds the driven bond, in circles of radius 0, 1, 2; see `bondEnvironment`.
  public var environment: [String]
  /// Whether the molecule was held out.
  public var isHeldOut: Bool
  /// Its grid points by ascending angle.
  public var points: [ProfilePoint]
  /// Points left out, with reasons.
  public var setAside: [SetAsidePoint]
  /// The base force field's error; nil when nothing relaxed.
  public var baseError: ProfileError?
  /// The fitted force field's error.
  public var fitError: ProfileError?
  /// Posterior mean of its noise's precision over that of an ordinary scan, with noise by scan; nil otherwise.
  public var noiseWeight: Double?
  /// The error under each of at most a thousand draws, to first order in the force constants, kcal/mol; draws that
  /// stand at equal places of two scans are of one force field.
  public var errorDraws: [Double] = []
  /// Errors by the definitions of others; nil where they were not asked for.
  public var published: PublishedPair?
  /// Grid points at which the base or the fitted force field would turn another rotor out of its well.
  public var leftWell: [LeftWell] = []
  /// The largest turn of another rotor against quantum chemistry in the fitted force field's geometries, degrees; nil
  /// where no other rotor is or geometries are taken as given.
  public var largestTurn: Double?
  /// Grid points whose relaxed energy jumps against both neighbours'.
  public var jumps: [EnergyJump] = []
  /// Why the fitted error is what it is; nil for a held-out scan.
  public var cause: ScanCause?
  /// Minima, populations and barriers, where the grid goes round the circle.
  public var features: [ProfileFeature] = []

  /// Grid points so high in energy that they count for little in the fit, or not at all.
  public var highEnergy: [ProfilePoint] { points.filter { $0.energyWeight < EnergyWeighting.namedBelow } }

  /// Fitted grid points that Student-t noise makes count less than a third of an ordinary one.
  public var downweighted: [ProfilePoint] {
    points.filter { $0.isFitted && $0.weight.map { $0 < 1 / 3 } ?? false }
  }
}
