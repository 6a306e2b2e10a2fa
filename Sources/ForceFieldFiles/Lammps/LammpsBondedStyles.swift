// The energy of LAMMPS's bonded styles, brought to Swivel's terms (LAMMPS manual: bond_style, angle_style,
// dihedral_style, improper_style).

import Chemistry

/// A dihedral type: its periodic terms, and the weight it gives to the 1-4 pair of its ends (style charmm).
struct LammpsDihedral {
  var terms: [TorsionTerm]
  var weight = 0.0
}

/// An angle type, with the Urey-Bradley term that style charmm has.
struct LammpsAngle {
  var forceConstant: Double
  var angle: Double
  var ureyBradley: (forceConstant: Double, length: Double)?
}

/// An improper type.
enum LammpsImproper {
  case periodic(TorsionTerm)
  /// Force constant and angle, which is 0 or π.
  case harmonic(Double, Double)
}

/// The coefficients of one type: words of a line from `start` on.
struct LammpsCoefficients {
  var style: String
  var line: LammpsLine
  var start: Int

  private func number(_ index: Int, _ what: String) throws -> Double { try line.number(start + index, what) }
  private func integer(_ index: Int, _ what: String) throws -> Int { try line.integer(start + index, what) }

  private func checkCount(_ count: Int) throws {
    guard line.words.count == start + count else {
      throw line.error(
        "style \(style) has \(count) coefficients, but \(max(0, line.words.count - start)) stand here",
        word: max(0, min(start, line.words.count - 1)),
        hint: "check that the style in the script is the one the line was written for")
    }
  }

  /// Force constant and length of a bond.
  func bond() throws -> (forceConstant: Double, length: Double) {
    guard style == "harmonic" else {
      throw line.error("bond_style \(style) is not supported", hint: "harmonic is")
    }
    try checkCount(2)
    return (try number(0, "a force constant"), try number(1, "a length"))
  }

  /// An angle's terms.
  func angle() throws -> LammpsAngle {
    switch style {
    case "harmonic":
      try checkCount(2)
      return LammpsAngle(
        forceConstant: try number(0, "a force constant"), angle: try number(1, "an angle") * Units.degree)
    case "charmm":
      try checkCount(4)
      let k = try number(2, "a Urey-Bradley force constant")
      let length = try number(3, "a Urey-Bradley length")
      return LammpsAngle(
        forceConstant: try number(0, "a force constant"), angle: try number(1, "an angle") * Units.degree,
        ureyBradley: k == 0 ? nil : (k, length))
    default:
      throw line.error("angle_style \(style) is not supported", hint: "harmonic and charmm are")
    }
  }

  /// A dihedral's periodic terms. φ is IUPAC's in all these styles, measured with LAMMPS 2021-09 and 2025-07.
  func dihedral() throws -> LammpsDihedral {
    switch style {
    case "charmm":
      try checkCount(4)
      let weight = try number(3, "a weight")
      guard (0...1).contains(weight) else {
        throw line.error("a weight lies between 0 and 1", word: start + 3)
      }
      return LammpsDihedral(terms: [try term(k: 0, n: 1, phase: 2)], weight: weight)
    case "harmonic":
      try checkCount(3)
      return LammpsDihedral(terms: [try signedTerm(k: 0, sign: 1, n: 2)])
    case "fourier":
      let count = try integer(0, "the number of terms")
      guard (1...20).contains(count) else { throw line.error("\(count) terms make no sense", word: start) }
      try checkCount(1 + 3 * count)
      return LammpsDihedral(
        terms: try (0..<count).map { try term(k: 1 + 3 * $0, n: 2 + 3 * $0, phase: 3 + 3 * $0) })
    case "opls":
      try checkCount(4)
      return LammpsDihedral(terms: periodicTerms(ofOPLS: try (0..<4).map { try number($0, "a coefficient") }))
    case "multi/harmonic":
      try checkCount(5)
      return try polynomial(from: 0, count: 5)
    case "nharmonic":
      let count = try integer(0, "the number of coefficients")
      guard (1...6).contains(count) else {
        throw line.error("powers of the cosine above 5 are not supported", word: start)
      }
      try checkCount(1 + count)
      return try polynomial(from: 1, count: count)
    case "class2":
      try checkCount(6)
      // K(1 − cos(nφ − φₙ)): the sign is in the phase.
      return LammpsDihedral(
        terms: try (1...3).compactMap { n in
          let k = try number(2 * n - 2, "a force constant")
          let phase = try number(2 * n - 1, "a phase") + 180
          return k == 0
            ? nil
            : TorsionTerm(periodicity: n, phase: (phase == 360 ? 0 : phase) * Units.degree, forceConstant: k)
        })
    default:
      throw line.error(
        "dihedral_style \(style) is not supported",
        hint: "charmm, fourier, harmonic, opls, multi/harmonic, nharmonic and class2 are")
    }
  }

  /// Σ Aₙ cosⁿ φ; Ryckaert-Bellemans's is of φ − 180°.
  private func polynomial(from first: Int, count: Int) throws -> LammpsDihedral {
    var coefficients = [Double](repeating: 0, count: 6)
    for power in 0..<count {
      let value = try number(first + power, "a coefficient")
      coefficients[power] = power % 2 == 0 ? value : -value
    }
    return LammpsDihedral(terms: RyckaertBellemans(coefficients).periodicTerms)
  }

  private func periodicity(_ index: Int) throws -> Int {
    let n = try integer(index, "a periodicity")
    guard (0...6).contains(n) else {
      throw line.error(
        "the periodicity \(n) is none of 0 … 6", word: start + index, hint: "Swivel's torsions go up to n = 6"
      )
    }
    return n
  }

  private func term(k: Int, n: Int, phase: Int) throws -> TorsionTerm {
    TorsionTerm(
      periodicity: try periodicity(n), phase: try number(phase, "a phase") * Units.degree,
      forceConstant: try number(k, "a force constant"))
  }

  private func signedTerm(k: Int, sign: Int, n: Int) throws -> TorsionTerm {
    let d = try integer(sign, "1 or -1")
    guard abs(d) == 1 else { throw line.error("\(d) is neither 1 nor -1", word: start + sign) }
    return TorsionTerm(
      periodicity: try periodicity(n), phase: d == 1 ? 0 : .pi,
      forceConstant: try number(k, "a force constant"))
  }

  /// An improper's term.
  func improper() throws -> LammpsImproper {
    switch style {
    case "cvff":
      try checkCount(3)
      return .periodic(try signedTerm(k: 0, sign: 1, n: 2))
    case "harmonic":
      try checkCount(2)
      let angle = try number(1, "an angle")
      // LAMMPS takes the angle without its sign: only about 0 and 180° is that a function of the dihedral angle.
      guard angle == 0 || angle == 180 else {
        throw line.error(
          "improper_style harmonic about \(angle)° is not supported: 0 and 180 are", word: start + 1,
          hint: "LAMMPS takes the angle without its sign, so that both mirror images would be minima")
      }
      return .harmonic(try number(0, "a force constant"), angle * Units.degree)
    default:
      throw line.error("improper_style \(style) is not supported", hint: "cvff and harmonic are")
    }
  }
}

extension [TorsionTerm] {
  /// The same energy with terms of equal periodicity and phase joined and zero terms left out, unless all are zero.
  var joined: [TorsionTerm] {
    var result: [TorsionTerm] = []
    for term in self where term.forceConstant != 0 {
      if let index = result.firstIndex(where: { $0.periodicity == term.periodicity && $0.phase == term.phase }
      ) {
        result[index].forceConstant += term.forceConstant
      } else {
        result.append(term)
      }
    }
    return result.isEmpty ? Array(prefix(1)) : result
  }
}
