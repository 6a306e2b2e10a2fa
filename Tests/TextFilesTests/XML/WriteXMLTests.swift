// Texts inside XML: what is written is what a parser reads, whatever the text.

import Support
import Testing
import TextFiles

@Suite struct WriteXMLTests {
  private func read(_ xml: String) throws -> MarkupElement {
    try Folders.temporary { folder in
      try Folders.write(xml, to: "\(folder)/a.xml")
      return try readXML("\(folder)/a.xml", root: "a")
    }
  }

  @Test(arguments: [
    "c3", "[#6X4:1]-[#6:2]", "a<b>&\"c'&amp;", "&#65;", "]]>", "é 水 𝛕", "<!-- -->", " two  blanks ", "",
  ]) func attributesComeBack(text: String) throws {
    for quote in ["\"", "'"] {
      #expect(try read("<a t=\(quote)\(xmlText(text))\(quote)/>").text("t") == text)
    }
  }

  /// A parser makes blanks of tabs and line ends in attributes: they are written as such, and read alike everywhere.
  @Test func whatXMLHasNoPlaceForIsReplaced() throws {
    #expect(xmlText("a\tb\nc\rd") == "a b c d")
    for scalar in ["\u{0}", "\u{1B}", "\u{7F}", "\u{9F}", "\u{FFFE}", "\u{FFFF}"] {
      #expect(xmlText("a\(scalar)b") == "a\u{FFFD}b")
      #expect(try read("<a t=\"\(xmlText("a\(scalar)b"))\"/>").text("t") == "a\u{FFFD}b")
    }
  }

  @Test(arguments: ["a -- b", "---", "-", "--", "ends in -", "a - b", "-->", "<a>", "----------", ""])
  func commentsNeverEndEarly(text: String) throws {
    let comment = xmlComment(text)
    #expect(!comment.contains("--") && !comment.hasSuffix("-"))
    #expect(comment.filter { $0 != " " } == text.filter { $0 != " " }, "nothing but blanks is added")
    #expect(try read("<a><!--\(comment)--><b/></a>").children.map(\.name) == ["b"])
  }
}
