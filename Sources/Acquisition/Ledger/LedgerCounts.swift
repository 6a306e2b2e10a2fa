// What the ledger says about jobs in sum: counts, times, reasons, programs.

import Foundation
import GRDB

/// Jobs of one kind in sum.
public struct JobCounts: Codable, Hashable, Sendable {
  /// Jobs with a result.
  public var done = 0
  /// Jobs that gave none in all attempts.
  public var parked = 0
  /// Jobs that somebody computes or nobody yet, as far as they are known.
  public var open = 0
  /// Seconds of wall time of those done.
  public var seconds = 0.0

  /// Seconds a job; nil before one is done.
  public var mean: Double? { done > 0 ? seconds / Double(done) : nil }
}

extension Ledger {
  /// Counts by scan and kind.
  /// - Throws: `InputError` when the ledger cannot be read.
  public func counts() throws -> [String: [JobInput.Kind: JobCounts]] {
    try read { db in
      var found: [String: [JobInput.Kind: JobCounts]] = [:]
      let rows = try Row.fetchAll(
        db,
        sql:
          "SELECT scan, kind, state, COUNT(*) AS n, TOTAL(seconds) AS s FROM job GROUP BY scan, kind, state")
      for row in rows {
        let (scan, state): (String, String) = (row["scan"], row["state"])
        guard let kind = JobInput.Kind(rawValue: row["kind"]) else { continue }
        var counts = found[scan, default: [:]][kind, default: JobCounts()]
        switch state {
        case "done": (counts.done, counts.seconds) = (row["n"], row["s"])
        case "parked": counts.parked = row["n"]
        default: counts.open += row["n"]
        }
        found[scan, default: [:]][kind] = counts
      }
      return found
    }
  }

  /// The parked jobs, "SCAN/JOB" with the reason.
  /// - Throws: `InputError` when the ledger cannot be read.
  public func parked() throws -> [(id: String, reason: String)] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT id, reason FROM job WHERE state = 'parked' ORDER BY id").map {
        ($0["id"], $0["reason"] ?? "")
      }
    }
  }

  /// The different provenances of a scan's results, as the workers wrote them.
  /// - Parameter scan: its identity.
  /// - Throws: `InputError` when the ledger cannot be read.
  public func provenances(ofScan scan: String) throws -> [String] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT DISTINCT provenance FROM job WHERE scan = ? AND provenance IS NOT NULL ORDER BY 1",
        arguments: [scan])
    }
  }
}
