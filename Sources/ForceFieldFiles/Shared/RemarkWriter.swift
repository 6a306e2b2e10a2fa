// The remarks of a parameter file's terms: value, interval, spread, evidence, base, and which term of how many it is.

import Chemistry
import TextFiles
import FoundationEssentials

/// Numbers the terms of a file in the order in which they are written, and words their remarks.
struct RemarkWriter {
  /// How many terms the file has.
  let count: Int
  /// How many torsion types.
  let types: Int
  private var number = 0

  init(_ torsions: [FittedTorsion]) {
    count = torsions.reduce(0) { $0 + $1.terms.count }
    types = torsions.count
  }

  /// The header's line that says how many terms there are; ``sealed(_:as:)`` puts the checksum in.
  var headerLine: String {
    """
    Terms: \(count) of \(types) torsion types, checksum \(checksumPlace). `swivel audit` compares every \
    number with its remark.
    """
  }

  /// "mean 0.123, 90 % [0.100, 0.150], sd 0.015, contraction 0.95, molecules 6, n 3, phase 0.000, 95 % [0.094, 0.155],
  /// base 0.156, tau 0.030, term 3 of 28" in kcal/mol and degrees, with flags at the end.
  mutating func next(_ fitted: FittedTerm, in torsion: FittedTorsion) -> String {
    number += 1
    var text: String
    if let sd = fitted.sd, let interval90 = fitted.interval90 {
      text =
        "mean \(fixedPoint(fitted.term.forceConstant, 4)), 90 % \(bounds(interval90)), sd \(fixedPoint(sd, 4))"
      if let contraction = fitted.contraction { text += ", contraction \(fixedPoint(contraction, 2))" }
      text += ", molecules \(torsion.molecules)"
    } else {
      text = "not fitted, k \(fixedPoint(fitted.term.forceConstant, 4))"
    }
    text += ", n \(fitted.term.periodicity), phase \(fixedPoint(degrees(fitted.term.phase), 3))"
    if let interval95 = fitted.interval95 { text += ", 95 % \(bounds(interval95))" }
    if let base = fitted.base { text += ", base \(fixedPoint(base, 4))" }
    if let tau = fitted.tau { text += ", tau \(fixedPoint(tau, 4))" }
    text += ", term \(number) of \(count)"
    return ([text] + fitted.flags).joined(separator: ", ")
  }

  private func bounds(_ interval: ClosedRange<Double>) -> String {
    "[\(fixedPoint(interval.lowerBound, 4)), \(fixedPoint(interval.upperBound, 4))]"
  }
}

/// What stands in a new file until its checksum is known.
private let checksumPlace = String(repeating: "0", count: 16)

/// The text of a file with the checksum of all that is no comment in its header.
func sealed(_ text: String, as format: any ParameterFileFormat) -> String {
  text.replacing(
    "checksum \(checksumPlace)", with: "checksum \(checksum(of: text, as: format))", maxReplacements: 1)
}

/// A checksum of all that is no comment, whatever the blanks: FNV-1a of 64 bits (Fowler, Noll, Vo), 16 hexadecimal
/// digits.
func checksum(of text: String, as format: any ParameterFileFormat) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
  for line in format.linesWithoutComments(text) {
    let words = line.split(whereSeparator: \.isWhitespace)
    guard !words.isEmpty else { continue }
    for word in words {
      take(word.utf8)
      take([32])
    }
    take([10])
  }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
