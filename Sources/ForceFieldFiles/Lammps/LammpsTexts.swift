// The texts of LAMMPS's data file and input script, of terms already in LAMMPS's styles.

import Chemistry
import TextFiles

extension LammpsWriter {
  private func present() -> [(kind: LammpsKind, table: LammpsTypeTable)] {
    LammpsKind.allCases.compactMap { kind in
      tables[kind].flatMap { $0.members.isEmpty ? nil : (kind, $0) }
    }
  }

  private var pairStyle: String { isCharmm ? "lj/charmm/coul/charmm" : "lj/cut/coul/cut" }

  private func coefficients(_ far: LennardJones, _ near: LennardJones) -> String {
    // The weight of a dihedral scales both energies: the rest of Lennard-Jones's scaling goes into ε.
    guard isCharmm else { return "\(far.epsilon) \(far.sigma)" }
    return
      "\(far.epsilon) \(far.sigma) \(near.epsilon * plan.lennardJonesWeight / plan.coulombWeight) \(near.sigma)"
  }

  /// The data file.
  func data(name: String, coordinates: [Vector3], comments: String) throws -> String {
    var text = "LAMMPS data file of \(name), units real\n\(comments)\n\(topology.atoms.count) atoms\n"
    let present = self.present()
    for (kind, table) in present { text += "\(table.members.count) \(kind)s\n" }
    let count = types.max() ?? 0
    text += "\(count) atom types\n"
    for (kind, table) in present { text += "\(table.rows.count) \(kind) types\n" }
    for (axis, values) in [
      ("x", coordinates.map(\.x)), ("y", coordinates.map(\.y)), ("z", coordinates.map(\.z)),
    ] {
      text += "\n\((values.min() ?? 0) - 10) \((values.max() ?? 0) + 10) \(axis)lo \(axis)hi"
    }
    let firsts = (1...max(1, count)).compactMap { number in types.firstIndex(of: number) }
    if style == .fourier, let labels = labels(firsts) { text += labels }
    text += "\n\nMasses\n\n"
    for (number, atom) in firsts.enumerated() {
      guard let mass = topology.atoms[atom].element.mass else {
        throw InputError(nil, "the mass of \(topology.atoms[atom].element.symbol) is not known to Swivel")
      }
      text += "\(number + 1) \(mass) # \(topology.atoms[atom].type)\n"
    }
    text += "\nPair Coeffs # \(pairStyle)\n\n"
    for (number, atom) in firsts.enumerated() {
      text +=
        "\(number + 1) \(coefficients(plan.far[atom], plan.near[atom])) # \(topology.atoms[atom].type)\n"
    }
    for (kind, table) in present {
      let isHybrid = table.styles.count > 1
      text += "\n\(kind.coefficientSection) # \(isHybrid ? "hybrid" : table.style)\n\n"
      for (number, row) in table.rows.enumerated() {
        text += "\(number + 1) \(isHybrid ? "\(row.style) " : "")\(row.coefficients) # \(row.label)\n"
      }
    }
    text += "\nAtoms # full\n\n"
    for (index, atom) in topology.atoms.enumerated() {
      let p = coordinates[index]
      text += "\(index + 1) 1 \(types[index]) \(atom.charge) \(p.x) \(p.y) \(p.z) # \(atom.name)\n"
    }
    for (kind, table) in present {
      text += "\n\(kind.section)\n\n"
      for (number, row) in table.members.enumerated() {
        text += "\(number + 1) \(row.type) \(row.atoms.map { "\($0 + 1)" }.joined(separator: " "))\n"
      }
    }
    return text
  }

  /// The sections of type labels, by which parameter files find their types; nil where a name would not do.
  private func labels(_ firsts: [Int]) -> String? {
    let atoms = firsts.map { topology.atoms[$0].type }
    guard Set(atoms).count == atoms.count, atoms.allSatisfy(isLammpsLabel) else { return nil }
    var text = "\n\nAtom Type Labels\n\n"
    for (index, label) in atoms.enumerated() { text += "\(index + 1) \(label)\n" }
    let dihedrals = tables[.dihedral]?.rows.map(\.label) ?? []
    if !dihedrals.isEmpty, Set(dihedrals).count == dihedrals.count {
      text += "\nDihedral Type Labels\n\n"
      for (index, label) in dihedrals.enumerated() { text += "\(index + 1) \(label)\n" }
    }
    return String(text.dropLast())
  }

  /// The input script that reads it.
  func script(name: String, comments: String) -> String {
    var text = comments
    text += "# The energy by term in vacuum: lmp -in \(name).in\n"
    text += "units real\natom_style full\nboundary s s s\nneighbor 2.0 nsq\n"
    let dielectric = lammpsCoulombConstant / topology.coulombConstant
    if dielectric != 1 {
      text += "# LAMMPS's Coulomb constant brought to the force field's \(topology.coulombConstant)\n"
      text += "dielectric \(dielectric)\n"
    }
    text += "pair_style \(pairStyle) \(isCharmm ? "900.0 1000.0" : "1000.0")\n"
    text += "pair_modify mix \(topology.combinationRule == .geometric ? "geometric" : "arithmetic")\n"
    text +=
      isCharmm
      ? "special_bonds charmm\n"
      : "special_bonds lj 0.0 0.0 \(plan.lennardJonesWeight) coul 0.0 0.0 \(plan.coulombWeight)\n"
    for (kind, table) in present() { text += "\(kind)_style \(table.style)\n" }
    text += "read_data \(name).data\n"
    for (pair, value) in overrides.sorted(by: { $0.key < $1.key }) {
      let (a, b) = (types.firstIndex(of: pair.a) ?? 0, types.firstIndex(of: pair.b) ?? 0)
      let far = value.far ?? plan.far[a].combined(with: plan.far[b], by: topology.combinationRule)
      let near = value.near ?? plan.near[a].combined(with: plan.near[b], by: topology.combinationRule)
      text += "pair_coeff \(pair.a) \(pair.b) \(coefficients(isCharmm ? far : value.far ?? near, near))\n"
    }
    text +=
      "thermo_style custom pe ebond eangle edihed eimp evdwl ecoul\nthermo_modify format float %.12g\nrun 0\n"
    return text
  }
}

/// Whether LAMMPS takes a word as a type label and a parameter file can join it to others with hyphens.
func isLammpsLabel(_ label: String) -> Bool {
  guard let first = label.first, !first.isNumber, first != "*", first != "#" else { return false }
  return !label.contains {
    $0.isWhitespace || $0 == "-" || $0 == "#" || $0 == "\"" || $0 == "'" || $0 == "$" || $0 == ","
  }
}
