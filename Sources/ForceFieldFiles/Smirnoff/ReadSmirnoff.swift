// SMIRNOFF offxml: proper torsions read (SMIRNOFF specification, "ProperTorsions").

import Chemistry
import Foundation
import TextFiles

/// Reads the proper torsions of a SMIRNOFF file: by atom types where the ids say them, as Swivel's do
/// (`family:c3:c3:c3:hc`), else by SMIRKS. The last match counts.
/// - Throws: ``InputError`` with the place, where it is not such a file or a definition cannot be read.
func readSmirnoff(_ path: String) throws -> TorsionParameters {
  let root = try readXML(path, root: "SMIRNOFF", keeping: ["ProperTorsions"])
  var terms: [TorsionType: [TorsionTerm]] = [:]
  var order: [String] = []
  for proper in root.children.flatMap({ $0.children("Proper") }) {
    guard let type = smirnoffType(proper) ?? proper.attributes["smirks"].flatMap({ TorsionType(smarts: $0) })
    else {
      throw InputError(
        proper.place,
        "a <Proper> whose id does not say four atom types, and whose smirks does not tag four atoms",
        hint: "ids of Swivel's are such as alkanes:c3:c3:c3:hc; a smirks tags its atoms :1 to :4")
    }
    terms[type] = try smirnoffTerms(of: proper, isStrict: true)
    if let smarts = type.smarts { order.append(smarts) }
  }
  var result = TorsionParameters(terms)
  var seen: Set<String> = []
  result.precedence = order.reversed().filter { seen.insert($0).inserted }
  return result
}

/// The torsion type that the id of a <Proper> of Swivel's says; nil where it is another's.
func smirnoffType(_ proper: MarkupElement) -> TorsionType? {
  let words = (proper.attributes["id"] ?? "").split(separator: ":").map(String.init)
  if words.count >= 5 {
    let types = Array(words.suffix(4))
    return TorsionType(types)
  }
  return words.last == "smarts" ? proper.attributes["smirks"].flatMap { TorsionType(smarts: $0) } : nil
}

/// The terms of a <Proper>, each divided by its idivf.
///
/// - Parameter isStrict: whether periodicities beyond 6 and an idivf that is missing or "auto" are errors; else the
///   idivf is taken for 1.
/// - Throws: ``InputError`` where a term cannot be read.
func smirnoffTerms(of proper: MarkupElement, isStrict: Bool) throws -> [TorsionTerm] {
  let attributes = proper.attributes
  var own: [TorsionTerm] = []
  while let text = attributes["periodicity\(own.count + 1)"] {
    let n = own.count + 1
    let divisor = attributes["idivf\(n)"].flatMap(Double.init) ?? (isStrict ? nil : 1)
    // Interpolated by bond order, a term has a k for each order: the first stands for it here.
    let k = attributes["k\(n)"] ?? (isStrict ? nil : attributes["k\(n)_bondorder1"])
    guard let periodicity = Int(text), (0...(isStrict ? 6 : 99)).contains(periodicity),
      !isStrict || periodicity > 0, let phase = quantity(attributes["phase\(n)"], of: .angle),
      let k = quantity(k, of: .energy), let divisor, divisor > 0, divisor.isFinite
    else {
      throw InputError(
        proper.place, "term \(n) lacks a periodicity of 1 … 6, a phase, a k with units, or an idivf",
        hint:
          "such as k1=\"0.2 * kilocalorie / mole\" phase1=\"0 * degree\" periodicity1=\"3\" idivf1=\"1.0\"")
    }
    own.append(TorsionTerm(periodicity: periodicity, phase: phase, forceConstant: k / divisor))
  }
  return own
}

private enum Dimension {
  case angle
  case energy

  /// Factors and exponents of its units; `mole` counts as one.
  func factor(_ unit: String, _ exponent: Int) -> Double? {
    switch (self, unit, exponent) {
    case (.angle, "degree", 1), (.angle, "degrees", 1), (.angle, "deg", 1): Units.degree
    case (.angle, "radian", 1), (.angle, "radians", 1), (.angle, "rad", 1): 1
    case (.energy, "kilocalorie", 1), (.energy, "kilocalories", 1), (.energy, "kcal", 1): 1
    case (.energy, "kilojoule", 1), (.energy, "kilojoules", 1), (.energy, "kJ", 1): Units.kilojoule
    case (.energy, "mole", -1), (.energy, "mol", -1): 1
    case (.energy, "kilocalories_per_mole", 1), (.energy, "kilocalorie_per_mole", 1): 1
    case (.energy, "kilojoules_per_mole", 1), (.energy, "kilojoule_per_mole", 1): Units.kilojoule
    default: nil
    }
  }
}

/// "1.4 * kilocalorie / mole", "kilocalorie / mole * 1.4" or "1.4 * mole**-1 * kilocalorie**1" in Swivel's unit.
private func quantity(_ text: String?, of dimension: Dimension) -> Double? {
  guard let text else { return nil }
  let plain = text.filter { !$0.isWhitespace }.replacing("**", with: "^").replacing("/", with: "*/")
  var value: Double?
  var unit: Double?
  for part in plain.split(separator: "*", omittingEmptySubsequences: false) {
    if value == nil, let number = Double(part), number.isFinite {
      value = number
      continue
    }
    let isDivided = part.hasPrefix("/")
    let words = part.drop { $0 == "/" }.split(separator: "^", omittingEmptySubsequences: false)
    guard (1...2).contains(words.count), let power = words.count == 2 ? Int(words[1]) : 1,
      let factor = dimension.factor(String(words[0]), isDivided ? -power : power)
    else { return nil }
    unit = (unit ?? 1) * factor
  }
  return value.flatMap { number in unit.map { number * $0 } }
}
