// The section of levels of theory: what each contributes, how far it is from the family's, what would be known without
// it.

extension ReportPage {
  /// Nil where scans are of one level.
  var levelSection: Markup? {
    guard let levels else { return nil }
    let target = name(of: levels.levels.first { $0.target })
    return """
      <section id="levels" aria-labelledby="levels-h"><h2 id="levels-h">Levels of theory</h2>
      <p class="lead">Force constants are for \(target). Scans of another level see a smooth difference besides, \
      learned where both \
      levels turn a bond and held by its prior elsewhere; each level has noise of its own. Errors in the lists of \
      scans are of the force \
      field for \(target), so a scan of another level shows the difference too; pooled errors are over \(target) \
      alone.</p>
      \(levelTable(levels))\(differenceTable(levels))\(shareTable(levels))
      </section>
      """
  }

  private func name(of level: LevelsRecord.Level?) -> String {
    level?.level ?? "the family’s level"
  }

  private func estimateCells(_ value: LevelsRecord.Estimate?) -> Markup {
    guard let value else { return cell("", nil) }
    let digits = decimals(for: value.mean)
    return cell(
      "\(fixed(value.mean, digits)) (\(fixed(value.interval90[0], digits)) to \(fixed(value.interval90[1], digits)))",
      value.mean)
  }

  private func levelTable(_ levels: LevelsRecord) -> Markup {
    table(
      id: "level-table",
      caption:
        """
        Posterior mean and 90 % credible interval; noise in kcal/mol and kcal/mol/rad, the scale of the \
        difference in kcal/mol.
        """,
      columns: [
        Column("level", isNumber: false), Column("scans"), Column("energies"), Column("noise of energies"),
        Column("noise of torques"), Column("scale of the difference"),
      ],
      rows: levels.levels.map { level in
        """
        <tr><th scope="row">\(name(of: level))\(level.target ? " (the family’s)" : "")</th>\
        \(cell("\(level.scans)", Double(level.scans)))\
        \(cell("\(level.points)", Double(level.points)))\(estimateCells(level.energyNoise))\
        \(estimateCells(level.torqueNoise))\
        \(estimateCells(level.differenceScale))</tr>
        """
      })
  }

  private func differenceTable(_ levels: LevelsRecord) -> Markup {
    table(
      id: "difference-table",
      caption: "How far a level is from the family’s along its scans: root mean square, kcal/mol.",
      columns: [
        Column("level", isNumber: false), Column("bond", isNumber: false), Column("its scans"),
        Column("scans of the family’s level"), Column("difference"), Column("told by", isNumber: false),
      ],
      rows: levels.levels.flatMap { level in
        level.bonds.map { bond in
          """
          <tr><th scope="row">\(name(of: level))</th><td class="words">\(bond.bond)</td>\
          \(cell("\(bond.scans)", Double(bond.scans)))\
          \(cell("\(bond.targetScans)", Double(bond.targetScans)))\(estimateCells(bond.size))\
          <td class="words">\(bond.targetScans > 0 ? "both levels" : "the prior and other bonds")</td></tr>
          """
        }
      })
  }

  private func shareTable(_ levels: LevelsRecord) -> Markup {
    table(
      id: "share-table",
      caption:
        "Contraction of each parameter: with all scans, and without those of one level, at the same scales.",
      columns: [Column("parameter", isNumber: false), Column("all scans")]
        + levels.levels.map { Column("without \(name(of: $0))") },
      rows: parameters.indices.filter { levels.contraction.indices.contains($0) }.map { p in
        let each = levels.levels.compactMap { level -> Markup? in
          level.contractionWithout.indices.contains(p)
            ? cell(fixed(level.contractionWithout[p], 2), level.contractionWithout[p]) : nil
        }
        return
          """
          <tr><th scope="row">\(parameters[p].label)</th>\
          \(cell(fixed(levels.contraction[p], 2), levels.contraction[p]))\(each)</tr>
          """
      })
  }
}
