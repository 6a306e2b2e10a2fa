// Eigenvalues and eigenvectors of symmetric matrices.

import CGSL

/// The eigenvalues and eigenvectors of a real symmetric matrix A = V diag(λ) Vᵀ.
public struct SymmetricEigen: Sendable, Hashable {
  /// The eigenvalues, largest first, each within about 10⁻¹⁵ of the largest absolute row sum of A.
  public let values: [Double]
  /// The eigenvectors, one a column, orthonormal, in the order of `values`; each is determined up to its sign.
  public let vectors: Matrix

  /// The eigenvalues and eigenvectors of `matrix`, which must be square and of which the upper triangle is read;
  /// nil when an element is not finite or the iteration does not converge.
  public init?(_ matrix: Matrix) {
    let order = matrix.rows
    precondition(order == matrix.columns, "only a square matrix has eigenvalues")
    guard matrix.elements.allSatisfy(\.isFinite) else { return nil }
    guard order > 0 else {
      (values, vectors) = ([], matrix)
      return
    }
    NumericalLibraries.configure()
    if order > Self.largestJacobiOrder {
      guard let (values, vectors) = Self.byLAPACK(matrix) else { return nil }
      (self.values, self.vectors) = (values, vectors)
      return
    }
    let work = gsl_matrix_alloc(order, order)!
    let right = gsl_matrix_alloc(order, order)!
    let singular = gsl_vector_alloc(order)!
    defer {
      gsl_matrix_free(work)
      gsl_matrix_free(right)
      gsl_vector_free(singular)
    }
    var shift = 0.0  // Gershgorin's bound on −λ
    for i in 0..<order {
      var radius = 0.0
      for j in 0..<order {
        let element = matrix[min(i, j), max(i, j)]
        gsl_matrix_set(work, i, j, element)
        radius += i == j ? -element : abs(element)
      }
      shift = max(shift, radius)
    }
    // With all eigenvalues of A + shift ≥ 0, its singular values are its eigenvalues and the right singular vectors
    // its eigenvectors. GSL's one-sided Jacobi method finds them (Demmel and Veselić, doi:10.1137/0613074).
    for i in 0..<order { gsl_matrix_set(work, i, i, matrix[i, i] + shift) }
    guard gsl_linalg_SV_decomp_jacobi(work, right, singular) == 0 else { return nil }
    values = (0..<order).map { gsl_vector_get(singular, $0) - shift }
    var vectors = Matrix(rows: order, columns: order)
    for i in 0..<order { for j in 0..<order { vectors[i, j] = gsl_matrix_get(right, i, j) } }
    self.vectors = vectors
  }

  /// Above it Jacobi's method takes ten times as long as LAPACK's.
  private static let largestJacobiOrder = 48

  /// The same by divide and conquer (Cuppen 1981, doi:10.1007/BF01396757).
  private static func byLAPACK(_ matrix: Matrix) -> ([Double], Matrix)? {
    let order = matrix.rows
    // Row after row the upper triangle is column after column the lower one.
    var elements = matrix.elements
    var ascending = [Double](repeating: 0, count: order)
    var (n, info, workSize, integerSize) = (Int32(order), Int32(0), Int32(-1), Int32(-1))
    var (work, integers) = ([0.0], [Int32(0)])
    dsyevd_("V", "L", &n, &elements, &n, &ascending, &work, &workSize, &integers, &integerSize, &info)
    workSize = Int32(work[0])
    integerSize = integers[0]
    work = [Double](repeating: 0, count: Int(workSize))
    integers = [Int32](repeating: 0, count: Int(integerSize))
    dsyevd_("V", "L", &n, &elements, &n, &ascending, &work, &workSize, &integers, &integerSize, &info)
    guard info == 0 else { return nil }
    var vectors = Matrix(rows: order, columns: order)
    for j in 0..<order {
      for i in 0..<order { vectors[i, j] = elements[(order - 1 - j) * order + i] }
    }
    return (ascending.reversed(), vectors)
  }
}
