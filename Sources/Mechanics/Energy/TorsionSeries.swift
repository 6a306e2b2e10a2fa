// Sums of cosines of multiples of an angle as polynomials in its cosine: no cosine is computed twice, none by libm.

import Chemistry

/// Σ k(1 + cos(nφ − γ)) = p(cos φ) + sin φ · q(cos φ): cos nφ = Tₙ(cos φ), sin nφ = sin φ · Uₙ₋₁(cos φ), with Chebyshev
/// polynomials of both kinds (DLMF 18.5.1–2).
struct TorsionSeries: Sendable {
  /// The largest periodicity that the polynomials hold.
  static let largestPeriodicity = 6

  var quartet: Quartet
  var p: PowerSeries<Double>
  var q: PowerSeries<Double>

  /// Whether the energy is that of the mirror image: all phases are 0 or π.
  var isEven: Bool { q == PowerSeries() }

  init(quartet: Quartet, p: PowerSeries<Double>, q: PowerSeries<Double>) {
    self.quartet = quartet
    self.p = p
    self.q = q
  }

  init(_ torsion: Torsion) {
    self.init(quartet: torsion.quartet, p: PowerSeries(), q: PowerSeries())
    for term in torsion.terms {
      precondition((0...Self.largestPeriodicity).contains(term.periodicity), "readers keep n within 0 … 6")
      p.add([1], times: term.forceConstant)
      p.add(Self.chebyshevFirst[term.periodicity], times: term.cosineAmplitude)
      if term.periodicity > 0 {
        q.add(Self.chebyshevSecond[term.periodicity - 1], times: term.sineAmplitude)
      }
    }
  }

  /// dE/dφ, kcal/mol/rad.
  func slope(at direction: Direction) -> Double {
    let pSlope = p.valueAndSlope(at: direction.cosine).1
    let (value, qSlope) = q.valueAndSlope(at: direction.cosine)
    return -direction.sine * (pSlope + direction.sine * qSlope) + direction.cosine * value
  }

  // Powers of the argument, constant first.
  private static let chebyshevFirst: [[Double]] = [
    [1], [0, 1], [-1, 0, 2], [0, -3, 0, 4], [1, 0, -8, 0, 8], [0, 5, 0, -20, 0, 16],
    [-1, 0, 18, 0, -48, 0, 32],
  ]
  private static let chebyshevSecond: [[Double]] = [
    [1], [0, 2], [-1, 0, 4], [0, -4, 0, 8], [1, 0, -12, 0, 16], [0, 6, 0, -32, 0, 32],
  ]
}

/// A polynomial of degree six with scalar or lane coefficients, cₙ that of xⁿ.
struct PowerSeries<Number: Hashable & Sendable>: Hashable, Sendable {
  var c0: Number, c1: Number, c2: Number, c3: Number, c4: Number, c5: Number, c6: Number
}

extension PowerSeries<Double> {
  /// Zero.
  init() { self.init(c0: 0, c1: 0, c2: 0, c3: 0, c4: 0, c5: 0, c6: 0) }

  /// Adds `factor` times the polynomial with these coefficients, constant first.
  mutating func add(_ coefficients: [Double], times factor: Double) {
    let paths: [WritableKeyPath<Self, Double>] = [\.c0, \.c1, \.c2, \.c3, \.c4, \.c5, \.c6]
    for (path, coefficient) in zip(paths, coefficients) { self[keyPath: path] += factor * coefficient }
  }

  /// The polynomial and its derivative at x.
  @inline(__always)
  func valueAndSlope(at x: Double) -> (Double, Double) {
    let x2 = x * x
    let x4 = x2 * x2
    let value = (c0 + c1 * x) + (c2 + c3 * x) * x2 + (c4 + c5 * x + c6 * x2) * x4
    let slope = (c1 + 2 * c2 * x) + (3 * c3 + 4 * c4 * x) * x2 + (5 * c5 + 6 * c6 * x) * x4
    return (value, slope)
  }
}

extension PowerSeries<Lanes> {
  /// Two polynomials side by side.
  init(_ a: PowerSeries<Double>, _ b: PowerSeries<Double>) {
    self.init(
      c0: Lanes(a.c0, b.c0), c1: Lanes(a.c1, b.c1), c2: Lanes(a.c2, b.c2), c3: Lanes(a.c3, b.c3),
      c4: Lanes(a.c4, b.c4), c5: Lanes(a.c5, b.c5), c6: Lanes(a.c6, b.c6))
  }

  /// Both polynomials and their derivatives at x. Grouped so that dependency chains are short.
  @inline(__always)
  func valueAndSlope(at x: Lanes) -> (Lanes, Lanes) {
    let x2 = x * x
    let x4 = x2 * x2
    let value = (c0 + c1 * x) + (c2 + c3 * x) * x2 + (c4 + c5 * x + c6 * x2) * x4
    let low = c1 + (c2 + c2) * x
    let middle = (3 * c3 + 4 * c4 * x) * x2
    return (value, low + middle + (5 * c5 + 6 * c6 * x) * x4)
  }
}
