// The ledger: every job, its state and its end, in SQLite with a write-ahead log. Killed at any moment, it holds all
// that was finished.

import Foundation
import GRDB
import TextFiles

/// A job as the ledger knows it.
public struct LedgerJob: Hashable, Sendable {
  /// "SCAN/JOB", such as "3f2a…/up-03".
  public var id: String
  /// How many attempts have failed.
  public var attempts: Int
}

/// Jobs of one family at one recipe.
public final class Ledger: Sendable {
  private let database: DatabasePool
  private let path: String

  /// Opens the ledger, or makes it.
  /// - Parameter path: the file.
  /// - Throws: `InputError` when it cannot be opened or is none.
  public init(_ path: String) throws {
    self.path = path
    do {
      database = try DatabasePool(path: path)
      try Self.migrator.migrate(database)
    } catch {
      throw Self.worded(error, path)
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE job (
            id TEXT PRIMARY KEY, scan TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, inputHash TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'done', 'parked')),
            attempts INTEGER NOT NULL DEFAULT 0, lease TEXT, leasedAt REAL, endedAt REAL, seconds REAL,
            result TEXT, provenance TEXT, reason TEXT);
          CREATE INDEX jobsOfScan ON job (scan);
          CREATE TABLE event (job TEXT NOT NULL, time REAL NOT NULL, what TEXT NOT NULL, detail TEXT);
          CREATE UNIQUE INDEX finishedOnce ON event (job) WHERE what = 'finished';
          """)
    }
    return migrator
  }

  /// How the jobs of a scan have ended, by name.
  /// - Parameter scan: its identity.
  /// - Throws: `InputError` when the ledger cannot be read.
  public func outcomes(ofScan scan: String) throws -> [String: JobOutcome] {
    try read { db in
      var found: [String: JobOutcome] = [:]
      let rows = try Row.fetchAll(
        db, sql: "SELECT name, state, result, reason FROM job WHERE scan = ? AND state IN ('done', 'parked')",
        arguments: [scan])
      for row in rows {
        let (name, state): (String, String) = (row["name"], row["state"])
        if state == "done", let text: String = row["result"] {
          found[name] = .done(try JSONDecoder().decode(JobResult.self, from: Data(text.utf8)))
        } else {
          found[name] = .parked(row["reason"] ?? "")
        }
      }
      return found
    }
  }

  /// Writes down that a job can be run, unless it is there.
  ///
  /// After ``retryParked()`` a job takes the input that it has then: its predecessor may give a result after all.
  /// - Returns: what the ledger knows of it.
  /// - Throws: `InputError` when the ledger cannot be written, or has the job with other input.
  public func enter(_ job: PlannedJob, scan: String) throws -> LedgerJob {
    let id = "\(scan)/\(job.name)"
    let hash = job.input.hash
    return try write { db in
      try db.execute(
        sql: """
          INSERT INTO job (id, scan, name, kind, inputHash, state) VALUES (?, ?, ?, ?, ?, 'ready')
          ON CONFLICT (id) DO NOTHING
          """, arguments: [id, scan, job.name, job.input.kind.rawValue, hash])
      try db.execute(
        sql: "UPDATE job SET inputHash = ? WHERE id = ? AND inputHash = ''", arguments: [hash, id])
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT inputHash, attempts FROM job WHERE id = ?", arguments: [id]),
        row["inputHash"] == hash
      else {
        throw InputError(
          SourcePlace(file: path), "has the job \(id) with other input",
          hint: "the ledger was changed by hand or another version of Swivel; move it away to compute anew")
      }
      return LedgerJob(id: id, attempts: row["attempts"])
    }
  }

  /// Gives a job to an executor.
  /// - Throws: `InputError` when the ledger cannot be written.
  public func lease(_ id: String, to holder: String) throws {
    try write { db in
      let now = Date().timeIntervalSince1970
      try db.execute(
        sql:
          "UPDATE job SET state = 'leased', lease = ?, leasedAt = ? WHERE id = ? AND state IN ('ready', 'leased')",
        arguments: [holder, now, id])
      try Self.note(db, id, "leased", holder)
    }
  }

  /// A job has its result; a second result changes nothing.
  /// - Returns: whether it was the first.
  /// - Throws: `InputError` when the ledger cannot be written.
  @discardableResult
  public func finish(_ id: String, result: JobResult, seconds: Double, provenance: String) throws -> Bool {
    let text = String(decoding: try JSONEncoder().encode(result), as: UTF8.self)
    return try write { db in
      try db.execute(
        sql: """
          UPDATE job SET state = 'done', lease = NULL, endedAt = ?, seconds = ?, result = ?, provenance = ?, reason = \
          NULL
          WHERE id = ? AND state != 'done'
          """, arguments: [Date().timeIntervalSince1970, seconds, text, provenance, id])
      let isFirst = db.changesCount == 1
      try Self.note(db, id, isFirst ? "finished" : "duplicate", nil)
      return isFirst
    }
  }

  /// A job's attempt has failed: it is ready for a gentler one, or parked after so many.
  /// - Returns: whether it is parked now.
  /// - Throws: `InputError` when the ledger cannot be written.
  @discardableResult
  public func fail(_ id: String, reason: String, attempts limit: Int) throws -> Bool {
    try write { db in
      try db.execute(
        sql: """
          UPDATE job SET attempts = attempts + 1, lease = NULL, reason = ?, endedAt = ?,
            state = CASE WHEN attempts + 1 >= ? THEN 'parked' ELSE 'ready' END
          WHERE id = ? AND state IN ('ready', 'leased')
          """, arguments: [reason, Date().timeIntervalSince1970, limit, id])
      try Self.note(db, id, "failed", reason)
      return try String.fetchOne(db, sql: "SELECT state FROM job WHERE id = ?", arguments: [id]) == "parked"
    }
  }

  /// A job's holder is gone without an end: it is ready again, and no attempt has failed.
  /// - Throws: `InputError` when the ledger cannot be written.
  public func release(_ id: String) throws {
    try write { db in
      try db.execute(
        sql: "UPDATE job SET state = 'ready', lease = NULL WHERE id = ? AND state = 'leased'", arguments: [id]
      )
      try Self.note(db, id, "released", nil)
    }
  }

  /// The jobs that somebody holds, with the holder.
  /// - Throws: `InputError` when the ledger cannot be read.
  public func leased() throws -> [LedgerJob] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT id, attempts FROM job WHERE state = 'leased' ORDER BY id").map {
        LedgerJob(id: $0["id"], attempts: $0["attempts"])
      }
    }
  }

  /// Parked jobs are ready once more, with all attempts; for a new version, more memory or another program.
  /// - Returns: how many.
  /// - Throws: `InputError` when the ledger cannot be written.
  public func retryParked() throws -> Int {
    try write { db in
      // Jobs begin where their predecessors end, which may be elsewhere now.
      try db.execute(sql: "UPDATE job SET inputHash = '' WHERE state IN ('ready', 'parked')")
      try db.execute(sql: "UPDATE job SET state = 'ready', attempts = 0 WHERE state = 'parked'")
      return db.changesCount
    }
  }

  func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws -> Value {
    do { return try database.read(body) } catch { throw Self.worded(error, path) }
  }

  private func write<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws -> Value {
    do { return try database.write(body) } catch { throw Self.worded(error, path) }
  }

  private static func note(_ db: Database, _ id: String, _ what: String, _ detail: String?) throws {
    try db.execute(
      sql: "INSERT INTO event (job, time, what, detail) VALUES (?, ?, ?, ?)",
      arguments: [id, Date().timeIntervalSince1970, what, detail])
  }

  private static func worded(_ error: any Error, _ path: String) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    let hint =
      switch error.resultCode {
      case .SQLITE_FULL, .SQLITE_IOERR:
        "make room on the disk and run the same command again: nothing is lost"
      case .SQLITE_NOTADB, .SQLITE_CORRUPT:
        "it is no ledger of Swivel or damaged; move it away to compute anew"
      default: "check that the folder may be written and that no other program uses the file"
      }
    return InputError(
      SourcePlace(file: path), "SQLite: \(error.message ?? "\(error.resultCode)")", hint: hint)
  }
}
