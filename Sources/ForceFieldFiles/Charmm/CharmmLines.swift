// CHARMM's parameter, topology and stream files cut into lines under their sections (CHARMM documentation, "parmfile").

import TextFiles

/// A section of a CHARMM file.
enum CharmmSection: Hashable {
  case atoms, bonds, angles, dihedrals, impropers, crossTerms, nonbonded, pairs, ignored
  /// Residues and masses (a topology file).
  case residues

  /// The section that a keyword opens; CHARMM looks at four letters, in any case.
  init?(keyword: String) {
    switch keyword.uppercased().prefix(4) {
    case "ATOM": self = .atoms
    case "BOND": self = .bonds
    case "ANGL", "THET": self = .angles
    case "DIHE", "PHI": self = .dihedrals
    case "IMPR", "IMPH": self = .impropers
    case "CMAP": self = .crossTerms
    case "NONB", "NBON": self = .nonbonded
    case "NBFI": self = .pairs
    case "HBON", "THOL", "NBTH": self = .ignored
    default: return nil
    }
  }
}

/// A line of a CHARMM file in its section.
struct CharmmLine {
  var section: CharmmSection
  /// Whether it opens the section.
  var isTitle: Bool
  var words: [String]
  var place: SourcePlace

  /// Word number `index` as a finite number.
  func number(_ index: Int, _ what: String) throws -> Double {
    guard index < words.count else {
      throw InputError(
        place, "ends after \(words.count) words; \(what) was expected", hint: "the line may be cut off")
    }
    guard let value = Double(words[index]), abs(value) < 1e18 else {
      throw InputError(place, "\"\(words[index])\" is no finite number; \(what) was expected")
    }
    return value
  }

  /// Word number `index` as a periodicity of 0 … 6.
  func periodicity(_ index: Int) throws -> Int {
    let value = try number(index, "a periodicity")
    guard value == value.rounded(), (0...6).contains(value) else {
      throw InputError(
        place, "the periodicity \(words[index]) is none of 0 … 6", hint: "Swivel's torsions go up to n = 6")
    }
    return Int(value)
  }

  /// The first `count` words, upper case: CHARMM knows no other.
  func types(_ count: Int) throws -> [String] {
    guard words.count > count else {
      throw InputError(
        place, "ends after \(words.count) words; \(count) atom types and numbers were expected",
        hint: "the line may be cut off")
    }
    return words.prefix(count).map { $0.uppercased() }
  }

  /// Refuses words beyond the first `counts`.
  func checkCount(_ counts: [Int]) throws {
    guard !counts.contains(words.count) else { return }
    throw InputError(
      place,
      "has \(words.count) words where \(counts.map(String.init).joined(separator: " or ")) were expected",
      hint: "remarks stand after !")
  }
}

/// The lines of a parameter, topology or stream file, without remarks and titles, continuations joined.
/// - Throws: ``InputError`` for data outside any section, and for a stream into another file.
func charmmLines(_ text: String, file: String) throws -> [CharmmLine] {
  var result: [CharmmLine] = []
  var section: CharmmSection?
  // A file with a `read` card is a stream: lines outside what is read are commands, before the first card too.
  let isStream = text.split(whereSeparator: \.isNewline).contains { line in
    let words = line.split(whereSeparator: \.isWhitespace).prefix(2).map { $0.uppercased() }
    return words.count == 2 && words[0] == "READ" && ["RTF", "PARA", "PARAM", "PARAMETER"].contains(words[1])
  }
  var pending: [String] = []
  var start = 0
  for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
    let body = raw.split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)[0]
    var words = body.split(whereSeparator: \.isWhitespace).map(String.init)
    if pending.isEmpty {
      if words.first?.hasPrefix("*") == true { continue }
      start = index
    }
    if words.last == "-" {
      pending += words.dropLast()
      continue
    }
    words = pending + words
    pending = []
    guard let first = words.first?.uppercased() else { continue }
    let place = SourcePlace(file: file, line: start + 1)
    if first == "READ" {
      let what = words.dropFirst().first?.uppercased().prefix(3) ?? ""
      section = what == "RTF" ? .residues : nil
    } else if first == "END" || first == "RETURN" {
      section = nil
    } else if first == "STREAM" || first == "OPEN" {
      throw InputError(
        place, "another file is read here",
        hint: "give that file to --topology-parameters and take the line out")
    } else if section == .residues {
      if first == "MASS" {
        result.append(CharmmLine(section: .atoms, isTitle: false, words: words, place: place))
      }
    } else if let opened = CharmmSection(keyword: first),
      opened == .nonbonded || opened == .ignored || words.count == 1
    {
      section = opened
      result.append(CharmmLine(section: opened, isTitle: true, words: words, place: place))
    } else if let section {
      if section != .ignored {
        result.append(CharmmLine(section: section, isTitle: false, words: words, place: place))
      }
    } else if ["RESI", "PRES", "DECL", "DEFA", "AUTO", "GROU"].contains(first.prefix(4))
      || (words.count == 2 && words.allSatisfy { Int($0) != nil })
    {
      section = .residues
    } else if first == "MASS" {
      result.append(CharmmLine(section: .atoms, isTitle: false, words: words, place: place))
    } else if !isStream {
      throw InputError(
        place, "\"\(words[0])\" stands in no section",
        hint: "sections are such as BONDS, ANGLES, DIHEDRALS, IMPROPER, NONBONDED; remarks begin with ! or *")
    }
  }
  guard pending.isEmpty else {
    throw InputError(
      SourcePlace(file: file, line: start + 1), "ends with - where another line was expected",
      hint: "the file may be truncated")
  }
  return result
}
