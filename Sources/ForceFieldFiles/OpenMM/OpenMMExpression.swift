// Energies of OpenMM's custom forces that are known forms: what OpenMM's own readers and common scripts write.

/// An energy expression: the formula and the definitions after it, without blanks.
struct OpenMMExpression {
  let formula: String
  /// Definitions by name.
  let definitions: [String: String]

  /// An expression of its text.
  init(_ text: String) {
    let parts = text.filter { !$0.isWhitespace }.split(separator: ";").map(String.init)
    formula = parts.first ?? ""
    var definitions: [String: String] = [:]
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      if sides.count == 2 { definitions[sides[0]] = sides[1] }
    }
    self.definitions = definitions
  }

  /// A harmonic improper: what k is multiplied by, and whether θ − θ₀ is brought into ±π.
  var harmonicImproper: (factor: Double, isWrapped: Bool)? {
    // Where π is a definition or a number, it is π to the six digits that OpenMM's readers print.
    if let pi = definitions["pi"], !isPi(pi) { return nil }
    if formula == "k*(theta-theta0)^2", definitions.isEmpty { return (1, false) }
    if formula == "0.5*k*(theta-theta0)^2", definitions.isEmpty { return (0.5, false) }
    if let match = formula.wholeMatch(of: /(0\.5\*)?k\*min\(dtheta,2\*([0-9.]+|pi)-dtheta\)\^2/),
      match.2 == "pi" ? definitions["pi"] != nil : isPi(String(match.2)),
      definitions["dtheta"] == "abs(theta-theta0)"
    {
      return (match.1 == nil ? 1 : 0.5, true)
    }
    if formula == "0.5*k*(thetap-theta0)^2", definitions["pi"] != nil,
      definitions["thetap"] == "step(-(theta-theta0+pi))*2*pi+theta+step(theta-theta0-pi)*(-2*pi)"
    {
      return (0.5, true)
    }
    return nil
  }

  private func isPi(_ text: String) -> Bool { Double(text).map { abs($0 - .pi) < 1e-5 } ?? false }

  /// A Lennard-Jones energy of a pair.
  enum LennardJonesForm: Equatable {
    /// Tables acoef and bcoef by type; the first may hold square roots.
    case table(isRoot: Bool)
    /// Products of per-particle A (r⁻¹²) and C (r⁻⁶).
    case products
    /// σ and ε combined geometrically.
    case geometric
  }

  /// The Lennard-Jones energy of a CustomNonbondedForce, where it is one of the known forms.
  var lennardJones: LennardJonesForm? {
    let tables = definitions["a"] == "acoef(type1,type2)" && definitions["b"] == "bcoef(type1,type2)"
    switch formula {
    case "acoef(type1,type2)/r^12-bcoef(type1,type2)/r^6": return .table(isRoot: false)
    case "(a/r6)^2-b/r6" where tables && definitions["r6"] == "r^6": return .table(isRoot: true)
    case "A1*A2/r^12-C1*C2/r^6": return .products
    case "4*epsilon*((sigma/r)^12-(sigma/r)^6)"
    where definitions["sigma"] == "sqrt(sigma1*sigma2)" && definitions["epsilon"] == "sqrt(epsilon1*epsilon2)":
      return .geometric
    default: return nil
    }
  }

  /// A Lennard-Jones energy of listed pairs (CustomBondForce).
  enum PairForm: Equatable {
    /// factor · ε[(σ/r)¹² − (σ/r)⁶].
    case sigmaEpsilon(factor: Double)
    /// A/r¹² − C/r⁶.
    case coefficients
  }

  /// The Lennard-Jones energy of a CustomBondForce, where it is one of the known forms.
  var pairLennardJones: PairForm? {
    guard definitions.isEmpty else { return nil }
    if formula == "-C/r^6+A/r^12" { return .coefficients }
    if let match = formula.wholeMatch(of: /([0-9.eE+-]+)\*epsilon\*\(\(sigma\/r\)\^12-\(sigma\/r\)\^6\)/),
      let factor = Double(match.1), factor.isFinite
    {
      return .sigmaEpsilon(factor: factor)
    }
    return nil
  }
}
