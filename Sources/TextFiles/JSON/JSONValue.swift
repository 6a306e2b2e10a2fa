// JSON of others, whose keys and shapes vary: read once into a tree in which lists of numbers take eight bytes each.

import Foundation

/// A JSON value.
public enum JSONValue: Sendable {
  /// null.
  case null
  /// true or false.
  case bool(Bool)
  /// A number; Python's NaN and Infinity are numbers that are not finite.
  case number(Double)
  /// A text.
  case string(String)
  /// A list of numbers and nothing else, which may be empty.
  case numbers([Double])
  /// A list of other things.
  case list([JSONValue])
  /// An object; of a key that stands twice the last counts.
  case object([String: JSONValue])

  /// The value of a key; nil in what is no object, and where the key is absent or null.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let entries) = self, let value = entries[key] else { return nil }
    if case .null = value { return nil }
    return value
  }

  /// The number, where it is one.
  public var number: Double? { if case .number(let value) = self { value } else { nil } }
  /// The text, where it is one.
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  /// The entries of an object, where it is one.
  public var object: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }

  /// The elements of a list, where it is one.
  public var elements: [JSONValue]? {
    switch self {
    case .numbers(let values): values.map { .number($0) }
    case .list(let values): values
    default: nil
    }
  }

  /// All numbers of a list or of lists in it, row by row; nil where anything else stands in it.
  public var flatNumbers: [Double]? {
    switch self {
    case .numbers(let values): return values
    case .list(let rows):
      var all: [Double] = []
      for row in rows {
        guard let values = row.flatNumbers else { return nil }
        all += values
      }
      return all
    default: return nil
    }
  }
}

/// Parses JSON text.
///
/// A hundred megabytes take about half a second and twice their size in memory.
/// - Parameters:
///   - bytes: UTF-8.
///   - file: the file's name, for messages.
/// - Throws: ``InputError`` with the line of what is no JSON.
public func parseJSON(_ bytes: [UInt8], file: String) throws -> JSONValue {
  var terminated = bytes
  terminated.append(0)
  return try terminated.withUnsafeBufferPointer { buffer in
    var parser = JSONParser(bytes: buffer, count: bytes.count, file: file)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.at == parser.count else { throw parser.fault("goes on after its JSON value") }
    return value
  }
}

/// A recursive descent over bytes that end with a zero.
private struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  let count: Int
  let file: String
  var at = 0
  /// Deeper nesting is no data, and would use up the stack.
  static let deepest = 200
  /// More lists, objects and texts than this would use up the memory.
  static let mostValues = 5_000_000
  private var values = 0

  init(bytes: UnsafeBufferPointer<UInt8>, count: Int, file: String) {
    self.bytes = bytes
    self.count = count
    self.file = file
    if count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { at = 3 }
  }

  func fault(_ message: String) -> InputError {
    let line = bytes[..<min(at, count)].reduce(1) { $0 + ($1 == 10 ? 1 : 0) }
    return InputError(
      SourcePlace(file: file, line: line), at >= count ? "is cut off: the JSON is not complete" : message,
      hint: "copy or write the file again")
  }

  mutating func skipSpace() {
    while bytes[at] == 32 || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 9 { at += 1 }
  }

  mutating func value(depth: Int) throws -> JSONValue {
    guard depth < Self.deepest else { throw fault("nests deeper than \(Self.deepest) levels") }
    skipSpace()
    if bytes[at] == UInt8(ascii: "{") || bytes[at] == UInt8(ascii: "[") || bytes[at] == UInt8(ascii: "\"") {
      values += 1
      guard values <= Self.mostValues else {
        throw fault(
          "holds more than \(Self.mostValues) lists, objects and texts: cut it into files of one scan each")
      }
    }
    switch bytes[at] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    guard at + text.utf8CodeUnitCount <= count,
      memcmp(bytes.baseAddress! + at, text.utf8Start, text.utf8CodeUnitCount) == 0
    else { throw fault("is no JSON from here on") }
    at += text.utf8CodeUnitCount
    return value
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    at += 1
    var entries: [String: JSONValue] = [:]
    skipSpace()
    if bytes[at] == UInt8(ascii: "}") {
      at += 1
      return .object(entries)
    }
    while true {
      skipSpace()
      guard bytes[at] == UInt8(ascii: "\"") else { throw fault("is no JSON: a key in quotes was expected") }
      let key = try string()
      skipSpace()
      guard bytes[at] == UInt8(ascii: ":") else { throw fault("is no JSON: a colon was expected") }
      at += 1
      entries[key] = try value(depth: depth + 1)
      skipSpace()
      if bytes[at] == UInt8(ascii: "}") { break }
      guard bytes[at] == UInt8(ascii: ",") else { throw fault("is no JSON: a comma or } was expected") }
      at += 1
    }
    at += 1
    return .object(entries)
  }

  private mutating func list(depth: Int) throws -> JSONValue {
    at += 1
    skipSpace()
    var numbers: [Double] = []
    if bytes[at] == UInt8(ascii: "]") {
      at += 1
      return .numbers(numbers)
    }
    var others: [JSONValue]?
    while true {
      let element = try value(depth: depth + 1)
      if others == nil, case .number(let number) = element {
        numbers.append(number)
      } else {
        others = (others ?? numbers.map { .number($0) })
        others!.append(element)
      }
      skipSpace()
      if bytes[at] == UInt8(ascii: "]") { break }
      guard bytes[at] == UInt8(ascii: ",") else { throw fault("is no JSON: a comma or ] was expected") }
      at += 1
    }
    at += 1
    return others.map { .list($0) } ?? .numbers(numbers)
  }

  private mutating func number() throws -> Double {
    let negative = bytes[at] == UInt8(ascii: "-")
    let first = bytes[at + (negative ? 1 : 0)]
    if first == UInt8(ascii: "I") {
      at += negative ? 1 : 0
      _ = try word("Infinity", .null)
      return negative ? -.infinity : .infinity
    }
    if first == UInt8(ascii: "N") {
      _ = try word("NaN", .null)
      return .nan
    }
    // strtod knows hexadecimal numbers, which JSON does not.
    let isHexadecimal =
      first == UInt8(ascii: "0") && bytes[at + (negative ? 2 : 1)] | 0x20 == UInt8(ascii: "x")
    guard first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9"), !isHexadecimal else {
      throw fault("is no JSON from here on")
    }
    return try bytes.baseAddress!.withMemoryRebound(to: CChar.self, capacity: count + 1) { start in
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start + at, &end)
      guard let end, end > start + at else { throw fault("is no JSON from here on") }
      at = UnsafePointer(end) - start
      return value
    }
  }

  private mutating func string() throws -> String {
    at += 1
    let start = at
    while bytes[at] != UInt8(ascii: "\"") {
      guard at < count else { throw fault("") }
      if bytes[at] == UInt8(ascii: "\\") { return try escapedString(from: start) }
      at += 1
    }
    defer { at += 1 }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func escapedString(from start: Int) throws -> String {
    var units = Array(bytes[start..<at])
    while bytes[at] != UInt8(ascii: "\"") {
      guard at < count else { throw fault("") }
      guard bytes[at] == UInt8(ascii: "\\") else {
        units.append(bytes[at])
        at += 1
        continue
      }
      at += 1
      switch bytes[at] {
      case UInt8(ascii: "n"): units.append(10)
      case UInt8(ascii: "t"): units.append(9)
      case UInt8(ascii: "r"): units.append(13)
      case UInt8(ascii: "b"): units.append(8)
      case UInt8(ascii: "f"): units.append(12)
      case UInt8(ascii: "u"):
        let scalar = try hexadecimal()
        units += Array(String(scalar).utf8)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(bytes[at])
      default: throw fault("is no JSON: \\ before a character that cannot follow it")
      }
      at += 1
    }
    at += 1
    return String(decoding: units, as: UTF8.self)
  }

  /// The scalar of \uXXXX, and of two of them where they are a pair; ends on the last digit.
  private mutating func hexadecimal() throws -> Unicode.Scalar {
    func unit(at place: Int) throws -> UInt32 {
      // A sign before the digits is none of them.
      guard place + 4 < count, bytes[place + 1] != UInt8(ascii: "+"), bytes[place + 1] != UInt8(ascii: "-"),
        let value = UInt32(String(decoding: bytes[(place + 1)...(place + 4)], as: UTF8.self), radix: 16)
      else { throw fault("is no JSON: four hexadecimal digits were expected") }
      return value
    }
    var value = try unit(at: at)
    at += 4
    if (0xD800..<0xDC00).contains(value), at + 2 < count, bytes[at + 1] == UInt8(ascii: "\\"),
      bytes[at + 2] == UInt8(ascii: "u")
    {
      let low = try unit(at: at + 2)
      if (0xDC00..<0xE000).contains(low) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00)
        at += 6
      }
    }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }
}
