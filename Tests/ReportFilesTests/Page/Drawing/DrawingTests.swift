// The parts below the page: escaping, rounding, axes, ranks, gates.

import Support
import Testing
import TextFiles

@testable import ReportFiles

@Suite struct DrawingTests {
  @Test func textIsEscapedAndLiteralsAreNot() {
    let text = "<a href=\"x\" onclick='y'>&\u{1B}\u{0}\u{FFFF}é"
    let markup: Markup = "<p title=\"\(text)\">\(text)</p>"
    #expect(
      xmlText(text)
        == "&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;\u{FFFD}\u{FFFD}\u{FFFD}é")
    #expect(markup.source == "<p title=\"\(xmlText(text))\">\(xmlText(text))</p>")
    let reader = PageReader(markup.source)
    #expect(reader.error == nil && reader.elements.count == 1)
    let nested: Markup = "<div>\(markup)\([markup, markup])</div>"
    #expect(PageReader(nested.source).elements.count == 4)
    #expect(Markup(escaping: "<").source == "&lt;")
    #expect(
      Markup(sentence: "state `a<b: 1` or `c`, < 2").source
        == "state <code>a&lt;b: 1</code> or <code>c</code>, &lt; 2")
    #expect(Markup(sentence: "a ` alone").source == "a ` alone")
  }

  @Test func numbersAreRoundedAndNeverNaN() {
    #expect(fixed(0.1235, 3) == "0.124" && fixed(-0.0004, 3) == "0.000" && fixed(-1.5, 1) == "\u{2212}1.5")
    #expect(fixed(12, 0) == "12" && fixed(1.05, 2) == "1.05" && fixed(0.0099, 3) == "0.010")
    #expect(
      fixed(.nan, 2) == "–" && fixed(.infinity, 2) == "–" && fixed(nil, 2) == "–" && percent(.nan) == "–")
    #expect(fixed(1e300, 2) == "1e+300")
    #expect(
      machine(-0.25, 2) == "-0.25" && machine(.nan, 2) == "" && coordinate(3.04) == "3"
        && coordinate(-2.25) == "-2.3")
    #expect(
      listed(["a"]) == "a" && listed(["a", "b", "c"]) == "a, b and c"
        && listed(["a", "b"], limit: 1) == "a and 1 more")
  }

  @Test func axesMapEndsAndTicksAreRound() {
    let axis = Axis(values: -1.3...2.1, start: 100, end: 10)
    #expect(axis(-1.3) == 100 && abs(axis(2.1) - 10) < 1e-12)
    let ticks = axis.ticks(5)
    #expect(ticks.values.map { fixed($0, ticks.digits) } == ["\u{2212}1", "0", "1", "2"])
    let fine = Axis(values: 0.012...0.019, start: 0, end: 1).ticks(4)
    #expect(fine.digits == 3 && fine.values.count >= 3)
    #expect(spread([.nan, 2, 2]).contains(2) && spread([]) == 0...1)
    #expect(linePath([(0, 0), (1, 2), nil, (3, 3)]) == "M0 0L1 2")
    #expect(areaPath([(0, 1, 2), (1, 1, 3), nil]) == "M0 2L1 3L1 1L0 1Z")
  }

  @Test func ranksOfAgreeingChainsAreFlatAndOfShiftedOnesAreNot() {
    let interleaved = (0..<4).map { chain in (0..<200).map { Double(4 * $0 + chain) } }
    #expect(
      rankHistograms(interleaved, bins: 20) == [[Int]](repeating: [Int](repeating: 10, count: 20), count: 4))
    let apart = (0..<2).map { chain in (0..<100).map { Double(100 * chain + $0) } }
    let counts = rankHistograms(apart, bins: 10)
    #expect(counts[0].prefix(5).allSatisfy { $0 == 20 } && counts[0].suffix(5).allSatisfy { $0 == 0 })
    #expect(rankHistograms([[1, 1], [1, 1]], bins: 4).joined().reduce(0, +) == 4)
  }

  @Test func wordsOfTheShellComeBackWhole() {
    #expect(shellWord("--seed") == "--seed" && shellWord("") == "''" && shellWord("a b") == "'a b'")
    #expect(shellWord("it's") == "'it'\\''s'" && shellWord("$(x)") == "'$(x)'")
  }
}
