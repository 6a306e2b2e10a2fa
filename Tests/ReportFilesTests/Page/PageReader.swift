// Reads a page as XML, so that tests can ask for elements instead of searching text.

import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of a page in document order.
struct PageElement {
  var name: String
  var attributes: [String: String]
  /// All text within, children's included.
  var text = ""
  /// Names of the elements around it, outermost first.
  var path: [String]
}

/// A parsed page.
final class PageReader: NSObject, XMLParserDelegate {
  private(set) var elements: [PageElement] = []
  private(set) var error: String?
  private var open: [Int] = []

  /// Parses a page; `error` tells whether it was well-formed.
  init(_ html: String) {
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    if !parser.parse() { error = "line \(parser.lineNumber): \(String(describing: parser.parserError))" }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append(PageElement(name: name, attributes: attributes, path: open.map { elements[$0].name }))
    open.append(elements.count - 1)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    for index in open { elements[index].text += string }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  /// The elements of a name with a class among theirs.
  func all(_ name: String, class wanted: String? = nil) -> [PageElement] {
    elements.filter { element in
      guard element.name == name else { return false }
      guard let wanted else { return true }
      return (element.attributes["class"] ?? "").split(separator: " ").contains(Substring(wanted))
    }
  }

  /// Texts of the cells of the body rows of the table of an id.
  func rows(ofTable id: String) -> [[String]] {
    guard let start = elements.firstIndex(where: { $0.name == "table" && $0.attributes["id"] == id }) else {
      return []
    }
    let depth = elements[start].path.count
    var rows: [[String]] = []
    for element in elements[(start + 1)...] {
      if element.path.count <= depth { break }
      if element.name == "tr", element.path.last == "tbody" { rows.append([]) }
      if ["td", "th"].contains(element.name), element.path.suffix(2) == ["tbody", "tr"] {
        rows[rows.count - 1].append(element.text)
      }
    }
    return rows
  }
}

/// Whether "nan", "inf" or "infinity" stands somewhere as a word of its own, in a number's place or elsewhere.
func hasUndefinedNumber(_ html: String) -> Bool {
  let words = html.lowercased().split { !$0.isLetter }
  return words.contains { ["nan", "inf", "infinity"].contains($0) }
}
