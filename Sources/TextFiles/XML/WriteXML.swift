// Texts inside XML, for every writer of it.

/// Text fit for element content and quoted attributes; tabs and line ends become spaces, characters that XML 1.0 has no
/// place for U+FFFD (W3C, Extensible Markup Language 1.0, sections 2.2 to 2.4).
public func xmlText(_ text: String) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\t", "\n", "\r": result += " "
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Text fit for a comment, which two hyphens would end (section 2.5).
public func xmlComment(_ text: String) -> String {
  var result = text
  while result.contains("--") { result = result.replacing("--", with: "- -") }
  return result.hasSuffix("-") ? result + " " : result
}
