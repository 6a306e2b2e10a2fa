// The section of the diagnostics: convergence of every quantity, chains worth a look, rounds of relaxation.

import Statistics

extension ReportPage {
  var diagnosticsSection: Markup {
    let khat: Markup? = linearisationKhat.map {
      "<p>Pareto k\u{302} of the linearisation: <strong>\(fixed($0, 2))</strong>.</p>"
    }
    let rounds: Markup =
      relaxation.errors.isEmpty
      ? "<p>Geometries were taken as given: there were no rounds.</p>"
      : """
      <figure class="narrow"><figcaption>Pooled relaxed error after each round, kcal/mol: \
      \(relaxation.settled ? "settled" : "still moving")</figcaption>\
      \(roundsPlot(relaxation.errors, base: errors.base))\
      <p class="small">Each round relaxes under that round’s estimate; the fitted error at the top, \
      \(fixed(errors.fitted, 3)), is under \
      the posterior mean of the chains.</p></figure>
      """
    return """
      <section id="diagnostics" aria-labelledby="diagnostics-h">
      <h2 id="diagnostics-h">Diagnostics</h2>
      <p class="lead">\(counted(chains.chains, "chain")) of \(counted(chains.drawsPerChain, "kept draw")). \
      R-hat at most \(fixed(ConvergenceLimits.rhat, 2)) and effective sample sizes of at least \
      \(fixed(ConvergenceLimits.ess, 0)) count as converged.</p>
      <h3>Chains that agree least</h3>
      <div class="chains">\(worstChains.enumerated().map { chainFigure($1, index: $0) })</div>
      <h3 id="relaxation">Relaxation</h3>
      \(rounds)\(khat)
      \(timings)
      <h3>Scales</h3>
      \(scaleTable)
      <details><summary>Convergence of every parameter</summary>\(convergenceTable)</details>
      </section>
      """
  }

  /// Wall-clock times, which are no part of what equal seeds make equal: one line, so that it can be left out of
  /// comparisons.
  private var timings: Markup? {
    provenance.timings.isEmpty
      ? nil
      : "<p class=\"timings\">Time: \(listed(provenance.timings.map { "\($0.stage) \(fixed($0.seconds, 1)) s" })).</p>"
  }

  private func chainFigure(_ panel: ChainPanel, index: Int) -> Markup {
    """
    <figure class="panel"><figcaption><h4>\(panel.name)</h4><p class="small">R-hat \(fixed(panel.convergence.rhat, 3)) \
    · \
    ESS bulk \(fixed(panel.convergence.bulkESS, 0)), tail \(fixed(panel.convergence.tailESS, 0)) · \
    \(panel.unit)</p></figcaption>\
    \(tracePlot(panel, index: index))\(rankPlot(panel, index: index))</figure>
    """
  }

  private func convergenceCells(_ c: Convergence) -> Markup {
    let verdict: Markup =
      c.isGood
      ? "<td class=\"words\">good</td>" : "<td class=\"words\"><span class=\"flag\">not converged</span></td>"
    return cell(fixed(c.rhat, 3), c.rhat) + cell(fixed(c.bulkESS, 0), c.bulkESS)
      + cell(fixed(c.tailESS, 0), c.tailESS) + verdict
  }

  private var scaleTable: Markup {
    table(
      id: "scale-table", caption: "Scales of noise and prior, sampled with the force constants.",
      columns: [
        Column("scale", isNumber: false), Column("mean"), Column("sd"), Column("90 % credible interval"),
        Column("unit", isNumber: false), Column("R-hat"), Column("ESS bulk"), Column("ESS tail"),
        Column("chains", isNumber: false),
      ],
      rows: scales.map { row in
        let digits = decimals(for: row.mean)
        return """
          <tr><th scope="row">\(row.name)</th>\
          \(cell(fixed(row.mean, digits), row.mean))\(cell(fixed(row.sd, digits), row.sd))\
          \(cell(interval(row.interval90, digits), row.interval90.lowerBound))<td class="words">\(row.unit)</td>\
          \(convergenceCells(row.convergence))</tr>
          """
      })
  }

  private var convergenceTable: Markup {
    table(
      id: "convergence-table", caption: "Rank-normalised split R-hat and effective sample sizes.",
      columns: [
        Column("parameter", isNumber: false), Column("R-hat"), Column("ESS bulk"), Column("ESS tail"),
        Column("chains", isNumber: false),
      ],
      rows: parameters.map { row in
        "<tr><th scope=\"row\">\(row.label)</th>\(convergenceCells(row.convergence))</tr>"
      })
  }
}
