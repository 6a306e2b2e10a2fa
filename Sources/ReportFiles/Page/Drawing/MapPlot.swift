// The drawing of a scan over two dihedrals: maps of quantum chemistry, of the fitted force field, and of their
// difference.

/// Draws a grid; differences of all panels of a page share `residualLimit` (kcal/mol).
struct MapPlot: Sendable {
  let panel: ScanPanel
  /// Tells the ids of this drawing from those of others.
  let index: Int
  let residualLimit: Double

  /// One of the maps, by the corner of its frame.
  private struct Frame {
    var name: String
    var left: Double
    var top: Double
    static let side = 130.0
    var x: Axis { Axis(values: -180...180, start: left, end: left + Self.side) }
    var y: Axis { Axis(values: -180...180, start: top + Self.side, end: top) }
  }

  private let qm = Frame(name: "QM", left: 40, top: 22)
  private let fit = Frame(name: "fitted", left: 212, top: 22)
  private let difference = Frame(name: "fitted − QM", left: 40, top: 200)

  private static let shades = 12

  /// The energy of the darkest shade, kcal/mol.
  private var limit: Double {
    max(0.1, panel.points.flatMap { [$0.qm, $0.fit].compactMap { $0 } }.max() ?? 0)
  }

  var svg: Markup {
    """
    <svg class="profile map" viewBox="0 0 360 366" role="img" aria-labelledby="scan-\(index)-title scan-\(index)-desc">
    <title id="scan-\(index)-title">Torsion map of \(panel.molecule), dihedrals \(panel.driven) and \
    \(panel.second ?? "")</title>
    <desc id="scan-\(index)-desc">\(description)</desc>
    \(map(qm) { $0.qm / limit })\(map(fit) { $0.fit.map { $0 / limit } })\
    \(map(difference) { point in panel.residual(point).map { $0 / residualLimit } })
    \(keys)
    <g class="targets">\(targets)</g>
    </svg>
    """
  }

  private var description: String {
    "\(counted(panel.points.count, "grid point")) over two dihedrals. Root mean square error of the base force field "
      + "\(fixed(panel.baseError?.rmse, 2)), of the fitted one \(fixed(panel.fitError?.rmse, 2)) kcal/mol. "
      + "The values stand in the table below the drawing."
  }

  /// Half of the step of the grid along an axis, degree.
  private func halfStep(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let steps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 3 }
    return min(max(steps.min() ?? 15, 5), 60) / 2
  }

  /// The corners of the cells of a point: of one at the edge, also beyond the other edge.
  private func cells(_ point: ScanPanel.Point, in frame: Frame) -> [(
    x: Double, y: Double, w: Double, h: Double
  )] {
    guard let second = point.second else { return [] }
    let (dx, dy) = (halfStep(panel.points.map(\.angle)), halfStep(panel.points.compactMap(\.second)))
    func places(_ value: Double, _ half: Double) -> [ClosedRange<Double>] {
      [value - 360, value, value + 360].compactMap { middle in
        let (low, high) = (max(-180, middle - half), min(180, middle + half))
        return low < high ? low...high : nil
      }
    }
    return places(point.angle, dx).flatMap { x in
      places(second, dy).map { y in
        let (left, top) = (frame.x(x.lowerBound), frame.y(y.upperBound))
        return (left, top, frame.x(x.upperBound) - left, frame.y(y.lowerBound) - top)
      }
    }
  }

  /// A map of shares of the darkest shade, −1 … 1; what is undefined stays empty.
  private func map(_ frame: Frame, _ value: (ScanPanel.Point) -> Double?) -> Markup {
    // One path a shade, as a grid has hundreds of cells.
    var paths: [Int: String] = [:]
    for point in panel.points {
      guard let share = value(point), share.isFinite else { continue }
      let shade = Int((min(1, max(-1, share)) * Double(Self.shades)).rounded())
      guard shade != 0 else { continue }
      for cell in cells(point, in: frame) {
        paths[shade, default: ""] +=
          """
          M\(coordinate(cell.x)) \(coordinate(cell.y))h\(coordinate(cell.w))v\(coordinate(cell.h))h\
          \(coordinate(-cell.w))z
          """
      }
    }
    let ticks = [-180.0, -90, 0, 90, 180].map { angle -> Markup in
      """
      <text class="tick" x="\(coordinate(frame.x(angle)))" y="\(coordinate(frame.top + Frame.side + 11))" \
      text-anchor="middle">\(fixed(angle, 0))</text>\
      <text class="tick" x="\(coordinate(frame.left - 4))" y="\(coordinate(frame.y(angle) + 3.5))" text-anchor="end">\
      \(fixed(angle, 0))</text>
      """
    }
    let shaded = paths.sorted { $0.key < $1.key }.map { shade, path -> Markup in
      """
      <path class="\(shade > 0 ? "positive" : "negative")" \
      opacity="\(machine(Double(abs(shade)) / Double(Self.shades), 2))" d="\(path)" />
      """
    }
    let middle = frame.left + Frame.side / 2
    return """
      <g class="axes"><text class="name" x="\(coordinate(middle))" y="\(coordinate(frame.top - 8))" \
      text-anchor="middle">\(frame.name)</text>\
      \(ticks)<text class="name" x="\(coordinate(middle))" y="\(coordinate(frame.top + Frame.side + 24))" \
      text-anchor="middle">\(panel.driven)</text></g>
      <g>\(shaded)</g>\
      <path class="frame" d="M\(coordinate(frame.left)) \
      \(coordinate(frame.top))h\(coordinate(Frame.side))v\(coordinate(Frame.side))h\(coordinate(-Frame.side))z" />
      """
  }

  /// What the shades mean.
  private var keys: Markup {
    func bar(_ y: Double, from low: Double, to high: Double, words: String) -> Markup {
      let (left, width) = (212.0, 130.0)
      let steps = 2 * Self.shades
      let pieces = (0..<steps).map { step -> Markup in
        let share = low + (high - low) * (Double(step) + 0.5) / Double(steps)
        let size = max(abs(low), abs(high))
        return """
          <rect class="\(share > 0 ? "positive" : "negative")" opacity="\(machine(abs(share) / size, 2))" \
          x="\(coordinate(left + width * Double(step) / Double(steps)))" y="\(coordinate(y))" \
          width="\(coordinate(width / Double(steps)))" height="10" />
          """
      }
      return """
        <text class="name" x="212" y="\(coordinate(y - 6))">\(words)</text>\(pieces)\
        <path class="frame" d="M212 \(coordinate(y))h130v10h-130z" />\
        <text class="tick" x="212" y="\(coordinate(y + 22))">\(fixed(low, 1))</text>\
        <text class="tick" x="342" y="\(coordinate(y + 22))" text-anchor="end">\(fixed(high, 1))</text>
        """
    }
    return """
      <g>\(bar(222, from: 0, to: limit, words: "energy, kcal/mol"))\
      \(bar(276, from: -residualLimit, to: residualLimit, words: "fitted − QM, kcal/mol"))\
      <text class="name" x="212" y="328">across \(panel.driven), up \(panel.second ?? ""),</text>\
      <text class="name" x="212" y="341">degree</text></g>
      """
  }

  /// Invisible cells, one a point and map, that show its values under the pointer.
  private var targets: Markup {
    let all = panel.points.enumerated().flatMap { row, point in
      [qm, fit, difference].flatMap { frame in
        cells(point, in: frame).map { cell -> Markup in
          let (x, y, w, h) = (coordinate(cell.x), coordinate(cell.y), coordinate(cell.w), coordinate(cell.h))
          return """
            <rect class="target" data-row="\(row)" x="\(x)" y="\(y)" width="\(w)" height="\(h)" />\
            <path class="guide" d="M\(x) \(y)h\(w)v\(h)h-\(w)z" />
            """
        }
      }
    }
    return Markup.joined(all)
  }
}
