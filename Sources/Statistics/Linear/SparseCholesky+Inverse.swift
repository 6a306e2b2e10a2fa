// The elements of an inverse where the matrix may have its own: enough for the derivatives of determinants.

import CGSL

extension SparseCholeskyWorkspace {
  /// Writes the elements of A⁻¹ that the structure has into `inverse`, the structure's `count` numbers (Takahashi,
  /// Fagan & Chin 1973; Erisman & Tinney 1975, doi:10.1145/360680.360704).
  ///
  /// - Parameters:
  ///   - inverse: gets the elements of A⁻¹ where A has elements, in the structure's order.
  ///   - scratch: two matrices over the largest front.
  public func invert(into inverse: inout [Double], _ scratch: inout [Double]) {
    precondition(isFactored, "no matrix is factorised")
    let widest = structure.nodes.map(\.width).max() ?? 0
    if scratch.count < 2 * widest * widest {
      scratch = [Double](repeating: 0, count: 2 * widest * widest)
    }
    inverse.withUnsafeMutableBufferPointer { inverse in
      scratch.withUnsafeMutableBufferPointer { scratch in
        guard let z = inverse.baseAddress, let all = scratch.baseAddress else { return }
        for node in structure.nodes.reversed() { invert(node, z, all, all + widest * widest) }
      }
    }
  }

  /// Y = U₁₁⁻¹ U₁₂; Z₁₂ = −Y Z₂₂ and Z₁₁ = U₁₁⁻¹ U₁₁⁻ᵀ − Z₁₂ Yᵀ.
  private func invert(
    _ node: SparseStructure.Node, _ z: UnsafeMutablePointer<Double>, _ later: UnsafeMutablePointer<Double>,
    _ own: UnsafeMutablePointer<Double>
  ) {
    let (count, rest, width) = (node.pivots.count, node.rest.count, node.width)
    let (p, r, stride) = (Int32(count), Int32(rest), Int32(width))
    let (panel, result) = (panels + node.start, z + node.start)
    for i in 0..<count {
      for j in 0..<count { result[i * width + j] = i == j ? 1 : 0 }
    }
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, p, p, 1, panel, stride, result, stride)
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, p, p, 1, panel, stride, result, stride
    )
    guard rest > 0 else { return }
    gather(node, z, into: later)
    for i in 0..<count { for j in 0..<rest { own[i * rest + j] = panel[i * width + count + j] } }
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, p, r, 1, panel, stride, own, r)
    cblas_dsymm(
      CblasRowMajor, CblasRight, CblasUpper, p, r, -1, later, r, own, r, 0, result + count, stride)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, p, p, r, -1, result + count, stride, own, r, 1, result, stride)
  }

  /// The inverse over a node's rest, upper triangle.
  private func gather(
    _ node: SparseStructure.Node, _ z: UnsafeMutablePointer<Double>,
    into target: UnsafeMutablePointer<Double>
  ) {
    let rest = node.rest.count
    for change in node.updates {
      let later = structure.nodes[change.node]
      let first = change.rows.lowerBound
      change.places.withUnsafeBufferPointer { places in
        for row in change.rows {
          let source = z + later.start + places[row - first] * later.width
          let own = target + row * rest + first
          for column in (row - first)..<(rest - first) { own[column] = source[places[column]] }
        }
      }
    }
  }

  /// Adds `vector` `vector`ᵀ, columns in their order, to the upper triangle of `matrix` where the structure has
  /// elements.
  public func addSquare(of vector: [Double], to matrix: inout [Double]) {
    let column = structure.column
    matrix.withUnsafeMutableBufferPointer { matrix in
      guard let a = matrix.baseAddress else { return }
      for node in structure.nodes {
        for (i, place) in node.pivots.enumerated() {
          let row = a + node.start + i * node.width
          let value = vector[column[place]]
          for j in i..<node.pivots.count {
            row[j] += value * vector[column[node.pivots.lowerBound + j]]
          }
          for (j, other) in node.rest.enumerated() {
            row[node.pivots.count + j] += value * vector[column[other]]
          }
        }
      }
    }
  }

  /// Σ A∘B over all elements of two symmetric matrices of the structure; the first has zeros outside its upper
  /// triangle.
  public func product(_ first: [Double], _ second: [Double]) -> Double {
    var diagonal = 0.0
    for node in structure.nodes {
      for i in 0..<node.pivots.count {
        let place = node.start + i * (node.width + 1)
        diagonal += first[place] * second[place]
      }
    }
    let upper = first.withUnsafeBufferPointer { a in
      second.withUnsafeBufferPointer { b in
        a.baseAddress.map { scalarProduct($0, b.baseAddress!, structure.count) } ?? 0
      }
    }
    return 2 * upper - diagonal
  }
}
