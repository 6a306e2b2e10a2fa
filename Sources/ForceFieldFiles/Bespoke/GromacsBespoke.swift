// GROMACS molecules with atom types of their own, to be included into the topology of a system.

import Chemistry
import TextFiles

/// `PREFIX_atomtypes.itp` with the types of all molecules, and for each `NAME.itp` with its [ moleculetype ] and
/// `NAME.gro`.
///
/// Every bonded term and 1-4 pair has its parameters on its line, so that neither the base force field's types nor the
/// fudge factors of [ defaults ] count; only the combination rule of [ defaults ] must be the molecules'.
/// - Throws: ``InputError`` where molecules combine by different rules, or GROMACS cannot say something.
func gromacsBespoke(
  _ molecules: [BespokeMolecule], prefix: String, header: [String]
) throws -> [(path: String, text: String)] {
  let rules = Set(molecules.map { $0.topology.combinationRule == .lorentzBerthelot ? 2 : 3 })
  guard let rule = rules.first, rules.count == 1 else {
    throw InputError(
      nil, "the molecules combine Lennard-Jones parameters by different rules, and a topology has one",
      hint: "choose some with --molecules")
  }
  let comments = header.flatMap { $0.split(whereSeparator: \.isNewline) }.map { "; \($0)" }
  let file = "\(prefix)_atomtypes.itp"
  var types: [String] = []
  var overrides: [String] = []
  var result: [(path: String, text: String)] = []
  for (index, molecule) in molecules.enumerated() {
    let own = molecules.count == 1 ? "\(prefix)_" : "\(prefix)\(index + 1)_"
    let writer = try GromacsTopologyWriter(molecule.topology, name: molecule.name, prefix: own)
    let pairs = try GromacsPairLines(molecule.topology, typeNames: writer.typeNames, isComplete: true)
    types += writer.typeLines().dropFirst(types.isEmpty ? 0 : 2)
    overrides += pairs.overrides
    let text =
      comments + [
        "; Include \(file) behind the force field and before any [ moleculetype ], this file behind it."
      ]
      + writer.moleculeLines(pairs) + [""]
    result.append(("\(molecule.name).itp", text.joined(separator: "\n")))
    result.append(("\(molecule.name).gro", try writer.gro(molecule.coordinates)))
  }
  var text = comments
  text += [
    """
    ; Include behind [ defaults ] and [ atomtypes ] of the force field, whose comb-rule must be \(rule), \
    before any [ moleculetype ].
    """,
    "",
  ]
  text += types
  if !overrides.isEmpty {
    text += ["", "[ nonbond_params ]", "; \(GromacsTopologyWriter.pairColumns)"] + overrides
  }
  return [(file, text.joined(separator: "\n") + "\n")] + result
}
