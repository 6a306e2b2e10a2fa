// What every parameter file says of itself, whatever its format: what it is, and under which treatment it holds.

import Chemistry
import FoundationEssentials
import TextFiles

extension FittedForceField {
  /// What the file is, under which 1-4 treatment its numbers hold, and what the remarks mean: one line each.
  public var header: [String] {
    if let source {
      return [
        "Torsion parameters converted by Swivel \(version) from \(source)",
        "They hold with the base force field and the 1-4 treatment that \(source) belongs to, and with no other.",
      ]
    }
    var lines = [
      "Torsion parameters of the family \(family), fitted by Swivel \(version)"
        + (origin.levelWords.map { " to scans at \($0)" } ?? "")
    ]
    let scalings = oneFourScalings.map {
      "Coulomb / \(fixedPoint($0.coulombDivisor, 4)), Lennard-Jones / \(fixedPoint($0.lennardJonesDivisor, 4))"
    }
    lines.append(
      "1-4 pairs: " + (scalings.isEmpty ? "none" : scalings.joined(separator: "; "))
        + ". The numbers hold under this treatment only.")
    lines.append(
      "Base force field: \(origin.baseForceField ?? "not stated"); data computed: \(origin.date ?? "not stated")."
        + " Cite Swivel \(version)"
        + (origin.citation.map { " and \($0)" } ?? origin.levelOfTheory.map { " and the scans (\($0))" } ?? "")
        + (origin.license.map { "; licence of the data: \($0)" } ?? "") + ".")
    if let note { lines.append(note) }
    lines.append(
      "Remarks: posterior mean, 90 % credible interval and standard deviation of each force constant in kcal/mol; "
        + "contraction (1: told by the data, 0: by the prior); molecules that show it; periodicity and phase "
        + "of the line; "
        + "95 % interval; value of the base force field; scale of the differences between molecules (tau).")
    return lines
  }

  /// The header of a parameter file: what it is, how many terms it has, and how one sees that it took effect.
  func header(_ remarks: RemarkWriter, as format: any ParameterFileFormat) -> [String] {
    header + [remarks.headerLine] + proofLines(as: format)
  }

  /// How one sees that a file took effect: engines say nothing where it did not.
  private func proofLines(as format: any ParameterFileFormat) -> [String] {
    let file = "\(family).\(format.fileExtension)"
    let own =
      "Of a topology of your own `swivel apply TOPOLOGY -p \(file) -n` says which torsions have these terms."
    guard let proof, let more = format.arguments(of: proof) else { return source == nil ? [own] : [] }
    return [
      "Took effect? In the family's folder `swivel energy \(proof.topology) -c \(proof.coordinates) "
        + "-p \(file)\(more)` prints for frame \(proof.frame) the torsion energy "
        + "\(fixedPoint(proof.fitted, 4)) kcal/mol; "
        + "a topology or System that this file did not reach has \(fixedPoint(proof.base, 4)), as without -p.",
      own,
    ]
  }

  /// The atom types that a format by type names; none where it cannot say what a SMARTS says.
  public var namedTypes: Set<String> {
    Set((try? checkedByType())?.flatMap(\.type.types) ?? []).subtracting([TorsionType.wildcard])
  }

  /// Terms that a format can write that goes by atom types: none twice with one periodicity.
  /// - Throws: ``InputError`` where two terms of a type have the same periodicity, one is outside 1 … 6, or atom types
  ///   cannot say what a SMARTS says.
  func checkedByType() throws -> [FittedTorsion] {
    try checked().flatMap { torsion -> [FittedTorsion] in
      guard let smarts = torsion.type.smarts else { return [torsion] }
      guard let types = spelledOut[smarts] else {
        throw InputError(
          nil,
          """
          the torsions \(smarts) are some of their atom types' and not others: a format that goes by atom \
          types cannot say that
          """,
          hint: "export to smirnoff, or choose the torsions by types")
      }
      return types.map { FittedTorsion(type: $0, terms: torsion.terms, molecules: torsion.molecules) }
    }
  }

  /// Terms that a format can write: none twice with one periodicity.
  /// - Throws: ``InputError`` where two terms of a type have the same periodicity or one is outside 1 … 6.
  func checked() throws -> [FittedTorsion] {
    for torsion in torsions {
      let periodicities = torsion.terms.map(\.term.periodicity)
      guard torsion.terms.allSatisfy({ abs($0.term.forceConstant) < 1e6 && abs($0.term.phase) < 1e6 }) else {
        throw InputError(
          nil, "\(torsion.type.label) has a force constant or a phase beyond a million: that is no torsion's",
          hint: "force constants are a few kcal/mol; check the units of the input")
      }
      guard Set(periodicities).count == periodicities.count,
        periodicities.allSatisfy({ (1...6).contains($0) })
      else {
        throw InputError(
          nil, "\(torsion.type.label) has the periodicities \(periodicities): each of 1 … 6 may occur once",
          hint: "join terms of equal periodicity into one of free phase")
      }
    }
    return torsions
  }
}
