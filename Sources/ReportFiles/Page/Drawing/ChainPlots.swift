// Drawings of chains and rounds: traces, rank histograms, the error over rounds of relaxation.

/// Draws of all chains over the iterations.
func tracePlot(_ panel: ChainPanel, index: Int) -> Markup {
  let longest = panel.traces.map(\.count).max() ?? 0
  let x = Axis(values: 0...Double(max(1, longest - 1)), start: 44, end: 352)
  let y = Axis(values: spread(panel.traces.flatMap { $0 }), start: 92, end: 8)
  let ticks = y.ticks(3)
  let lines = panel.traces.enumerated().map { chain, draws -> Markup in
    let data = linePath(draws.enumerated().map { (x(Double($0)), y($1)) })
    return "<path class=\"chain chain-\(chain % 4)\" d=\"\(data)\" />"
  }
  let labels = ticks.values.map { value -> Markup in
    """
    <path class="grid" d="M44 \(coordinate(y(value)))H352" />\
    <text class="tick" x="40" y="\(coordinate(y(value) + 3.5))" \
    text-anchor="end">\(fixed(value, ticks.digits))</text>
    """
  }
  return """
    <svg viewBox="0 0 360 112" role="img" aria-labelledby="trace-\(index)-title trace-\(index)-desc">
    <title id="trace-\(index)-title">Trace of \(panel.name)</title>
    <desc id="trace-\(index)-desc">The draws of \(counted(panel.traces.count, "chain")) in the order drawn; chains \
    that agree lie over each other.</desc>
    \(labels)\(lines)<path class="frame" d="M44 8H352V92H44Z" />
    <text class="name" x="44" y="107">draw 1</text><text class="name" x="352" y="107" text-anchor="end">\
    draw \(panel.draws)</text></svg>
    """
}

/// The ranks of each chain's draws among all; flat where the chains agree.
func rankPlot(_ panel: ChainPanel, index: Int) -> Markup {
  let shown = Array(panel.ranks.prefix(8))
  let width = 352 / Double(max(1, shown.count))
  let top = Double(shown.flatMap { $0 }.max() ?? 1)
  let histograms = shown.enumerated().map { chain, counts -> Markup in
    let left = 4 + Double(chain) * width
    let bar = (width - 12) / Double(max(1, counts.count))
    let expected = Double(counts.reduce(0, +)) / Double(max(1, counts.count))
    let bars = counts.enumerated().map { bin, count -> Markup in
      let height = 74 * Double(count) / max(1, top)
      return """
        <rect class="rank" x="\(coordinate(left + Double(bin) * bar))" y="\(coordinate(86 - height))" \
        width="\(coordinate(max(0.5, bar - 0.6)))" height="\(coordinate(height))" />
        """
    }
    let line = coordinate(86 - 74 * expected / max(1, top))
    return """
      \(bars)<path class="expected" d="M\(coordinate(left)) \(line)h\(coordinate(width - 12))" />\
      <text class="name" x="\(coordinate(left + (width - 12) / 2))" y="101" text-anchor="middle">chain \
      \(chain + 1)</text>
      """
  }
  return """
    <svg viewBox="0 0 360 108" role="img" aria-labelledby="rank-\(index)-title rank-\(index)-desc">
    <title id="rank-\(index)-title">Ranks of \(panel.name)</title>
    <desc id="rank-\(index)-desc">A histogram for each chain of the ranks of its draws among all; even bars mean that \
    the chains agree.</desc>
    \(histograms)</svg>
    """
}

/// The pooled relaxed error after each round.
func roundsPlot(_ errors: [Double], base: Double?) -> Markup {
  let all = ([base].compactMap { $0 }) + errors
  let y = Axis(values: 0...max(0.05, (all.max() ?? 1) * 1.12), start: 150, end: 14)
  let x = Axis(values: 0...Double(max(1, errors.count)), start: 64, end: 332)
  let ticks = y.ticks(4)
  let points = (base.map { [(0, $0)] } ?? []) + errors.enumerated().map { ($0 + 1, $1) }
  let marks = points.map { round, error -> Markup in
    """
    <circle class="\(round == 0 ? "base-mark" : "fit-mark")" cx="\(coordinate(x(Double(round))))" \
    cy="\(coordinate(y(error)))" r="4" />\
    <text class="value" x="\(coordinate(x(Double(round))))" y="\(coordinate(y(error) - 8))" text-anchor="middle">\
    \(fixed(error, 3))</text>\
    <text class="tick" x="\(coordinate(x(Double(round))))" y="166" text-anchor="middle">\
    \(round == 0 ? "base" : "\(round)")</text>
    """
  }
  let labels = ticks.values.map { value -> Markup in
    """
    <path class="grid" d="M40 \(coordinate(y(value)))H352" />\
    <text class="tick" x="36" y="\(coordinate(y(value) + 3.5))" \
    text-anchor="end">\(fixed(value, ticks.digits))</text>
    """
  }
  let line = linePath(points.map { (x(Double($0)), y($1)) })
  return """
    <svg viewBox="0 0 360 186" role="img" aria-labelledby="rounds-title rounds-desc">
    <title id="rounds-title">Relaxed error over the rounds</title>
    <desc id="rounds-desc">\(listed(points.map { "\($0 == 0 ? "base" : "round \($0)") \(fixed($1, 3))" }, limit: 100)) \
    kcal/mol.</desc>
    \(labels)<path class="frame" d="M40 14H352V150H40Z" /><path class="fit thin" d="\(line)" />\(marks)
    <text class="name" x="196" y="182" text-anchor="middle">round of fitting and relaxing</text></svg>
    """
}
