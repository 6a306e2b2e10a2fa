// posterior.csv: every kept draw, a row each.

import TextFiles
import TorsionModel

/// The header of a fit's table: chain, draw, a column a parameter (kcal/mol), a column a scale.
public func posteriorColumns(of fit: Fit) -> [String] {
  ["chain", "draw"] + fit.parameters.map(\.parameter.label) + fit.scales.map { "scale: \($0.name)" }
}

/// posterior.csv as text. Numbers carry nine significant digits at most (single precision), far below their Monte Carlo
/// error.
public func posteriorTable(of fit: Fit) -> String {
  // A SMARTS may hold commas.
  var text =
    posteriorColumns(of: fit).map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n"
  for (chain, forceConstants) in fit.draws.forceConstants.enumerated() {
    for (draw, values) in forceConstants.enumerated() {
      text += "\(chain),\(draw)"
      for value in values { text += ",\(Float(value))" }
      for value in fit.draws.scales[chain][draw] { text += ",\(Float(value))" }
      text += "\n"
    }
  }
  return text
}

/// The force constants of a posterior.csv, draw by parameter.
/// - Parameters:
///   - path: the file.
///   - labels: the parameters that the columns must name, in order.
/// - Throws: ``InputError`` where the table does not fit the labels or a field is not a number.
public func readPosteriorTable(_ path: String, labels: [String]) throws -> [[Double]] {
  let lines = try readText(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    .filter { !$0.element.isEmpty }
  let header = lines.first.map { columnNames($0.element) } ?? []
  guard header.count >= 2 + labels.count, Array(header[2..<(2 + labels.count)]) == labels else {
    throw InputError(
      SourcePlace(file: path, line: 1), "the columns are not the parameters of summary.json beside it",
      hint: "run `swivel fit` again: both files are written together")
  }
  guard lines.count > 2 else {
    throw InputError(SourcePlace(file: path), "holds fewer than two draws", hint: "run `swivel fit` again")
  }
  return try lines.dropFirst().map { row, line in
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == header.count else {
      throw InputError(
        SourcePlace(file: path, line: row + 1), "\(fields.count) fields where \(header.count) were expected",
        hint: "the file may be truncated; run `swivel fit` again")
    }
    return try fields[2..<(2 + labels.count)].map { field in
      guard let value = Double(field), abs(value) < 1e9 else {
        throw InputError(
          SourcePlace(file: path, line: row + 1), "\"\(field)\" is no force constant",
          hint: "run `swivel fit` again")
      }
      return value
    }
  }
}

/// The names in a header, some within quotes for the commas in them.
private func columnNames(_ line: Substring) -> [String] {
  var names = [""]
  var isQuoted = false
  for character in line {
    switch character {
    case "\"": isQuoted.toggle()
    case "," where !isQuoted: names.append("")
    default: names[names.count - 1].append(character)
    }
  }
  return names
}
