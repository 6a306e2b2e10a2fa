// CHARMM's PSF: a molecule's atoms and lists of bonded terms (CHARMM documentation, "struct.info"; also as X-PLOR, NAMD
// and CHARMM's EXT and CHEQ variants write it).

import Chemistry
import TextFiles

/// What a PSF says, not yet with parameters.
struct CharmmStructure {
  /// An atom of the file.
  struct Row {
    var name: String
    var residue: String
    var type: String
    var charge: Double
    var mass: Double
    var place: SourcePlace
  }
  /// A bonded term: atoms from zero, and where they stand.
  typealias Term = (atoms: [Int], place: SourcePlace)

  let file: String
  private(set) var atoms: [Row] = []
  private(set) var bonds: [Term] = []
  private(set) var angles: [Term] = []
  private(set) var dihedrals: [Term] = []
  private(set) var impropers: [Term] = []
  /// Pairs left out beyond those that bonds exclude (section NNB).
  private(set) var exclusions: Set<BondIndex> = []

  private struct Section {
    var counts: [Int]
    var lines: [(text: Substring, number: Int)]
    var line: Int
  }

  /// Reads the text of a PSF.
  /// - Parameters:
  ///   - text: the file's text.
  ///   - file: its name, for messages.
  ///   - isBondedOnly: whether atoms, bonds and torsions are all that matters: other terms are passed over, not
  ///     refused.
  /// - Throws: ``InputError`` with the place where it is damaged, has numeric atom types, CMAP terms, lone pairs or
  ///   Drude particles.
  init(_ text: String, file: String, isBondedOnly: Bool = false) throws {
    self.file = file
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let flags = lines[0].split(whereSeparator: \.isWhitespace).map { $0.uppercased() }
    guard flags.first == "PSF" else {
      throw InputError(SourcePlace(file: file, line: 1), "is no PSF: the first line must begin with PSF")
    }
    guard !flags.contains("DRUDE") else {
      throw UnsupportedEnergy.polarisation.error(SourcePlace(file: file, line: 1), "the flag DRUDE")
    }
    let sections = try Self.sections(lines, file: file)
    func section(_ name: String) throws -> Section {
      guard let section = sections[name] else {
        throw InputError(
          SourcePlace(file: file), "has no section !\(name)",
          hint: "the file may be truncated; write it again")
      }
      return section
    }
    let energies: [(String, UnsupportedEnergy)] = [
      ("NCRTERM", .crossTerms), ("NUMLP", .virtualSites), ("NUMANISO", .polarisation),
    ]
    for (name, energy) in energies {
      if !isBondedOnly, let found = sections[name], found.counts.contains(where: { $0 != 0 }) {
        throw energy.error(SourcePlace(file: file, line: found.line), "the section !\(name)")
      }
    }
    try readAtoms(try section("NATOM"))
    bonds = try terms(try section("NBOND"), width: 2, "bond")
    angles = try terms(try section("NTHETA"), width: 3, "angle")
    dihedrals = try terms(try section("NPHI"), width: 4, "dihedral")
    impropers = try terms(try section("NIMPHI"), width: 4, "improper")
    if let excluded = sections["NNB"] { try readExclusions(excluded) }
  }

  private static let known: Set<String> = [
    "NTITLE", "NATOM", "NBOND", "NTHETA", "NPHI", "NIMPHI", "NDON", "NACC", "NNB", "NGRP", "MOLNT", "NUMLP",
    "NCRTERM", "NUMANISO",
  ]

  private static func sections(_ lines: [Substring], file: String) throws -> [String: Section] {
    var result: [String: Section] = [:]
    var name: String?
    var titles = 0
    for (index, line) in lines.enumerated().dropFirst() {
      if titles > 0 {
        titles -= 1
        continue
      }
      guard let mark = line.firstIndex(of: "!") else {
        guard !line.allSatisfy(\.isWhitespace) else { continue }
        guard let name else {
          throw InputError(
            SourcePlace(file: file, line: index + 1), "a section such as `14 !NATOM` was expected")
        }
        result[name]?.lines.append((line, index + 1))
        continue
      }
      let place = SourcePlace(file: file, line: index + 1)
      let words = line[..<mark].split(whereSeparator: \.isWhitespace)
      let counts = words.compactMap { Int($0) }
      let title = line[line.index(after: mark)...].prefix { $0.isLetter }.uppercased()
      guard !counts.isEmpty, counts.count == words.count, counts.allSatisfy({ (0..<10_000_000).contains($0) })
      else {
        throw InputError(place, "a count before !\(title) was expected")
      }
      guard known.contains(title) else {
        throw InputError(place, "the section !\(title) is not known to Swivel")
      }
      guard result[title] == nil else {
        throw InputError(place, "the section !\(title) stands here a second time")
      }
      result[title] = Section(counts: counts, lines: [], line: index + 1)
      name = title
      if title == "NTITLE" { titles = counts[0] }
    }
    return result
  }

  private mutating func readAtoms(_ section: Section) throws {
    guard (1..<10_000_000).contains(section.counts[0]), section.lines.count == section.counts[0] else {
      throw InputError(
        SourcePlace(file: file, line: section.lines.last?.number ?? section.line),
        "\(section.lines.count) atoms stand here where the section says \(section.counts[0])",
        hint: "the file may be truncated; write it again")
    }
    atoms = try section.lines.enumerated().map { index, line in
      let words = line.text.split(whereSeparator: \.isWhitespace)
      let place = SourcePlace(file: file, line: line.number)
      guard words.count >= 8, Int(words[0]) == index + 1, let charge = Double(words[6]), abs(charge) < 1e6,
        let mass = Double(words[7]), abs(mass) < 1e6, Double(words[5]) == nil || Int(words[5]) != nil
      else {
        throw InputError(
          place,
          "is no atom: number, segment, residue number, residue, name, type, charge and mass were expected",
          hint: "every name must be there; atoms are numbered from 1 without gaps")
      }
      guard Int(words[5]) == nil else {
        throw InputError(
          place, "the atom type is a number",
          hint: "write the file with type names: CHARMM's `write psf card xplor`, or psfgen")
      }
      return Row(
        name: String(words[4]), residue: String(words[3]), type: String(words[5]), charge: charge, mass: mass,
        place: place)
    }
  }

  private func integers(_ section: Section) throws -> [(value: Int, place: SourcePlace)] {
    try section.lines.flatMap { line in
      try line.text.split(whereSeparator: \.isWhitespace).map { word in
        guard let value = Int(word), (0...10_000_000).contains(value) else {
          throw InputError(
            SourcePlace(file: file, line: line.number), "\"\(word)\" is no atom's number",
            hint: "the file may be damaged; write it again")
        }
        return (value, SourcePlace(file: file, line: line.number))
      }
    }
  }

  private func terms(_ section: Section, width: Int, _ what: String) throws -> [Term] {
    let values = try integers(section)
    guard values.count == section.counts[0] * width else {
      throw InputError(
        SourcePlace(file: file, line: section.lines.last?.number ?? section.line),
        "\(values.count) numbers stand here where \(section.counts[0]) \(what)s have \(section.counts[0] * width)",
        hint: "the file may be truncated; write it again")
    }
    return try stride(from: 0, to: values.count, by: width).map { start in
      let row = values[start..<(start + width)]
      for entry in row where !(1...atoms.count).contains(entry.value) {
        throw InputError(entry.place, "there is no atom \(entry.value), in a \(what)")
      }
      let members = row.map { $0.value - 1 }
      guard Set(members).count == width else {
        throw InputError(values[start].place, "a \(what) names an atom twice")
      }
      return (members, values[start].place)
    }
  }

  /// A list of excluded atoms, then for each atom where its part of the list ends.
  private mutating func readExclusions(_ section: Section) throws {
    let count = section.counts[0]
    guard count > 0 else { return }
    let values = try integers(section)
    guard values.count == count + atoms.count else {
      throw InputError(
        SourcePlace(file: file, line: section.line),
        """
        \(values.count) numbers stand here where \(count) exclusions of \(atoms.count) atoms have \
        \(count + atoms.count)
        """,
        hint: "the file may be truncated; write it again")
    }
    var start = 0
    for (atom, end) in values[count...].enumerated() {
      guard end.value >= start, end.value <= count else {
        throw InputError(end.place, "the ends of the exclusion lists must ascend up to \(count)")
      }
      for entry in values[start..<end.value] {
        guard (1...atoms.count).contains(entry.value) else {
          throw InputError(entry.place, "there is no atom \(entry.value), in an exclusion")
        }
        if entry.value - 1 != atom { exclusions.insert(BondIndex(atom, entry.value - 1)) }
      }
      start = end.value
    }
  }
}
