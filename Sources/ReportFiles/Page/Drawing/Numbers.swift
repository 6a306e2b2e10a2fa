// How numbers are worded on the page: rounded, with a real minus sign, never NaN.

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What stands where a number is undefined.
let absent = "–"

/// `value` with `digits` decimals and a typographic minus; ``absent`` when nil or not finite.
func fixed(_ value: Double?, _ digits: Int) -> String {
  guard let value, value.isFinite else { return absent }
  let text = decimalText(value, digits)
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
  return decimalText(value, digits)
}

/// A coordinate of a drawing with at most one decimal; 0 when not finite, which the callers exclude.
func coordinate(_ value: Double) -> String {
  let text = decimalText(value.isFinite ? value : 0, 1)
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

private func decimalText(_ value: Double, _ digits: Int) -> String {
  var factor = 1.0
  for _ in 0..<digits { factor *= 10 }
  let scaled = (abs(value) * factor).rounded()
  // Beyond 2^53 decimals mean nothing; Swift's shortest form says it.
  guard scaled < 9e15 else { return "\(value)" }
  let whole = Int(scaled)
  guard digits > 0 else { return (value < 0 && whole != 0 ? "-" : "") + "\(whole)" }
  let divisor = Int(factor)
  let fraction = "\(whole % divisor)"
  let padding = String(repeating: "0", count: digits - fraction.count)
  return (value < 0 && whole != 0 ? "-" : "") + "\(whole / divisor).\(padding)\(fraction)"
}
