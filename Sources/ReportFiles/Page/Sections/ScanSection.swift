// The section of the scans: errors at a glance, the legend, a panel for each scan.

extension ReportPage {
  /// The limit that all residual axes share: the largest fitted residual, rounded up, at least 0.2 kcal/mol.
  var residualLimit: Double {
    let largest = scans.flatMap { scan in scan.points.compactMap { scan.residual($0).map(abs) } }.max() ?? 0
    return max(0.2, (largest * 1.1 / 0.1).rounded(.up) * 0.1)
  }

  var scanSection: Markup {
    let panels = scans.enumerated().map { scanFigure($1, index: $0) }
    return """
      <section id="scans" aria-labelledby="scans-h">
      <h2 id="scans-h">Every scan</h2>
      <p class="lead">\(counted(scans.count, "scan")), relaxed under each force field with the driven dihedral \
      held\(exceptions); \
      models are shifted by their mean difference from QM. All residual panels share one scale, \
      ±\(fixed(residualLimit, 1)) kcal/mol.</p>
      \(errorOverview)
      \(legend)
      <div class="panels">\(panels)</div>
      </section>
      """
  }

  /// Scans that were made, and are taken, in another way.
  private var exceptions: Markup {
    let rigid = scans.count { $0.making?.hasPrefix("rigid") == true }
    let isAll = rigid == scans.count
    return rigid == 0
      ? "" : " (\(isAll ? "all are" : rigid == 1 ? "one is" : "\(rigid) are") rigid and not relaxed)"
  }

  private var legend: Markup {
    let hasHeldOut = scans.contains { scan in scan.points.contains { $0.heldOut != nil } }
    return legendList(
      LegendKey.scan(
        hasHeldOut: hasHeldOut, hasSetAside: scans.contains { !$0.setAside.isEmpty },
        hasOpen: scans.contains { $0.points.contains { !$0.isFitted } }), id: "legend")
  }

  /// The axis of the errors of all scans.
  var errorStrip: Strip {
    let all = scans.flatMap { [$0.baseError?.rmse, $0.fitError?.rmse, $0.heldOutRMSE].compactMap { $0 } }
    return Strip(values: 0...max(0.1, (all.max() ?? 1) * 1.02))
  }

  /// The base, fitted and held-out error of a scan.
  func errorMarks(_ scan: ScanPanel, _ strip: Strip) -> [Markup] {
    let base = scan.baseError?.rmse
    let fitted = scan.fitError?.rmse
    var marks: [Markup] = []
    if let base, let fitted { marks.append(strip.line("change", base, fitted)) }
    if let base { marks.append(strip.diamond("base-mark", base)) }
    if let held = scan.heldOutRMSE { marks.append(strip.dot("held-out-mark", held, radius: 4)) }
    if let fitted { marks.append(strip.dot("fit-mark", fitted)) }
    return marks
  }

  /// A dumbbell for each scan: base and fitted error on one axis.
  private var errorOverview: Markup {
    let strip = errorStrip
    let leftOut: Markup? =
      scans.contains { $0.heldOutRMSE != nil }
      ? "; <span class=\"held-word\">○ with its molecule left out</span>" : nil
    let rows = scans.enumerated().map { index, scan -> Markup in
      let base = scan.baseError?.rmse
      let fitted = scan.fitError?.rmse
      let words =
        "\(scan.molecule) \(scan.driven): base \(fixed(base, 2)), fitted \(fixed(fitted, 2)) kcal/mol"
      return """
        <li><a class="row-label" href="#scan-\(index)">\(scan.molecule) \
        <span class="muted"><span class="types">\(scan.types)</span>\
        \(scan.isHeldOut ? " · held out" : "")</span></a>\(strip.svg(errorMarks(scan, strip), label: words))\
        <span class="row-value">\(fixed(base, 2)) → <strong>\(fixed(fitted, 2))</strong></span></li>
        """
    }
    return """
      <figure class="overview"><figcaption>Root mean square error of each scan, kcal/mol: \
      <span class="base-word">◆ base</span> to <span class="fit-word">● fitted</span>\(leftOut)</figcaption>
      <ol class="strips wide">\(rows)<li class="axis-row" aria-hidden="true"><span></span>\(strip.axis)<span></span>\
      </li></ol></figure>
      """
  }

  private func scanFigure(_ scan: ScanPanel, index: Int) -> Markup {
    let badge: Markup? = scan.isHeldOut ? "<span class=\"badge\">held out</span>" : nil
    let sketch = scan.sketch.map {
      $0.svg(title: "Structure of \(scan.molecule), the bond that is turned marked")
    }
    let minimum = """
      minimum-referenced \(fixed(scan.baseError?.minimumReferenced, 2)) → \(fixed(scan.fitError?.minimumReferenced, 2))
      """ as Markup
    let setAside: Markup? =
      scan.setAside.isEmpty
      ? nil
      : """
      <div class="set-aside-list"><strong>Set aside:</strong><ul>\
      \(scan.setAside.map { "<li>frame \($0.frame): \($0.reason)</li>" as Markup })</ul></div>
      """
    let high = scan.highEnergy ?? []
    let highWords = high.map {
      "frame \($0.frame) (\(fixed($0.angle, 0))°, \(fixed($0.energy, 1)) kcal/mol, weight \(fixed($0.weight, 2)))"
    }
    let highEnergy: Markup? =
      high.isEmpty
      ? nil
      : """
      <p class="small">Too high in energy to count for much in the fit, though for the errors they do: \
      \(listed(highWords)).</p>
      """
    let making: Markup? = scan.making.map { "<p class=\"small\">Made and taken as \($0).</p>" }
    let jumps = scan.jumps
    let jumped: Markup? =
      jumps.isEmpty
      ? nil
      : """
      <p class="small">At \(listed(jumps.map { "\(fixed($0.angle, 0))°" })) the fitted curve leaves its band: relaxed \
      under the mean \
      force constants the molecule settles in another shape there than in the fit’s last round, at which the band was \
      made.</p>
      """
    return """
      <figure class="panel" id="scan-\(index)">
      <figcaption class="with-sketch">\(sketch)<div><h3>\(scan.molecule) \(badge)</h3><p><code>\(scan.types)</code> \
      RMSE\u{A0}\
      <strong>\(fixed(scan.baseError?.rmse, 2))\u{A0}→\u{A0}\(fixed(scan.fitError?.rmse, 2))</strong></p></div>\
      </figcaption>
      <div class="panel-body">
      <div class="plot">\(drawing(of: scan, index: index))</div>
      \(making)<p class="small">largest residual \(fixed(scan.fitError?.largest, 2)) · \(minimum) kcal/mol</p>
      \(causeLine(scan))\(setAside)\(highEnergy)\(turnLine(scan))\(jumped)
      <details><summary>Values</summary>\(pointTable(scan))<p class="small path">\(scan.scan)</p></details>
      </div>
      <button type="button" class="enlarge js-only" aria-label="Enlarge \(scan.molecule) \(scan.driven)">⤢ \
      large</button>
      </figure>
      """
  }

  /// A curve along one dihedral, or maps over two.
  func drawing(of scan: ScanPanel, index: Int) -> Markup {
    scan.second == nil
      ? ProfilePlot(panel: scan, index: index, residualLimit: residualLimit).svg
      : MapPlot(panel: scan, index: index, residualLimit: residualLimit).svg
  }

  private func pointTable(_ scan: ScanPanel) -> Markup {
    let hasHeldOut = scan.points.contains { $0.heldOut != nil }
    let rows = scan.points.map { point -> Markup in
      let heldOut: Markup? =
        hasHeldOut
        ? "<td>\(fixed(point.heldOut?.mean, 2))</td><td>\(interval(point.heldOut?.band90, 2))</td>" : nil
      let second: Markup? = scan.second == nil ? nil : "<td>\(fixed(point.second, 1))</td>"
      return """
        <tr><th scope="row">\(fixed(point.angle, 1))</th>\(second)<td>\(fixed(point.qm, 2))</td><td>\
        \(fixed(point.base, 2))</td>\
        <td>\(fixed(point.fit, 2))</td><td>\(interval(point.band50, 2))</td><td>\(interval(point.band90, 2))</td>\
        \(heldOut)\
        <td>\(point.frame)\(point.isFitted ? "" : " (not fitted)")</td></tr>
        """
    }
    let heldOutHead: Markup? =
      hasHeldOut ? "<th scope=\"col\">held out</th><th scope=\"col\">held out, 90 % band</th>" : nil
    let secondHead: Markup? = scan.second.map { "<th scope=\"col\">\($0), degree</th>" }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Values of \(scan.molecule) \(scan.driven)">
      <table class="values"><caption>Energies over the QM minimum, kcal/mol</caption><thead><tr>\
      <th scope="col">angle, degree</th>\(secondHead)<th scope="col">QM</th><th scope="col">base</th>\
      <th scope="col">fitted</th>\
      <th scope="col">50 % band</th><th scope="col">90 % band</th>\(heldOutHead)<th scope="col">frame</th></tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }
}
