// Memory for evaluating one posterior again and again; one a chain.

import Statistics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Scratch memory of ``MixedPosterior``: nothing is allocated in an evaluation.
struct PosteriorWorkspace: ~Copyable {
  var cholesky: CholeskyWorkspace
  /// The linear term of the shared force constants, then whatever is solved for.
  var right: [Double]
  /// Precisions of each kind of row, and of each group's prior, deviation and discrepancy; the last discrepancy is that
  /// of torques about bonds that are not driven.
  var precisions: [Double]
  var priorPrecisions: [Double]
  var deviationPrecisions: [Double]
  var discrepancyPrecisions: [Double]
  /// The quadratic form of the shared force constants, upper triangle.
  let shared: UnsafeMutablePointer<Double>
  private let sharedCount: Int
  private let molecule: UnsafeMutablePointer<Double>
  private let product: UnsafeMutablePointer<Double>
  private let eliminated: UnsafeMutablePointer<Double>
  private let effectOffsets: [[Int]]
  private let moleculeOffsets: [Int]

  init(_ posterior: MixedPosterior) {
    let rank = posterior.rank
    cholesky = CholeskyWorkspace(order: rank)
    right = [Double](repeating: 0, count: rank)
    precisions = posterior.layout.kinds.map { _ in 1 }
    let groups = posterior.layout.groupLabels.map { _ in 1.0 }
    (priorPrecisions, deviationPrecisions, discrepancyPrecisions) = (groups, groups, groups + [1])
    sharedCount = max(1, rank * rank)
    shared = .allocate(capacity: sharedCount)
    shared.initialize(repeating: 0, count: sharedCount)
    let largest = posterior.blocks.map { ($0.rank + 1) * ($0.rank + 1) }.max() ?? 1
    molecule = .allocate(capacity: largest)
    molecule.initialize(repeating: 0, count: largest)
    let widest = posterior.blocks.map { max(1, $0.rank * $0.stride) }.max() ?? 1
    product = .allocate(capacity: widest)
    product.initialize(repeating: 0, count: widest)
    var offset = 0
    var effects: [[Int]] = []
    var molecules: [Int] = []
    for block in posterior.blocks {
      effects.append(
        block.effects.map { effect in
          let wide = effect.count + block.rank + 1
          defer { offset += wide * wide }
          return offset
        })
      molecules.append(offset)
      offset += (2 * block.rank + 1) * (2 * block.rank + 1)
    }
    effectOffsets = effects
    moleculeOffsets = molecules
    eliminated = .allocate(capacity: max(1, offset))
    eliminated.initialize(repeating: 0, count: max(1, offset))
  }

  deinit {
    shared.deallocate()
    molecule.deallocate()
    product.deallocate()
    eliminated.deallocate()
  }

  /// Turns log scales into precisions; false when one is out of range.
  mutating func setScales(_ logScales: [Double], _ layout: ScaleLayout) -> Bool {
    for k in layout.kinds.indices { precisions[k] = 1 / (exp(2 * logScales[k]) + MixedPosterior.noiseFloor) }
    for g in layout.groupLabels.indices {
      priorPrecisions[g] = exp(-2 * logScales[layout.priorIndex(group: g)])
      if layout.hasDeviation { deviationPrecisions[g] = exp(-2 * logScales[layout.deviationStart + g]) }
      if layout.hasDiscrepancy { discrepancyPrecisions[g] = exp(-2 * logScales[layout.discrepancyStart + g]) }
    }
    if layout.hasIdleDiscrepancy {
      discrepancyPrecisions[layout.groupLabels.count] = exp(-2 * logScales[layout.idleDiscrepancyStart])
    }
    func usable(_ values: [Double]) -> Bool { values.allSatisfy { $0 > 0 && $0.isFinite } }
    return usable(precisions) && usable(priorPrecisions) && usable(deviationPrecisions)
      && usable(discrepancyPrecisions)
  }

  /// The molecule's quadratic form, zeroed.
  func form(order: Int) -> UnsafeMutablePointer<Double> {
    for i in 0..<(order * order) { molecule[i] = 0 }
    return molecule
  }

  /// Where a discrepancy's matrix stands; after an evaluation its first rows hold the factor of its precision.
  func effectMatrix(_ block: Int, _ effect: Int) -> UnsafeMutablePointer<Double> {
    eliminated + effectOffsets[block][effect]
  }

  /// Where a molecule's matrix stands; after an evaluation its first rows hold the factor of the deviation.
  func moleculeMatrix(_ block: Int) -> UnsafeMutablePointer<Double> { eliminated + moleculeOffsets[block] }

  mutating func clearShared() {
    for i in 0..<sharedCount { shared[i] = 0 }
    for i in right.indices { right[i] = 0 }
  }

  /// Adds AᵀJA and Aᵀh of the molecule's form [J h; · q] to the shared one and returns q.
  mutating func addToShared(_ block: MoleculeBlock) -> Double {
    let (r, stride, order) = (block.rank, block.stride, block.rank + 1)
    let rank = right.count
    let form = molecule
    let product = self.product
    let shared = self.shared
    block.map.withUnsafeBufferPointer { map in
      for i in 0..<r {
        let row = product + i * stride
        for j in 0..<stride { row[j] = 0 }
        var column = 0
        for each in block.classes {
          let width = each.columns.count
          for k in each.rows {
            let value = k >= i ? form[i * order + k] : form[k * order + i]
            let source = map.baseAddress! + k * stride + column
            addScaled(source, value, to: row + column, count: width)
          }
          column += width
        }
      }
      var left = 0
      for first in block.classes {
        for k in first.rows {
          let linear = form[k * order + r]
          let factors = map.baseAddress! + k * stride + left
          for (a, global) in first.columns.enumerated() {
            let factor = factors[a]
            right[global] += factor * linear
            var column = 0
            for second in block.classes {
              let width = second.columns.count
              if second.columns.lowerBound >= first.columns.lowerBound {
                let target = shared + global * rank + second.columns.lowerBound
                let source = product + k * stride + column
                addScaled(source, factor, to: target, count: width)
              }
              column += width
            }
          }
        }
        left += first.columns.count
      }
    }
    return form[r * order + r]
  }
}
