// An AMBER prmtop with other torsion terms: its dihedral sections and their counts are written anew, all others stay.

import Chemistry
import TextFiles

/// Edits the dihedrals of a prmtop of any size, periodic or not.
///
/// The first term of a torsion keeps the 1-4 pair that the torsion carries, with its SCEE and SCNB; the others carry
/// none. Rows of the tables of terms that no torsion uses any more are used again, the others keep their numbers.
struct AmberTorsionEditor: TorsionEditor {
  private(set) var system: MolecularSystem
  private let path: String
  private let pointers: [Int]
  private let rows: [Row]
  /// The rows of each site.
  private let rowsOf: [[Int]]
  private let tables: [String: [Double]]

  /// A row of the sections of dihedrals.
  private struct Row {
    /// As in the file: three times the atom from zero, signs included.
    var atoms: [Int]
    /// From zero.
    var type: Int
    var hasHydrogen: Bool

    var quartet: Quartet {
      Quartet(abs(atoms[0]) / 3, abs(atoms[1]) / 3, abs(atoms[2]) / 3, abs(atoms[3]) / 3)
    }
    var carriesPair: Bool { atoms[2] >= 0 && atoms[3] >= 0 }
  }

  private static let names = (
    hydrogen: "DIHEDRALS_INC_HYDROGEN", other: "DIHEDRALS_WITHOUT_HYDROGEN",
    constant: "DIHEDRAL_FORCE_CONSTANT",
    periodicity: "DIHEDRAL_PERIODICITY", phase: "DIHEDRAL_PHASE", coulomb: "SCEE_SCALE_FACTOR",
    lennardJones: "SCNB_SCALE_FACTOR"
  )

  /// Reads a prmtop.
  /// - Parameters:
  ///   - path: its name.
  ///   - text: what it holds.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  init(_ path: String, text: String) throws {
    self.path = path
    let s = try AmberSections(text, file: path)
    pointers = try s.integers("POINTERS", count: 30)
    let count = pointers[0]
    guard (1..<10_000_000).contains(count), pointers.allSatisfy({ $0 >= 0 }) else {
      throw InputError(s.place("POINTERS"), "\(count) atoms: the counts make no sense")
    }
    let masses = try s.numbers("MASS", count: count)
    let numbers = s.has("ATOMIC_NUMBER") ? try s.integers("ATOMIC_NUMBER", count: count) : nil
    system = MolecularSystem(
      types: try s.words("AMBER_ATOM_TYPE", count: count),
      elements: (0..<count).map { atom in
        numbers.flatMap { Element(atomicNumber: $0[atom]) } ?? Element(mass: masses[atom])
      },
      residues: try Self.residues(s, atoms: count, residues: pointers[11]), bonds: [],
      copies: [Int](repeating: 1, count: count), sites: [], oneFourScalings: [])
    system.bonds = try s.pointerRows(
      ["BONDS_INC_HYDROGEN", "BONDS_WITHOUT_HYDROGEN"], counts: [pointers[2], pointers[12]], width: 3,
      atoms: count
    ).map { BondIndex(abs($0.values[0]) / 3, abs($0.values[1]) / 3) }
    var tables: [String: [Double]] = [:]
    let names = Self.names
    for name in [names.constant, names.periodicity, names.phase, names.coulomb, names.lennardJones]
    where s.has(name) && pointers[17] > 0 {
      tables[name] = try s.numbers(name, count: pointers[17])
    }
    self.tables = tables
    var rows: [Row] = []
    for (name, number) in [(names.hydrogen, pointers[6]), (names.other, pointers[14])] where number > 0 {
      for row in try s.pointerRows([name], counts: [number], width: 5, atoms: count) {
        rows.append(
          Row(
            atoms: Array(row.values.prefix(4)), type: try row.parameter(among: pointers[17]),
            hasHydrogen: name == names.hydrogen))
      }
    }
    self.rows = rows
    rowsOf = Self.sites(of: rows, tables, in: &system)
  }

  /// Finds the proper torsions, and the rows of each.
  private static func sites(
    of rows: [Row], _ tables: [String: [Double]], in system: inout MolecularSystem
  ) -> [[Int]] {
    func value(_ name: String, _ type: Int) -> Double? { tables[name]?[type] }
    let bonded = Set(system.bonds)
    var rowsOf: [[Int]] = []
    var siteOf: [Quartet: Int] = [:]
    var scalings: Set<OneFourScaling> = []
    for (index, row) in rows.enumerated() {
      let (coulomb, lennardJones) = (
        value(names.coulomb, row.type) ?? 1.2, value(names.lennardJones, row.type) ?? 2
      )
      // A divisor of 0 stands for a pair that does not interact: it is no scaling.
      if row.carriesPair, coulomb > 0, lennardJones > 0 {
        scalings.insert(OneFourScaling(coulombDivisor: coulomb, lennardJonesDivisor: lennardJones))
      }
      let q = row.quartet
      guard row.atoms[3] >= 0, bonded.isChain(q.atoms) else { continue }
      let term = TorsionTerm(
        periodicity: Int(abs(value(names.periodicity, row.type) ?? 0)),
        phase: value(names.phase, row.type) ?? 0, forceConstant: value(names.constant, row.type) ?? 0)
      if let site = siteOf[q.canonical] {
        rowsOf[site].append(index)
        system.sites[site].terms?.append(term)
      } else {
        siteOf[q.canonical] = rowsOf.count
        rowsOf.append([index])
        system.sites.append(TorsionSite(quartet: q.canonical, terms: [term]))
      }
    }
    system.oneFourScalings = scalings.sorted {
      ($0.coulombDivisor, $0.lennardJonesDivisor) < ($1.coulombDivisor, $1.lennardJonesDivisor)
    }
    return rowsOf
  }

  private static func residues(_ s: AmberSections, atoms: Int, residues: Int) throws -> [String] {
    guard s.has("RESIDUE_LABEL"), s.has("RESIDUE_POINTER"), residues > 0 else {
      return [String](repeating: "", count: atoms)
    }
    let labels = try s.words("RESIDUE_LABEL", count: residues)
    let starts = try s.integers("RESIDUE_POINTER", count: residues)
    var result = [String](repeating: "", count: atoms)
    for (index, start) in starts.enumerated() where start >= 1 {
      let end = min(index + 1 < residues ? starts[index + 1] : atoms + 1, atoms + 1)
      for atom in start..<max(start, end) { result[atom - 1] = labels[index] }
    }
    return result
  }

  // MARK: Writing

  func edited(_ changes: [Int: [TorsionTerm]]) throws -> [EditedFile] {
    guard !changes.isEmpty else { return [try EditedFile(path)] }
    var terms = TermTable(tables, kept: Set(untouched(changes).map { rows[$0].type }))
    var hydrogen: [Row] = []
    var other: [Row] = []
    let siteOfRow = Dictionary(
      uniqueKeysWithValues: changes.keys.flatMap { site in rowsOf[site].map { ($0, site) } })
    for (index, row) in rows.enumerated() {
      var new = [row]
      if let site = siteOfRow[index] {
        new = rowsOf[site].first == index ? try replaced(site, by: changes[site] ?? [], &terms) : []
      }
      if row.hasHydrogen { hydrogen += new } else { other += new }
    }
    var file = AmberFileEdit(try EditedFile(path))
    try file.replace(Self.names.hydrogen, with: hydrogen.flatMap(Self.fields))
    try file.replace(Self.names.other, with: other.flatMap(Self.fields))
    for (name, values) in terms.changed { try file.replace(name, values: values) }
    var counts = [6: hydrogen.count, 14: other.count, 17: terms.count]
    counts[7] = pointers[7] + other.count - pointers[14]
    try file.replacePointers(counts)
    return [file.file]
  }

  private func untouched(_ changes: [Int: [TorsionTerm]]) -> [Int] {
    let touched = Set(changes.keys.flatMap { rowsOf[$0] })
    return rows.indices.filter { !touched.contains($0) }
  }

  private static func fields(_ row: Row) -> [String] { row.atoms.map(String.init) + ["\(row.type + 1)"] }

  private func replaced(_ site: Int, by terms: [TorsionTerm], _ table: inout TermTable) throws -> [Row] {
    let old = rowsOf[site].map { rows[$0] }
    let pair = old.first(where: \.carriesPair)
    var quartet = old[0].quartet
    // The sign of the third atom says that a row carries no pair, and there is no −0.
    if quartet.k == 0 { quartet = quartet.reversed }
    let scaling = pair?.type ?? old[0].type
    let all = terms.orZero
    return all.enumerated().map { index, term in
      let carries = index == 0 && pair != nil
      return Row(
        atoms: [3 * quartet.i, 3 * quartet.j, carries ? 3 * quartet.k : -3 * quartet.k, 3 * quartet.l],
        type: table.row(for: term, scalingOf: scaling), hasHydrogen: old[0].hasHydrogen)
    }
  }

  /// The tables of terms; rows that stay keep their numbers.
  private struct TermTable {
    private let names = AmberTorsionEditor.names
    private let old: [String: [Double]]
    private var texts: [String: [String]]
    private var free: [Int]
    private var known: [[String]: Int] = [:]

    init(_ tables: [String: [Double]], kept: Set<Int>) {
      old = tables
      texts = tables.mapValues { $0.map(scientific) }
      let count = tables[names.constant]?.count ?? 0
      free = (0..<count).filter { !kept.contains($0) }.reversed()
      for row in kept.sorted(by: >) { known[key(row)] = row }
    }

    var count: Int { texts[names.constant]?.count ?? 0 }

    /// The tables that are others than before, as numbers.
    var changed: [(String, [String])] { texts.map { ($0, $1) } }

    private var order: [String] { texts.keys.sorted() }
    private func key(_ row: Int) -> [String] { order.map { texts[$0]?[row] ?? "" } }

    mutating func row(for term: TorsionTerm, scalingOf other: Int) -> Int {
      let values = [
        names.constant: term.forceConstant, names.periodicity: Double(term.periodicity),
        names.phase: term.phaseAsComputed, names.coulomb: old[names.coulomb]?[other] ?? 1.2,
        names.lennardJones: old[names.lennardJones]?[other] ?? 2,
      ]
      let key = order.map { scientific(values[$0] ?? 0) }
      if let row = known[key] { return row }
      let row = free.popLast() ?? count
      for (name, text) in zip(order, key) {
        if row == texts[name]?.count { texts[name]?.append(text) } else { texts[name]?[row] = text }
      }
      known[key] = row
      return row
    }
  }
}

/// Sections of a prmtop replaced in its text.
private struct AmberFileEdit {
  private(set) var file: EditedFile
  /// The first and the last line of a section's data, and its format.
  private var sections: [String: (lines: ClosedRange<Int>?, format: String, next: Int)] = [:]

  init(_ file: EditedFile) {
    self.file = file
    var name: String?
    var format = ""
    var first: Int?
    func close(_ next: Int, _ sections: inout [String: (lines: ClosedRange<Int>?, format: String, next: Int)]) {
      guard let name else { return }
      sections[name] = (first.flatMap { $0 < next ? $0...(next - 1) : nil }, format, next)
    }
    for number in 1...file.lineCount {
      let line = file.line(number)
      if line.hasPrefix("%FLAG") {
        close(number, &sections)
        name = line.dropFirst(5).trimmingSpaces
        (format, first) = ("", nil)
      } else if line.hasPrefix("%FORMAT") {
        format = line.dropFirst(7).trimmingSpaces.filter { $0 != "(" && $0 != ")" }.uppercased()
      } else if first == nil, !line.hasPrefix("%") {
        first = number
      }
    }
    let end = file.bytes.last == 10 ? file.lineCount : file.lineCount + 1
    close(end, &sections)
  }

  /// The count of fields a line, and their width.
  private func layout(_ name: String) throws -> (perLine: Int, width: Int) {
    let format = sections[name]?.format ?? ""
    guard let match = format.wholeMatch(of: /([0-9]+)[IE]([0-9]+)(\.[0-9]+)?/), let count = Int(match.1),
      let width = Int(match.2), count > 0
    else {
      throw InputError(
        SourcePlace(file: file.path), "the section \(name) has the format \"\(format)\", which is not known",
        hint: "formats are such as 10I8 and 5E16.8; ParmEd's `outparm` writes them")
    }
    return (count, width)
  }

  mutating func replace(_ name: String, with fields: [String]) throws {
    guard let section = sections[name] else { return }
    let (perLine, width) = try layout(name)
    guard fields.allSatisfy({ $0.count <= width }) else {
      throw InputError(SourcePlace(file: file.path), "a number does not fit into the section \(name)")
    }
    var rows = stride(from: 0, to: fields.count, by: perLine).map {
      fields[$0..<min($0 + perLine, fields.count)].map { padded($0, width) }.joined()
    }
    // An empty section has one empty line.
    if rows.isEmpty { rows = [""] }
    guard let lines = section.lines else { return file.insert(rows, beforeLine: section.next) }
    for number in lines {
      let index = number - lines.lowerBound
      let isLast = number == lines.upperBound
      let new = index < rows.count ? (isLast ? Array(rows[index...]) : [rows[index]]) : []
      if new != [file.line(number)] { file.replaceLine(number, with: new) }
    }
  }

  mutating func replace(_ name: String, values: [String]) throws {
    let (_, width) = try layout(name)
    guard width == 16 else {
      throw InputError(
        SourcePlace(file: file.path), "the section \(name) has fields of \(width) columns; 16 were expected",
        hint: "ParmEd's `outparm` writes them")
    }
    try replace(name, with: values)
  }

  mutating func replacePointers(_ counts: [Int: Int]) throws {
    guard let lines = sections["POINTERS"]?.lines else { return }
    let (_, width) = try layout("POINTERS")
    var fields: [String] = []
    for number in lines {
      var rest = AmberSections.fields(of: file.line(number)[...], kind: "i", width: width, perLine: 0)
      while !rest.isEmpty {
        fields.append(rest.prefix(width).trimmingSpaces)
        rest = rest.dropFirst(width)
      }
    }
    for (index, count) in counts where index < fields.count { fields[index] = "\(count)" }
    try replace("POINTERS", with: fields)
  }
}
