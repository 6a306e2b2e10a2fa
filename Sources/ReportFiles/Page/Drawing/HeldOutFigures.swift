// Drawings of held-out validation: calibration, learning curve, variance.

extension ReportPage {
  func calibrationFigure(_ coverage: [HeldOutPanel.Coverage]) -> Markup? {
    guard let drawing = calibrationSVG(coverage) else { return nil }
    return """
      <figure class="panel" id="calibration"><figcaption><h3>Calibration</h3><p class="small">A point on the diagonal \
      means honest intervals; below it they are too narrow. \
      Grey: where nine of ten honest forecasts of \(fixed(coverage.first?.independent, 0)) independent grid points \
      would lie (points of a scan hang together, and count for fewer, as in the fit).</p></figcaption>
      \(drawing)</figure>
      """
  }

  /// The drawing alone, with the band in which honest intervals would lie.
  func calibrationSVG(_ coverage: [HeldOutPanel.Coverage]) -> Markup? {
    guard !coverage.isEmpty else { return nil }
    let axis = Axis(values: 0...1, start: 40, end: 240)
    let up = Axis(values: 0...1, start: 212, end: 12)
    let grid = stride(from: 0.0, through: 1, by: 0.25).map { share -> Markup in
      """
      <path class="grid" d="M\(coordinate(axis(share))) 12V212M40 \(coordinate(up(share)))H240" />\
      <text class="tick" x="\(coordinate(axis(share)))" y="226" text-anchor="middle">\(fixed(100 * share, 0))</text>\
      <text class="tick" x="36" y="\(coordinate(up(share) + 3.5))" text-anchor="end">\(fixed(100 * share, 0))</text>
      """
    }
    let lines = coverage.enumerated().map { index, series -> Markup in
      let points = series.points.map { (axis($0.nominal), up($0.observed)) }
      let dots = points.map { point -> Markup in
        """
        <circle class="chain-dot chain-\(index % 4)" cx="\(coordinate(point.0))" cy="\(coordinate(point.1))" r="4" />
        """
      }
      return """
        <path class="chain chain-\(index % 4)" d="\(linePath(points.map { $0 }))" />\
        \(dots)<text class="name" x="252" y="\(24 + 16 * index)">\(series.name)</text>\
        <circle class="chain-dot chain-\(index % 4)" cx="246" cy="\(20 + 16 * index)" r="3" />
        """
    }
    let edges = stride(from: 0.0, through: 1, by: 0.025).map {
      share -> (x: Double, low: Double, high: Double) in
      let half = 1.645 * (share * (1 - share) / max(1, coverage[0].independent)).squareRoot()
      return (axis(share), up(max(0, share - half)), up(min(1, share + half)))
    }
    let words = coverage.map { series in
      let points = series.points.map { "\(percent($0.nominal)) nominal, \(percent($0.observed)) observed" }
      return "\(series.name): \(listed(points))"
    }.joined(separator: "; ")
    return """
      <svg viewBox="0 0 360 246" role="img" aria-labelledby="calibration-title calibration-desc">\
      <title id="calibration-title">Nominal and observed coverage</title>
      <desc id="calibration-desc">\(words)</desc>
      <path class="honest" d="\(areaPath(edges))" />\(grid)<path class="zero" d="M40 212L240 12" />\
      \(lines)<path class="frame" d="M40 12H240V212H40Z" />\
      <text class="name" x="140" y="242" text-anchor="middle">nominal, \
      %</text><text class="name" transform="translate(10 112) rotate(-90)" text-anchor="middle">observed, \
      %</text></svg>
      """
  }

  func learningFigure(_ points: [HeldOutPanel.LearningPoint]) -> Markup? {
    learningSVG(points).map { drawing -> Markup in
      """
      <figure class="panel"><figcaption><h3>Learning curve</h3><p class="small">Held-out error, kcal/mol, by the \
      number of molecules fitted.</p></figcaption>
      \(drawing)</figure>
      """
    }
  }

  /// The drawing alone.
  func learningSVG(_ points: [HeldOutPanel.LearningPoint]) -> Markup? {
    guard points.count > 1, let most = points.map(\.molecules).max(),
      let least = points.map(\.molecules).min(), most > least
    else { return nil }
    let x = Axis(values: Double(least)...Double(most), start: 52, end: 340)
    let top = points.map { max($0.rmse, $0.range?.upperBound ?? 0) }.max() ?? 1
    let y = Axis(values: 0...max(0.05, top * 1.08), start: 150, end: 12)
    let ticks = y.ticks(4)
    let marks = points.map { point -> Markup in
      let at = coordinate(x(Double(point.molecules)))
      let range: Markup? = point.range.map {
        "<path class=\"i90\" d=\"M\(at) \(coordinate(y($0.lowerBound)))V\(coordinate(y($0.upperBound)))\" />"
      }
      return """
        \(range)<circle class="fit-mark" cx="\(at)" cy="\(coordinate(y(point.rmse)))" r="4" />\
        <text class="tick" x="\(at)" y="166" text-anchor="middle">\(point.molecules)</text>
        """
    }
    let labels = ticks.values.map { value -> Markup in
      """
      <path class="grid" d="M40 \(coordinate(y(value)))H352" />\
      <text class="tick" x="36" y="\(coordinate(y(value) + 3.5))" text-anchor="end">\
      \(fixed(value, ticks.digits))</text>
      """
    }
    return """
      <svg viewBox="0 0 360 186" role="img" aria-labelledby="learning-title learning-desc">\
      <title id="learning-title">Learning curve</title>
      <desc id="learning-desc">\
      \(listed(points.map { "\(counted($0.molecules, "molecule")) \(fixed($0.rmse, 2))" }, limit: 100)) kcal/mol</desc>
      \(labels)<path class="fit thin" d="\(linePath(points.map { (x(Double($0.molecules)), y($0.rmse)) }))" />\(marks)\
      <path class="frame" d="M40 12H352V150H40Z" /><text class="name" x="196" y="182" text-anchor="middle">molecules \
      fitted</text></svg>
      """
  }

  func varianceFigure(_ splits: [HeldOutPanel.VarianceSplit]) -> Markup? {
    guard !splits.isEmpty else { return nil }
    let rows = splits.map { split -> Markup in
      let words = listed(split.shares.map { "\($0.name) \(percent($0.share))" }, limit: 20)
      var left = 0.0
      let parts = split.shares.enumerated().map { index, share -> Markup in
        defer { left += share.share }
        return """
          <rect class="part chain-\(index % 4)" x="\(machine(100 * left, 2))%" \
          width="\(machine(100 * max(0, share.share), 2))%" y="3" height="18" />
          """
      }
      return """
        <li><span class="row-label">\(split.label) \
        <span class="muted">\(split.sd.map { "sd \(fixed($0, 2)) kcal/mol" } ?? "")</span></span>\
        <svg class="strip" width="100%" height="24" role="img" aria-label="\(words)"><title>\(words)</title>\
        \(parts)</svg></li>
        """
    }
    return """
      <figure class="panel"><figcaption><h3>Where the predictive variance comes \
      from</h3></figcaption>\(legendList(LegendKey.parts(of: splits)))
      <ol class="strips">\(rows)</ol></figure>
      """
  }
}
