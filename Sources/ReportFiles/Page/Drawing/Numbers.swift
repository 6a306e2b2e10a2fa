// How numbers are worded on the page: rounded, with a real minus sign, never NaN.

import CMath
import TextFiles

/// What stands where a number is undefined.
let absent = "–"

/// `value` with `digits` decimals and a typographic minus; ``absent`` when nil or not finite.
func fixed(_ value: Double?, _ digits: Int) -> String {
  guard let value, value.isFinite else { return absent }
  let text = fixedPoint(value, digits)
  return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
}

/// The decimals that show a number of this size with three significant digits: 1 for 12.3, 3 for 0.123, 6 at most.
func decimals(for size: Double) -> Int {
  guard size.isFinite, size > 0 else { return 3 }
  return min(6, max(0, 2 - Int(log10(size).rounded(.down))))
}

/// `value` with `digits` decimals, ASCII, for attributes that scripts read; empty when undefined.
func machine(_ value: Double?, _ digits: Int) -> String {
  guard let value, value.isFinite else { return "" }
  return fixedPoint(value, digits)
}

/// A coordinate of a drawing with at most one decimal; 0 when not finite, which the callers exclude.
func coordinate(_ value: Double) -> String {
  let text = fixedPoint(value.isFinite ? value : 0, 1)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// A share of 1 as a whole percentage, "91 %".
func percent(_ share: Double?) -> String {
  guard let share, share.isFinite else { return absent }
  return fixed(share * 100, 0) + "\u{A0}%"
}

/// An interval, "0.15 to 0.25"; ``absent`` when an end is not finite.
func interval(_ range: ClosedRange<Double>?, _ digits: Int) -> String {
  guard let range, range.lowerBound.isFinite, range.upperBound.isFinite else { return absent }
  return "\(fixed(range.lowerBound, digits)) to \(fixed(range.upperBound, digits))"
}

/// "1 scan", "3 scans".
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// "a, b and c" ("a; b and c" where a name holds a comma), shortened after `limit` names with how many more there are.
func listed(_ names: [String], limit: Int = 6) -> String {
  let comma = names.contains { $0.contains(",") } ? "; " : ", "
  if names.count > limit {
    return names.prefix(limit).joined(separator: comma) + " and \(names.count - limit) more"
  }
  guard let last = names.last, names.count > 1 else { return names.first ?? "none" }
  return names.dropLast().joined(separator: comma) + " and " + last
}
