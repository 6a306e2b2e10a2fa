// A topology made ready for fast evaluation: flat arrays, torsions as polynomials in cos φ.

import Chemistry

/// A topology compiled for evaluation. A value: build one a force field, use it from any thread.
public struct EnergyModel: Sendable {
  struct Bond {
    var i: Int32, j: Int32
    var forceConstant: Double, length: Double
  }

  struct Angle {
    var i: Int32, j: Int32, k: Int32
    var forceConstant: Double, angle: Double
    // cos and sin of the equilibrium angle: the deviation is taken from them without an arc cosine.
    var cosine: Double, sine: Double
  }

  /// Σ k(1 + cos(nφ − γ)) = p(cos φ) + sin φ · q(cos φ), Chebyshev polynomials expanded to powers.
  struct Series {
    var i: Int32, j: Int32, k: Int32, l: Int32
    var p: PowerSeries
    var q: PowerSeries
  }

  struct Pair {
    var i: Int32, j: Int32
    var repulsion: Double, dispersion: Double, coulomb: Double
  }

  /// The number of atoms.
  public let atomCount: Int
  var bonds: [Bond]
  var angles: [Angle]
  var torsions: [Series]
  var impropers: [Series]
  // Torsions and impropers with a phase other than 0 and π; rare, so kept out of the fast loop.
  var slantedTorsions: [Series]
  var slantedImpropers: [Series]
  var pairs: [Pair]

  /// Compiles a topology.
  public init(_ topology: Topology) {
    atomCount = topology.atoms.count
    bonds = topology.bonds.map {
      Bond(i: Int32($0.i), j: Int32($0.j), forceConstant: $0.forceConstant, length: $0.length)
    }
    angles = topology.angles.map {
      let direction = Direction(angle: $0.angle)
      return Angle(
        i: Int32($0.i), j: Int32($0.j), k: Int32($0.k), forceConstant: $0.forceConstant, angle: $0.angle,
        cosine: direction.cosine, sine: direction.sine)
    }
    let compiledTorsions = topology.torsions.map(Series.init)
    let compiledImpropers = topology.impropers.map(Series.init)
    torsions = compiledTorsions.filter(\.q.isZero)
    slantedTorsions = compiledTorsions.filter { !$0.q.isZero }
    impropers = compiledImpropers.filter(\.q.isZero)
    slantedImpropers = compiledImpropers.filter { !$0.q.isZero }
    pairs = topology.pairs.map {
      Pair(
        i: Int32($0.i), j: Int32($0.j), repulsion: $0.repulsion, dispersion: $0.dispersion,
        coulomb: $0.coulomb)
    }
  }
}

/// A polynomial of degree six; the coefficient of xⁿ is `c.n`.
struct PowerSeries: Sendable, Hashable {
  var c: (Double, Double, Double, Double, Double, Double, Double) = (0, 0, 0, 0, 0, 0, 0)

  /// Adds `factor` times the polynomial with these integer coefficients, constant first.
  mutating func add(_ coefficients: [Double], times factor: Double) {
    withUnsafeMutableBytes(of: &c) { raw in
      let values = raw.bindMemory(to: Double.self)
      for (n, coefficient) in coefficients.enumerated() { values[n] += factor * coefficient }
    }
  }

  var isZero: Bool {
    c.0 == 0 && c.1 == 0 && c.2 == 0 && c.3 == 0 && c.4 == 0 && c.5 == 0 && c.6 == 0
  }

  static func == (a: PowerSeries, b: PowerSeries) -> Bool {
    (a.c.0, a.c.1, a.c.2, a.c.3, a.c.4, a.c.5) == (b.c.0, b.c.1, b.c.2, b.c.3, b.c.4, b.c.5) && a.c.6 == b.c.6
  }

  func hash(into hasher: inout Hasher) {
    for value in [c.0, c.1, c.2, c.3, c.4, c.5, c.6] { hasher.combine(value) }
  }
}

extension EnergyModel.Series {
  /// The largest periodicity that the polynomials hold.
  static var largestPeriodicity: Int { 6 }

  init(_ torsion: Torsion) {
    i = Int32(torsion.quartet.i)
    j = Int32(torsion.quartet.j)
    k = Int32(torsion.quartet.k)
    l = Int32(torsion.quartet.l)
    p = PowerSeries()
    q = PowerSeries()
    for term in torsion.terms {
      precondition((0...Self.largestPeriodicity).contains(term.periodicity), "readers keep n within 0 … 6")
      p.add([1], times: term.forceConstant)
      p.add(Self.chebyshevFirst[term.periodicity], times: term.cosineAmplitude)
      if term.periodicity > 0 {
        q.add(Self.chebyshevSecond[term.periodicity - 1], times: term.sineAmplitude)
      }
    }
  }

  // cos nφ = Tₙ(cos φ); sin nφ = sin φ · Uₙ₋₁(cos φ). Powers of the argument, constant first.
  static let chebyshevFirst: [[Double]] = [
    [1], [0, 1], [-1, 0, 2], [0, -3, 0, 4], [1, 0, -8, 0, 8], [0, 5, 0, -20, 0, 16], [-1, 0, 18, 0, -48, 0, 32],
  ]
  static let chebyshevSecond: [[Double]] = [
    [1], [0, 2], [-1, 0, 4], [0, -4, 0, 8], [1, 0, -12, 0, 16], [0, 6, 0, -32, 0, 32],
  ]
}
