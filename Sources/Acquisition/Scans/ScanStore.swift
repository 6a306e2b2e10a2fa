// Finished scans kept across families, by molecule, dihedral and level. Atoms are kept by canonical rank, so that a
// molecule drawn in another order finds them too.

import FamilyFiles
import Foundation
import TextFiles

/// A folder of finished scans.
public struct ScanStore: Hashable, Sendable {
  /// The folder.
  public var folder: String

  /// A store.
  /// - Parameter folder: where it lies; nil for the one in Swivel's cache.
  public init(_ folder: String? = nil) {
    self.folder = folder ?? "\(cacheFolder())/scans"
  }

  private struct Entry: Codable {
    static let schema = "swivel.stored-scan/1"
    var schema = Entry.schema
    var molecule: String
    var level: String
    var symbols: [String]
    var points: [JobResult]
    var provenance: [String]
  }

  /// The file of a scan.
  private func path(_ plan: ScanPlan) -> String {
    let ranks = plan.quartet.map { plan.ranks[$0] }
    let ends = ranks.lexicographicallyPrecedes(ranks.reversed()) ? ranks : ranks.reversed()
    let text =
      "\(planVersion) \(plan.key) \(ends) \(plan.recipe.name) \(plan.spacing)"
      + (plan.otherStarts.isEmpty ? "" : " \(plan.starts.count) starts")
    return "\(folder)/\(sha256(Array(text.utf8))).json"
  }

  /// The points of a scan that was computed before, atoms in the plan's order, with the programs that did; nil when
  /// there is none that is whole and sound.
  /// - Parameter plan: the scan wanted.
  public func scan(_ plan: ScanPlan) -> (points: [JobResult], provenance: [String])? {
    let path = path(plan)
    guard FileManager.default.fileExists(atPath: path),
      let entry = try? readJSON(Entry.self, from: path, schema: Entry.schema, hint: ""),
      entry.points.count == plan.angles.count, entry.molecule == plan.key,
      entry.symbols == ordered(plan.symbols, plan),
      entry.points.allSatisfy({
        $0.positions.count == plan.symbols.count && $0.forces.count == plan.symbols.count
      })
    else { return nil }
    return (
      entry.points.map { point in
        JobResult(
          energy: point.energy, positions: plan.ranks.map { point.positions[$0] },
          forces: plan.ranks.map { point.forces[$0] })
      }, entry.provenance
    )
  }

  /// Keeps a scan that has all its points.
  /// - Parameters:
  ///   - points: in grid order.
  ///   - plan: what was computed.
  ///   - provenance: the programs that did.
  /// - Throws: `InputError` when the store cannot be written.
  public func keep(_ points: [JobResult?], of plan: ScanPlan, provenance: [String]) throws {
    let whole = points.compactMap { $0 }
    guard whole.count == points.count else { return }
    let entry = Entry(
      molecule: plan.key, level: plan.recipe.name, symbols: ordered(plan.symbols, plan),
      points: whole.map {
        JobResult(energy: $0.energy, positions: ordered($0.positions, plan), forces: ordered($0.forces, plan))
      }, provenance: provenance)
    try writeAtomically(try jsonText(entry), to: path(plan))
  }

  /// Values of atoms by canonical rank.
  private func ordered<Value>(_ values: [Value], _ plan: ScanPlan) -> [Value] {
    zip(plan.ranks, values).sorted { $0.0 < $1.0 }.map(\.1)
  }
}
