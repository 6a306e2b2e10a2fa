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
  /// Posterior standard deviation, kcal/mol.
  public var sd: Double
  /// 1 − posterior variance / prior variance; nil where the file does not say.
  public var contraction: Double?
  /// Molecules with data on it.
  public var molecules: Int
  /// Short words on what to mind.
  public var flags: [String]
}

/// Reads the terms of a file that Swivel exported, frcmod, itp or xml, with their remarks, in the file's order.
/// - Throws: ``InputError`` where the file is none of these or has no remarks.
public func readTermRemarks(_ path: String) throws -> [RemarkedTerm] {
  // The format's own reader first: a file that is broken elsewhere must not pass.
  _ = try readTorsionParameters(path)
  var result: [RemarkedTerm] = []
  for (index, line) in try readText(path).split(separator: "\n", omittingEmptySubsequences: false)
    .enumerated()
  {
    guard let remark = line.firstMatch(of: remarkPattern()) else { continue }
    let place = SourcePlace(file: path, line: index + 1)
    guard let (type, periodicity) = subject(of: line[..<remark.range.lowerBound]) else {
      throw InputError(place, "a remark without four atom types and a periodicity before it")
    }
    let fields = remark.output
    guard let mean = Double(fields.mean), let low = Double(fields.low), let high = Double(fields.high),
      let sd = Double(fields.sd), let molecules = Int(fields.molecules), low <= high
    else { throw InputError(place, "a remark whose numbers cannot be read") }
    result.append(
      RemarkedTerm(
        type: type, periodicity: periodicity, mean: mean, interval90: low...high, sd: sd,
        contraction: fields.contraction.flatMap { Double($0) }, molecules: molecules,
        flags: fields.flags.split(separator: ",").map { $0.trimmingSpaces }.filter { !$0.isEmpty }))
  }
  guard !result.isEmpty else {
    throw InputError(
      SourcePlace(file: path), "has no term with a remark of Swivel's",
      hint: "give a file that `swivel fit` or `swivel export` wrote, or a report folder")
  }
  return result
}

private typealias RemarkFields = (
  Substring, mean: Substring, low: Substring, high: Substring, sd: Substring, contraction: Substring?,
  molecules: Substring, flags: Substring
)

/// The words of `FittedTerm.remark`; flags end with the line or with XML's end of a comment.
private func remarkPattern() -> Regex<RemarkFields> {
  /mean (?<mean>-?[0-9.]+), 90 % \[(?<low>-?[0-9.]+), (?<high>-?[0-9.]+)\], sd (?<sd>[0-9.]+)(?:, contraction (?<contraction>[0-9.]+))?, molecules (?<molecules>[0-9]+)(?<flags>[a-z, ]*)/
}

/// The type and periodicity that stand before a remark, in the three formats' ways.
private func subject(of text: Substring) -> (TorsionType, Int)? {
  // <!-- c3-c3-c3-h1 n=1: …, or behind the mark of another format's comments.
  if let match = text.firstMatch(of: /(?:<!--|^;|#) (\S+)-(\S+)-(\S+)-(\S+) n=([1-6]):/), let n = Int(match.5)
  {
    return (TorsionType(String(match.1), String(match.2), String(match.3), String(match.4)), n)
  }
  let words = text.split(whereSeparator: \.isWhitespace)
  // i j k l func phase k n ;
  if words.last == ";", words.count == 9, let n = Int(words[7]) {
    return (TorsionType(String(words[0]), String(words[1]), String(words[2]), String(words[3])), n)
  }
  // i j k l, k, n, phase !
  if words.last == "!", words.count == 8, let n = Int(words[5]) {
    return (TorsionType(String(words[0]), String(words[1]), String(words[2]), String(words[3])), n)
  }
  // i j k l, k, n, phase !
  if words.last == "!", words.count == 8, let n = Int(words[5]) {
    return (TorsionType(String(words[0]), String(words[1]), String(words[2]), String(words[3])), n)
  }
  // Columns 1–11, divisor, k, phase, ±n !
  let types = text.prefix(11).split(separator: "-").map(\.trimmingSpaces)
  let fields = text.dropFirst(11).split(whereSeparator: \.isWhitespace)
  guard types.count == 4, fields.count == 5, fields[4] == "!", let n = Double(fields[3]) else { return nil }
  return (TorsionType(types[0], types[1], types[2], types[3]), Int(abs(n)))
}
