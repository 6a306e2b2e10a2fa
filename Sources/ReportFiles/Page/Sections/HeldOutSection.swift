// The section of held-out validation: errors, calibration, the matrix, the variance split, the learning curve.

extension ReportPage {
  var heldOutSection: Markup {
    guard let heldOut else {
      return """
        <section id="held-out" aria-labelledby="held-out-h"><h2 id="held-out-h">Unseen molecules</h2>
        <p class="lead">\(heldOutWords)</p>\(pullMap.map(heatTable))</section>
        """
    }
    return """
      <section id="held-out" aria-labelledby="held-out-h"><h2 id="held-out-h">Unseen molecules</h2>
      <p class="lead">\
      \(heldOut.isInTurn ? "Each molecule held out of a fit of the others" : "Molecules held out of this fit"): \
      \(fixed(heldOut.rmseBase, 2)) → <strong>\(fixed(heldOut.rmse, 2)) kcal/mol</strong>, \
      CRPS \(fixed(heldOut.crps, 3)) kcal/mol.\(leastSquaresWords(heldOut))\(untestableWords(heldOut))\(halvesWords)</p>
      <div class="panels">\
      \(calibrationFigure(heldOut.coverage))\(learningFigure(heldOut.learningCurve))\(varianceFigure(heldOut.variance))\
      </div>
      \(moleculeTable(heldOut.molecules))\(heldOut.matrix.map { heatTable(matrixMap($0)) })\(pullMap.map(heatTable))
      </section>
      """
  }

  /// What the same rows give without priors, whichever is better.
  private func leastSquaresWords(_ heldOut: HeldOutPanel) -> Markup? {
    heldOut.rmseLeastSquares.map { other in
      let better = heldOut.rmse.map { other < $0 - 0.005 ? " — better here" : "" }
      return
        " Least squares without priors, fitted to the same data: \(fixed(other, 2)) kcal/mol\(better ?? "")."
    }
  }

  private func untestableWords(_ heldOut: HeldOutPanel) -> Markup? {
    heldOut.untestableScans == 0
      ? nil
      : """
       \(counted(heldOut.untestableScans, "scan")) of types that no other molecule has cannot be tested so \
      and \(heldOut.untestableScans == 1 ? "is" : "are") not in these numbers.
      """
  }

  private var halvesWords: Markup? {
    halvesZ.map {
      """
       Fits on random halves of the molecules differ by \(fixed($0, 2)) times what their posteriors allow \
      (1 where intervals of parameters are honest).
      """
    }
  }

  private var heldOutWords: Markup {
    guard let base = errors.heldOutBase, let fitted = errors.heldOutFitted else {
      return """
        Not measured in this run: <code>swivel validate \(family)</code> holds out each molecule in turn and adds its \
        results here.\(halvesWords)
        """
    }
    return
      "Held out of this fit: \(fixed(base, 2)) → \(fixed(fitted, 2)) kcal/mol. Their scans are marked above."
  }

  private func moleculeTable(_ molecules: [HeldOutPanel.Molecule]) -> Markup {
    table(
      id: "held-out-table",
      caption:
        """
        Each molecule, predicted from the others, over all its scans: also those of types seen nowhere \
        else, which the numbers above leave out. Errors in kcal/mol.
        """,
      columns: [
        Column("held out", isNumber: false), Column("base RMSE"), Column("RMSE"), Column("CRPS"),
        Column("50 % coverage"),
        Column("90 % coverage"), Column("95 % coverage"), Column("types seen nowhere else", isNumber: false),
      ],
      rows: molecules.map { m in
        """
        <tr><th scope="row">\(m.name)</th>\(cell(fixed(m.rmseBase, 2), m.rmseBase))\(cell(fixed(m.rmse, 2), m.rmse))\
        \(cell(fixed(m.crps, 3), m.crps))\(cell(percent(m.coverage50), m.coverage50))\
        \(cell(percent(m.coverage90), m.coverage90))\
        \(cell(percent(m.coverage95), m.coverage95))<td class="words">\
        \(m.unseenTypes.map { type -> Markup in "<span class=\"flag\">\(type)</span> " })</td></tr>
        """
      })
  }

  /// A table whose cells are shaded by their numbers.
  struct HeatMap {
    var id: Markup
    var caption: String
    var rows: [String]
    var columns: [String]
    /// The number of the strongest shade.
    var full: Double
    /// The number of a cell by row and column, with a note below it; nil for an empty cell.
    var value: (Int, Int) -> (Double, String?)?
  }

  func matrixMap(_ matrix: HeldOutPanel.Matrix) -> HeatMap {
    HeatMap(
      id: "matrix",
      caption:
        """
        Held-out error by molecule and driven torsion type, kcal/mol, stronger colour is larger; below it \
        how many QM points the 90 % intervals held.
        """,
      rows: matrix.molecules, columns: matrix.types,
      // At least the limit of the gates, so that small errors stay pale.
      full: max(Self.goodError, matrix.errors.joined().compactMap { $0 }.max() ?? 0)
    ) { row, column in
      matrix.errors[row][column].map { ($0, "in 90 %: " + percent(matrix.coverage90[row][column])) }
    }
  }

  /// Which molecule pulls which bond class; nil where no class has two molecules.
  var pullMap: HeatMap? {
    let classes = pulls.filter { $0.molecules.count > 1 }
    guard !classes.isEmpty else { return nil }
    let names = molecules.filter { name in
      classes.contains { $0.molecules.contains { $0.molecule == name } }
    }
    return HeatMap(
      id: "pulls",
      caption:
        """
        Which molecule pulls which bond: the energy that force constants of its own would add, root mean \
        square over its scans, kcal/mol. Strong cells in a column of weak ones name the molecule that \
        differs.
        """,
      rows: names, columns: classes.map(\.bondClass),
      full: max(Self.goodError, classes.flatMap(\.molecules).map(\.energy).max() ?? 0)
    ) { row, column in
      classes[column].molecules.first { $0.molecule == names[row] }.map { ($0.energy, nil) }
    }
  }

  private func heatTable(_ map: HeatMap) -> Markup {
    let body = map.rows.indices.map { row -> Markup in
      let cells = map.columns.indices.map { column -> Markup in
        guard let (number, note) = map.value(row, column), number.isFinite else {
          return "<td class=\"number\">\(absent)</td>"
        }
        let small: Markup? = note.map { "<br /><span class=\"small\">\($0)</span>" }
        return """
          <td class="number heat" style="--share:\(machine(70 * min(1, number / map.full), 0))%">\
          \(fixed(number, 2))\(small)</td>
          """
      }
      return "<tr><th scope=\"row\">\(map.rows[row])</th>\(cells)</tr>"
    }
    let heads = map.columns.map { "<th scope=\"col\" class=\"number\"><code>\($0)</code></th>" as Markup }
    return """
      <div class="scroll" tabindex="0" role="region" aria-labelledby="\(map.id)-caption"><table id="\(map.id)">\
      <caption id="\(map.id)-caption"><span>\
      \(map.caption)</span></caption><thead><tr><th scope="col">molecule</th>\(heads)</tr></thead>\
      <tbody>\(body)</tbody></table></div>
      """
  }
}
