// What a person may say about how a family is computed, and what is told while it is.

import Foundation

/// How to run the jobs of a family.
public struct AcquireOptions: Sendable {
  /// Levels of theory.
  public var recipe: LevelRecipe
  /// Where jobs run.
  public var executor = ExecutorKind.local
  /// The QCFractal server, for the executor that needs one.
  public var server: FractalServer?
  /// Jobs at a time; nil for what cores and memory allow.
  public var workers: Int?
  /// GB that a job may take.
  public var memory = 2.0
  /// Seconds that a job may take.
  public var jobLimit = 7200.0
  /// Attempts, each gentler than the one before, until a job is parked.
  public var attempts = 3
  /// Parked jobs get all their attempts again.
  public var retriesParked = false
  /// Seconds after which no more is begun; nil without end.
  public var budget: Double?
  /// Chooses among points of two-level recipes; nil to compute all.
  public var adaptive: AdaptiveOptions?
  /// Finished scans of other families; nil to look at none and keep none.
  public var store: ScanStore? = ScanStore()

  /// The usual ones.
  /// - Parameter recipe: levels of theory.
  public init(recipe: LevelRecipe) { self.recipe = recipe }

  /// Jobs at a time on this machine.
  var localWorkers: Int {
    let machine = ProcessInfo.processInfo
    let byMemory = Int(Double(machine.physicalMemory) / 1e9 / max(memory, 0.1))
    return workers ?? max(1, min(machine.activeProcessorCount, byMemory))
  }
}

/// Where jobs run.
public enum ExecutorKind: String, CaseIterable, Sendable {
  /// Processes on this machine.
  case local
  /// Slurm job arrays.
  case slurm
  /// A QCFractal server.
  case qcfractal
}

/// A QCFractal server, and who takes its jobs.
public struct FractalServer: Hashable, Sendable {
  /// An address with http:// or https://, or a name in qcportal_config.yaml.
  public var address: String
  /// The compute tag of the records: compute managers that have it, or all tags, take them.
  public var tag: String

  /// A server of its two facts.
  public init(address: String, tag: String) {
    self.address = address
    self.tag = tag
  }
}

/// What is told while a family is computed.
public enum AcquireEvent: Sendable {
  /// Jobs done of jobs known, and seconds left where that can be said.
  case advanced(done: Int, known: Int, secondsLeft: Double?)
  /// A scan has its file; points that are missing, and whether it came from the store.
  case scanDone(String, missing: Int, stored: Bool)
  /// A scan has its file with so many chosen points of all.
  case scanChosen(String, points: Int, all: Int)
  /// A scan gave too few points for a file.
  case scanFailed(String, String)
  /// A profile's largest standard deviation, kcal/mol, after so many points of all that there are.
  case profiles(sd: Double, points: Int, all: Int)
  /// Words of the executor.
  case note(String)
  /// An attempt failed.
  case attemptFailed(String, String, isLast: Bool)
}

/// How a family's computation ended.
public struct AcquireResult: Sendable {
  /// Scan files, relative to the family's folder.
  public var files: [String] = []
  /// Scans that gave too few points, with the reason.
  public var failed: [(scan: String, reason: String)] = []
  /// Scans that are not finished because the budget was spent.
  public var unfinished: [String] = []
  /// Scans of which no point was needed, as others tell all that was asked for.
  public var notNeeded: [String] = []
  /// The largest standard deviation of a profile, kcal/mol; nil where nothing was chosen.
  public var profileSD: Double?
}
