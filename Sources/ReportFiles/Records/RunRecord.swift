// run.json: what was run, on what, with what: enough to run it again.

import FoundationEssentials
import TextFiles

/// The contents of run.json.
public struct RunRecord: Codable, Hashable, Sendable {
  /// An input file.
  public struct Input: Codable, Hashable, Sendable {
    /// The path as read.
    public var path: String
    /// SHA-256 of its bytes, hexadecimal.
    public var sha256: String

    /// A file and its hash.
    public init(path: String, sha256: String) {
      self.path = path
      self.sha256 = sha256
    }
  }

  /// The schema that this version writes.
  public static let schema = "swivel.run/1"

  enum CodingKeys: String, CodingKey {
    case schema, family, command, version, versions, seed, settings, inputs, notes, started
    case timings = "timings_seconds"
  }

  /// "swivel.run/1".
  public var schema = RunRecord.schema
  /// The family's name.
  public var family: String
  /// The command line.
  public var command: [String]
  /// Swivel's version.
  public var version: String
  /// Versions of what it stands on.
  public var versions: [String: String]
  /// Master seed.
  public var seed: UInt64
  /// Every setting by name.
  public var settings: [String: String]
  /// Every file read.
  public var inputs: [Input]
  /// What the reader set aside or wants known.
  public var notes: [String]
  /// When the run began, ISO 8601 in UTC.
  public var started: String
  /// Wall-clock seconds by stage; these alone differ between equal runs, with `started`.
  public var timings: [String: Double]

  /// A record of its parts.
  public init(
    family: String, command: [String], version: String, versions: [String: String], seed: UInt64,
    settings: [String: String], inputs: [Input], notes: [String], started: String, timings: [String: Double]
  ) {
    self.family = family
    self.command = command
    self.version = version
    self.versions = versions
    self.seed = seed
    self.settings = settings
    self.inputs = inputs
    self.notes = notes
    self.started = started
    self.timings = timings
  }
}

extension RunRecord {
  /// Reads run.json.
  /// - Throws: ``InputError`` when it is missing or not what a fit writes.
  public init(readingFrom path: String) throws {
    self = try readJSON(
      RunRecord.self, from: path, schema: Self.schema, hint: "run `swivel fit` again to write it anew")
  }
}
