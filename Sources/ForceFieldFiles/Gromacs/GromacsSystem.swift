// Which molecule a GROMACS topology asks for: its lines by section, and the parameters beside them.

import Chemistry
import TextFiles

/// The parameters of a topology and the lines of the one molecule it asks for.
struct GromacsSystem {
  private(set) var forceField = GromacsForceField()
  /// The molecule's lines by section.
  let sections: [String: [GromacsLine]]
  /// Up to how many bonds apart atoms do not interact.
  let excludedBonds: Int
  /// Where the molecule starts.
  let place: SourcePlace

  /// What the sections of a molecule hold that Swivel cannot represent, and why.
  private static let refused = [
    "constraints": "constraints hold bonds rigid, and Swivel relaxes them; write bonds",
    "settles": "rigid water is not supported",
    "position_restraints": "restraints add energy that is not the molecule's; leave them in an #ifdef",
    "distance_restraints": "restraints add energy that is not the molecule's; leave them in an #ifdef",
    "angle_restraints": "restraints add energy that is not the molecule's; leave them in an #ifdef",
    "angle_restraints_z": "restraints add energy that is not the molecule's; leave them in an #ifdef",
    "dihedral_restraints": "restraints add energy that is not the molecule's; leave them in an #ifdef",
    "orientation_restraints": "restraints add energy that is not the molecule's; leave them in an #ifdef",
    "intermolecular_interactions": "Swivel computes one molecule",
  ]
  private static let unsupported: [String: UnsupportedEnergy] = [
    "cmap": .crossTerms, "polarization": .polarisation, "water_polarization": .polarisation,
    "thole_polarization": .polarisation, "virtual_sites1": .virtualSites, "virtual_sites2": .virtualSites,
    "virtual_sites3": .virtualSites, "virtual_sites4": .virtualSites, "virtual_sitesn": .virtualSites,
    "dummies1": .virtualSites, "dummies2": .virtualSites, "dummies3": .virtualSites,
    "dummies4": .virtualSites, "dummiesn": .virtualSites,
  ]
  private static let known: Set<String> = [
    "atoms", "bonds", "pairs", "pairs_nb", "angles", "dihedrals", "exclusions",
  ]

  init(_ source: GromacsSource, path: String) throws {
    var molecules: [(name: String, nrexcl: Int, sections: [String: [GromacsLine]], place: SourcePlace)] = []
    var asked: [(name: String, count: Int, place: SourcePlace)] = []
    for line in source.lines {
      if GromacsForceField.sections.contains(line.section) {
        guard molecules.isEmpty else {
          throw InputError(
            line.place, "[ \(line.section) ] stands behind a [ moleculetype ]; grompp refuses it too",
            hint: "parameters come before the first molecule")
        }
        if !line.isHeader { try forceField.take(line) }
      } else if line.isHeader {
        guard
          Self.known.contains(line.section) || Self.refused[line.section] != nil
            || Self.unsupported[line.section] != nil
            || ["moleculetype", "system", "molecules"].contains(line.section)
        else { throw InputError(line.place, "[ \(line.section) ] is no section that GROMACS has") }
        if line.section == "intermolecular_interactions" {
          throw InputError(line.place, "[ \(line.section) ]: \(Self.refused[line.section] ?? "")")
        }
      } else if line.section == "moleculetype" {
        molecules.append(
          (
            try line.word(0, "a name"),
            try line.integer(1, in: 0...1000, "nrexcl, the number of excluded bonds"), [:], line.place
          ))
      } else if line.section == "molecules" {
        asked.append(
          (
            try line.word(0, "a molecule's name"), try line.integer(1, in: 0...1_000_000_000, "a count"),
            line.place
          ))
      } else if line.section != "system" {
        guard let last = molecules.indices.last else {
          throw InputError(line.place, "[ \(line.section) ] stands before any [ moleculetype ]")
        }
        molecules[last].sections[line.section, default: []].append(line)
      }
    }
    asked.removeAll { $0.count == 0 }
    guard forceField.rule > 0 else {
      throw InputError(
        SourcePlace(file: path), "has no [ defaults ]", hint: "#include the force field before the molecule")
    }
    guard let wanted = asked.first else {
      throw InputError(
        SourcePlace(file: path), "asks for no molecule: [ molecules ] is missing or empty",
        hint: "the file may be cut short; give the .top, not an .itp")
    }
    guard asked.count == 1, wanted.count == 1 else {
      throw InputError(
        asked.count > 1 ? asked[1].place : wanted.place,
        "[ molecules ] asks for more than one molecule; Swivel computes one in vacuum",
        hint: "write the molecule alone: one line with the count 1")
    }
    // grompp, too, minds the case of letters only where it has to.
    let sameName =
      molecules.filter { $0.name == wanted.name }.last
      ?? molecules.filter { $0.name.lowercased() == wanted.name.lowercased() }.last
    guard let molecule = sameName else {
      throw InputError(
        wanted.place, "there is no [ moleculetype ] \(wanted.name)",
        hint: "defined are: \(molecules.map(\.name).joined(separator: ", "))")
    }
    for (section, lines) in molecule.sections.sorted(by: { $0.key < $1.key }) {
      guard let first = lines.first else { continue }
      if let reason = Self.refused[section] { throw InputError(first.place, "[ \(section) ]: \(reason)") }
      if let energy = Self.unsupported[section] { throw energy.error(first.place, "[ \(section) ]") }
    }
    sections = molecule.sections
    excludedBonds = molecule.nrexcl
    place = molecule.place
  }
}
