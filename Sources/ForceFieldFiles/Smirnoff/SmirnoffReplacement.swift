// A refit of a SMIRNOFF force field's own torsions: all of its file, the refitted definitions in their places.

import Chemistry
import FoundationEssentials
import TextFiles

/// The text of a base force field with the fitted torsions in the places of its definitions of the same SMIRKS.
///
/// Everything else stays to the byte, so that its other definitions take the torsions that they took before.
/// - Parameters:
///   - forceField: torsions by SMARTS.
///   - path: the base's offxml.
/// - Throws: ``InputError`` where the base has no such SMIRKS, or looks two of them up in the other order than the fit
///   did.
func smirnoffForceField(_ forceField: FittedForceField, replacedIn path: String) throws -> String {
  let root = try readXML(path, root: "SMIRNOFF", keeping: ["ProperTorsions"])
  let definitions = root.children.flatMap { $0.children("Proper") }
  var ids: [String: String] = [:]
  for definition in definitions {
    guard let smirks = definition.attributes["smirks"] else { continue }
    ids[smirks] = definition.attributes["id"] ?? ""
  }
  let torsions = try inBaseOrder(forceField, definitions.compactMap { $0.attributes["smirks"] }, path)
  var text = try readText(path)
  var remarks = RemarkWriter(torsions)
  let name = path.split(separator: "/").last.map(String.init) ?? path
  var header = forceField.header(remarks, as: SmirnoffFormat()).map { "  <!-- \(xmlComment($0)) -->\n" }
    .joined()
  header +=
    """
      <!-- Others: \(definitions.count - torsions.count) propers and all else are those of \
    \(xmlComment(name)). Load this file in its place. -->\n
    """
  for torsion in torsions {
    guard let smarts = torsion.type.smarts, let range = elementRange(of: smarts, in: text) else {
      throw InputError(
        SourcePlace(file: path),
        "the definition \(torsion.type.label) is not written as <Proper smirks=\"…\" …>")
    }
    // Remarks stand in lines of their own, as deep as the definition.
    let lineStart = text[..<range.lowerBound].lastIndex(of: "\n").map(text.index(after:)) ?? text.startIndex
    let indent = String(text[lineStart..<range.lowerBound].prefix { $0.isWhitespace })
    var new = ""
    for fitted in torsion.terms {
      new += "<!-- \(xmlComment(torsion.type.label)) n=\(fitted.term.periodicity): "
      new += "\(xmlComment(remarks.next(fitted, in: torsion))) -->\n\(indent)"
    }
    new += "<Proper smirks=\"\(xmlText(smarts))\" id=\"\(xmlText(ids[smarts] ?? ""))\""
    new += smirnoffTerms(torsion.terms.map(\.term)) + "/>"
    text.replaceSubrange(range, with: new)
  }
  guard let tag = text.firstRange(of: /<SMIRNOFF[^>]*>[ \t]*\r?\n?/) else {
    throw InputError(SourcePlace(file: path), "has no <SMIRNOFF> tag")
  }
  text.insert(contentsOf: header, at: tag.upperBound)
  return sealed(text, as: SmirnoffFormat())
}

/// The torsions in the order of the base's definitions.
private func inBaseOrder(
  _ forceField: FittedForceField, _ smirks: [String], _ path: String
) throws -> [FittedTorsion] {
  let places = Dictionary(smirks.enumerated().map { ($1, $0) }, uniquingKeysWith: { _, last in last })
  let torsions = try forceField.checked()
  for torsion in torsions where torsion.type.smarts.flatMap({ places[$0] }) == nil {
    throw InputError(
      SourcePlace(file: path), "has no proper torsion of the SMIRKS \(torsion.type.label)",
      hint:
        """
        choose the torsions by the base's own SMIRKS under `torsions:`, or leave --base out: a new pattern \
        would take torsions from others
        """
    )
  }
  let sorted = torsions.sorted { places[$0.type.label] ?? 0 < places[$1.type.label] ?? 0 }
  // The last of the base holds, the first of the rules.
  let ranks = Dictionary(
    forceField.precedence.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  for (index, earlier) in sorted.enumerated() {
    for later in sorted[(index + 1)...] {
      guard let a = ranks[earlier.type.label], let b = ranks[later.type.label], a < b,
        mayOverlap(earlier.type.label, later.type.label)
      else { continue }
      throw InputError(
        SourcePlace(file: path),
        """
        \(later.type.label) comes behind \(earlier.type.label) and takes the torsions that both match; the \
        family's rules have it the other way
        """,
        hint: "put the rules under `torsions:` into the reverse of the base's order and fit again")
    }
  }
  return sorted
}

/// Whether two SMIRKS may match one torsion: unless atoms in the same place are of different elements, in both
/// directions.
private func mayOverlap(_ a: String, _ b: String) -> Bool {
  guard let first = LinearPattern(a), let second = LinearPattern(b) else { return true }
  func element(_ atom: String) -> String? {
    guard !atom.contains(","), !atom.contains("$"), atom.hasPrefix("#") else { return nil }
    return String(atom.dropFirst().prefix { $0.isNumber })
  }
  func fits(_ others: [String]) -> Bool {
    zip(first.atoms, others).allSatisfy { x, y in
      guard let x = element(x), let y = element(y) else { return true }
      return x == y
    }
  }
  return fits(second.atoms) || fits(second.atoms.reversed())
}

/// Where the <Proper> of a SMIRKS stands, with its end tag.
private func elementRange(of smirks: String, in text: String) -> Range<String.Index>? {
  text.ranges(of: /<Proper\s[^>]*?(?:\/>|>\s*<\/Proper>)/).last { range in
    guard let match = text[range].firstMatch(of: /\ssmirks=(?:"([^"]*)"|'([^']*)')/) else { return false }
    return plainText(String(match.1 ?? match.2 ?? "")) == smirks
  }
}

/// An attribute's text with XML's five entities replaced.
private func plainText(_ text: String) -> String {
  [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")].reduce(
    text
  ) {
    $0.replacing($1.0, with: $1.1)
  }
}
