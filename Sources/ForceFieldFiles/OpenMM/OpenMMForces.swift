// The <Force> elements of a serialized OpenMM System: which hold energy that Swivel has, which do not matter, which are
// refused.

import Chemistry
import TextFiles

/// kcal/mol/Å² per kJ/mol/nm², OpenMM's ½ included.
private let bondFactor = Units.kilojoule / (Units.nanometre * Units.nanometre) / 2

/// The bonded terms of a System in the order of the file.
struct OpenMMBondedTerms {
  /// All harmonic terms of two atoms: bonds and Urey-Bradley terms.
  var distances: [(term: HarmonicBond, place: SourcePlace)] = []
  var angles: [HarmonicAngle] = []
  /// Periodic and Ryckaert-Bellemans terms, proper or improper.
  var torsions: [Torsion] = []
  var harmonicImpropers: [HarmonicImproper] = []

  /// The terms of all forces but the non-bonded ones.
  /// - Throws: ``InputError`` where a force holds energy that Swivel has no term for.
  init(_ forces: [MarkupElement], atoms: Int) throws {
    for force in forces {
      let type = force.attributes["type"] ?? ""
      let hasTerms = ["Bonds", "Angles", "Torsions", "Maps"].contains { !force.list($0).isEmpty }
      switch type {
      case "HarmonicBondForce", "HarmonicAngleForce", "PeriodicTorsionForce", "RBTorsionForce",
        "CustomTorsionForce":
        guard force.attributes["usesPeriodic"] ?? "0" == "0" || !hasTerms else {
          throw InputError(
            force.place, "a \(type) with periodic boundary conditions: Swivel computes in vacuum",
            hint: "make the System without a box")
        }
        try read(force, type, atoms)
      case "NonbondedForce", "CustomNonbondedForce", "CustomBondForce": continue
      // They move atoms or the box and hold no energy.
      case "CMMotionRemover", "AndersenThermostat", "MonteCarloBarostat", "MonteCarloAnisotropicBarostat",
        "MonteCarloMembraneBarostat", "MonteCarloFlexibleBarostat":
        continue
      // CHARMM's force fields leave these behind without a term.
      case "CMAPTorsionForce" where force.list("Torsions").isEmpty: continue
      case "CustomAngleForce" where !hasTerms, "CustomCompoundBondForce" where force.list("Bonds").isEmpty:
        continue
      default: throw Self.refusal(force, type)
      }
    }
  }

  private static func refusal(_ force: MarkupElement, _ type: String) -> InputError {
    let energies: [String: UnsupportedEnergy] = [
      "CMAPTorsionForce": .crossTerms, "DrudeForce": .polarisation, "AmoebaMultipoleForce": .multipoles,
    ]
    if let energy = energies[type] { return energy.error(force.place, type) }
    let what =
      switch type {
      case "GBSAOBCForce", "CustomGBForce":
        "an implicit solvent (\(type)) is not supported: Swivel computes in vacuum"
      case "": "a <Force> without a type"
      default: "the force \(type) is not supported"
      }
    return InputError(
      force.place, what,
      hint:
        "fit with a force field of bonds, angles, torsions, harmonic impropers, Lennard-Jones and Coulomb terms"
    )
  }

  private mutating func read(_ force: MarkupElement, _ type: String, _ atoms: Int) throws {
    switch type {
    case "HarmonicBondForce":
      distances += try force.list("Bonds").map {
        let at = try distinct($0, 2, atoms)
        return (
          HarmonicBond(
            i: at[0], j: at[1], forceConstant: try $0.number("k") * bondFactor,
            length: try $0.number("d") * Units.nanometre), $0.place
        )
      }
    case "HarmonicAngleForce":
      angles += try force.list("Angles").map {
        let at = try distinct($0, 3, atoms)
        return HarmonicAngle(
          i: at[0], j: at[1], k: at[2], forceConstant: try $0.number("k") * Units.kilojoule / 2,
          angle: try $0.number("a"))
      }
    case "PeriodicTorsionForce":
      torsions += try force.list("Torsions").map {
        let n = try $0.number("periodicity")
        guard n == n.rounded(), (0...6).contains(n) else {
          throw InputError(
            $0.place, "the periodicity \(try $0.text("periodicity")) is none of 0 … 6",
            hint: "Swivel's torsions go up to n = 6")
        }
        return Torsion(
          try quartet($0, atoms),
          terms: [
            TorsionTerm(
              periodicity: Int(n), phase: try $0.number("phase"),
              forceConstant: try $0.number("k") * Units.kilojoule)
          ])
      }
    case "RBTorsionForce":
      torsions += try force.list("Torsions").map { element in
        let coefficients = try (0...5).map { try element.number("c\($0)") * Units.kilojoule }
        return Torsion(
          try quartet(element, atoms), terms: RyckaertBellemans(coefficients).periodicTerms)
      }
    default: harmonicImpropers += try customTorsions(force, atoms)
    }
  }

  /// Harmonic impropers in the ways that OpenMM's readers of CHARMM, AMBER and GROMACS files write them.
  private func customTorsions(_ force: MarkupElement, _ atoms: Int) throws -> [HarmonicImproper] {
    let torsions = force.list("Torsions")
    if torsions.isEmpty { return [] }
    let energy = OpenMMExpression(try force.text("energy"))
    let parameters = try force.parameterPositions("PerTorsionParameters")
    guard let form = energy.harmonicImproper, let k = parameters["k"], let theta0 = parameters["theta0"],
      force.list("GlobalParameters").isEmpty
    else {
      throw InputError(
        force.place, "a CustomTorsionForce of the energy \"\(try force.text("energy"))\" is not supported",
        hint:
          "of custom torsions Swivel has harmonic impropers: k*min(dtheta, 2*pi-dtheta)^2; dtheta = abs(theta-theta0)"
      )
    }
    return try torsions.map {
      let angle = try $0.number(theta0)
      guard form.isWrapped ? abs(angle) <= 3.1416 : abs(angle) < 1e-9 else {
        throw InputError(
          $0.place,
          form.isWrapped
            ? "theta0 = \(angle) lies outside ±pi"
            : "theta0 = \(angle) in an energy that does not wrap theta - theta0 into ±pi, as Swivel's does",
          hint: "write the energy as k*min(dtheta, 2*pi-dtheta)^2; dtheta = abs(theta-theta0)")
      }
      return HarmonicImproper(
        try quartet($0, atoms), forceConstant: try $0.number(k) * form.factor * Units.kilojoule, angle: angle)
    }
  }
}

/// The atoms p1, p2, … of a term.
/// - Throws: ``InputError`` where one is missing, out of range or named twice.
private func distinct(_ element: MarkupElement, _ count: Int, _ atoms: Int) throws -> [Int] {
  let result = try (1...count).map { try element.integer("p\($0)", in: 0..<atoms) }
  guard Set(result).count == count else { throw InputError(element.place, "a term names an atom twice") }
  return result
}

private func quartet(_ element: MarkupElement, _ atoms: Int) throws -> Quartet {
  let at = try distinct(element, 4, atoms)
  return Quartet(at[0], at[1], at[2], at[3])
}

extension MarkupElement {
  /// The attribute that holds each parameter of a custom force: "k" may stand in "param1".
  func parameterPositions(_ list: String) throws -> [String: String] {
    var result: [String: String] = [:]
    for (index, parameter) in self.list(list).enumerated() {
      result[try parameter.text("name")] = "param\(index + 1)"
    }
    return result
  }
}
