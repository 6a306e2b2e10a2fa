// The parts of summary.json that say why an error is what it is.

import Chemistry
import FoundationEssentials
import TextFiles
import TorsionModel

extension Summary {
  /// A fitted error step by step, with the largest step in words. Root mean squares in kcal/mol.
  public struct CauseRecord: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case cause, posterior, relaxed, reported, why, remedy
      case alone = "least_squares_alone"
      case family = "least_squares_family"
      case weighed = "least_squares_weighed"
    }
    /// torsion form, shared types, noise, prior, relaxation or points not fitted; null where the error is small and
    /// near what least squares leaves.
    @Nullable public var cause: String?
    /// Of least squares on the energies of this scan alone.
    public var alone: Double
    /// Of least squares on the energies of all scans.
    public var family: Double
    /// Of least squares on all rows, weighed as the fit weighs them.
    public var weighed: Double
    /// Of the posterior mean on the same rows.
    public var posterior: Double
    /// Of energies relaxed under it, at the same points.
    public var relaxed: Double
    /// The same over all grid points.
    public var reported: Double
    /// A sentence on the cause.
    @Nullable public var why: String?
    /// What changes it.
    @Nullable public var remedy: String?

    init(_ found: ScanCause, _ words: CauseWords?) {
      cause = found.cause?.rawValue
      (alone, family, weighed) = (found.steps.form, found.steps.sharing, found.steps.noise)
      (posterior, relaxed) = (found.steps.prior, found.steps.relaxation)
      reported = found.steps.unfittedPoints
      (why, remedy) = (words?.why, words?.remedy)
    }
  }

  /// A grid point whose relaxed energy jumps against both neighbours'.
  public struct JumpRecord: Codable, Hashable, Sendable {
    /// The force field it was relaxed under: base or fit.
    public var under: String
    /// Frame in the file, from 1.
    public var frame: Int
    /// The driven dihedral, degree.
    public var angle: Double
    /// The dihedral that turned most against neighbours and QM, zero-based; null where none turned by 30°.
    @Nullable public var rotor: [Int]?
    /// Its QM value, degree.
    @Nullable public var from: Double?
    /// Its relaxed value, degree.
    @Nullable public var to: Double?
    /// How far the energy stands above the mean of its neighbours' beyond what QM's does, kcal/mol.
    public var energy: Double

    init(_ jump: EnergyJump) {
      under = jump.isFitted ? "fit" : "base"
      frame = jump.frame
      angle = jump.drivenAngle / Units.degree
      rotor = jump.rotor?.atoms
      from = jump.rotor == nil ? nil : jump.from / Units.degree
      to = jump.rotor == nil ? nil : jump.to / Units.degree
      energy = jump.energy
    }
  }
}
