// The part of summary.json that `swivel validate` adds (DESIGN: "reports/<name>/summary.json").

import Chemistry
import FoundationEssentials
import TextFiles
import Validation

extension Summary {
  /// Shares of grid points inside their central predictive intervals.
  public struct Coverage: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case fifty = "50"
      case ninety = "90"
      case ninetyFive = "95"
    }
    /// Of the 50 % interval.
    @Nullable public var fifty: Double?
    /// Of the 90 % interval.
    @Nullable public var ninety: Double?
    /// Of the 95 % interval.
    @Nullable public var ninetyFive: Double?

    /// The three shares.
    public init(fifty: Double?, ninety: Double?, ninetyFive: Double?) {
      self.fifty = fifty
      self.ninety = ninety
      self.ninetyFive = ninetyFive
    }
  }

  /// Scores of predictions for molecules that were left out.
  public struct HeldOutScores: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case points, rmse, crps, coverage, pit, variance
      case rmseLeastSquares = "rmse_least_squares"
      case heldOut = "held_out"
      case rmseBase = "rmse_base"
      case rmseMinimumReferenced = "rmse_min_referenced"
      case logScore = "log_score"
      case unseenTypes = "unseen_types"
    }
    /// The molecule; null for pooled scores.
    @Nullable public var heldOut: String?
    /// Grid points scored.
    public var points: Int
    /// The base force field's error, kcal/mol, relaxed and mean-shifted.
    @Nullable public var rmseBase: Double?
    /// The posterior mean's.
    @Nullable public var rmse: Double?
    /// The same with both profiles zero at the QM minimum.
    @Nullable public var rmseMinimumReferenced: Double?
    /// Mean continuous ranked probability score, kcal/mol.
    @Nullable public var crps: Double?
    /// Mean ln predictive density per grid point.
    @Nullable public var logScore: Double?
    /// Coverage of the predictive intervals.
    public var coverage: Coverage
    /// Types of its driven bonds that no other molecule has.
    public var unseenTypes: [String]
    /// The error of plain least squares on energies; null where a molecule did not relax under it.
    @Nullable public var rmseLeastSquares: Double?
    /// Shares of grid points by tenths of the predictive distribution that they fell into; each 0.1 where it is right.
    @Nullable public var pit: [Double]?
    /// Where the predictive variance comes from.
    @Nullable public var variance: VarianceRecord?

    /// Scores of their parts.
    public init(
      heldOut: String?, points: Int, rmseBase: Double?, rmse: Double?, rmseMinimumReferenced: Double?,
      crps: Double?,
      logScore: Double?, coverage: Coverage, unseenTypes: [String], rmseLeastSquares: Double? = nil,
      pit: [Double]? = nil, variance: VarianceRecord? = nil
    ) {
      self.heldOut = heldOut
      self.points = points
      self.rmseBase = rmseBase
      self.rmse = rmse
      self.rmseMinimumReferenced = rmseMinimumReferenced
      self.crps = crps
      self.logScore = logScore
      self.coverage = coverage
      self.unseenTypes = unseenTypes
      self.rmseLeastSquares = rmseLeastSquares
      self.pit = pit
      self.variance = variance
    }
  }

  /// Leave-one-molecule-out: pooled over scans whose driven types other molecules have, and by molecule.
  public struct Validation: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case points, rmse, crps, coverage, untestable, molecules, types, pit, variance
      case rmseMinimumReferenced = "rmse_min_referenced"
      case rmseLeastSquares = "rmse_least_squares"
      case rmseBase = "rmse_base"
      case logScore = "log_score"
      case learningCurve = "learning_curve"
    }
    /// Grid points of testable scans.
    public var points: Int
    /// See ``HeldOutScores``.
    @Nullable public var rmseBase: Double?
    /// See ``HeldOutScores``.
    @Nullable public var rmse: Double?
    /// See ``HeldOutScores``.
    @Nullable public var crps: Double?
    /// See ``HeldOutScores``.
    @Nullable public var logScore: Double?
    /// See ``HeldOutScores``.
    public var coverage: Coverage
    /// Scores over scans that drive a type which no other molecule has.
    public var untestable: HeldOutScores
    /// Every molecule in turn.
    public var molecules: [HeldOutScores]
    /// Scores of testable scans by the torsion type they drive; null in files of earlier versions.
    @Nullable public var types: [TypeScores]?
    /// See ``HeldOutScores``.
    @Nullable public var rmseMinimumReferenced: Double?
    /// See ``HeldOutScores``.
    @Nullable public var rmseLeastSquares: Double?
    /// See ``HeldOutScores``.
    @Nullable public var pit: [Double]?
    /// See ``HeldOutScores``.
    @Nullable public var variance: VarianceRecord?
    /// Scores against molecules and grid points; null until `swivel validate --learning-curve` ran.
    @Nullable public var learningCurve: [LearningCurvePoint]?

    /// A validation of its pooled scores.
    public init(
      testable: HeldOutScores, untestable: HeldOutScores, molecules: [HeldOutScores], types: [TypeScores]
    ) {
      self.types = types
      rmseMinimumReferenced = testable.rmseMinimumReferenced
      rmseLeastSquares = testable.rmseLeastSquares
      pit = testable.pit
      variance = testable.variance
      points = testable.points
      rmseBase = testable.rmseBase
      rmse = testable.rmse
      crps = testable.crps
      logScore = testable.logScore
      coverage = testable.coverage
      self.untestable = untestable
      self.molecules = molecules
    }
  }

  /// Scores of the scans that drive one torsion type.
  public struct TypeScores: Codable, Hashable, Sendable {
    /// The four atom types.
    public var types: [String]
    /// Their scores.
    public var scores: HeldOutScores

    /// Scores of a type.
    public init(types: [String], scores: HeldOutScores) {
      self.types = types
      self.scores = scores
    }
  }

  /// Predictive variance by where it comes from, (kcal/mol)², mean over grid points.
  public struct VarianceRecord: Codable, Hashable, Sendable {
    /// Of the shared force constants: more data would reduce it.
    public var parameters: Double
    /// Of what force constants fitted to other molecules leave.
    public var noise: Double

    /// Shares of their parts.
    public init(parameters: Double, noise: Double) {
      self.parameters = parameters
      self.noise = noise
    }
  }

  /// Scores of fits on fewer molecules or grid points, over the same testable scans.
  public struct LearningCurvePoint: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case molecules, likelihood, rmse, crps, coverage
      case gridPoints = "grid_points"
    }
    /// Molecules in each fit.
    public var molecules: Int
    /// Grid points of the longest scan.
    public var gridPoints: Int
    /// energy or energy+torque.
    public var likelihood: String
    /// See ``HeldOutScores``.
    @Nullable public var rmse: Double?
    /// See ``HeldOutScores``.
    @Nullable public var crps: Double?
    /// See ``HeldOutScores``.
    public var coverage: Coverage

    /// A point of its parts.
    public init(
      molecules: Int, gridPoints: Int, likelihood: String, rmse: Double?, crps: Double?, coverage: Coverage
    ) {
      self.molecules = molecules
      self.gridPoints = gridPoints
      self.likelihood = likelihood
      self.rmse = rmse
      self.crps = crps
      self.coverage = coverage
    }
  }
  /// How far fits on disjoint halves of the molecules lie apart, over what their posteriors allow.
  public struct SplitHalvesRecord: Codable, Hashable, Sendable {
    enum CodingKeys: String, CodingKey {
      case splits, directions
      case rmsZ = "rms_z"
    }
    /// Root mean square of the standardised differences: 1 where parameter intervals are honest.
    @Nullable public var rmsZ: Double?
    /// How many differences that is.
    public var directions: Int
    /// The halvings.
    public var splits: [SplitRecord]

    /// A record of its parts.
    public init(rmsZ: Double?, directions: Int, splits: [SplitRecord]) {
      self.rmsZ = rmsZ
      self.directions = directions
      self.splits = splits
    }
  }

  /// One halving.
  public struct SplitRecord: Codable, Hashable, Sendable {
    /// The molecules of the first half.
    public var molecules: [String]
    /// Standardised differences in the directions that both halves determine.
    public var z: [Double]

    /// A record of its parts.
    public init(molecules: [String], z: [Double]) {
      self.molecules = molecules
      self.z = z
    }
  }
}

extension Summary.Coverage {
  /// The coverage of scored predictions.
  public init(_ scores: PredictionScores) {
    self.init(
      fifty: finite(scores.coverage50), ninety: finite(scores.coverage90),
      ninetyFive: finite(scores.coverage95))
  }
}

extension Summary.LearningCurvePoint {
  /// A point of a learning curve.
  public init(_ point: LearningCurve.Point) {
    self.init(
      molecules: point.molecules, gridPoints: point.gridPoints, likelihood: point.likelihood.rawValue,
      rmse: finite(point.scores.rmse), crps: finite(point.scores.crps),
      coverage: Summary.Coverage(point.scores))
  }
}

extension Summary.HeldOutScores {
  /// The scores of predictions of what was held out; nil where that is more than a molecule.
  public init(_ scores: PredictionScores, heldOut: String?, unseenTypes: [TorsionType]) {
    self.init(
      heldOut: heldOut, points: scores.points, rmseBase: finite(scores.baseRMSE), rmse: finite(scores.rmse),
      rmseMinimumReferenced: finite(scores.minimumReferencedRMSE), crps: finite(scores.crps),
      logScore: finite(scores.logScore),
      coverage: Summary.Coverage(scores),
      unseenTypes: unseenTypes.map(\.label), rmseLeastSquares: finite(scores.leastSquaresRMSE),
      pit: scores.pitShares,
      variance: scores.points > 0
        ? Summary.VarianceRecord(
          parameters: scores.variance.parameters, noise: scores.variance.noise) : nil)
  }
}

extension Summary.Validation {
  /// Every molecule left out in turn.
  public init(_ result: LeaveOneOut) {
    self.init(
      testable: Summary.HeldOutScores(result.testable, heldOut: nil, unseenTypes: []),
      untestable: Summary.HeldOutScores(
        result.untestable, heldOut: nil, unseenTypes: Set(result.molecules.flatMap(\.unseenTypes)).sorted()),
      molecules: result.molecules.map {
        Summary.HeldOutScores($0.scores, heldOut: $0.id, unseenTypes: $0.unseenTypes)
      },
      types: result.byType.map {
        Summary.TypeScores(
          types: $0.type.types,
          scores: Summary.HeldOutScores($0.scores, heldOut: nil, unseenTypes: []))
      })
  }
}
