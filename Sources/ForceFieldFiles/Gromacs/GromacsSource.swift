// The text of a GROMACS topology with its includes, macros, conditions and comments resolved: lines of words in
// sections.

import Foundation
import TextFiles

/// A line of a topology as grompp's preprocessor leaves it.
struct GromacsLine {
  /// The section it stands in, in lower case; empty before the first.
  var section: String
  /// Whether it opens the section.
  var isHeader = false
  /// Its words, macros replaced.
  var fields: [Substring]
  /// File and line.
  var place: SourcePlace
  /// Where the line starts; nil where words came from elsewhere, so that they have no column.
  fileprivate var start: String.Index?

  /// The place of a word, with its column where it has one.
  func place(field index: Int) -> SourcePlace {
    var result = place
    if let start, index < fields.count {
      let base = fields[index].base
      result.column = base.utf8.distance(from: start, to: fields[index].startIndex) + 1
    }
    return result
  }

  /// A word that must be there.
  func word(_ index: Int, _ what: String) throws -> String {
    guard index < fields.count else {
      throw InputError(
        place, "[ \(section) ]: \(what) was expected as word \(index + 1), the line has \(fields.count)",
        hint: "the line may be cut short")
    }
    return String(fields[index])
  }

  /// A finite number.
  func number(_ index: Int, _ what: String) throws -> Double {
    let text = try word(index, what)
    // Magnitudes beyond these overflow when they are squared and multiplied.
    guard let value = Double(text), abs(value) < 1e18 else {
      throw InputError(
        place(field: index), "[ \(section) ]: \"\(text)\" is no finite number; \(what) was expected",
        hint: "a macro that no #define names stays a word")
    }
    return value
  }

  /// All the numbers from a word on.
  func numbers(from first: Int, _ what: String) throws -> [Double] {
    try fields.indices.dropFirst(first).map { try number($0, what) }
  }

  /// A whole number in a range.
  func integer(_ index: Int, in range: ClosedRange<Int>, _ what: String) throws -> Int {
    let text = try word(index, what)
    guard let value = Int(text), range.contains(value) else {
      throw InputError(
        place(field: index),
        """
        [ \(section) ]: "\(text)" is no whole number of \(range.lowerBound) … \(range.upperBound); \(what) \
        was expected
        """
      )
    }
    return value
  }
}

/// A topology with everything it includes (GROMACS manual, "Topology file", "Preprocessing").
struct GromacsSource {
  /// The lines in effect, in order.
  private(set) var lines: [GromacsLine] = []
  /// The files read, the topology first, each once.
  private(set) var files: [String] = []

  private var macros: [String: [Substring]] = [:]
  private var open: [String] = []
  private var reads = 0
  private var section = ""
  /// Lines of [ dihedrals ] in branches that are not taken.
  private(set) var skippedDihedrals: [SourcePlace] = []

  /// Reads a topology and its includes.
  /// - Throws: ``InputError`` where a file is missing or includes itself, a condition is left open, or a directive is
  ///   unknown.
  init(_ path: String) throws {
    try read(path, includedAt: nil)
  }

  private mutating func read(_ path: String, includedAt place: SourcePlace?) throws {
    let key = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard !open.contains(key) else {
      throw InputError(
        place, "\(path) includes itself, directly or through others", hint: "take one #include out")
    }
    reads += 1
    // Files that include each other twice over double with every level.
    guard reads <= 5000, open.count < 100 else {
      throw InputError(place, "more than 5000 includes, or 100 inside each other")
    }
    open.append(key)
    defer { open.removeLast() }
    if !files.contains(path) { files.append(path) }
    try read(text: try readText(path), of: path)
  }

  private mutating func read(text: String, of path: String) throws {
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    var conditions: [(isActive: Bool, sawElse: Bool, place: SourcePlace)] = []
    // A section that only an open condition hides: grompp passes over it in silence.
    var hidden: SourcePlace?
    // Whether a branch that is not taken goes on with the section before it.
    var isContinued = true
    var next = 0
    while next < rows.count {
      let place = SourcePlace(file: path, line: next + 1)
      let (row, isJoined) = joined(rows, &next)
      let body = trimmed(withoutComment(row))
      guard let first = body.first else { continue }
      let isActive = conditions.allSatisfy(\.isActive)
      if first == "#" {
        try directive(body.dropFirst(), isActive: isActive, place: place, conditions: &conditions)
        if conditions.isEmpty { (hidden, isContinued) = (nil, true) }
      } else if isActive {
        try take(body, start: isJoined ? nil : row.startIndex, place: place)
      } else if first == "[" {
        isContinued = false
        if !body.contains("position_restraints") { hidden = place }
      } else if isContinued, section == "dihedrals" {
        skippedDihedrals.append(place)
      }
    }
    // grompp ends open conditions with the file they stand in, as public topologies leave the one about restraints.
    if let last = conditions.last, let hidden {
      throw InputError(
        last.place, "this condition has no #endif, and hides the section in line \(hidden.line ?? 0)",
        hint: "the file may be cut short")
    }
  }

  /// The line at `next` with those that a backslash at its end joins to it.
  private func joined(_ rows: [Substring], _ next: inout Int) -> (row: Substring, isJoined: Bool) {
    var row = rows[next]
    next += 1
    guard trimmed(row).last == "\\" else { return (row, false) }
    var text = ""
    while trimmed(row).last == "\\" {
      text += trimmed(row).dropLast() + " "
      guard next < rows.count else { return (text[...], true) }
      row = rows[next]
      next += 1
    }
    return ((text + row)[...], true)
  }

  private mutating func take(_ body: Substring, start: String.Index?, place: SourcePlace) throws {
    if body.first == "[" {
      guard let end = body.firstIndex(of: "]") else {
        throw InputError(place, "the name of a section has no closing bracket")
      }
      section = gromacsSectionName(body[body.index(after: body.startIndex)..<end])
      lines.append(GromacsLine(section: section, isHeader: true, fields: [], place: place))
      return
    }
    if section.isEmpty {
      // grompp passes over what stands before the first section; force fields have banners of asterisks there.
      guard body.first != "*" else { return }
      throw InputError(
        place, "stands before the first section", hint: "comments start with a semicolon")
    }
    var fields = words(body)
    var start = start
    if !macros.isEmpty, fields.contains(where: { macros[String($0)] != nil }) {
      fields = try expanded(fields, within: [], place: place)
      start = nil
    }
    lines.append(GromacsLine(section: section, fields: fields, place: place, start: start))
  }

  /// Words with macros replaced, and the macros in these; a macro is not replaced within itself.
  private func expanded(_ fields: [Substring], within: Set<String>, place: SourcePlace) throws -> [Substring] {
    var result: [Substring] = []
    for field in fields {
      let name = String(field)
      if let value = macros[name], !within.contains(name) {
        guard within.count < 16 else { throw InputError(place, "macros nest more than 16 deep") }
        result += try expanded(value, within: within.union([name]), place: place)
      } else {
        result.append(field)
      }
      guard result.count <= 1000 else {
        throw InputError(place, "macros make more than 1000 words of this line")
      }
    }
    return result
  }

  private mutating func directive(
    _ text: Substring, isActive: Bool, place: SourcePlace,
    conditions: inout [(isActive: Bool, sawElse: Bool, place: SourcePlace)]
  ) throws {
    let parts = words(text)
    let name = parts.first.map(String.init) ?? ""
    func argument() throws -> String {
      guard parts.count > 1 else { throw InputError(place, "#\(name) needs a name") }
      return String(parts[1])
    }
    switch name {
    case "ifdef", "ifndef":
      let isDefined = defined.contains(try argument())
      conditions.append((isDefined == (name == "ifdef"), false, place))
    case "else":
      guard let last = conditions.indices.last, !conditions[last].sawElse else {
        throw InputError(place, "#else without #ifdef or #ifndef before it")
      }
      conditions[last].isActive.toggle()
      conditions[last].sawElse = true
    case "endif":
      guard conditions.popLast() != nil else {
        throw InputError(place, "#endif without #ifdef or #ifndef before it")
      }
    case "define" where isActive:
      defined.insert(try argument())
      macros[try argument()] = parts.count > 2 ? Array(parts.dropFirst(2)) : nil
    case "undef" where isActive:
      defined.remove(try argument())
      macros[try argument()] = nil
    case "include" where isActive:
      try include(trimmed(trimmed(text).dropFirst("include".count)), place: place)
    default:
      guard !isActive || name == "if" else {
        throw InputError(
          place, "#\(name) is none of #include, #define, #undef, #ifdef, #ifndef, #else, #endif")
      }
      if name == "if" {
        throw InputError(place, "#if is not known to GROMACS", hint: "use #ifdef or #ifndef")
      }
    }
  }

  private var defined: Set<String> = []

  private mutating func include(_ text: Substring, place: SourcePlace) throws {
    guard text.count > 2, let first = text.first, let last = text.last,
      (first == "\"" && last == "\"") || (first == "<" && last == ">")
    else {
      throw InputError(place, "#include needs a file name in quotation marks")
    }
    let name = String(text.dropFirst().dropLast())
    let folders = [folder(of: place.file)] + Self.libraryFolders + [folder(of: files[0])]
    let candidates = name.hasPrefix("/") ? [name] : folders.map { $0.isEmpty ? name : "\($0)/\(name)" }
    guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw InputError(
        place, "there is no file \(name) to include, neither beside \(place.file) nor in GROMACS's library",
        hint:
          "set GMXLIB to the folder that holds it; looked in \(Self.libraryFolders.joined(separator: ", "))")
    }
    try read(path, includedAt: place)
  }

  /// Where GROMACS keeps its force fields: GMXLIB, GMXDATA/top, the usual places of installation.
  private static var libraryFolders: [String] {
    let environment = ProcessInfo.processInfo.environment
    return (environment["GMXLIB"] ?? "").split(separator: ":").map(String.init)
      + (environment["GMXDATA"].map { ["\($0)/top"] } ?? [])
      + ["/usr/share/gromacs/top", "/usr/local/gromacs/share/gromacs/top"]
  }
}

/// The name of a section without blanks, underscores and hyphens that do not matter, as grompp compares names.
func gromacsSectionName(_ text: Substring) -> String {
  trimmed(text).lowercased().replacing("-", with: "_")
}

/// Whether a text is a GROMACS topology: it has a section that only topologies have.
func isGromacsTopology(_ text: String) -> Bool {
  guard text.utf8.contains(UInt8(ascii: "[")) else { return false }
  return text.split(separator: "\n").contains { line in
    let body = trimmed(line)
    guard body.first == "[", let end = body.firstIndex(of: "]") else { return false }
    return ["moleculetype", "molecules", "defaults", "system"].contains(
      gromacsSectionName(body[body.index(after: body.startIndex)..<end]))
  }
}

private func withoutComment(_ row: Substring) -> Substring {
  row.utf8.firstIndex(of: UInt8(ascii: ";")).map { row[..<$0] } ?? row
}

private func folder(of path: String) -> String {
  path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ""
}

/// Words between blanks; by bytes, since force fields have ten thousands of lines.
private func words(_ text: Substring) -> [Substring] {
  text.utf8.split(whereSeparator: { $0 == 32 || (9...13).contains($0) }).map { Substring($0) }
}

private func trimmed(_ text: Substring) -> Substring {
  var bytes = text.utf8
  while let first = bytes.first, first == 32 || (9...13).contains(first) { bytes = bytes.dropFirst() }
  while let last = bytes.last, last == 32 || (9...13).contains(last) { bytes = bytes.dropLast() }
  return Substring(bytes)
}
