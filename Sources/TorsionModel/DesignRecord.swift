// The linear model of a fit in plain numbers: all that another program needs to sample the same posterior.

import Statistics

/// A fit's design and priors, schema swivel.design/1: scan by scan y = c + x·(k + u) + z·δ + noise, with everything that
/// docs/model.md says about k, u, δ and the scales.
///
/// Rows are as they went in, before anything is reduced, centred or integrated out, so that whoever samples from them
/// checks all of that.
public struct DesignRecord: Codable, Hashable, Sendable {
  /// A force constant.
  public struct Parameter: Codable, Hashable, Sendable {
    /// Its column in posterior.csv.
    public var label: String
    /// n; the prior's standard deviation is the class's prior scale over n.
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
    /// The name of the scale of its prior.
    public var priorScale: String
    /// The name of the scale τ of its molecules' deviations; absent without deviations.
    public var deviationScale: String?
    /// The covariance of deviations over τ², columns × columns; absent without deviations.
    public var deviationShape: [[Double]]?

    enum CodingKeys: String, CodingKey {
      case label, columns
      case priorScale = "prior_scale"
      case deviationScale = "deviation_scale"
      case deviationShape = "deviation_shape"
    }
  }

  /// A scale that chains sample, "scale: " and its name in posterior.csv, and its prior: the absolute value of a
  /// Student-t number times `scale`, or a log-normal number whose median is shared by the scales of a `pool`.
  public struct Scale: Codable, Hashable, Sendable {
    /// "energy noise", "prior", …
    public var name: String
    /// "half Student-t" or "pooled log-normal".
    public var prior: String
    /// Of the half Student-t prior.
    public var degreesOfFreedom: Double?
    /// Of the half Student-t prior.
    public var scale: Double?
    /// Which scales share a median: "prior", "deviation", "discrepancy", "other torque discrepancy".
    public var pool: String?
    /// The median of the shared median.
    public var median: Double?
    /// The standard deviation of the logarithm of the shared median.
    public var common: Double?
    /// The standard deviation of the scale's logarithm about that of the shared median.
    public var own: Double?

    enum CodingKeys: String, CodingKey {
      case name, prior, scale, pool, median, common, own
      case degreesOfFreedom = "degrees_of_freedom"
    }
  }

  /// The rows of one kind that share a discrepancy.
  public struct Rows: Codable, Hashable, Sendable {
    /// The name of the scale of their noise.
    public var noiseScale: String
    /// Whether a free offset of the scan is in them.
    public var hasOffset: Bool
    /// Which of the scan's discrepancies is in them: rows of equal number have the same coefficients δ.
    public var discrepancy: Int
    /// The name of the scale of that discrepancy's coefficients; absent without discrepancies.
    public var discrepancyScale: String?
    /// Rows over all parameters.
    public var x: [[Double]]
    /// Rows over the discrepancy's coefficients.
    public var z: [[Double]]
    /// Targets.
    public var y: [Double]

    enum CodingKeys: String, CodingKey {
      case discrepancy, x, z, y
      case noiseScale = "noise_scale"
      case hasOffset = "has_offset"
      case discrepancyScale = "discrepancy_scale"
    }
  }

  /// One scan.
  public struct Scan: Codable, Hashable, Sendable {
    /// The molecule's name; its scans share the deviation u.
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

  /// "swivel.design/1".
  public var schema = "swivel.design/1"
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
  /// The record of designs and the posterior made from them.
  init(
    _ prepared: PreparedFamily, name: String, designs: [ScanDesign], posterior: MixedPosterior,
    options: ModelOptions
  ) {
    let layout = posterior.layout
    let classTable = prepared.classTable
    let count = prepared.table.parameters.count
    family = name
    noiseFloor = MixedPosterior.noiseFloor
    parameters = prepared.table.parameters.enumerated().map {
      Parameter(label: $1.label, periodicity: $1.periodicity, centre: posterior.centre[$0])
    }
    scales = layout.roles.map { Scale($0, layout.prior(of: $0)) }
    let shape = DeviationShape(classes: classTable.classes, family: prepared, designs: designs)
    bondClasses = classTable.classes.enumerated().map { index, bondClass in
      let group = classTable.groups[index]
      let covariance = shape.covariances[index]
      return BondClass(
        label: bondClass.label, columns: Array(bondClass.columns),
        priorScale: layout.priorRole(group: group).name,
        deviationScale: layout.hasDeviation
          ? ScaleRole.deviation(classTable.groupLabels[group]).name : nil,
        deviationShape: layout.hasDeviation ? (0..<covariance.rows).map { Array(covariance.row($0)) } : nil)
    }
    scans = prepared.scans.enumerated().compactMap { s, index in
      let molecule = prepared.molecules[index.molecule]
      guard !molecule.isHeldOut else { return nil }
      let scan = prepared.scan(index)
      let driven = classTable.groupLabels[
        classTable.group(of: molecule.molecule.topology.type(of: scan.driven))]
      let rows = layout.kinds.flatMap { kind -> [Rows] in
        guard let all = designs[s].fitted[kind] else { return [] }
        return Set(all.effects).sorted().map { effect in
          let chosen = all.y.indices.filter { all.effects[$0] == effect }
          let role = effect == 0 ? ScaleRole.discrepancy(driven) : .idleDiscrepancy
          let hasDiscrepancy = layout.hasDiscrepancy && kind.discrepancyCount > 0
          return Rows(
            noiseScale: ScaleRole.noise(kind).name, hasOffset: kind == .energy, discrepancy: effect,
            discrepancyScale: hasDiscrepancy ? role.name : nil,
            x: chosen.map { row in
              var dense = [Double](repeating: 0, count: count)
              for (value, column) in zip(all.x[row], molecule.basis.columns) { dense[column] = value }
              return dense
            }, z: hasDiscrepancy ? chosen.map { all.z[$0] } : [], y: chosen.map { all.y[$0] })
        }
      }
      return Scan(
        molecule: molecule.molecule.id, scan: scan.id,
        power: options.power(points: designs[s].fitted[.energy]?.y.count ?? 0), rows: rows)
    }
  }
}

extension DesignRecord.Scale {
  init(_ role: ScaleRole, _ given: ScalePrior) {
    name = role.name
    switch given {
    case .halfStudentT(let degreesOfFreedom, let scale):
      prior = "half Student-t"
      (self.degreesOfFreedom, self.scale) = (degreesOfFreedom, scale)
    case .pooled(let distribution, let pool):
      prior = "pooled log-normal"
      (self.pool, median, common, own) = (pool, distribution.median, distribution.common, distribution.own)
    }
  }
}
