// Computes a family: plans, leases, collects, until every scan has its file or its reason.
//
// The ledger is touched by this process alone; workers see files. A result file is whole or absent, is written down
// before it is removed, and a job that is done is never leased again: a kill at any moment loses nothing finished.

import Foundation
import TextFiles

/// Runs the jobs of a family and writes its scans.
/// - Parameters:
///   - family: the family's folder, with drives.json.
///   - options: how.
///   - tell: told what happens.
/// - Returns: what there is at the end.
/// - Throws: `InputError` when nothing can go on; what was finished is kept.
public func acquire(
  _ family: String, options: AcquireOptions, tell: @escaping @Sendable (AcquireEvent) -> Void
) async throws -> AcquireResult {
  let list = try DriveList(readingFrom: family)
  let work = try WorkFolder(family: family, recipe: options.recipe)
  try work.awaitOldWorkers()
  let coordinator = Coordinator(
    family: family, list: list, options: options, work: work, ledger: try Ledger(work.ledger), tell: tell)
  return try await coordinator.run()
}

/// One run of a family.
private final class Coordinator {
  private struct Scan {
    var plan: ScanPlan
    /// The plan's, which is dear to reckon.
    var identity: String
    var outcomes: [String: JobOutcome]
    var progress: ScanProgress
    var isClosed = false
    /// Results that came from the store.
    var stored: [JobResult]?
  }
  private struct Running {
    var scan: Int
    var job: PlannedJob
  }
  private let family: String
  private let list: DriveList
  private let options: AcquireOptions
  private let work: WorkFolder
  private let ledger: Ledger
  private let tell: @Sendable (AcquireEvent) -> Void
  private var scans: [Scan] = []
  private var running: [String: Running] = [:]
  private var result = AcquireResult()
  private let started = Date()

  init(
    family: String, list: DriveList, options: AcquireOptions, work: WorkFolder, ledger: Ledger,
    tell: @escaping @Sendable (AcquireEvent) -> Void
  ) {
    self.family = family
    self.list = list
    self.options = options
    self.work = work
    self.ledger = ledger
    self.tell = tell
  }

  func run() async throws -> AcquireResult {
    if options.retriesParked { _ = try ledger.retryParked() }
    for plan in list.plans(options.recipe) {
      let identity = plan.identity
      let outcomes = try ledger.outcomes(ofScan: identity)
      scans.append(
        Scan(plan: plan, identity: identity, outcomes: outcomes, progress: plan.progress(outcomes)))
    }
    for index in scans.indices { try closeFromStore(index) }
    for index in scans.indices { try closeIfComplete(index) }
    if scans.contains(where: { !$0.isClosed }) {
      let environment = try PythonEnvironment()
      try requireComputable(options.recipe, elements: Set(list.molecules.flatMap(\.symbols)), environment)
      let executor = try options.makeExecutor(environment, folder: work.path)
      defer { executor.stop() }
      try collectOld(executor)
      try await work(with: executor)
    }
    if options.adaptive != nil { try closeChosen() }
    result.unfinished = scans.filter { !$0.isClosed }.map(\.plan.title)
    try writeManifest()
    return result
  }

  /// Whether the budget allows another job.
  private var mayBegin: Bool { options.budget.map { Date().timeIntervalSince(started) < $0 } ?? true }

  private func work(with executor: any Executor) async throws {
    try fill(executor)
    if running.isEmpty { return }
    for await event in merged(executor) {
      switch event {
      case .told(.ended(let id)): try collect(id)
      case .told(.lost(let id, let reason)):
        // It may have died right after its result was written.
        if FileManager.default.fileExists(atPath: work.task(id).result) {
          try collect(id)
        } else {
          try failed(id, reason)
        }
      case .told(.note(let words)):
        tell(.note(words))
        continue
      case .told(.refused(let error)): throw error
      case .tick:
        executor.endOverdue()
        if !mayBegin { return }
        continue
      }
      try fill(executor)
      report()
      if running.isEmpty { break }
    }
  }

  private enum Event: Sendable {
    case told(ExecutorEvent)
    case tick
  }

  /// The executor's events with a tick each second.
  private func merged(_ executor: any Executor) -> AsyncStream<Event> {
    let (stream, continuation) = AsyncStream<Event>.makeStream()
    let events = executor.events
    let listening = Task {
      for await event in events { continuation.yield(.told(event)) }
    }
    let ticking = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(1))
        continuation.yield(.tick)
      }
    }
    continuation.onTermination = { _ in
      listening.cancel()
      ticking.cancel()
    }
    return stream
  }

  /// Hands over jobs in the order of the scans while there is room.
  private func fill(_ executor: any Executor) throws {
    guard mayBegin else { return }
    for index in scans.indices where !scans[index].isClosed {
      for job in scans[index].progress.ready {
        guard options.adaptive == nil || job.input.kind == .relax else { continue }
        guard running.count < executor.capacity else { return try executor.flush() }
        try submit(job, ofScan: index, to: executor)
      }
    }
    try fillChosen(executor)
    try executor.flush()
  }

  /// Hands over a job unless it is under way.
  private func submit(_ job: PlannedJob, ofScan index: Int, to executor: any Executor) throws {
    guard running["\(scans[index].identity)/\(job.name)"] == nil else { return }
    let entered = try ledger.enter(job, scan: scans[index].identity)
    let task = work.task(entered.id)
    let file = JobFile(input: job.input, attempt: entered.attempts, memory: options.memory)
    try writeAtomically(try jsonText(file), to: task.input)
    running[entered.id] = Running(scan: index, job: job)
    // Leased first: a worker that is quicker than the ledger would end what nobody holds.
    try ledger.lease(entered.id, to: options.executor.rawValue)
    try executor.submit(task)
  }

  /// Hands over the most telling points while there is room, once all paths are relaxed.
  private func fillChosen(_ executor: any Executor) throws {
    guard let adaptive = options.adaptive, let before = adaptiveScans() else { return }
    var scans = before
    while running.count < executor.capacity {
      let step = try adaptive.step(scans)
      if result.profileSD != step.largestSD {
        tell(
          .profiles(
            sd: step.largestSD, points: scans.reduce(0) { $0 + $1.done.count },
            all: scans.reduce(0) { $0 + $1.path.count { $0 != nil } }))
      }
      result.profileSD = step.largestSD
      guard let next = step.next,
        let job = self.scans[next.scan].progress.ready.first(where: { $0.name == pointJobName(next.point) })
      else { return }
      try submit(job, ofScan: next.scan, to: executor)
      scans[next.scan].underWay.insert(next.point)
      scans[next.scan].open.removeAll { $0 == next.point }
    }
  }

  /// The scans for the choice; nil while a path is not relaxed.
  private func adaptiveScans() -> [AdaptiveScan]? {
    var found: [AdaptiveScan] = []
    for scan in scans {
      let points = scan.plan.angles.indices
      if let stored = scan.stored {
        found.append(
          AdaptiveScan(
            plan: scan.plan, path: stored.map(\.positions),
            done: Dictionary(uniqueKeysWithValues: stored.enumerated().map { ($0, $1) }), underWay: [],
            open: []))
        continue
      }
      guard let path = scan.progress.path else { return nil }
      let done = points.compactMap { point in
        scan.outcomes[pointJobName(point)]?.result.map { (point, $0) }
      }
      let underWay = Set(points.filter { running["\(scan.identity)/\(pointJobName($0))"] != nil })
      let ready = Set(scan.progress.ready.map(\.name))
      found.append(
        AdaptiveScan(
          plan: scan.plan, path: path.map { $0?.positions }, done: Dictionary(uniqueKeysWithValues: done),
          underWay: underWay,
          open: points.filter { ready.contains(pointJobName($0)) && !underWay.contains($0) }))
    }
    return found
  }

  /// Writes the scans of which points were chosen; they are finished where the choice has ended.
  private func closeChosen() throws {
    guard let adaptive = options.adaptive, let states = adaptiveScans() else { return }
    let step = try adaptive.step(states)
    result.profileSD = step.largestSD
    for (index, state) in states.enumerated() where !scans[index].isClosed {
      let isOver = step.next == nil
      scans[index].isClosed = isOver
      let plan = scans[index].plan
      guard state.done.count >= leastAdaptivePoints else {
        if isOver, state.done.isEmpty { result.notNeeded.append(plan.title) }
        if isOver, !state.done.isEmpty { result.failed.append((plan.title, "its other points failed")) }
        continue
      }
      try writeAtomically(
        plan.fileText(state.path.indices.map { state.done[$0] }), to: "\(family)/\(plan.file)")
      result.files.append(plan.file)
      if isOver { tell(.scanChosen(plan.title, points: state.done.count, all: state.path.count)) }
    }
  }

  /// Takes in what workers of an earlier run left: results that were written, and jobs that nobody holds any more.
  private func collectOld(_ executor: any Executor) throws {
    for index in scans.indices {
      for job in scans[index].progress.ready {
        let id = "\(scans[index].identity)/\(job.name)"
        if FileManager.default.fileExists(atPath: work.task(id).result) {
          _ = try ledger.enter(job, scan: scans[index].identity)
          running[id] = Running(scan: index, job: job)
        }
      }
    }
    let adopted = executor.adopt(try ledger.leased(), task: work.task)
    for id in adopted where running[id] == nil {
      guard let index = scans.firstIndex(where: { id.hasPrefix("\($0.identity)/") }),
        let job = scans[index].progress.ready.first(where: { id == "\(scans[index].identity)/\($0.name)" })
      else { continue }
      running[id] = Running(scan: index, job: job)
    }
    for id in running.keys.sorted() where !adopted.contains(id) { try collect(id) }
    for job in try ledger.leased() where !adopted.contains(job.id) { try ledger.release(job.id) }
    // A result whose end was written down before the kill came.
    for folder in ["results", "jobs"] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(work.path)/\(folder)")) ?? []
      let held = Set(adopted.map { work.task($0).input.split(separator: "/").last.map(String.init) ?? "" })
      for name in names where !held.contains(name) {
        try? FileManager.default.removeItem(atPath: "\(work.path)/\(folder)/\(name)")
      }
    }
  }

  /// Takes in the result file of a job.
  private func collect(_ id: String) throws {
    guard let entry = running[id] else { return }
    let task = work.task(id)
    let file: ResultFile
    do {
      file = try JSONDecoder().decode(ResultFile.self, from: Data(try readBytes(task.result)))
    } catch {
      return try failed(id, "the worker's result cannot be read: \(error)")
    }
    switch file.result(atoms: entry.job.input.symbols.count) {
    case .failure(let failure): try failed(id, failure.reason)
    case .success(let result):
      try ledger.finish(
        id, result: result, seconds: file.provenance?.seconds ?? 0, provenance: provenanceText(file))
      try ended(id, .done(result))
    }
  }

  /// Program and version; the time stands in a column of its own.
  private func provenanceText(_ file: ResultFile) -> String {
    let provenance = file.provenance
    return [
      provenance?.program.map { "\($0) \(provenance?.version ?? "")" },
      provenance?.qcengine.map { "QCEngine \($0)" },
    ].compactMap { $0 }.joined(separator: ", ")
  }

  private func failed(_ id: String, _ reason: String) throws {
    guard let entry = running[id] else { return }
    let isParked = try ledger.fail(id, reason: reason, attempts: options.attempts)
    tell(
      .attemptFailed("\(scans[entry.scan].plan.title) \(entry.job.name)", reason, isLast: isParked))
    if isParked {
      try ended(id, .parked(reason))
    } else {
      clear(id)
    }
  }

  private func ended(_ id: String, _ outcome: JobOutcome) throws {
    guard let entry = running[id] else { return }
    clear(id)
    scans[entry.scan].outcomes[entry.job.name] = outcome
    scans[entry.scan].progress = scans[entry.scan].plan.progress(scans[entry.scan].outcomes)
    try closeIfComplete(entry.scan)
  }

  private func clear(_ id: String) {
    running[id] = nil
    let task = work.task(id)
    for path in [task.result, task.input] { try? FileManager.default.removeItem(atPath: path) }
  }

  private func closeFromStore(_ index: Int) throws {
    guard scans[index].progress.points == nil, let store = options.store,
      let found = store.scan(scans[index].plan)
    else { return }
    scans[index].stored = found.points
    try close(index, points: found.points, stored: true)
  }

  private func closeIfComplete(_ index: Int) throws {
    guard !scans[index].isClosed, let points = scans[index].progress.points else { return }
    try close(index, points: points, stored: false)
    try options.store?.keep(
      points, of: scans[index].plan, provenance: try ledger.provenances(ofScan: scans[index].identity))
  }

  /// Writes the scan's file, or says why there is none.
  private func close(_ index: Int, points: [JobResult?], stored: Bool) throws {
    scans[index].isClosed = true
    let plan = scans[index].plan
    let missing = points.filter { $0 == nil }.count
    guard 2 * missing <= points.count else {
      let reasons = scans[index].outcomes.values.compactMap { outcome -> String? in
        if case .parked(let reason) = outcome { reason } else { nil }
      }
      let reason =
        "\(missing) of \(points.count) points failed, such as: \(reasons.min() ?? "no reason given")"
      result.failed.append((plan.title, reason))
      tell(.scanFailed(plan.title, reason))
      return
    }
    try writeAtomically(plan.fileText(points), to: "\(family)/\(plan.file)")
    result.files.append(plan.file)
    tell(.scanDone(plan.title, missing: missing, stored: stored))
  }

  /// family.yaml with the scans there are, in the order of the drive list.
  private func writeManifest() throws {
    let written = Set(result.files)
    var files: [String: [String]] = [:]
    for scan in scans where written.contains(scan.plan.file) {
      files[scan.plan.molecule, default: []].append(scan.plan.file)
    }
    result.files = scans.map(\.plan.file).filter(written.contains)
    try writeAtomically(
      list.manifest(level: options.recipe.name, scans: files), to: "\(family)/family.yaml")
  }

  private func report() {
    let open = scans.filter { !$0.isClosed || !$0.outcomes.isEmpty }
    guard
      let status = try? acquireStatus(
        open.map { ($0.plan, $0.identity) }, ledger: ledger, workers: options.localWorkers, store: nil)
    else { return }
    tell(.advanced(done: status.done, known: status.known, secondsLeft: status.secondsLeft))
  }
}
