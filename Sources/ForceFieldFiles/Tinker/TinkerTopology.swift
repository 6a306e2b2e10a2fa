// Tinker's coordinate and parameter files as a topology: every term as Tinker assigns it.

import Chemistry
import Foundation
import TextFiles

/// Reads a molecule from Tinker's files: coordinates with types and bonds, and parameters of AMBER-, OPLS- and
/// CHARMM-like force fields.
///
/// Terms are assigned as Tinker's own k-routines do (kbond, kangle, ktors, kimptor, kimprop, kurey, kvdw, kcharge of
/// its sources; manual, "Parameters"): of equal lines of a .prm the first counts, those of a .key override; torsions
/// are looked up exactly, then with one end wild, then with both; improper torsions of equal classes are averaged. An
/// atom's type is its class, under its name where a comment `# class 3 is c3` gives one.
/// - Parameters:
///   - path: the .xyz or .txyz file.
///   - parameters: .prm and .key files; a `parameters` line of a .key is followed.
/// - Throws: ``InputError`` with the place, where a file is damaged, a parameter is missing, or the molecule has energy
///   that Swivel has no term for.
public func readTinkerTopology(_ path: String, parameters: [String]) throws -> LoadedTopology {
  let molecule = try TinkerCoordinates(try readText(path), file: path)
  let (table, files) = try tinkerParameterFiles(parameters, topology: path)
  let builder = try TinkerAssignment(molecule, table, file: path)
  return LoadedTopology(topology: try builder.topology(), files: [path] + files)
}

/// All parameter files: .prm first, .key after them.
func tinkerParameterFiles(_ paths: [String], topology: String) throws -> (TinkerParameters, [String]) {
  var prm = paths.filter { !$0.lowercased().hasSuffix(".key") }
  let keys = paths.filter { $0.lowercased().hasSuffix(".key") }
  let keyLines = try keys.map { try TinkerLines(try readText($0), file: $0) }
  for (key, lines) in zip(keys, keyLines) {
    for line in lines.lines where line.keyword == "PARAMETERS" {
      guard let name = line.fields.first, name.uppercased() != "NONE" else { continue }
      let file = name.lowercased().hasSuffix(".prm") ? String(name) : name + ".prm"
      let last = URL(fileURLWithPath: file).lastPathComponent
      // A file given by hand stands for the one that the key names.
      if prm.contains(where: { URL(fileURLWithPath: $0).lastPathComponent == last }) { continue }
      let beside = URL(fileURLWithPath: key).deletingLastPathComponent().appendingPathComponent(file)
        .relativePath
      let found = [file, beside].first { FileManager.default.fileExists(atPath: $0) }
      guard let found else {
        throw InputError(
          line.place, "the parameter file \(file) is not there", hint: "give it beside the topology")
      }
      prm.append(found)
    }
  }
  guard !prm.isEmpty || !keys.isEmpty else {
    throw InputError(
      SourcePlace(file: topology), "a Tinker coordinate file has no parameters itself",
      hint: "give the .prm file (and a .key file, if any) beside it")
  }
  var result = TinkerParameters()
  for path in prm { try result.read(try TinkerLines(try readText(path), file: path), isKey: false) }
  for lines in keyLines { try result.read(lines, isKey: true) }
  return (result, prm + keys)
}

/// A molecule with the parameters it finds.
struct TinkerAssignment {
  let molecule: TinkerCoordinates
  let parameters: TinkerParameters
  let file: String
  let graph: BondGraph
  let classes: [Int]
  let elements: [Element]

  init(_ molecule: TinkerCoordinates, _ parameters: TinkerParameters, file: String) throws {
    self.molecule = molecule
    self.parameters = parameters
    self.file = file
    graph = molecule.graph
    let types = try molecule.atoms.map { atom in
      guard let type = parameters.atomTypes[atom.type] else {
        throw InputError(
          atom.place, "there is no `atom` line of the type \(atom.type)",
          hint: "check that the parameter file is the one the coordinates were made with")
      }
      return type
    }
    classes = types.map(\.atomClass)
    elements = try types.map { type in
      guard let element = Element(atomicNumber: type.atomicNumber) else {
        throw InputError(
          type.place, "the atomic number \(type.atomicNumber) is no element: dummy atoms are not supported")
      }
      return element
    }
    try refuseForeignTerms()
  }

  /// Lines of terms that Swivel lacks matter only where their classes are all in the molecule.
  private func refuseForeignTerms() throws {
    let ownClasses = Set(classes)
    let ownTypes = Set(molecule.atoms.map(\.type))
    let rings = graph.smallestRings
    for line in parameters.foreign {
      guard let kind = tinkerForeignTerms[line.keyword], !parameters.settings.off.contains(kind.term) else {
        continue
      }
      let numbers = line.fields.prefix(kind.atoms).compactMap { Int($0) }.map(abs).filter { $0 != 0 }
      // A larger ring may be made of bonds that all are in smaller ones.
      if let ring = kind.ring, !rings.contains(where: { $0 <= ring }) { continue }
      if numbers.isEmpty || !numbers.allSatisfy((kind.byType ? ownTypes : ownClasses).contains) { continue }
      let energies: [String: UnsupportedEnergy] = ["MULTIPOLE": .multipoles, "POLARIZE": .polarisation]
      if let energy = energies[line.keyword] { throw energy.error(line.place, line.keyword.lowercased()) }
      throw InputError(
        line.place, "the term \(line.keyword.lowercased()) may apply to this molecule and is not supported",
        hint:
          "use a force field of harmonic bonds and angles, torsions, improper torsions, Lennard-Jones and charges"
      )
    }
  }

  func topology() throws -> Topology {
    let nonbonded = try pairs()
    return Topology(
      atoms: atoms(nonbonded), bonds: try bonds(), angles: try angles(), torsions: try torsions(),
      impropers: try improperTorsions(), harmonicImpropers: try harmonicImpropers(),
      ureyBradleys: ureyBradleys(),
      pairs: nonbonded.pairs, coulombConstant: parameters.settings.electric / parameters.settings.dielectric,
      oneFourScalings: nonbonded.scalings, combinationRule: parameters.settings.rule)
  }

  private func atoms(_ nonbonded: Nonbonded) -> [Atom] {
    molecule.atoms.enumerated().map { i, atom in
      Atom(
        name: atom.name, type: parameters.classNames[classes[i]] ?? String(classes[i]), element: elements[i],
        charge: nonbonded.charges[i], lennardJones: nonbonded.sizes[i],
        oneFourLennardJones: nonbonded.oneFourSizes[i] == nonbonded.sizes[i] ? nil : nonbonded.oneFourSizes[i]
      )
    }
  }

  /// What is missing is an error, as it is for Tinker.
  func missing(_ what: String, _ atoms: [Int]) -> InputError {
    InputError(
      SourcePlace(file: file),
      "no \(what) parameters for the atoms \(atoms.map { String($0 + 1) }.joined(separator: "-")) of the classes "
        + atoms.map { String(classes[$0]) }.joined(separator: "-"),
      hint: "Tinker stops here too; give a .prm or .key with the line")
  }

  private func bonds() throws -> [HarmonicBond] {
    try graph.bonds.map { bond in
      guard let found = parameters.bonds.value([classes[bond.a], classes[bond.b]].sorted()) else {
        throw missing("bond", [bond.a, bond.b])
      }
      return HarmonicBond(
        i: bond.a, j: bond.b, forceConstant: parameters.settings.bondUnit * found.forceConstant,
        length: found.length)
    }
  }

  /// The angles of the graph, i < k.
  private var angleAtoms: [(i: Int, j: Int, k: Int)] {
    graph.neighbours.enumerated().flatMap { j, around in
      around.indices.flatMap { a in around.dropFirst(a + 1).map { (around[a], j, $0) } }
    }
  }

  private func angles() throws -> [HarmonicAngle] {
    let factor = parameters.settings.angleUnit / (Units.degree * Units.degree)
    return try angleAtoms.map { i, j, k in
      let key = endsSorted([classes[i], classes[j], classes[k]])
      // The ideal angle may depend on the hydrogens on the apex besides the angle's own.
      let hydrogens = graph.neighbours[j].filter { $0 != i && $0 != k && elements[$0].atomicNumber == 1 }
        .count
      for entry in parameters.angles.entries where entry.key == key {
        let ideals = entry.value.ideals
        let isGeneric = ideals[1] == 0 && ideals[2] == 0
        guard isGeneric || hydrogens < 3 else { continue }
        let ideal = isGeneric ? ideals[0] : ideals[hydrogens]
        if ideal != 0 {
          return HarmonicAngle(
            i: i, j: j, k: k, forceConstant: factor * entry.value.forceConstant, angle: ideal * Units.degree)
        }
      }
      throw missing("angle", [i, j, k])
    }
  }

  private func ureyBradleys() -> [HarmonicBond] {
    angleAtoms.compactMap { i, j, k in
      parameters.ureyBradleys.value(endsSorted([classes[i], classes[j], classes[k]])).map {
        HarmonicBond(
          i: i, j: k, forceConstant: parameters.settings.ureyUnit * $0.forceConstant, length: $0.length)
      }
    }
  }

  private func torsions() throws -> [Torsion] {
    let unit = parameters.settings.torsionUnit
    return try graph.bonds.flatMap { bond in
      try graph.quartets(about: bond).map { quartet in
        let key = tinkerTorsionKey(quartet.atoms.map { classes[$0] })
        guard let terms = parameters.torsionTerms(of: key) else { throw missing("torsion", quartet.atoms) }
        return Torsion(
          quartet.canonical,
          terms: terms.map {
            TorsionTerm(periodicity: $0.periodicity, phase: $0.phase, forceConstant: unit * $0.forceConstant)
          })
      }
    }
  }
}
