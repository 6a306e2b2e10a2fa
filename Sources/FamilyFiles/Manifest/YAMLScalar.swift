// Text as a scalar of YAML.

import Foundation

/// A YAML scalar; quoted where it could be taken for something else.
func yamlScalar(_ text: String) -> String {
  let isPlain =
    text.first.map { $0.isLetter } == true
    && text.allSatisfy { $0.isLetter || $0.isNumber || "-_./".contains($0) }
    && !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
  return isPlain ? text : "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
}
