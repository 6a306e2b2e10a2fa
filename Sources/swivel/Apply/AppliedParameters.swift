// What `swivel apply` puts into a topology: the terms of a report or of a parameter file, with what it knows of them.

import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import ReportFiles
import TextFiles
import TorsionModel

/// Torsion parameters and where they come from.
struct AppliedParameters {
  var parameters: TorsionParameters
  /// SMARTS among their keys, the first that matches a torsion counting.
  var patterns: [String]
  /// The 1-4 scalings under which they were fitted; nil where the source does not say.
  var oneFourScalings: [OneFourScaling]?
  /// The base force field's force constants on the terms' phases, where the source says them.
  var base: [TorsionType: [Int: Double]] = [:]
  /// Circles about the bonds that fitted scans drive; nil for a parameter file.
  var surroundings: [[String]]?

  /// Reads a report, by its folder, its summary.json or its name under reports/, or a parameter file.
  /// - Throws: `InputError` where it is neither, or cannot be read.
  init(_ path: String) throws {
    if let summary = try reportSummary(path) {
      self.init(summary)
      return
    }
    self.init(try readTorsionParameters(path), remarks: (try? readTermRemarks(path)) ?? [])
  }

  private init(_ parameters: TorsionParameters, remarks: [RemarkedTerm]) {
    self.parameters = parameters
    let named = parameters.terms.keys.compactMap(\.smarts)
    patterns = parameters.precedence.filter(named.contains)
    patterns += named.sorted().filter { !patterns.contains($0) }
    for remark in remarks {
      if let value = remark.base { base[remark.type, default: [:]][remark.periodicity] = value }
    }
  }

  private init(_ summary: Summary) {
    // Two equal draws: their mean is the summary's, and their spread is of no interest here.
    let means = summary.parameters.map(\.mean)
    parameters = TorsionParameters(
      Dictionary(
        uniqueKeysWithValues: fittedTorsions(
          summary.fittedParameters, draws: [means, means], kept: summary.keptTerms
        ).map { ($0.type, $0.terms.map(\.term)) }))
    surroundings = summary.scans.filter { !$0.heldOut }.compactMap(\.environment)
    patterns = (summary.smartsTypes ?? []).map(\.smarts)
    oneFourScalings = summary.oneFour.map {
      OneFourScaling(coulombDivisor: $0.scee, lennardJonesDivisor: $0.scnb)
    }
    for p in summary.parameters where p.phase == 0 {
      base[p.type, default: [:]][p.periodicity] = p.base
    }
  }
}

/// Torsions that SMARTS match in every molecule of a system that a structure is of.
/// - Throws: `InputError` where the structure is of no molecule of the system, or a pattern cannot be read.
func torsions(
  matching patterns: [String], of structure: StructureSource, in system: MolecularSystem, file: String
) throws -> [Quartet: TorsionType] {
  var result: [Quartet: TorsionType] = [:]
  let graph = BondGraph(atomCount: system.types.count, bonds: system.bonds)
  var outcome: [[Int]: [Quartet: TorsionType]?] = [:]
  var failure: InputError?
  for atoms in graph.parts where atoms.count >= 4 {
    let elements = atoms.compactMap { system.elements[$0] }
    guard elements.count == atoms.count else { continue }
    let position = Dictionary(uniqueKeysWithValues: atoms.enumerated().map { ($1, $0) })
    let bonds = atoms.enumerated().flatMap { own, atom in
      graph.neighbours[atom].compactMap { position[$0] }.filter { $0 > own }.map { BondIndex(own, $0) }
    }
    // Copies of a molecule are matched once.
    let key = elements.map(\.atomicNumber) + bonds.flatMap { [-$0.a - 1, -$0.b - 1] }
    if outcome[key] == nil {
      let molecule = Topology(
        atoms: elements.map { Atom(name: "", type: "", element: $0, charge: 0) },
        bonds: bonds.map { HarmonicBond(i: $0.a, j: $0.b, forceConstant: 0, length: 0) }, angles: [],
        torsions: [], impropers: [], pairs: [], coulombConstant: 0, oneFourScalings: [])
      do {
        outcome[key] = try matching(patterns, in: molecule, structure: structure, molecule: file).patterns
      } catch let error as InputError {
        failure = failure ?? error
        outcome[key] = .some(nil)
      }
    }
    for (quartet, type) in (outcome[key] ?? nil) ?? [:] {
      let mapped = Quartet(atoms[quartet.i], atoms[quartet.j], atoms[quartet.k], atoms[quartet.l])
      result[mapped.canonical] = type
    }
  }
  if outcome.values.allSatisfy({ $0 == nil }), let failure { throw failure }
  return result
}
