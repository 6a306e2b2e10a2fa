// baseline.json, schema swivel.baseline/3: what `swivel check` compares a fit of the family with.

import Chemistry
import FoundationEssentials
import TextFiles
import Validation

/// The contents of baseline.json.
public struct Baseline: Codable, Hashable, Sendable {
  /// The schema that this version writes.
  public static let schema = "swivel.baseline/3"

  enum CodingKeys: String, CodingKey {
    case schema, version, family, origin, seed, settings, inputs, data, fit
  }

  /// Always `Baseline.schema`.
  public var schema: String
  /// The version of Swivel that made it.
  public var version: String
  /// The family's name.
  public var family: String
  /// Where the data come from, as the manifest words it by its keys.
  public var origin: [String: String]
  /// Master seed.
  public var seed: UInt64
  /// Every setting of the fit by name.
  public var settings: [String: String]
  /// SHA-256 of every file read, by its path within the family's folder.
  public var inputs: [String: String]
  /// The numbers in those files.
  public var data: DataDigest
  /// The fit.
  public var fit: FitDigest

  /// A baseline of its parts.
  public init(
    version: String, family: String, origin: DataOrigin, seed: UInt64, settings: [String: String],
    inputs: [String: String], data: DataDigest, fit: FitDigest
  ) {
    schema = Self.schema
    self.version = version
    self.family = family
    self.origin = origin.statements
    self.seed = seed
    self.settings = settings
    self.inputs = inputs
    self.data = data
    self.fit = fit
  }
}

extension Baseline {
  /// Reads baseline.json.
  /// - Throws: ``InputError`` when it is missing, damaged, or of another schema.
  public init(readingFrom path: String) throws {
    let hint = "write it anew with `swivel check --update`, or take the committed one from version control"
    self = try readJSON(Baseline.self, from: path, schema: Self.schema, hint: hint)
    if let fault = fault { throw InputError(SourcePlace(file: path), fault, hint: hint) }
  }

  /// What no fit writes; nil in a sound baseline.
  private var fault: String? {
    func isOrdinary(_ values: [Double?]) -> Bool { values.allSatisfy { $0.map { abs($0) < 1e9 } ?? true } }
    for p in fit.parameters where !isOrdinary([p.mean, p.sd]) || p.sd < 0 {
      return "holds numbers for \(p.label) that no fit gives"
    }
    guard !fit.directions.isEmpty, !fit.scans.isEmpty, !data.scans.isEmpty, !data.molecules.isEmpty else {
      return "lacks the directions, scans or molecules that a fit has"
    }
    for direction in fit.directions where direction.count != fit.parameters.count || !isOrdinary(direction) {
      return
        """
        holds a direction of \(direction.count) coefficients where \(fit.parameters.count) were expected, \
        one a parameter
        """
    }
    for scan in fit.scans {
      guard scan.angles.count == scan.deviations.count, isOrdinary(scan.angles + scan.deviations),
        isOrdinary([scan.error?.mean, scan.error?.sd]), scan.error?.sd ?? 0 >= 0
      else { return "holds a profile for \(scan.label) that no fit gives" }
    }
    for scan in data.scans {
      let counts = [scan.energies.count, scan.torques.count, scan.radii.count]
      guard counts.allSatisfy({ $0 == scan.angles.count }),
        isOrdinary(scan.angles + scan.energies + scan.radii),
        isOrdinary(scan.torques)
      else { return "holds grid points for \(scan.label) that no family has" }
    }
    let rest = [fit.error?.mean, fit.error?.sd, fit.maxRhat, fit.minESS, fit.heldOut?.rmse]
    return isOrdinary(rest + (fit.heldOut?.coverage ?? [])) && fit.error?.sd ?? 0 >= 0
      ? nil : "holds scores that no fit gives"
  }

  /// The file's text: a line a parameter, a direction, a scan and an input, so that differences read well.
  /// - Throws: `EncodingError` for a number that is not finite, which no fit has.
  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func line(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    func list(_ values: [some Encodable], _ indent: String) throws -> String {
      guard !values.isEmpty else { return "[]" }
      return try "[\n" + values.map { try indent + "  " + line($0) }.joined(separator: ",\n") + "\n\(indent)]"
    }
    func table(_ values: [String: String]) throws -> String {
      guard !values.isEmpty else { return "{}" }
      return try "{\n"
        + values.sorted { $0.key < $1.key }.map { try "    \(line($0.key)): \(line($0.value))" }
        .joined(separator: ",\n") + "\n  }"
    }
    let fields: [(String, String)] = [
      ("converged", try line(fit.converged)), ("directions", try list(fit.directions, "    ")),
      ("error", try line(fit.error)), ("held_out", try line(fit.heldOut)),
      ("max_rhat", try line(fit.maxRhat)), ("min_ess", try line(fit.minESS)),
      ("parameters", try list(fit.parameters, "    ")), ("scans", try list(fit.scans, "    ")),
    ]
    let top: [(String, String)] = [
      (
        "data",
        """
        {\n    "molecules": \(try list(data.molecules, "    ")),\n    "scans": \
        \(try list(data.scans, "    "))\n  }
        """
      ),
      ("family", try line(family)),
      ("fit", "{\n" + fields.map { "    \"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n  }"),
      ("inputs", try table(inputs)), ("origin", try table(origin)), ("schema", try line(schema)),
      ("seed", try line(seed)),
      ("settings", try table(settings)), ("version", try line(version)),
    ]
    return "{\n" + top.map { "  \"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n}\n"
  }
}
