// A topology as complete Tinker files: coordinates with bonds, and the parameters of this one molecule.

import Chemistry
import TextFiles

/// The files of a molecule for Tinker: ".xyz" (coordinates, types, bonds) and ".prm" (all its parameters).
///
/// Every atom is a type of its own, which its charge and its Lennard-Jones parameters go by (vdwindex TYPE); classes
/// are the atom types, numbered as `classes` says, and comments give their names. Atoms whose terms Tinker could not
/// tell apart by these get classes of their own, numbered behind the others.
/// - Parameters:
///   - topology: the molecule.
///   - name: the molecule's name.
///   - coordinates: Å, as many as atoms.
///   - header: lines to put on top as comments.
///   - classes: numbers of the types, shared with a family's fragment; those of ``tinkerClasses(of:)`` for the
///     molecule's own types where nil. Types that it lacks are numbered behind.
/// - Throws: ``InputError`` where Tinker cannot say a term: impropers with another order of atoms, constants of
///   torsions, 1-4 pairs of unlike scaling, more than 999 atoms.
public func tinkerTopology(
  _ topology: Topology, name: String, coordinates: [Vector3], header: [String], classes: [String: Int]? = nil
) throws -> [(suffix: String, text: String)] {
  guard coordinates.count == topology.atoms.count else {
    throw InputError(nil, "\(coordinates.count) coordinates for \(topology.atoms.count) atoms")
  }
  guard topology.atoms.count <= tinkerHighestClass else {
    throw InputError(
      nil,
      "\(topology.atoms.count) atoms: Tinker's tables hold \(tinkerHighestClass) types of van der Waals parameters"
    )
  }
  let classing = try TinkerClassing(topology, numbers: classes)
  var prm = header.map { "# \($0)\n" }.joined()
  prm += "# Atom classes: the atom types of the molecule.\n"
  prm += tinkerClassComments(classing.numbers)
  if !classing.copies.isEmpty {
    prm +=
      "# Classes of single atoms, whose improper or other terms are theirs alone; torsion lines for the class of\n"
    prm += "# their type do not reach them.\n"
    for copy in classing.copies { prm += "# class \(copy.number) is \(copy.type)\n" }
  }
  prm += try nonbonded(topology, atomLines(topology, classing))
  prm += bonded(classing)
  return [(".xyz", xyz(topology, name: name, coordinates: coordinates)), (".prm", prm)]
}

private func xyz(_ topology: Topology, name: String, coordinates: [Vector3]) -> String {
  var text = "\(topology.atoms.count)  \(name)\n"
  let graph = topology.bondGraph
  for (index, atom) in topology.atoms.enumerated() {
    // Names that begin otherwise than with a letter would be taken for numbers.
    let isFit = atom.name.first?.isLetter == true && atom.name.allSatisfy { $0.isASCII && !$0.isWhitespace }
    let r = coordinates[index]
    text += "\(padded("\(index + 1)", 6))  \(isFit ? atom.name : atom.element.symbol)"
    text += [r.x, r.y, r.z].map { " " + padded(fixedPoint($0, 10), 18) }.joined()
    text +=
      " \(padded("\(index + 1)", 5))" + graph.neighbours[index].map { " " + padded("\($0 + 1)", 5) }.joined()
      + "\n"
  }
  return text
}

private func atomLines(_ topology: Topology, _ classing: TinkerClassing) throws -> String {
  let neighbours = topology.bondGraph.neighbours
  return topology.atoms.enumerated().map { index, atom in
    let mass = atom.element.mass.map { fixedPoint($0, 3) } ?? "0.0"
    let description = "\(atom.name) \(atom.type)".filter { $0 != "\"" && $0.isASCII }.prefix(24)
    return
      """
      atom \(index + 1) \(classing.classes[index]) \(atom.element.symbol) "\(description)" \
      \(atom.element.atomicNumber) \(mass) \(neighbours[index].count)\n
      """
  }.joined()
}

private func nonbonded(_ topology: Topology, _ atoms: String) throws -> String {
  let scaling = try oneFourScaling(topology)
  var text =
    "forcefield SWIVEL\n\nvdwtype LENNARD-JONES\nvdwindex TYPE\nradiustype SIGMA\nradiussize DIAMETER\n"
  text +=
    "radiusrule \(topology.combinationRule == .geometric ? "GEOMETRIC" : "ARITHMETIC")\nepsilonrule GEOMETRIC\n"
  text += "vdw-14-scale \(scaling.lennardJonesDivisor)\nchg-14-scale \(scaling.coulombDivisor)\n"
  text += "electric \(topology.coulombConstant)\ndielectric 1.0\n"
  text += "bondunit 1.0\nangleunit \(Units.degree * Units.degree)\nureyunit 1.0\n"
  text += "torsionunit 1.0\nimptorunit 1.0\nimpropunit 1.0\n\n" + atoms + "\n"
  let sizes = topology.atoms.map { $0.lennardJones ?? LennardJones(sigma: 0, epsilon: 0) }
  for (index, size) in sizes.enumerated() { text += "vdw \(index + 1) \(size.sigma) \(size.epsilon)\n" }
  for (index, atom) in topology.atoms.enumerated() { text += "charge \(index + 1) \(atom.charge)\n" }
  for pair in topology.pairs {
    let divisor = pair.isOneFour ? scaling.lennardJonesDivisor : 1
    let full = sizes[pair.i].combined(with: sizes[pair.j], by: topology.combinationRule)
    let (repulsion, dispersion) = (pair.repulsion * divisor, pair.dispersion * divisor)
    if close(full.repulsion, repulsion), close(full.dispersion, dispersion) { continue }
    let own = LennardJones(repulsion: repulsion, dispersion: dispersion)
    guard own.epsilon > 0 || (repulsion == 0 && dispersion == 0) else {
      throw InputError(
        nil,
        """
        the pair \(topology.atoms[pair.i].name)–\(topology.atoms[pair.j].name) has only one of repulsion \
        and dispersion, or a negative one, which no σ and ε give
        """
      )
    }
    text += "vdwpair \(pair.i + 1) \(pair.j + 1) \(own.epsilon == 0 ? 1 : own.sigma) \(own.epsilon)\n"
  }
  return text + "\n"
}

private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(abs(a), abs(b)) }

/// The one scaling of all 1-4 pairs, with a check that pairs and charges are what Tinker will make of them.
private func oneFourScaling(_ topology: Topology) throws -> OneFourScaling {
  let (excluded, oneFour) = topology.bondGraph.nearPairs
  var coulombDivisor: Double?
  let present = Dictionary(
    topology.pairs.map { (BondIndex($0.i, $0.j), $0) }, uniquingKeysWith: { first, _ in first })
  let count = topology.atoms.count
  for i in 0..<count {
    for j in (i + 1)..<max(count, i + 1) {
      let pair = present[BondIndex(i, j)]
      let names = "\(topology.atoms[i].name)–\(topology.atoms[j].name)"
      guard excluded.contains(BondIndex(i, j)) == (pair == nil) else {
        throw InputError(
          nil,
          """
          the pair \(names) \(pair == nil ? "is left out" : "interacts"), other than in Tinker, which \
          leaves out 1-2 and 1-3 pairs
          """
        )
      }
      guard let pair else { continue }
      let product = topology.coulombConstant * topology.atoms[i].charge * topology.atoms[j].charge
      if oneFour.contains(BondIndex(i, j)), abs(product) > 1e-6 {
        let divisor = product / pair.coulomb
        let known = coulombDivisor ?? divisor
        guard divisor >= 1 - 1e-9, abs(divisor - known) < 1e-6 * known else {
          throw InputError(
            nil,
            """
            the charges of the 1-4 pair \(names) are divided by \(divisor), others by \(known); Tinker has \
            one divisor of 1 or more
            """
          )
        }
        coulombDivisor = known
      } else if !oneFour.contains(BondIndex(i, j)),
        abs(product - pair.coulomb) > 1e-6 * max(abs(product), 1e-3)
      {
        throw InputError(
          nil, "the Coulomb energy of the pair \(names) is not that of its charges; Tinker has no such pairs")
      }
    }
  }
  let listed = topology.oneFourScalings
  let given = listed.count == 1 ? listed.first : nil
  return OneFourScaling(
    // The written divisor where it says the same: a quotient of rounded numbers has rounding in it.
    coulombDivisor: given.flatMap { g in
      coulombDivisor == nil || abs(g.coulombDivisor - (coulombDivisor ?? 0)) < 1e-5
        ? max(1, g.coulombDivisor) : nil
    } ?? max(1, coulombDivisor ?? 1),
    lennardJonesDivisor: max(1, given?.lennardJonesDivisor ?? 1))
}

private func bonded(_ classing: TinkerClassing) -> String {
  func words(_ key: [Int]) -> String { key.map(String.init).joined(separator: " ") }
  func terms(_ list: [TorsionTerm]) -> String {
    list.isEmpty
      ? " 0.0 0.0 1"
      : list.map { " \($0.forceConstant) \(degrees($0.phaseAsComputed)) \($0.periodicity)" }.joined()
  }
  func ascending<Value>(_ table: [[Int]: Value]) -> [(key: [Int], value: Value)] {
    table.sorted { $0.key.lexicographicallyPrecedes($1.key) }
  }
  var text = ""
  for (key, bond) in ascending(classing.bonds) {
    text += "bond \(words(key)) \(bond.forceConstant) \(bond.length)\n"
  }
  for (key, angle) in ascending(classing.angles) {
    text += "angle \(words(key)) \(angle.forceConstant) \(degrees(angle.angle))\n"
  }
  for (key, urey) in ascending(classing.ureyBradleys) {
    text += "ureybrad \(words(key)) \(urey.forceConstant) \(urey.length)\n"
  }
  for (key, list) in ascending(classing.torsions) { text += "torsion \(words(key))\(terms(list))\n" }
  for (key, list) in ascending(classing.improperTorsions) { text += "imptors \(words(key))\(terms(list))\n" }
  for (key, improper) in ascending(classing.impropers) {
    text += "improper \(words(key)) \(improper.forceConstant) \(degrees(improper.angle))\n"
  }
  return text
}
