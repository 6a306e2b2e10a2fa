// A report that a fit has left, read back to be shown another way: page, figures, terminal.

import FoundationEssentials
import TextFiles

/// What page.json of a report holds.
public struct WrittenReport: Sendable {
  private let page: ReportPage

  /// Reads page.json of a report folder.
  /// - Throws: ``InputError`` when it is missing or of another version.
  public init(folder: String) throws { page = try ReportPage(readingFrom: "\(folder)/page.json") }

  /// The family's name.
  public var family: String { page.family }

  /// index.html.
  public var html: String { page.html }

  /// Every drawing: a file name without extension, and SVG 1.1 in millimetres on no background.
  public var figures: [(name: String, svg: String)] { page.figures.map { ($0.name, $0.svg) } }

  /// What the first screen asks, answered.
  public var gates: [GateRecord] {
    page.gates.map { GateRecord(title: $0.title, verdict: $0.verdict.word, reason: $0.reason) }
  }

  /// Whether the fit worked, in words: "Yes, with 2 remarks".
  public var answer: String { page.answer.word + page.answer.rest }

  /// The worst verdict: "good", "look", "bad" or "not run".
  public var verdict: String { page.verdict.word }

  /// A gate in words.
  public struct GateRecord: Codable, Hashable, Sendable {
    /// What is asked.
    public var title: String
    /// "good", "look", "bad" or "not run".
    public var verdict: String
    /// Why.
    public var reason: String
  }

  /// A table with a heading, for a terminal.
  public struct TextTable: Hashable, Sendable {
    /// What it shows, with its unit.
    public var heading: String
    /// The columns' names.
    public var header: [String]
    /// The cells.
    public var rows: [[String]]
  }
}

extension ReportPage {
  init(readingFrom path: String) throws {
    let bytes: [UInt8]
    do {
      bytes = try readBytes(path)
    } catch let error as InputError {
      throw InputError(
        error.place, error.message,
        hint: "`swivel fit` leaves it in the report's folder; it is not among the files that are committed")
    }
    let page = try? JSONDecoder().decode(ReportPage.self, from: Data(bytes))
    if let page, page.isConsistent {
      self = page
    } else {
      throw InputError(
        SourcePlace(file: path), "is not the page of this version",
        hint: "run `swivel fit` again to write it anew")
    }
  }

  /// Whether all places that its parts name are there: a file edited by hand may say otherwise.
  var isConsistent: Bool {
    let isSquare =
      correlations.map { map in map.rows.indices.allSatisfy { map.rows[$0].count == $0 } } ?? true
    let sketches = scans.compactMap(\.sketch)
    let areWhole = sketches.allSatisfy { sketch in
      (sketch.driven + sketch.bonds.flatMap { [$0.a, $0.b] }).allSatisfy(sketch.atoms.indices.contains)
    }
    let matrix = heldOut?.matrix
    let isFull =
      matrix.map { m in
        [m.errors, m.coverage90].allSatisfy { part in
          part.count == m.molecules.count && part.allSatisfy { $0.count == m.types.count }
        }
      } ?? true
    return isSquare && areWhole && isFull
  }
}

extension WrittenReport {
  /// One line on what was fitted.
  public var title: String {
    let points = page.scans.reduce(0) { $0 + $1.points.count }
    return
      "\(page.family): \(counted(page.molecules.count, "molecule")), \(counted(page.scans.count, "scan")), "
      + "\(counted(points, "grid point")), \(counted(page.parameters.count, "force constant"))"
      + (page.levelOfTheory.map { ", \($0)" } ?? "")
  }

  /// The tables of the page, most asked for first.
  public var tables: [TextTable] {
    [scanTable, heldOutTable, parameterTable, derivedTable, scaleTable].compactMap { $0 }
  }

  private var scanTable: TextTable {
    let hasHeldOut = page.scans.contains { $0.heldOutRMSE != nil }
    return TextTable(
      heading: "Scans: root mean square error, kcal/mol",
      header: ["scan", "dihedral", "types", "base", "fitted"] + (hasHeldOut ? ["left out"] : []) + [
        "set aside"
      ],
      rows: page.scans.map { scan in
        [
          scan.molecule + (scan.isHeldOut ? " (held out)" : ""), scan.driven, scan.types,
          fixed(scan.baseError?.rmse, 3), fixed(scan.fitError?.rmse, 3),
        ] + (hasHeldOut ? [fixed(scan.heldOutRMSE, 3)] : [])
          + [scan.setAside.isEmpty ? "" : "\(scan.setAside.count)"]
      })
  }

  private var heldOutTable: TextTable? {
    page.heldOut.map { held in
      TextTable(
        heading: held.isInTurn
          ? "Molecules left out in turn: errors in kcal/mol" : "Molecules held out: errors in kcal/mol",
        header: [
          "molecule", "base", "RMSE", "CRPS", "in 50 %", "in 90 %", "in 95 %", "types seen nowhere else",
        ],
        rows: held.molecules.map { m in
          [
            m.name, fixed(m.rmseBase, 3), fixed(m.rmse, 3), fixed(m.crps, 3), fixed(m.coverage50, 2),
            fixed(m.coverage90, 2), fixed(m.coverage95, 2), m.unseenTypes.joined(separator: " "),
          ]
        })
    }
  }

  private var parameterTable: TextTable {
    return TextTable(
      heading: "Force constants, kcal/mol",
      header: [
        "torsion", "n", "mean", "90 % interval", "base", "contraction", "tau",
        "molecules", "flags",
      ],
      rows: page.parameters.map { p in
        [
          p.type + (p.isSine ? " (sin)" : ""), "\(p.periodicity)", fixed(p.mean, 3),
          interval(p.interval90, 3),
          fixed(p.base, 3), fixed(p.contraction, 2), fixed(p.tau, 2),
          "\(p.molecules)", p.flags.joined(separator: "; "),
        ]
      })
  }

  private var derivedTable: TextTable? {
    page.derived.isEmpty
      ? nil
      : TextTable(
        heading: "What follows: kcal/mol over the lowest grid point, populations as shares",
        header: ["molecule", "dihedral", "quantity", "QM", "base", "fitted", "90 % interval", "Jensen gap"],
        rows: page.derived.map { d in
          [
            d.molecule, d.driven, d.name, fixed(d.reference, 2), fixed(d.base, 2), fixed(d.mean, 2),
            interval(d.interval90, 2), d.jensenGap == nil ? "" : fixed(d.jensenGap, 3),
          ]
        })
  }

  private var scaleTable: TextTable {
    TextTable(
      heading: "Scales", header: ["scale", "mean", "90 % interval", "unit", "R-hat", "ESS"],
      rows: page.scales.map { s in
        let digits = decimals(for: s.mean)
        return [
          s.name, fixed(s.mean, digits), interval(s.interval90, digits), s.unit, fixed(s.convergence.rhat, 3),
          fixed(s.convergence.bulkESS, 0),
        ]
      })
  }
}
