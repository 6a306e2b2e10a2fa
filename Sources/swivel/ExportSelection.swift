// Which of a report's torsion types `swivel export` writes: all, those that the data moved, those of a topology's atom
// types.

import Chemistry
import ForceFieldFiles
import TextFiles
import TorsionModel

/// A choice among torsion types.
struct ExportSelection {
  /// Whether types are left out that the data left at the base.
  var changedOnly: Bool
  /// The atom types that torsions may have; nil for any.
  var types: Set<String>?
  private let topology: String

  /// A choice.
  /// - Parameters:
  ///   - changedOnly: whether types are left out that the data left at the base.
  ///   - topology: a topology whose atom types are the only ones, and the files that it needs; empty for any types.
  /// - Throws: `InputError` where the topology cannot be read.
  init(changedOnly: Bool, topology: [String]) throws {
    self.changedOnly = changedOnly
    self.topology = topology.first ?? ""
    types = try topology.first.map {
      Set(try ApplicableTopology($0, companions: Array(topology.dropFirst())).system.types)
    }
  }

  /// The force field with the chosen types alone.
  /// - Throws: `InputError` where none is left.
  func applied(to forceField: FittedForceField) throws -> FittedForceField {
    var result = forceField
    result.torsions.removeAll { !hasTypes($0) || changedOnly && isAtBase($0) }
    guard !result.torsions.isEmpty || forceField.torsions.isEmpty else {
      throw InputError(
        types == nil ? nil : SourcePlace(file: topology),
        "none of the \(forceField.torsions.count) torsion types is left to write",
        hint: "leave --only-types-of or --changed-only out")
    }
    return result
  }

  /// What is left out, for the user.
  func words(on forceField: FittedForceField) -> [String] {
    var lines: [String] = []
    let others = forceField.torsions.filter { !hasTypes($0) }
    if !others.isEmpty {
      lines.append(
        "left out, whose atom types \(topology) has not: \(others.map(\.type.label).joined(separator: ", "))")
    }
    let still = changedOnly ? forceField.torsions.filter { hasTypes($0) && isAtBase($0) } : []
    if !still.isEmpty {
      let largest =
        still.flatMap(\.terms).compactMap { term in term.base.map { abs(term.term.forceConstant - $0) } }
        .max() ?? 0
      lines.append(
        "left out, which the data left within \(decimal(largest, 4)) kcal/mol of the base: "
          + still.map(\.type.label).joined(separator: ", "))
    }
    return lines
  }

  private func hasTypes(_ torsion: FittedTorsion) -> Bool {
    guard let types, torsion.type.smarts == nil else { return true }
    return torsion.type.types.allSatisfy { $0 == TorsionType.wildcard || types.contains($0) }
  }

  /// Every constant rests on the prior alone, or stays with the base by symmetry.
  private func isAtBase(_ torsion: FittedTorsion) -> Bool {
    torsion.terms.allSatisfy { term in
      term.sd == nil || term.base != nil && term.flags.contains(Concern.priorOnly.rawValue)
    }
  }
}
