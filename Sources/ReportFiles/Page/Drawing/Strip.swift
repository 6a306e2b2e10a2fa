// One-row drawings in percent of their width, which stay sharp and readable on any screen.

/// A horizontal strip: marks on one axis, shared by the rows of a list.
struct Strip: Hashable, Sendable {
  /// The values at the ends.
  let values: ClosedRange<Double>
  private let height = 24.0

  init(values: ClosedRange<Double>) { self.values = values }

  private var axisMap: Axis { Axis(values: values, start: 2, end: 98) }

  /// Where a value stands, "12.3%".
  func at(_ value: Double) -> String { coordinateInPercent(axisMap(value)) }

  private func coordinateInPercent(_ value: Double) -> String { machine(min(100, max(0, value)), 2) + "%" }

  /// A line from one value to another.
  func line(_ kind: Markup, _ from: Double, _ to: Double) -> Markup {
    """
    <line class="\(kind)" x1="\(at(from))" x2="\(at(to))" y1="12" y2="12" />
    """
  }

  /// A block of full height between two values.
  func block(_ kind: Markup, _ from: Double, _ to: Double) -> Markup {
    let width = axisMap(max(from, to)) - axisMap(min(from, to))
    return """
      <rect class="\(kind)" x="\(at(min(from, to)))" width="\(coordinateInPercent(width))" y="4" height="16" />
      """
  }

  /// A round mark.
  func dot(_ kind: Markup, _ value: Double, radius: Double = 5) -> Markup {
    """
    <circle class="\(kind)" cx="\(at(value))" cy="12" r="\(coordinate(radius))" />
    """
  }

  /// A diamond.
  func diamond(_ kind: Markup, _ value: Double) -> Markup {
    """
    <svg class="\(kind)" x="\(at(value))" y="12" width="1" height="1" overflow="visible">\
    <path d="M0 -6L6 0L0 6L-6 0Z" /></svg>
    """
  }

  /// A stroke across the row.
  func stroke(_ kind: Markup, _ value: Double) -> Markup {
    """
    <line class="\(kind)" x1="\(at(value))" x2="\(at(value))" y1="3" y2="21" />
    """
  }

  /// The gridlines of a row.
  var grid: [Markup] {
    axisMap.ticks(5).values.map { value -> Markup in
      """
      <line class="\(value == 0 ? "zero" : "grid")" x1="\(at(value))" x2="\(at(value))" y1="0" y2="24" />
      """
    }
  }

  /// The row: gridlines, marks, and what they say in words.
  func svg(_ marks: [Markup], label: String) -> Markup {
    """
    <svg class="strip" width="100%" height="24" role="img" aria-label="\(label)"><title>\(label)</title>\
    \(grid)\(marks)</svg>
    """
  }

  /// The ticks under the rows, without a frame.
  var tickLabels: [Markup] {
    let ticks = axisMap.ticks(5)
    return ticks.values.map { value -> Markup in
      "<text class=\"tick\" x=\"\(at(value))\" y=\"13\" text-anchor=\"middle\">\(fixed(value, ticks.digits))</text>"
    }
  }

  /// The ticks under the rows.
  var axis: Markup {
    """
    <svg class="strip" width="100%" height="18">\(tickLabels)</svg>
    """
  }
}
