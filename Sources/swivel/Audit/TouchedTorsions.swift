// Which torsions of a user's molecules a file or report touches, and whether their surroundings were ever seen.

import Chemistry
import FamilyFiles
import ForceFieldFiles
import Foundation
import ReportFiles
import TextFiles

extension TouchedTorsions {
  /// Torsions that a source touches in topologies.
  /// - Parameters:
  ///   - source: a report or a parameter file.
  ///   - paths: topologies, one with the files that it needs behind it.
  /// - Throws: `InputError` where one cannot be read.
  static func all(of source: String, in paths: [String]) throws -> [TouchedTorsions] {
    let applied = try AppliedParameters(source)
    guard applied.patterns.isEmpty else {
      throw InputError(
        SourcePlace(file: source), "goes by SMARTS, and topologies have no bond orders",
        hint:
          "`swivel apply TOPOLOGY --structure FILE.sdf --parameters \(source) --dry-run` lists what it touches"
      )
    }
    return try topologiesWithCompanions(
      paths, hint: "name one topology that needs files beside it at a time"
    ).flatMap { path, companions in
      let topology = try ApplicableTopology(path, companions: companions)
      let names = applied.parameters.namedTypes.union(atomTypes(in: applied.surroundings ?? []))
      return touched(
        try topology.system(spelledLike: names), path: path, by: applied.parameters,
        known: applied.surroundings)
    }
  }

  private static func touched(
    _ system: MolecularSystem, path: String, by parameters: TorsionParameters, known: [[String]]?
  ) -> [TouchedTorsions] {
    var rows: [String: Int] = [:]
    var result: [TouchedTorsions] = []
    let surroundings = Surroundings(system)
    for site in system.sites {
      let type = system.type(of: site.quartet)
      guard let terms = parameters.terms(for: type) else { continue }
      let seen = known.map { surroundings.seen(site.quartet.centralBond, among: $0) }
      let molecule = system.residues[site.quartet.j]
      let key = "\(molecule) \(type.label)"
      let copies = system.copies[site.quartet.j]
      let applied = site.has(terms) ? copies : 0
      if let row = rows[key] {
        result[row].torsions += copies
        result[row].applied += applied
        if let seen, let old = result[row].surroundings, rank(seen) > rank(old) {
          result[row].surroundings = seen
        }
      } else {
        rows[key] = result.count
        result.append(
          TouchedTorsions(
            topology: path, molecule: molecule, torsion: type.label, torsions: copies, applied: applied,
            surroundings: seen))
      }
    }
    return result
  }
}

private func rank(_ surroundings: String) -> Int {
  ["seen", "near", "not driven"].firstIndex(of: surroundings) ?? 2
}

/// What --against found, as a table and a line that sums up.
func touchedText(_ touched: [TouchedTorsions], source: String, topologies: [String]) -> String {
  guard !touched.isEmpty else {
    return "\(source) touches no torsion of \(topologies.joined(separator: ", "))"
  }
  let table = textTable(
    header: ["torsion", "topology", "molecule", "torsions", "have its terms", "scans of such bonds"],
    rows: touched.map {
      [
        $0.torsion, $0.topology.split(separator: "/").last.map(String.init) ?? $0.topology,
        $0.molecule.isEmpty ? "–" : $0.molecule, "\($0.torsions)", "\($0.applied)",
        $0.surroundings ?? "not known",
      ]
    })
  let unseen = touched.filter { $0.surroundings == "not driven" }.reduce(0) { $0 + $1.torsions }
  let all = touched.reduce(0) { $0 + $1.torsions }
  return table + "\n\(all) torsions are touched"
    + (touched.contains { $0.surroundings == nil }
      ? "; a parameter file does not say which surroundings were seen: give the report"
      : "; \(unseen) about bonds like which no fitted scan drives one")
}

/// What to say of topologies in which a source has not taken effect: engines say nothing where it did not.
func unappliedWarnings(_ touched: [TouchedTorsions], source: String) -> [String] {
  Dictionary(grouping: touched, by: \.topology).sorted { $0.key < $1.key }.compactMap {
    path, rows -> String? in
    let (all, applied) = rows.reduce((0, 0)) { ($0.0 + $1.torsions, $0.1 + $1.applied) }
    guard applied < all else { return nil }
    return """
      warning: \(path): \(applied == 0 ? "none" : "\(applied)") of \(all) torsions have the terms of \(source): it was \
      made without them, or with a definition that comes later or stands inline, which engines do not tell
        hint: swivel apply \(shellWord(path)) --parameters \(shellWord(source)) --output FOLDER puts them in
      """
  }
}

/// Circles about the bonds of a system, as ``bondEnvironment(_:of:radius:)`` spells them.
private struct Surroundings {
  private let topology: Topology
  private let place: [Int: Int]

  /// The molecules that have torsions.
  init(_ system: MolecularSystem) {
    // Water has none, and there is much of it.
    let members = Set(system.sites.flatMap(\.quartet.atoms))
    let parts = system.molecules.filter { part in part.contains(where: members.contains) }
    let atoms = parts.flatMap { $0 }
    let place = Dictionary(uniqueKeysWithValues: atoms.enumerated().map { ($1, $0) })
    self.place = place
    topology = Topology(
      // The element does not bear on the circles.
      atoms: atoms.compactMap { atom in
        Element(atomicNumber: 6).map { Atom(name: "", type: system.types[atom], element: $0, charge: 0) }
      },
      bonds: system.bonds.compactMap { bond in
        place[bond.a].flatMap { a in
          place[bond.b].map { HarmonicBond(i: a, j: $0, forceConstant: 0, length: 0) }
        }
      }, angles: [], torsions: [], impropers: [], pairs: [], coulombConstant: 0, oneFourScalings: [])
  }

  /// "seen" where a fitted scan drives a bond with the same types up to two bonds away, "near" where up to one.
  func seen(_ bond: BondIndex, among known: [[String]]) -> String {
    guard let a = place[bond.a], let b = place[bond.b] else { return "not driven" }
    let mine = bondEnvironment(BondIndex(a, b), of: topology)
    func isKnown(_ radius: Int) -> Bool { known.contains { $0.count > radius && $0[radius] == mine[radius] } }
    return isKnown(2) ? "seen" : isKnown(1) ? "near" : "not driven"
  }
}
