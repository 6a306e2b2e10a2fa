// The drawing of one scan: profiles with credible bands above, residuals below.

/// Draws a scan; the residuals of all panels of a page share `residualLimit` (kcal/mol).
struct ProfilePlot: Sendable {
  let panel: ScanPanel
  /// Tells the ids of this drawing from those of others.
  let index: Int
  let residualLimit: Double

  private let width = 360.0
  private let height = 292.0
  private var x: Axis { Axis(values: -180...180, start: 40, end: 350) }
  private var residualY: Axis {
    Axis(values: -residualLimit...residualLimit, start: 256, end: 196)
  }
  private var energyY: Axis {
    let values = panel.points.flatMap { point -> [Double] in
      [
        point.qm, point.base, point.fit, point.band90?.lowerBound, point.band90?.upperBound,
        point.heldOut?.band90.lowerBound, point.heldOut?.band90.upperBound,
      ].compactMap { $0 }
    }
    return Axis(values: spread(values, widenedBy: 0.06), start: 168, end: 20)
  }

  var svg: Markup {
    """
    <svg class="profile" viewBox="0 0 \(coordinate(width)) \(coordinate(height))" role="img" \
    aria-labelledby="scan-\(index)-title scan-\(index)-desc">
    <title id="scan-\(index)-title">Torsion profile of \(panel.molecule), dihedral \(panel.driven)</title>
    <desc id="scan-\(index)-desc">\(description)</desc>
    <clipPath id="clip-e-\(index)"><rect x="40" y="20" width="310" height="148" /></clipPath>
    <clipPath id="clip-r-\(index)"><rect x="40" y="196" width="310" height="60" /></clipPath>
    \(frames)
    <g clip-path="url(#clip-e-\(index))">\(energies)</g>
    <g>\(marks)</g>
    <g clip-path="url(#clip-r-\(index))">\(residuals)</g>
    <g>\(residualMarks)</g>
    \(targets)
    </svg>
    """
  }

  private var description: String {
    let base = fixed(panel.baseError?.rmse, 2)
    let fitted = fixed(panel.fitError?.rmse, 2)
    return
      "\(counted(panel.points.count, "grid point")). Root mean square error of the base force field \(base), "
      + "of the fitted one \(fitted) kcal/mol. The values stand in the table below the drawing."
  }

  // MARK: Frames and ticks

  private var frames: Markup {
    let e = energyY.ticks(5)
    let r = residualY.ticks(4)
    let angles = stride(from: -180.0, through: 180, by: 60).map { angle -> Markup in
      let at = coordinate(x(angle))
      return """
        <path class="grid" d="M\(at) 20V168M\(at) 196V256" /><text class="tick" x="\(at)" y="270" \
        text-anchor="middle">\(fixed(angle, 0))</text>
        """
    }
    return """
      <g class="axes">\(angles)\(e.values.map { horizontal($0, energyY, e.digits) })\
      \(r.values.map { horizontal($0, residualY, r.digits) })\
      <path class="zero" d="M40 \(coordinate(residualY(0)))H350" />\
      <path class="frame" d="M40 20H350V168H40ZM40 196H350V256H40Z" />\
      <text class="name" x="40" y="13">energy over the QM minimum, kcal/mol</text>\
      <text class="name" x="40" y="189">model − QM, kcal/mol</text>\
      <text class="name" x="195" y="286" text-anchor="middle">dihedral \(panel.driven), degree</text></g>
      """
  }

  private func horizontal(_ value: Double, _ axis: Axis, _ digits: Int) -> Markup {
    """
    <path class="grid" d="M40 \(coordinate(axis(value)))H350" /><text class="tick" x="36" \
    y="\(coordinate(axis(value) + 3.5))" text-anchor="end">\(fixed(value, digits))</text>
    """
  }

  // MARK: Curves

  /// The points with one more on either side where the scan closes the circle, and nil where it has a gap.
  private var line: [(angle: Double, point: ScanPanel.Point)?] {
    let points = panel.points.filter(\.angle.isFinite)
    guard points.count > 2, let first = points.first, let last = points.last else {
      return points.map { ($0.angle, $0) }
    }
    let gaps = zip(points, points.dropFirst()).map { $1.angle - $0.angle }
    let limit = max(2.5 * gaps.sorted()[gaps.count / 2], 1)
    var result: [(Double, ScanPanel.Point)?] = []
    let closes = first.angle + 360 - last.angle <= limit
    if closes { result.append((last.angle - 360, last)) }
    for (index, point) in points.enumerated() {
      if index > 0, gaps[index - 1] > limit { result.append(nil) }
      result.append((point.angle, point))
    }
    if closes { result.append((first.angle + 360, first)) }
    return result
  }

  private func curve(_ axis: Axis, _ value: (ScanPanel.Point) -> Double?) -> String {
    linePath(line.map { step in step.flatMap { s in value(s.point).map { (x(s.angle), axis($0)) } } })
  }

  private func band(_ axis: Axis, _ range: (ScanPanel.Point) -> ClosedRange<Double>?) -> String {
    areaPath(
      line.map { step in
        step.flatMap { s in
          range(s.point).map { (x(s.angle), axis($0.lowerBound), axis($0.upperBound)) }
        }
      })
  }

  private var hasHeldOut: Bool { panel.points.contains { $0.heldOut != nil } }

  private var energies: Markup {
    """
    \(bands)<path class="base" d="\(curve(energyY, \.base))" /><path class="fit" d="\(curve(energyY, \.fit))" />
    """
  }

  /// Where a point's mark stands: at both ends, when it is at one of them.
  private func places(_ point: ScanPanel.Point) -> [String] {
    [point.angle - 360, point.angle, point.angle + 360].filter { abs($0) < 180.5 }.map { coordinate(x($0)) }
  }

  /// Quantum chemistry's points, whole where they stand on the frame.
  private var marks: Markup {
    let isSetAside = Set(panel.setAside.map(\.frame))
    let marks = panel.points.flatMap { point -> [Markup] in
      let py = coordinate(energyY(point.qm))
      return places(point).map { px in
        isSetAside.contains(point.frame)
          ? "<path class=\"set-aside\" d=\"M\(px) \(py)m-4 -4l8 8m0 -8l-8 8\" />"
          : "<circle class=\"\(point.isFitted ? "qm" : "qm open")\" cx=\"\(px)\" cy=\"\(py)\" r=\"2.6\" />"
      }
    }
    return Markup.joined(marks)
  }

  private var residualMarks: Markup {
    let dots = panel.points.flatMap { point -> [Markup] in
      guard let residual = panel.residual(point) else { return [] }
      return places(point).map { px in
        """
        <circle class="\(point.isFitted ? "fit-dot" : "fit-dot open")" cx="\(px)" \
        cy="\(coordinate(residualY(residual)))" r="2.2" />
        """
      }
    }
    return Markup.joined(dots)
  }

  private var residuals: Markup {
    func shifted(_ range: ClosedRange<Double>?, _ point: ScanPanel.Point) -> ClosedRange<Double>? {
      range.map { ($0.lowerBound - point.qm)...($0.upperBound - point.qm) }
    }
    let heldOut: Markup? =
      hasHeldOut
      ? """
      <path class="held-out-band" d="\(band(residualY) { shifted($0.heldOut?.band90, $0) })" />\
      <path class="held-out" d="\(curve(residualY) { p in p.heldOut.map { $0.mean - p.qm } })" />
      """ : nil
    return """
      \(heldOut)<path class="band90" d="\(band(residualY) { shifted($0.band90, $0) })" />\
      <path class="band50" d="\(band(residualY) { shifted($0.band50, $0) })" />\
      <path class="base" d="\(curve(residualY) { p in p.base.map { $0 - p.qm } })" />\
      <path class="fit thin" d="\(curve(residualY) { panel.residual($0) })" />
      """
  }

  /// Bands of the energies: in sample, and with the molecule held out where that is known.
  private var bands: Markup {
    let heldOut: Markup? =
      hasHeldOut
      ? """
      <path class="held-out-band" d="\(band(energyY) { $0.heldOut?.band90 })" />\
      <path class="held-out" d="\(curve(energyY) { $0.heldOut?.mean })" />
      """ : nil
    return """
      \(heldOut)<path class="band90" d="\(band(energyY, \.band90))" />\
      <path class="band50" d="\(band(energyY, \.band50))" />
      """
  }

  /// Invisible columns, one a point, that show its values under the pointer.
  private var targets: Markup {
    let points = panel.points
    let columns = points.indices.map { index -> Markup in
      let here = x(points[index].angle)
      let left = index == 0 ? 40 : (x(points[index - 1].angle) + here) / 2
      let right = index + 1 == points.count ? 350 : (x(points[index + 1].angle) + here) / 2
      return """
        <rect class="target" data-row="\(index)" x="\(coordinate(left))" y="20" \
        width="\(coordinate(max(0, right - left)))" height="236" />\
        <path class="guide" d="M\(coordinate(here)) 20V256" />
        """
    }
    return """
      <g class="targets">\(columns)</g>
      """
  }
}
