// Other ways to write a torsion's energy, brought to periodic terms and back without loss.

/// Ryckaert-Bellemans: Σₙ Cₙ cosⁿ(φ − 180°), n = 0 … 5, kcal/mol (GROMACS manual, "Proper
/// dihedrals: Ryckaert-Bellemans function").
public struct RyckaertBellemans: Hashable, Sendable {
  /// C₀ … C₅.
  public var coefficients: [Double]

  /// A function of six coefficients.
  /// - Precondition: there are six.
  public init(_ coefficients: [Double]) {
    precondition(coefficients.count == 6)
    self.coefficients = coefficients
  }

  /// The function of periodic terms; nil where one has a periodicity above 5 or a phase other than 0 and π.
  public init?(_ terms: [TorsionTerm]) {
    // Powers of cos φ in cos nφ; cosⁿ(φ − 180°) = (−1)ⁿ cosⁿ φ.
    var powers = [Double](repeating: 0, count: 6)
    for term in terms {
      guard (0...5).contains(term.periodicity), term.sineAmplitude == 0 else { return nil }
      powers[0] += term.forceConstant
      for (power, weight) in Self.powers[term.periodicity].enumerated() {
        powers[power] += term.cosineAmplitude * weight
      }
    }
    self.init(powers.enumerated().map { $0.offset % 2 == 0 ? $0.element : -$0.element })
  }

  /// The same energy as periodic terms of phase 0, zero terms left out; periodicity 0 holds the constant.
  public var periodicTerms: [TorsionTerm] {
    var amplitudes = [Double](repeating: 0, count: 6)
    for (power, coefficient) in coefficients.enumerated() {
      let signed = power % 2 == 0 ? coefficient : -coefficient
      for (n, weight) in Self.cosines[power].enumerated() { amplitudes[n] += signed * weight }
    }
    return periodic(amplitudes)
  }

  // cos nφ as powers of cos φ (Chebyshev polynomials, DLMF 18.5.14).
  private static let powers: [[Double]] = [
    [1], [0, 1], [-1, 0, 2], [0, -3, 0, 4], [1, 0, -8, 0, 8], [0, 5, 0, -20, 0, 16],
  ]
  // cosⁿ φ as cosines of multiples.
  private static let cosines: [[Double]] = [
    [1], [0, 1], [0.5, 0, 0.5], [0, 0.75, 0, 0.25], [0.375, 0, 0.5, 0, 0.125],
    [0, 0.625, 0, 0.3125, 0, 0.0625],
  ]
}

/// OPLS: ½[F₁(1 + cos φ) + F₂(1 − cos 2φ) + F₃(1 + cos 3φ) + F₄(1 − cos 4φ)], F in kcal/mol
/// (Jorgensen et al. 1996, doi:10.1021/ja9621760), as periodic terms of phase 0; zero terms are left out.
public func periodicTerms(ofOPLS f: [Double]) -> [TorsionTerm] {
  var amplitudes = [Double](repeating: 0, count: 5)
  for (index, value) in f.prefix(4).enumerated() {
    amplitudes[0] += value / 2
    amplitudes[index + 1] = index % 2 == 0 ? value / 2 : -value / 2
  }
  return periodic(amplitudes)
}

/// Σ aₙ cos nφ as periodic terms: aₙ(1 + cos nφ), and what these add as a constant of periodicity 0.
private func periodic(_ amplitudes: [Double]) -> [TorsionTerm] {
  var terms = amplitudes.enumerated().dropFirst().filter { $0.element != 0 }.map {
    TorsionTerm(periodicity: $0.offset, phase: 0, forceConstant: $0.element)
  }
  let constant = amplitudes[0] - terms.reduce(0) { $0 + $1.forceConstant }
  let size = amplitudes.reduce(0) { $0 + abs($1) }
  // A term of periodicity 0 is k(1 + cos 0) = 2k; rounding alone makes none.
  if abs(constant) > 1e-14 * size {
    terms.append(TorsionTerm(periodicity: 0, phase: 0, forceConstant: constant / 2))
  }
  return terms
}
