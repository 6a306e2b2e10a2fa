// Where a fitted profile changed most, and numbers in words.

import CMath
import TextFiles

/// Where a scan's deviation from quantum chemistry changed most.
public struct ProfileChange: Hashable, Sendable {
  /// The scan.
  public var label: String
  /// The driven dihedral there, degree.
  public var angle: Double
  /// By how much, kcal/mol.
  public var change: Double
  /// Root mean square of the change over the scan, kcal/mol.
  public var rms: Double

  var angleText: String { "\(Int(angle.rounded()))° (\(signed(change)) kcal/mol)" }
  var text: String { "\(label) at \(angleText)" }
}

/// The angles of a scan's grid points, −179 … 180°: grid points are told apart by their angle, to a degree.
func anglesInDegrees(_ scan: FitDigest.ScanDigest) -> [Int] {
  scan.angles.map { angle in
    let turned = (Int(angle.rounded()) + 720) % 360
    return turned > 180 ? turned - 360 : turned
  }
}

/// Where a scan changed most; nil without common grid points.
public func largestChange(from before: FitDigest.ScanDigest, to after: FitDigest.ScanDigest) -> ProfileChange? {
  func byAngle(_ scan: FitDigest.ScanDigest) -> [(key: Int, value: Double)] {
    zip(anglesInDegrees(scan), scan.deviations).compactMap { angle, deviation in deviation.map { (angle, $0) }
    }
  }
  let old = Dictionary(byAngle(before)) { first, _ in first }
  let common = byAngle(after).compactMap { point in
    old[point.key].map { (angle: point.key, change: point.value - $0) }
  }
  guard let worst = common.max(by: { abs($0.change) < abs($1.change) }) else { return nil }
  let squares = common.reduce(0) { $0 + $1.change * $1.change }
  return ProfileChange(
    label: after.label, angle: Double(worst.angle), change: worst.change,
    rms: (squares / Double(common.count)).squareRoot())
}

/// The scan that changed most, and where; nil where no scan did.
func largestChange(from before: FitDigest, to after: FitDigest) -> ProfileChange? {
  let old = scansByLabel(before)
  let changes = after.scans.compactMap { scan in
    old[scan.label].flatMap { largestChange(from: $0, to: scan) }
  }
  return changes.max { $0.rms < $1.rms }.flatMap { $0.rms > 0.0005 ? $0 : nil }
}

/// The scans of a digest by molecule and dihedral.
func scansByLabel(_ digest: FitDigest) -> [String: FitDigest.ScanDigest] {
  Dictionary(digest.scans.map { ($0.label, $0) }) { first, _ in first }
}

/// A number to three decimals at most.
func number(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
  return "\(rounded(value, 3))"
}

/// A number with its sign, its size written by `text`.
func signed(_ value: Double, as text: (Double) -> String = number) -> String {
  (value < 0 ? "-" : "+") + text(abs(value))
}
