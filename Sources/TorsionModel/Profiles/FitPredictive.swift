// What a fit says about its own data: replicates of every fitted grid point and the likelihood of each, draw by draw.

import CMath
import Chemistry
import Statistics

/// What is needed to draw from a fit's prior and its predictive distribution; small, as draws are made when asked for.
public struct FitPredictive: Sendable {
  /// Every scan with at least two fitted energies: of fewer the offset takes up all.
  public let scans: [FittedScan]
  private let layout: ScaleLayout
  private let prior: CoherentPrior
  private let seed: UInt64
  private let model: ModelOptions

  // Streams past those of chains and of every other use: one a scan, then one for the prior.
  private static let scanStream: UInt64 = 1 << 36
  private static let priorStream: UInt64 = 1 << 37

  init(
    family: PreparedFamily, designs: [ScanDesign], density: TorsionPosterior, roles: [ScaleRole],
    options: FitOptions
  ) {
    layout = density.layout
    model = options.model
    seed = options.seed
    prior = density.prior
    scans = family.scans.indices.compactMap { s in
      let prepared = family.molecules[family.scans[s].molecule]
      let design = designs[s]
      let scan = family.scan(family.scans[s])
      // Points of high energy are not what the model describes.
      let weights = options.energyWeighting.weights(of: scan.points.map(\.energy))
      let used = design.points.indices.filter {
        design.points[$0] % options.every == 0 && weights[design.points[$0]] >= EnergyWeighting.namedBelow
      }
      guard !prepared.isHeldOut, used.count > 1 else { return nil }
      let zero = scan.points.map(\.energy).min() ?? 0
      let rows = used.map { design.energyRows[$0] }
      return FittedScan(
        molecule: prepared.molecule.id, scan: scan.id,
        points: used.map {
          let point = scan.points[design.points[$0]]
          return FittedPoint(frame: point.frame, angle: design.angles[$0], energy: point.energy - zero)
        },
        power: options.model.power(points: used.count, axes: design.axes),
        targets: used.map { design.energyTargets[$0] - zero },
        rows: rows, columns: prepared.basis.columns,
        noiseIndex: roles.firstIndex(of: family.noiseRole(.energy, ofScan: s)),
        level: family.level(ofScan: s),
        noiseModel: options.model.noise, scanWeight: density.scanWeight,
        freedomIndex: roles.firstIndex(of: .noiseFreedom))
    }
  }

  /// Replicates of the scans in a range, one for each of the draws; the same on any number of threads.
  public func replicates(
    ofScans range: Range<Int>, draws: PosteriorDraws, threads: Int
  ) async -> [ScanReplicates] {
    await parallelMap(range.count, threads: threads) { number in
      let index = range.lowerBound + number
      var stream = RandomStream(seed: seed, stream: Self.scanStream + UInt64(index))
      var replicator = ScanReplicator(scans[index], draws: draws.scales.reduce(0) { $0 + $1.count })
      let constants = draws.forceConstants(ofLevel: scans[index].level)
      for (forceConstants, scales) in zip(constants, draws.scales.joined()) {
        replicator.add(forceConstants: forceConstants, scales: scales, stream: &stream)
      }
      return replicator.result
    }
  }

  /// Draws of the force constants and the scales from their prior.
  public func priorDraws(_ count: Int) -> [(forceConstants: [Double], scales: [Double])] {
    var stream = RandomStream(seed: seed, stream: Self.priorStream)
    return (0..<count).map { _ in
      let logScales = layout.drawPrior(using: &stream)
      let constants = prior.draw(layout.priorScales(logScales), using: &stream).prefix(
        prior.forceConstantCount)
      let scales = logScales.map { exp($0) }
      return (
        Array(constants),
        scales + (model.noise.weighs == .nothing ? [] : [Augmentation.drawFreedom(using: &stream)])
      )
    }
  }
}
