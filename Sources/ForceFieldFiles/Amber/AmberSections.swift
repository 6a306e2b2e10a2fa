// The %FLAG format of AMBER topologies: sections of fixed-width fields.

import FoundationEssentials
import TextFiles

/// A prmtop cut into its sections; every field knows its place for messages.
struct AmberSections {
  /// One section: its name, where it starts, and its fields.
  struct Section {
    var name: String
    var line: Int
    var format: Character
    var fields: [(text: Substring, line: Int, column: Int)]
  }

  let file: String
  private(set) var sections: [String: Section] = [:]

  /// Cuts a file into sections (ambermd.org/prmtop.pdf).
  /// - Throws: ``InputError`` where it is not in the %FLAG format.
  init(_ text: String, file: String) throws {
    self.file = file
    var name: String?
    var (kind, width, perLine): (Character, Int, Int) = (" ", 0, 0)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.contains(where: { $0.hasPrefix("%FLAG") }) else {
      throw InputError(
        SourcePlace(file: file, line: 1), "is not an AMBER topology in the %FLAG format",
        hint:
          "old-style topologies can be converted with ParmEd: `parmed -p old.top` and `outparm new.prmtop`")
    }
    for (index, line) in lines.enumerated() {
      let number = index + 1
      if line.hasPrefix("%FLAG") {
        let flag = line.dropFirst(5).trimmingSpaces
        guard !flag.isEmpty else {
          throw InputError(SourcePlace(file: file, line: number), "a %FLAG line without a name")
        }
        guard sections[flag] == nil else {
          throw InputError(
            SourcePlace(file: file, line: number), "the section \(flag) stands here a second time")
        }
        sections[flag] = Section(name: flag, line: number, format: " ", fields: [])
        name = flag
        width = 0
      } else if line.hasPrefix("%FORMAT") {
        guard let name, let format = Self.format(line) else {
          throw InputError(
            SourcePlace(file: file, line: number),
            "\"\(line.prefix(40).trimmingSpaces)\" is no format like %FORMAT(5E16.8)",
            hint: "the file may be damaged; write it again")
        }
        (kind, width, perLine) = format
        sections[name]!.format = kind
      } else if line.hasPrefix("%") || (line.allSatisfy { $0 == " " } && sections[name ?? ""]?.format != "a") {
        continue
      } else if let name {
        guard width > 0 else {
          throw InputError(
            SourcePlace(file: file, line: number), "the section \(name) has no %FORMAT line before its data")
        }
        var rest = Self.fields(of: line, kind: kind, width: width, perLine: perLine)
        var column = 1
        while !rest.isEmpty {
          let field = rest.prefix(width)
          sections[name]!.fields.append((field, number, column))
          rest = rest.dropFirst(width)
          column += width
        }
      }
    }
  }

  /// "a", "i", "e" or "f", the width and how many a line of %FORMAT(20a4), (10I8), (5E16.8), (9F8.3); nil for what
  /// Fortran reads otherwise.
  private static func format(_ line: Substring) -> (Character, Int, Int)? {
    let pattern = /^%format\s*\(\s*([0-9]*)([aief])([0-9]+)(?:\.[0-9]+)?\s*\)/
    guard let match = line.lowercased().firstMatch(of: pattern), let kind = match.2.first,
      let width = Int(match.3), (1...200).contains(width)
    else { return nil }
    return (kind, width, min(Int(match.1) ?? 1, 10_000))
  }

  /// The part of a line that holds fields: blanks behind the last one are none.
  static func fields(of line: Substring, kind: Character, width: Int, perLine: Int) -> Substring {
    guard kind == "a" else {
      var end = line.endIndex
      while end > line.startIndex, line[line.index(before: end)].isWhitespace { end = line.index(before: end) }
      return line[..<end]
    }
    // Names may be blank: there a line is as long as its format says.
    let more = line.dropFirst(width * perLine)
    return more.allSatisfy(\.isWhitespace) ? line.prefix(width * perLine) : line
  }

  /// Whether a section is there.
  func has(_ name: String) -> Bool { sections[name] != nil }

  /// Where a section starts.
  func place(_ name: String) -> SourcePlace { SourcePlace(file: file, line: sections[name]?.line) }

  private func section(_ name: String) throws -> Section {
    guard let section = sections[name] else {
      throw InputError(
        SourcePlace(file: file), "has no section %FLAG \(name)",
        hint: "the file may be truncated; write it again")
    }
    return section
  }

  private func check(_ section: Section, count: Int?) throws {
    guard let count, section.fields.count < count else { return }
    throw InputError(
      SourcePlace(file: file, line: section.fields.last?.line ?? section.line),
      "the section \(section.name) ends after \(section.fields.count) of \(count) values",
      hint: "the file may be truncated; write it again")
  }

  /// The whole numbers of a section; exactly the first `count` where given.
  func integers(_ name: String, count: Int? = nil) throws -> [Int] {
    let section = try section(name)
    try check(section, count: count)
    let fields = count.map { section.fields.prefix($0) } ?? section.fields[...]
    return try fields.map { field in
      guard let value = Int(field.text.trimmingSpaces), value.magnitude < 1 << 40 else {
        throw InputError(
          SourcePlace(file: file, line: field.line, column: field.column),
          "\"\(field.text.trimmingSpaces)\" is no whole number, in the section \(name)")
      }
      return value
    }
  }

  /// The finite numbers of a section; exactly the first `count` where given.
  func numbers(_ name: String, count: Int? = nil) throws -> [Double] {
    let section = try section(name)
    try check(section, count: count)
    let fields = count.map { section.fields.prefix($0) } ?? section.fields[...]
    return try fields.map { field in
      let text = field.text.trimmingSpaces.replacing("D", with: "E").replacing("d", with: "e")
      guard let value = Double(text), abs(value) < 1e18 else {
        throw InputError(
          SourcePlace(file: file, line: field.line, column: field.column),
          "\"\(field.text.trimmingSpaces)\" is no finite number, in the section \(name)",
          hint: "write the topology again; numbers that overflow their columns end like this")
      }
      return value
    }
  }

  /// The words of a section, without spaces at their ends; exactly `count`.
  func words(_ name: String, count: Int) throws -> [String] {
    let section = try section(name)
    try check(section, count: count)
    return section.fields.prefix(count).map { $0.text.trimmingSpaces }
  }

  /// The place of value `index` of a section.
  func place(_ name: String, value index: Int) -> SourcePlace {
    guard let field = sections[name]?.fields.dropFirst(index).first else { return place(name) }
    return SourcePlace(file: file, line: field.line, column: field.column)
  }
}

extension StringProtocol {
  /// The text without blanks at its ends.
  var trimmingSpaces: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text = text.dropFirst() }
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    return String(text)
  }
}

extension AmberSections {
  /// Rows of pointers at atoms and a number that ends each.
  struct PointerRow {
    /// Three times the atom from zero, signs included; the number last.
    var values: [Int]
    var section: String
    var place: SourcePlace

    /// The number of its parameters from zero.
    /// - Parameter count: how many there are.
    /// - Throws: ``InputError`` where there are no such.
    func parameter(among count: Int) throws -> Int {
      let number = values.last ?? 0
      guard number >= 1, number <= count else {
        throw InputError(place, "there is no parameter number \(number), in the section \(section)")
      }
      return number - 1
    }
  }

  /// The rows of sections of bonded terms.
  /// - Parameters:
  ///   - names: the sections.
  ///   - counts: how many rows POINTERS says each has.
  ///   - width: numbers a row.
  ///   - atoms: how many atoms there are.
  /// - Throws: ``InputError`` where there are others, or one points at no atom.
  func pointerRows(_ names: [String], counts: [Int], width: Int, atoms: Int) throws -> [PointerRow] {
    var result: [PointerRow] = []
    for (name, count) in zip(names, counts) where count > 0 {
      let values = try integers(name)
      guard values.count == count * width else {
        throw InputError(
          place(name, value: 0),
          "the section \(name) has \(values.count) values where POINTERS says \(count) times \(width)",
          hint: "the file is damaged or was edited; write it again")
      }
      for start in stride(from: 0, to: values.count, by: width) {
        let row = PointerRow(
          values: Array(values[start..<(start + width)]), section: name, place: place(name, value: start))
        for pointer in row.values.dropLast() where abs(pointer) % 3 != 0 || abs(pointer) / 3 >= atoms {
          throw InputError(
            row.place, "\(pointer) points at no atom, in the section \(name)",
            hint: "the file is damaged or was edited; write it again")
        }
        result.append(row)
      }
    }
    return result
  }
}
