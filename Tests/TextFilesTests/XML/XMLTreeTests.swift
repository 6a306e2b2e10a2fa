// XML as a tree: every element knows its place; what is no whole file, or another one, is refused there.

import Support
import Testing
import TextFiles

@Suite struct XMLTreeTests {
  private func read(_ text: String, root: String = "a", keeping: Set<String>? = nil) throws -> MarkupElement {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/a.xml")
      return try readXML("\(folder)/a.xml", root: root, keeping: keeping)
    }
  }

  private static let small = """
    <?xml version="1.0"?>
    <!-- <b n="9"/> is no element in a comment -->
    <a>
      <b n="1" k=" 2.5e-1 "/>
      <c>
        <b n="2"/>
      </c>
      <b n="3" k='&lt;&amp;&#39;'/>
    </a>
    """

  @Test func elementsStandInOrderWithTheirPlaces() throws {
    let tree = try read(Self.small)
    #expect(tree.children.map(\.name) == ["b", "c", "b"])
    #expect(tree.children("b").map(\.attributes["n"]) == ["1", "3"], "children are one level")
    #expect(tree.list("c").map(\.attributes["n"]) == ["2"] && tree.list("none").isEmpty)
    #expect(tree.child("b")?.place.line == 4 && tree.child("none") == nil)
    #expect(try tree.children[2].text("k") == "<&'")
    #expect(tree.children[1].children[0].place.line == 6)
  }

  @Test func lineEndsBlanksAndCommentsDoNotMatter() throws {
    func shape(_ element: MarkupElement) -> String {
      let own = element.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return "\(element.name)\(own)(\(element.children.map(shape)))"
    }
    let plain = shape(try read(Self.small))
    for (what, text) in [
      ("CRLF", Self.small.replacing("\n", with: "\r\n")),
      ("blanks", Self.small.replacing("/>", with: "   />  ").replacing("<b ", with: "<b\n\t")),
      ("comments", Self.small.replacing("\n  <b ", with: "\n  <!-- <b> -->\n  <b ")),
      ("spelled out", Self.small.replacing("n=\"2\"/>", with: "n=\"2\"></b>")),
    ] { #expect(shape(try read(text)) == plain, "\(what)") }
  }

  @Test func whatIsNotKeptIsPassedOverAndParsed() throws {
    let tree = try read(Self.small, keeping: ["c"])
    #expect(tree.children.map(\.name) == ["c"] && tree.list("c").map(\.name) == ["b"])
    // Damage in what is left out is damage.
    let damaged = Self.small.replacing("k=\" 2.5e-1 \"/>", with: "k=\"2\">")
    let error = #expect(throws: InputError.self) { try read(damaged, keeping: ["c"]) }
    #expect(error?.message == "is no whole XML file")
  }

  @Test(arguments: [
    ("", 1, "is no whole XML file"), ("<a>\n<b>\n", 3, "is no whole XML file"),
    ("<a>\n<b n=1/>\n</a>", 2, "is no whole XML file"),
    ("<a>\n<b n=\"1\" n=\"2\"/>\n</a>", 2, "is no whole XML file"),
    ("plain words", 1, "is no whole XML file"), ("<a>\n</b>\n</a>", 2, "is no whole XML file"),
    ("\n<other/>", 2, "<other> stands where <a> was expected"),
    (String(repeating: "<a>\n", count: 80), 65, "nested more than 64 deep"),
  ]) func isRefused(_ text: String, line: Int, words: String) {
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
    // The parser notices a missing end one line late or at the end of the file.
    #expect(error?.place?.line.map { abs($0 - line) <= 1 } == true, "\(error?.description ?? "")")
    if words == "is no whole XML file" { #expect(error?.hint?.contains("<a>") == true) }
  }

  @Test func bytesThatAreNoUTF8HaveALine() throws {
    try Folders.temporary { folder in
      let bytes = Array("<a>\n<b n=\"".utf8) + [0xE9] + Array("\"/></a>".utf8)
      try writeAtomically(bytes, to: "\(folder)/a.xml")
      let error = #expect(throws: InputError.self) { try readXML("\(folder)/a.xml", root: "a") }
      #expect(error?.place?.line == 2 && error?.hint?.contains("UTF-8") == true)
    }
  }

  @Test func attributesAreNumbersOrNamedErrors() throws {
    let element = MarkupElement(
      name: "b",
      attributes: [
        "n": "7", "k": "-2.5e-1", "word": "seven", "half": "0.5", "nan": "nan", "huge": "1e300", "none": "",
      ], place: SourcePlace(file: "x.xml", line: 3))
    #expect(try element.number("k") == -0.25 && element.integer("n", in: 7..<8) == 7)
    func message(_ body: () throws -> Void) -> String {
      let error = #expect(throws: InputError.self) { try body() }
      #expect(error?.place?.line == 3)
      return error?.message ?? ""
    }
    for name in ["word", "nan", "huge", "none"] {
      let said = message { _ = try element.number(name) }
      #expect(said == "\(name) = \"\(element.attributes[name] ?? "")\" in <b> is no finite number")
    }
    #expect(message { _ = try element.text("m") }.contains("lacks the attribute m"))
    #expect(message { _ = try element.integer("half", in: 0..<9) }.contains("is no whole number"))
    #expect(message { _ = try element.integer("n", in: 0..<7) }.contains("0 … 6 was expected"))
    #expect(message { _ = try element.integer("n", in: 8..<10) }.contains("8 … 9 was expected"))
  }

  @Test(arguments: [
    (Self.small, "a"), ("<a:b/>", "a"), ("  \n<ForceField>", "ForceField"),
    ("<!DOCTYPE x><!-- <no/> --><System type=\"System\"/>", "System"),
  ]) func outermostNamesAreTold(_ text: String, name: String) {
    #expect(outermostXMLElement(text).map(String.init) == name)
  }

  @Test func whatBeginsNotAsXMLHasNoOutermostName() {
    for text in ["", "a<b/>", "<!-- never closed <a/>", "[ defaults ]"] {
      #expect(outermostXMLElement(text) == nil, "\(text)")
    }
  }
}
