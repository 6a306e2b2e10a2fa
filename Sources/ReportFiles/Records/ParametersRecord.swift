// parameters.json, schema swivel.parameters/1: the machine-readable twin of the parameter files, covariance included.

import Chemistry
import Statistics
import TextFiles

/// Everything that is known of a family's fitted force constants.
public struct ParametersRecord: Codable, Hashable, Sendable {
  /// The schema that this version writes.
  public static let schema = "swivel.parameters/1"

  enum CodingKeys: String, CodingKey {
    case schema, family, version, cite, units, parameters, covariance, draws, citation, license
    case cancelledBySymmetry = "cancelled_by_symmetry"
    case levelOfTheory = "level_of_theory"
    case baseForceField = "base_force_field"
    case dataDate = "data_date"
    case oneFour = "one_four"
    case typeSMARTS = "type_smarts"
    case energy = "energy_expression"
    case posteriorSHA256 = "posterior_sha256"
  }

  /// Always `ParametersRecord.schema`.
  public var schema: String
  /// The family's name.
  public var family: String
  /// Swivel's version.
  public var version: String
  /// How to cite the numbers.
  public var cite: String
  /// Of the scans.
  @Nullable public var levelOfTheory: String?
  /// What the numbers belong to.
  @Nullable public var baseForceField: String?
  /// When the data were computed.
  @Nullable public var dataDate: String?
  /// How to cite the data.
  @Nullable public var citation: String?
  /// Licence of the data.
  @Nullable public var license: String?
  /// 1-4 scalings that the numbers hold under.
  public var oneFour: [Summary.OneFour]
  /// Units of the numbers.
  public var units: Summary.UnitNames
  /// What a force constant multiplies.
  public var energy: String
  /// The force constants, as in summary.json.
  public var parameters: [Summary.ParameterRecord]
  /// Terms that cancel by the symmetry of rotors, with the base's terms that stay.
  @Nullable public var cancelledBySymmetry: [Summary.CancelledRecord]?
  /// Posterior covariance of the force constants in the order of `parameters`, (kcal/mol)², six digits.
  public var covariance: [[Double]]
  /// Draws that mean and covariance are of.
  public var draws: Int
  /// SMARTS of the types' atoms.
  @Nullable public var typeSMARTS: [String: String]?
  /// SHA-256 of the posterior.csv they come from.
  @Nullable public var posteriorSHA256: String?

  /// The record of a report.
  /// - Parameters:
  ///   - summary: the report's summary.
  ///   - draws: force constants, draw by parameter, in the summary's order.
  public init(_ summary: Summary, draws: [[Double]]) {
    schema = Self.schema
    family = summary.family
    version = summary.version
    cite =
      "Swivel \(summary.version), family \(summary.family)" + (summary.citation.map { "; data: \($0)" } ?? "")
    oneFour = summary.oneFour
    units = summary.units
    energy = "sum over torsions of k (1 + cos(periodicity * phi - phase)), k for each torsion, not divided"
    parameters = summary.parameters
    cancelledBySymmetry = summary.cancelledBySymmetry
    let moments = SampleMoments(draws, count: summary.parameters.count)
    covariance = (0..<moments.covariance.rows).map {
      moments.covariance.row($0).map { significant($0, 6) }
    }
    self.draws = draws.count
    levelOfTheory = summary.origin.levelWords
    baseForceField = summary.baseForceField
    dataDate = summary.dataDate
    citation = summary.citation
    license = summary.license
    typeSMARTS = summary.typeSMARTS
    posteriorSHA256 = summary.posteriorSHA256
  }
}
