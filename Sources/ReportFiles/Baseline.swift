// baseline.json, schema swivel.baseline/2: what `swivel check` compares a fit of the family with.

import FoundationEssentials
import TextFiles
import TorsionModel

/// The contents of baseline.json.
public struct Baseline: Codable, Hashable, Sendable {
  /// The schema that this version writes.
  public static let schema = "swivel.baseline/2"

  enum CodingKeys: String, CodingKey {
    case schema, version, family, seed, settings, inputs, data, fit
    case dataDate = "data_date"
  }

  /// Always `Baseline.schema`.
  public var schema: String
  /// The version of Swivel that made it.
  public var version: String
  /// The family's name.
  public var family: String
  /// When the data were computed, as the manifest says.
  @Nullable public var dataDate: String?
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
    version: String, family: String, dataDate: String?, seed: UInt64, settings: [String: String],
    inputs: [String: String], data: DataDigest, fit: FitDigest
  ) {
    schema = Self.schema
    self.version = version
    self.family = family
    _dataDate = Nullable(wrappedValue: dataDate)
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
    let bytes = try readBytes(path)
    func wrong(_ line: Int?, _ message: String) -> InputError {
      InputError(SourcePlace(file: path, line: line), message, hint: hint)
    }
    do {
      self = try JSONDecoder().decode(Baseline.self, from: Data(bytes))
    } catch DecodingError.dataCorrupted(let context) {
      throw wrong(lineOf(context.underlyingError), "is not JSON, or holds a value of another kind")
    } catch DecodingError.keyNotFound(let key, _) {
      throw wrong(nil, "lacks \"\(key.stringValue)\", which schema \(Self.schema) has")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw wrong(nil, "holds at \(place) something else than schema \(Self.schema) expects there")
    }
    guard schema == Self.schema else {
      throw wrong(nil, "has schema \"\(schema)\" where \"\(Self.schema)\" was expected")
    }
    if let fault = fault { throw wrong(nil, fault) }
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
        "holds a direction of \(direction.count) coefficients where \(fit.parameters.count) were expected, one a parameter"
    }
    for scan in fit.scans {
      guard scan.angles.count == scan.deviations.count, isOrdinary(scan.angles + scan.deviations),
        isOrdinary([scan.error?.mean, scan.error?.sd])
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
    return isOrdinary(rest + (fit.heldOut?.coverage ?? [])) ? nil : "holds scores that no fit gives"
  }

  /// The file's text: a line a parameter, a direction, a scan and an input, so that differences read well.
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
        "{\n    \"molecules\": \(try list(data.molecules, "    ")),\n    \"scans\": \(try list(data.scans, "    "))\n  }"
      ),
      ("data_date", try line(dataDate)), ("family", try line(family)),
      ("fit", "{\n" + fields.map { "    \"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n  }"),
      ("inputs", try table(inputs)), ("schema", try line(schema)), ("seed", try line(seed)),
      ("settings", try table(settings)), ("version", try line(version)),
    ]
    return "{\n" + top.map { "  \"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n}\n"
  }
}

/// The line that a JSON reader's error names.
private func lineOf(_ error: (any Error)?) -> Int? {
  guard let error else { return nil }
  return "\(error)".firstMatch(of: /line (\d+)/).flatMap { Int($0.1) }
}
