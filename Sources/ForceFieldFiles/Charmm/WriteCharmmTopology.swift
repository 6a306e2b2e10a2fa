// A molecule as a CHARMM PSF with a parameter file of its own and its coordinates as PDB.

import Chemistry
import FoundationEssentials
import TextFiles

/// Writes a topology as NAME.psf (EXT, XPLOR: with type names), NAME.prm and NAME.pdb, for CHARMM, NAMD, OpenMM and
/// ParmEd.
///
/// Atom types are the topology's in upper case, which CHARMM alone knows; where they do not determine every term, each
/// atom gets a type of its own and a remark says why. 1-4 scaling is written as e14fac and as ε of the 1-4 columns,
/// pairs that do not combine by arithmetic means as NBFIX. Periodic impropers stand among the dihedrals: the energy is
/// the same, and OpenMM would read them as harmonic under IMPROPER. Charges stay as they are: the Coulomb energy is the
/// topology's times the program's Coulomb constant over the topology's.
/// - Returns: the suffixes ".psf", ".prm" and ".pdb" with the texts.
/// - Throws: ``InputError`` for what the format has no form of, with the reason.
public func charmmTopology(
  _ topology: Topology, name: String, coordinates: [Vector3], header: [String]
) throws -> [(suffix: String, text: String)] {
  guard coordinates.count == topology.atoms.count, coordinates.allSatisfy(\.isFinite) else {
    throw InputError(
      nil, "\(coordinates.count) positions of \(topology.atoms.count) atoms, or some not finite")
  }
  let plan = try PairPlan(topology, rule: .lorentzBerthelot, format: "CHARMM")
  let own = topology.atoms.map { $0.type.uppercased() }
  var remarks: [String] = []
  let writer: CharmmWriter
  if let reason = reasonAgainst(own, topology) {
    remarks.append("Every atom has a type of its own: \(reason).")
    writer = try CharmmWriter(topology, plan: plan, types: topology.atoms.indices.map { "A\($0 + 1)" })
  } else {
    do {
      writer = try CharmmWriter(topology, plan: plan, types: own)
    } catch let clash as CharmmWriter.Clash {
      remarks.append("Every atom has a type of its own: \(clash.reason).")
      do {
        writer = try CharmmWriter(topology, plan: plan, types: topology.atoms.indices.map { "A\($0 + 1)" })
      } catch let clash as CharmmWriter.Clash {
        throw InputError(nil, "CHARMM cannot say the molecule's terms: \(clash.reason)")
      }
    }
  }
  remarks.append("Load \(name).psf with \(name).prm, which holds all parameters.")
  if plan.coulombWeight != 1 || plan.lennardJonesWeight != 1 {
    remarks.append(
      """
      1-4 pairs are scaled: e14fac \(plan.coulombWeight) (NAMD: 1-4scaling \(plan.coulombWeight)) must be \
      set, as \(name).prm does.
      """
    )
  }
  remarks.append(
    """
    The charges are the force field's, whose Coulomb constant is \(topology.coulombConstant); CHARMM's is \
    \(charmmCoulombConstant).
    """
  )
  return [
    (".psf", writer.structure(header + remarks)), (".prm", writer.parameters(header + remarks)),
    (".pdb", writer.positions(coordinates)),
  ]
}

/// Why types would not do as CHARMM's; nil where they do.
private func reasonAgainst(_ types: [String], _ topology: Topology) -> String? {
  if let type = types.first(where: { $0.count > 6 || !isCharmmType($0) }) {
    return "\"\(type)\" is no atom type of a PSF"
  }
  if Set(types).count < Set(topology.atoms.map(\.type)).count {
    return "types differ in upper and lower case alone"
  }
  return nil
}

/// A topology's terms by CHARMM's atom types.
struct CharmmWriter {
  /// Types that do not determine a term.
  struct Clash: Error {
    var reason: String
  }

  let topology: Topology
  let plan: PairPlan
  let types: [String]
  private(set) var names: [String] = []
  private(set) var bonds: [[String]: String] = [:]
  private(set) var angles: [[String]: String] = [:]
  private(set) var dihedrals: [[String]: [String]] = [:]
  private(set) var impropers: [[String]: String] = [:]
  private(set) var atoms: [String: String] = [:]
  private(set) var fixes: [[String]: String] = [:]
  /// Each quartet once.
  private(set) var quartets: [Quartet] = []

  init(_ topology: Topology, plan: PairPlan, types: [String]) throws {
    self.topology = topology
    self.plan = plan
    self.types = types
    names = Self.names(topology)
    for b in topology.bonds {
      try Self.insert("\(b.forceConstant) \(b.length)", key([b.i, b.j]), &bonds, "bonds")
    }
    try addAngles()
    try addDihedrals()
    for term in topology.harmonicImpropers {
      try Self.insert(
        "\(term.forceConstant) 0 \(degrees(term.angle))", key(term.quartet.atoms), &impropers, "impropers")
    }
    try addAtoms()
  }

  /// Names that fit into a PDB and that OpenMM takes for no lone pair or Drude particle.
  private static func names(_ topology: Topology) -> [String] {
    let own = topology.atoms.map { $0.name.uppercased() }
    let fits = own.allSatisfy { name in
      (1...4).contains(name.count) && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        && !name.hasPrefix("D") && !name.hasPrefix("LP") && name != "OM"
    }
    if fits, Set(own).count == own.count { return own }
    return topology.atoms.enumerated().map {
      "\($1.element.symbol == "D" ? "H" : $1.element.symbol)\($0 + 1)"
    }
  }

  private func key(_ members: [Int]) -> [String] { Self.key(members.map { types[$0] }) }

  private static func key(_ types: [String]) -> [String] {
    let reversed = Array(types.reversed())
    return reversed.lexicographicallyPrecedes(types) ? reversed : types
  }

  private static func insert(
    _ text: String, _ key: [String], _ table: inout [[String]: String], _ what: String
  ) throws {
    guard table[key] == nil || table[key] == text else {
      throw Clash(reason: "\(what) of the types \(key.joined(separator: "-")) have different parameters")
    }
    table[key] = text
  }

  private mutating func addAngles() throws {
    var ureyBradleys: [BondIndex: [HarmonicBond]] = [:]
    for term in topology.ureyBradleys { ureyBradleys[BondIndex(term.i, term.j), default: []].append(term) }
    for a in topology.angles {
      var text = "\(a.forceConstant) \(degrees(a.angle))"
      if let term = ureyBradleys[BondIndex(a.i, a.k)]?.popLast() {
        text += " \(term.forceConstant) \(term.length)"
      }
      try Self.insert(text, key([a.i, a.j, a.k]), &angles, "angles")
    }
    guard ureyBradleys.values.allSatisfy(\.isEmpty) else {
      throw Clash(reason: "a Urey-Bradley term stands between atoms that are no angle's ends")
    }
  }

  private mutating func addDihedrals() throws {
    var terms: [Quartet: [TorsionTerm]] = [:]
    for torsion in topology.torsions + topology.impropers {
      let quartet = torsion.quartet.canonical
      if terms[quartet] == nil { quartets.append(quartet) }
      terms[quartet, default: []] += torsion.terms
    }
    for quartet in quartets {
      let lines = try Self.lines(terms[quartet] ?? [])
      let key = self.key(quartet.atoms)
      guard dihedrals[key] == nil || dihedrals[key] == lines else {
        throw Clash(
          reason:
            "dihedrals or impropers of the types \(key.joined(separator: "-")) have different parameters")
      }
      dihedrals[key] = lines
    }
  }

  /// "K n δ" for each periodicity.
  private static func lines(_ terms: [TorsionTerm]) throws -> [String] {
    guard let terms = withoutConstant(terms.filter { $0.forceConstant != 0 }) else {
      throw Clash(
        reason:
          "a torsion has a constant part (only the zero of energy), and periodicity 0 is harmonic to CHARMM")
    }
    var result: [Int: (k: Double, phase: Double)] = [:]
    for term in terms {
      let phase = exactDegrees(term)
      guard let earlier = result[term.periodicity] else {
        result[term.periodicity] = (term.forceConstant, phase)
        continue
      }
      guard earlier.phase == phase else {
        throw Clash(reason: "a torsion has two phases at one periodicity")
      }
      result[term.periodicity] = (earlier.k + term.forceConstant, phase)
    }
    if result.isEmpty { return ["0.0 1 0.0"] }
    return result.sorted { $0.key < $1.key }.map { "\($0.value.k) \($0.key) \($0.value.phase)" }
  }

  private mutating func addAtoms() throws {
    var numbers: [String: Int] = [:]
    for (index, type) in types.enumerated() {
      let (far, near) = (plan.far[index], plan.near[index])
      var text = "0.0 \(-far.epsilon) \(far.halfMinimum)"
      if near != far || plan.lennardJonesWeight != 1 {
        text += " 0.0 \(-near.epsilon * plan.lennardJonesWeight) \(near.halfMinimum)"
      }
      guard atoms[type] == nil || atoms[type] == text else {
        throw Clash(reason: "atoms of the type \(type) have different Lennard-Jones parameters")
      }
      atoms[type] = text
      numbers[type] = numbers[type] ?? index
    }
    guard let overrides = plan.overrides(types: types.map { numbers[$0] ?? 0 }, rule: .lorentzBerthelot)
    else {
      throw Clash(reason: "pairs of the same types have different Lennard-Jones parameters")
    }
    for (pair, value) in overrides {
      let far = value.far ?? plan.far[pair.a].combined(with: plan.far[pair.b], by: .lorentzBerthelot)
      let near = value.near ?? plan.near[pair.a].combined(with: plan.near[pair.b], by: .lorentzBerthelot)
      fixes[Self.key([types[pair.a], types[pair.b]])] =
        "\(-far.epsilon) \(2 * far.halfMinimum) \(-near.epsilon * plan.lennardJonesWeight) \(2 * near.halfMinimum)"
    }
  }
}

/// The same energy without a term of periodicity 0, by turning k(1 + cos(nφ − γ)) into −k(1 + cos(nφ − γ − π)) + 2k
/// where that takes the constant up (OPLS's terms do); nil where no choice of terms does.
func withoutConstant(_ terms: [TorsionTerm]) -> [TorsionTerm]? {
  let constant = terms.reduce(0) { $0 + ($1.periodicity == 0 ? $1.forceConstant + $1.cosineAmplitude : 0) }
  let rest = terms.filter { $0.periodicity > 0 }
  let size = terms.reduce(0) { $0 + abs($1.forceConstant) }
  guard abs(constant) > 1e-12 * size else { return rest }
  guard rest.count < 12 else { return nil }
  for choice in 1..<(1 << rest.count) {
    let turned = rest.enumerated().filter { choice & (1 << $0.offset) != 0 }.reduce(0) {
      $0 + 2 * $1.element.forceConstant
    }
    guard abs(turned + constant) <= 1e-9 * size else { continue }
    return rest.enumerated().map { index, term in
      choice & (1 << index) == 0
        ? term
        : TorsionTerm(
          periodicity: term.periodicity, phase: term.phase > 0 ? term.phase - .pi : term.phase + .pi,
          forceConstant: -term.forceConstant)
    }
  }
  return nil
}
