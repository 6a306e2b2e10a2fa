// How far a family's computation is, from the ledger alone: `--status` works beside a running acquire.

import Foundation
import TextFiles

/// How far a family is at one recipe.
public struct AcquireStatus: Codable, Sendable {
  /// One scan.
  public struct Scan: Codable, Sendable {
    /// "butane 0-1-2-3".
    public var title: String
    /// Jobs with a result.
    public var done: Int
    /// Jobs that are sure to come.
    public var remaining: Int
    /// Jobs that gave nothing in all attempts.
    public var parked: Int
    /// Whether nothing is left to do.
    public var isComplete: Bool
  }
  /// In the order of the drive list.
  public var scans: [Scan]
  /// Jobs with a result.
  public var done: Int
  /// Jobs with a result, parked, or sure to come.
  public var known: Int
  /// Wall time left at the mean time of the jobs done; nil before there is one of each kind.
  public var secondsLeft: Double?
  /// Parked jobs with the reason.
  public var parked: [String: String]
}

/// How far a family is.
/// - Parameters:
///   - family: the family's folder.
///   - options: the recipe and the number of workers to reckon with.
/// - Throws: `InputError` when there is no drive list or the ledger cannot be read.
public func acquireStatus(_ family: String, options: AcquireOptions) throws -> AcquireStatus {
  let plans = try DriveList(readingFrom: family).plans(options.recipe).map { ($0, $0.identity) }
  let path = "\(WorkFolder.path(family: family, recipe: options.recipe))/ledger.sqlite"
  let ledger = FileManager.default.fileExists(atPath: path) ? try Ledger(path) : nil
  return try acquireStatus(plans, ledger: ledger, workers: options.localWorkers, store: options.store)
}

/// The same for plans with their identities, and a ledger that is open; nil before anything was computed.
func acquireStatus(
  _ plans: [(plan: ScanPlan, identity: String)], ledger: Ledger?, workers: Int, store: ScanStore?
) throws -> AcquireStatus {
  let counts = try ledger?.counts() ?? [:]
  var scans: [AcquireStatus.Scan] = []
  var left: [JobInput.Kind: Int] = [:]
  var total: [JobInput.Kind: JobCounts] = [:]
  for (plan, identity) in plans {
    let own = counts[identity] ?? [:]
    if own.isEmpty, store?.scan(plan) != nil {
      scans.append(.init(title: plan.title, done: 0, remaining: 0, parked: 0, isComplete: true))
      continue
    }
    for (kind, value) in own {
      total[kind, default: JobCounts()].done += value.done
      total[kind, default: JobCounts()].seconds += value.seconds
    }
    let ended = own.mapValues { $0.done + $0.parked }
    // A scan whose sweeps are not over has all of them to come; what spreads later is known when it does.
    let restRelax = max(plan.sweepJobs - (ended[.relax] ?? 0), own[.relax]?.open ?? 0)
    let restPoint = plan.recipe.energy == nil ? 0 : max(plan.angles.count - (ended[.point] ?? 0), 0)
    left[.relax, default: 0] += restRelax
    left[.point, default: 0] += restPoint
    scans.append(
      .init(
        title: plan.title, done: own.values.reduce(0) { $0 + $1.done }, remaining: restRelax + restPoint,
        parked: own.values.reduce(0) { $0 + $1.parked }, isComplete: restRelax + restPoint == 0))
  }
  var seconds: Double? = 0
  for (kind, count) in left where count > 0 {
    guard let mean = total[kind]?.mean, let sum = seconds else {
      seconds = nil
      break
    }
    seconds = sum + mean * Double(count) / Double(workers)
  }
  let done = scans.reduce(0) { $0 + $1.done }
  let parked = try ledger?.parked() ?? []
  let titles = Dictionary(plans.map { ($0.identity, $0.plan.title) }) { first, _ in first }
  var reasons: [String: String] = [:]
  for (id, reason) in parked {
    let parts = id.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let title = titles[parts[0]] else { continue }
    reasons["\(title) \(parts[1])"] = reason
  }
  return AcquireStatus(
    scans: scans, done: done, known: done + scans.reduce(0) { $0 + $1.remaining + $1.parked },
    secondsLeft: seconds, parked: reasons)
}
