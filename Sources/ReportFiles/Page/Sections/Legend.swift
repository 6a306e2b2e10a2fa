// What the marks of the drawings mean: on the page beside them, in files of drawings inside them.

/// A mark, in a box of 30 by 14, and its meaning.
struct LegendKey: Hashable, Sendable {
  var mark: Markup
  var words: String

  static let base = LegendKey(
    mark: "<path class=\"base-mark\" d=\"M15 1L21 7L15 13L9 7Z\" />", words: "base force field")
  static let fitted = LegendKey(
    mark: "<circle class=\"fit-mark\" cx=\"15\" cy=\"7\" r=\"4\" />", words: "fitted")
  static let leftOut = LegendKey(
    mark: "<circle class=\"held-out-mark\" cx=\"15\" cy=\"7\" r=\"4\" />", words: "with its molecule left out"
  )
  static let qm = LegendKey(mark: "<circle class=\"qm-mark\" cx=\"15\" cy=\"7\" r=\"4.5\" />", words: "QM")
  static let prior = LegendKey(
    mark: "<rect class=\"prior\" x=\"1\" y=\"1\" width=\"28\" height=\"12\" />", words: "prior ± sd")
  static let intervals = LegendKey(
    mark:
      """
      <path class="i90" d="M1 7H29" /><path class="i50" d="M8 7H22" />\
      <circle class="fit-mark" cx="15" cy="7" r="4" />
      """,
    words: "posterior mean, 50 and 90 % credible intervals")
  static let interval90 = LegendKey(
    mark: "<path class=\"i90\" d=\"M1 7H29\" /><circle class=\"fit-mark\" cx=\"15\" cy=\"7\" r=\"3\" />",
    words: "fitted, mean and 90 % credible interval")

  /// The curves and marks of a scan's panel.
  static func scan(hasHeldOut: Bool, hasSetAside: Bool = true, hasOpen: Bool = true) -> [LegendKey] {
    var keys = [LegendKey(mark: "<circle class=\"qm\" cx=\"15\" cy=\"7\" r=\"3\" />", words: "QM, fitted")]
    if hasOpen {
      keys.append(
        LegendKey(mark: "<circle class=\"qm open\" cx=\"15\" cy=\"7\" r=\"3\" />", words: "QM, not fitted"))
    }
    if hasSetAside {
      keys.append(
        LegendKey(mark: "<path class=\"set-aside\" d=\"M11 3l8 8m0 -8l-8 8\" />", words: "set aside"))
    }
    keys += [
      LegendKey(mark: "<path class=\"base\" d=\"M1 7H29\" />", words: "base force field"),
      LegendKey(mark: "<path class=\"fit\" d=\"M1 7H29\" />", words: "fitted, posterior mean"),
      LegendKey(
        mark: "<path class=\"band90\" d=\"M1 1H29V13H1Z\" /><path class=\"band50\" d=\"M1 4H29V10H1Z\" />",
        words: "50 and 90 % credible bands of that curve"),
    ]
    if hasHeldOut {
      keys.append(
        LegendKey(
          mark:
            "<path class=\"held-out-band\" d=\"M1 2H29V12H1Z\" /><path class=\"held-out\" d=\"M1 7H29\" />",
          words: "predicted with the molecule held out, 90 % band for QM’s energy (noise included)"))
    }
    return keys
  }

  /// The colours of those parts of the variance that some prediction has, in their order.
  static func parts(of splits: [HeldOutPanel.VarianceSplit]) -> [LegendKey] {
    (splits.first?.shares ?? []).enumerated().compactMap { index, share in
      guard splits.contains(where: { $0.shares.contains { $0.name == share.name && $0.share >= 0.0005 } })
      else { return nil }
      return LegendKey(
        mark: "<rect class=\"part chain-\(index % 4)\" x=\"2\" y=\"1\" width=\"26\" height=\"12\" />",
        words: share.name)
    }
  }

  /// The shades of correlations.
  static let correlations = [-1, -0.5, 0.5, 1].map { value in
    LegendKey(
      mark: """
        <rect class="\(value > 0 ? "positive" : "negative")" opacity="\(machine(abs(value), 1))" x="2" y="1" \
        width="26" height="12" />
        """, words: fixed(value, 1))
  }
}

/// A legend on the page.
func legendList(_ keys: [LegendKey], id: Markup? = nil) -> Markup {
  let items = keys.map { key -> Markup in
    """
    <li><svg class="key" viewBox="0 0 30 14" aria-hidden="true">\(key.mark)</svg>\(key.words)</li>
    """
  }
  let name: Markup? = id.map { " id=\"\($0)\"" }
  return """
    <ul class="legend"\(name) aria-label="Legend">\(items)</ul>
    """
}

/// A legend inside a drawing: keys from the left, in as many rows as they need.
///
/// - Parameters:
///   - top: where it begins.
///   - width: of the drawing.
/// - Returns: the marks, and the height that they take.
func legendDrawing(_ keys: [LegendKey], top: Double, width: Double) -> (drawing: Markup, height: Double) {
  var (x, y) = (6.0, top + 4)
  var parts: [Markup] = []
  for key in keys {
    // Letters of 11 px are 5.6 px wide on average.
    let length = 46 + 5.6 * Double(key.words.count)
    if x + length > width && x > 6 { (x, y) = (6, y + 18) }
    parts.append(
      """
      <g transform="translate(\(coordinate(x)) \(coordinate(y)))">\(key.mark)<text x="36" y="11">\(key.words)</text></g>
      """)
    x += length
  }
  return (Markup.joined(parts), keys.isEmpty ? 0 : y + 18 - top)
}
