// Factorising one sparse positive-definite matrix after another in the same memory, and what its inverse is where it
// matters.

import CGSL

/// Memory for the Cholesky factorisation A = L Lᵀ of matrices of one ``SparseStructure``, used again for each matrix.
///
/// Right-looking and supernodal: a node's pivots are eliminated by dense kernels, and what that changes is subtracted
/// from later nodes' panels at once. Nothing is allocated after `init`, and a solve takes memory of its caller only.
public struct SparseCholeskyWorkspace: ~Copyable, @unchecked Sendable {
  // Sendable because the struct is the only owner of its memory.

  /// Which elements there are.
  public let structure: SparseStructure
  /// Whether the memory holds the factor of a matrix.
  public private(set) var isFactored = false
  let panels: UnsafeMutablePointer<Double>
  let reciprocalPivots: UnsafeMutablePointer<Double>
  // An update of one node, and a vector over one front.
  let update: UnsafeMutablePointer<Double>
  let front: UnsafeMutablePointer<Double>
  // A block of pivots while it is factorised, with room to spill.
  let block: UnsafeMutablePointer<Double>

  static var blockStride: Int { CholeskyKernels.blockOrder }

  /// Memory for matrices of a structure.
  public init(_ structure: SparseStructure) {
    NumericalLibraries.configure()
    self.structure = structure
    func memory(_ count: Int) -> UnsafeMutablePointer<Double> {
      let result = UnsafeMutablePointer<Double>.allocate(capacity: max(1, count))
      result.initialize(repeating: 0, count: max(1, count))
      return result
    }
    panels = memory(structure.count)
    reciprocalPivots = memory(structure.order + 4)
    let rest = structure.nodes.map(\.rest.count).max() ?? 0
    update = memory(rest * rest)
    front = memory((structure.nodes.map(\.width).max() ?? 0) + 4)
    block = memory((Self.blockStride + 3) * Self.blockStride + 4)
  }

  deinit {
    panels.deallocate()
    reciprocalPivots.deallocate()
    update.deallocate()
    front.deallocate()
    block.deallocate()
  }

  /// Factorises the matrix that `fill` writes; false when it is not positive definite or not finite.
  ///
  /// `fill` gets the structure's `count` numbers with undefined contents and must set all of them, zero where there is
  /// no element.
  /// - Throws: what the closure throws.
  public mutating func factor(_ fill: (UnsafeMutableBufferPointer<Double>) throws -> Void) rethrows -> Bool {
    isFactored = false
    try fill(UnsafeMutableBufferPointer(start: panels, count: structure.count))
    for node in structure.nodes {
      guard eliminate(node) else { return false }
      if !node.rest.isEmpty { updateLater(node) }
    }
    isFactored = true
    return true
  }

  /// ln det A.
  public var logDeterminant: Double {
    precondition(isFactored, "no matrix is factorised")
    // One logarithm for all pivots: the product of significands, and the sum of exponents.
    var (significand, exponent) = (1.0, 0)
    for node in structure.nodes {
      for i in 0..<node.pivots.count {
        significand *= panels[node.start + i * node.width + i]
        exponent += Int(significand.exponent)
        significand = significand.significand
      }
    }
    return 2 * (log(significand) + Double(exponent) * log(2))
  }

  /// Replaces `vector` by L⁻¹ `vector`, in the order of elimination: its sum of squares is `vector`ᵀ A⁻¹ `vector`.
  ///
  /// - Parameters:
  ///   - vector: as many numbers as the matrix has rows.
  ///   - other: memory of as many numbers.
  public func solveLower(_ vector: inout [Double], _ other: inout [Double]) {
    checkUse(vector, other)
    for (place, column) in structure.column.enumerated() { other[place] = vector[column] }
    swap(&vector, &other)
    vector.withUnsafeMutableBufferPointer { x in
      guard let x = x.baseAddress else { return }
      for node in structure.nodes {
        let count = node.pivots.count
        let own = x + node.pivots.lowerBound
        for i in 0..<count { front[i] = own[i] }
        for i in count..<node.width { front[i] = 0 }
        CholeskyKernels.substituteForward(
          panels + node.start, pivots: count, width: node.width,
          reciprocalPivots: reciprocalPivots + node.pivots.lowerBound, front)
        for i in 0..<count { own[i] = front[i] }
        for (i, place) in node.rest.enumerated() { x[place] += front[count + i] }
      }
    }
  }

  /// Replaces `vector`, in the order of elimination, by L⁻ᵀ `vector` in that of the columns; of standard normal numbers
  /// that makes a draw with covariance A⁻¹.
  ///
  /// - Parameters:
  ///   - vector: as many numbers as the matrix has rows.
  ///   - other: memory of as many numbers.
  public func solveLowerTransposed(_ vector: inout [Double], _ other: inout [Double]) {
    checkUse(vector, other)
    vector.withUnsafeMutableBufferPointer { x in
      guard let x = x.baseAddress else { return }
      for node in structure.nodes.reversed() {
        let count = node.pivots.count
        let own = x + node.pivots.lowerBound
        for i in 0..<count { front[i] = own[i] }
        for (i, place) in node.rest.enumerated() { front[count + i] = x[place] }
        CholeskyKernels.substituteBackward(
          panels + node.start, pivots: count, width: node.width,
          reciprocalPivots: reciprocalPivots + node.pivots.lowerBound, front)
        for i in 0..<count { own[i] = front[i] }
      }
    }
    for (place, column) in structure.column.enumerated() { other[column] = vector[place] }
    swap(&vector, &other)
  }

  private func checkUse(_ vector: [Double], _ other: [Double]) {
    precondition(isFactored, "no matrix is factorised")
    precondition(
      vector.count == structure.order && other.count == structure.order, "the vector is of another order")
  }

  /// Factorises the pivots of a node, and the rest of their rows.
  private func eliminate(_ node: SparseStructure.Node) -> Bool {
    let (count, width) = (node.pivots.count, node.width)
    let panel = panels + node.start
    let reciprocals = reciprocalPivots + node.pivots.lowerBound
    if count == width, count <= CholeskyKernels.largestPlainOrder {
      return CholeskyKernels.factorPlainly(
        panel, stride: width, count: count, reciprocalPivots: reciprocals)
    }
    let (stride, size) = (Int32(width), Self.blockStride)
    for start in Swift.stride(from: 0, to: count, by: size) {
      let own = min(size, count - start)
      let diagonal = panel + start * width + start
      // Apart, since the kernel spills to the right.
      for i in 0..<own { for j in i..<own { block[i * size + j] = diagonal[i * width + j] } }
      guard
        CholeskyKernels.factorPlainly(
          block, stride: size, count: own, reciprocalPivots: reciprocals + start)
      else { return false }
      for i in 0..<own { for j in i..<own { diagonal[i * width + j] = block[i * size + j] } }
      let right = width - start - own
      guard right > 0 else { break }
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, Int32(own), Int32(right), 1,
        diagonal, stride, diagonal + own, stride)
      let left = count - start - own
      guard left > 0 else { break }
      let next = diagonal + own * width + own
      cblas_dsyrk(
        CblasRowMajor, CblasUpper, CblasTrans, Int32(left), Int32(own), -1, diagonal + own, stride, 1, next,
        stride)
      guard right > left else { continue }
      cblas_dgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, Int32(left), Int32(right - left), Int32(own), -1,
        diagonal + own, stride, diagonal + own + left, stride, 1, next + left, stride)
    }
    return true
  }

  /// Subtracts the products of a node's rows from later panels.
  private func updateLater(_ node: SparseStructure.Node) {
    let (count, rest) = (node.pivots.count, node.rest.count)
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, Int32(rest), Int32(count), 1, panels + node.start + count,
      Int32(node.width), 0, update, Int32(rest))
    for change in node.updates {
      let later = structure.nodes[change.node]
      let first = change.rows.lowerBound
      change.places.withUnsafeBufferPointer { places in
        for row in change.rows {
          let target = panels + later.start + places[row - first] * later.width
          let source = update + row * rest + first
          for column in (row - first)..<(rest - first) { target[places[column]] -= source[column] }
        }
      }
    }
  }
}
