// What held-out validation found, as the report shows it.

/// Held-out validation; energies in kcal/mol.
struct HeldOutPanel: Codable, Hashable, Sendable {
  /// Whether every molecule was held out of a fit of the others, rather than some of the fit shown.
  var isInTurn: Bool
  /// Scans of types that no other molecule has; they are not among the pooled scores.
  var untestableScans = 0
  /// Pooled over molecules, each held out in turn.
  var rmseBase: Double?
  var rmse: Double?
  /// The error of least squares on the same rows.
  var rmseLeastSquares: Double?
  /// Continuous ranked probability score.
  var crps: Double?
  /// Observed coverage, pooled and by family.
  var coverage: [Coverage]
  var molecules: [Molecule]
  /// Held-out error by molecule and torsion type.
  var matrix: Matrix?
  /// Where the predictive variance comes from.
  var variance: [VarianceSplit] = []
  /// Held-out error by the number of molecules fitted.
  var learningCurve: [LearningPoint] = []

  /// Nominal against observed coverage of one family, shares of 1.
  struct Coverage: Codable, Hashable, Sendable {
    var name: String
    /// Grid points that count as independent, as in the fit.
    var independent: Double
    var points: [Point]

    struct Point: Codable, Hashable, Sendable {
      var nominal: Double
      var observed: Double
    }
  }

  /// One molecule, held out.
  struct Molecule: Codable, Hashable, Sendable {
    var name: String
    var rmseBase: Double?
    var rmse: Double?
    var crps: Double?
    /// Observed coverage of the 50, 90 and 95 % intervals.
    var coverage50: Double?
    var coverage90: Double?
    var coverage95: Double?
    /// Torsion types that no other molecule has.
    var unseenTypes: [String]
  }

  /// Root mean square errors; nil where a molecule lacks a type.
  struct Matrix: Codable, Hashable, Sendable {
    var molecules: [String]
    var types: [String]
    /// Molecule by type.
    var errors: [[Double?]]
    /// Molecule by type: the observed coverage of 90 % intervals.
    var coverage90: [[Double?]]
  }

  /// Shares of 1 of a predictive variance.
  struct VarianceSplit: Codable, Hashable, Sendable {
    var label: String
    var shares: [Share]
    /// Root of the whole variance, kcal/mol.
    var sd: Double?

    struct Share: Codable, Hashable, Sendable {
      var name: String
      var share: Double
    }
  }

  /// Held-out error at one size of the training set.
  struct LearningPoint: Codable, Hashable, Sendable {
    var molecules: Int
    var rmse: Double
    /// Over choices of molecules.
    var range: ClosedRange<Double>?
  }
}
