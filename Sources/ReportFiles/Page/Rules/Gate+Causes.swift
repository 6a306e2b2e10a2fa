// The gates that say why: what keeps errors up, which rotors leave their wells, how many molecules there are.

extension ReportPage {
  /// The one molecule that was fitted; nil where there are more.
  var onlyMolecule: String? {
    let fitted = Set(scans.filter { !$0.isHeldOut }.map(\.molecule))
    return fitted.count == 1 ? fitted.first : nil
  }

  /// What follows "Partly".
  var reasonOfLargeErrors: String {
    if errorGate.verdict == .look {
      return cause.map { ": \($0.brief)" } ?? ": errors are still large"
    }
    if heldOutGate.verdict == .look { return ": errors on unseen molecules are still large" }
    return ": a unit may be wrong"
  }

  /// Scans that end far from what least squares on them alone would give, and why; nil where none does.
  var causeGate: Gate? {
    let far = scans.compactMap { scan in scan.cause.map { (scan: scan, cause: $0) } }
    guard let first = far.first else { return nil }
    var briefs: [String] = []
    for each in far where !briefs.contains(each.cause.brief) { briefs.append(each.cause.brief) }
    let words = briefs.map { brief in
      let own = far.filter { $0.cause.brief == brief }
      return "\(brief) (\(listed(own.map { "\($0.scan.molecule) \($0.scan.driven)" }, limit: 3)))"
    }
    return Gate(
      title: "What holds errors up", verdict: .look,
      reason:
        "\(counted(far.count, "scan")) of \(scans.count) \(far.count == 1 ? "ends" : "end") far from what least "
        + "squares reaches, or from a good error: \(words.joined(separator: "; ")). Each panel says what changes it.",
      place: place(first.scan))
  }

  /// Rotors that leave the wells that quantum chemistry has them in; nil where geometries were taken as given.
  var wellGate: Gate? {
    guard relaxation.wasAsked, scans.contains(where: { $0.excursions != nil }) else { return nil }
    let found = scans.flatMap { scan in scan.fittedExcursions.map { (scan: scan, point: $0) } }
    guard let first = found.first else {
      return Gate(
        title: "QM’s wells", verdict: .good,
        reason:
          "Under the fitted force constants every rotor stays in the well that QM has it in, and no energy jumps.",
        place: "scans")
    }
    let words = found.sorted { abs($0.point.energy) > abs($1.point.energy) }.map {
      "\($0.scan.molecule) \($0.scan.driven), \($0.point.words)"
    }
    return Gate(
      title: "QM’s wells", verdict: .look,
      reason: "At \(counted(found.count, "grid point")) the fitted force field leaves QM’s shape: "
        + words.prefix(3).joined(separator: "; ")
        + (words.count > 3 ? " and \(words.count - 3) more." : "."),
      place: place(first.scan))
  }
}
