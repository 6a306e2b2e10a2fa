// The first screen: did it work, how good is it, how sure is it, what should worry me.

extension ReportPage {
  var firstScreen: Markup {
    """
    <section id="answer" aria-labelledby="answer-h">
    <h2 id="answer-h" class="visually-hidden">At a glance</h2>
    <div class="cards">\(didItWork)\(howGood)\(howSure)\(worries)</div>
    <h2>Gates</h2>
    <ul class="gates">\(gates.map(gateItem))</ul>
    </section>
    """
  }

  private func card(_ question: String, _ answer: Markup, kind: Markup = "") -> Markup {
    "<div class=\"card \(kind)\"><h3>\(question)</h3>\(answer)</div>"
  }

  private func sign(_ verdict: Gate.Verdict) -> Markup {
    "<span class=\"sign \(kind(verdict))\" aria-hidden=\"true\">\(verdict.sign)</span>"
  }

  private func kind(_ verdict: Gate.Verdict) -> Markup {
    switch verdict {
    case .notRun: "not-run"
    case .good: "good"
    case .look: "look"
    case .bad: "bad"
    }
  }

  private var didItWork: Markup {
    let counts = [Gate.Verdict.good, .look, .bad, .notRun].compactMap { verdict -> String? in
      let count = gates.count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(verdict.word)"
    }
    let words = "\(counted(gates.count, "gate")): \(listed(counts))."
    return card(
      "Did it work?",
      "<p class=\"big\">\(sign(verdict)) \(answer.word)<span class=\"unit\">\(answer.rest)</span></p><p>\(words)</p>",
      kind: kind(verdict))
  }

  private var howGood: Markup {
    let held: Markup? = (heldOut.map { ($0.rmseBase, $0.rmse) } ?? (errors.heldOutBase, errors.heldOutFitted))
      .1.map {
        value in
        let base = heldOut?.rmseBase ?? errors.heldOutBase
        return
          "<p>\(testedWords) \(fixed(base, 2)) → <strong>\(fixed(value, 2))</strong> kcal/mol.</p>"
      }
    let shift: Markup =
      errors.fittedMinimumReferenced == nil
      ? ""
      : """
      <p class="small">Minimum-referenced: \(fixed(errors.baseMinimumReferenced, 2)) → \
      \(fixed(errors.fittedMinimumReferenced, 2)) kcal/mol.</p>
      """
    return card(
      "How good?",
      """
      <p class="big"><span class="base-word">\(fixed(errors.base, 2))</span> → \
      <span class="fit-word">\(fixed(errors.fitted, 2))</span> \
      <span class="unit">kcal/mol</span></p><p>Relaxed error over all grid points, base force field → \
      fitted.</p>\(held)\(shift)
      """)
  }

  private var howSure: Markup {
    let widths = parameters.map { ($0.interval90.upperBound - $0.interval90.lowerBound) / 2 }.sorted()
    let typical = widths.isEmpty ? nil : (widths[(widths.count - 1) / 2] + widths[widths.count / 2]) / 2
    let told = parameters.filter { ($0.contraction ?? 0) >= 0.5 }.count
    let coverage: Markup? = heldOut?.coverage.first?.points.first { abs($0.nominal - 0.9) < 1e-9 }.map {
      "<p>90\u{A0}% intervals hold \(percent($0.observed)) of unseen QM points.</p>"
    }
    let halves: Markup? = halvesZ.flatMap { z in
      z > Self.narrowZ
        ? "<p>They are too narrow: halves of the molecules differ by \(fixed(z, 1)) times what they allow.</p>"
        : nil
    }
    let one: Markup? = onlyMolecule.map { molecule in
      "<p>They are about \(molecule) only: nothing is known about transfer to other molecules.</p>"
    }
    return card(
      "How sure?",
      """
      <p class="big">±\(fixed(typical, 2)) <span class="unit">kcal/mol</span></p><p>Median half width of the \
      parameters’ 90\u{A0}% credible intervals. \
      The data halved the variance of \(told) of \
      \(counted(parameters.count, "parameter")).</p>\(one)\(halves)\(coverage)
      """)
  }

  private var worries: Markup {
    let items = gates.filter { $0.verdict >= .look }.sorted { $0.verdict > $1.verdict }
    let unknown = gates.filter { $0.verdict == .notRun }
    let worst = parameters.enumerated().filter { !$1.flags.isEmpty }.sorted {
      $0.element.worry < $1.element.worry
    }
    .prefix(3)
    let worstItems = worst.map { index, row -> Markup in
      """
      <li><a href="#parameter-\(index)"><code>\(row.type)</code> n\u{A0}=\u{A0}\(row.periodicity)</a>: \
      \(row.flags.joined(separator: ", "))</li>
      """
    }
    let constants: Markup? =
      worst.isEmpty
      ? nil
      : """
      <p class="small">Force constants to look at first:</p><ul class="worries small">\(worstItems)</ul>
      """
    guard !items.isEmpty || !unknown.isEmpty else {
      return card("What should worry me?", "<p class=\"big\">Nothing found</p>\(constants)")
    }
    let worries = (items + unknown).map { gate -> Markup in
      """
      <li>\(sign(gate.verdict)) <a href="#\(gate.place)">\(gate.title)</a> \
      <span class="muted">\(gate.verdict.word)</span></li>
      """
    }
    return card(
      "What should worry me?",
      "<ul class=\"worries\">\(worries)</ul>\(constants)"
    )
  }

  private func gateItem(_ gate: Gate) -> Markup {
    """
    <li class="\(kind(gate.verdict))">\(sign(gate.verdict))<div><strong>\(gate.title)</strong> \
    <span class="verdict">\(gate.verdict.word)</span>\
    <br />\(Markup(sentence: gate.reason))</div></li>
    """
  }
}
