// summary.json, schema swivel.summary/1: the numbers of a fit for other tools (DESIGN: "reports/<name>/summary.json").

import Chemistry
import FoundationEssentials
import Statistics
import TextFiles
import TorsionModel

/// The contents of summary.json.
public struct Summary: Codable, Hashable, Sendable {
  /// The schema that this version writes.
  public static let schema = "swivel.summary/1"

  /// Units of the numbers.
  public struct UnitNames: Codable, Hashable, Sendable {
    /// Of energies and force constants.
    public var energy = "kcal/mol"
    /// Of phases.
    public var phase = "degree"
  }

  /// The model and its choices.
  public struct Model: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case likelihood, noise, every, rank, scales
      case energyWeight = "energy_weight"
      case energyUpper = "energy_upper"
      case bagsMolecules = "bags_molecules"
      case priorCentre = "prior_centre"
      case heldOut = "held_out"
      case effectivePoints = "effective_points"
    }
    /// energy, energy+torque or energy+forces.
    public var likelihood: String
    /// base or zero.
    public var priorCentre: String
    /// normal, by-scan or student-t; null in files of earlier versions, which mean normal.
    @Nullable public var noise: String?
    /// Whether molecules were weighed at random, draw by draw; null in files of earlier versions, which mean not.
    @Nullable public var bagsMolecules: Bool?
    /// As how many independent grid points a scan counted at most; null for all.
    public var effectivePoints: Double?
    /// How weights fall with the QM energy: none, smooth, forcebalance, openff; null in files of earlier versions,
    /// which mean none.
    @Nullable public var energyWeight: String?
    /// The energy over the scan's minimum above which points were not fitted, kcal/mol; null for no limit.
    @Nullable public var energyUpper: Double?
    /// Every how many-th grid point was fitted.
    public var every: Int
    /// Molecules not fitted.
    public var heldOut: [String]
    /// Directions of parameter space that the data see.
    public var rank: Int
    /// Noise and prior scales.
    public var scales: [Scale]
  }

  /// A scale of the model.
  public struct Scale: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case name, unit, mean, sd, interval90, rhat
      case essBulk = "ess_bulk"
      case essTail = "ess_tail"
    }
    /// "energy noise", "prior", …
    public var name: String
    /// Its unit.
    public var unit: String
    /// Posterior mean.
    public var mean: Double
    /// Posterior sd.
    public var sd: Double
    /// 90 % credible interval.
    public var interval90: [Double]
    /// R-hat.
    @Nullable public var rhat: Double?
    /// Bulk ESS.
    @Nullable public var essBulk: Double?
    /// Tail ESS.
    @Nullable public var essTail: Double?
  }

  /// A fitted force constant.
  public struct ParameterRecord: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case types, smarts, periodicity, phase, mean, sd, median, interval50, interval90, interval95, base
      case contraction, tau, molecules, rhat, flags
      case priorSD = "prior_sd"
      case essBulk = "ess_bulk"
      case essTail = "ess_tail"
      case mcseMean = "mcse_mean"
      case mcseInterval90 = "mcse_interval90"
    }
    /// Four atom types; the tagged atoms of the SMARTS where one chose the torsions.
    public var types: [String]
    /// The pattern it was chosen by, when by SMARTS.
    @Nullable public var smarts: String?
    /// n.
    public var periodicity: Int
    /// Degree: 0, or 90 for the sine partner of a free phase.
    public var phase: Double
    /// Posterior mean, kcal/mol.
    public var mean: Double
    /// Posterior sd, kcal/mol.
    public var sd: Double
    /// Posterior median, kcal/mol.
    public var median: Double
    /// Central 50 % credible interval.
    public var interval50: [Double]
    /// Central 90 % credible interval.
    public var interval90: [Double]
    /// Central 95 % credible interval.
    public var interval95: [Double]
    /// The base force field's value.
    public var base: Double
    /// Prior sd at the learned scale.
    public var priorSD: Double
    /// 1 − posterior variance / prior variance.
    @Nullable public var contraction: Double?
    /// Molecule-to-molecule scale; null in models without it.
    @Nullable public var tau: Double?
    /// Molecules with data on it.
    public var molecules: Int
    /// R-hat.
    @Nullable public var rhat: Double?
    /// Bulk ESS.
    @Nullable public var essBulk: Double?
    /// Tail ESS.
    @Nullable public var essTail: Double?
    /// Monte Carlo standard error of the mean, kcal/mol, at most; null in files of earlier versions.
    @Nullable public var mcseMean: Double?
    /// Of the bounds of the 90 % interval.
    @Nullable public var mcseInterval90: [Double]?
    /// Short words on what to mind.
    public var flags: [String]
  }

  /// What relaxing under posterior draws said of the posterior that is linear in the force constants.
  public struct LinearisationRecord: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case khat, reason, draws, points, corrected
      case largestShift = "largest_shift_sd"
    }
    /// Pareto k̂ of the importance weights.
    @Nullable public var khat: Double?
    /// Why it is null.
    @Nullable public var reason: String?
    /// Draws under which grid points were relaxed.
    public var draws: Int
    /// Grid points relaxed under each.
    public var points: Int
    /// Whether the draws were moved by what the weights say.
    public var corrected: Bool
    /// Largest change of a mean that the weights ask for, in posterior standard deviations.
    @Nullable public var largestShift: Double?
  }

  /// The worst of the chain diagnostics.
  public struct Diagnostics: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case draws, chains, converged
      case maxRhat = "max_rhat"
      case minESSBulk = "min_ess_bulk"
      case minESSTail = "min_ess_tail"
    }
    /// Largest R-hat over parameters and scales; null when one is undefined.
    @Nullable public var maxRhat: Double?
    /// Smallest bulk ESS.
    @Nullable public var minESSBulk: Double?
    /// Smallest tail ESS.
    @Nullable public var minESSTail: Double?
    /// Kept draws over all chains.
    public var draws: Int
    /// Chains.
    public var chains: Int
    /// Whether all limits were met.
    public var converged: Bool
  }

  /// The 1-4 treatment the numbers hold under.
  public struct OneFour: Codable, Hashable, Sendable {
    /// Coulomb divisor.
    public var scee: Double
    /// Lennard-Jones divisor.
    public var scnb: Double
  }

  enum CodingKeys: String, CodingKey {
    case errors, cause
    case cancelledBySymmetry = "cancelled_by_symmetry"
    case schema, version, family, seed, units, model, parameters, scans, diagnostics, validation
    case splitHalves = "split_halves"
    case posteriorSHA256 = "posterior_sha256"
    case levelOfTheory = "level_of_theory"
    case baseForceField = "base_force_field"
    case dataDate = "data_date"
    case citation, license
    case typeSMARTS = "type_smarts"
    case torsionSMARTS = "torsion_smarts"
    case smartsTypes = "smarts_types"
    case torsionRules = "torsion_rules"
    case oneFour = "one_four"
    case ryckaertBellemans = "ryckaert_bellemans"
    case rmseBase = "rmse_base"
    case rmseFit = "rmse_fit"
    case rmseBaseHeldOut = "rmse_base_held_out"
    case rmseFitHeldOut = "rmse_fit_held_out"
    case relaxationRounds = "relaxation_rounds"
    case relaxationSettled = "relaxation_settled"
    case roundErrors = "relaxation_errors"
    case linearisationKhat = "linearisation_khat"
    case linearisation, identifiability, levels
  }

  /// Always `Summary.schema`.
  public var schema: String
  /// Swivel's version.
  public var version: String
  /// The family's name.
  public var family: String
  /// The level of theory of the data.
  @Nullable public var levelOfTheory: String?
  /// What the topologies are made of.
  @Nullable public var baseForceField: String?
  /// When the data were computed.
  @Nullable public var dataDate: String?
  /// How to cite the data.
  @Nullable public var citation: String?
  /// The licence of the data.
  @Nullable public var license: String?
  /// SMARTS of one atom of each type of the parameters, where environments in the family tell the types apart; null in
  /// files of earlier versions.
  @Nullable public var typeSMARTS: [String: String]?
  /// SMIRKS of the torsion types of the parameters, by label; null in files of earlier versions.
  @Nullable public var torsionSMARTS: [String: String]?
  /// For each SMARTS among the parameters, in the manifest's order, the atom types that say the same; null where types
  /// cannot.
  @Nullable public var smartsTypes: [SMARTSRecord]?
  /// Which torsions were fitted; empty where all about driven bonds were, null in files of earlier versions.
  @Nullable public var torsionRules: [RuleRecord]?
  /// Master seed.
  public var seed: UInt64
  /// Units of the numbers.
  public var units: UnitNames
  /// The model and its choices.
  public var model: Model
  /// 1-4 scalings of the base force field.
  public var oneFour: [OneFour]
  /// Whether the family's GROMACS topologies look torsions up by function 3; null in files of earlier versions.
  @Nullable public var ryckaertBellemans: Bool?
  /// Fitted force constants.
  public var parameters: [ParameterRecord]
  /// Terms that cancel by the symmetry of rotors; null in files of earlier versions.
  @Nullable public var cancelledBySymmetry: [CancelledRecord]?
  /// Scans.
  public var scans: [ScanRecord]
  /// Pooled relaxed error of the base force field over fitted molecules, kcal/mol.
  @Nullable public var rmseBase: Double?
  /// The same of the posterior mean.
  @Nullable public var rmseFit: Double?
  /// The base force field's, over held-out molecules.
  @Nullable public var rmseBaseHeldOut: Double?
  /// The posterior mean's, over held-out molecules.
  @Nullable public var rmseFitHeldOut: Double?
  /// Errors of the fitted scans by the definitions of others; null in files of earlier versions.
  @Nullable public var errors: PooledErrorsRecord?
  /// Why the pooled error is what it is; null in files of earlier versions.
  @Nullable public var cause: CauseRecord?
  /// Rounds of relaxation made.
  public var relaxationRounds: Int
  /// Whether the relaxed error stopped moving.
  public var relaxationSettled: Bool
  /// Relaxed error after each round, kcal/mol.
  public var roundErrors: [Double]
  /// Pareto k̂ of the linearisation; null where it is not defined.
  @Nullable public var linearisationKhat: Double?
  /// The check it comes from; null in files of earlier versions.
  @Nullable public var linearisation: LinearisationRecord?
  /// What the data tell, class by class; null in files of earlier versions.
  @Nullable public var identifiability: IdentifiabilityRecord?
  /// What each level of theory contributes; absent where scans are of one.
  public var levels: LevelsRecord?
  /// SHA-256 of the posterior.csv written with it; null in files of earlier versions.
  @Nullable public var posteriorSHA256: String?
  /// The worst chain diagnostics.
  public var diagnostics: Diagnostics
  /// Held-out validation; null until `swivel validate` ran.
  @Nullable public var validation: Validation?
  /// Fits on disjoint halves of the molecules against each other; null until `swivel validate --halves` ran.
  @Nullable public var splitHalves: SplitHalvesRecord?
}
