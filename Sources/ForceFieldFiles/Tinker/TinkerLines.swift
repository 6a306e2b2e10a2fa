// Tinker's keyword files (.prm, .key): lines of a keyword and its values, comments, and names of classes in comments.

import TextFiles

/// A line with a keyword.
struct TinkerLine {
  /// The keyword in capitals.
  let keyword: String
  /// What follows it; text in quotes is one field, without the quotes.
  let fields: [Substring]
  let place: SourcePlace

  /// A field as a whole number.
  /// - Throws: ``InputError`` where it is missing or no whole number.
  func integer(_ index: Int, _ what: String) throws -> Int {
    guard index < fields.count, let value = Int(fields[index]), value.magnitude < 1_000_000 else {
      throw expected(what, index)
    }
    return value
  }

  /// A field as a finite number; Fortran's exponents with d are read too.
  /// - Throws: ``InputError`` where it is missing or no number.
  func number(_ index: Int, _ what: String) throws -> Double {
    guard index < fields.count, let value = tinkerNumber(fields[index]) else { throw expected(what, index) }
    return value
  }

  /// A field that may be missing.
  func optionalNumber(_ index: Int, _ what: String) throws -> Double? {
    try index < fields.count ? number(index, what) : nil
  }

  /// The first fields as atom classes or types, 0 for any.
  func classes(_ count: Int) throws -> [Int] {
    try (0..<count).map {
      let value = try integer($0, "\(count) atom classes")
      guard value >= 0 else { throw expected("\(count) atom classes of 0 or more", $0) }
      return value
    }
  }

  private func expected(_ what: String, _ index: Int) -> InputError {
    InputError(
      place,
      index < fields.count
        ? "\"\(fields[index])\" stands where \(what) was expected, after \(keyword.lowercased())"
        : "the line ends where \(what) was expected, after \(keyword.lowercased())",
      hint: "the file is damaged, or the line is a comment that wants a # before it")
  }
}

/// A finite number as Fortran reads it.
func tinkerNumber(_ text: Substring) -> Double? {
  let plain = String(text.map { $0 == "d" || $0 == "D" ? "e" : $0 })
  guard let value = Double(plain), value.isFinite, abs(value) < 1e30, !plain.lowercased().hasPrefix("0x")
  else {
    return nil
  }
  return value
}

/// A keyword file as lines.
struct TinkerLines {
  /// Lines with a keyword, in order.
  var lines: [TinkerLine] = []
  /// Names of atom classes from comments of the form `# class 3 is c3`.
  var classNames: [Int: String] = [:]

  /// The lines of a text.
  /// - Throws: ``InputError`` where a class is given two names.
  init(_ text: String, file: String) throws {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let place = SourcePlace(file: file, line: index + 1)
      if let (number, name) = className(line) {
        guard classNames.updateValue(name, forKey: number) ?? name == name else {
          throw InputError(place, "the class \(number) has another name further up")
        }
        continue
      }
      var fields = tinkerFields(line)
      guard let keyword = fields.first, !keyword.hasPrefix("#"), !keyword.hasPrefix("!") else { continue }
      fields.removeFirst()
      lines.append(TinkerLine(keyword: keyword.uppercased(), fields: fields, place: place))
    }
  }
}

/// The class and the name in a comment of the form `# class 3 is c3`.
private func className(_ line: Substring) -> (Int, String)? {
  guard line.first == "#" else { return nil }
  let words = line.dropFirst().split(whereSeparator: \.isWhitespace)
  guard words.count == 4, words[0] == "class", words[2] == "is", let number = Int(words[1]), number > 0 else {
    return nil
  }
  return (number, String(words[3]))
}

/// Fields of a line up to a comment; a quoted text is one field.
private func tinkerFields(_ line: Substring) -> [Substring] {
  var result: [Substring] = []
  var rest = line.drop(while: \.isWhitespace)
  while let first = rest.first {
    if first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") {
      result.append(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
    } else if !result.isEmpty && (first == "#" || first == "!") {
      break
    } else {
      let field = rest.prefix { !$0.isWhitespace }
      result.append(field)
      rest = rest[field.endIndex...]
    }
    rest = rest.drop(while: \.isWhitespace)
  }
  return result
}
