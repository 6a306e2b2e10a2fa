// How far a profile is from quantum chemistry.

import Chemistry

/// How far a molecular-mechanics profile is from the quantum-chemical one, kcal/mol.
public struct ProfileError: Hashable, Sendable {
  /// Grid points compared.
  public var points: Int
  /// Root of the mean square after shifting by the mean difference.
  public var rmse: Double
  /// Largest absolute deviation after the same shift.
  public var largest: Double
  /// Root of the mean square after both profiles are set to zero at the QM minimum (ForceBalance's convention).
  public var minimumReferencedRMSE: Double

  /// The error of `model` against `reference`; nil without common points.
  public init?(reference: [Double], model: [Double?]) {
    let pairs = zip(reference, model).compactMap { q, m in m.map { (q, $0) } }
    guard !pairs.isEmpty else { return nil }
    let n = Double(pairs.count)
    let differences = pairs.map { $0.1 - $0.0 }
    let mean = differences.reduce(0, +) / n
    points = pairs.count
    rmse = (differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
    largest = differences.map { abs($0 - mean) }.max() ?? 0
    let lowest = pairs.indices.min { pairs[$0].0 < pairs[$1].0 }!
    let atMinimum = differences[lowest]
    minimumReferencedRMSE =
      (differences.reduce(0) { $0 + ($1 - atMinimum) * ($1 - atMinimum) } / n).squareRoot()
  }

  /// The errors of several scans as one: root of the mean square over all grid points.
  public static func pooled(_ errors: [ProfileError], by measure: KeyPath<ProfileError, Double> = \.rmse)
    -> Double?
  {
    let points = errors.reduce(0) { $0 + $1.points }
    guard points > 0 else { return nil }
    let sum = errors.reduce(0) { $0 + $1[keyPath: measure] * $1[keyPath: measure] * Double($1.points) }
    return (sum / Double(points)).squareRoot()
  }
}

/// `model` shifted by the mean difference onto `reference`, over the points that have both.
func meanShifted(_ model: [Double?], onto reference: [Double]) -> [Double?] {
  let differences = zip(reference, model).compactMap { q, m in m.map { q - $0 } }
  guard !differences.isEmpty else { return model }
  let shift = differences.reduce(0, +) / Double(differences.count)
  return model.map { $0.map { $0 + shift } }
}
