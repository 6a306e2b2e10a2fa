// The drawings of a report as files of their own, in sizes that journals print.

import FoundationEssentials

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
          drawing(of: scan, index: index), width: scan.second == nil ? 85 : 170,
          legend: LegendKey.scan(
            hasHeldOut: scan.points.contains { $0.heldOut != nil }, hasSetAside: !scan.setAside.isEmpty,
            hasOpen: scan.points.contains { !$0.isFitted })))
    }
    let isLeftOut = scans.contains { $0.heldOutRMSE != nil }
    result.append(
      Figure(
        name: "errors",
        svg: rowsFigure(
          errorRows, title: "RMSE of each scan, kcal/mol",
          legend: isLeftOut ? [.base, .fitted, .leftOut] : [.base, .fitted])))
    for name in bondClasses {
      result.append(
        Figure(
          name: "parameters-\(fileName(name))",
          svg: rowsFigure(
            forestRows(name), title: "force constants about \(name), kcal/mol",
            legend: [.prior, .intervals, .base])))
    }
    if let map = correlations, map.rows.count == parameters.count {
      result.append(
        Figure(
          name: "correlations",
          svg: standalone(correlationSVG(map, isNamed: true), width: 170, legend: LegendKey.correlations)))
    }
    if let heldOut {
      if let drawing = calibrationSVG(heldOut.coverage) {
        result.append(Figure(name: "calibration", svg: standalone(drawing, width: 85)))
      }
      if let drawing = learningSVG(heldOut.learningCurve) {
        result.append(
          Figure(name: "learning-curve", svg: standalone(drawing, width: 85)))
      }
      if !heldOut.variance.isEmpty {
        result.append(
          Figure(
            name: "variance",
            svg: rowsFigure(
              varianceRows(heldOut.variance),
              title: "shares of the predictive variance; at the right its root",
              legend: LegendKey.parts(of: heldOut.variance))))
      }
      if let matrix = heldOut.matrix {
        result.append(
          Figure(name: "matrix", svg: heatFigure(matrixMap(matrix), title: "held-out RMSE, kcal/mol")))
      }
    }
    if let pullMap {
      result.append(
        Figure(
          name: "pulls",
          svg: heatFigure(pullMap, title: "energy that constants of its own would add, kcal/mol")))
    }
    for (index, group) in derivedGroups.enumerated() {
      let name = "follows-\(twoDigits(index + 1))-\(fileName(group.name))"
      let parts = [
        ("energies", group.energies, energyStrip(group), "kcal/mol"),
        ("populations", group.shares, Strip(values: 0...1), "shares"),
      ]
      for (part, quantities, strip, unit) in parts where !quantities.isEmpty {
        result.append(
          Figure(
            name: "\(name)-\(part)",
            svg: rowsFigure(
              (derivedRows(quantities, strip), strip), title: "\(group.name), \(unit)",
              legend: [.qm, .base, .interval90])))
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

  private func derivedRows(_ quantities: [DerivedQuantity], _ strip: Strip) -> [FigureRow] {
    quantities.map { FigureRow(label: $0.name, marks: Markup.joined(derivedMarks($0, strip))) }
  }

  private func varianceRows(_ splits: [HeldOutPanel.VarianceSplit]) -> (rows: [FigureRow], strip: Strip) {
    let strip = Strip(values: 0...1)
    return (
      splits.map { split in
        var left = 0.0
        let parts = split.shares.enumerated().map { index, share -> Markup in
          defer { left += max(0, share.share) }
          return strip.block("part chain-\(index % 4)", left, left + max(0, share.share))
        }
        return FigureRow(
          label: split.label, marks: Markup.joined(parts),
          value: split.sd.map { "sd \(fixed($0, 2)) kcal/mol" } ?? "")
      }, strip
    )
  }

  /// A table of shaded numbers, two columns wide.
  private func heatFigure(_ map: HeatMap, title: String) -> String {
    let (left, top, high) = (170.0, 42.0, 20.0)
    let wide = min(110, 540 / Double(max(1, map.columns.count)))
    let cells = map.rows.indices.flatMap { row in
      map.columns.indices.map { column -> Markup in
        let (x, y) = (left + wide * Double(column), top + high * Double(row))
        guard let (number, _) = map.value(row, column), number.isFinite else {
          return """
            <text class="tick" x="\(coordinate(x + wide / 2))" y="\(coordinate(y + 14))" text-anchor="middle">\
            \(absent)</text>
            """
        }
        return """
          <rect class="base-mark" opacity="\(machine(0.7 * min(1, number / map.full), 2))" x="\(coordinate(x))" \
          y="\(coordinate(y))" \
          width="\(coordinate(wide))" height="\(coordinate(high))" \
          /><text class="value" x="\(coordinate(x + wide / 2))" \
          y="\(coordinate(y + 14))" text-anchor="middle">\(fixed(number, 2))</text>
          """
      }
    }
    let heads = map.columns.enumerated().map { index, name -> Markup in
      """
      <text class="name" x="\(coordinate(left + wide * (Double(index) + 0.5)))" y="34" text-anchor="middle">\
      \(name)</text>
      """
    }
    let names = map.rows.enumerated().map { index, name -> Markup in
      """
      <text class="value" x="\(coordinate(left - 10))" y="\(coordinate(top + high * Double(index) + 14))" \
      text-anchor="end">\(name)</text>
      """
    }
    let height = top + high * Double(map.rows.count) + 6
    return standalone(
      """
      <svg viewBox="0 0 720 \(coordinate(height))"><title>\(title)</title>\
      <text class="name" x="\(coordinate(left))" y="14">\(title)</text>\
      \(heads)\(names)\(cells)</svg>
      """, width: 170)
  }

  /// Rows of strips over one axis, two columns wide.
  private func rowsFigure(
    _ content: (rows: [FigureRow], strip: Strip), title: String, legend: [LegendKey]
  ) -> String {
    let (rows, strip) = content
    let hasValues = rows.contains { !$0.value.isEmpty }
    let (left, width) = (230.0, hasValues ? 380.0 : 470.0)
    let height = 24 * Double(rows.count) + 46
    let lines = rows.enumerated().map { index, row -> Markup in
      let y = 22 + 24 * Double(index)
      return """
        <text class="value" x="\(coordinate(left - 10))" y="\(coordinate(y + 16))" text-anchor="end">\
        \(row.label)</text>\
        <svg x="\(coordinate(left))" y="\(coordinate(y))" width="\(coordinate(width))" height="24">\
        \(strip.grid)\(row.marks)</svg>\
        <text class="value" x="\(coordinate(left + width + 8))" y="\(coordinate(y + 16))">\(row.value)</text>
        """
    }
    let drawing: Markup = """
      <svg viewBox="0 0 720 \(coordinate(height))"><title>\(title)</title>\
      <text class="name" x="\(coordinate(left))" y="14">\(title)</text>\
      \(lines)<svg x="\(coordinate(left))" y="\(coordinate(height - 22))" width="\(coordinate(width))" height="18">\
      \(strip.tickLabels)</svg></svg>
      """
    return standalone(drawing, width: 170, legend: legend)
  }
}

/// A drawing with its style and a legend below, `width` mm wide and as high as its view box says: by itself.
private func standalone(_ drawing: Markup, width: Double, legend: [LegendKey] = []) -> String {
  let source = drawing.source
  guard let start = source.firstIndex(of: ">"), let end = source.range(of: "</svg>", options: .backwards),
    let box = source[..<start].firstMatch(of: /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/),
    let across = Double(box.1), let down = Double(box.2), across > 0
  else { preconditionFailure("every drawing has a view box") }
  let keys = legendDrawing(legend, top: down, width: across)
  let head = source[..<start].replacing(
    box.0, with: "viewBox=\"0 0 \(coordinate(across)) \(coordinate(down + keys.height))\"")
  return """
    <?xml version="1.0" encoding="UTF-8"?>
    \(head) xmlns="http://www.w3.org/2000/svg" width="\(coordinate(width))mm" \
    height="\(machine(width * (down + keys.height) / across, 1))mm">\
    <style>\(figureStyle.source)</style>\
    \(source[source.index(after: start)..<end.lowerBound])\(keys.drawing.source)</svg>

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
