// What inspect says of a file of scans by itself.

import FamilyFiles
import Foundation
import Chemistry

struct ScanFileInspection: Encodable {
  enum CodingKeys: String, CodingKey {
    case format, program, entry, formula, atoms, bonds, levels, driven, held, geometry, points, angles,
      spacing, span, odd
    case drivenIsNamed = "driven_is_named"
    case relativeEnergies = "relative_energies"
    case pointsWithForces = "points_with_forces"
    case manifestEntry = "manifest_entry"
  }
  var format: String
  var program: String?
  var entry: String?
  var formula: String?
  var atoms: Int
  var bonds: [[Int]]
  var levels: [String]
  var driven: [Int]?
  var drivenIsNamed: Bool
  var held: [[Int]]
  var geometry: String?
  var points: Int
  /// Degree.
  var angles: [Double]
  var spacing: Double?
  /// kcal/mol.
  var span: Double?
  var relativeEnergies: [Double?]
  var pointsWithForces: Int
  var odd: [String]
  var manifestEntry: [String]

  init(_ facts: ScanFileFacts) {
    format = facts.format
    program = facts.program
    entry = facts.entry
    formula = facts.formula
    atoms = facts.atoms
    bonds = facts.bonds
    levels = facts.levels
    driven = facts.driven
    drivenIsNamed = facts.drivenIsNamed
    held = facts.held
    geometry = facts.geometry
    points = facts.points
    angles = facts.angles.map { $0.isFinite ? $0 : 0 }
    spacing = facts.spacing
    relativeEnergies = facts.energies.map { $0.flatMap { $0.isFinite ? $0 : nil } }
    let known = relativeEnergies.compactMap { $0 }
    span = known.max().map { $0 - (known.min() ?? 0) }
    pointsWithForces = facts.withForces
    odd = facts.remarks
    manifestEntry = facts.manifestEntry
  }

  /// What the terminal shows.
  var text: String {
    var rows: [(String, String)] = [("format", format)]
    if let entry { rows.append(("entry", entry)) }
    rows.append(("program", program ?? "not stated"))
    rows.append(
      (
        "molecule",
        [formula, "\(atoms) atoms", bonds.isEmpty ? nil : "\(bonds.count) bonds"].compactMap { $0 }.joined(
          separator: ", ")
      ))
    rows.append(("level of theory", levels.isEmpty ? "not stated" : levels.joined(separator: "; ")))
    if let driven {
      rows.append(
        ("drives", joinedIndices(driven) + (drivenIsNamed ? "" : " (found; the file does not say)")))
    }
    if !held.isEmpty { rows.append(("held", held.map(joinedIndices).joined(separator: " "))) }
    rows.append(("made", geometry ?? "not known"))
    rows.append(("points", "\(points)"))
    if let low = angles.min(), let high = angles.max() {
      rows.append(
        (
          "angles",
          "\(decimal(low, 1))° to \(decimal(high, 1))°" + (spacing.map { ", every \(decimal($0, 1))°" } ?? "")
        ))
    }
    let known = relativeEnergies.compactMap { $0 }
    rows.append(
      ("energies", known.isEmpty ? "none" : "\(known.count), spanning \(decimal(span ?? 0, 3)) kcal/mol"))
    rows.append(
      (
        "forces",
        pointsWithForces == points ? "yes" : pointsWithForces == 0 ? "no" : "at \(pointsWithForces) points"
      ))
    rows += odd.enumerated().map { ($0.offset == 0 ? "odd" : "", $0.element) }
    rows += manifestEntry.enumerated().map { ($0.offset == 0 ? "in family.yaml" : "", $0.element) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { $0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.1 }.joined(
      separator: "\n")
  }
}
