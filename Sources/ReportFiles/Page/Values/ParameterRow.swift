// One force constant and one scale as the report shows them.

/// R-hat and effective draws of one quantity; nil where undefined.
struct Convergence: Codable, Hashable, Sendable {
  var rhat: Double?
  var bulkESS: Double?
  var tailESS: Double?
  /// R-hat at most 1.01 and both effective sizes at least 400.
  var isGood: Bool
}

/// One fitted force constant, kcal/mol.
struct ParameterRow: Codable, Hashable, Sendable {
  /// The four atom types, "c3-c3-c3-hc".
  var type: String
  /// The inner pair, "c3-c3".
  var bondClass: String
  /// n.
  var periodicity: Int
  /// Whether it is the sine partner of a free phase.
  var isSine: Bool
  var mean: Double
  var sd: Double
  var median: Double
  var interval50: ClosedRange<Double>
  var interval90: ClosedRange<Double>
  /// The base force field's value.
  var base: Double
  var priorCentre: Double
  var priorSD: Double
  /// 1 − posterior variance / prior variance.
  var contraction: Double?
  /// Molecule-to-molecule scale of its bond class, kcal/mol of energy; nil in models without it.
  var tau: Double?
  /// Molecules with data on it.
  var molecules: Int
  var convergence: Convergence
  /// Short words on what to mind.
  var flags: [String]
  /// Monte Carlo standard error of the mean at most, kcal/mol; nil in pages of older versions.
  var mcse: Double?
  /// The larger of those of the 90 % interval's bounds.
  var mcseOfBounds: Double?
  /// Its place when all are sorted by what there is to worry about, from 1.
  var worry = 0

  /// "c3-c3-c3-hc n = 3".
  var label: String { "\(type) n\u{A0}=\u{A0}\(periodicity)" + (isSine ? " sin" : "") }
}

/// One scale of the model.
struct ScaleRow: Codable, Hashable, Sendable {
  var name: String
  var unit: String
  var mean: Double
  var sd: Double
  var interval90: ClosedRange<Double>
  var convergence: Convergence
}

/// The chains of one quantity.
struct ChainPanel: Codable, Hashable, Sendable {
  /// What it is.
  var name: String
  var unit: String
  var convergence: Convergence
  /// Thinned draws, chain by chain.
  var traces: [[Double]]
  /// Kept draws of a chain, of which the traces show some.
  var draws: Int
  /// Counts of the ranks of each chain's draws among all draws, in bins of equal width.
  var ranks: [[Int]]
}
