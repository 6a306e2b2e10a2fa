// Telling a few grid points that clashed from a scan whose energies are in another unit.

import Chemistry
import TextFiles

/// No torsion profile rises higher, kcal/mol: bonds break at 100. Points further apart in energy are not of one
/// profile.
private let highestProfile = 100.0

/// Grid points whose energies cannot be of the profile that most of the others make.
struct EnergyOutliers {
  /// Points above it: their atoms clash. By place among the points, with how far above the lowest of the others,
  /// kcal/mol.
  var above: [(place: Int, by: Double)] = []
  /// Points below it: their energies cannot be right. With how far below the lowest of the others.
  var below: [(place: Int, by: Double)] = []

  /// What lies outside of the window of ``highestProfile`` that holds the most points.
  ///
  /// Where no window holds more than half of them there is no profile to be outside of, and nothing is found: in a
  /// wrong unit the points are all far apart.
  /// - Parameter energies: kcal/mol, on any zero.
  init(_ energies: [Double]) {
    let order = energies.indices.sorted { energies[$0] < energies[$1] }
    var best = 0..<0
    var end = 0
    for start in order.indices {
      while end < order.count, energies[order[end]] - energies[order[start]] <= highestProfile { end += 1 }
      if end - start > best.count { best = start..<end }
    }
    guard 2 * best.count > energies.count else { return }
    let lowest = energies[order[best.lowerBound]]
    above = order[best.upperBound...].map { ($0, energies[$0] - lowest) }.sorted { $0.place < $1.place }
    below = order[..<best.lowerBound].map { ($0, lowest - energies[$0]) }.sorted { $0.place < $1.place }
  }
}

/// Frames that clash, by their number from 0, with the reason: their contacts are no bonds of another molecule.
func clashedFrames(of raw: RawScan) -> [Int: String] {
  let known = raw.frames.indices.filter {
    raw.frames[$0].fault == nil && raw.frames[$0].energy?.isFinite == true
  }
  let outliers = EnergyOutliers(known.compactMap { raw.frames[$0].energy })
  return Dictionary(uniqueKeysWithValues: outliers.above.map { (known[$0.place], clashReason($0.by)) })
}

private func clashReason(_ by: Double) -> String {
  "lies \(kcal(by)) kcal/mol above the lowest of the others: its atoms clash"
}

/// Takes clashed grid points out of a scan.
///
/// - Returns: the other points, and those taken out with the reason.
/// - Throws: `InputError` where a point lies below the others, unless the options set bad points aside.
func withoutClashes(_ points: [GridPoint], of raw: RawScan, options: FamilyOptions) throws -> (
  points: [GridPoint], setAside: [SetAsidePoint]
) {
  let outliers = EnergyOutliers(points.map(\.energy))
  if let first = outliers.below.first, !options.setAsideBadPoints {
    let frame = points[first.place].frame
    throw InputError(
      SourcePlace(file: raw.file, line: raw.frames[frame - 1].line),
      "frame \(frame) lies \(kcal(first.by)) kcal/mol below the others: its energy cannot be right",
      hint: "mend or remove the frame; --set-aside leaves out such frames and names them")
  }
  let reasons =
    outliers.above.map {
      ($0.place, clashReason($0.by))
    }
    + outliers.below.map {
      ($0.place, "lies \(kcal($0.by)) kcal/mol below the others: its energy cannot be right")
    }
  let out = Set(reasons.map(\.0))
  return (
    points.indices.filter { !out.contains($0) }.map { points[$0] },
    reasons.map { SetAsidePoint(frame: points[$0.0].frame, reason: $0.1) }
  )
}

private func kcal(_ value: Double) -> String { value < 1e9 ? "\(Int(value.rounded()))" : "more than 10⁹" }
