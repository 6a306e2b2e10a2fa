// A fit in few numbers: all that is needed to say later whether another fit of the same family differs.

import Chemistry
import Statistics
import TextFiles

/// What a baseline keeps of a fit; numbers are rounded so that files of it stay small and differ only where fits do.
public struct FitDigest: Codable, Hashable, Sendable {
  /// A fitted force constant.
  public struct ParameterDigest: Codable, Hashable, Sendable {
    /// "c3-c3-c3-c3 n=3".
    public var label: String
    /// Posterior mean, kcal/mol.
    public var mean: Double
    /// Posterior standard deviation, kcal/mol.
    public var sd: Double

    /// A parameter of its numbers.
    public init(label: String, mean: Double, sd: Double) {
      self.label = label
      self.mean = mean
      self.sd = sd
    }
  }

  /// The posterior of a root mean square error, kcal/mol.
  public struct ErrorDigest: Codable, Hashable, Sendable {
    /// Its mean over draws.
    public var mean: Double
    /// Its standard deviation over draws.
    public var sd: Double

    /// An error of its two moments.
    public init(mean: Double, sd: Double) {
      self.mean = mean
      self.sd = sd
    }
  }

  /// One fitted scan.
  public struct ScanDigest: Codable, Hashable, Sendable {
    /// The molecule's name.
    public var molecule: String
    /// Zero-based atoms of the driven dihedral.
    public var driven: [Int]
    /// Grid points read.
    public var points: Int
    /// The error's posterior; null where nothing relaxed.
    @Nullable public var error: ErrorDigest?
    /// The driven dihedral at each grid point, degree.
    public var angles: [Double]
    /// Fitted less quantum-chemical energy at each, mean-shifted, kcal/mol; null where relaxation failed.
    public var deviations: [Double?]

    /// A scan of its numbers.
    public init(
      molecule: String, driven: [Int], points: Int, error: ErrorDigest?, angles: [Double],
      deviations: [Double?]
    ) {
      self.molecule = molecule
      self.driven = driven
      self.points = points
      _error = Nullable(wrappedValue: error)
      self.angles = angles
      self.deviations = deviations
    }

    /// "butane 0-1-2-3".
    public var label: String { "\(molecule) \(joinedIndices(driven))" }
  }

  /// Scores on molecules left out in turn, over the scans whose types other molecules have.
  public struct HeldOutDigest: Codable, Hashable, Sendable {
    /// Scans scored.
    public var scans: Int
    /// Error of the posterior mean, kcal/mol.
    public var rmse: Double
    /// Shares of grid points inside their central 50, 90 and 95 % intervals.
    public var coverage: [Double]

    /// Scores of their numbers.
    public init(scans: Int, rmse: Double, coverage: [Double]) {
      self.scans = scans
      self.rmse = rmse
      self.coverage = coverage
    }
  }

  /// The parameters, ascending.
  public var parameters: [ParameterDigest]
  /// The directions of parameter space that the data determine, each a coefficient a parameter: a change of the
  /// parameters times the coefficients is the change along the direction in posterior standard deviations.
  public var directions: [[Double]]
  /// The error pooled over the fitted scans; null where nothing relaxed.
  @Nullable public var error: ErrorDigest?
  /// The fitted scans.
  public var scans: [ScanDigest]
  /// Scores on molecules left out; null where they were not asked for.
  @Nullable public var heldOut: HeldOutDigest?
  /// Largest R-hat; null where one is undefined.
  @Nullable public var maxRhat: Double?
  /// Smallest effective number of draws, of centre or tail; null where one is undefined.
  @Nullable public var minESS: Double?
  /// Whether the chains met their limits.
  public var converged: Bool

  enum CodingKeys: String, CodingKey {
    case parameters, directions, error, scans, converged
    case heldOut = "held_out"
    case maxRhat = "max_rhat"
    case minESS = "min_ess"
  }

  /// A digest of its parts.
  public init(
    parameters: [ParameterDigest], directions: [[Double]], error: ErrorDigest?, scans: [ScanDigest],
    heldOut: HeldOutDigest? = nil, maxRhat: Double?, minESS: Double?, converged: Bool
  ) {
    self.parameters = parameters
    self.directions = directions
    _error = Nullable(wrappedValue: error)
    self.scans = scans
    _heldOut = Nullable(wrappedValue: heldOut)
    _maxRhat = Nullable(wrappedValue: maxRhat)
    _minESS = Nullable(wrappedValue: minESS)
    self.converged = converged
  }
}
