// Lennard-Jones parameters: of an atom, combined for a pair, as coefficients of an energy.

/// Energy `4ε[(σ/r)¹² − (σ/r)⁶]`.
public struct LennardJones: Hashable, Sendable {
  /// σ in Å; the minimum is at 2^(1/6) σ.
  public var sigma: Double
  /// ε in kcal/mol, ≥ 0.
  public var epsilon: Double

  /// Parameters of the two numbers.
  public init(sigma: Double, epsilon: Double) {
    self.sigma = sigma
    self.epsilon = epsilon
  }

  /// Parameters from half the distance of the minimum between two such atoms (AMBER, CHARMM), in Å.
  public init(halfMinimum: Double, epsilon: Double) {
    self.init(sigma: 2 * halfMinimum / Self.minimumOverSigma, epsilon: epsilon)
  }

  /// Parameters from the coefficients of r⁻¹² and r⁻⁶, which are ≥ 0 (kcal/mol·Å¹², kcal/mol·Å⁶); zero unless both are
  /// positive.
  public init(repulsion: Double, dispersion: Double) {
    guard repulsion > 0, dispersion > 0 else {
      self.init(sigma: 0, epsilon: 0)
      return
    }
    let ratio = repulsion / dispersion
    self.init(sigma: sixthRoot(ratio), epsilon: dispersion / (4 * ratio))
  }

  /// 2^(1/6): the minimum of the energy in units of σ.
  public static let minimumOverSigma = 1.122_462_048_309_373

  /// Half the distance of the minimum between two such atoms, Å.
  public var halfMinimum: Double { sigma * Self.minimumOverSigma / 2 }

  /// The coefficient of r⁻¹², kcal/mol·Å¹².
  public var repulsion: Double { dispersion * power6 }

  /// The coefficient of −r⁻⁶, kcal/mol·Å⁶.
  public var dispersion: Double { 4 * epsilon * power6 }

  private var power6: Double {
    let cube = sigma * sigma * sigma
    return cube * cube
  }

  /// The parameters of a pair of unlike atoms.
  public func combined(with other: LennardJones, by rule: CombinationRule) -> LennardJones {
    let epsilon = (epsilon * other.epsilon).squareRoot()
    switch rule {
    case .lorentzBerthelot: return LennardJones(sigma: (sigma + other.sigma) / 2, epsilon: epsilon)
    case .geometric: return LennardJones(sigma: (sigma * other.sigma).squareRoot(), epsilon: epsilon)
    }
  }
}

/// How the Lennard-Jones parameters of two atoms combine; ε is the geometric mean either way.
public enum CombinationRule: String, Hashable, Sendable {
  /// σ is the arithmetic mean (AMBER, CHARMM; GROMACS's rule 2).
  case lorentzBerthelot
  /// σ is the geometric mean (OPLS; GROMACS's rules 1 and 3).
  case geometric
}

/// x^(1/6) by the square root and Newton's cube root: no maths library is imported here.
private func sixthRoot(_ x: Double) -> Double {
  let target = x.squareRoot()
  guard target.isFinite, target > 0 else { return target }
  // 2^(e/3) is within a factor of two of the cube root.
  var y = Double(sign: .plus, exponent: Int((Double(target.exponent) / 3).rounded(.down)), significand: 1.3)
  for _ in 0..<60 {
    let next = y - (y - target / (y * y)) / 3
    if next == y { break }
    y = next
  }
  return y
}

extension BondGraph {
  /// The pairs of atoms by the fewest bonds between them: those that force fields exclude (one or two bonds) and the
  /// 1-4 pairs (three).
  public var nearPairs: (excluded: Set<BondIndex>, oneFour: Set<BondIndex>) {
    var excluded = Set(bonds)
    for middle in neighbours {
      for a in middle { for b in middle where a < b { excluded.insert(BondIndex(a, b)) } }
    }
    var oneFour: Set<BondIndex> = []
    for bond in bonds {
      for quartet in quartets(about: bond) {
        let pair = BondIndex(quartet.i, quartet.l)
        if !excluded.contains(pair) { oneFour.insert(pair) }
      }
    }
    return (excluded, oneFour)
  }
}
