// Ledgers that cannot be used: each with its file, SQLite's words, and what to do.

import Foundation
import Support
import Testing
import TextFiles

@testable import Acquisition

@Suite struct LedgerMustFailTests {
  private func job() throws -> PlannedJob { try #require(try FakeChemistry.plan().progress([:]).ready.first) }

  @Test func jobsWithOtherInputAreNamed() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/ledger.sqlite"
      let ledger = try Ledger(path)
      var job = try job()
      _ = try ledger.enter(job, scan: "s")
      job.input.angle += 1
      let error = #expect(throws: InputError.self) { try ledger.enter(job, scan: "s") }
      #expect(error?.message == "has the job s/\(job.name) with other input" && error?.place?.file == path)
      #expect(error?.hint?.contains("move it away to compute anew") == true)
      // What the hint says helps.
      for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      #expect(try Ledger(path).enter(job, scan: "s").attempts == 0)
    }
  }

  @Test func foldersThatAreNotThereAreNamed() throws {
    let error = #expect(throws: InputError.self) { try Ledger("/nowhere/ledger.sqlite") }
    #expect(error?.message.hasPrefix("SQLite: ") == true && error?.place?.file == "/nowhere/ledger.sqlite")
    #expect(error?.hint == "check that the folder may be written and that no other program uses the file")
  }

  @Test func ledgersThatWereChangedByHandAreNamed() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/ledger.sqlite"
      let id = try Ledger(path).enter(try job(), scan: "s").id
      // As a hand with sqlite3 does.
      let change = try Folders.run(
        "/usr/bin/env",
        [
          "python3", "-c",
          """
          import sqlite3, sys
          with sqlite3.connect(sys.argv[1]) as ledger: ledger.execute("DROP TABLE event")
          """, path,
        ])
      #expect(change.status == 0, "\(change.errors)")
      let error = #expect(throws: InputError.self) { try Ledger(path).lease(id, to: "local") }
      #expect(
        error?.message == "SQLite: no such table: event" && error?.place?.file == path, "\(error?.description ?? "")")
      #expect(error?.hint?.isEmpty == false)
      // The state and its event are one: neither was written.
      #expect(try Ledger(path).leased().isEmpty)
    }
  }

  /// A lease that ended twice, or that nobody had, changes nothing.
  @Test func leasesOfFinishedJobsAreNone() throws {
    try Folders.temporary { folder in
      let ledger = try Ledger("\(folder)/ledger.sqlite")
      let job = try job()
      let id = try ledger.enter(job, scan: "s").id
      try ledger.lease(id, to: "local")
      #expect(try ledger.leased().map(\.id) == [id])
      try ledger.finish(id, result: FakeChemistry.result(job.input), seconds: 1, provenance: "")
      #expect(try ledger.leased().isEmpty)
      // A worker that comes late takes no finished job up again, and gives none back.
      try ledger.lease(id, to: "slurm")
      try ledger.release(id)
      #expect(try ledger.leased().isEmpty)
      #expect(try ledger.outcomes(ofScan: "s") == [job.name: .done(FakeChemistry.result(job.input))])
    }
  }
}
