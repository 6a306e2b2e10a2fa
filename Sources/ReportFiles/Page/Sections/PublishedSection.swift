// Errors as others print them: the section of the page.

import TextFiles

extension ReportPage {
  /// Errors by the definitions of others, base and fitted, each with its source.
  var publishedSection: Markup? {
    guard let published else { return nil }
    let rows = PublishedMeasure.all.map { measure -> Markup in
      let (base, fit) = (measure.value(published.base), measure.value(published.fit))
      return """
        <tr><th scope="row">\(measure.name)</th>\
        \(cell(fixed(base, measure.digits), base))\(cell(fixed(fit, measure.digits), fit))\
        <td class="words">\(measure.unit)</td><td class="words">\(measure.definition)</td><td class="words">\
        \(measure.place)</td></tr>
        """
    }
    return """
      <section id="published" aria-labelledby="published-h"><h2 id="published-h">As others print errors</h2>
      <p class="lead">The same \(counted(published.scans, "scan")) by the definitions of others, to compare with their \
      papers. \
      Relaxed geometries are those of this fit: the driven dihedral held, started from QM's.</p>
      \(table(
        id: "published-table", caption: "Errors of all fitted scans.",
        columns: [
          Column("measure", isNumber: false), Column("base"), Column("fitted"), Column("unit", isNumber: false),
          Column("definition", isNumber: false), Column("source", isNumber: false),
        ], rows: rows))
      </section>
      """
  }
}
