// What --write-design writes, schema swivel.design/2: a fit's linear model in plain numbers.

import TorsionModel

/// A fit's design and priors, schema swivel.design/2: scan by scan y = c + x·k + noise, with everything that
/// docs/model.md says about k and the scales.
///
/// Rows are as they went in, before anything is reduced, centred or integrated out, so that whoever samples from them
/// checks all of that.
public struct DesignRecord: Codable, Hashable, Sendable {
  /// A force constant.
  public struct Parameter: Codable, Hashable, Sendable {
    /// Its column in posterior.csv.
    public var label: String
    /// n.
    public var periodicity: Int
    /// The prior's centre, kcal/mol.
    public var centre: Double
  }

  /// The force constants about one kind of bond.
  public struct BondClass: Codable, Hashable, Sendable {
    /// "c3-os".
    public var label: String
    /// Its columns of x.
    public var columns: [Int]
    /// The name of the scale f of its prior.
    public var coherentScale: String
    /// Eigenvectors of the prior's covariance of n (k − centre): one a row, over `columns`.
    public var directions: [[Double]]
    /// g of each: the variance along it is s² + f² g, s the scale "prior".
    public var eigenvalues: [Double]
    /// Whether they are differences that another level of theory makes, whose variance has no s²; nil where not.
    public var isDifference: Bool?

    enum CodingKeys: String, CodingKey {
      case label, columns, directions, eigenvalues
      case coherentScale = "coherent_scale"
      case isDifference = "is_difference"
    }
  }

  /// A scale that chains sample, "scale: " and its name in posterior.csv, and its log-normal prior.
  public struct Scale: Codable, Hashable, Sendable {
    /// "energy noise", "prior", …
    public var name: String
    /// The prior's median.
    public var median: Double
    /// The standard deviation of the scale's logarithm.
    public var spread: Double
  }

  /// The rows of one kind.
  public struct Rows: Codable, Hashable, Sendable {
    /// The name of the scale of their noise.
    public var noiseScale: String
    /// Whether a free offset of the scan is in them.
    public var hasOffset: Bool
    /// Which of the scan's noise weights applies, where scans have weights.
    public var weightGroup: Int
    /// Rows over all parameters.
    public var x: [[Double]]
    /// Targets.
    public var y: [Double]
    /// How much each row counts.
    public var weights: [Double]

    enum CodingKeys: String, CodingKey {
      case x, y, weights
      case noiseScale = "noise_scale"
      case hasOffset = "has_offset"
      case weightGroup = "weight_group"
    }
  }

  /// One scan.
  public struct Scan: Codable, Hashable, Sendable {
    /// The molecule's name; its rows are weighed together when molecules are.
    public var molecule: String
    /// The scan's name.
    public var scan: String
    /// The power that the likelihood of its rows is raised to, degrees of freedom included.
    public var power: Double
    /// Its rows.
    public var rows: [Rows]
  }

  enum CodingKeys: String, CodingKey {
    case schema, family, parameters, scales, scans
    case bondClasses = "bond_classes"
    case noiseFloor = "noise_floor"
  }

  /// "swivel.design/2".
  public var schema = "swivel.design/2"
  /// The family's name.
  public var family: String
  /// The force constants, in the order of x.
  public var parameters: [Parameter]
  /// The bond classes, which divide the columns among them.
  public var bondClasses: [BondClass]
  /// The scales, in the order of posterior.csv.
  public var scales: [Scale]
  /// A variance that every row's noise has beside the square of its scale.
  public var noiseFloor: Double
  /// The fitted scans.
  public var scans: [Scan]
}

extension DesignRecord {
  /// The record of a fit's design.
  public init(_ design: FitDesign) {
    family = design.family
    noiseFloor = design.noiseFloor
    parameters = design.columns.map { column in
      Parameter(
        label: column.parameter.label + (column.level.map { " difference of \($0)" } ?? ""),
        periodicity: column.parameter.periodicity, centre: column.centre)
    }
    scales = design.scales.map { Scale(name: $0.role.name, median: $0.median, spread: $0.spread) }
    bondClasses = design.bondClasses.map {
      BondClass(
        label: $0.label, columns: $0.columns, coherentScale: $0.coherentScale.name,
        directions: $0.directions, eigenvalues: $0.eigenvalues, isDifference: $0.isDifference ? true : nil)
    }
    scans = design.scans.map { scan in
      Scan(
        molecule: scan.molecule, scan: scan.scan, power: scan.power,
        rows: scan.rows.map {
          Rows(
            noiseScale: $0.noise.name, hasOffset: $0.kind.hasOffset,
            weightGroup: $0.kind.weightGroup, x: $0.x, y: $0.y, weights: $0.weights)
        })
    }
  }
}
