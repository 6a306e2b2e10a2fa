// Axes of drawings: from values to coordinates, round ticks, paths.

import CMath

/// A linear map from values to drawing units.
struct Axis: Hashable, Sendable {
  /// The values at the two ends, ascending and apart.
  var values: ClosedRange<Double>
  /// Where the lower and the upper value are drawn.
  var start: Double
  var end: Double

  /// The coordinate of a value.
  func callAsFunction(_ value: Double) -> Double {
    start + (value - values.lowerBound) / (values.upperBound - values.lowerBound) * (end - start)
  }

  /// Round ticks inside, about `count` of them, and the decimals to write them with.
  func ticks(_ count: Int) -> (values: [Double], digits: Int) {
    let step = roundStep((values.upperBound - values.lowerBound) / Double(max(1, count)))
    let first = Int((values.lowerBound / step - 1e-9).rounded(.up))
    let last = Int((values.upperBound / step + 1e-9).rounded(.down))
    let digits = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    return (first <= last ? (first...last).map { Double($0) * step } : [], digits)
  }
}

/// 1, 2 or 5 times a power of ten, at least `rough` when that is positive.
func roundStep(_ rough: Double) -> Double {
  guard rough.isFinite, rough > 1e-12 else { return 1 }
  let power = pow(10, log10(rough).rounded(.down))
  for factor in [1.0, 2, 5] where factor * power >= rough * (1 - 1e-9) { return factor * power }
  return 10 * power
}

/// The range of the finite values, widened by `share` of its length on both sides and never empty.
func spread(_ values: [Double], widenedBy share: Double = 0.05) -> ClosedRange<Double> {
  let finite = values.filter(\.isFinite)
  guard let low = finite.min(), let high = finite.max() else { return 0...1 }
  let margin = max((high - low) * share, 1e-3)
  return (low - margin)...(high + margin)
}

/// The SVG path data of a line through points; nil breaks it. A lone point is left out.
func linePath(_ points: [(x: Double, y: Double)?]) -> String {
  var data = ""
  var isOpen = false
  for (index, point) in points.enumerated() {
    guard let point else {
      isOpen = false
      continue
    }
    if !isOpen, index + 1 >= points.count || points[index + 1] == nil { continue }
    data += "\(isOpen ? "L" : "M")\(coordinate(point.x)) \(coordinate(point.y))"
    isOpen = true
  }
  return data
}

/// The SVG path data of the area between two lines; nil breaks it.
func areaPath(_ points: [(x: Double, low: Double, high: Double)?]) -> String {
  points.split(whereSeparator: { $0 == nil }).map { run in
    let run = run.compactMap { $0 }
    guard run.count > 1 else { return "" }
    let upper = run.map { "\(coordinate($0.x)) \(coordinate($0.high))" }
    let lower = run.reversed().map { "\(coordinate($0.x)) \(coordinate($0.low))" }
    return "M" + (upper + lower).joined(separator: "L") + "Z"
  }.joined()
}
