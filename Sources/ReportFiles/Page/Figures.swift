// The drawings of a report as files of their own, in sizes that journals print.

extension ReportPage {
  /// A drawing and the name of its file, without extension.
  struct Figure: Hashable, Sendable {
    var name: String
    var svg: String
  }

  /// Every drawing of the page.
  var figures: [Figure] {
    var result = scans.enumerated().map { index, scan in
      Figure(
        name: "scan-\(twoDigits(index + 1))-\(fileName(scan.molecule))-\(scan.driven)",
        svg: standalone(
          ProfilePlot(panel: scan, index: index, residualLimit: residualLimit).svg, width: 85))
    }
    result.append(Figure(name: "errors", svg: rowsFigure(errorRows, title: "RMSE of each scan, kcal/mol")))
    for name in bondClasses {
      result.append(
        Figure(
          name: "parameters-\(fileName(name))",
          svg: rowsFigure(forestRows(name), title: "force constants about \(name), kcal/mol")))
    }
    if let map = correlations, map.rows.count == parameters.count {
      result.append(
        Figure(name: "correlations", svg: standalone(correlationSVG(map), width: 85)))
    }
    if let heldOut {
      if let drawing = calibrationSVG(heldOut.coverage) {
        result.append(Figure(name: "calibration", svg: standalone(drawing, width: 85)))
      }
      if let drawing = learningSVG(heldOut.learningCurve) {
        result.append(
          Figure(name: "learning-curve", svg: standalone(drawing, width: 85)))
      }
    }
    for (index, panel) in worstChains.enumerated() {
      let name = "chains-\(twoDigits(index + 1))"
      result.append(
        Figure(
          name: name + "-trace",
          svg: standalone(tracePlot(panel, index: index), width: 85)))
      result.append(
        Figure(
          name: name + "-ranks",
          svg: standalone(rankPlot(panel, index: index), width: 85)
        ))
    }
    if !relaxation.errors.isEmpty {
      result.append(
        Figure(
          name: "relaxation",
          svg: standalone(roundsPlot(relaxation.errors, base: errors.base), width: 85)))
    }
    for (index, scan) in scans.enumerated() {
      guard let sketch = scan.sketch else { continue }
      result.append(
        Figure(
          name: "structure-\(twoDigits(index + 1))-\(fileName(scan.molecule))-\(scan.driven)",
          svg: standalone(
            sketch.svg(title: "Structure of \(scan.molecule)"), width: 40)))
    }
    return result
  }

  /// A row of a figure: words at the left, marks on a strip.
  struct FigureRow: Hashable, Sendable {
    var label: String
    var marks: Markup
    var value: String = ""
  }

  private var errorRows: (rows: [FigureRow], strip: Strip) {
    let strip = errorStrip
    return (
      scans.map { scan in
        FigureRow(
          label: "\(scan.molecule) \(scan.driven)", marks: Markup.joined(errorMarks(scan, strip)),
          value: "\(fixed(scan.baseError?.rmse, 2)) → \(fixed(scan.fitError?.rmse, 2))")
      }, strip
    )
  }

  private func forestRows(_ name: String) -> (rows: [FigureRow], strip: Strip) {
    let own = parameters.filter { $0.bondClass == name }
    let strip = forestStrip(own)
    return (
      own.map { FigureRow(label: $0.label, marks: Markup.joined(forestMarks($0, strip))) }, strip
    )
  }

  /// Rows of strips over one axis, two columns wide.
  private func rowsFigure(_ content: (rows: [FigureRow], strip: Strip), title: String) -> String {
    let (rows, strip) = content
    let hasValues = rows.contains { !$0.value.isEmpty }
    let (left, width) = (230.0, hasValues ? 380.0 : 470.0)
    let height = 24 * Double(rows.count) + 46
    let lines = rows.enumerated().map { index, row -> Markup in
      let y = 22 + 24 * Double(index)
      return """
        <text class="value" x="\(coordinate(left - 10))" y="\(coordinate(y + 16))" text-anchor="end">\(row.label)</text>\
        <svg x="\(coordinate(left))" y="\(coordinate(y))" width="\(coordinate(width))" height="24">\(strip.grid)\(row.marks)</svg>\
        <text class="value" x="\(coordinate(left + width + 8))" y="\(coordinate(y + 16))">\(row.value)</text>
        """
    }
    let drawing: Markup = """
      <svg viewBox="0 0 720 \(coordinate(height))"><title>\(title)</title><text class="name" x="\(coordinate(left))" y="14">\(title)</text>\
      \(lines)<svg x="\(coordinate(left))" y="\(coordinate(height - 22))" width="\(coordinate(width))" height="18">\(strip.tickLabels)</svg></svg>
      """
    return standalone(drawing, width: 170)
  }
}

/// A drawing with its style, `width` mm wide and as high as its view box says: by itself.
private func standalone(_ drawing: Markup, width: Double) -> String {
  let source = drawing.source
  guard let end = source.firstIndex(of: ">"),
    let box = source[..<end].firstMatch(of: /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/),
    let across = Double(box.1), let down = Double(box.2), across > 0
  else { preconditionFailure("every drawing has a view box") }
  return """
    <?xml version="1.0" encoding="UTF-8"?>
    \(source[..<end]) xmlns="http://www.w3.org/2000/svg" width="\(coordinate(width))mm" height="\(machine(width * down / across, 1))mm">\
    <style>\(figureStyle.source)</style>\(source[source.index(after: end)...])

    """
}

/// The part of a name that is safe in file names everywhere.
private func fileName(_ name: String) -> String {
  let safe = name.map { character -> Character in
    character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
      ? character : "_"
  }
  return safe.first == "." ? "_" + String(safe.dropFirst()) : String(safe)
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
