// Lennard-Jones energies that OpenMM's readers put into a CustomNonbondedForce: tables by type (CHARMM's NBFIX),
// products, OPLS.

import Chemistry
import TextFiles

/// A CustomNonbondedForce that is Lennard-Jones.
struct OpenMMLennardJonesTable {
  /// Pairs that the force leaves out.
  let excluded: Set<BondIndex>
  private let types: [Int]
  private let size: Int
  private let table: [(repulsion: Double, dispersion: Double)]

  /// The force's table by types of atoms; forms without a table get one of a type each atom.
  init(_ force: MarkupElement, atoms: Int) throws {
    try requireOpenMMVacuum(force)
    let energy = try force.text("energy")
    let names = try force.parameterPositions("PerParticleParameters")
    for list in ["GlobalParameters", "ComputedValues", "InteractionGroups"] {
      if let first = force.list(list).first {
        throw InputError(first.place, "\(list) of a CustomNonbondedForce are not supported")
      }
    }
    let particles = try openMMParticles(force, atoms)
    func values(_ name: String) throws -> [Double] {
      guard let position = names[name] else {
        throw InputError(force.place, "the force lacks the parameter \(name) of its energy \"\(energy)\"")
      }
      return try particles.map { try $0.number(position) }
    }
    var excluded: Set<BondIndex> = []
    for element in force.list("Exclusions") {
      let (a, b) = (try element.integer("p1", in: 0..<atoms), try element.integer("p2", in: 0..<atoms))
      guard a != b else { throw InputError(element.place, "an exclusion names an atom twice") }
      excluded.insert(BondIndex(a, b))
    }
    self.excluded = excluded
    switch OpenMMExpression(energy).lennardJones {
    case .table(let isRoot):
      let (size, a) = try Self.function("acoef", of: force)
      let (sizeB, b) = try Self.function("bcoef", of: force)
      guard size == sizeB else { throw InputError(force.place, "the tables acoef and bcoef differ in size") }
      self.size = size
      types = try zip(try values("type"), particles).map { type, particle in
        guard type == type.rounded(), (0..<Double(size)).contains(type) else {
          throw InputError(particle.place, "there is no Lennard-Jones type \(type)")
        }
        return Int(type)
      }
      table = zip(a, b).map { ((isRoot ? $0 * $0 : $0) * openMMRepulsionFactor, $1 * openMMDispersionFactor) }
    case .products:
      let (a, c) = (try values("A"), try values("C"))
      size = atoms
      types = Array(0..<atoms)
      table = (0..<atoms * atoms).map {
        (
          a[$0 % atoms] * a[$0 / atoms] * openMMRepulsionFactor,
          c[$0 % atoms] * c[$0 / atoms] * openMMDispersionFactor
        )
      }
    case .geometric:
      let atomic = zip(try values("sigma"), try values("epsilon")).map {
        LennardJones(sigma: abs($0) * Units.nanometre, epsilon: $1 * Units.kilojoule)
      }
      if let bad = atomic.firstIndex(where: { $0.epsilon < 0 }) {
        throw InputError(particles[bad].place, "epsilon must not be negative")
      }
      size = atoms
      types = Array(0..<atoms)
      table = (0..<atoms * atoms).map {
        let pair = atomic[$0 % atoms].combined(with: atomic[$0 / atoms], by: .geometric)
        return (pair.repulsion, pair.dispersion)
      }
    case nil:
      throw InputError(
        force.place, "a CustomNonbondedForce of the energy \"\(energy)\" is not supported",
        hint: "of custom pair energies Swivel has Lennard-Jones in the forms that OpenMM's own readers write")
    }
  }

  /// The size and values of a Discrete2DFunction.
  private static func function(_ name: String, of force: MarkupElement) throws -> (Int, [Double]) {
    guard let function = force.list("Functions").first(where: { $0.attributes["name"] == name }),
      function.attributes["type"] == "Discrete2DFunction"
    else { throw InputError(force.place, "the force lacks the table \(name) as a Discrete2DFunction") }
    let size = try function.integer("xsize", in: 1..<10_000)
    let values = try function.list("Values").map { try $0.number("v") }
    guard try function.integer("ysize", in: 1..<10_000) == size, values.count == size * size else {
      throw InputError(
        function.place, "the table \(name) has \(values.count) values, not \(size) times \(size)")
    }
    return (size, values)
  }

  /// kcal/mol·Å¹² and kcal/mol·Å⁶ of a pair.
  func coefficients(_ i: Int, _ j: Int) -> (repulsion: Double, dispersion: Double) {
    table[types[i] + size * types[j]]
  }

  /// The rule that gives the pairs from the atoms' own; Lorentz and Berthelot's where neither does.
  func rule(of atomic: [LennardJones]) -> CombinationRule {
    func deviations(_ rule: CombinationRule) -> Int {
      var count = 0
      for i in atomic.indices {
        for j in atomic.indices where j > i {
          let pair = atomic[i].combined(with: atomic[j], by: rule)
          let (repulsion, dispersion) = coefficients(i, j)
          if abs(pair.repulsion - repulsion) > 1e-5 * abs(repulsion)
            || abs(pair.dispersion - dispersion) > 1e-5 * abs(dispersion)
          {
            count += 1
          }
        }
      }
      return count
    }
    return deviations(.geometric) < deviations(.lorentzBerthelot) ? .geometric : .lorentzBerthelot
  }
}
