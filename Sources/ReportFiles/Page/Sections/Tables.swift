// Tables that can be sorted by their headers.

/// A column's header and whether its cells are numbers.
struct Column: Hashable, Sendable {
  var name: String
  var isNumber: Bool

  init(_ name: String, isNumber: Bool = true) {
    self.name = name
    self.isNumber = isNumber
  }
}

/// A number's cell; scripts sort by the value, which is empty where undefined.
func cell(_ text: String, _ value: Double?) -> Markup {
  "<td class=\"number\" data-value=\"\(machine(value, 6))\">\(text)</td>"
}

/// A sortable table in a region that scrolls sideways on narrow screens.
func table(id: Markup, caption: String, columns: [Column], rows: [Markup]) -> Markup {
  let heads = columns.map { column -> Markup in
    """
    <th scope="col" data-sort="\(column.isNumber ? "number" : "text")"\
    \(column.isNumber ? " class=\"number\"" as Markup : "")>\(column.name)</th>
    """
  }
  return """
    <div class="scroll" tabindex="0" role="region" aria-labelledby="\(id)-caption">
    <table class="sortable" id="\(id)"><caption id="\(id)-caption"><span>\(caption)</span></caption>
    <thead><tr>\(heads)</tr></thead><tbody>\(Markup.joined(rows, separator: "\n"))</tbody></table></div>
    """
}
