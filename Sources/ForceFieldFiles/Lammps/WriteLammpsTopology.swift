// A molecule as a LAMMPS data file with the input script that computes its energy.

import Chemistry
import TextFiles

/// How torsions are written for LAMMPS.
public enum LammpsDihedralStyle: String, CaseIterable, Sendable {
  /// Any phase, one type a torsion type, with type labels (LAMMPS of September 2022 or later with EXTRA-MOLECULE).
  case fourier
  /// Phases of whole degrees, one type a term, no labels: any LAMMPS with MOLECULE, such as Debian's.
  case charmm
}

/// Writes a topology as NAME.data and NAME.in.
///
/// `lmp -in NAME.in` computes the energy in vacuum. LAMMPS's Coulomb constant is brought to the topology's by
/// `dielectric`. Pairs that do not combine get pair_coeff lines of their own. Parameters for 1-4 pairs that are others
/// (CHARMM) are written with the pair style lj/charmm/coul/charmm and dihedral weights. Impropers keep their atoms:
/// cvff, harmonic (about 0 and 180°), or a dihedral where the phase is neither 0 nor 180°.
/// - Returns: the suffixes ".data" and ".in" with the texts; the script reads the file NAME.data beside it.
/// - Throws: ``InputError`` for what LAMMPS has no form of, with the reason.
public func lammpsTopology(
  _ topology: Topology, name: String, coordinates: [Vector3], header: [String],
  dihedralStyle: LammpsDihedralStyle = .fourier
) throws -> [(suffix: String, text: String)] {
  guard coordinates.count == topology.atoms.count, coordinates.allSatisfy(\.isFinite) else {
    throw InputError(
      nil, "\(coordinates.count) positions of \(topology.atoms.count) atoms, or some not finite")
  }
  let writer = try LammpsWriter(topology, style: dihedralStyle)
  let comments = header.map { "# \($0)\n" }.joined()
  return [
    (".data", try writer.data(name: name, coordinates: coordinates, comments: comments)),
    (".in", writer.script(name: name, comments: comments)),
  ]
}

/// The files of both styles, those of charmm under NAME-charmm where it can say the molecule.
func lammpsFiles(
  _ topology: Topology, name: String, coordinates: [Vector3], header: [String]
) throws -> [(suffix: String, text: String)] {
  let fourier = try lammpsTopology(topology, name: name, coordinates: coordinates, header: header)
  let charmm = try? lammpsTopology(
    topology, name: "\(name)-charmm", coordinates: coordinates, header: header, dihedralStyle: .charmm)
  return fourier + (charmm ?? []).map { ("-charmm\($0.suffix)", $0.text) }
}

/// Coefficients numbered as they come.
struct LammpsTypeTable {
  private(set) var rows: [(style: String, coefficients: String, label: String)] = []
  private var numbers: [String: Int] = [:]
  /// Rows of the section: type and atoms.
  private(set) var members: [(type: Int, atoms: [Int])] = []

  mutating func add(_ style: String, _ coefficients: String, label: String, atoms: [Int]) {
    let key = "\(style) \(coefficients) \(label)"
    let number = numbers[key] ?? rows.count + 1
    if number > rows.count {
      numbers[key] = number
      rows.append((style, coefficients, label))
    }
    members.append((number, atoms))
  }

  var styles: [String] { Set(rows.map(\.style)).sorted() }
  /// "harmonic" or "hybrid cvff harmonic".
  var style: String { styles.count == 1 ? styles[0] : "hybrid " + styles.joined(separator: " ") }
}

/// A topology's terms in LAMMPS's styles, with their types numbered.
struct LammpsWriter {
  let topology: Topology
  let style: LammpsDihedralStyle
  let plan: PairPlan
  let types: [Int]
  let overrides: [BondIndex: (far: LennardJones?, near: LennardJones?)]
  var tables: [LammpsKind: LammpsTypeTable] = [:]
  /// Whether 1-4 pairs have parameters of their own.
  var isCharmm: Bool { topology.atoms.contains { $0.oneFourLennardJones != nil } }

  init(_ topology: Topology, style: LammpsDihedralStyle) throws {
    self.topology = topology
    self.style = style
    let plan = try PairPlan(topology, rule: topology.combinationRule, format: "LAMMPS")
    self.plan = plan
    // Atoms of one type and the same parameters share a number, unless their pairs differ.
    var numbers: [Atom: Int] = [:]
    let shared = topology.atoms.map { atom in
      var key = atom
      key.name = ""
      key.charge = 0
      let number = numbers[key] ?? numbers.count + 1
      numbers[key] = number
      return number
    }
    let isCharmm = topology.atoms.contains { $0.oneFourLennardJones != nil }
    let found = plan.overrides(types: shared, rule: topology.combinationRule)
    // That of a type with itself is mixed with others.
    let isPlain =
      found.map { found in
        found.keys.allSatisfy { $0.a != $0.b }
          && (isCharmm || Self.holdsForAll(found, topology, plan: plan, types: shared))
      } ?? false
    if let found, isPlain {
      (types, overrides) = (shared, found)
    } else {
      types = Array(1...topology.atoms.count)
      overrides = plan.overrides(types: types, rule: topology.combinationRule) ?? [:]
    }
    tables = try makeTables()
  }

  /// Whether one pair_coeff line a pair of types holds for its near and far pairs alike, as it must but in the CHARMM
  /// styles.
  private static func holdsForAll(
    _ overrides: [BondIndex: (far: LennardJones?, near: LennardJones?)], _ topology: Topology, plan: PairPlan,
    types: [Int]
  ) -> Bool {
    topology.pairs.allSatisfy { pair in
      guard let entry = overrides[BondIndex(types[pair.i], types[pair.j])],
        let wanted = entry.far ?? entry.near
      else { return true }
      let own =
        plan.exceptions[BondIndex(pair.i, pair.j)]
        ?? plan.far[pair.i].combined(with: plan.far[pair.j], by: topology.combinationRule)
      return abs(own.sigma - wanted.sigma) <= 1e-6 * wanted.sigma
        && abs(own.epsilon - wanted.epsilon) <= 1e-6 * wanted.epsilon
    }
  }

  // MARK: Bonded terms

  private func types(_ atoms: [Int]) -> String {
    atoms.map { topology.atoms[$0].type }.joined(separator: "-")
  }

  private func makeTables() throws -> [LammpsKind: LammpsTypeTable] {
    var bonds = LammpsTypeTable()
    for b in topology.bonds {
      bonds.add("harmonic", "\(b.forceConstant) \(b.length)", label: types([b.i, b.j]), atoms: [b.i, b.j])
    }
    var impropers = LammpsTypeTable()
    for improper in topology.harmonicImpropers {
      let angle = degrees(improper.angle)
      guard let whole = [0.0, 180, -180].first(where: { abs($0 - angle) < 1e-7 }) else {
        throw InputError(
          nil,
          "LAMMPS's improper_style harmonic takes the angle without its sign: one about \(angle)° cannot be said"
        )
      }
      impropers.add(
        "harmonic", "\(improper.forceConstant) \(abs(whole))", label: types(improper.quartet.atoms),
        atoms: improper.quartet.atoms)
    }
    for improper in topology.impropers where !isSlanted(improper) {
      for term in improper.terms {
        impropers.add(
          "cvff", "\(term.forceConstant) \(exactDegrees(term) == 0 ? 1 : -1) \(term.periodicity)",
          label: types(improper.quartet.atoms), atoms: improper.quartet.atoms)
      }
    }
    return [.bond: bonds, .angle: try angles(), .dihedral: try dihedrals(), .improper: impropers]
  }

  private func isSlanted(_ torsion: Torsion) -> Bool { torsion.terms.contains { $0.sineAmplitude != 0 } }

  private func angles() throws -> LammpsTypeTable {
    var ureyBradleys: [BondIndex: [HarmonicBond]] = [:]
    for term in topology.ureyBradleys { ureyBradleys[BondIndex(term.i, term.j), default: []].append(term) }
    let style = ureyBradleys.isEmpty ? "harmonic" : "charmm"
    var table = LammpsTypeTable()
    for a in topology.angles {
      var text = "\(a.forceConstant) \(degrees(a.angle))"
      if style == "charmm" {
        let term = ureyBradleys[BondIndex(a.i, a.k)]?.popLast()
        text += " \(term?.forceConstant ?? 0) \(term?.length ?? 0)"
      }
      table.add(style, text, label: types([a.i, a.j, a.k]), atoms: [a.i, a.j, a.k])
    }
    guard ureyBradleys.values.allSatisfy(\.isEmpty) else {
      throw InputError(
        nil, "a Urey-Bradley term stands between atoms that are no angle's ends, which LAMMPS cannot say")
    }
    return table
  }

  private func dihedrals() throws -> LammpsTypeTable {
    var table = LammpsTypeTable()
    for torsion in topology.torsions {
      try add(torsion, label: topology.type(of: torsion.quartet).label, to: &table)
    }
    for improper in topology.impropers where isSlanted(improper) {
      try add(improper, label: "improper:" + types(improper.quartet.atoms), to: &table)
    }
    guard isCharmm else { return table }
    // One torsion of no energy a 1-4 pair carries its weight.
    var seen: Set<BondIndex> = []
    let graph = topology.bondGraph
    for quartet in graph.bonds.flatMap({ graph.quartets(about: $0) }) {
      let pair = BondIndex(quartet.i, quartet.l)
      guard plan.oneFour.contains(pair), seen.insert(pair).inserted else { continue }
      table.add("charmm", "0.0 1 0 \(plan.coulombWeight)", label: "weight", atoms: quartet.atoms)
    }
    return table
  }

  private func add(_ torsion: Torsion, label: String, to table: inout LammpsTypeTable) throws {
    switch style {
    case .fourier:
      let terms = torsion.terms.orZero
      let text = terms.map { " \($0.forceConstant) \($0.periodicity) \(exactDegrees($0))" }.joined()
      table.add("fourier", "\(terms.count)\(text)", label: label, atoms: torsion.quartet.atoms)
    case .charmm:
      for term in torsion.terms {
        let phase = exactDegrees(term)
        guard abs(phase - phase.rounded()) < 1e-9 else {
          throw InputError(
            nil, "dihedral_style charmm has phases of whole degrees; \(label) has \(phase)°",
            hint: "write it for dihedral_style fourier, which needs a LAMMPS with the package EXTRA-MOLECULE")
        }
        table.add(
          "charmm", "\(term.forceConstant) \(term.periodicity) \(Int(phase.rounded())) 0.0", label: label,
          atoms: torsion.quartet.atoms)
      }
    }
  }
}
