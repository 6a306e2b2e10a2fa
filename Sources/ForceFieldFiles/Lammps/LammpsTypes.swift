// Type numbers and labels of LAMMPS, and the coefficients that lines give to them.

import TextFiles

/// Types of one kind: how many there are and what they are called.
struct LammpsTypes {
  /// "atom", "bond", "angle", "dihedral" or "improper".
  let kind: String
  let count: Int
  /// The number of each label.
  private(set) var numbers: [String: Int] = [:]

  /// Types with the labels of a data file's section and of the script's labelmap commands.
  /// - Throws: ``InputError`` for a label that names no type or two.
  init(kind: String, count: Int, rows: [LammpsLine], commands: [LammpsLine]) throws {
    self.kind = kind
    self.count = count
    for row in rows { try add(row, number: 0) }
    for command in commands where try command.word(1, "a kind") == kind {
      var at = 2
      while at < command.words.count {
        try add(command, number: at)
        at += 2
      }
    }
  }

  private mutating func add(_ line: LammpsLine, number index: Int) throws {
    let number = try line.integer(index, "a type number")
    let label = try line.word(index + 1, "a label")
    guard (1...max(1, count)).contains(number), count > 0 else {
      throw line.error("there is no \(kind) type \(number)", word: index)
    }
    guard numbers[label] == nil || numbers[label] == number else {
      throw line.error("the label \(label) is given to a second \(kind) type", word: index + 1)
    }
    numbers[label] = number
  }

  /// The labels by number.
  var labels: [Int: String] { Dictionary(numbers.map { ($1, $0) }, uniquingKeysWith: { a, _ in a }) }

  /// The one type that a word names, by number or label.
  func type(_ line: LammpsLine, _ index: Int) throws -> Int {
    let word = try line.word(index, "a type")
    guard let number = numbers[word] ?? Int(word), (1...max(1, count)).contains(number), count > 0 else {
      throw line.error("there is no \(kind) type \(word)", word: index)
    }
    return number
  }

  /// The types that a word of a command names: a number, a label, or a range such as `2*4` or `*`.
  func range(_ line: LammpsLine, _ index: Int) throws -> ClosedRange<Int> {
    let word = try line.word(index, "a type")
    if let number = numbers[word] { return number...number }
    let parts = word.split(separator: "*", omittingEmptySubsequences: false)
    if parts.count == 1 {
      let number = try type(line, index)
      return number...number
    }
    guard parts.count == 2, count > 0, let low = parts[0].isEmpty ? 1 : Int(parts[0]),
      let high = parts[1].isEmpty ? count : Int(parts[1]), low >= 1, low <= high, high <= count
    else { throw line.error("\"\(word)\" is no range of the \(count) \(kind) types", word: index) }
    return low...high
  }
}

/// The coefficient lines of one kind of bonded term, by type.
struct LammpsCoefficientTable {
  let kind: LammpsKind
  private(set) var byType: [Int: LammpsCoefficients] = [:]

  private static let crossSections = [
    "MiddleBondTorsion Coeffs": "mbt", "EndBondTorsion Coeffs": "ebt", "AngleTorsion Coeffs": "at",
    "AngleAngleTorsion Coeffs": "aat", "BondBond13 Coeffs": "bb13",
  ]
  // How many of a cross term's first numbers are force constants.
  private static let crossConstants = ["mbt": 3, "ebt": 6, "at": 6, "aat": 1, "bb13": 1]

  /// The coefficients of the data file, and over them those of the script.
  /// - Throws: ``InputError`` where the style is unknown or class2's cross terms are not zero.
  init(_ kind: LammpsKind, data: LammpsData, script: LammpsScript, types: LammpsTypes) throws {
    self.kind = kind
    let styleLine = script.styles[kind]
    let styles = try styleLine.map { line -> [String] in
      _ = try line.word(1, "a style")
      return line.texts.dropFirst().map(LammpsScript.plain)
    }
    let isHybrid = styles?.first == "hybrid"
    func style(_ hint: String?, _ line: LammpsLine) throws -> String {
      guard let style = styles?.first ?? hint.map(LammpsScript.plain) else {
        throw line.error(
          "no \(kind)_style is given", hint: "give the input script with the line `\(kind)_style …`")
      }
      if let hint, LammpsScript.plain(hint) != style {
        throw line.error("the section was written for style \(hint), but the script says \(style)")
      }
      return style
    }
    if !script.ignoresCoefficients {
      let section = kind.coefficientSection
      for line in data.rows(section) {
        let style = try style(data.hint(section), line)
        try set(try types.type(line, 0)...types.type(line, 0), line, style: style, isHybrid: isHybrid)
      }
      for (section, keyword) in Self.crossSections where kind == .dihedral {
        // Of a hybrid style the rows of other styles say so, or "skip".
        for line in data.rows(section) where !isHybrid || line.texts.dropFirst().first == "class2" {
          try checkCross(line, keyword: keyword, start: isHybrid ? 2 : 1)
        }
      }
    }
    for line in script.coefficients[kind] ?? [] {
      if line.needsLabel, types.numbers[try line.word(1, "a label")] == nil { continue }
      let range = try types.range(line, 1)
      var keyword = 2
      if isHybrid, line.words.count > 3 { keyword = 3 }
      if kind == .dihedral, line.words.count > keyword, Self.crossConstants[line.texts[keyword]] != nil {
        try checkCross(line, keyword: line.texts[keyword], start: keyword + 1)
        continue
      }
      try set(range, line, style: try style(nil, line), isHybrid: isHybrid, first: 2)
    }
  }

  private mutating func set(
    _ range: ClosedRange<Int>, _ line: LammpsLine, style: String, isHybrid: Bool, first: Int = 1
  ) throws {
    let own = isHybrid ? LammpsScript.plain(try line.word(first, "a style")) : style
    for type in range {
      byType[type] = LammpsCoefficients(style: own, line: line, start: isHybrid ? first + 1 : first)
    }
  }

  private func checkCross(_ line: LammpsLine, keyword: String, start: Int) throws {
    for index in 0..<(Self.crossConstants[keyword] ?? 0) {
      guard try line.number(start + index, "a coefficient") == 0 else {
        throw line.error("cross terms of style class2 are not supported", word: start + index)
      }
    }
  }

  /// A type's coefficients.
  func coefficients(_ type: Int, _ line: LammpsLine) throws -> LammpsCoefficients {
    guard let found = byType[type] else {
      throw line.error(
        "the coefficients of \(kind) type \(type) are given nowhere",
        hint: "give the file with the \(kind)_coeff lines too")
    }
    return found
  }
}
