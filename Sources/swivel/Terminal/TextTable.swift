// Numbers and tables as the terminal shows them.

import TextFiles

/// A number with a fixed count of decimals, "–" when there is none.
func decimal(_ value: Double?, _ digits: Int) -> String {
  guard let value, value.isFinite else { return "–" }
  return fixedPoint(value, digits)
}

/// A text table: columns padded to their widest cell, the first left-aligned, the others right-aligned.
func textTable(header: [String], rows: [[String]]) -> String {
  let all = [header] + rows
  let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  return all.map { row in
    zip(row, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: cell.1 - cell.0.count)
      return column == 0 ? cell.0 + padding : padding + cell.0
    }.joined(separator: "  ").replacing(/\ +$/, with: "")
  }.joined(separator: "\n")
}
