// AMBER molecules with atom types of their own, for tleap: mol2 files, a frcmod with every parameter, and a leaprc.

import Chemistry
import TextFiles

/// For tleap: `PREFIX.frcmod` with every parameter of the new types, `NAME.mol2` with them, and `leaprc.PREFIX`, which
/// adds the types and loads the frcmod.
///
/// New types are the prefix, a letter or digit, and another, in the order of the old ones: tleap sorts the atoms of an
/// improper by their types' names, so its angles stay the same.
/// - Throws: ``InputError`` where there are more types than names, where the molecules' types do not determine their
///   terms, or where a term has no form in a frcmod.
func amberBespoke(
  _ molecules: [BespokeMolecule], prefix: String, header: [String]
) throws -> [(path: String, text: String)] {
  guard prefix.count == 1 else {
    throw InputError(
      nil, "a frcmod's types have two characters, so that \"\(prefix)\" leaves no room",
      hint: "give --bespoke one letter or digit for AMBER")
  }
  var table = try AmberBespokeTable(molecules, prefix: prefix)
  for molecule in molecules { try table.add(molecule) }
  let file = "\(prefix).frcmod"
  var leap = header.map { "# \($0)" }
  leap += [
    "# tleap: source the base force field, then this file, then loadmol2 NAME.mol2.", "addAtomTypes {",
  ]
  leap += table.elements.sorted { $0.key < $1.key }.map { type, kind in
    "  { \"\(type)\" \"\(kind.element.symbol)\" \"\(kind.neighbours >= 4 ? "sp3" : "sp2")\" }"
  }
  leap += ["}", "loadamberparams \(file)", ""]
  return [(file, table.text(header: header)), ("leaprc.\(prefix)", leap.joined(separator: "\n"))]
    + (try molecules.map { ("\($0.name).mol2", try mol2($0, names: table.names)) })
}

/// A mol2 file with AMBER's atom types, as tleap reads it.
private func mol2(_ molecule: BespokeMolecule, names: [String: String]) throws -> String {
  let topology = molecule.topology
  guard molecule.coordinates.count == topology.atoms.count, molecule.coordinates.allSatisfy(\.isFinite) else {
    throw InputError(nil, "\(molecule.name) has no position for each atom")
  }
  let residue = String(molecule.name.filter { $0.isASCII && $0.isLetter }.prefix(3)).uppercased()
  let label = residue.isEmpty ? "LIG" : residue
  let bonds = topology.bondGraph.bonds
  var text =
    "@<TRIPOS>MOLECULE\n\(label)\n\(topology.atoms.count) \(bonds.count) 1 0 0\nSMALL\nUSER_CHARGES\n\n"
  text += "@<TRIPOS>ATOM\n"
  for (index, name) in pdbNames(topology.atoms).enumerated() {
    let p = molecule.coordinates[index]
    text += "\(index + 1) \(name) \([p.x, p.y, p.z].map { fixedPoint($0, 6) }.joined(separator: " "))"
    text +=
      " \(names[topology.atoms[index].type] ?? "") 1 \(label) \(fixedPoint(topology.atoms[index].charge, 10))\n"
  }
  text += "@<TRIPOS>BOND\n"
  for (index, bond) in bonds.enumerated() { text += "\(index + 1) \(bond.a + 1) \(bond.b + 1) 1\n" }
  return text + "@<TRIPOS>SUBSTRUCTURE\n1 \(label) 1 TEMP 0 **** **** 0 ROOT\n"
}

/// Every parameter by new types; each must be one.
struct AmberBespokeTable {
  /// New names by old.
  let names: [String: String]
  /// What each new type is.
  private(set) var elements: [String: (element: Element, neighbours: Int)] = [:]
  private var masses: [String: [Double]] = [:]
  private var bonds: [String: [Double]] = [:]
  private var angles: [String: [Double]] = [:]
  private var torsions: [TorsionType: [TorsionTerm]] = [:]
  private var scalings: [Double] = []
  private var impropers: [String: [TorsionTerm]] = [:]
  /// Which centres have an improper, by the types about them.
  private var hasImproper: [String: Bool] = [:]

  /// Names for the types of some molecules.
  /// - Throws: ``InputError`` where there are too many.
  init(_ molecules: [BespokeMolecule], prefix: String) throws {
    let old = Set(molecules.flatMap { $0.topology.atoms.map(\.type) }).sorted()
    let second = "0123456789ABCDEFGHIJKLMNOPQRSTUVWYZabcdefghijklmnopqrstuvwyz".map { "\(prefix)\($0)" }
      .filter { !old.contains($0) }
    guard old.count <= second.count else {
      throw InputError(
        nil, "\(old.count) atom types, and a frcmod has room for \(second.count) of one prefix",
        hint: "choose some molecules with --molecules, or write gromacs or openmm")
    }
    names = Dictionary(uniqueKeysWithValues: zip(old, second))
  }

  private func clash(_ what: String, _ key: String, _ molecule: BespokeMolecule) -> InputError {
    InputError(
      nil,
      "\(molecule.name): \(what) \(key) have unlike parameters, which one definition of a frcmod cannot say",
      hint: "write gromacs or openmm, which have a type or a line for each, or choose --molecules")
  }

  private func set(
    _ table: inout [String: [Double]], _ key: String, _ values: [Double], _ what: String,
    _ molecule: BespokeMolecule
  ) throws {
    if let own = table[key], !zip(own, values).allSatisfy({ isClose($0, $1) }) {
      throw clash(what, key, molecule)
    }
    table[key] = values
  }

  /// Takes a molecule's parameters.
  /// - Throws: ``InputError`` where they are not determined by types, or have no form.
  mutating func add(_ molecule: BespokeMolecule) throws {
    let topology = molecule.topology
    try topology.requireAmberForm(format: "frcmod")
    let plan = try PairPlan(topology, rule: .lorentzBerthelot, format: "a frcmod")
    guard plan.exceptions.isEmpty else {
      throw clash("pairs", "with Lennard-Jones parameters of their own", molecule)
    }
    let own = topology.oneFourScalings.first ?? OneFourScaling(coulombDivisor: 1, lennardJonesDivisor: 1)
    let scaling = [own.coulombDivisor, own.lennardJonesDivisor]
    guard scalings.isEmpty || scalings == scaling else {
      throw clash("the 1-4 pairs", "", molecule)
    }
    scalings = scaling
    let graph = topology.bondGraph
    let types = topology.atoms.map { names[$0.type] ?? "" }
    for (index, atom) in topology.atoms.enumerated() {
      guard let mass = atom.element.mass else { throw clash("masses of", atom.element.symbol, molecule) }
      try set(
        &masses, types[index], [mass, plan.far[index].halfMinimum, plan.far[index].epsilon],
        "atoms of the type",
        molecule)
      elements[types[index]] = (atom.element, graph.neighbours[index].count)
    }
    for bond in topology.bonds {
      let key = [types[bond.i], types[bond.j]].sorted().joined(separator: "-")
      try set(&bonds, key, [bond.forceConstant, bond.length], "bonds", molecule)
    }
    for angle in topology.angles {
      let ends = [types[angle.i], types[angle.k]].sorted()
      try set(
        &angles, "\(ends[0])-\(types[angle.j])-\(ends[1])", [angle.forceConstant, degrees(angle.angle)],
        "angles",
        molecule)
    }
    try addTorsions(molecule, graph, types)
    try addImpropers(molecule, graph, types)
  }

  private mutating func addTorsions(
    _ molecule: BespokeMolecule, _ graph: BondGraph, _ types: [String]
  ) throws {
    var terms: [Quartet: [TorsionTerm]] = [:]
    for torsion in molecule.topology.torsions {
      terms[torsion.quartet.canonical, default: []] += torsion.terms
    }
    for bond in graph.bonds {
      for q in graph.quartets(about: bond) {
        let type = TorsionType(types[q.i], types[q.j], types[q.k], types[q.l])
        let own = terms[q.canonical] ?? []
        if let other = torsions[type], !other.hasSameEnergy(as: own) {
          throw clash("torsions", molecule.topology.atomTypes(of: q).label, molecule)
        }
        torsions[type] = own
      }
    }
  }

  private mutating func addImpropers(
    _ molecule: BespokeMolecule, _ graph: BondGraph, _ types: [String]
  ) throws {
    var centres: [Int: (Quartet, [TorsionTerm])] = [:]
    for improper in molecule.topology.impropers {
      let found = [improper.quartet, improper.quartet.reversed].first { q in
        Set(graph.neighbours[q.k]) == Set([q.i, q.j, q.l])
      }
      guard let found, improper.terms.count == 1, centres[found.k] == nil else {
        throw clash("impropers", "of several terms or without a centre of three neighbours", molecule)
      }
      centres[found.k] = (found, improper.terms)
    }
    for centre in graph.neighbours.indices where graph.neighbours[centre].count == 3 {
      let key = (graph.neighbours[centre].map { types[$0] }.sorted() + [types[centre]]).joined(separator: "-")
      let own = centres[centre]
      guard hasImproper[key] ?? (own != nil) == (own != nil) else { throw clash("impropers", key, molecule) }
      hasImproper[key] = own != nil
      guard let (_, terms) = own else { continue }
      let around = graph.neighbours[centre].map { types[$0] }.sorted()
      let line = "\(around[0])-\(around[1])-\(types[centre])-\(around[2])"
      guard impropers[line]?.hasSameEnergy(as: terms) ?? true else {
        throw clash("impropers", line, molecule)
      }
      impropers[line] = terms
    }
  }

  /// The frcmod.
  func text(header: [String]) -> String {
    func rows(_ table: [String: [Double]], _ digits: [Int]) -> String {
      table.sorted { $0.key < $1.key }.map { key, values in
        key + zip(values, digits).map { "  " + fixedPoint($0, $1) }.joined() + "\n"
      }.joined() + "\n"
    }
    let head = amberTitle(header + ["every parameter of the types of leaprc beside"])
    var text = head.title + head.rest + "MASS\n" + rows(masses.mapValues { [$0[0]] }, [6])
    text += "BOND\n" + rows(bonds, [8, 8]) + "ANGLE\n" + rows(angles, [8, 8]) + "DIHE\n"
    let scaling = "  SCEE=\(fixedPoint(scalings[0], 6)) SCNB=\(fixedPoint(scalings[1], 6))\n"
    for (type, all) in torsions.sorted(by: { $0.key < $1.key }) {
      let terms = all.orZero
      for (index, term) in terms.sorted(by: { $0.periodicity < $1.periodicity }).enumerated() {
        let n = index + 1 < terms.count ? -term.periodicity : term.periodicity
        text += "\(type.label)   1  \(fixedPoint(term.forceConstant, 10))"
        text += "  \(fixedPoint(degrees(term.phaseAsComputed), 6))  \(n).0\(scaling)"
      }
    }
    // tleap reads the numbers of an improper from column 16 on, whatever stands before.
    text += "\nIMPROPER\n"
    for (key, terms) in impropers.sorted(by: { $0.key < $1.key }) {
      for term in terms {
        text +=
          "\(key)      \(fixedPoint(term.forceConstant, 10))  \(fixedPoint(degrees(term.phaseAsComputed), 6))"
        text += "  \(term.periodicity).0\n"
      }
    }
    return text + "\nNONBON\n" + rows(masses.mapValues { [$0[1], $0[2]] }, [8, 8]) + "\n"
  }
}
