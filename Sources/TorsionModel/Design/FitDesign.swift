// The linear model of a fit in plain numbers: all that another program needs to sample the same posterior.

import Statistics

/// A fit's design and priors: scan by scan y = c + x·k + noise, with everything that docs/model.md says about k and the
/// scales.
///
/// Rows are as they went in, before anything is reduced, centred or integrated out, so that whoever samples from them
/// checks all of that.
public struct FitDesign: Hashable, Sendable {
  /// A column of x: a force constant, or the difference that another level of theory makes to one.
  public struct Column: Hashable, Sendable {
    /// The force constant.
    public var parameter: Parameter
    /// The level of theory whose difference it is; nil for the force constant itself.
    public var level: String?
    /// The prior's centre, kcal/mol.
    public var centre: Double
  }

  /// The force constants about one kind of bond.
  public struct BondClass: Hashable, Sendable {
    /// "c3-os".
    public var label: String
    /// Its columns of x.
    public var columns: [Int]
    /// The scale f of its prior.
    public var coherentScale: ScaleRole
    /// Eigenvectors of the prior's covariance of n (k − centre): one a row, over `columns`.
    public var directions: [[Double]]
    /// g of each: the variance along it is s² + f² g, s the scale of the prior; without s² where they are differences.
    public var eigenvalues: [Double]
    /// Whether they are differences that another level of theory makes.
    public var isDifference: Bool
  }

  /// A scale that chains sample, and its log-normal prior.
  public struct Scale: Hashable, Sendable {
    /// What it belongs to.
    public var role: ScaleRole
    /// The prior's median.
    public var median: Double
    /// The standard deviation of the scale's logarithm.
    public var spread: Double
  }

  /// The rows of one kind.
  public struct Rows: Hashable, Sendable {
    /// The kind.
    public var kind: RowKind
    /// The scale of their noise.
    public var noise: ScaleRole
    /// Rows, shape (rows, columns).
    public var x: [[Double]]
    /// Targets.
    public var y: [Double]
    /// How much each row counts.
    public var weights: [Double]
  }

  /// One scan.
  public struct Scan: Hashable, Sendable {
    /// The molecule's name; its rows are weighed together when molecules are.
    public var molecule: String
    /// The scan's name.
    public var scan: String
    /// The power that the likelihood of its rows is raised to, degrees of freedom included.
    public var power: Double
    /// Its rows.
    public var rows: [Rows]
  }

  /// The family's name.
  public var family: String
  /// The columns of x.
  public var columns: [Column]
  /// The bond classes, which divide the columns among them.
  public var bondClasses: [BondClass]
  /// The scales, in the order in which chains keep them.
  public var scales: [Scale]
  /// A variance that every row's noise has beside the square of its scale.
  public var noiseFloor: Double
  /// The fitted scans.
  public var scans: [Scan]
}

extension FitDesign {
  /// The designs of a fit and the priors of the posterior made from them.
  init(
    _ prepared: PreparedFamily, name: String, designs: [ScanDesign], posterior: TorsionPosterior,
    options: ModelOptions
  ) {
    let layout = posterior.layout
    let count = prepared.table.parameters.count
    family = name
    noiseFloor = TorsionPosterior.noiseFloor
    let levels = layout.otherLevels
    columns = ([nil] + levels).enumerated().flatMap { level, name in
      prepared.table.parameters.enumerated().map { column, parameter in
        Column(parameter: parameter, level: name, centre: posterior.prior.centre[level * count + column])
      }
    }
    scales = zip(layout.roles, layout.priors).map {
      Scale(role: $0, median: $1.median, spread: $1.spread)
    }
    let coherent = Array(layout.roles.dropFirst(layout.priorIndex + 1))
    let classes = (0...levels.count).flatMap { _ in prepared.classTable.classes }
    bondClasses = zip(classes, posterior.prior.parts).map { bondClass, part in
      let directions = part.basis.transposed
      return BondClass(
        label: bondClass.label, columns: Array(part.columns), coherentScale: coherent[part.group],
        directions: (0..<directions.rows).map { Array(directions.row($0)) }, eigenvalues: part.eigenvalues,
        isDifference: !part.hasFloor)
    }
    scans = prepared.scans.enumerated().compactMap { s, index in
      let molecule = prepared.molecules[index.molecule]
      guard !molecule.isHeldOut else { return nil }
      let level = prepared.level(ofScan: s)
      let rows = zip(layout.kinds, layout.levels).compactMap { kind, own -> Rows? in
        guard own == level, let all = designs[s].fitted[kind] else { return nil }
        return Rows(
          kind: kind, noise: prepared.noiseRole(kind, ofScan: s),
          x: all.x.map { row in
            var dense = [Double](repeating: 0, count: posterior.columnCount)
            for (value, column) in zip(row, molecule.basis.columns) {
              dense[column] = value
              dense[level * count + column] = value
            }
            return dense
          }, y: all.y, weights: all.weights)
      }
      return Scan(
        molecule: molecule.molecule.id, scan: prepared.scan(index).id,
        power: designs[s].power(options), rows: rows)
    }
  }
}
