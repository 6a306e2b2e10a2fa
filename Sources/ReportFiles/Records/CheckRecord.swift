// What `swivel check --json` prints: family by family what failed, with the numbers and the place to look at.

import TextFiles
import Validation

/// What a check of some families found, schema swivel.check/1.
public struct CheckRecord: Encodable, Sendable {
  /// A reason why a fit is not the one it was.
  public struct Failure: Encodable, Sendable {
    /// The gate.
    public var gate: String
    /// What it is about: a parameter, a scan, a file.
    public var subject: String
    /// One line: what, where, by how much.
    public var message: String
    /// With which probability it is so; null where it is plain.
    @Nullable public var probability: Double?
    /// The number that changed, in the baseline; null where it is no single number.
    @Nullable public var before: Double?
    /// The same now.
    @Nullable public var after: Double?
    /// Its unit.
    @Nullable public var unit: String?
    /// The file to look at.
    public var file: String
    /// The line, from 1.
    public var line: Int

    /// The record of a failure.
    /// - Parameters:
    ///   - failure: the failure.
    ///   - file: the file to look at.
    ///   - line: the line, from 1.
    public init(_ failure: RegressionFailure, file: String, line: Int) {
      gate = failure.gate.rawValue
      subject = failure.subject
      message = failure.message
      probability = failure.probability
      before = failure.change?.before
      after = failure.change?.after
      unit = failure.change?.unit
      self.file = file
      self.line = line
    }
  }

  /// A family that was checked.
  public struct FamilyRecord: Encodable, Sendable {
    enum CodingKeys: String, CodingKey {
      case family, baseline, since, passed, cached, error, failures, shift
      case baselineError = "baseline_error"
      case shiftNoise = "shift_noise"
    }
    /// Its name.
    public var family: String
    /// The path of its baseline.
    public var baseline: String
    /// What the baseline is of.
    public var since: String
    /// Whether nothing failed.
    public var passed: Bool
    /// Whether its fit was remembered.
    public var cached: Bool
    /// The relaxed error now, kcal/mol.
    @Nullable public var error: Double?
    /// The same in the baseline.
    @Nullable public var baselineError: Double?
    /// Posterior standard deviations that the mean moved.
    @Nullable public var shift: Double?
    /// What of it Monte Carlo error may account for.
    @Nullable public var shiftNoise: Double?
    /// What failed.
    public var failures: [Failure]

    /// The record of a family.
    /// - Parameters:
    ///   - family: its name.
    ///   - baseline: the path of its baseline.
    ///   - since: what the baseline is of.
    ///   - isCached: whether its fit was remembered.
    ///   - before: the baseline's fit; nil without a baseline.
    ///   - now: the fit as it is now.
    ///   - failures: what failed.
    public init(
      family: String, baseline: String, since: String, isCached: Bool, before: FitDigest?, now: FitDigest,
      failures: [Failure]
    ) {
      let moved = before.flatMap { PosteriorShift(from: $0, to: now) }
      self.family = family
      self.baseline = baseline
      self.since = since
      passed = failures.isEmpty
      cached = isCached
      error = now.error?.mean
      baselineError = before?.error?.mean
      shift = moved?.distance
      shiftNoise = moved?.noise
      self.failures = failures
    }
  }

  /// A family that could not be checked.
  public struct Fault: Encodable, Sendable {
    /// Its name, or its folder's.
    public var family: String
    /// What is wrong, in one line.
    public var message: String
    /// The file to look at.
    public var file: String
    /// The line, from 1; null where there is none.
    @Nullable public var line: Int?

    /// The record of a fault.
    public init(family: String, message: String, place: SourcePlace) {
      self.family = family
      self.message = message
      file = place.file
      line = place.line
    }
  }

  /// "swivel.check/1".
  public var schema = "swivel.check/1"
  /// Whether every family could be checked and nothing failed.
  public var passed: Bool
  /// The families that were checked.
  public var families: [FamilyRecord]
  /// Families that could not be checked.
  public var errors: [Fault]

  /// A record of its parts.
  public init(families: [FamilyRecord], errors: [Fault]) {
    passed = errors.isEmpty && families.allSatisfy(\.passed)
    self.families = families
    self.errors = errors
  }
}
