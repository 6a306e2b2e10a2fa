// What `acquire --adaptive` asks: which grid point's energy and forces next, when all paths are relaxed.

/// One scan, as far as it is computed.
public struct AdaptiveScan: Sendable {
  /// The scan.
  public var plan: ScanPlan
  /// The relaxed geometry at each grid point in Å; nil where relaxation failed.
  public var path: [[[Double]]?]
  /// Energies and forces by grid point.
  public var done: [Int: JobResult]
  /// Grid points that are being computed.
  public var underWay: Set<Int>
  /// Grid points that can be computed.
  public var open: [Int]

  /// A begun scan has fewer points than a fit can use.
  var isThin: Bool { (1..<leastAdaptivePoints).contains(done.count + underWay.count) && !open.isEmpty }
}

/// A scan that has a point gets so many: a profile of fewer says nothing beside its free offset.
public let leastAdaptivePoints = 4

/// What comes next.
public struct AdaptiveStep: Sendable {
  /// The scan and the grid point to compute; nil when no point tells anything.
  public var next: (scan: Int, point: Int)?
  /// The largest standard deviation of a profile, from what is done alone, kcal/mol.
  public var largestSD: Double

  /// A step of its two facts.
  public init(next: (scan: Int, point: Int)?, largestSD: Double) {
    self.next = next
    self.largestSD = largestSD
  }
}

/// Chooses points until profiles are known well enough.
public struct AdaptiveOptions: Sendable {
  /// What some scans are asked for.
  public typealias Choice = @Sendable ([AdaptiveScan]) throws -> AdaptiveStep

  /// Nothing more is begun once the largest standard deviation of a profile is at most this, kcal/mol; nil for all
  /// points, the most telling first.
  public var targetSD: Double?
  /// The choice among all open points of some scans.
  public var choose: Choice

  /// Options of their two facts.
  public init(targetSD: Double?, choose: @escaping Choice) {
    self.targetSD = targetSD
    self.choose = choose
  }

  /// The step to take; without a next point when nothing more is to be begun.
  /// - Throws: what ``choose`` throws.
  func step(_ scans: [AdaptiveScan]) throws -> AdaptiveStep {
    var step = try choose(scans)
    guard let targetSD, step.largestSD <= targetSD else { return step }
    // Known well enough; scans that were begun are brought to what a fit can use.
    step.next = nil
    guard scans.contains(where: \.isThin) else { return step }
    var thin = scans
    for index in thin.indices where !thin[index].isThin { thin[index].open = [] }
    step.next = try choose(thin).next
    return step
  }
}
