// What an exported file says about its own terms: read back from the remarks that every format carries.

import Chemistry
import Foundation
import TextFiles

/// A term of an exported parameter file with its remark.
public struct RemarkedTerm: Hashable, Sendable {
  /// The torsion type.
  public var type: TorsionType
  /// n.
  public var periodicity: Int
  /// Posterior mean, kcal/mol.
  public var mean: Double
  /// Central 90 % credible interval, kcal/mol.
  public var interval90: ClosedRange<Double>
  /// Central 95 % credible interval, kcal/mol; nil where the file does not say.
  public var interval95: ClosedRange<Double>?
  /// Posterior standard deviation, kcal/mol.
  public var sd: Double
  /// The base force field's value, kcal/mol; nil where the file does not say.
  public var base: Double?
  /// Molecule-to-molecule scale of the bond class, kcal/mol; nil where the file does not say.
  public var tau: Double?
  /// 1 − posterior variance / prior variance; nil where the file does not say.
  public var contraction: Double?
  /// Molecules with data on it.
  public var molecules: Int
  /// Short words on what to mind.
  public var flags: [String]
}

/// Reads the terms of a file that Swivel exported with their remarks, in the file's order; what was not fitted is left
/// out.
/// - Throws: ``InputError`` where the file is of none of the formats, is broken, or has no remarks.
public func readTermRemarks(_ path: String) throws -> [RemarkedTerm] {
  // The format's own reader first: a file that is broken elsewhere must not pass.
  _ = try readTorsionParameters(path)
  let terms = try auditParameterFile(path).terms.compactMap(\.remark)
  guard !terms.isEmpty else {
    throw InputError(
      SourcePlace(file: path), "has no term with a remark of Swivel's",
      hint: "give a file that `swivel fit` or `swivel export` wrote, or a report folder")
  }
  return terms
}

/// A remark as it stands in a file.
struct ReadRemark {
  /// "c3-c3-c3-hc" or a SMARTS, where the remark stands before its term and names it; nil where it ends the term's
  /// line.
  var label: String?
  /// n; nil in the remarks of files of before 0.1.0's end that stand in the term's line.
  var periodicity: Int?
  /// The force constant, kcal/mol.
  var value: Double
  /// Degrees.
  var phase: Double?
  var interval90: ClosedRange<Double>?
  var interval95: ClosedRange<Double>?
  var sd: Double?
  var contraction: Double?
  var molecules = 0
  var base: Double?
  var tau: Double?
  /// Which term of how many.
  var number: Int?
  var count: Int?
  var flags: [String] = []
  /// From 1.
  var line: Int

  /// The remark of a term that was fitted; nil for others.
  func fitted(as type: TorsionType, periodicity: Int) -> RemarkedTerm? {
    guard let interval90, let sd else { return nil }
    return RemarkedTerm(
      type: type, periodicity: periodicity, mean: value, interval90: interval90, interval95: interval95,
      sd: sd, base: base, tau: tau, contraction: contraction, molecules: molecules, flags: flags)
  }
}

/// The remarks of a file by line.
/// - Throws: ``InputError`` where a number in a remark cannot be read.
func readRemarks(_ lines: [Substring], file: String) throws -> [ReadRemark] {
  try lines.enumerated().compactMap { index, line in
    guard let start = remarkStart(line) else { return nil }
    let place = SourcePlace(file: file, line: index + 1)
    guard var remark = ReadRemark(line[start...], line: index + 1) else {
      throw InputError(
        place, "a remark whose numbers cannot be read",
        hint: "such as \"mean 0.1234, 90 % [0.1000, 0.1500], sd 0.0150, molecules 6\": write the file again")
    }
    // <!-- c3-c3-c3-h1 n=1: …, or behind the mark of another format's comments.
    if let head = line[..<start].firstMatch(of: /^\s*(?:<!--|;|#)\s+(\S+) n=([0-9]+):\s*$/) {
      remark.label = String(head.1)
      remark.periodicity = Int(head.2)
    }
    return remark
  }
}

/// Where a remark's words begin in a line.
private func remarkStart(_ line: Substring) -> Substring.Index? {
  guard line.contains("sd ") || line.contains("not fitted, k ") else { return nil }
  return line.firstRange(of: /mean -?[0-9.]+, 90 % \[/)?.lowerBound
    ?? line.firstRange(of: /not fitted, k -?[0-9]/)?.lowerBound
}

extension ReadRemark {
  /// The words of ``RemarkWriter/next(_:in:)``; nil where they are not these.
  init?(_ words: Substring, line: Int) {
    // XML's end of a comment is no word; commas inside brackets part bounds, not words.
    let text = words.replacing("-->", with: "").replacing(/\[(\S+), (\S+)\]/) { "[\($0.1) \($0.2)]" }
    var value: Double?
    self.line = line
    self.value = 0
    for part in text.split(separator: ",").map(\.trimmingSpaces) where !part.isEmpty {
      let fields = part.split(separator: " ").map(String.init)
      let number = fields.count == 2 ? Double(fields[1]) : nil
      switch fields[0] {
      case "mean", "k": value = number
      case "90" where part.hasPrefix("90 %"):
        interval90 = bounds(part)
        if interval90 == nil { return nil }
      case "95" where part.hasPrefix("95 %"):
        interval95 = bounds(part)
        if interval95 == nil { return nil }
      case "sd": sd = number
      case "contraction": contraction = number
      case "molecules" where fields.count == 2 && fields[1] != "differ":
        guard let count = Int(fields[1]) else { return nil }
        molecules = count
      case "n" where fields.count == 2: periodicity = Int(fields[1])
      case "phase" where fields.count == 2: phase = number
      case "base" where fields.count == 2: base = number
      case "tau" where fields.count == 2: tau = number
      case "term" where fields.count == 4:
        self.number = Int(fields[1])
        count = Int(fields[3])
      case "not" where part == "not fitted": break
      default: flags.append(part)
      }
    }
    guard let value, value.isFinite, interval90 == nil || sd ?? -1 >= 0 else { return nil }
    self.value = value
  }
}

/// "90 % [0.1 0.2]" as a range.
private func bounds(_ part: String) -> ClosedRange<Double>? {
  let numbers = part.split { "[] ".contains($0) }.suffix(2).compactMap { Double($0) }
  guard numbers.count == 2, numbers[0] <= numbers[1] else { return nil }
  return numbers[0]...numbers[1]
}
