// A molecule from a LAMMPS data file and the input script that goes with it.

import Chemistry
import TextFiles

/// LAMMPS's constant in `units real`, kcal/mol·Å/e² (qqr2e in its source, update.cpp; measured with `run 0`).
let lammpsCoulombConstant = 332.06371

/// Reads a LAMMPS data file with its input scripts.
///
/// The energy is that of the molecule in vacuum with every pair: periodic boundaries, Ewald sums and cut-offs of 8 Å
/// and more are taken as means of a simulation and passed over (shorter cut-offs, shifted and smoothed potentials are
/// refused). The scripts are followed up to the first `run` or `minimize`; commands that could add energy are refused
/// by name. Atoms stand in the order of their numbers. Their types are the type labels, else the words after `#` in the
/// sections Masses or Pair Coeffs where these tell all types apart, else the type numbers. The Coulomb constant is
/// 332.06371 kcal/mol·Å/e², divided by `dielectric`.
/// - Parameters:
///   - path: the data file.
///   - input: input scripts in order: styles, special_bonds, coefficients that the data file lacks.
/// - Throws: ``InputError`` with the place of what is damaged, missing or not supported.
public func readLammpsTopology(_ path: String, input: [String]) throws -> LoadedTopology {
  try lammpsMolecule(try readText(path), file: path, input: input)
}

/// The topology in the text of a data file.
func lammpsMolecule(_ text: String, file: String, input: [String]) throws -> LoadedTopology {
  guard !input.isEmpty else {
    throw InputError(
      SourcePlace(file: file), "does not say how pairs are mixed and which are left out",
      hint: "give the LAMMPS input script too: --topology-parameters in.molecule")
  }
  let script = try LammpsScript(input, dataFile: file)
  guard let units = script.units, units.words.count == 2, units.texts[1] == "real" else {
    throw InputError(
      script.units?.place(1) ?? SourcePlace(file: input[0]), "the units must be real (kcal/mol and Å)",
      hint: "the line `units real` was expected in the input script")
  }
  let reader = try LammpsReader(data: try LammpsData(text, file: file), script: script)
  return LoadedTopology(topology: try reader.topology(), files: [file] + script.files)
}

private struct LammpsReader {
  let data: LammpsData
  let script: LammpsScript
  let atoms: LammpsAtoms

  init(data: LammpsData, script: LammpsScript) throws {
    self.data = data
    self.script = script
    atoms = try LammpsAtoms(data: data, script: script)
  }

  func topology() throws -> Topology {
    let bonds = try self.bonds()
    let angles = try self.angles()
    let graph = BondGraph(atomCount: atoms.rows.count, bonds: bonds.map { BondIndex($0.i, $0.j) })
    let dihedrals = try self.dihedrals()
    // A dihedral whose atoms are no chain of bonds holds a centre flat: it is an improper, whatever section it stands
    // in.
    let torsions = dihedrals.torsions.filter { graph.isChain($0.quartet) }
    let flat = dihedrals.torsions.filter { !graph.isChain($0.quartet) }
    let impropers = try self.impropers()
    let pairs = try LammpsPairs(data: data, script: script, types: atoms.types)
    let constant = lammpsCoulombConstant / script.dielectric
    let interactions = try self.interactions(
      pairs, constant: constant, graph: graph, weights: dihedrals.weights)
    return Topology(
      atoms: try atoms.named(pairs), bonds: bonds, angles: angles.angles, torsions: torsions,
      impropers: flat + impropers.periodic, harmonicImpropers: impropers.harmonic,
      ureyBradleys: angles.ureyBradleys,
      pairs: interactions.pairs, coulombConstant: constant, oneFourScalings: interactions.scalings,
      combinationRule: pairs.rule)
  }

  // MARK: Bonded terms

  /// The rows of a kind with their atoms from zero and their type.
  private func rows(_ kind: LammpsKind) throws -> (
    rows: [(atoms: [Int], type: Int, line: LammpsLine)], table: LammpsCoefficientTable
  ) {
    let types = try LammpsTypes(
      kind: kind.rawValue, count: data.count("\(kind) types"), rows: data.rows(kind.labelSection),
      commands: script.labels)
    let rows = try data.rows(kind.section, count: data.count("\(kind)s")).map { line in
      _ = try line.integer(0, "a number")
      let type = try types.type(line, 1)
      let members = try (0..<kind.atoms).map { offset in
        let id = try line.integer(2 + offset, "an atom number")
        guard let index = atoms.indexOfID[id] else {
          throw line.error("there is no atom \(id)", word: 2 + offset)
        }
        return index
      }
      guard line.words.count == 2 + kind.atoms else {
        throw line.error("has \(line.words.count) numbers where a \(kind) has \(2 + kind.atoms)")
      }
      guard Set(members).count == kind.atoms else { throw line.error("the \(kind) names an atom twice") }
      return (atoms: members, type: type, line: line)
    }
    return (rows, try LammpsCoefficientTable(kind, data: data, script: script, types: types))
  }

  private func bonds() throws -> [HarmonicBond] {
    let (rows, table) = try self.rows(.bond)
    return try rows.map { row in
      let bond = try table.coefficients(row.type, row.line).bond()
      return HarmonicBond(
        i: row.atoms[0], j: row.atoms[1], forceConstant: bond.forceConstant, length: bond.length)
    }
  }

  private func angles() throws -> (angles: [HarmonicAngle], ureyBradleys: [HarmonicBond]) {
    let (rows, table) = try self.rows(.angle)
    var ureyBradleys: [HarmonicBond] = []
    let angles = try rows.map { row in
      let angle = try table.coefficients(row.type, row.line).angle()
      if let term = angle.ureyBradley {
        ureyBradleys.append(
          HarmonicBond(
            i: row.atoms[0], j: row.atoms[2], forceConstant: term.forceConstant, length: term.length))
      }
      return HarmonicAngle(
        i: row.atoms[0], j: row.atoms[1], k: row.atoms[2], forceConstant: angle.forceConstant,
        angle: angle.angle)
    }
    return (angles, ureyBradleys)
  }

  private func quartet(_ atoms: [Int]) -> Quartet { Quartet(atoms[0], atoms[1], atoms[2], atoms[3]) }

  private func dihedrals() throws -> (torsions: [Torsion], weights: [BondIndex: Double]) {
    let (rows, table) = try self.rows(.dihedral)
    var torsions: [Torsion] = []
    var positions: [Quartet: Int] = [:]
    var weights: [BondIndex: Double] = [:]
    for row in rows {
      let dihedral = try table.coefficients(row.type, row.line).dihedral()
      let quartet = self.quartet(row.atoms).canonical
      if let position = positions[quartet] {
        torsions[position].terms += dihedral.terms
      } else {
        positions[quartet] = torsions.count
        torsions.append(Torsion(quartet, terms: dihedral.terms))
      }
      if dihedral.weight > 0 { weights[BondIndex(quartet.i, quartet.l), default: 0] += dihedral.weight }
    }
    for index in torsions.indices { torsions[index].terms = torsions[index].terms.joined }
    return (torsions, weights)
  }

  private func impropers() throws -> (periodic: [Torsion], harmonic: [HarmonicImproper]) {
    let (rows, table) = try self.rows(.improper)
    var periodic: [Torsion] = []
    var harmonic: [HarmonicImproper] = []
    for row in rows {
      let quartet = self.quartet(row.atoms)
      switch try table.coefficients(row.type, row.line).improper() {
      case .periodic(let term): periodic.append(Torsion(quartet, terms: [term]))
      case .harmonic(let constant, let angle):
        harmonic.append(HarmonicImproper(quartet, forceConstant: constant, angle: angle))
      }
    }
    return (periodic, harmonic)
  }

  // MARK: Pairs

  private func interactions(
    _ pairs: LammpsPairs, constant: Double, graph: BondGraph, weights: [BondIndex: Double]
  ) throws -> (pairs: [PairInteraction], scalings: [OneFourScaling]) {
    let (lennardJonesWeight, coulombWeight) = (script.lennardJonesWeights[2], script.coulombWeights[2])
    if let line = script.styles[.dihedral], !weights.isEmpty {
      guard pairs.isCharmm else {
        throw line.error(
          "dihedral weights go with the pair styles lj/charmm/coul/… only",
          hint: "LAMMPS refuses it too; set the weights to 0.0 for AMBER's scaling")
      }
      guard lennardJonesWeight == 0, coulombWeight == 0 else {
        throw line.error(
          "dihedral weights go with `special_bonds charmm` only", hint: "LAMMPS refuses it too")
      }
    }
    let near = graph.nearPairs
    let bonded = Set(graph.bonds)
    var result: [PairInteraction] = []
    var hasOneFour = false
    for i in atoms.rows.indices {
      for j in (i + 1)..<max(atoms.rows.count, i + 1) {
        let pair = BondIndex(i, j)
        let level =
          bonded.contains(pair) ? 0 : near.excluded.contains(pair) ? 1 : near.oneFour.contains(pair) ? 2 : nil
        let extra = weights[pair] ?? 0
        let lj = level.map { script.lennardJonesWeights[$0] } ?? 1
        let coulomb = (level.map { script.coulombWeights[$0] } ?? 1)
        guard lj > 0 || coulomb > 0 || extra > 0 else { continue }
        let (a, b) = (atoms.rows[i], atoms.rows[j])
        let far = try pairs.pair(a.type, b.type, near: false, a.line)
        let close = try pairs.pair(a.type, b.type, near: true, a.line)
        let product = pairs.hasCoulomb ? constant * a.charge * b.charge : 0
        hasOneFour = hasOneFour || level == 2
        result.append(
          PairInteraction(
            i: i, j: j, repulsion: lj * far.repulsion + extra * close.repulsion,
            dispersion: lj * far.dispersion + extra * close.dispersion, coulomb: (coulomb + extra) * product,
            isOneFour: level == 2 || extra > 0))
      }
    }
    var scalings: [OneFourScaling] = []
    if hasOneFour {
      scalings = try weights.isEmpty ? [scaling(lennardJonesWeight, coulombWeight)] : charmmScalings(weights)
    }
    return (result, scalings)
  }

  private func scaling(_ lennardJones: Double, _ coulomb: Double) throws -> OneFourScaling {
    guard lennardJones > 0, coulomb > 0 else {
      throw InputError(
        SourcePlace(file: script.files.first ?? data.file),
        "special_bonds leaves out one of Lennard-Jones and Coulomb for 1-4 pairs, which is not supported")
    }
    return OneFourScaling(coulombDivisor: 1 / coulomb, lennardJonesDivisor: 1 / lennardJones)
  }

  private func charmmScalings(_ weights: [BondIndex: Double]) -> [OneFourScaling] {
    Set(weights.values).sorted(by: >).map {
      OneFourScaling(coulombDivisor: 1 / $0, lennardJonesDivisor: 1 / $0)
    }
  }
}
