// A molecule as a GROMACS topology that needs no other file, and its geometry in a box.

import Chemistry
import TextFiles

/// A complete GROMACS topology (".top") and the geometry (".gro", nm, in the middle of a large box).
///
/// Every bonded term has its parameters on its own line. 1-4 pairs and all that excluded bonds and the combination rule
/// would get wrong have theirs in [ pairs ]; unlike atoms with Lennard-Jones parameters of their own in
/// [ nonbond_params ]. Numbers are written in full. GROMACS computes with its own Coulomb constant, so that its Coulomb
/// energies are those of Swivel times the ratio of the constants (1.0000162 of AMBER's).
/// - Parameters:
///   - topology: the molecule.
///   - name: the molecule's name.
///   - coordinates: Å, as many as atoms.
///   - header: lines to put on top as comments.
/// - Throws: ``InputError`` without a place, where GROMACS cannot say something: repulsion without attraction, an
///   element without a mass.
public func gromacsTopology(
  _ topology: Topology, name: String, coordinates: [Vector3], header: [String]
) throws -> [(suffix: String, text: String)] {
  let writer = try GromacsTopologyWriter(topology, name: name)
  return [
    (".top", try writer.top(header: header)), (".gro", try writer.gro(coordinates)),
  ]
}

struct GromacsTopologyWriter {
  let topology: Topology
  let name: String
  /// A name for each atom, of five characters at most as .gro files have it.
  let atomNames: [String]
  /// Atoms of one type, element and Lennard-Jones parameters share a type of the file.
  let typeNames: [String]
  /// What the names of atom types begin with.
  private let prefix: String

  private struct Kind: Hashable {
    var type: String
    var element: Element
    var lennardJones: LennardJones?
  }

  init(_ topology: Topology, name: String, prefix: String = "") throws {
    self.topology = topology
    self.prefix = prefix
    self.name = gromacsWord(name.isEmpty ? "molecule" : name)
    let names = topology.atoms.map { gromacsWord($0.name) }
    atomNames =
      names.allSatisfy { (1...5).contains($0.count) }
      ? names : topology.atoms.enumerated().map { "\($0.element.element.symbol)\($0.offset + 1)" }
    var known: [Kind: String] = [:]
    var taken: Set<String> = []
    typeNames = topology.atoms.map { atom in
      let kind = Kind(type: atom.type, element: atom.element, lennardJones: atom.lennardJones)
      if let name = known[kind] { return name }
      let base = prefix + Self.typeName(atom.type)
      let name =
        taken.contains(base) ? (2...).lazy.map { "\(base)_\($0)" }.first { !taken.contains($0) } : base
      known[kind] = name
      taken.insert(name ?? base)
      return name ?? base
    }
    for atom in topology.atoms where atom.element.mass == nil {
      throw InputError(
        nil, "GROMACS topologies need masses, and Swivel has none for \(atom.element.symbol)",
        hint: "write another format")
    }
  }

  /// grompp takes no type of a single digit.
  private static func typeName(_ type: String) -> String {
    let word = gromacsWord(type.isEmpty ? "type" : type)
    return word.count == 1 && word.first?.isNumber == true ? "t\(word)" : word
  }

  // MARK: The topology

  func top(header: [String]) throws -> String {
    let pairs = try GromacsPairLines(topology, typeNames: typeNames)
    let rule = topology.combinationRule == .lorentzBerthelot ? 2 : 3
    let fudgeLJ = topology.oneFourScalings.first.map { 1 / $0.lennardJonesDivisor } ?? 1
    var lines = header.flatMap { $0.split(whereSeparator: \.isNewline) }.map { "; \($0)" }
    lines += [
      "; Vacuum without cut-off: cutoff-scheme Verlet, coulombtype and vdwtype Cut-off, rcoulomb and rvdw 20,",
      "; coulomb-modifier and vdw-modifier None, epsilon-rf 1; double precision.", "", "[ defaults ]",
      "; nbfunc  comb-rule  gen-pairs  fudgeLJ  fudgeQQ", "1 \(rule) no \(fudgeLJ) \(pairs.fudgeQQ)", "",
    ]
    lines += typeLines() + section("nonbond_params", Self.pairColumns, pairs.overrides)
    lines += moleculeLines(pairs)
    lines += ["", "[ system ]", name, "", "[ molecules ]", "\(name) 1", ""]
    return lines.joined(separator: "\n")
  }

  static let pairColumns = "i  j  func  sigma (nm)  epsilon (kJ/mol)"

  /// [ atomtypes ].
  func typeLines() -> [String] {
    var lines = [
      "[ atomtypes ]",
      "; name  bonded type  atomic number  mass  charge  kind  sigma (nm)  epsilon (kJ/mol)",
    ]
    var written: Set<String> = []
    for (atom, type) in zip(topology.atoms, typeNames) where written.insert(type).inserted {
      let own = atom.lennardJones ?? LennardJones(sigma: 0, epsilon: 0)
      lines.append(
        "\(type) \(prefix + Self.typeName(atom.type)) \(atom.element.atomicNumber) \(atom.element.mass ?? 0) 0.0 A "
          + gromacsLennardJones(own))
    }
    return lines
  }

  /// [ moleculetype ] and all that belongs to it.
  func moleculeLines(_ pairs: GromacsPairLines) -> [String] {
    var lines = ["", "[ moleculetype ]", "; name  nrexcl", "\(name) 3", "", "[ atoms ]"]
    lines.append("; nr  type  residue  name  atom  charge group  charge (e)  mass")
    for (i, atom) in topology.atoms.enumerated() {
      lines.append(
        "\(i + 1) \(typeNames[i]) 1 MOL \(atomNames[i]) \(i + 1) \(atom.charge) \(atom.element.mass ?? 0)")
    }
    lines += bonded()
    lines += section(
      "pairs", "i  j  func  (func 2: fudgeQQ  qi  qj)  sigma (nm)  epsilon (kJ/mol)", pairs.pairs)
    return lines + section("exclusions", "i and those that it does not interact with", pairs.exclusions)
  }

  func section(_ name: String, _ columns: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", "[ \(name) ]", "; \(columns)"] + lines
  }

  private func bonded() -> [String] {
    // An angle takes the Urey-Bradley term of its ends where just one can be meant.
    let anglesAt = Dictionary(
      grouping: topology.angles.indices, by: { BondIndex(topology.angles[$0].i, topology.angles[$0].k) })
    let distancesAt = Dictionary(grouping: topology.ureyBradleys, by: { BondIndex($0.i, $0.j) })
    func ownDistance(_ pair: BondIndex) -> HarmonicBond? {
      anglesAt[pair]?.count == 1 && distancesAt[pair]?.count == 1 ? distancesAt[pair]?.first : nil
    }
    var bonds = topology.bonds.map { bond in
      bond.forceConstant == 0 && bond.length == 0
        ? "\(bond.i + 1) \(bond.j + 1) 5" : "\(bond.i + 1) \(bond.j + 1) 1 \(distance(bond))"
    }
    bonds += topology.ureyBradleys.filter { ownDistance(BondIndex($0.i, $0.j)) == nil }.map {
      "\($0.i + 1) \($0.j + 1) 6 \(distance($0))"
    }
    let angles = topology.angles.map { angle in
      let own = "\(degrees(angle.angle)) \(2 * angle.forceConstant / Units.kilojoule)"
      let atoms = "\(angle.i + 1) \(angle.j + 1) \(angle.k + 1)"
      guard let ends = ownDistance(BondIndex(angle.i, angle.k)) else { return "\(atoms) 1 \(own)" }
      return "\(atoms) 5 \(own) \(distance(ends))"
    }
    var torsions: [String] = []
    for torsion in topology.torsions {
      // A quartet without terms stays a torsion.
      torsions += torsion.terms.orZero.map { periodic(torsion.quartet, 9, $0) }
    }
    let impropers =
      topology.impropers.flatMap { improper in improper.terms.map { periodic(improper.quartet, 4, $0) } }
      + topology.harmonicImpropers.map {
        "\(atoms($0.quartet)) 2 \(degrees($0.angle)) \(2 * $0.forceConstant / Units.kilojoule)"
      }
    return section("bonds", "i  j  func  length (nm)  k (kJ/mol/nm^2)", bonds)
      + section("angles", "i  j  k  func  angle (deg)  k (kJ/mol/rad^2)", angles)
      + section("dihedrals", "torsions: i  j  k  l  func  phase (deg)  k (kJ/mol)  n", torsions)
      + section("dihedrals", "impropers: i  j  k  l  func  angle (deg)  k (kJ/mol)  n", impropers)
  }

  /// Length and constant of ½ k (r − r₀)² in nm and kJ/mol.
  private func distance(_ bond: HarmonicBond) -> String {
    let constant = 2 * bond.forceConstant / Units.kilojoule * Units.nanometre * Units.nanometre
    return "\(bond.length / Units.nanometre) \(constant)"
  }

  private func atoms(_ quartet: Quartet) -> String {
    quartet.atoms.map { "\($0 + 1)" }.joined(separator: " ")
  }

  private func periodic(_ quartet: Quartet, _ function: Int, _ term: TorsionTerm) -> String {
    let k = term.forceConstant
    // Swivel takes a phase of 180.0000771 degrees, as prmtops have it, as the 180 that is meant.
    let phase =
      k != 0 && term.sineAmplitude == 0 ? (term.cosineAmplitude == k ? 0 : 180) : degrees(term.phase)
    return "\(atoms(quartet)) \(function) \(phase) \(k / Units.kilojoule) \(term.periodicity)"
  }

  // MARK: The geometry

  /// Twelve decimals: grompp and mdrun read as many as there are.
  func gro(_ coordinates: [Vector3]) throws -> String {
    guard coordinates.count == topology.atoms.count, coordinates.allSatisfy({ ($0 - $0) == Vector3(0, 0, 0) })
    else {
      throw InputError(
        nil, "\(coordinates.count) positions for \(topology.atoms.count) atoms, or one that is not finite")
    }
    let centre = (1 / Double(coordinates.count)) * coordinates.reduce(Vector3(0, 0, 0), +)
    let reach = coordinates.map { ($0 - centre).norm }.max() ?? 0
    // Twice the cut-off of 20 nm and more.
    let edge = max(50, 5 * reach / Units.nanometre)
    guard edge < 9999 else {
      throw InputError(nil, "the molecule is \(reach) Å large, too large for a .gro file")
    }
    var lines = [name, "\(coordinates.count)"]
    for (i, position) in coordinates.enumerated() {
      let p = (1 / Units.nanometre) * (position - centre)
      let columns = [p.x, p.y, p.z].map { padded(fixedPoint($0 + edge / 2, 12), 17) }.joined()
      lines.append("    1MOL  \(padded(atomNames[i], 5))\(padded("\((i + 1) % 100_000)", 5))\(columns)")
    }
    lines.append(String(repeating: " \(fixedPoint(edge, 5))", count: 3))
    return lines.joined(separator: "\n") + "\n"
  }
}

/// σ and ε in nm and kJ/mol.
func gromacsLennardJones(_ parameters: LennardJones) -> String {
  "\(parameters.sigma / Units.nanometre) \(parameters.epsilon / Units.kilojoule)"
}

/// A text as one word of a topology: characters that grompp gives a meaning become underscores.
private func gromacsWord(_ text: String) -> String {
  String(text.map { $0.isWhitespace || ";#[]\"\\<>".contains($0) || !$0.isASCII ? "_" : $0 })
}
