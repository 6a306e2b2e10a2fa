// The ledger: what is finished stays, once.

import Support
import Testing
import TextFiles

@testable import Acquisition

@Suite struct LedgerTests {
  private func job() throws -> PlannedJob {
    try #require(try FakeChemistry.plan().progress([:]).ready.first)
  }

  @Test func finishedOnceAndKept() throws {
    try Folders.temporary { folder in
      let path = "\(folder)/ledger.sqlite"
      let job = try job()
      let result = FakeChemistry.result(job.input)
      var ledger = try Ledger(path)
      let id = try ledger.enter(job, scan: "s").id
      try ledger.lease(id, to: "local")
      #expect(try ledger.finish(id, result: result, seconds: 2, provenance: "tblite 1"))
      var other = result
      other.energy = 5
      #expect(try !ledger.finish(id, result: other, seconds: 2, provenance: "tblite 2"))
      #expect(try !ledger.fail(id, reason: "late", attempts: 1))
      // Another process reads what the first left.
      ledger = try Ledger(path)
      #expect(try ledger.outcomes(ofScan: "s") == [job.name: .done(result)])
      #expect(try ledger.counts()["s"]?[.relax] == JobCounts(done: 1, parked: 0, open: 0, seconds: 2))
      #expect(try ledger.provenances(ofScan: "s") == ["tblite 1"])
    }
  }

  @Test func failsSoOftenThenIsParked() throws {
    try Folders.temporary { folder in
      let ledger = try Ledger("\(folder)/ledger.sqlite")
      let job = try job()
      let id = try ledger.enter(job, scan: "s").id
      for attempt in 1...3 {
        try ledger.lease(id, to: "local")
        #expect(try ledger.fail(id, reason: "SCF \(attempt)", attempts: 3) == (attempt == 3))
        #expect(try ledger.enter(job, scan: "s").attempts == attempt)
      }
      #expect(try ledger.outcomes(ofScan: "s") == [job.name: .parked("SCF 3")])
      #expect(try ledger.parked().map(\.reason) == ["SCF 3"])
      #expect(try ledger.retryParked() == 1)
      #expect(try ledger.outcomes(ofScan: "s").isEmpty)
    }
  }

  /// Its predecessor was parked, and gave another geometry to start from when it was tried again.
  @Test func aJobThatIsTriedAgainTakesNewInput() throws {
    try Folders.temporary { folder in
      let ledger = try Ledger("\(folder)/ledger.sqlite")
      var job = try job()
      let id = try ledger.enter(job, scan: "s").id
      #expect(try ledger.fail(id, reason: "SCF", attempts: 1))
      #expect(try ledger.retryParked() == 1)
      job.input.positions[0][0] += 1
      #expect(try ledger.enter(job, scan: "s").attempts == 0)
      try ledger.lease(id, to: "local")
      job.input.positions[0][0] += 1
      #expect(throws: InputError.self) { try ledger.enter(job, scan: "s") }
    }
  }

  @Test func aHolderThatIsGoneCostsNoAttempt() throws {
    try Folders.temporary { folder in
      let ledger = try Ledger("\(folder)/ledger.sqlite")
      let id = try ledger.enter(try job(), scan: "s").id
      try ledger.lease(id, to: "local")
      #expect(try ledger.leased().map(\.id) == [id])
      try ledger.release(id)
      #expect(try ledger.leased().isEmpty)
      #expect(try ledger.enter(try job(), scan: "s").attempts == 0)
    }
  }

  @Test func sameNameWithOtherInputIsAnError() throws {
    try Folders.temporary { folder in
      let ledger = try Ledger("\(folder)/ledger.sqlite")
      var job = try job()
      _ = try ledger.enter(job, scan: "s")
      job.input.angle += 1
      #expect(throws: InputError.self) { try ledger.enter(job, scan: "s") }
    }
  }

  @Test func whatIsNoLedgerIsAnError() throws {
    try Folders.temporary { folder in
      try Folders.write(String(repeating: "no database ", count: 100), to: "\(folder)/ledger.sqlite")
      let error = #expect(throws: InputError.self) { try Ledger("\(folder)/ledger.sqlite") }
      #expect(error?.hint?.contains("move it away") == true)
    }
  }
}
