// Non-bonded pairs of a serialized OpenMM System: NonbondedForce with its exceptions, and Lennard-Jones in custom
// forces.

import Chemistry
import TextFiles

/// OpenMM's Coulomb constant, 138.935456… kJ/mol·nm/e² (ONE_4PI_EPS0 of SimTKOpenMMRealType.h, which is made of CODATA
/// constants), as OpenMM 8.6.1's Reference platform gives it for two unit charges 1 nm apart.
let openMMCoulombConstant = 138.935_457_644_381_98 * Units.kilojoule * Units.nanometre

/// kcal/mol·Å¹² per kJ/mol·nm¹².
let openMMRepulsionFactor = Units.kilojoule * 1e12
/// kcal/mol·Å⁶ per kJ/mol·nm⁶.
let openMMDispersionFactor = Units.kilojoule * 1e6

/// The non-bonded part of a System.
struct OpenMMNonbonded {
  var charges: [Double]
  var lennardJones: [LennardJones]
  var rule: CombinationRule
  var pairs: [PairInteraction]
  var oneFourScalings: [OneFourScaling]

  private struct Exception {
    var coulomb: Double
    var lennardJones: LennardJones
    var isZero: Bool { coulomb == 0 && lennardJones.epsilon == 0 }

    /// Whether it says what the atoms' own parameters say, to what rounding leaves: then it is an ordinary pair.
    func isFullStrength(_ a: LennardJones, _ b: LennardJones, _ product: Double) -> Bool {
      let full = a.combined(with: b, by: .lorentzBerthelot)
      return isClose(coulomb, product, within: 1e-5)
        && isClose(lennardJones.repulsion, full.repulsion, within: 1e-5)
        && isClose(lennardJones.dispersion, full.dispersion, within: 1e-5)
    }
  }

  /// Pairs of all non-bonded forces.
  /// - Throws: ``InputError`` where there is none or where one is not computed in vacuum or is no known form.
  init(_ forces: [MarkupElement], atoms: Int, file: String) throws {
    let standard = forces.filter { $0.attributes["type"] == "NonbondedForce" }
    guard let force = standard.first else {
      throw InputError(SourcePlace(file: file), "the System has no NonbondedForce, which holds the charges")
    }
    if standard.count > 1 { throw InputError(standard[1].place, "a second NonbondedForce is not supported") }
    try requireOpenMMVacuum(force)
    for offsets in ["ParticleOffsets", "ExceptionOffsets"] {
      if let first = force.list(offsets).first {
        throw InputError(first.place, "offsets of non-bonded parameters (\(offsets)) are not supported")
      }
    }
    let particles = try openMMParticles(force, atoms)
    charges = try particles.map { try $0.number("q") }
    var atomic = try particles.map { try parameters($0) }
    var exceptions: [BondIndex: Exception] = [:]
    for element in force.list("Exceptions") {
      let (a, b) = (try element.integer("p1", in: 0..<atoms), try element.integer("p2", in: 0..<atoms))
      guard a != b else { throw InputError(element.place, "an exception names an atom twice") }
      exceptions[BondIndex(a, b)] = Exception(
        coulomb: try element.number("q"), lennardJones: try parameters(element))
    }
    let tables = try forces.filter { $0.attributes["type"] == "CustomNonbondedForce" }.map {
      try OpenMMLennardJonesTable($0, atoms: atoms)
    }
    let listed = try listedPairs(forces, atoms: atoms)
    rule = .lorentzBerthelot
    if let table = tables.first, atomic.allSatisfy({ $0.epsilon == 0 }) {
      atomic = (0..<atoms).map { table.coefficients($0, $0) }.map {
        LennardJones(repulsion: $0.repulsion, dispersion: $0.dispersion)
      }
      rule = table.rule(of: atomic)
    }
    lennardJones = atomic
    let own = try particles.map { try parameters($0) }
    pairs = []
    for i in 0..<atoms {
      for j in (i + 1)..<max(atoms, i + 1) {
        let pair = BondIndex(i, j)
        let exception = exceptions[pair]
        let combined = exception?.lennardJones ?? own[i].combined(with: own[j], by: .lorentzBerthelot)
        var result = PairInteraction(
          i: i, j: j, repulsion: combined.repulsion, dispersion: combined.dispersion,
          coulomb: openMMCoulombConstant * (exception?.coulomb ?? charges[i] * charges[j]),
          isOneFour: exception?.isFullStrength(own[i], own[j], charges[i] * charges[j]) == false)
        for table in tables where !table.excluded.contains(pair) {
          let (repulsion, dispersion) = table.coefficients(i, j)
          result.repulsion += repulsion
          result.dispersion += dispersion
        }
        if let extra = listed[pair] {
          result.repulsion += extra.repulsion
          result.dispersion += extra.dispersion
          result.isOneFour = true
        }
        // An exception of zeros is an exclusion, unless other forces act on the pair.
        if exception?.isZero == true, result.repulsion == 0, result.dispersion == 0 { continue }
        pairs.append(result)
      }
    }
    oneFourScalings = scalings(pairs, charges: charges, lennardJones: atomic, rule: rule)
  }
}

/// - Throws: ``InputError`` where a force has a cut-off.
func requireOpenMMVacuum(_ force: MarkupElement) throws {
  let method = try force.integer("method", in: 0..<100)
  guard method == 0 else {
    throw InputError(
      force.place,
      "the non-bonded method is number \(method), not NoCutoff: Swivel computes in vacuum without a cut-off",
      hint: "make the System with nonbondedMethod=NoCutoff")
  }
}

/// The particles of a force, one for each atom.
func openMMParticles(_ force: MarkupElement, _ atoms: Int) throws -> [MarkupElement] {
  let particles = force.list("Particles")
  guard particles.count == atoms else {
    throw InputError(
      force.place, "the force has \(particles.count) particles, the System \(atoms)",
      hint: "the file is damaged or was edited; write it again")
  }
  return particles
}

/// σ and ε of a particle or an exception.
private func parameters(_ element: MarkupElement) throws -> LennardJones {
  let (sigma, epsilon) = (try element.number("sig"), try element.number("eps"))
  guard epsilon >= 0, abs(sigma) < 1e3 else {
    throw InputError(
      element.place, "sigma \(sigma) nm, epsilon \(epsilon) kJ/mol: epsilon must not be negative")
  }
  return LennardJones(
    sigma: epsilon == 0 ? 0 : abs(sigma) * Units.nanometre, epsilon: epsilon * Units.kilojoule)
}

/// What CustomBondForces add to pairs.
private func listedPairs(
  _ forces: [MarkupElement], atoms: Int
) throws -> [BondIndex: (repulsion: Double, dispersion: Double)] {
  var result: [BondIndex: (repulsion: Double, dispersion: Double)] = [:]
  for force in forces where force.attributes["type"] == "CustomBondForce" && !force.list("Bonds").isEmpty {
    let names = try force.parameterPositions("PerBondParameters")
    let form = OpenMMExpression(try force.text("energy")).pairLennardJones
    let needed: [String] = form == .coefficients ? ["A", "C"] : ["sigma", "epsilon"]
    let positions = needed.compactMap { names[$0] }
    guard let form, positions.count == 2, force.list("GlobalParameters").isEmpty,
      force.attributes["usesPeriodic"] ?? "0" == "0"
    else {
      throw InputError(
        force.place, "a CustomBondForce of the energy \"\(try force.text("energy"))\" is not supported",
        hint:
          "of custom bonds Swivel has Lennard-Jones pairs: 4*epsilon*((sigma/r)^12-(sigma/r)^6) or -C/r^6+A/r^12"
      )
    }
    for bond in force.list("Bonds") {
      let (a, b) = (try bond.integer("p1", in: 0..<atoms), try bond.integer("p2", in: 0..<atoms))
      guard a != b else { throw InputError(bond.place, "a pair names an atom twice") }
      let values = try positions.map { try bond.number($0) }
      var sum = result[BondIndex(a, b)] ?? (0, 0)
      switch form {
      case .coefficients:
        sum.repulsion += values[0] * openMMRepulsionFactor
        sum.dispersion += values[1] * openMMDispersionFactor
      case .sigmaEpsilon(let factor):
        let pair = LennardJones(
          sigma: abs(values[0]) * Units.nanometre, epsilon: values[1] * Units.kilojoule * factor / 4)
        sum.repulsion += pair.repulsion
        sum.dispersion += pair.dispersion
      }
      result[BondIndex(a, b)] = sum
    }
  }
  return result
}

/// The divisors that 1-4 pairs show, to six digits, sorted; a pair tells what its charges and its ε are not zero for.
private func scalings(
  _ pairs: [PairInteraction], charges: [Double], lennardJones: [LennardJones], rule: CombinationRule
) -> [OneFourScaling] {
  func rounded(_ x: Double) -> Double { (x * 1e6).rounded() / 1e6 }
  var result: Set<OneFourScaling> = []
  for pair in pairs where pair.isOneFour {
    let product = openMMCoulombConstant * charges[pair.i] * charges[pair.j]
    guard abs(product) > 1e-4, pair.coulomb != 0 else { continue }
    let full = lennardJones[pair.i].combined(with: lennardJones[pair.j], by: rule)
    let ratio = full.repulsion / pair.repulsion
    // CHARMM's 1-4 parameters are others: both ratios differ, and there is no divisor.
    let isScaled = pair.repulsion > 0 && abs(full.dispersion / pair.dispersion - ratio) < 1e-5 * ratio
    let coulomb = product / pair.coulomb
    guard coulomb > 0, coulomb < 1e4, !isScaled || (ratio > 0 && ratio < 1e4) else { continue }
    let isSpecial = !isScaled && pair.repulsion > 0 && full.repulsion > 0
    if isScaled || isSpecial {
      result.insert(
        OneFourScaling(coulombDivisor: rounded(coulomb), lennardJonesDivisor: isScaled ? rounded(ratio) : 1))
    }
  }
  return result.sorted {
    ($0.coulombDivisor, $0.lennardJonesDivisor) < ($1.coulombDivisor, $1.lennardJonesDivisor)
  }
}
