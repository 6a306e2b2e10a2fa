// The section of the parameters: forest plots by bond class, and a table to sort and filter.

import TorsionModel

extension ReportPage {
  var parameterSection: Markup {
    let forests = bondClasses.map { name in forest(name, parameters.filter { $0.bondClass == name }) }
    return """
      <section id="parameters" aria-labelledby="parameters-h">
      <h2 id="parameters-h">Parameters</h2>
      <p class="lead">Force constants k of k(1 + cos(nφ − γ)), kcal/mol; the barrier of a term is 2|k|. Each bond \
      class has a scale of its own.</p>
      <p class="filter js-only"><label for="filter">Show only</label> <input id="filter" type="search" \
      placeholder="c3-c3, n = 3, prior only …" autocomplete="off" /> <span id="filter-count" role="status"></span></p>
      \(legendList([.prior, .intervals, .base]))
      <div class="forests">\(forests)</div>
      \(symmetryList)
      \(parameterTable)
      \(correlationFigure)
      </section>
      """
  }

  /// Terms that are no parameters, and why.
  private var symmetryList: Markup? {
    guard let cancelled, !cancelled.isEmpty else { return nil }
    return """
      <details id="symmetry"><summary>\(counted(cancelled.count, "torsion type")) with terms that cancel by \
      symmetry</summary>\
      <ul class="small">\(cancelled.map { "<li>\($0)</li>" as Markup })</ul></details>
      """
  }

  /// The axis of the force constants of one bond class.
  func forestStrip(_ rows: [ParameterRow]) -> Strip {
    Strip(values: spread(rows.flatMap(forestValues), widenedBy: 0.02))
  }

  /// Prior, intervals, base value and mean of a force constant.
  func forestMarks(_ row: ParameterRow, _ strip: Strip) -> [Markup] {
    [
      strip.block("prior", row.priorCentre - row.priorSD, row.priorCentre + row.priorSD),
      strip.line("i90", row.interval90.lowerBound, row.interval90.upperBound),
      strip.line("i50", row.interval50.lowerBound, row.interval50.upperBound),
      strip.diamond("base-mark", row.base), strip.dot("fit-mark", row.mean, radius: 4),
    ]
  }

  private func forest(_ name: String, _ rows: [ParameterRow]) -> Markup {
    let strip = forestStrip(rows)
    let tau: Markup? = rows.first?.tau.map { value in
      "<span class=\"muted\"> · τ \(fixed(value, 2)) kcal/mol</span>"
    }
    let items = rows.map { row -> Markup in
      let words =
        "\(row.label): mean \(fixed(row.mean, 3)), 90 % credible interval \(interval(row.interval90, 3)), "
        + "base \(fixed(row.base, 3)), prior \(fixed(row.priorCentre, 3)) ± \(fixed(row.priorSD, 3)) kcal/mol"
      let kind: Markup = row.flags.contains(Concern.priorOnly.rawValue) ? "faint" : ""
      return """
        <li class="\(kind)" data-filter="\(filterText(row))"><span class="row-label"><code>\(row.type)</code> \
        <span class="muted">n\u{A0}=\u{A0}\(row.periodicity)\(row.isSine ? " sin" : "")</span></span>\
        \(strip.svg(forestMarks(row, strip), label: words))</li>
        """
    }
    return """
      <figure class="forest"><figcaption><h3>about <code>\(name)</code>\(tau)</h3></figcaption>
      <ol class="strips">\(items)<li class="axis-row" aria-hidden="true"><span class="muted small">kcal/mol</span>\
      \(strip.axis)</li></ol></figure>
      """
  }

  private func forestValues(_ row: ParameterRow) -> [Double] {
    [
      0, row.base, row.interval90.lowerBound, row.interval90.upperBound, row.priorCentre - row.priorSD,
      row.priorCentre + row.priorSD,
    ]
  }

  private func filterText(_ row: ParameterRow) -> String {
    // A type reads the same from its other end.
    """
    \(row.type) \(row.type.split(separator: "-").reversed().joined(separator: "-")) n = \(row.periodicity) \
    n=\(row.periodicity) \(row.isSine ? "sin" : "") \(row.flags.joined(separator: ", "))
    """
    .lowercased()
  }

  private var parameterTable: Markup {
    let hasTau = parameters.contains { $0.tau != nil }
    let hasErrors = parameters.contains { $0.mcse != nil }
    var columns = [
      Column("torsion type", isNumber: false), Column("n"), Column("mean"), Column("sd"),
      Column("90 % credible interval"), Column("base"), Column("prior sd"), Column("contraction"),
    ]
    if hasTau { columns.append(Column("τ")) }
    columns += [Column("molecules"), Column("R-hat")]
    if hasErrors { columns.append(Column("MCSE")) }
    columns += [Column("flags", isNumber: false), Column("worry rank")]
    let rows = parameters.enumerated().map { index, row -> Markup in
      var cells = [
        cell("\(row.periodicity)", Double(row.periodicity)), cell(fixed(row.mean, 3), row.mean),
        cell(fixed(row.sd, 3), row.sd), cell(interval(row.interval90, 3), row.interval90.lowerBound),
        cell(fixed(row.base, 3), row.base), cell(fixed(row.priorSD, 3), row.priorSD),
        contractionCell(row.contraction),
      ]
      if hasTau { cells.append(cell(fixed(row.tau, 3), row.tau)) }
      cells += [
        cell("\(row.molecules)", Double(row.molecules)),
        cell(fixed(row.convergence.rhat, 3), row.convergence.rhat),
      ]
      if hasErrors {
        cells.append(cell("\(fixed(row.mcse, 4)); \(fixed(row.mcseOfBounds, 4))", row.mcse))
      }
      let flags = row.flags.map { flag -> Markup in "<span class=\"flag\">\(flag)</span> " }
      return """
        <tr id="parameter-\(index)" data-filter="\(filterText(row))"><th scope="row"><code>\(row.type)</code>\
        \(row.isSine ? " sin" : "")</th>\(cells)<td class="words">\(flags)</td>\
        \(cell("\(row.worry)", Double(row.worry)))</tr>
        """
    }
    return table(
      id: "parameter-table",
      caption:
        """
        Every fitted parameter, kcal/mol. Contraction is the share of the prior variance that the data took \
        away; an interval holds the value with the probability stated, given model and data; rank 1 is to \
        worry about first.
        """
          + (hasErrors
            ? """
             MCSE: Monte Carlo standard error of the mean, and of the interval’s bounds; another seed moves \
            the numbers by that much.
            """
            : ""),
      columns: columns, rows: rows)
  }

  private func contractionCell(_ value: Double?) -> Markup {
    """
    <td class="number" data-value="\(machine(value, 6))"><span class="meter" aria-hidden="true">\
    <span style="width:\(machine(min(1, max(0, value ?? 0)) * 100, 0))%"></span></span><span>\(percent(value))</span>\
    </td>
    """
  }
}
