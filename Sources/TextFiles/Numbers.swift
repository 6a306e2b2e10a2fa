// Numbers to text and to so many digits: one way for every file, page and table.

import CMath

/// A number with a fixed count of decimals, no exponent, and no negative zero; halves are rounded away from zero.
public func fixedPoint(_ value: Double, _ digits: Int) -> String {
  guard value.isFinite else { return "\(value)" }
  // Large numbers leave decimals that no double has anyway.
  if digits > 0, abs(value) * powerOfTen(digits) >= 1e18 { return fixedPoint(value, digits - 1) }
  guard abs(value) < 1e18 else { return "\(value)" }
  let scale = powerOfTen(digits)
  let scaled = (abs(value) * scale).rounded()
  let whole = UInt64(scaled)
  let unit = UInt64(scale)
  let fraction = String(whole % unit)
  let sign = value < 0 && whole > 0 ? "-" : ""
  guard digits > 0 else { return "\(sign)\(whole)" }
  return "\(sign)\(whole / unit).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
}

/// A number to so many decimals, tens and hundreds where they are negative; never −0.
public func rounded(_ value: Double, _ decimals: Int) -> Double {
  let power = decimals >= 0 ? powerOfTen(decimals) : 1 / powerOfTen(-decimals)
  return (value * power).rounded() / power + 0
}

/// A number to so many significant digits; zero where it is not finite.
public func significant(_ value: Double, _ digits: Int) -> Double {
  guard value != 0, value.isFinite else { return 0 }
  return rounded(value, digits - 1 - Int(log10(abs(value)).rounded(.down)))
}

/// 10ⁿ, exact up to 10²².
private func powerOfTen(_ exponent: Int) -> Double {
  (0..<exponent).reduce(1) { value, _ in value * 10 }
}
