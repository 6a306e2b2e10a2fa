// Posterior correlations of the force constants as a heat map, and the strongest in words.

import CMath

extension ReportPage {
  /// The heat map with its legend and the strongest pairs.
  var correlationFigure: Markup? {
    guard let map = correlations, map.rows.count == parameters.count else { return nil }
    let strong = map.strongest(0.5, count: 12).map { pair -> Markup in
      """
      <tr><th scope="row"><code>\(parameters[pair.first].label)</code></th><td><code>\
      \(parameters[pair.second].label)</code></td>\
      \(cell(fixed(pair.value, 2), pair.value))</tr>
      """
    }
    let words: Markup =
      strong.isEmpty
      ? "<p class=\"small\">No two force constants are correlated by 0.5 or more.</p>"
      : table(
        id: "correlation-table", caption: "The strongest, at most twelve, from 0.5 on.",
        columns: [Column("one", isNumber: false), Column("other", isNumber: false), Column("correlation")],
        rows: strong)
    return """
      <figure class="correlations" id="correlations"><figcaption><h3>Which constants the data cannot tell apart</h3>\
      <p class="small">Posterior correlations: two constants of a strong colour are known together better than each \
      alone. \
      Blue is positive, orange negative, no colour none; lines part the bond classes.</p></figcaption>
      <div class="side-by-side"><div style="max-width:\(coordinate(correlationWidth(map)))px">\
      \(correlationSVG(map))</div><div>\(words)</div></div></figure>
      """
  }

  /// Sides of a cell: few parameters get large ones.
  private func correlationCell(_ map: CorrelationMap) -> Double {
    max(4, min(24, (480 / Double(map.rows.count)).rounded(.down)))
  }

  private func correlationWidth(_ map: CorrelationMap) -> Double {
    122 + correlationCell(map) * Double(map.rows.count)
  }

  /// The drawing alone, with the force constants' names at the right where nothing can be pointed at.
  func correlationSVG(_ map: CorrelationMap, isNamed: Bool = false) -> Markup {
    let count = parameters.count
    let size = correlationCell(map)
    let (left, top) = (118.0, 4.0)
    let side = size * Double(count)
    let nameHeight = 12 + 6.4 * Double(bondClasses.map(\.count).max() ?? 0)
    // One path a shade: a rectangle for each of thousands of cells would make the page heavy.
    var shades: [Int: String] = [:]
    for i in 0..<count {
      for j in 0..<count where i != j {
        let shade = Int((map[i, j] * 10).rounded())
        guard shade != 0 else { continue }
        shades[shade, default: ""] +=
          """
          M\(coordinate(left + size * Double(j))) \
          \(coordinate(top + size * Double(i)))h\(coordinate(size))v\(coordinate(size))h\(coordinate(-size))\
          z
          """
      }
    }
    let cells = shades.sorted { $0.key < $1.key }.map { shade, path -> Markup in
      """
      <path class="\(shade > 0 ? "positive" : "negative")" opacity="\(machine(Double(abs(shade)) / 10, 1))" \
      d="\(path)" />
      """
    }
    let diagonal = (0..<count).map { i in
      """
      M\(coordinate(left + size * Double(i))) \
      \(coordinate(top + size * Double(i)))h\(coordinate(size))v\(coordinate(size))h\(coordinate(-size))z
      """
    }.joined()
    var first = 0
    let groups = bondClasses.compactMap { name -> Markup? in
      let own = parameters.count { $0.bondClass == name }
      defer { first += own }
      let at = top + size * Double(first)
      let middle = at + size * Double(own) / 2
      let along = left + size * Double(first)
      // At the left and, upright, at the bottom.
      let text: Markup? =
        size * Double(own) >= 9
        ? """
        <text class="name" x="\(coordinate(left - 6))" y="\(coordinate(middle + 3.5))" text-anchor="end">\(name)</text>\
        <text class="name" transform="translate(\(coordinate(along + size * Double(own) / 2 + 3.5)) \
        \(coordinate(top + side + 6))) rotate(-90)" \
        text-anchor="end">\(name)</text>
        """ : nil
      return """
        <path class="frame" d="M\(coordinate(left - 4)) \(coordinate(at))h\(coordinate(side + 4))M\(coordinate(along)) \
        \(coordinate(top))v\(coordinate(side))" />\(text)
        """
    }
    let names: [Markup] =
      isNamed
      ? parameters.enumerated().map { index, parameter in
        """
        <text class="value" style="font-size:\(coordinate(min(9, size)))px" x="\(coordinate(left + side + 6))" \
        y="\(coordinate(top + size * (Double(index) + 0.8)))">\(parameter.label)</text>
        """
      } : []
    return """
      <svg class="heat-map" viewBox="0 0 \(coordinate(left + side + (isNamed ? 130 : 4))) \
      \(coordinate(top + side + nameHeight))" role="img" aria-labelledby="correlations-title correlations-desc" \
      data-left="\(coordinate(left))" data-top="\(coordinate(top))" data-size="\(coordinate(size))" \
      data-names="\(parameters.map(\.label).joined(separator: "|"))" \
      data-values="\(map.rows.joined().map(String.init).joined(separator: ","))">
      <title id="correlations-title">Posterior correlations of \(counted(count, "force constant"))</title>
      <desc id="correlations-desc">A square of cells, one a pair of force constants; the strongest pairs stand in the \
      table beside; arrow keys read cell by cell.</desc>
      \(cells)\(names)<path class="diagonal" d="\(diagonal)" />\(groups)\
      <path class="frame" d="M\(coordinate(left)) \
      \(coordinate(top))h\(coordinate(side))v\(coordinate(side))h\(coordinate(-side))z" /></svg>
      """
  }
}
