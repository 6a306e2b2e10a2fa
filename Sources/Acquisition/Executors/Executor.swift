// Who runs jobs: what every executor takes and tells.

import Foundation
import TextFiles

/// A job with its files.
public struct JobTask: Hashable, Sendable {
  /// The job's name in the ledger.
  public var id: String
  /// The file that the worker reads.
  public var input: String
  /// The file that the worker writes, whole or not at all.
  public var result: String
}

/// What an executor tells.
public enum ExecutorEvent: Sendable {
  /// A worker says that the job's result file is there.
  case ended(String)
  /// The job's worker died or ran out of time, with words for it.
  case lost(String, String)
  /// Words for the user; everything goes on.
  case note(String)
  /// Nothing can go on: a full disk, an environment that does not start.
  case refused(InputError)
}

/// Runs jobs somewhere.
protocol Executor: AnyObject, Sendable {
  /// What it tells, in the order in which it happens.
  var events: AsyncStream<ExecutorEvent> { get }
  /// How many jobs it takes at a time.
  var capacity: Int { get }
  /// Takes a job.
  func submit(_ task: JobTask) throws
  /// All jobs that can be handed over now have been.
  func flush() throws
  /// Ends jobs that take too long; called now and then.
  func endOverdue()
  /// Takes over jobs of an earlier run that are still under way, of those that the ledger has as leased.
  /// - Returns: the names of the jobs taken over.
  func adopt(_ leased: [LedgerJob], task: (String) -> JobTask) -> Set<String>
  /// Ends all workers.
  func stop()
}

extension Executor {
  func endOverdue() {}
  func adopt(_ leased: [LedgerJob], task: (String) -> JobTask) -> Set<String> { [] }
}

/// A job's file as the worker reads it: its input, the attempt and the memory it may take.
struct JobFile: Encodable {
  var input: JobInput
  var attempt: Int
  /// GB.
  var memory: Double

  enum Keys: String, CodingKey { case attempt, memory }

  func encode(to encoder: any Encoder) throws {
    try input.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(attempt, forKey: .attempt)
    try container.encode(memory, forKey: .memory)
  }
}

/// A worker's result file.
struct ResultFile: Decodable {
  struct Provenance: Codable {
    var program: String?
    var version: String?
    var qcengine: String?
    var seconds: Double?
  }
  var ok: Bool
  var energy: Double?
  var positions: [[Double]]?
  var forces: [[Double]]?
  var error: String?
  var provenance: Provenance?

  /// The result, or why there is none.
  func result(atoms: Int) -> Result<JobResult, JobFailure> {
    guard ok else { return .failure(JobFailure(reason: error ?? "no reason given")) }
    guard let energy, let positions, let forces, energy.isFinite,
      [positions, forces].allSatisfy({ list in
        list.count == atoms && list.allSatisfy { $0.count == 3 && $0.allSatisfy(\.isFinite) }
      })
    else { return .failure(JobFailure(reason: "the worker's result is incomplete")) }
    return .success(JobResult(energy: energy, positions: positions, forces: forces))
  }
}

/// Why an attempt failed.
struct JobFailure: Error {
  var reason: String
}
