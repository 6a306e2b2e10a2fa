// Reading JSON that Swivel wrote, with what a person needs when it is another file, cut off, or half merged.

import Foundation

/// Decodes a JSON file that states its schema.
/// - Parameters:
///   - type: what the file holds.
///   - path: the file.
///   - schema: what `schema` must be.
///   - hint: what to do about a file that cannot be used.
/// - Throws: ``InputError`` when the file is missing, is no JSON (with the line), has another schema, or lacks a key or
///   has another value than `type` expects (with its path in the file).
public func readJSON<Value: Decodable>(
  _ type: Value.Type, from path: String, schema: String, hint: String
) throws -> Value {
  let bytes = try readBytes(path)
  func wrong(_ message: String, line: Int? = nil) -> InputError {
    InputError(SourcePlace(file: path, line: line), message, hint: hint)
  }
  if let head = try? JSONDecoder().decode(Head.self, from: Data(bytes)), head.schema != schema {
    let found = head.schema.map { "has schema \"\($0)\"" } ?? "states no schema"
    throw wrong("\(found) where \"\(schema)\" was expected")
  }
  do {
    return try JSONDecoder().decode(type, from: Data(bytes))
  } catch DecodingError.keyNotFound(let key, let context) {
    throw wrong("lacks \"\(key.stringValue)\"\(place(context.codingPath))")
  } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
    guard !context.codingPath.isEmpty else { throw wrong("is no JSON object", line: 1) }
    throw wrong("holds a value of another kind\(place(context.codingPath))")
  } catch DecodingError.dataCorrupted(let context) {
    let fault = jsonFault(bytes)
    // JSONDecoder says of a negative number for a seed no more than that it is not JSON.
    guard let fault else {
      throw wrong("holds a number that does not fit where it stands\(place(context.codingPath))")
    }
    throw wrong(fault.message, line: fault.line)
  }
}

private struct Head: Decodable {
  var schema: String?
}

/// " at fit.parameters[3]"; empty at the top.
private func place(_ path: [any CodingKey]) -> String {
  guard !path.isEmpty else { return "" }
  let words = path.enumerated().map { index, key in
    key.intValue.map { "[\($0)]" } ?? (index == 0 ? "" : ".") + key.stringValue
  }
  return " at " + words.joined()
}

/// Where a text stops being JSON, with what is wrong there; nil in sound JSON.
private func jsonFault(_ bytes: [UInt8]) -> (line: Int, message: String)? {
  let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
  if let index = lines.firstIndex(where: { $0.starts(with: "<<<<<<< ".utf8) }) {
    return (index + 1, "has an unresolved merge conflict")
  }
  do {
    _ = try JSONSerialization.jsonObject(with: Data(bytes))
    return nil
  } catch {
    // Foundation says only here where: "Invalid value around character 9." Its JSONDecoder keeps it to itself.
    let words = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
    guard let match = words.firstMatch(of: /around character (\d+)/), let offset = Int(match.1) else {
      let isCutOff = words.contains("end of file")
      return (max(1, lines.count), isCutOff ? "is cut off: the JSON is not complete" : "is no JSON: \(words)")
    }
    return (bytes.prefix(offset).count { $0 == 10 } + 1, "is no JSON from here on")
  }
}
