// JSON as Swivel writes it.

import Foundation

/// Pretty JSON with sorted keys, the same bytes for the same value; NaN and infinity are programming errors here.
/// - Parameter value: what is written.
/// - Throws: `EncodingError` for those.
public func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.keyEncodingStrategy = .useDefaultKeys
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
