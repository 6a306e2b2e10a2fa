// Drawing from a density that a normal one fits well: proposals from the latter, block by block, with slices between.

import CGSL

/// Metropolis–Hastings updates of blocks of coordinates whose proposals do not depend on where the block is
/// (Tierney 1994, doi:10.1214/aos/1176325750, section 2.3.3): a Student-t with the mean and precision that a normal
/// approximation gives the block once the other coordinates are known.
///
/// One evaluation moves a whole block, a fifth of what slice sampling takes for one coordinate; where the
/// approximation is poor the block stays, and a slice update of one coordinate in turn (see ``SliceSampler``) gets it
/// away from there.
public struct IndependenceSampler: Sendable {
  private struct Block: Sendable {
    var members: [Int]
    var others: [Int]
    /// Precision of the block given the others, its lower factor, and −Λ_BB⁻¹ Λ_BR.
    var lower: Matrix
    var regression: Matrix
  }

  /// The mean of the normal approximation.
  public let mean: [Double]
  private let blocks: [Block]
  /// Widths of the slice updates.
  private let tuning: SliceSampler.Tuning

  static let degreesOfFreedom = 5.0
  static let inflation = 1.1
  static let largestBlock = 8
  /// Of more blocks than these each turn moves so many, in rotation.
  static let blocksPerTurn = 2
  /// Of so many coordinates, each turn moves one by a slice; of more, fewer turns do, as blocks move seldom enough
  /// there too.
  static let slicesEachTurn = 16

  /// A sampler for densities near the normal one of this mean and precision (positive definite).
  public init(mean: [Double], precision: Matrix) {
    self.mean = mean
    let n = mean.count
    let count = max(1, (n + Self.largestBlock - 1) / Self.largestBlock)
    // Every count-th coordinate: those of one kind stand together and hang together least.
    blocks = (0..<count).map { offset in
      let members = Array(stride(from: offset, to: n, by: count))
      let others = (0..<n).filter { ($0 - offset) % count != 0 }
      var own = Matrix(rows: members.count, columns: members.count)
      for (a, i) in members.enumerated() {
        for (b, j) in members.enumerated() { own[a, b] = precision[i, j] }
      }
      var cholesky = CholeskyWorkspace(order: members.count)
      let factored = cholesky.factor(own)
      precondition(factored, "the precision must be positive definite")
      var regression = Matrix(rows: members.count, columns: others.count)
      for (b, j) in others.enumerated() {
        var column = members.map { -precision[$0, j] }
        cholesky.solve(&column)
        for a in members.indices { regression[a, b] = column[a] }
      }
      return Block(members: members, others: others, lower: cholesky.lowerFactor(), regression: regression)
    }
    tuning = SliceSampler.Tuning(widths: (0..<n).map { 3 / precision[$0, $0].squareRoot() })
  }

  /// Moves `state` by one update of every block (of two of them in turn, where there are more) and, turn by turn, a
  /// slice update of one coordinate after the other (in fewer turns, where there are many); returns how many blocks
  /// moved.
  @discardableResult
  public func step(
    _ state: inout SliceSampler.State, turn: Int, stream: inout RandomStream, logDensity: ([Double]) -> Double
  ) -> Int {
    var moved = 0
    let some = min(blocks.count, Self.blocksPerTurn)
    for place in 0..<some
    where update(blocks[(turn * some + place) % blocks.count], &state, &stream, logDensity) {
      moved += 1
    }
    let pause = max(1, mean.count / Self.slicesEachTurn)
    if !mean.isEmpty, turn % pause == 0 {
      SliceSampler.step(
        &state, coordinate: turn / pause % mean.count, tuning: tuning, stream: &stream, logDensity: logDensity
      )
    }
    return moved
  }

  private func update(
    _ block: Block, _ state: inout SliceSampler.State, _ stream: inout RandomStream,
    _ logDensity: ([Double]) -> Double
  ) -> Bool {
    let d = block.members.count
    let shifts = block.regression.times(block.others.map { state.position[$0] - mean[$0] })
    // z with precision Λ from L⁻ᵀ of normal numbers.
    var z = (0..<d).map { _ in stream.normal() }
    for i in stride(from: d - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(d, i + 1) { z[i] -= block.lower[k, i] * z[k] }
      z[i] /= block.lower[i, i]
    }
    let nu = Self.degreesOfFreedom
    let stretch = Self.inflation / stream.gamma(shape: nu / 2, scale: 2 / nu).squareRoot()
    var proposal = state.position
    for (a, i) in block.members.enumerated() { proposal[i] = mean[i] + shifts[a] + stretch * z[a] }
    func logProposal(_ x: [Double]) -> Double {
      let deviation = block.members.enumerated().map { x[$1] - mean[$1] - shifts[$0] }
      var square = 0.0
      for column in 0..<d {
        var sum = 0.0
        for row in column..<d { sum += block.lower[row, column] * deviation[row] }
        square += sum * sum
      }
      return -0.5 * (nu + Double(d)) * log1p(square / (nu * Self.inflation * Self.inflation))
    }
    let before = state.logDensity - logProposal(state.position)
    let threshold = log(stream.uniform())
    let value = logDensity(proposal)
    guard value.isFinite, value - logProposal(proposal) - before > threshold else { return false }
    state.position = proposal
    state.logDensity = value
    return true
  }
}
