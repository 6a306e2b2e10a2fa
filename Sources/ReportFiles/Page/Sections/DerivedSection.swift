// The section of what follows from the profiles: minima, barriers, populations.

extension ReportPage {
  var derivedSection: Markup? {
    guard !derived.isEmpty else { return nil }
    let rows = derived.map { d -> Markup in
      """
      <tr><th scope="row">\(d.molecule) <span class="muted">\(d.driven)</span></th><td class="words">\(d.name)</td>\
      \(cell(fixed(d.reference, 2), d.reference))\
      \(cell(fixed(d.base, 2), d.base))\(cell(fixed(d.mean, 2), d.mean))\
      \(cell(interval(d.interval90, 2), d.interval90?.lowerBound))\
      \(cell(d.jensenGap == nil ? "" : fixed(d.jensenGap, 3), d.jensenGap))<td class="words">\(d.unit)</td></tr>
      """
    }
    let caption = """
      Energies over the lowest grid point. The Jensen gap is the mean over draws less the value of the mean profile, \
      shown \
      where it exceeds a tenth of the interval.
      """
    return """
      <section id="derived" aria-labelledby="derived-h"><h2 id="derived-h">What follows</h2>
      <p class="lead">Minima, barriers and populations of every scan that goes round the circle, at its grid points. \
      Each profile is read at its own wells and barriers, ripples left out that are below 0.1 kcal/mol, or a twentieth \
      of its height where that is less (0.02 at least). Energies are over the lowest grid point of each profile; “–” \
      says that a profile has none within 30° of that place. \
      Intervals push every draw of the force constants through; they say how sure the force field's value is, not how \
      far it is from QM. Each scan has an energy axis of its own.</p>
      \(legendList([.qm, .base, .interval90]))
      <div class="follows">\(derivedFigures)</div>
      <details><summary>All \(derived.count) values</summary>\(table(
        id: "derived-table", caption: caption,
        columns: [
          Column("molecule", isNumber: false), Column("quantity", isNumber: false), Column("QM"), Column("base"),
          Column("fitted"), Column("90 % credible interval"), Column("Jensen gap"), Column("unit", isNumber: false),
        ], rows: rows))</details>
      </section>
      """
  }

  /// The quantities of one scan.
  struct DerivedGroup: Hashable, Sendable {
    var name: String
    /// The lowest minimum, zero in all three profiles and so without a row: "minimum at 180°".
    var lowest: String?
    var energies: [DerivedQuantity] = []
    var shares: [DerivedQuantity] = []
  }

  /// What follows, scan by scan.
  var derivedGroups: [DerivedGroup] {
    var groups: [DerivedGroup] = []
    for quantity in derived {
      let name = "\(quantity.molecule) \(quantity.driven)"
      if groups.last?.name != name { groups.append(DerivedGroup(name: name)) }
      if quantity.unit == "share" {
        groups[groups.count - 1].shares.append(quantity)
      } else if derivedValues(quantity).contains(where: { $0 > 1e-9 }) {
        groups[groups.count - 1].energies.append(quantity)
      } else {
        groups[groups.count - 1].lowest = quantity.name
      }
    }
    return groups
  }

  /// An energy axis for one scan: on that of an amide's C–N bond a methyl group's barrier would vanish.
  func energyStrip(_ group: DerivedGroup) -> Strip {
    Strip(values: spread([0] + group.energies.flatMap(derivedValues), widenedBy: 0.02))
  }

  private var derivedFigures: [Markup] {
    let shareStrip = Strip(values: 0...1)
    return derivedGroups.map { group -> Markup in
      let lowest: Markup? = group.lowest.map { "<p class=\"small\">zero: \($0)</p>" }
      let energyStrip = energyStrip(group)
      let shareRows: Markup? =
        group.shares.isEmpty
        ? nil
        : """
        \(group.shares.map { derivedRow($0, shareStrip) })<li class="axis-row" aria-hidden="true">\
        <span class="muted small">share</span>\(shareStrip.axis)</li>
        """
      return """
        <figure class="forest"><figcaption><h3>\(group.name)</h3>\(lowest)</figcaption><ol class="strips">\
        \(group.energies.map { derivedRow($0, energyStrip) })\
        <li class="axis-row" aria-hidden="true"><span class="muted small">kcal/mol</span>\(energyStrip.axis)</li>\
        \(shareRows)</ol></figure>
        """
    }
  }

  private func derivedValues(_ d: DerivedQuantity) -> [Double] {
    [d.reference, d.base, d.mean, d.interval90?.lowerBound, d.interval90?.upperBound].compactMap { $0 }
  }

  /// The marks of a quantity.
  func derivedMarks(_ d: DerivedQuantity, _ strip: Strip) -> [Markup] {
    var marks: [Markup] = []
    if let range = d.interval90 { marks.append(strip.line("i90", range.lowerBound, range.upperBound)) }
    if let base = d.base { marks.append(strip.diamond("base-mark", base)) }
    if let mean = d.mean { marks.append(strip.dot("fit-mark", mean, radius: 3)) }
    if let reference = d.reference { marks.append(strip.dot("qm-mark", reference, radius: 4.5)) }
    return marks
  }

  private func derivedRow(_ d: DerivedQuantity, _ strip: Strip) -> Markup {
    let words =
      "\(d.molecule) \(d.driven), \(d.name): QM \(fixed(d.reference, 2)), base \(fixed(d.base, 2)), fitted "
      + "\(fixed(d.mean, 2)), "
      + "90 % credible interval \(interval(d.interval90, 2)) \(d.unit)"
    return """
      <li><span class="row-label">\(d.name)</span>\(strip.svg(derivedMarks(d, strip), label: words))</li>
      """
  }
}
