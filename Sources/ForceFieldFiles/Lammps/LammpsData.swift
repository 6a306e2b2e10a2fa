// A LAMMPS data file cut into its header and sections (LAMMPS manual, read_data command).

import TextFiles

/// What a data file says, not yet understood.
struct LammpsData {
  /// A section's rows and what stands after `#` in its title.
  struct Section {
    var hint: String
    var rows: [LammpsLine]
    var line: Int
  }

  let file: String
  /// The header's counts by their words, such as "atoms" and "dihedral types".
  private(set) var counts: [String: Int] = [:]
  private(set) var sections: [String: Section] = [:]

  private static let countNames: Set<String> = [
    "atoms", "bonds", "angles", "dihedrals", "impropers", "atom types", "bond types", "angle types",
    "dihedral types", "improper types", "extra bond per atom", "extra angle per atom",
    "extra dihedral per atom", "extra improper per atom", "extra special per atom", "ellipsoids", "lines",
    "triangles", "bodies", "crossterms",
  ]
  private static let boxNames: Set<String> = [
    "xlo xhi", "ylo yhi", "zlo zhi", "xy xz yz", "avec", "bvec", "cvec", "abc origin",
  ]
  private static let sectionNames: Set<String> = [
    "Atoms", "Velocities", "Masses", "Bonds", "Angles", "Dihedrals", "Impropers", "Pair Coeffs",
    "PairIJ Coeffs", "Bond Coeffs", "Angle Coeffs", "Dihedral Coeffs", "Improper Coeffs",
    "BondBond Coeffs", "BondAngle Coeffs", "MiddleBondTorsion Coeffs", "EndBondTorsion Coeffs",
    "AngleTorsion Coeffs", "AngleAngleTorsion Coeffs", "BondBond13 Coeffs", "AngleAngle Coeffs",
    "Atom Type Labels", "Bond Type Labels", "Angle Type Labels", "Dihedral Type Labels",
    "Improper Type Labels",
  ]

  /// Whether a text looks like a data file: a count of atoms in its header and a section Atoms.
  static func isRecognised(_ text: String) -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    let hasCount = lines.prefix(40).contains { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.count >= 2 && words[1] == "atoms" && Int(words[0]) != nil
    }
    return hasCount && lines.contains { $0.split(whereSeparator: \.isWhitespace).first == "Atoms" }
  }

  /// Cuts a text into sections.
  /// - Throws: ``InputError`` for a section or a header line that LAMMPS does not have, or whose energy is not
  ///   supported.
  init(_ text: String, file: String) throws {
    self.file = file
    var name: String?
    // The first line is a title whatever it says.
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().dropFirst() {
      let line = LammpsLine(raw, file: file, line: index + 1)
      guard !line.words.isEmpty else { continue }
      if line.words[0].text.first?.isLetter == true {
        let title = line.texts.joined(separator: " ")
        guard Self.sectionNames.contains(title) else {
          throw line.error(
            "\"\(title.prefix(40))\" is no section that Swivel knows", word: 0,
            hint: "sections of molecules are such as Masses, Atoms, Bonds, Dihedral Coeffs")
        }
        guard sections[title] == nil else {
          throw line.error("the section \(title) stands here a second time")
        }
        sections[title] = Section(hint: line.comment, rows: [], line: index + 1)
        name = title
      } else if let name {
        sections[name]?.rows.append(line)
      } else {
        try readHeader(line)
      }
    }
    for (name, count) in counts
    where ["crossterms", "ellipsoids", "lines", "triangles", "bodies"].contains(name) {
      guard count == 0 else {
        throw name == "crossterms"
          ? UnsupportedEnergy.crossTerms.error(SourcePlace(file: file), "\(count) crossterms")
          : InputError(SourcePlace(file: file), "holds \(name), not atoms alone")
      }
    }
  }

  private mutating func readHeader(_ line: LammpsLine) throws {
    let names = line.texts.drop { Double($0) != nil }.joined(separator: " ")
    if Self.boxNames.contains(names) { return }
    guard Self.countNames.contains(names) else {
      throw line.error(
        "\"\(line.texts.joined(separator: " ").prefix(40))\" is no header line of a LAMMPS data file",
        hint: "header lines are such as `14 atoms` and `2 atom types`")
    }
    let count = try line.integer(0, "a count")
    guard (0..<10_000_000).contains(count) else {
      throw line.error("\(count) \(names) make no sense", word: 0)
    }
    guard counts[names] == nil else { throw line.error("the count of \(names) stands here a second time") }
    counts[names] = count
  }

  /// A count of the header; zero where it is absent.
  func count(_ name: String) -> Int { counts[name] ?? 0 }

  /// The rows of a section; none where it is absent.
  func rows(_ name: String) -> [LammpsLine] { sections[name]?.rows ?? [] }

  /// The rows of a section that must be as many as the header says.
  func rows(_ name: String, count: Int) throws -> [LammpsLine] {
    let rows = self.rows(name)
    guard rows.count == count else {
      throw InputError(
        SourcePlace(file: file, line: rows.last?.line ?? sections[name]?.line),
        "the section \(name) has \(rows.count) rows where the header says \(count)",
        hint: "the file may be truncated or was edited; write it again")
    }
    return rows
  }

  /// The style named in a section's title, such as "full" in `Atoms # full`.
  func hint(_ name: String) -> String? {
    guard let hint = sections[name]?.hint.split(whereSeparator: \.isWhitespace).first else { return nil }
    return String(hint)
  }
}
