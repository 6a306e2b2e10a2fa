// XML files as trees that know where each element stands, for formats that are read as a whole.

import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element with its attributes, its children and its place.
public struct MarkupElement: Sendable {
  /// Its name.
  public let name: String
  /// Its attributes by name.
  public let attributes: [String: String]
  /// The elements in it, in the file's order.
  public var children: [MarkupElement] = []
  /// Where its tag begins.
  public let place: SourcePlace

  /// An element of its parts.
  public init(
    name: String, attributes: [String: String], children: [MarkupElement] = [], place: SourcePlace
  ) {
    self.name = name
    self.attributes = attributes
    self.children = children
    self.place = place
  }

  /// The children of a name.
  public func children(_ name: String) -> [MarkupElement] { children.filter { $0.name == name } }

  /// The first child of a name.
  public func child(_ name: String) -> MarkupElement? { children.first { $0.name == name } }

  /// The children of the first child of a name; none where there is no such child.
  public func list(_ name: String) -> [MarkupElement] { child(name)?.children ?? [] }

  /// An attribute.
  /// - Throws: ``InputError`` where it is missing.
  public func text(_ attribute: String) throws -> String {
    guard let value = attributes[attribute] else {
      throw InputError(
        place, "<\(name)> lacks the attribute \(attribute)",
        hint: "the file is damaged or was edited; write it again")
    }
    return value
  }

  /// A finite number in an attribute.
  /// - Throws: ``InputError`` where it is missing or no such number.
  public func number(_ attribute: String) throws -> Double {
    let value = try text(attribute)
    guard let number = Double(value), number.isFinite, abs(number) < 1e30 else {
      throw InputError(place, "\(attribute) = \"\(value)\" in <\(name)> is no finite number")
    }
    return number
  }

  /// A whole number in an attribute that lies in a range.
  /// - Throws: ``InputError`` where it is missing, no whole number or outside.
  public func integer(_ attribute: String, in range: Range<Int>) throws -> Int {
    let value = try text(attribute)
    guard let number = Int(value) else {
      throw InputError(place, "\(attribute) = \"\(value)\" in <\(name)> is no whole number")
    }
    guard range.contains(number) else {
      throw InputError(
        place,
        "\(attribute) = \(number) in <\(name)>: \(range.lowerBound) … \(range.upperBound - 1) was expected",
        hint: "the file is damaged, or belongs to another molecule")
    }
    return number
  }
}

/// Reads an XML file whose outermost element has the name `root`.
///
/// - Parameters:
///   - path: of the file.
///   - root: the name of its outermost element.
///   - keeping: the children of the outermost element that are kept; nil keeps all. What is left out is parsed all the
///     same, so that damage there is found.
/// - Throws: ``InputError`` with the place, where the file is damaged, truncated, or has another outermost element.
public func readXML(_ path: String, root: String, keeping: Set<String>? = nil) throws -> MarkupElement {
  let parser = XMLParser(data: Data(try readUTF8(path)))
  let builder = TreeBuilder(file: path, keeping: keeping)
  parser.delegate = builder
  let isParsed = parser.parse()
  if let error = builder.error { throw error }
  guard isParsed, let element = builder.root else {
    throw InputError(
      SourcePlace(file: path, line: max(1, parser.lineNumber), column: max(1, parser.columnNumber)),
      "is no whole XML file", hint: "a closed <\(root)> element was expected; the file may be truncated")
  }
  if let mismatch = builder.mismatch { throw mismatch }
  guard element.name == root else {
    throw InputError(
      element.place, "<\(element.name)> stands where <\(root)> was expected",
      hint: "check that the path names the right file")
  }
  return element
}

/// The name of the outermost element of an XML text; nil where it does not begin as XML.
public func outermostXMLElement(_ text: String) -> Substring? {
  var rest = text.drop(while: \.isWhitespace)
  while rest.hasPrefix("<?") || rest.hasPrefix("<!") {
    let end = rest.hasPrefix("<!--") ? "-->" : ">"
    guard let range = rest.range(of: end) else { return nil }
    rest = rest[range.upperBound...].drop(while: \.isWhitespace)
  }
  guard rest.first == "<" else { return nil }
  return rest.dropFirst().prefix { $0.isLetter }
}

/// Collects the events of the parser; a class because the parser wants one.
private final class TreeBuilder: NSObject, XMLParserDelegate {
  let file: String
  let keeping: Set<String>?
  var root: MarkupElement?
  var error: InputError?
  /// The first element that is closed by the name of another.
  var mismatch: InputError?
  private var open: [MarkupElement] = []
  // How deep inside an element that is not kept.
  private var skipped = 0

  /// XML_ERR_TAG_NAME_MISMATCH of libxml2's xmlerror.h; Foundation's constant of that name is another number.
  private static let closedByAnotherName = 76

  // Formats read here nest a handful deep; freeing a very deep tree would exhaust the stack.
  private static let maximumDepth = 64

  init(file: String, keeping: Set<String>?) {
    self.file = file
    self.keeping = keeping
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    guard error == nil else { return }
    if skipped > 0 || (open.count == 1 && keeping?.contains(name) == false) {
      skipped += 1
      return
    }
    let place = SourcePlace(file: file, line: parser.lineNumber, column: parser.columnNumber)
    guard open.count < Self.maximumDepth else {
      error = InputError(place, "elements are nested more than \(Self.maximumDepth) deep")
      parser.abortParsing()
      return
    }
    open.append(MarkupElement(name: name, attributes: attributes, place: place))
  }

  /// The parser itself goes on where one element is closed by the name of another, and says that all is well.
  func parser(_ parser: XMLParser, parseErrorOccurred fault: any Error) {
    guard mismatch == nil, (fault as NSError).code == Self.closedByAnotherName else { return }
    let opened = open.last.map { ", where <\($0.name)> is open" } ?? ""
    mismatch = InputError(
      SourcePlace(file: file, line: parser.lineNumber, column: parser.columnNumber), "is no whole XML file",
      hint: "an element is closed by the name of another\(opened); write the file again")
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    guard error == nil else { return }
    if skipped > 0 {
      skipped -= 1
      return
    }
    guard let element = open.popLast() else { return }
    if open.isEmpty {
      root = element
    } else {
      open[open.count - 1].children.append(element)
    }
  }
}
