// The text of a family.yaml that `swivel init` writes.

import Chemistry

/// A molecule of a manifest while it is made.
struct MadeMolecule {
  var id: String
  var topology: Topology
  var path: String
  var scans: [(scan: Scan, statesUnits: Bool)]
}

/// What a manifest says.
struct ManifestText {
  var name: String
  var levels: Set<String>
  var molecules: [MadeMolecule]
  var parameters: [String: [String]]
  /// Scans whose topology is not there, by their formula.
  var missing: [String: [String]]
  var energyUnit: Units.Energy?
  var forceUnit: Units.Force?
  var leftOut: [String]

  /// How many reasons stand at its end; the command prints all.
  static let mostReasons = 20

  /// The lines of the file.
  var text: String {
    var lines = [
      "# Written by `swivel init`; paths are relative to this file.",
      "name: \(yamlScalar(name))",
      levels.count == 1
        ? "level_of_theory: \(yamlScalar(levels.first ?? ""))   # as the scans say"
        : "# level_of_theory: B3LYP-D3BJ/DZVP   # say which, it is written into every parameter file",
    ]
    if levels.count > 1 {
      lines.append(
        """
        # The scans say several levels: \(levels.sorted().joined(separator: "; ")). State the one that \
        force constants are for as
        """
      )
      lines.append(
        """
        # level_of_theory, the others as `other_levels: [\(levels.sorted()[0])]`: each gets noise and a \
        difference of its own.
        """
      )
    }
    lines += [
      "# base_force_field: GAFF2, AM1-BCC charges",
      "# license: CC0-1.0",
      "# torsions:                          # default: every torsion type about a driven bond, n = 1 … 4",
      "#   - types: [X, c3, c3, X]",
      "#     periodicities: [1, 2, 3]",
      "molecules:",
    ]
    for molecule in molecules {
      lines += ["  - id: \(yamlScalar(molecule.id))", "    topology: \(yamlScalar(molecule.path))"]
      if let beside = parameters[molecule.path], !beside.isEmpty {
        lines += ["    parameters:"] + beside.map { "      - \(yamlScalar($0))" }
      }
      guard !molecule.scans.isEmpty else { continue }
      lines.append("    scans:")
      lines += molecule.scans.flatMap { entry($0.scan, statesUnits: $0.statesUnits) }
      lines += branches(of: molecule.scans.map(\.scan))
    }
    for (formula, scans) in missing.sorted(by: { $0.key < $1.key }) {
      let safe = String(formula.map { $0 == " " ? "-" : $0 })
      lines += [
        "  - id: \(yamlScalar(safe))",
        """
            topology: \(yamlScalar("\(safe).prmtop"))   # not there yet: put a topology of \(formula) here, \
        in the scans' order of atoms
        """,
        "    scans:",
      ]
      lines += scans.map { "      - \(yamlScalar($0))" }
    }
    if !leftOut.isEmpty {
      lines += ["# Not used:"] + leftOut.prefix(Self.mostReasons).map { "#   \($0)" }
      if leftOut.count > Self.mostReasons { lines.append("#   and \(leftOut.count - Self.mostReasons) more") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Scans that drive one dihedral with nothing else held, proposed as one scan on one zero.
  private func branches(of scans: [Scan]) -> [String] {
    twins(among: scans).flatMap { twins in
      [
        """
              # These drive one dihedral. Where they are branches of one drive at one level, put them in \
        one scan on one zero:
        """,
        "      # - files: [\(twins.map { yamlScalar($0.id) }.joined(separator: ", "))]",
        "      #   branches: lowest",
      ]
    }
  }

  /// The lines of a scan: its path, and what the reader cannot tell by itself or found out of the ordinary.
  private func entry(_ scan: Scan, statesUnits: Bool) -> [String] {
    var more: [String] = []
    if scan.geometry == .rigid { more.append("geometry: rigid   # as its data tell") }
    if !scan.held.isEmpty {
      let held = scan.held.map { "[\($0.atoms.map(String.init).joined(separator: ", "))]" }
      more += ["held: [\(held.joined(separator: ", "))]   # as its data tell", "dihedral_indexing: zero"]
    }
    if let order = scan.atomOrder {
      more.append(
        """
        atom_order: [\(order.map(String.init).joined(separator: ", "))]   # by the bonds; for each atom of \
        the topology the file's
        """
      )
    }
    if statesUnits, let energyUnit { more.append("energy_unit: \(energyUnit.rawValue)") }
    if statesUnits, let forceUnit, scan.points.contains(where: { $0.forces != nil }) {
      more.append("force_unit: \(forceUnit.rawValue)")
    }
    guard !more.isEmpty else { return ["      - \(yamlScalar(scan.id))"] }
    return ["      - file: \(yamlScalar(scan.id))"] + more.map { "        \($0)" }
  }
}
